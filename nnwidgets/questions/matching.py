"""Matching: rows, and for each of them the one option that goes with it; all are checked together."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ipywidgets

from nnwidgets.questions.card import Card
from workbook.cases import Finding
from workbook.course.progress import Progress

OPEN = "choose"


@dataclass(frozen=True)
class Matching:
    """A question about a finding that says which option goes with each row: row -> option.

    of: the name of these pairs among the finding's values, where it has several. hints: shown one after the
    other. because: what to read once all is right. wrong: (row, option) -> what to read of a likely wrong
    pair. Calling it makes the card that asks. Raises ValueError for a wrong pair of a row or an option that
    there is not.
    """

    finding: Finding
    question: str
    rows: Sequence[str]
    options: Sequence[str]
    of: str = ""
    hints: Sequence[str] = ()
    because: str = ""
    wrong: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row, option in self.wrong:
            if row not in self.rows or option not in self.options:
                raise ValueError(f"matching {self.finding.key!r} has no row {row!r} with option {option!r}")

    @property
    def key(self) -> str:
        """The name under which answers are kept."""
        return self.finding.key

    def __call__(self, progress: Progress | None = None) -> MatchingCard:
        """Return a card that asks it. progress: where answers are kept."""
        return MatchingCard(self, progress)

    def right(self) -> dict[str, str]:
        """Return the option of each row, computed now. Raises ValueError if it is not among the options."""
        pairs: Mapping[str, str] = self.finding.value(self.of) if self.of else self.finding()
        for row in self.rows:
            if pairs.get(row) not in self.options:
                raise ValueError(f"{self.finding.key!r} gives {pairs.get(row)!r} for the row {row!r}")
        return {row: pairs[row] for row in self.rows}


class MatchingCard(Card):
    """A list of options for each row; checked as often as one likes; right choices come back, or the last."""

    def __init__(self, matching: Matching, progress: Progress | None = None) -> None:
        self.matching, self.right = matching, 0
        self.fields = {
            row: ipywidgets.Dropdown(
                options=[OPEN, *matching.options],
                value=OPEN,
                description=row,
                layout={"width": "auto"},
                style={"description_width": "380px"},
            )
            for row in matching.rows
        }
        self.options = [f"{row}: ?" for row in matching.rows] + list(matching.options)
        fields = list(self.fields.values())
        super().__init__(matching.key, matching.question, fields, matching.hints, progress)
        if self._fill(self.progress.get(self.key)):
            self.pressed()

    def __repr__(self) -> str:
        return f"Matching({self.key}: {self.right} of {len(self.fields)} right)"

    def answer(self) -> None:
        """Say at once how many rows are right and what is wrong with the others, and keep them all."""
        self.right = 0
        chosen = {row: field.value for row, field in self.fields.items() if field.value != OPEN}
        if not chosen:
            self.say("Not attempted yet.", "")
            return
        right = self.matching.right()
        wrong = {row: option for row, option in chosen.items() if option != right[row]}
        self.right = len(chosen) - len(wrong)
        if self.right == len(self.fields):
            self.say("<b>✓ Right.</b>", self.matching.because)
        else:
            said = "".join(f"<br>✗ {html.escape(self._said(*pair))}" for pair in wrong.items())
            self.say(f"{self.right} of {len(self.fields)} rows are right.{said}", "")
        self.keep(chosen, self.right == len(self.fields))

    def _said(self, row: str, option: str) -> str:
        return f"{row}: {self.matching.wrong.get((row, option), f'not {option}')}"

    def _fill(self, kept: Any) -> bool:
        """Choose what was kept, as far as there are such rows and options; return whether there were any."""
        found = False
        for row, option in kept.items() if isinstance(kept, dict) else ():
            if row in self.fields and option in self.matching.options:
                self.fields[row].value, found = option, True
        return found
