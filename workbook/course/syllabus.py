"""The syllabus: the chapters that there are, what they are about and what they ask, from their notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workbook.cases import CASES

ASKED = re.compile(r"(Predict|Exercise) \(([\w-]+/[\w-]+)\)")
"""How a stored notebook says what one of its cells asks: the text of `nnwidgets.questions.static.Static`."""


class Chapter(NamedTuple):
    """A chapter. name: "dead_relu"; about: the question behind it, "" for the first page.

    predictions, exercises: the keys under which what it asks is kept, "dead-relu/settles", in its order.
    """

    name: str
    file: str
    title: str
    about: str
    predictions: tuple[str, ...]
    exercises: tuple[str, ...]


def chapter_files(folder: Path) -> list[Path]:
    """Return the chapters' notebooks in a folder, in order."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def syllabus(folder: Path) -> list[Chapter]:
    """Return the chapters in a folder, in order. Raises OSError or ValueError where one cannot be read."""
    return [_chapter(path) for path in chapter_files(folder)]


def _chapter(path: Path) -> Chapter:
    name = path.stem[3:]
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    questions = [case.question for case in CASES.values() if case.chapter == name]
    asked = dict.fromkeys(found for text in _texts(cells) for found in ASKED.findall(text))
    predictions, exercises = (
        tuple(key for kind, key in asked if kind == wanted) for wanted in ("Predict", "Exercise")
    )
    return Chapter(name, path.name, _title(cells) or name, " ".join(questions), predictions, exercises)


def _title(cells: Iterable[Mapping[str, Any]]) -> str:
    """Return the first heading of a notebook."""
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = re.search(r"^# +(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _texts(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the texts that stand for what the cells have shown."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return ["".join(output.get("data", {}).get("text/plain", "")) for output in outputs]
