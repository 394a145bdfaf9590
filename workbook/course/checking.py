"""Re-execute chapters: `check` compares them with what they say, `store` keeps what they say now."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

CELL_TIMEOUT = 60  # seconds
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class MissingError(Exception):
    """What executes the chapters is not installed; the message says how to install it."""


def check(notebooks: Iterable[Path]) -> int:
    """Re-execute each notebook with nbval, strictly; return 0 if every cell says what it said before.

    It works on copies, so neither a learner's progress nor a read-only installation is touched.
    Raises ValueError if there is no notebook, or a file is none; MissingError if nbval is not installed.
    """
    notebooks = _readable(notebooks)
    _require("nbval")
    with tempfile.TemporaryDirectory() as folder:
        copies = [
            shutil.copy(notebook, tempfile.mkdtemp(dir=folder)) for notebook in notebooks
        ]  # a folder each: two may have the same name
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
        # An empty configuration: the checkout's own pytest settings are not meant for notebooks.
        command += ["-c", _empty(folder)]
        command += ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT}"]
        return subprocess.run([*command, *copies], check=False).returncode


def store(notebooks: Iterable[Path]) -> int:
    """Re-execute each notebook and store its outputs in it; return 0 if all went well.

    Live widgets are not stored, only their pictures and their texts: a reader without a kernel sees those.
    Raises ValueError if there is no notebook, or a file is none; MissingError if nbconvert is not installed.
    """
    notebooks = _readable(notebooks)
    _require("nbconvert")
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
        if "outputs" in cell:
            cell["outputs"] = _joined(cell["outputs"])
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _readable(notebooks: Iterable[Path]) -> list[Path]:
    """Return the notebooks; raise ValueError if there are none, or what is in one is no notebook."""
    notebooks = list(notebooks)
    if not notebooks:
        raise ValueError("there is no notebook to check")
    for notebook in notebooks:
        try:
            content = json.loads(notebook.read_text(encoding="utf-8"))
            sound = content["nbformat"] >= 4 and all(cell["cell_type"] for cell in content["cells"])
        except (ValueError, TypeError, LookupError, RecursionError):
            sound = False
        if not sound:
            raise ValueError(f"{notebook} is no notebook: a file of JupyterLab with its cells is expected")
    return notebooks


def _require(module: str) -> None:
    """Raise MissingError if a module that executes notebooks is not installed: learners do without."""
    if find_spec(module) is None:
        raise MissingError(
            f"the chapters are executed by {module}, which is not installed. "
            f"Please run: {sys.executable} -m pip install {module}"
        )


def _empty(folder: str) -> str:
    path = Path(folder, "pytest.ini")
    path.write_text("[pytest]\n")
    return str(path)


def _joined(outputs: list[dict]) -> list[dict]:
    """Return outputs with each stream in one piece: a kernel sends it in as many as its clock makes of it."""
    joined: list[dict] = []
    for output in outputs:
        before = joined[-1] if joined else {}
        if output["output_type"] == "stream" and before.get("name") == output["name"]:
            text = "".join([*before["text"], *output["text"]])
            joined[-1] = before | {"text": text.splitlines(keepends=True)}
        else:
            joined.append(output)
    return joined
