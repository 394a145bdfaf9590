"""Goals: green when reached, and not before."""

import pytest

from nnwidgets.questions.goal import Goal
from nnwidgets.questions.progress import Progress

from .front_end import LineSession

GREEN, OPEN = "workbook-goal-reached", "workbook-goal-open"


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def set_(progress, test=lambda session: session.step >= 5):
    return Goal("c/g", "make <5> steps", test, progress)


def colours(goal):
    return set(goal._dom_classes) & {GREEN, OPEN}


def test_open_until_reached(progress):
    goal, session = set_(progress), LineSession()
    assert repr(goal) == "Goal(c/g: open)"
    assert goal.value == "Goal: make &lt;5&gt; steps"
    session.advance(4)
    goal.look(session)
    assert not goal.reached
    assert colours(goal) == {OPEN}
    assert progress.get("c/g") is None
    session.advance()
    goal.look(session)
    assert goal.reached
    assert colours(goal) == {GREEN}
    assert goal.value == "Goal reached: make &lt;5&gt; steps"
    assert repr(goal) == "Goal(c/g: reached)"
    assert progress.get("c/g") is True


def test_once_reached_it_stays(progress):
    goal, session = set_(progress), LineSession()
    session.advance(5)
    goal.look(session)
    session.reset()
    goal.look(session)
    assert goal.reached
    assert colours(goal) == {GREEN}


def test_it_is_not_tested_again(progress):
    calls = []
    goal = set_(progress, lambda session: calls.append(1) or True)
    goal.look(None)
    goal.look(None)
    assert calls == [1]


def test_it_comes_back_reached(progress):
    progress.keep("c/g", True)
    goal = set_(progress)
    assert goal.reached
    assert colours(goal) == {GREEN}


@pytest.mark.parametrize("kept", [False, None, "True", 1, [True]])
def test_anything_else_that_is_kept_does_not_count(progress, kept):
    progress.keep("c/g", kept)
    assert not set_(progress).reached


def test_a_goal_that_cannot_be_saved_is_reached_and_says_so(tmp_path):
    goal = set_(Progress(tmp_path / "nowhere"), lambda session: True)
    goal.look(LineSession())
    assert goal.reached
    assert goal.value.startswith("Goal reached: make &lt;5&gt; steps")
    assert "could not be saved" in goal.value
