"""Exercises in code can be graded: each carries what nbgrader reads, and its check tells right from wrong."""

import contextlib
import io
import json
from collections import Counter

import pytest

from nnwidgets.questions.verdict import GRADING, NotRightError
from workbook.course.handout import for_learner
from workbook.course.lab import copy_chapters, shipped_chapters

from .coding import BEGIN, EXERCISES, WRONG, imports_only
from .notebooks import FOLDER, NOTEBOOKS, cells, chapter_path, source

KEYS = {"schema_version", "grade_id", "solution", "grade", "locked", "task"}

every_chapter = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.grade_id)


@every_exercise
def test_an_exercise_and_its_check_carry_what_nbgrader_reads(exercise):
    about = exercise.cell["metadata"]["nbgrader"]
    assert about == about | {
        "schema_version": 3,
        "solution": True,
        "grade": False,
        "locked": False,
        "task": False,
    }
    assert set(about) == KEYS
    assert exercise.check is not None, "the code cell after an exercise is its check"
    check = exercise.check["metadata"]["nbgrader"]
    assert check == check | {
        "schema_version": 3,
        "solution": False,
        "grade": True,
        "locked": True,
        "task": False,
    }
    assert set(check) == KEYS | {"points"}
    assert check["points"] > 0
    assert about["grade_id"].startswith(exercise.chapter[3:].replace("_", "-") + "-")
    assert check["grade_id"] == about["grade_id"] + "-check"


@every_chapter
def test_nothing_else_is_graded(path):
    marked = [
        cell for kind in ("code", "markdown") for cell in cells(path, kind) if "nbgrader" in cell["metadata"]
    ]
    here = [exercise for exercise in EXERCISES if exercise.chapter == path.stem]
    assert len(marked) == 2 * len(here)
    assert here or path.stem == "00_start_here", "a chapter has an exercise in code"


def test_ids_are_unique_and_each_has_a_wrong_answer_to_try():
    counts = Counter(exercise.grade_id for exercise in EXERCISES)
    assert set(counts.values()) == {1}
    assert set(WRONG) == set(counts)


def told(exercise, answer):
    """What the check prints of an answer, in the chapter as it is handed out."""
    names, said = {}, io.StringIO()
    for cell in cells(chapter_path(exercise.chapter[3:]), "code"):
        if imports_only(source(cell)):
            exec(source(cell), names)
    with contextlib.redirect_stdout(said):
        exec(answer, names)
        exec(source(exercise.check), names)
    return said.getvalue()


def unattempted(exercise):
    """The cell as a learner gets it."""
    learners = json.loads(for_learner((FOLDER / f"{exercise.chapter}.ipynb").read_bytes()))
    (cell,) = [cell for cell in learners["cells"] if cell["id"] == exercise.cell["id"]]
    return source(cell)


@every_exercise
def test_a_learner_is_told_and_a_grade_is_raised(exercise, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(GRADING, raising=False)
    solved, wrong, open_ = source(exercise.cell), exercise.wrong, unattempted(exercise)
    assert told(exercise, solved).startswith("right")
    assert told(exercise, open_) == "not attempted yet\n"
    verdict = told(exercise, wrong)
    assert verdict.strip()
    assert not verdict.startswith("right")
    monkeypatch.setenv(GRADING, "autograde")
    assert told(exercise, solved).startswith("right")
    with pytest.raises(NotRightError, match=r"^not attempted yet$"):
        told(exercise, open_)
    with pytest.raises(NotRightError) as raised:
        told(exercise, wrong)
    assert f"{raised.value}\n" == verdict


def test_a_learners_folder_contains_no_solution(tmp_path):
    """But what is needed to collect and to grade its notebooks."""
    copy_chapters(shipped_chapters(), tmp_path)
    everything = "\n".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert BEGIN.strip("# ") not in everything
    for exercise in EXERCISES:
        _, _, solution = source(exercise.cell).partition(BEGIN)
        for line in solution.splitlines():
            told_apart = line.strip() and "SOLUTION" not in line
            assert not told_apart or json.dumps(line.strip())[1:-1] not in everything, line
        assert everything.count(f'"grade_id": "{exercise.grade_id}"') == 1
        assert everything.count(f'"grade_id": "{exercise.grade_id}-check"') == 1
