"""Questions about losses that are not the one that was meant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.network import Network
from workbook.parts import Activation, Loss
from workbook.questions.pictures import pictures, pixels, scaled
from workbook.questions.question import Posed, question

Array = np.ndarray
FLOAT32_STEP = 2.0**-23  # what 1 - 1e-7 is short of 1 in float32: frameworks clip there


@question(
    "all-pairs",
    "A PyTorch question on simple linear regression",
    "loss for the task",
    "step too short",
    seeds=100,
)
def all_pairs() -> Posed:
    """One linear unit shall say x for x = 2, 3, 7, 9 and says 5.25 for all: outputs (4, 1), targets (4,).

    Their difference is a table of 16, and the loss is that of all pairs. Repairing the shape alone does not
    help: Adam moves a weight by its rate a step, here a hundred-thousandth.
    """
    x = np.array([[2.0], [3.0], [7.0], [9.0]])
    right = Experiment(
        Dataset(x, x, "x for x"),
        Network((1, 1), initializer="uniform(-1, 1)", bias_initializer="uniform(-1, 1)"),
        optimizer="adam(0.00001)",
        steps=10_000,
    )
    posted = FAULTS["all pairs"].plant(right)
    return Posed(
        posted,
        {"shape and steps": right.but(optimizer="adam(0.01)")},
        {"shape only": right, "steps only": posted.but(optimizer="adam(0.01)")},
    )


def softmax_of_columns(z: Array) -> Array:
    """e^z over its sum over the rows, as the formula stands: Python's sum() goes along the first axis."""
    e = np.exp(z)
    return e / e.sum(-2, keepdims=True)


def straight_through(dy: Array, z: Array, y: Array) -> Array:
    """Return dy: the softmax's own derivative is in the loss's p - t already."""
    return dy


def ones(z: Array, y: Array) -> Array:
    """Return 1 for every z, which is what straight_through takes the slope for."""
    return np.ones_like(z)


def log_loss(y: Array, t: Array) -> Array:
    """-t log(p), mean over rows."""
    return -(t * np.log(y)).sum((-2, -1)) / t.shape[-2]


def p_minus_t(y: Array, t: Array) -> Array:
    """(p - t) / n: the gradient at the logits, if each row of p is a softmax."""
    return (y - t) / t.shape[-2]


COLUMNS = Activation("softmax of columns", softmax_of_columns, ones, straight_through)
P_MINUS_T = Loss("cross-entropy by p - t", log_loss, p_minus_t)


@question(
    "softmax-over-rows",
    "Stack Overflow 76450489",
    "loss for the task",
    "wrong gradient",
    seeds=3,
)
def softmax_over_rows() -> Posed:
    """MNIST by hand, 784-20-10, ReLU, all rows a step: NaN after some steps, later the shorter they are.

    The softmax divides by the sum over the rows, so that a picture's probabilities do not add up to 1; the
    gradient p - t is right for the other axis only. It pushes up every target's logit and none down.
    """
    data = scaled(10_000)
    start = "uniform(-0.5, 0.5)"
    right = Experiment(
        data,
        Network((pixels(data), 20, 10), "relu", "identity", True, start, start),
        loss="softmax cross-entropy",
        step_size=0.1,
        steps=500,
        solved_below=0.5,
    )
    posted = right.but(output=COLUMNS, loss=P_MINUS_T)
    return Posed(
        posted,
        {"right axis": right, "right axis, naive": FAULTS["naive softmax"].plant(right)},
        {
            "step 0.01": posted.but(step_size=0.01),
            "step 0.001": posted.but(step_size=0.001),
            "with its own derivative": FAULTS["softmax over the rows"].plant(right),
        },
    )


@question(
    "one-output-for-ten",
    "Data Science 38604",
    "targets out of reach",
    "loss for the task",
    seeds=3,
)
def one_output_for_ten() -> Posed:
    """MNIST in a framework: 784-64-1, a sigmoid, yes-or-no cross-entropy, and the digits 0 to 9 as targets.

    The loss is -55 and the accuracy 11 %: it says 1 to everything, which is right for the ones, and for a
    target above 1 the loss has no lower bound but that of the clipping.
    """
    data = scaled(40_199)  # two thirds, of MNIST
    labels = pictures()[0].labels[: len(data)].reshape(-1, 1)
    as_numbers = replace(data, targets=labels, name=f"{data.name}, labels as numbers", held_out=None)
    posted = Experiment(
        as_numbers,
        Network((pixels(data), 64, 1), "relu", "sigmoid", initializer="glorot uniform"),
        loss=f"binary cross-entropy({FLOAT32_STEP!r})",
        optimizer="adam(0.001)",
        batch_size=128,
        steps=630,
        record_every=630,
    )
    repaired = posted.but(
        dataset=data, sizes=(pixels(data), 64, 10), output="identity", loss="softmax cross-entropy"
    )
    return Posed(posted, {"ten outputs, softmax": repaired})


questions = (all_pairs, softmax_over_rows, one_output_for_ten)
