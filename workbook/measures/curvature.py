"""Curvature: how long a step of gradient descent may be before a minimum throws it out again."""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.network import Layer


def hessian(experiment: Experiment, params: list[Layer], width: float = 1e-4) -> np.ndarray:
    """Return the second derivatives of the loss, (n, n) for n parameters, in the order W, b, layer by layer.

    By central differences of the gradient; all the neighbours are one population. params: one network.
    """
    flat = np.concatenate([array.ravel() for layer in params for array in layer if array is not None])
    neighbours = np.concatenate([flat + width * np.eye(len(flat)), flat - width * np.eye(len(flat))])
    data = experiment.dataset
    gradient = experiment.loss_and_gradient(_unflat(neighbours, params), data.inputs, data.targets)[1]
    rows = np.concatenate(
        [a.reshape(len(neighbours), -1) for layer in gradient for a in layer if a is not None], axis=1
    )
    above, below = np.split(rows, 2)
    found = (above - below) / (2 * width)
    return (found + found.T) / 2


def longest_step(experiment: Experiment, params: list[Layer]) -> float:
    """Return 2 / (largest eigenvalue of the Hessian): at a minimum, longer steps move away from it.

    In the steepest direction a step of size s multiplies the distance from the minimum by
    1 - s * eigenvalue.
    """
    return float(2 / np.linalg.eigvalsh(hessian(experiment, params))[-1])


def longest_steps(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the longest step for each member of a population, (n_seeds,): see `longest_step`."""

    def member(number: int) -> list[Layer]:
        return [Layer(*(None if a is None else a[number] for a in layer)) for layer in params]

    return np.array([longest_step(experiment, member(number)) for number in range(len(params[0].W))])


def _unflat(flat: np.ndarray, params: list[Layer]) -> list[Layer]:
    """Cut rows of parameters (k, n) into layers with a leading axis of k."""
    sizes = [0 if array is None else array.size for layer in params for array in layer]
    pieces = iter(np.split(flat, np.cumsum(sizes)[:-1], axis=1))
    return [
        Layer(
            *(
                None if array is None else piece.reshape(-1, *array.shape)
                for array, piece in zip(layer, (next(pieces), next(pieces)), strict=True)
            )
        )
        for layer in params
    ]
