"""Gradient checking: is the gradient that backpropagation gives the slope of the loss?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from workbook.checked import seed_list
from workbook.experiment import Experiment
from workbook.layers import Layer

THRESHOLD = 1e-6  # up to it, a relative error is none
NUMBERS_AT_ONCE = 100_000  # held by the nudged copies, 0.8 MB: in a cache it is twice as fast as in memory


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter's row in the report."""

    layer: int  # from 0, the first hidden layer
    kind: str  # "W" or "b"
    index: tuple[int, int]  # (from unit, to unit); (0, to unit) for a bias
    analytic: float
    numeric: float
    error: float  # |analytic - numeric| / (|analytic| + |numeric|), 0 where both are 0
    kink: bool  # whether a unit's derivative jumps within the width: there the loss has no slope to compare


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check: one row for each parameter, in the order of params, W before b.

    Rows at a kink are shown, but count neither for the relative error nor as the worst.
    """

    parameters: list[Parameter]
    width: float
    threshold: float

    @property
    def smooth(self) -> list[Parameter]:
        """The rows that are not at a kink."""
        return [p for p in self.parameters if not p.kink]

    @property
    def relative_error(self) -> float:
        """The difference of the two gradients as vectors: |a - n| / (|a| + |n|), 0 where both are 0."""
        analytic, numeric = (np.array([getattr(p, k) for p in self.smooth]) for k in ("analytic", "numeric"))
        return float(
            relative_error(
                np.linalg.norm(analytic - numeric),
                np.linalg.norm(analytic),
                np.linalg.norm(numeric),
            )
        )

    @property
    def passed(self) -> bool:
        """Whether anything was compared, and the relative error is at most the threshold."""
        return bool(self.smooth and self.relative_error <= self.threshold)

    def worst(self) -> Parameter:
        """Return the row with the largest error; one that is not a number is the worst of all."""
        return max(
            self.smooth or self.parameters,
            key=lambda p: np.inf if np.isnan(p.error) else p.error,
        )

    def __repr__(self) -> str:
        verdict, worst = "passed" if self.passed else "FAILED", self.worst()
        kinks = len(self.parameters) - len(self.smooth)
        return (
            f"GradientReport({verdict}: relative error {self.relative_error:.1e}, "
            f"threshold {self.threshold:.0e}; worst {worst.kind}{list(worst.index)} of layer {worst.layer}"
            f"{f'; {kinks} at a kink left out' if kinks else ''})"
        )


def relative_error(difference: ArrayLike, analytic: ArrayLike, numeric: ArrayLike) -> np.ndarray:
    """Return |difference| / (|analytic| + |numeric|), and 0 where both are 0."""
    size = np.abs(analytic) + np.abs(numeric)
    with np.errstate(all="ignore"):
        return np.where(size == 0, 0.0, np.abs(difference) / size)


def check_gradients(
    experiment: Experiment,
    seed: int = 0,
    params: list[Layer] | None = None,
    width: float = 1e-5,
    threshold: float = THRESHOLD,
) -> GradientReport:
    """Compare the gradient with central differences, (loss(p + width) - loss(p - width)) / (2 width).

    At the start of `seed`, or at `params` (shapes without a seed axis) where given; on the whole data set.
    The truncation error grows with width^2, the rounding error with 1/width; 1e-5 is near the best of both in
    float64. All nudged copies of the network are one population, so one forward pass serves them all.
    Raises ValueError for a width that is not finite and above 0.
    """
    if not (np.isfinite(width) and width > 0):
        raise ValueError(f"width must be finite and above 0; {width!r} is not")
    if params is None:
        params = experiment.network.init(seed_list(seed)[0])
    if any(layer.W.ndim != 2 for layer in params):
        raise ValueError(
            f"params have W of shape {params[0].W.shape}; a gradient check takes one network, "
            "without a seed axis"
        )
    data = experiment.dataset
    with np.errstate(all="ignore"):
        _, gradient = experiment.loss_and_gradient(params, data.inputs, data.targets)
        rows = [
            row
            for number, part in enumerate(gradient)
            for kind, analytic in zip("Wb", part, strict=True)
            if analytic is not None
            for row in _rows(experiment, params, analytic, (number, kind), width)
        ]
    return GradientReport(rows, width, threshold)


def _rows(
    experiment: Experiment, params: list[Layer], analytic: np.ndarray, array: tuple[int, str], width: float
) -> Iterator[Parameter]:
    """Compare the analytic gradient of one array, params[number].W or .b, with the numeric one."""
    numeric, kinks = _central_differences(experiment, params, *array, width)
    errors = relative_error(analytic - numeric, analytic, numeric)
    for at in np.ndindex(analytic.shape):
        yield Parameter(
            *array, at, float(analytic[at]), float(numeric[at]), float(errors[at]), bool(kinks[at])
        )


def _central_differences(
    experiment: Experiment, params: list[Layer], number: int, kind: str, width: float
) -> tuple[np.ndarray, np.ndarray]:
    """The numeric gradient of one array, params[number].W or .b, and where it is at a kink, in its shape."""
    array = getattr(params[number], kind)
    slopes, kinks = np.empty(array.size), np.zeros(array.size, bool)
    held = max(array.size, len(experiment.dataset) * max(experiment.network.widths))  # by each copy
    block = max(1, NUMBERS_AT_ONCE // (2 * held))
    for start in range(0, array.size, block):
        nudged = np.arange(start, min(start + block, array.size))
        copies = np.tile(array, (2, len(nudged), 1, 1))
        flat = copies.reshape(2, len(nudged), -1)
        flat[0, np.arange(len(nudged)), nudged] += width
        flat[1, np.arange(len(nudged)), nudged] -= width
        population = list(params)
        population[number] = params[number]._replace(**{kind: copies})
        y, trace = experiment.network.forward(population, experiment.dataset.inputs)
        up, down = experiment.loss_of(population, y, experiment.dataset.targets)
        slopes[nudged] = (up - down) / (2 * width)
        for step, activation in zip(trace[number:], experiment.network.activations[number:], strict=True):
            # A smooth derivative changes less than z does, one at a kink by the height of its jump.
            slopes_apart, z_apart = (
                abs(pair[0] - pair[1]) for pair in (activation.derivative(step.z, step.y), step.z)
            )
            kinks[nudged] |= (slopes_apart > 0.01 + z_apart).any((-2, -1))
    return slopes.reshape(array.shape), kinks.reshape(array.shape)
