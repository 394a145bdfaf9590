"""A chapter must go red under nbval when what it teaches is no longer true: we break the engine, and look."""

import shutil
from pathlib import Path

import pytest

import workbook
from workbook.course.checking import check

from .notebooks import chapter_path
from .table import PLANTED


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A copy of the engine, which the chapters that are checked import."""
    copied = tmp_path / "workbook"
    shutil.copytree(Path(workbook.__file__).parent, copied)
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


@pytest.mark.usefixtures("engine")
def test_a_copy_of_the_engine_without_a_planted_bug_is_green():
    """The control: it is the plant that turns a chapter red, and not the copy."""
    assert check([chapter_path("bias")]) == 0
