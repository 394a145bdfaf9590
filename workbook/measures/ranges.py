"""Ranges: between what the numbers of a pass lie, forward and back, and how many of them are none."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from workbook.data.matrices import without_gradient
from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.watched import operations


class Range(NamedTuple):
    """The range of an array's finite numbers, and how many are not finite, or 0.

    least, greatest: 0 where no number is finite. smallest, largest: magnitudes; smallest that of the numbers
    other than 0.
    """

    least: float
    greatest: float
    smallest: float
    largest: float
    zeros: int
    infs: int
    nans: int
    size: int

    @property
    def finite(self) -> bool:
        """Whether all numbers are finite."""
        return not (self.infs or self.nans)

    @property
    def dead(self) -> bool:
        """Whether all numbers are 0."""
        return self.zeros == self.size

    def __str__(self) -> str:
        """In words, such as "-2 to 3.1, 5 inf"."""
        broken = [f"{count} {name}" for count, name in ((self.infs, "inf"), (self.nans, "NaN")) if count]
        if self.infs + self.nans == self.size:
            return ", ".join(broken)
        return ", ".join([f"{self.least:.3g} to {self.greatest:.3g}", *broken])


def range_of(values: Any) -> Range:
    """Return the range of an array of any shape and kind, also of a tensor of PyTorch.

    Raises ValueError for an array without numbers.
    """
    found = np.asarray(without_gradient(values))
    if not found.size or found.dtype.kind not in "biuf":
        raise ValueError(f"a range is that of numbers, not of {found.dtype.name} of shape {found.shape}")
    fine = found[np.isfinite(found)].astype(float)
    sizes = np.abs(fine[fine != 0])
    return Range(
        *((float(fine.min()), float(fine.max())) if fine.size else (0.0, 0.0)),
        *((float(sizes.min()), float(sizes.max())) if sizes.size else (0.0, 0.0)),
        int(fine.size - sizes.size),
        int(np.isinf(found).sum()),
        int(np.isnan(found).sum()),
        found.size,
    )


@np.errstate(all="ignore")
def ranges(experiment: Experiment, params: list[Layer], x: np.ndarray, t: np.ndarray) -> dict[str, Range]:
    """Return the ranges of one step on the rows x, t, by name, in the order in which training computes them.

    "x"; "z 1" to "z L", the weighted sums of each layer; "e^z", where the loss takes one; "dy", the
    gradient at the outputs; "dW L" to "dW 1", those of the weights. params: without a seed axis.
    """
    network, loss = experiment.network, experiment.loss
    y, trace = network.forward(params, x)
    t = network.precision.of(t)
    dy = loss.gradient(y, t)
    gradient = network.backward(params, trace, dy)
    found = {"x": x} | {f"z {number}": step.z for number, step in enumerate(trace, 1)}
    exponentials = [made.result for made in operations(loss.gradient, y, t) if made.name == "exp"]
    if exponentials:
        found["e^z"] = exponentials[0]
    found["dy"] = dy
    found |= {f"dW {number}": gradient[number - 1].W for number in range(len(trace), 0, -1)}
    return {name: range_of(array) for name, array in found.items()}
