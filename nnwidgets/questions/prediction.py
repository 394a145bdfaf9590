"""A prediction: asked before the answer shows, scored against what the experiment gives."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import traitlets

from nnwidgets.questions.card import Card, choices
from nnwidgets.questions.rules import Rule, right_option
from workbook.cases import Finding
from workbook.course.progress import Progress


@dataclass(frozen=True)
class Prediction:
    """A question about a finding, with options; the rule says which of them the finding makes right.

    because: what to read once the answer shows. Calling it makes the card that asks. Raises ValueError for
    fewer than two options, or two that are the same.
    """

    finding: Finding
    question: str
    rule: Rule
    because: str = ""

    def __post_init__(self) -> None:
        options = self.rule.options
        if len(set(options)) < 2 or len(set(options)) != len(options):
            raise ValueError(f"a prediction needs two different options or more, not {options}")

    def __call__(self, progress: Progress | None = None) -> PredictionCard:
        """Return a card that asks it. progress: where answers are kept."""
        return PredictionCard(self, progress)

    def right(self) -> str:
        """Return the right option, computed now."""
        return right_option(self.rule, self.finding)


class PredictionCard(Card):
    """Asks once; `reveal` scores the answer, which is computed only when it is due."""

    answered = traitlets.Bool(False)

    def __init__(self, prediction: Prediction, progress: Progress | None = None) -> None:
        self.prediction = prediction
        self.right: bool | None = None
        self.due = False
        self.choice = choices(prediction.rule.options)
        question = f"<b>Predict.</b> {html.escape(prediction.question)}"
        super().__init__(
            prediction.finding.key, question, [self.choice], "That is my prediction", (), progress
        )
        self.choice.observe(self._chosen, "value")
        self.button.disabled = True
        before = self.progress.get(self.key)
        if before in prediction.rule.options:
            self.choice.value = before
            self._lock()

    def __repr__(self) -> str:
        return f"Prediction({self.key}: {self.state})"

    @property
    def state(self) -> str:
        """ "open", "answered", "right" or "wrong"."""
        if not self.answered:
            return "open"
        return {None: "answered", True: "right", False: "wrong"}[self.right]

    def reveal(self) -> None:
        """Show the right option beside the learner's, now or as soon as there is an answer."""
        self.due = True
        if not self.answered or self.right is not None:
            return
        self.result.value = "Measuring the answer …"
        try:
            right = self.prediction.right()
        except Exception:
            self.result.value = "The answer could not be measured."
            raise
        self.right = self.choice.value == right
        verdict = "You were right:" if self.right else "It came out otherwise:"
        self.say(f"<b>{verdict}</b>", f"{right}. {self.prediction.because}")

    def answer(self) -> None:
        """Take the chosen option, for good."""
        if self.answered or self.choice.value is None:
            return
        self._lock()
        self.keep(self.choice.value)

    def _chosen(self, change: Any) -> None:
        self.button.disabled = self.answered or change.new is None

    def _lock(self) -> None:
        self.choice.disabled = self.button.disabled = True
        self.result.value = "Noted. Now look below, and see."
        self.answered = True
        if self.due:
            self.reveal()
