"""A goal: something to reach in a panel; it turns green when it is reached, and not before."""

from __future__ import annotations

import html
from collections.abc import Callable

import ipywidgets

from nnwidgets.questions.progress import Progress
from nnwidgets.session.session import Session


class Goal(ipywidgets.HTML):
    """A sentence that says what to reach, and a test of the session that tells whether it is."""

    def __init__(
        self, key: str, sentence: str, reached: Callable[[Session], bool], progress: Progress | None = None
    ) -> None:
        super().__init__(html.escape(f"Goal: {sentence}"))
        self.key, self.sentence, self.test = key, sentence, reached
        self.progress = progress or Progress()
        self.reached = False
        self.add_class("workbook-goal-open")
        if self.progress.get(key) is True:
            self._turn_green()

    def __repr__(self) -> str:
        return f"Goal({self.key}: {'reached' if self.reached else 'open'})"

    def look(self, session: Session) -> None:
        """Turn green if the session has reached the goal; once reached, it stays reached."""
        if not self.reached and self.test(session):
            self._turn_green()
            try:
                self.progress.keep(self.key, True)
            except OSError as error:
                self.value += f" (It could not be saved: {html.escape(str(error))})"

    def _turn_green(self) -> None:
        self.reached = True
        self.remove_class("workbook-goal-open").add_class("workbook-goal-reached")
        self.value = html.escape(f"Goal reached: {self.sentence}")
