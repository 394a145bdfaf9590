"""Curvature: how long a step of gradient descent may be before a minimum throws it out again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer, arrays, member
from workbook.parts import explicit

WIDTH = 1e-5  # the cube root of a float's precision: the best of truncation and rounding
MOST_PARAMETERS = 2000  # of a Hessian: 32 MB, and its eigenvalues take seconds
NUMBERS_AT_ONCE = 1_000_000  # held by the neighbours, 8 MB
ROUNDING = 1e-7  # of the largest eigenvalue; smaller ones may be errors of the differences


@np.errstate(all="ignore")
def hessian(experiment: Experiment, params: list[Layer], width: float = WIDTH) -> np.ndarray:
    """Return the second derivatives of the loss, (n, n) for n parameters, in the order W, b, layer by layer.

    By central differences of the gradient, on the whole data set; neighbours are populations. A kink within
    the width counts as a very strong curve. params: one network. Raises ValueError for a population, and for
    more than 2 000 parameters.
    """
    flat = flattened(params)
    if len(flat) > MOST_PARAMETERS:
        raise ValueError(
            f"a Hessian of {len(flat)} parameters is too large; up to {MOST_PARAMETERS} it is made, above "
            "that `curvature` and `extremes` find its ends without it"
        )
    held = max(len(flat), len(experiment.dataset) * max(experiment.network.widths))
    block = max(1, NUMBERS_AT_ONCE // held)
    found = np.concatenate(
        [
            _products(experiment, params, flat, np.eye(len(flat))[start : start + block], width)
            for start in range(0, len(flat), block)
        ]
    )
    return (found + found.T) / 2


def curvature(experiment: Experiment, params: list[Layer]) -> float:
    """Return the largest eigenvalue of the Hessian of one network; nan where it is not finite.

    Of more than 2 000 parameters it is that of `extremes`.
    """
    if len(flattened(params)) > MOST_PARAMETERS:
        return extremes(experiment, params)[1]
    return float(eigenvalues(experiment, params)[-1])


@np.errstate(all="ignore")
def eigenvalues(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return all eigenvalues of the Hessian of one network, (n,), rising; nan where it is not finite.

    The differences are right to about 1e-9 of the largest, so that smaller ones are as good as 0.
    Raises ValueError as `hessian` does.
    """
    found = hessian(experiment, params)
    return np.linalg.eigvalsh(found) if np.isfinite(found).all() else np.full(len(found), np.nan)


def condition(experiment: Experiment, params: list[Layer]) -> float:
    """Return the largest eigenvalue over the smallest positive one, those below 1e-7 of it left out.

    So many times as many steps as the steepest direction the flattest one needs. nan where none is positive.
    """
    found = eigenvalues(experiment, params)
    positive = found[found > max(0, ROUNDING * np.abs(found).max())]
    return float(positive[-1] / positive[0]) if len(positive) else float("nan")


@np.errstate(all="ignore")
def extremes(experiment: Experiment, params: list[Layer], steps: int = 60) -> tuple[float, float]:
    """Return the smallest and the largest eigenvalue of the Hessian of one network of any size.

    By Lanczos's method (C. Lanczos 1950): products with the Hessian, two gradients each, span a space in
    which its ends show first. They come from inside, until the largest moves by less than a millionth of
    itself in ten products, or for `steps` of them; the smallest is less sure. nan where they are not finite.
    """
    flat = flattened(params)
    basis, images = np.zeros((2, min(steps, len(flat)), len(flat)))
    v, found = np.random.RandomState(0).standard_normal(len(flat)), np.zeros(1)
    for number in range(len(basis)):
        length = np.linalg.norm(v)
        for _ in range(2):  # once would leave rounding
            v = v - basis[:number].T @ (basis[:number] @ v)
        if np.linalg.norm(v) <= 1e-10 * length:  # the space has all that there is to see
            break
        basis[number] = v / np.linalg.norm(v)
        images[number] = v = _products(experiment, params, flat, basis[number : number + 1], WIDTH)[0]
        if not np.isfinite(v).all():
            return float("nan"), float("nan")
        if number % 10 == 9:
            before, found = found, _ritz_values(basis, images)
            if abs(found[-1] - before[-1]) < 1e-6 * abs(found[-1]):
                break
    found = _ritz_values(basis, images)
    return float(found[0]), float(found[-1])


def _ritz_values(basis: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Return the eigenvalues, rising, of the Hessian as far as it maps the space of the basis to itself."""
    within = basis[basis.any(1)] @ images[basis.any(1)].T
    if not np.isfinite(within).all():
        return np.full(1, np.nan)
    return np.linalg.eigvalsh((within + within.T) / 2)


def longest_step(experiment: Experiment, params: list[Layer]) -> float:
    """Return 2 / curvature: at a minimum, longer steps move away from it, which is the stability limit.

    In the direction of the largest eigenvalue a step of size s multiplies the distance from the minimum by
    1 - s * eigenvalue. inf where the loss curves upwards nowhere, nan where the network overflows.
    Raises ValueError for a population.
    """
    curved = curvature(experiment, params)
    return float("inf") if curved <= 0 else 2 / curved


def longest_steps(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the longest step for each member of a population, (n_seeds,): see `longest_step`; of one, ()."""
    if params[0].W.ndim == 2:
        return np.array(longest_step(experiment, params))
    members = range(len(params[0].W))
    return np.array([longest_step(experiment, member(params, number)) for number in members])


def neighbours(params: list[Layer], count: int, distance: float) -> list[Layer]:
    """Return `count` copies of one network with all parameters moved at random, by N(0, distance).

    The same ones each time. params: one network, or the population of one that a run of one seed gives.
    Raises ValueError for more.
    """
    if params[0].W.ndim > 2 and params[0].W.shape[:-2] != (1,):
        raise ValueError(f"neighbours are those of one network, but W has the shape {params[0].W.shape}")
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


def flattened(params: list[Layer]) -> np.ndarray:
    """Return all parameters of one network, (n,), W before b. Raises ValueError for a population."""
    if any(array.ndim != 2 for array in arrays(params)):
        raise ValueError(
            f"a Hessian is that of one network, but W has the shape {params[0].W.shape}: take one member of "
            "the population, or `longest_steps` for the limits of all"
        )
    return parameter_rows(params)


def parameter_rows(params: list[Layer]) -> np.ndarray:
    """Return all parameters, W before b, layer by layer: (n,) of one network, (k, n) of a population of k."""
    return np.concatenate([array.reshape(*array.shape[:-2], -1) for array in arrays(params)], axis=-1)


def from_rows(rows: np.ndarray, params: list[Layer]) -> list[Layer]:
    """Cut rows of parameters (k, n) into layers like those of params, with a leading axis of k."""
    sizes = [array.size for array in arrays(params)]
    pieces: Iterator[np.ndarray] = iter(np.split(rows, np.cumsum(sizes)[:-1], axis=1))
    return [layer.each(lambda array: next(pieces).reshape(-1, *array.shape)) for layer in params]


def _products(
    experiment: Experiment, params: list[Layer], flat: np.ndarray, directions: np.ndarray, width: float
) -> np.ndarray:
    """Return the Hessian times each direction, (k, n): how the gradient changes that way."""
    data = experiment.dataset
    neighbours = np.concatenate([flat + width * directions, flat - width * directions])
    gradient = experiment.gradient(from_rows(neighbours, params), data.inputs, data.targets)
    above, below = np.split(parameter_rows(gradient), 2)
    return (above - below) / (2 * width)
