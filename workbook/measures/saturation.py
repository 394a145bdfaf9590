"""Saturation: where a hidden layer's activation is so flat that next to nothing comes back through it.

All of it works for any hidden layer, counted from 0, and any activation, on one network and on populations.
Each filter of a convolution stands for a unit, and each of its places for a row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbook.experiment import Experiment
from workbook.layers import Layer, Trace
from workbook.measures.plain import numbers, table
from workbook.parts import ACTIVATIONS, Activation

SATURATED = 0.01  # a sigmoid's slope is 1/4 at best; below this it passes less than a twenty-fifth of that


def squared_length(inputs: ArrayLike) -> float:
    """Return the sum of a row's squared inputs, averaged over the rows: inputs (n, n_in)."""
    return float(np.square(table(inputs, "X", "inputs")).sum(-1).mean())


def expected_deviation(inputs: np.ndarray, bias: bool = True) -> float:
    """Return the standard deviation of z for weights, and biases, from N(0, 1): their variances add up."""
    return float(np.sqrt(squared_length(inputs) + bias))


def expected_z(X: ArrayLike, W: ArrayLike, b: ArrayLike | None = None) -> float:
    """Return the root mean square that z = X @ W + b is to be expected to have, if weights are drawn by lot.

    X (n, n_in), W (n_in, n_units), b as many numbers as units: the mean sum of a row's squared inputs times
    the mean square of the weights, and the mean square of the biases. Raises ValueError where X and W do not
    fit each other.
    """
    x, weights = table(X, "X", "inputs"), table(W, "W", "units")
    if x.shape[1] != weights.shape[0]:
        turned = "; PyTorch keeps (units, inputs): W.T" if x.shape[1] == weights.shape[1] else ""
        raise ValueError(f"X has {x.shape[1]} inputs and W has the shape {weights.shape}{turned}")
    variance = squared_length(x) * np.square(weights).mean()
    return float(np.sqrt(variance + (0 if b is None else np.square(numbers(b, "b")).mean())))


def measured_z(z: ArrayLike) -> float:
    """Return the root mean square of weighted sums z of any shape, to be held against `expected_z`."""
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.square(numbers(z, "z")).mean()))


def below_zero(z: ArrayLike) -> float:
    """Return the share of weighted sums z, of any shape, that are 0 or less."""
    return float((numbers(z, "z") <= 0).mean())


def slopes_at(z: ArrayLike, activation: str | Activation) -> np.ndarray:
    """Return the slope of an activation, by name, at weighted sums z of any shape."""
    named, sums = ACTIVATIONS[activation], numbers(z, "z")
    with np.errstate(all="ignore"):
        return np.asarray(named.derivative(sums, named.value(sums)))


def saturated_at(z: ArrayLike, activation: str | Activation) -> float:
    """Return the share of a layer's weighted sums z (n, n_units) where its activation's slope is below 0.01.

    Raises ValueError for a ReLU and for all that are flat on one side only, where half is healthy.
    """
    sums, (down, up) = table(z, "z", "units"), np.abs(slopes_at([-40.0, 40.0], activation))
    if (down < SATURATED) != (up < SATURATED):
        raise ValueError(
            f"{ACTIVATIONS[activation].name} is flat on one side by design, so a flat half is healthy: "
            "unit_life.rows_of_units(z) counts the rows on which each unit is active"
        )
    return float(saturated_share(slopes_at(sums, activation)))


def measured_deviation(experiment: Experiment, params: list[Layer], layer: int = 0) -> float:
    """Return the root mean square of z over units, rows and seeds: its deviation where its mean is 0."""
    return measured_z(hidden_layer(experiment, params, layer).z)


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
    """Return the share of hidden units and rows for which the activation's slope is below 0.01.

    The slope is that of the layer's own activation. The shut side of a ReLU counts, see `saturated_share`.
    """
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
