"""The valley: the loss around its bottom, over the plane of two directions in which all parameters move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.curvature import (
    NUMBERS_AT_ONCE,
    ROUNDING,
    flattened,
    from_rows,
    hessian,
    parameter_rows,
)

SAME = 1e-3  # eigenvalues that differ by less, relatively, are one: they come from differences


@dataclass(frozen=True, eq=False)
class Valley:
    """The plane through `bottom` along two directions: the flattest goes across, the steepest up.

    bottom: the parameters of one network. directions: (2, n) for n parameters, in the order W, b, layer by
    layer; each has length 1, at right angles to the other. curvatures: of the loss along each, at the bottom.
    """

    experiment: Experiment
    bottom: list[Layer]
    directions: np.ndarray
    curvatures: tuple[float, float]

    @property
    def condition(self) -> float:
        """How many times as curved the steepest direction is as the flattest."""
        flattest, steepest = self.curvatures
        return steepest / flattest

    def coordinates(self, params: list[Layer]) -> np.ndarray:
        """Return how far from the bottom parameters are along both directions: (2,), or (k, 2) of k members.

        What lies at right angles to the plane is left out.
        """
        return (parameter_rows(params) - flattened(self.bottom)) @ self.directions.T

    def losses(self, across: np.ndarray, up: np.ndarray) -> np.ndarray:
        """Return the loss for m distances across and k up, (k, m): row i for up's distance i."""
        grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        rows = flattened(self.bottom) + grid @ self.directions
        held = self.experiment.network.largest_array(len(self.experiment.dataset))
        block = max(1, NUMBERS_AT_ONCE // held)
        parts = [
            self.experiment.loss_at(from_rows(rows[first : first + block], self.bottom))
            for first in range(0, len(rows), block)
        ]
        return np.concatenate(parts).reshape(len(up), len(across))


def valley(
    experiment: Experiment, bottom: list[Layer], start: list[Layer], least: float = ROUNDING
) -> Valley:
    """Return the valley around `bottom` along eigenvectors of its Hessian: smallest and largest eigenvalue.

    Eigenvalues below `least` times the largest do not count: nothing pulls back along their eigenvectors.
    Where several eigenvectors share an eigenvalue, any direction among them is one: taken is the one in which
    `start` is away from the bottom. So the whole way of gradient descent on a linear network with one layer
    lies in a copy of the plane, if there are only two different eigenvalues. bottom, start: one network each.

    Raises ValueError where the loss curves upwards in fewer than two directions, and as `hessian` does.
    """
    values, vectors = np.linalg.eigh(hessian(experiment, bottom))
    curved = np.flatnonzero(values > max(least * np.abs(values).max(), 0))
    if len(curved) < 2:
        raise ValueError(
            f"a valley needs two directions in which the loss curves upwards; here are {len(curved)} of "
            f"{len(values)}"
        )
    flat = curved[values[curved] <= (1 + SAME) * values[curved[0]]]
    steep = curved[values[curved] >= (1 - SAME) * values[-1]]
    if flat[-1] >= steep[0]:  # a round bowl, as curved in every direction: any two of them will do
        flat, steep = np.array_split(curved, 2)
    away = flattened(start) - flattened(bottom)
    directions = np.stack([_towards(away, vectors[:, some]) for some in (flat, steep)])
    return Valley(experiment, bottom, directions, (float(values[flat[0]]), float(values[steep[-1]])))


def _towards(away: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return the direction among orthonormal vectors (n, k) that is nearest to `away`, (n,), of length 1."""
    shares = away @ vectors
    length = float(np.linalg.norm(shares))
    return vectors @ (shares / length) if length > 0 else vectors[:, 0]
