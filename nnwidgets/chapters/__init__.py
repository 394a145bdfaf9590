"""The chapters, one module each, named like its notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from IPython.display import display

from nnwidgets.waiting import Waiting
from workbook import ahead
from workbook.cases import Case
from workbook.course.kept_runs import keep_runs
from workbook.training import RUNS


def compute_ahead(case: Case, names: Iterable[str] = (), seeds: int | None = None) -> None:
    """Have another process compute what the chapter will show, where somebody reads it: in a live kernel.

    names: the experiments that cells train beyond what findings do, on `seeds` seeds (None: the case's own).
    What is trained here all the same shows how far it is, and is kept for the next time.
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None:
        return
    keep_runs()
    if ahead.start(case, names, seeds):
        waiting = Waiting()
        display(waiting)
        RUNS.tell = waiting.tell
