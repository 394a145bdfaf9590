"""Re-execute chapters: `check` compares them with what they say, `store` keeps what they say now."""

from __future__ import annotations

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workbook.course.children import end
from workbook.course.files import write_whole

CELL_TIMEOUT = 60  # seconds
STORING = "WORKBOOK_STORING"  # an environment variable that says to panels: their pictures are stored
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class MissingError(Exception):
    """What executes the chapters is not installed; the message says how to install it."""


class ExecutionError(Exception):
    """A chapter could not be executed to its end; the message says which, and what its cell raised."""


def check(notebooks: Iterable[Path]) -> int:
    """Re-execute each notebook with nbval, strictly; return 0 if every cell says what it said before.

    It works on copies, so neither a learner's progress nor a read-only installation is touched.
    Raises ValueError if there is no notebook, or a file is none; MissingError if nbval is not installed.
    """
    notebooks = _readable(notebooks)
    _require("nbval")
    with tempfile.TemporaryDirectory() as folder:
        copies = [
            shutil.copyfile(notebook, Path(tempfile.mkdtemp(dir=folder), _plain(notebook)))
            for notebook in notebooks
        ]  # a folder each: two may have the same name
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
        # An empty configuration: the checkout's own pytest settings are not meant for notebooks.
        command += ["-c", _empty(folder)]
        command += ["--color=yes"] if sys.stdout is not None and sys.stdout.isatty() else []
        command += ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT}"]
        return int(_relay([*command, *map(str, copies)]) != 0)


def store(notebooks: Iterable[Path]) -> int:
    """Re-execute each notebook and store its outputs in it; return 0.

    Live widgets are not stored, only their pictures and their texts: a reader without a kernel sees those.
    Raises ValueError if there is no notebook, or a file is none; MissingError if nbconvert is not installed;
    ExecutionError if a cell raises: the notebook then stays as it was.
    """
    notebooks = _readable(notebooks)
    _require("nbconvert")
    for notebook in notebooks:
        with tempfile.TemporaryDirectory() as folder:
            command = ["nbconvert", "--to=notebook", "--execute", "--log-level=WARN"]
            command += ["--ExecutePreprocessor.kernel_name=python3"]  # the one that stored_form names
            command += [f"--output-dir={folder}", "--output=done", glob.escape(str(notebook.absolute()))]
            _execute([sys.executable, "-m", *command], notebook)
            text = Path(folder, "done.ipynb").read_text(encoding="utf-8")
        write_whole(notebook, stored_form(text).encode())
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
            json.dumps(content, ensure_ascii=False).encode()  # half characters: JSON, but no text
            sound = content["nbformat"] == 4 and isinstance(content["metadata"], dict)
            cells = [cell for cell in content["cells"] if _sound(cell)]
            sound = sound and len(cells) == len(content["cells"])
        except (ValueError, TypeError, LookupError, RecursionError):
            sound = False
        if not sound:
            raise ValueError(f"{notebook} is no notebook: a file of JupyterLab with its cells is expected")
        if not any(cell["cell_type"] == "code" for cell in cells):
            raise ValueError(f"{notebook} has no cell of code: there is nothing to check")
    return notebooks


def _sound(cell: dict[str, Any]) -> bool:
    """Return whether a cell has what belongs to it; raises LookupError or TypeError where it is no cell."""
    output_types = [output["output_type"] for output in cell.get("outputs", [])]
    return (
        cell["cell_type"] in ("code", "markdown", "raw")
        and isinstance(cell["metadata"], dict)
        and isinstance(cell["source"], (str, list))
        and isinstance("".join(cell["source"]), str)
        and (cell["cell_type"] != "code" or isinstance(cell["outputs"], list))
        and all(isinstance(kind, str) for kind in output_types)
    )


def _plain(notebook: Path) -> str:
    """Return a name for a copy that pytest does not read as anything else: it takes a[1] for a parameter."""
    return re.sub(r"[^\w. ()-]", "_", notebook.stem) + ".ipynb"


def _alone() -> dict[str, str]:
    """The environment of a chapter that nobody reads: nothing is computed ahead, and all of it anew."""
    return {"WORKBOOK_RUNS": "0"} | os.environ | {"WORKBOOK_AHEAD": "0"}


def _relay(command: list[str]) -> int:
    """Run a program and pass on what it says, so that we notice where nobody can take it; return its code."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_alone(), text=True, errors="replace"
    ) as process:
        try:
            for line in process.stdout or ():
                if sys.stdout is not None:
                    print(line, end="", flush=True)
            return process.wait()
        except KeyboardInterrupt:
            end(process)
            raise
        except OSError:
            process.terminate()
            raise


def _execute(command: list[str], notebook: Path) -> None:
    """Run what executes a notebook; raise ExecutionError with the end of what it says if it fails."""
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, env=_alone() | {STORING: "1"}, text=True, errors="replace"
    ) as process:
        try:
            _, said = process.communicate()
        except KeyboardInterrupt:
            end(process)
            raise
    if process.returncode:
        _, found, cell = said.rpartition("CellExecutionError: ")
        errors = re.findall(r"^[\w.]+: .*", said, re.MULTILINE) or said.split("\n")
        why = cell.strip() if found else errors[-1]
        raise ExecutionError(f"{notebook} stays as it was: it could not be executed. {why}")


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
