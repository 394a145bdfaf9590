"""One profile for all property tests: the same examples on every machine, and no clock.

And one thread for each test: they are spread over the cores already, and a second thread would only wait.
For the same reason nothing is computed ahead of a chapter's cells, but where that is what is tested, and
what one process has trained for a chapter is kept for the others, until all tests have ended.
"""

import os
import shutil
import tempfile

from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("WORKBOOK_AHEAD", "0")
ours = "WORKBOOK_RUNS" not in os.environ
if ours:
    os.environ["WORKBOOK_RUNS"] = tempfile.mkdtemp(prefix="workbook-runs-")

settings.register_profile("workbook", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("workbook")


def pytest_unconfigure():
    if ours:
        shutil.rmtree(os.environ["WORKBOOK_RUNS"], ignore_errors=True)
