"""What a gradient check says: a row for each number that was compared, a line for each array, a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter's row in the report, or one direction's."""

    layer: Any  # from 0, the first hidden layer; of functions of one's own, which array of a list, or None
    kind: str  # "W" or "b"; of functions of one's own, the array's name, or "params"
    index: Any  # (from unit, to unit), (0, to unit) for a bias; in any array, its place; (k,) for direction k
    analytic: float
    numeric: float
    error: float  # |analytic - numeric| / (|analytic| + |numeric|), 0 where both are 0 or rounding alone
    kink: bool  # whether the loss has a kink within the width: there it has no slope to compare

    @property
    def array(self) -> tuple[Any, str]:
        """Which array it belongs to, (layer, kind)."""
        return self.layer, self.kind


@dataclass(frozen=True, slots=True)
class ArrayRow:
    """What the report says of one array, W or b of one layer.

    It has passed if its own relative error is at most the threshold, or its difference is rounding alone.
    """

    layer: Any
    kind: str
    relative_error: float
    parameters: int  # how many rows of the report
    kinks: int  # how many of them are at a kink and left out
    passed: bool


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The outcome of a gradient check: one row for each parameter, in the order of params, W before b.

    Rows at a kink are shown, but count neither for the relative error nor as the worst. noise: a slope that
    rounding of the loss alone can make; what is no larger on both sides is no difference. directions: whether
    a row is a direction through one array instead of a parameter. remark: how width and threshold were
    chosen, where that needs to be said.
    """

    parameters: list[Parameter]
    width: float
    threshold: float
    noise: float = 0.0
    directions: bool = False
    remark: str = ""

    @property
    def smooth(self) -> list[Parameter]:
        """The rows that are not at a kink."""
        return [p for p in self.parameters if not p.kink]

    @property
    def relative_error(self) -> float:
        """The difference of the two gradients as vectors: |a - n| / (|a| + |n|), 0 as for a single row."""
        return vector_error(self.smooth, self.noise)

    @property
    def passed(self) -> bool:
        """Whether anything was compared, and the relative error is at most the threshold."""
        return bool(self.smooth and self.relative_error <= self.threshold)

    def worst(self) -> Parameter:
        """Return the row with the largest error; one that is not a number is the worst of all."""
        return max(self.smooth or self.parameters, key=_size_of_error)

    def by_layer(self) -> list[ArrayRow]:
        """Return one row for each array, in the order of params: where is it wrong, and how much?"""
        arrays: dict[tuple[Any, str], list[Parameter]] = {}
        for row in self.parameters:
            arrays.setdefault(row.array, []).append(row)
        found = []
        for (layer, kind), rows in arrays.items():
            smooth = [row for row in rows if not row.kink]
            error = vector_error(smooth, self.noise)
            passed = bool(smooth) and (error <= self.threshold or _within(smooth, self.noise))
            found.append(ArrayRow(layer, kind, error, len(rows), len(rows) - len(smooth), passed))
        return found

    def table(self) -> str:
        """Return the report as text, one line an array."""
        counted = "directions" if self.directions else "parameters"
        lines = [("", "relative error", counted, "at a kink", "")]
        for row in self.by_layer():
            verdict = "passed" if row.passed else "FAILED" if row.kinks < row.parameters else "not compared"
            name = named([(row.layer, row.kind)])
            lines.append((name, f"{row.relative_error:.1e}", str(row.parameters), str(row.kinks), verdict))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:4], widths[1:4]), line[4]]).rstrip()
            for line in lines
        )

    def __repr__(self) -> str:
        verdict = "passed" if self.passed else "FAILED"
        parts = [
            f"{verdict}: relative error {self.relative_error:.1e}, threshold {self.threshold:.0e}",
            *self._where(),
        ]
        kinks = len(self.parameters) - len(self.smooth)
        if self.directions:
            parts.append(f"along {len(self.parameters)} random directions")
        if self.remark:
            parts.append(self.remark)
        if kinks:
            parts.append(f"{kinks} at a kink left out")
        return f"GradientReport({'; '.join(parts)})"

    def __str__(self) -> str:
        return f"{self!r}\n{self.table()}"

    def _where(self) -> list[str]:
        """Say which arrays are wrong, and which row is much worse than the others, where a check failed."""
        if not self.smooth:
            return ["nothing was compared"]
        compared = [row for row in self.by_layer() if row.kinks < row.parameters]
        wrong, worst = [(row.layer, row.kind) for row in compared if not row.passed], self.worst()
        if self.passed:  # as a whole, in which a short array hardly counts
            return [f"but off in {named(wrong)}"] if wrong else []
        said = []
        if wrong:
            everywhere = 1 < len(wrong) == len(compared)
            said.append(f"wrong in {'every array' if everywhere else named(wrong)}")
        errors = [_size_of_error(row) for row in self.smooth]
        if not self.directions and not _size_of_error(worst) <= 2 * float(np.median(errors)):
            place = ", ".join(map(str, worst.index))
            kind, _, layer = named([worst.array]).partition(" of ")
            said.append(f"worst {kind}[{place}]{layer and f' of {layer}'}")
        return said


def relative_error(difference: ArrayLike, analytic: ArrayLike, numeric: ArrayLike) -> np.ndarray:
    """Return |difference| / (|analytic| + |numeric|), and 0 where both are 0."""
    size = np.abs(analytic) + np.abs(numeric)
    with np.errstate(all="ignore"):
        return np.where(size == 0, 0.0, np.abs(difference) / size)


def row_errors(analytic: np.ndarray, numeric: np.ndarray, noise: float) -> np.ndarray:
    """Return the relative errors of single rows, 0 where both gradients are rounding alone."""
    errors = relative_error(analytic - numeric, analytic, numeric)
    return np.where(np.maximum(abs(analytic), abs(numeric)) <= noise, 0.0, errors)


def vector_error(rows: Iterable[Parameter], noise: float) -> float:
    """Return the relative error of some rows as vectors, 0 where both are no longer than noise makes them."""
    analytic, numeric = np.array([(row.analytic, row.numeric) for row in rows]).reshape(-1, 2).T
    with np.errstate(all="ignore"):
        lengths = [float(np.linalg.norm(v)) for v in (analytic - numeric, analytic, numeric)]
        if max(lengths) <= noise * np.sqrt(len(analytic)):
            return 0.0
        return float(relative_error(*lengths))


def _within(rows: list[Parameter], noise: float) -> bool:
    """Whether the two gradients differ by no more than noise, as vectors: such an array is not wrong."""
    differences = np.array([row.analytic - row.numeric for row in rows])
    return bool(np.linalg.norm(differences) <= noise * np.sqrt(len(rows)))


def rounding_noise(loss: float, width: float, epsilon: float = float(np.finfo(float).eps)) -> float:
    """Return the slope that rounding of a loss can make: two losses, each off by epsilon, over the width.

    A width below epsilon^(1/3) is too narrow, and what it adds to the noise is no excuse.
    """
    with np.errstate(all="ignore"):
        noise = 2 * epsilon * abs(loss) / max(width, epsilon ** (1 / 3))
    return float(noise) if np.isfinite(noise) else 0.0


def named(arrays: Iterable[tuple[Any, str]]) -> str:
    """Say which arrays these are: "W of layers 0 and 1 and b of layer 1"."""
    layers: dict[str, list[Any]] = {}
    for layer, kind in arrays:
        layers.setdefault(kind, []).append(layer)
    said = []
    for kind, numbers in layers.items():
        if kind == "params":
            said += ["params" if number is None else f"params[{number}]" for number in numbers]
        elif None in numbers:
            said.append(kind)
        else:
            said.append(f"{kind} of layer{'s' * (len(numbers) > 1)} {_listed(numbers)}")
    return _listed(said)


def _listed(things: list[Any]) -> str:
    words = list(map(str, things))
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _size_of_error(row: Parameter) -> float:
    return np.inf if np.isnan(row.error) else row.error
