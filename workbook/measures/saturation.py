"""Saturation: how far out on the flat ends of the sigmoid a first layer starts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbook.experiment import Experiment
from workbook.network import Layer
from workbook.training import Trainer

SATURATED = 0.01  # a sigmoid's slope is 1/4 at best; below this it passes less than a twenty-fifth of that


def weighted_sums(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the weighted sums z of the first layer for every row of the data, (..., n, n_units)."""
    W, b = params[0]
    return experiment.dataset.inputs @ W + b


def spread(experiment: Experiment, params: list[Layer]) -> float:
    """Return the standard deviation of z over units, rows and seeds, around the 0 that is its mean."""
    return float(np.sqrt(np.square(weighted_sums(experiment, params)).mean()))


def squared_length(experiment: Experiment) -> float:
    """Return the sum of a row's squared inputs, averaged over the rows."""
    return float(np.square(experiment.dataset.inputs).sum(-1).mean())


def expected_deviation(experiment: Experiment) -> float:
    """Return the standard deviation of z for weights and bias from N(0, 1): their variances add up."""
    return float(np.sqrt(squared_length(experiment) + 1))


def slopes(z: np.ndarray) -> np.ndarray:
    """Return the slope of the sigmoid at z: 1/4 at 0, next to nothing far from it."""
    half = 0.5 * np.minimum(np.abs(z), 600)  # beyond that the slope is 0 to all intents, and cosh overflows
    return 0.25 / np.cosh(half) ** 2


def saturated(experiment: Experiment, params: list[Layer]) -> float:
    """Return the share of hidden units and rows for which the sigmoid's slope is below 0.01."""
    return float((slopes(weighted_sums(experiment, params)) < SATURATED).mean())


def hidden_outputs(experiment: Experiment, params: list[Layer], rows: int | None = None) -> np.ndarray:
    """Return what the hidden units say to the first rows of the data (None: to all), (..., rows, n_units)."""
    with np.errstate(all="ignore"):
        _, trace = experiment.network.forward(params, experiment.dataset.inputs[:rows])
    return trace[0].y


def saturated_by_step(experiment: Experiment, steps: Iterable[int], seeds: Iterable[int]) -> list[float]:
    """Return the saturated share after each of these numbers of training steps, in rising order."""
    trainer, shares = Trainer(experiment, seeds), []
    for step in steps:
        trainer.advance(step - trainer.step)
        shares.append(saturated(experiment, trainer.params))
    return shares
