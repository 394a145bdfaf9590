"""Options with three degrees of confidence: one click answers, and says how sure one is."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import ipywidgets

CONFIDENCE = {"guess": "I am guessing", "think so": "I think so", "sure": "I am sure"}
"""What the buttons say, and what a reader of screens hears."""


class Options(ipywidgets.GridBox):
    """A row for each option, with a button for each degree of confidence. answered(option, confidence) is
    called on the first click.
    """

    def __init__(self, options: Sequence[str], answered: Callable[[str, str], None]) -> None:
        self.answered = answered
        self.buttons = {
            (option, confidence): ipywidgets.Button(
                description=confidence, tooltip=f"{option}: {spoken}", layout={"width": "auto"}
            )
            for option in options
            for confidence, spoken in CONFIDENCE.items()
        }
        for pair, button in self.buttons.items():
            button.on_click(lambda _, pair=pair: self.answer(*pair))
        rows = []
        for option in options:
            rows += [ipywidgets.HTML(html.escape(option)).add_class("workbook-option")]
            rows += [self.buttons[option, confidence] for confidence in CONFIDENCE]
        super().__init__(rows)
        self.add_class("workbook-options")

    def answer(self, option: str, confidence: str) -> None:
        """Take the answer; a click that comes when they are gone is lost."""
        if self.layout.display != "none":
            self.answered(option, confidence)

    def close_up(self) -> None:
        """Make room: the question is answered."""
        self.layout.display = "none"
