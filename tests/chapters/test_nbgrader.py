"""The real nbgrader hands out every chapter and grades it: full marks for what is right, none for the rest.

It gets whole notebooks. Only one is executed from its first cell to its last, as nbval executes them all:
of the others the kernel gets the imports, the exercises and the checks. Every chapter is handed out; all
are handed in where WORKBOOK_FULL is 1, and two otherwise.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from workbook.course.lab import copy_chapters

from .coding import EXERCISES, filled_in, imports_only
from .notebooks import FOLDER, NOTEBOOKS, cells, source

WHOLE = "02_bias"
SOLUTIONS = {exercise.grade_id: source(exercise.cell) for exercise in EXERCISES}
WRONG = {exercise.grade_id: exercise.wrong for exercise in EXERCISES}
FULL = os.environ.get("WORKBOOK_FULL") == "1"
HANDED_IN = [path for path in NOTEBOOKS if FULL or path.stem in (WHOLE, NOTEBOOKS[-1].stem)]
POINTS = {
    path.stem: {
        exercise.grade_id: exercise.check["metadata"]["nbgrader"]["points"]
        for exercise in EXERCISES
        if exercise.chapter == path.stem
    }
    for path in HANDED_IN
}

every_chapter = pytest.mark.parametrize("chapter", list(POINTS))


def lean(content):
    """Return a notebook in which only imports, exercises and checks hold code: other cells are empty."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "nbgrader" not in cell["metadata"]:
            cell["source"] = source(cell) if imports_only(source(cell)) else ""
    return json.dumps(notebook)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course after its first assignment: handed out, handed in by four students, graded, commented."""
    folder = tmp_path_factory.mktemp("course")
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = {"WORKBOOK_AHEAD": "0", "JUPYTER_CONFIG_DIR": str(folder / "config"), "PATH": programs}

    def nbgrader(*command):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command, f"--course-dir={folder}"],
            env=os.environ | environment,
            cwd=folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def hand_in(student, chapter, content):
        path = folder / "submitted" / student / "chapters" / f"{chapter}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    (folder / "source").mkdir()
    (folder / "source" / "chapters").symlink_to(FOLDER)
    nbgrader("generate_assignment", "chapters")
    copy_chapters(FOLDER, folder / "learner")
    for chapter in POINTS:
        released = (folder / "release" / "chapters" / f"{chapter}.ipynb").read_text(encoding="utf-8")
        learners = (folder / "learner" / f"{chapter}.ipynb").read_text(encoding="utf-8")
        hand_in("solved", chapter, filled_in(lean(learners), SOLUTIONS.get))
        hand_in("wrong", chapter, filled_in(lean(released), WRONG.get))
        hand_in("unattempted", chapter, lean(released))
        if chapter == WHOLE:
            hand_in("whole", chapter, filled_in(released, SOLUTIONS.get))
    nbgrader("autograde", "chapters")
    nbgrader("generate_feedback", "chapters")
    return folder


def scores(course, student, chapter):
    """The score of each check of a chapter, by the exercise's id."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(chapter, "chapters", student)
        assert not notebook.needs_manual_grade
        return {grade.name.removesuffix("-check"): grade.score for grade in notebook.grades}


@every_chapter
def test_what_is_handed_out_holds_no_solution(course, chapter):
    text = Path(course, "release", "chapters", f"{chapter}.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in text
    assert text.count("raise NotImplementedError()") == len(POINTS[chapter])


@every_chapter
def test_solved_scores_full_marks(course, chapter):
    assert scores(course, "solved", chapter) == POINTS[chapter]


@every_chapter
@pytest.mark.parametrize("student", ["wrong", "unattempted"])
def test_a_wrong_answer_and_none_score_nothing(course, student, chapter):
    assert scores(course, student, chapter) == dict.fromkeys(POINTS[chapter], 0)


def test_a_chapter_executed_whole_scores_full_marks(course):
    """And no cell of it fails, or takes longer than nbgrader waits."""
    assert scores(course, "whole", WHOLE) == POINTS[WHOLE]
    graded = cells(course / "autograded" / "whole" / "chapters" / f"{WHOLE}.ipynb", "code")
    assert not [output for cell in graded for output in cell["outputs"] if output["output_type"] == "error"]
    assert sum(bool(cell["outputs"]) for cell in graded) > 10


@every_chapter
def test_the_feedback_says_what_the_check_says(course, chapter):
    """And nothing of the way through our code to it."""
    for student, said in (("solved", "right"), ("wrong", "not yet: ")):
        page = Path(course, "feedback", student, "chapters", f"{chapter}.html").read_text(encoding="utf-8")
        assert len(re.findall(rf"<pre>\s*{said}", page)) == len(POINTS[chapter])
        assert "most recent call last" not in page
