"""Saturation: where a hidden layer's activation is so flat that next to nothing comes back through it.

All of it works for any hidden layer, counted from 0, and any activation, on one network and on populations.
Each filter of a convolution stands for a unit, and each of its places for a row.
"""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer, Trace

SATURATED = 0.01  # a sigmoid's slope is 1/4 at best; below this it passes less than a twenty-fifth of that


def squared_length(inputs: np.ndarray) -> float:
    """Return the sum of a row's squared inputs, averaged over the rows: inputs (n, n_in)."""
    return float(np.square(inputs).sum(-1).mean())


def expected_deviation(inputs: np.ndarray, bias: bool = True) -> float:
    """Return the standard deviation of z for weights, and biases, from N(0, 1): their variances add up."""
    return float(np.sqrt(squared_length(inputs) + bias))


def measured_deviation(experiment: Experiment, params: list[Layer], layer: int = 0) -> float:
    """Return the root mean square of z over units, rows and seeds: its deviation where its mean is 0."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.square(hidden_layer(experiment, params, layer).z).mean()))


def hidden_outputs(
    experiment: Experiment, params: list[Layer], layer: int = 0, rows: int | None = None
) -> np.ndarray:
    """Return what the hidden units say to the first rows of the data (None: to all), (..., rows, n_units)."""
    return hidden_layer(experiment, params, layer, rows).y


def slopes(
    experiment: Experiment, params: list[Layer], layer: int = 0, rows: int | None = None
) -> np.ndarray:
    """Return the slope of the hidden units' activation where they stand, (..., rows, n_units)."""
    _, z, y = hidden_layer(experiment, params, layer, rows)
    with np.errstate(all="ignore"):
        return experiment.network.activations[layer].derivative(z, y)


def saturated(experiment: Experiment, params: list[Layer], layer: int = 0, rows: int | None = None) -> float:
    """Return the share of hidden units and rows for which the activation's slope is below 0.01."""
    return float((np.abs(slopes(experiment, params, layer, rows)) < SATURATED).mean())


def saturated_share(slopes: np.ndarray, below: float = SATURATED) -> np.ndarray:
    """Return the share of slopes (..., n, n_units) that are smaller than `below`, (...); nan is not.

    The shut side of a ReLU counts, so that half is what a healthy ReLU has: see `unit_life` for dead ones.
    """
    return np.asarray((np.abs(slopes) < below).mean((-2, -1)))


def saturated_layers(experiment: Experiment, params: list[Layer], rows: int | None = None) -> np.ndarray:
    """Return the saturated share of each hidden layer, (n_hidden_layers, ...).

    Raises ValueError for a network without hidden layers.
    """
    count = max(1, len(experiment.network.sizes) - 2)
    return np.array([saturated_share(slopes(experiment, params, layer, rows)) for layer in range(count)])


def hidden_layer(
    experiment: Experiment, params: list[Layer], layer: int = 0, rows: int | None = None
) -> Trace:
    """Return what a hidden layer does with the first rows of the data (None: with all).

    Raises ValueError for a hidden layer that there is not.
    """
    sizes = experiment.network.sizes
    if not 0 <= layer < len(sizes) - 2:
        raise ValueError(f"a network of sizes {sizes} has {len(sizes) - 2} hidden layers; no number {layer}")
    return experiment.network.forward(params, experiment.dataset.inputs[:rows])[1][layer]
