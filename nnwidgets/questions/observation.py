"""An observation: after a run, what did you see? Scored by the very run that was watched."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets

from nnwidgets.questions.card import kept
from workbook.course.progress import Progress


@dataclass(frozen=True)
class Observation:
    """Two or three things that one may have seen. right(session): which of them was to be seen.

    Raises ValueError for fewer than two options, or two that are the same.
    """

    question: str
    options: Sequence[str]
    right: Callable[[Any], str]

    def __post_init__(self) -> None:
        if len(set(self.options)) < 2 or len(set(self.options)) != len(self.options):
            raise ValueError(f"an observation needs two different options or more, not {list(self.options)}")


class ObservationRow(ipywidgets.Box):
    """A button for each option, hidden until there was something to see; one click answers."""

    def __init__(self, key: str, observation: Observation, progress: Progress) -> None:
        self.key, self.observation, self.progress = key, observation, progress
        self.right: str | None = None
        self.said: str | None = None
        self.words = ipywidgets.HTML(f"<b>{html.escape(observation.question)}</b>").add_class("workbook-live")
        self.buttons = {
            option: ipywidgets.Button(description=option, layout={"width": "auto"})
            for option in observation.options
        }
        for option, button in self.buttons.items():
            button.on_click(lambda _, option=option: self.say(option))
        super().__init__([self.words, *self.buttons.values()])
        self.add_class("workbook-row").add_class("workbook-seen")
        self.layout.display = "none"

    def watched(self, session: Any) -> None:
        """Offer the options, of which one was to be seen in this session."""
        self.right = self.observation.right(session)
        if self.right not in self.buttons:
            raise ValueError(f"{self.key!r} came out as {self.right!r}, which is not among the options")
        self.layout.display = None

    def say(self, option: str) -> None:
        """Take what the learner says to have seen, once, and score it."""
        if self.right is None or self.said is not None:
            return
        self.said = option
        right = option == self.right
        was, said = html.escape(self.right), html.escape(option)
        self.words.value = (
            f"<b>✓ So it was:</b> {was}."
            if right
            else f"<b>✗ It was:</b> {was}, not {said}. Back and the step slider take you through it."
        ) + kept(self.progress, self.key, option, right)
        for button in self.buttons.values():
            button.layout.display = "none"
