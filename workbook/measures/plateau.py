"""Plateaus: places that are no minimum, and from which gradient descent hardly moves all the same.

A start with tiny weights is one: the hidden units are nearly alike and nearly straight, and only the constant
answer is left to learn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer, arrays
from workbook.measures.curvature import hessian

FLAT = 0.01  # of the loss, for a move by 1 in the space of all parameters


class Plateau(NamedTuple):
    """How flat the loss is around one network.

    The Hessian's largest eigenvalues, whatever their sign, are set apart, one for each output: for so many
    directions can a network move its constant answer, which even a plateau lets it learn.
    """

    loss: float
    gradient: float  # its length
    gradient_apart: float  # its length in all but the directions that are set apart
    smallest: float  # eigenvalue of the Hessian
    largest: float
    curved: int  # how many eigenvalues are larger than a hundredth of the loss, whatever their sign
    constants: int  # how many directions are set apart: one an output

    @property
    def is_one(self) -> bool:
        """Whether the gradient is short and the loss flat, in all but the directions that are set apart.

        Short and flat: a move by 1 changes the loss by less than a hundredth, as slope and curvature say.
        """
        return self.gradient_apart < FLAT * self.loss and self.curved <= self.constants

    def steps_away(self, step_size: float) -> float:
        """Return how many steps of gradient descent multiply the distance from a saddle by e; inf of none.

        Along the eigenvector of the smallest eigenvalue a step multiplies it by 1 - step_size * smallest.
        """
        return 1 / np.log1p(-step_size * self.smallest) if self.smallest < 0 else float("inf")


@np.errstate(all="ignore")
def plateau(experiment: Experiment, params: list[Layer]) -> Plateau:
    """Return how flat the loss is around one network, on the whole data set; nan where it overflows.

    Raises ValueError as `curvature.hessian` does: for a population, and for more than 2 000 parameters.
    """
    found, data = hessian(experiment, params), experiment.dataset
    pieces = arrays(experiment.gradient(params, data.inputs, data.targets))
    gradient = np.concatenate([array.ravel() for array in pieces])
    loss, constants = float(experiment.loss_at(params)), experiment.network.widths[-1]
    if not (np.isfinite(found).all() and np.isfinite(gradient).all()):
        nan = float("nan")
        return Plateau(loss, nan, nan, nan, nan, len(found), constants)
    values, directions = np.linalg.eigh(found)
    rest = directions[:, np.argsort(-np.abs(values))[constants:]]
    return Plateau(
        loss,
        float(np.linalg.norm(gradient)),
        float(np.linalg.norm(gradient @ rest)),
        float(values[0]),
        float(values[-1]),
        int((np.abs(values) > FLAT * loss).sum()),
        constants,
    )
