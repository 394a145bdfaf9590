"""Re-execute chapters: `check` compares them with what they say, `store` keeps what they say now."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

CELL_TIMEOUT = 60  # seconds
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def check(notebooks: Iterable[Path]) -> int:
    """Re-execute each notebook with nbval, strictly; return 0 if every cell says what it said before.

    Raises ValueError if there is no notebook.

    It works on copies, so neither a learner's progress nor a read-only installation is touched.
    """
    with tempfile.TemporaryDirectory() as folder:
        copies = [
            shutil.copy(notebook, tempfile.mkdtemp(dir=folder)) for notebook in notebooks
        ]  # a folder each: two may have the same name
        if not copies:
            raise ValueError("there is no notebook to check")
        options = ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT}"]
        return subprocess.run(
            # An empty configuration: the checkout's own pytest settings are not meant for notebooks.
            [
                sys.executable,
                "-m",
                "pytest",
                "-c",
                _empty(folder),
                "-p",
                "no:cacheprovider",
                *options,
                *copies,
            ],
            check=False,
        ).returncode


def store(notebooks: Iterable[Path]) -> int:
    """Re-execute each notebook and store its outputs in it; return 0 if all went well.

    Live widgets are not stored, only their pictures and their texts: a reader without a kernel sees those.
    """
    for notebook in notebooks:
        command = ["nbconvert", "--to=notebook", "--inplace", "--execute", "--log-level=WARN"]
        done = subprocess.run([sys.executable, "-m", *command, str(notebook)], check=False).returncode
        if done != 0:
            return done
        notebook.write_text(stored_form(notebook.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def stored_form(text: str) -> str:
    """Return a notebook's JSON without live widgets and without what differs from one machine to the next."""
    content = json.loads(text)
    content["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in content["cells"]:
        cell["metadata"].pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _empty(folder: str) -> str:
    path = Path(folder, "pytest.ini")
    path.write_text("[pytest]\n")
    return str(path)
