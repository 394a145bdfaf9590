"""Goals: green when reached, and not before."""

import pytest

from nnwidgets.questions import Goal, goal
from workbook.course.progress import Progress

from .front_end import LineSession

GREEN, GREY, OPEN = "workbook-goal-reached", "workbook-goal-earlier", "workbook-goal-open"


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def set_(progress, test=lambda session: session.step >= 5):
    return Goal("c/g", "make <5> steps", test)(progress)


def colours(line):
    return set(line._dom_classes) & {GREEN, GREY, OPEN}


def test_a_goal_is_called_like_its_function_and_its_chapter():
    @goal("five steps")
    def five_steps(session):
        return session.step >= 5

    assert (five_steps.key, five_steps.sentence) == ("test-goal/five-steps", "five steps")


def test_open_until_reached(progress):
    line, session = set_(progress), LineSession()
    assert repr(line) == "Goal(c/g: open)"
    assert line.value == "Goal: make &lt;5&gt; steps"
    session.advance(4)
    line.look(session)
    assert not line.reached
    assert colours(line) == {OPEN}
    assert progress.get("c/g") is None
    session.advance()
    line.look(session)
    assert line.reached
    assert colours(line) == {GREEN}
    assert line.value == "Goal reached: make &lt;5&gt; steps"
    assert repr(line) == "Goal(c/g: reached)"
    assert progress.get("c/g") is True


def test_once_reached_it_stays_and_green_is_for_now(progress):
    line, session = set_(progress), LineSession()
    session.advance(5)
    line.look(session)
    session.reset()
    line.look(session)
    assert line.reached
    assert colours(line) == {GREY}
    assert line.value == "Reached earlier: make &lt;5&gt; steps"
    session.advance(6)
    line.look(session)
    assert colours(line) == {GREEN}


def test_it_comes_back_as_reached_earlier(progress):
    progress.keep("c/g", True)
    line = set_(progress)
    assert line.reached
    assert colours(line) == {GREY}


@pytest.mark.parametrize("kept", [False, None, "True", 1, [True]])
def test_anything_else_that_is_kept_does_not_count(progress, kept):
    progress.keep("c/g", kept)
    assert not set_(progress).reached


def test_a_goal_that_cannot_be_saved_is_reached_and_says_so(tmp_path):
    line = set_(Progress(tmp_path / "nowhere"), lambda session: True)
    line.look(LineSession())
    assert line.reached
    assert line.value.startswith("Goal reached: make &lt;5&gt; steps")
    assert "could not be saved" in line.value
