"""A chapter must go red under nbval when what it teaches is no longer true: we break the engine, and look."""

import json
import shutil
from pathlib import Path

import pytest

import workbook
from workbook.course.checking import check

from .notebooks import FOLDER, chapter_path
from .table import PLANTED


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A copy of the engine, which the chapters that are checked import."""
    copied = tmp_path / "workbook"
    shutil.copytree(Path(workbook.__file__).parent, copied)
    shutil.copytree(FOLDER, tmp_path / "chapters")  # the first page looks for them beside the engine
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q -x")  # the first red cell is enough
    return copied


@pytest.mark.parametrize(("chapter", "bug"), [(c, bug) for c, bugs in PLANTED.items() for bug in bugs])
def test_a_planted_bug_turns_the_chapter_red(chapter, bug, engine):
    file, right, wrong = bug
    text = (engine / file).read_text(encoding="utf-8")
    assert text.count(right) == 1, "the plant no longer fits the code"
    (engine / file).write_text(text.replace(right, wrong), encoding="utf-8")
    assert check([chapter_path(chapter)]) == 1


def test_a_copy_of_the_engine_without_a_planted_bug_is_green(engine, tmp_path):
    """The control: it is the plant that turns a chapter red, and not the copy."""
    source = "import workbook\nworkbook.__file__"
    said = {"text/plain": repr(str(engine / "__init__.py"))}
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": said}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel}
    path = tmp_path / "copy.ipynb"
    path.write_text(json.dumps(notebook | {"cells": [cell | {"source": source, "outputs": [output]}]}))
    assert check([path]) == 0
