"""Questions about networks that lack a bias, and so cannot be what they should."""

from __future__ import annotations

import numpy as np

from workbook.data.datasets import Dataset, xor
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.network import Network
from workbook.parts import explicit
from workbook.questions.question import Posed, question


@question(
    "xor-without-biases",
    "Stack Overflow 59399842",
    "missing bias",
    seeds=100,
)
def xor_without_biases() -> Posed:
    """XOR by hand in NumPy: 2-2-1 sigmoids, squared error, 11 10 01 00 in this order, ten thousand epochs.

    There is no bias, and the output layer's gradient lacks the sigmoid's slope. Whoever checks the gradient
    finds the second, which is the gradient of the cross-entropy and does no harm; the first is the cause.
    """
    rows = xor()
    data = Dataset(rows.inputs[::-1], rows.targets[::-1], "XOR from 11 to 00")
    start = explicit([[0.9, 0.1], [0.3, 0.5]], [[0.8], [0.7]])
    right = Experiment(
        data,
        Network((2, 2, 1), "sigmoid", "sigmoid", bias=False, initializer=start),
        loss="quadratic cost",
        step_size=0.5,
        batch_size=1,
        order="in order",
        steps=40_000,
        solved_below=0.003,
    )
    posted = FAULTS["output layer without its own derivative"].plant(right)
    by_seed = {"initializer": "uniform(-1, 1)", "bias_initializer": "uniform(-1, 1)"}
    return Posed(
        posted,
        {
            "biases, by seed": posted.but(bias=True, **by_seed),
            "both, by seed": right.but(bias=True, **by_seed),
        },
        {"gradient repaired": right, "gradient repaired, by seed": right.but(**by_seed)},
    )


def of_points(shape: str) -> Dataset:
    """Return 50 points of (-pi, pi) and sin, cos or the square of them, from 0 to 1."""
    x = np.random.RandomState(1).uniform(-np.pi, np.pi, (50, 1))
    shapes = {"sin": (1 + np.sin(x)) / 2, "cos": (1 + np.cos(x)) / 2, "square": np.square(x / np.pi)}
    return Dataset(x, shapes[shape], f"{shape} of 50 points")


@question(
    "sin-not-cos",
    "Stack Overflow 13453501",
    "missing bias",
    seeds=30,
)
def sin_not_cos() -> Posed:
    """Backpropagation by hand, 1-10-1 sigmoids, one point at a time: it learns sin and never cos.

    s(wx) - 1/2 is odd, so that without a hidden bias the network is a constant and an odd function.
    """
    posted = Experiment(
        of_points("cos"),
        Network((1, 10, 1), "sigmoid", "sigmoid", bias=False, initializer="normal(1)"),
        loss="quadratic cost",
        step_size=0.5,
        batch_size=1,
        steps=50_000,
        solved_below=0.005,
    )
    return Posed(
        posted,
        {"hidden biases": posted.but(bias=(True, False)), "all biases": posted.but(bias=True)},
        {
            "output bias only": posted.but(bias=(False, True)),
            "sin": posted.but(dataset=of_points("sin")),
            "square": posted.but(dataset=of_points("square")),
        },
    )


questions = (xor_without_biases, sin_not_cos)
