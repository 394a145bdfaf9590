"""A goal: something to reach in a panel; it turns green when it is reached, and not before."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets

from nnwidgets.questions.card import kept
from workbook.course.progress import Progress


@dataclass(frozen=True)
class Goal:
    """A sentence that says what to reach, and a test of the session that tells whether it is.

    Calling it makes the line that a panel shows.
    """

    key: str
    sentence: str
    reached: Callable[[Any], bool]

    def __call__(self, progress: Progress | None = None) -> GoalLine:
        """Return a line that says it. progress: where it is kept that it was reached."""
        return GoalLine(self, progress)


def goal(sentence: str) -> Callable[[Callable[[Any], bool]], Goal]:
    """Make a goal of the function below, which tests a session; its name and its chapter's are the key."""

    def made(reached: Callable[[Any], bool]) -> Goal:
        chapter = reached.__module__.rpartition(".")[2]
        return Goal(f"{chapter}/{reached.__name__}".replace("_", "-"), sentence, reached)

    return made


class GoalLine(ipywidgets.HTML):
    """The line of a goal in its panel."""

    def __init__(self, goal: Goal, progress: Progress | None = None) -> None:
        super().__init__(html.escape(f"Goal: {goal.sentence}"))
        self.goal, self.progress, self.reached = goal, progress or Progress(), False
        self.add_class("workbook-goal-open")
        if self.progress.get(goal.key) is True:
            self._turn_green()

    def __repr__(self) -> str:
        return f"Goal({self.goal.key}: {'reached' if self.reached else 'open'})"

    def look(self, session: Any) -> None:
        """Turn green if the session has reached the goal; once reached, it stays reached."""
        if not self.reached and self.goal.reached(session):
            self._turn_green()
            self.value += kept(self.progress, self.goal.key, True)

    def _turn_green(self) -> None:
        self.reached = True
        self.remove_class("workbook-goal-open").add_class("workbook-goal-reached")
        self.value = html.escape(f"Goal reached: {self.goal.sentence}")
