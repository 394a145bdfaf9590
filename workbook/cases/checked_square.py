"""The network for x squared, checked as somebody checked it whose check failed now and then, and badly."""

from __future__ import annotations

import numpy as np

from workbook.cases.linear_output import as_posted, square
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.gradcheck import check_gradients
from workbook.measures.gradient_error import error_with_kinks, lengths

POSTED_WIDTH, POSTED_THRESHOLD = 1e-7, 2e-7
CHECKED = range(10)  # the starts


def x_squared(hidden: int = 64, points: int = 201, biases: str = "zeros") -> Experiment:
    """Return the posted network for x^2 on [0, 1], leaky ReLUs on both layers, without decay."""
    network = as_posted.network.but(sizes=(1, hidden, 1), bias_initializer=biases)
    return as_posted.but(network=network, dataset=square(points), penalty="none")


def with_posted_decay(experiment: Experiment, rate: float) -> Experiment:
    """Return the experiment with decay as posted: the loss adds rate / 2 * sum(w), the gradient nothing."""
    by_sum = FAULTS["decay by sum of weights"].plant(experiment.but(penalty=f"weight decay({rate:g})"))
    return FAULTS["decay missing from the gradient"].plant(by_sum)


def posted_check(rate: float) -> np.ndarray:
    """Return the errors with this decay, as posted, (10,): width 1e-7, kinks included, ten starts."""
    experiment = with_posted_decay(x_squared(), rate) if rate else x_squared()
    return np.array([error_with_kinks(check_gradients(experiment, s, width=POSTED_WIDTH)) for s in CHECKED])


def errors_by_sign(rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the errors of `posted_check` where the outputs start positive, and where negative."""
    return _by_sign(posted_check(rate))


def lengths_by_sign() -> tuple[np.ndarray, np.ndarray]:
    """Return the lengths of the gradients where the outputs start positive, and where negative."""
    return _by_sign(np.array([lengths(check_gradients(x_squared(), seed))[0] for seed in CHECKED]))


def _by_sign(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    squares = x_squared()
    positive = np.array([squares.outputs(squares.network.init(seed)).mean() > 0 for seed in CHECKED])
    return values[positive], values[~positive]
