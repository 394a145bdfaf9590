"""What a step check says: a row for each array of each step, and a verdict in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbook.gradcheck.report import named, relative_error

OVERWRITES = "that became the new array, so the update overwrites instead of being added"


@dataclass(frozen=True, slots=True)
class ArrayStep:
    """What one step did to one array, beside what it should have done: `change` and `expected`.

    factor: how many times `expected` comes nearest to `change`, dot(change, expected) / |expected|^2. angle:
    between the two, in degrees. Both are nan where one of them is 0. left_out: how many parameters were not
    compared, because their gradient was not measured, or is too small or too near a kink to say what the
    optimizer makes of it. looks_like: a mistake that gives just this change, in words, or nothing.
    """

    step: int  # from 1
    layer: Any
    kind: str
    relative_error: float  # |change - expected| / (|change| + |expected|)
    factor: float
    angle: float
    compared: int
    left_out: int
    passed: bool
    looks_like: str = ""


@dataclass(frozen=True, repr=False)
class StepReport:
    """The outcome of a step check: one row for each array and step."""

    rows: list[ArrayStep]
    optimizer: str
    threshold: float

    @property
    def passed(self) -> bool:
        """Whether anything was compared, and every array of every step is as the optimizer has it."""
        return any(row.compared for row in self.rows) and all(row.passed for row in self.rows)

    @property
    def relative_error(self) -> float:
        """The largest of all arrays and steps."""
        return max(row.relative_error for row in self.rows)

    def __repr__(self) -> str:
        if self.passed:
            return f"StepReport(passed: relative error at most {self.relative_error:.0e}, {self.optimizer})"
        wrong = [row for row in self.rows if not row.passed]
        if not wrong:
            return "StepReport(FAILED: nothing was compared)"
        first = [row for row in wrong if row.step == wrong[0].step]
        said: dict[str, list[tuple[Any, str]]] = {}
        for row in first:
            said.setdefault(self._of(row), []).append((row.layer, row.kind))
        every = sum(row.step == wrong[0].step for row in self.rows)
        parts = [
            f"the change of {'every array' if 1 < len(rows) == every else named(rows)} {what}"
            for what, rows in said.items()
        ]
        when = f"at step {wrong[0].step}, " if len({row.step for row in self.rows}) > 1 else ""
        return f"StepReport(FAILED: {when}{'; '.join(parts)})"

    def _of(self, row: ArrayStep) -> str:
        right = f"what {self.optimizer} makes of the gradient"
        if row.looks_like:
            return f"is not {right}: {row.looks_like}"
        if np.isnan(row.factor):
            return f"is not {right}: one of them is 0, or no number"
        if min(row.angle, 180 - row.angle) < 1:
            return f"is {row.factor:.3g} times {right}"
        return (
            f"is at {row.angle:.0f} degrees to {right}, and {row.factor:.2g} times as long in its direction"
        )


@np.errstate(all="ignore")
def compared_step(
    step: int,
    name: tuple[Any, str],
    before: np.ndarray,
    after: np.ndarray,
    expected: np.ndarray,
    unsure: np.ndarray,
    measured: np.ndarray,
    threshold: float,
    alike: dict[str, np.ndarray],
) -> ArrayStep:
    """Compare what a step did to one array with what is expected, where that was measured and is sure.

    alike: other changes that a mistake would make, by the words that say so.
    """
    known = measured & ~unsure

    def error(change: np.ndarray, wanted: np.ndarray) -> float:
        lengths = [np.linalg.norm(v[known]) for v in (change - wanted, change, wanted)]
        return float(relative_error(*lengths))

    change = after - before
    found = error(change, expected)
    passed = bool(found <= threshold)
    one, other = change[known], expected[known]
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    factor = float((one * other).sum() / np.square(other).sum()) if lengths else np.nan
    angle = float(np.degrees(np.arccos(np.clip((one * other).sum() / lengths, -1, 1)))) if lengths else np.nan
    looks_like = ""
    if not passed and error(after, expected) <= threshold and (before[known] != 0).any():
        looks_like = OVERWRITES
    for words, other_change in () if passed or looks_like else alike.items():
        if error(change, other_change) <= threshold:
            looks_like = words
    compared = int(known.sum())
    return ArrayStep(step, *name, found, factor, angle, compared, known.size - compared, passed, looks_like)
