"""Exercises: a number or a choice, checked at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ipywidgets

from nnwidgets.questions.card import Card, choices
from nnwidgets.questions.numbers import numbers
from nnwidgets.questions.rules import Rule, right_option
from workbook.cases import Finding
from workbook.course.progress import Progress


@dataclass(frozen=True)
class Exercise:
    """A question about a finding. With a rule it is a choice of the rule's options, otherwise a number.

    within: how far off a number may be. hints: shown one after the other. because: what to read once it is
    right. wrong: what to read for likely wrong answers; otherwise: for any other number. Calling it makes the
    card that asks. Raises ValueError for a wrong answer that is not among the options.
    """

    finding: Finding
    question: str
    rule: Rule | None = None
    within: float = 0.0
    hints: Sequence[str] = ()
    because: str = ""
    wrong: Mapping[float | str, str] = field(default_factory=dict)
    otherwise: str = "The hints lead there step by step."

    def __post_init__(self) -> None:
        for known in self.wrong if self.rule else ():
            if known not in self.options:
                raise ValueError(
                    f"exercise {self.finding.key!r}: {known!r} is not among the options {self.options}"
                )

    @property
    def options(self) -> list[str]:
        """What can be chosen; nothing where a number is asked for."""
        return self.rule.options if self.rule else []

    def __call__(self, progress: Progress | None = None) -> ExerciseCard:
        """Return a card that asks it. progress: where answers are kept."""
        return ExerciseCard(self, progress)

    def right(self) -> float | str:
        """Return the right answer, computed now."""
        return right_option(self.rule, self.finding) if self.rule else float(self.finding())

    def agrees(self, given: float | str, known: float | str) -> bool:
        """Return whether what was given is the known answer."""
        if isinstance(given, str) or isinstance(known, str):
            return given == known
        return math.isfinite(given) and abs(given - known) <= self.within


class ExerciseCard(Card):
    """Asks, and checks as often as the learner likes; a right answer comes back, or else the last."""

    def __init__(self, exercise: Exercise, progress: Progress | None = None) -> None:
        self.exercise, self.right = exercise, False
        self.field: ipywidgets.RadioButtons | ipywidgets.Text = (
            choices(exercise.options)
            if exercise.rule
            else ipywidgets.Text(
                description="your answer", placeholder="a number", style={"description_width": "90px"}
            )
        )
        self.options = exercise.options
        super().__init__(exercise.finding.key, exercise.question, [self.field], exercise.hints, progress)
        before = self.progress.get(self.key)
        if before is not None and (not exercise.rule or before in exercise.options):
            self.field.value = str(before)
            self.pressed()

    def __repr__(self) -> str:
        return f"Exercise({self.key}: {'right' if self.right else 'open'})"

    def answer(self) -> None:
        """Say at once whether the answer is right, and keep it."""
        given, self.right = self.field.value, False
        if given in (None, ""):
            self.say("Not attempted yet.", "")
            return
        readings: Sequence[float | str] = [given] if self.exercise.rule else numbers(given)
        if not readings:
            self.say("", f"{given} is not a number. Write it like 0.25.")
            return
        right = self.exercise.right()
        self.right = any(self.exercise.agrees(reading, right) for reading in readings)
        if self.right:
            self.say("<b>✓ Right.</b>", self.exercise.because)
        else:
            likely = self.exercise.wrong.items()
            said = (text for known, text in likely if self.exercise.agrees(readings[0], known))
            self.say("Not yet.", next(said, self.exercise.otherwise))
        self.keep(given, self.right)
