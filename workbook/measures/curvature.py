"""Curvature: how long a step of gradient descent may be before a minimum throws it out again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer, arrays, member
from workbook.parts import explicit


def hessian(experiment: Experiment, params: list[Layer], width: float = 1e-4) -> np.ndarray:
    """Return the second derivatives of the loss, (n, n) for n parameters, in the order W, b, layer by layer.

    By central differences of the gradient; all the neighbours are one population. params: one network.
    Raises ValueError for a population.
    """
    if any(array.ndim != 2 for array in arrays(params)):
        raise ValueError(
            f"a Hessian is that of one network, but W has the shape {params[0].W.shape}: take one member of "
            "the population, or `longest_steps` for the limits of all"
        )
    flat = np.concatenate([array.ravel() for array in arrays(params)])
    neighbours = np.concatenate([flat + width * np.eye(len(flat)), flat - width * np.eye(len(flat))])
    data = experiment.dataset
    gradient = experiment.gradient(_unflat(neighbours, params), data.inputs, data.targets)
    rows = np.concatenate([array.reshape(len(neighbours), -1) for array in arrays(gradient)], axis=1)
    above, below = np.split(rows, 2)
    with np.errstate(invalid="ignore"):
        found = (above - below) / (2 * width)
    return (found + found.T) / 2


def curvature(experiment: Experiment, params: list[Layer]) -> float:
    """Return the largest eigenvalue of the Hessian of one network; nan where it is not finite."""
    found = hessian(experiment, params)
    return float(np.linalg.eigvalsh(found)[-1]) if np.isfinite(found).all() else float("nan")


def longest_step(experiment: Experiment, params: list[Layer]) -> float:
    """Return 2 / curvature: at a minimum, longer steps move away from it, which is the stability limit.

    In the direction of the largest eigenvalue a step of size s multiplies the distance from the minimum by
    1 - s * eigenvalue. inf where the loss curves upwards nowhere, nan where the network overflows.
    Raises ValueError for a population.
    """
    curved = curvature(experiment, params)
    return float("inf") if curved <= 0 else 2 / curved


def longest_steps(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the longest step for each member of a population, (n_seeds,): see `longest_step`."""
    members = range(len(params[0].W))
    return np.array([longest_step(experiment, member(params, number)) for number in members])


def neighbours(params: list[Layer], count: int, distance: float) -> list[Layer]:
    """Return `count` copies of one network with all parameters moved at random, by N(0, distance).

    The same ones each time. params: one network, or the population of one that a run of one seed gives.
    """
    random = np.random.RandomState(0)
    return [
        layer.each(lambda array: array + distance * random.standard_normal((count, *array.shape[-2:])))
        for layer in params
    ]


@cache
def nudged(experiment: Experiment, by: float) -> Experiment:
    """Return the experiment with another start, of seed 0: its first weight is moved by a little."""
    first, *others = (layer.W for layer in experiment.network.init(0))
    first[0, 0] += by
    return experiment.but(initializer=explicit(first, *others))


def _unflat(flat: np.ndarray, params: list[Layer]) -> list[Layer]:
    """Cut rows of parameters (k, n) into layers with a leading axis of k."""
    sizes = [array.size for array in arrays(params)]
    pieces: Iterator[np.ndarray] = iter(np.split(flat, np.cumsum(sizes)[:-1], axis=1))
    return [layer.each(lambda array: next(pieces).reshape(-1, *array.shape)) for layer in params]
