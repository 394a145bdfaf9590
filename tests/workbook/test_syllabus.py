"""The syllabus: what there is, from the notebooks alone."""

import json

import pytest

from workbook import CASES
from workbook.course.lab import shipped_chapters
from workbook.course.syllabus import chapter_files, syllabus


def write(path, *cells):
    """Write a notebook: of ("markdown", source), or ("code", source, texts that are shown)."""
    made = [
        {
            "cell_type": kind,
            "source": [line + "\n" for line in text.split("\n")],
            "outputs": [{"output_type": "display_data", "data": {"text/plain": one}} for one in shown],
        }
        for kind, text, *shown in cells
    ]
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")


def test_every_chapter_that_there_is_and_nothing_else():
    files = chapter_files(shipped_chapters())
    found = syllabus(shipped_chapters())
    assert [chapter.file for chapter in found] == [file.name for file in files]
    assert found[0].name == "start_here"
    for chapter in found:
        cases = [case for case in CASES.values() if case.chapter == chapter.name]
        assert bool(chapter.about) == bool(cases)
        assert chapter.title
        assert chapter.predictions
        keys = [*chapter.predictions, *chapter.exercises]
        assert len(keys) == len(set(keys))
        assert {key.partition("/")[0].replace("-", "_") for key in keys} == {chapter.name}


def test_a_notebook_is_read(tmp_path):
    write(
        tmp_path / "02_bias.ipynb",
        ("markdown", "before\n# Why & how?\n\n## 1 Begin"),
        ("code", "x", "TrainingPanel(step 0)", "Predict (bias/settles): Where?"),
        ("code", "y", "Exercise (bias/at-zero): How much?"),
        ("code", "again", "Predict (bias/settles): Where?"),
    )
    write(tmp_path / "01_new.ipynb", ("markdown", "no heading"))
    write(tmp_path / "notes.ipynb", ("markdown", "# Not a chapter"))
    new, bias = syllabus(tmp_path)
    assert new == ("new", "01_new.ipynb", "new", "", (), ())
    assert bias[:3] == ("bias", "02_bias.ipynb", "Why & how?")
    assert bias.about == CASES["two-neurons"].question
    assert bias[4:] == (("bias/settles",), ("bias/at-zero",))


def test_a_notebook_that_is_none(tmp_path):
    (tmp_path / "02_bias.ipynb").write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        syllabus(tmp_path)
