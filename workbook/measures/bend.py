"""Bend: how much of its nonlinearity a hidden unit uses over the data. It is the opposite of saturation.

A unit that is straight over all rows is a linear unit, whatever its activation is called, and a network of
such units is one straight line. layer: which hidden layer, from 0.
"""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.saturation import hidden_layer, slopes
from workbook.network import Network


def bends(experiment: Experiment, params: list[Layer], layer: int = 0) -> np.ndarray:
    """Return how bent each hidden unit is over the rows of the data, (..., n_units): see `bent`."""
    _, z, y = hidden_layer(experiment, params, layer)
    return bent(z, y)


def bent(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the share of y's variance over the rows that no straight line in z explains, (..., n_units).

    z, y: (..., n, n_units), what units get and what they make of it. 0: straight, or the same on all rows.
    A step in the middle of evenly spread z has 1/4, at the edge nearly 1. nan where a unit overflows.
    """
    with np.errstate(all="ignore"):
        z, y = _centred(z), _centred(y)
        line = (z * y).sum(-2, keepdims=True) / np.square(z).sum(-2, keepdims=True)
        left = np.square(y - np.where(np.isnan(line) & (z == 0).all(-2, keepdims=True), 0, line) * z).sum(-2)
        whole = np.square(y).sum(-2)
        return np.where(whole == 0, 0.0, left / whole)


def slope_ranges(experiment: Experiment, params: list[Layer], layer: int = 0) -> np.ndarray:
    """Return the largest less the smallest slope of each hidden unit over the rows, (..., n_units).

    0 for a unit that is straight; a tanh that is used in full comes near 1, a sigmoid near 1/4.
    """
    with np.errstate(all="ignore"):
        return np.ptp(slopes(experiment, params, layer), axis=-2)


def added(network: Network, params: list[Layer], inputs: np.ndarray, unit: int = 0) -> np.ndarray:
    """Return what each last hidden unit adds to the weighted sum of an output unit, (..., n, n_units).

    They and the output unit's bias make up that sum. inputs: (n, n_in). Raises ValueError for a network
    without hidden units.
    """
    if len(params) < 2:
        raise ValueError("hidden units add to the output; this network has none")
    with np.errstate(all="ignore"):
        _, trace = network.forward(params, inputs)
        return trace[-1].x * params[-1].W[..., None, :, unit]


def _centred(values: np.ndarray) -> np.ndarray:
    """Return values less their mean over the rows, in parts of the largest; 0 where only rounding is left."""
    apart = values - values.mean(-2, keepdims=True)
    most = np.abs(apart).max(-2, keepdims=True)
    rounding = 8 * np.finfo(float).eps * np.abs(values).max(-2, keepdims=True)
    return np.where(most <= rounding, 0.0, apart / most)
