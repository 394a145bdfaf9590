"""The loss as a surface: over a plane of two parameters, all others held still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer


@dataclass(frozen=True)
class Place:
    """Where a parameter stands: in params[layer].W or params[layer].b, at index."""

    layer: int  # from 0, the first hidden layer
    kind: str  # "W" or "b"
    index: tuple[int, int]  # (from unit, to unit); (0, to unit) for a bias


def value_at(params: list[Layer], place: Place) -> float:
    """Return the value of one parameter of one network; nan for a bias that there is not.

    Raises ValueError for a population, and for a place where there is no parameter.
    """
    array = _array(params, place)
    return float("nan") if array is None else float(array[place.index])


def loss_surface(
    experiment: Experiment,
    params: list[Layer],
    across: tuple[Place, np.ndarray],
    up: tuple[Place, np.ndarray],
) -> np.ndarray:
    """Return the loss for every pair of values of two parameters, (k, m): row i for up's value i.

    across: a place and its m values; up: another and its k values. params: one network, which gives all
    other parameters. The grid is a population of networks, so it takes one forward pass. Raises ValueError
    for a population, and for a place where there is no parameter.
    """
    for place, _ in (across, up):
        if _array(params, place) is None:
            raise ValueError(f"there is no surface over {place}: layer {place.layer} has no bias")
    grids = np.meshgrid(across[1], up[1])
    shape = grids[0].shape
    population = [layer.each(lambda array: np.tile(array, (grids[0].size, 1, 1))) for layer in params]
    for (place, _), grid in zip((across, up), grids, strict=True):
        array = getattr(population[place.layer], place.kind)
        array[(slice(None), *place.index)] = grid.ravel()
    return experiment.loss_at(population).reshape(shape)


def _array(params: list[Layer], place: Place) -> np.ndarray | None:
    """Return the array in which the place is, None for a bias that there is not; raise ValueError if none."""
    if place.kind not in ("W", "b") or not 0 <= place.layer < len(params):
        raise ValueError(f"{place} is no parameter: a network of {len(params)} layers has W and b of each")
    array: np.ndarray | None = getattr(params[place.layer], place.kind)
    if array is not None and array.ndim != 2:
        raise ValueError(f"a surface is that of one network, but {place.kind} has the shape {array.shape}")
    if array is not None and not all(0 <= at < n for at, n in zip(place.index, array.shape, strict=True)):
        raise ValueError(f"{place} is no parameter: {place.kind} of that layer has the shape {array.shape}")
    return array
