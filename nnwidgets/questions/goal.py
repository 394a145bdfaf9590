"""A goal: something to reach in a panel; it is green while it is reached."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets

from nnwidgets.questions.card import kept
from workbook.course.progress import Progress

WORDS = {"open": "Goal", "reached": "Goal reached", "earlier": "Reached earlier"}


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
    """The line of a goal in its panel: open, reached now (green), or reached earlier (grey)."""

    def __init__(self, goal: Goal, progress: Progress | None = None) -> None:
        super().__init__()
        self.goal, self.progress, self.state = goal, progress or Progress(), ""
        self.add_class("workbook-live")
        self._turn("earlier" if self.progress.get(goal.key) is True else "open")

    def __repr__(self) -> str:
        return f"Goal({self.goal.key}: {'open' if self.state == 'open' else 'reached'})"

    @property
    def reached(self) -> bool:
        """Whether it has ever been reached."""
        return self.state != "open"

    def look(self, session: Any) -> None:
        """Say whether the session has reached the goal now, or had reached it before."""
        if self.goal.reached(session):
            first = self.state == "open"
            self._turn("reached")
            if first:
                self.value += kept(self.progress, self.goal.key, True, True)
        elif self.reached:
            self._turn("earlier")

    def _turn(self, state: str) -> None:
        if state != self.state:
            self.remove_class(f"workbook-goal-{self.state}").add_class(f"workbook-goal-{state}")
            self.state = state
            self.value = html.escape(f"{WORDS[state]}: {self.goal.sentence}")
