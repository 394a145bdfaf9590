"""Baselines: what answers without a network would lose, so that a loss has something beside it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from workbook.data.datasets import Dataset
from workbook.layers import Layer
from workbook.parts import Loss


@lru_cache(maxsize=64)
def constant_loss(loss: Loss, dataset: Dataset, asked: Dataset | None = None) -> float:
    """Return the loss of the best answer that is the same for every row; on the rows asked, if others are."""
    targets = (dataset if asked is None else asked).targets
    with np.errstate(all="ignore"):
        best = np.broadcast_to(loss.best_constant(dataset.targets), targets.shape)
        return float(loss.value(best, targets))


@lru_cache(maxsize=64)
def line_answers(dataset: Dataset) -> np.ndarray:
    """Return the answers of the best straight line, or plane, with an intercept, (n, n_out): least squares.

    By the normal equations of standardised inputs, so that 60 000 pictures take seconds and not minutes.
    """
    x = dataset.inputs - dataset.inputs.mean(0)
    deviation = x.std(0)
    x = x / np.where(deviation > 0, deviation, 1)
    slopes = np.linalg.lstsq(x.T @ x, x.T @ dataset.targets, rcond=1e-12)[0]
    return x @ slopes + dataset.targets.mean(0)


@lru_cache(maxsize=64)
def least_squares(dataset: Dataset, bias: bool = True) -> Layer:
    """Return the linear layer of the least squared error: W (n_in, n_out) and b (1, n_out), or no b.

    The closed form of what one linear layer learns. Where there are many such layers, as with a constant
    column beside a bias, this one has the smallest weights and bias (the pseudo-inverse).
    """
    n_in = dataset.inputs.shape[1]
    ones = np.ones((len(dataset), int(bias)))
    found = np.linalg.lstsq(np.hstack([dataset.inputs, ones]), dataset.targets, rcond=None)[0]
    return Layer(found[:n_in], found[n_in:] if bias else None)


def squared_distance(answers: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the mean squared distance of answers (..., n, n_out) from the targets, (...)."""
    return np.square(answers - targets).mean((-2, -1))
