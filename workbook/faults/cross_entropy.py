"""A model fault of the cross-entropy: the logarithm of a probability that may have been rounded to 0."""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import With, best_constant_of, fault, refuse, refuse_twice
from workbook.parts import LOSSES, Loss
from workbook.parts.activations import sigmoid, sigmoid_derivative, softmax, softmax_back

Array = np.ndarray
NAME = "naive log"
ONE_OF_SEVERAL = LOSSES["softmax cross-entropy"], LOSSES["summed softmax cross-entropy"]
YES_OR_NO = LOSSES["sigmoid cross-entropy"], LOSSES["summed sigmoid cross-entropy"]
CLIPPED = ("binary cross-entropy", "categorical cross-entropy")


def softmax_value(right: Loss, y: Array, t: Array) -> Array:
    """-t log(p), p the softmax of y, as the formula stands."""
    return -(t * np.log(softmax(y))).sum((-2, -1)) / over(right, t)


def softmax_gradient(right: Loss, y: Array, t: Array) -> Array:
    """The chain rule, through -t / p: 0 times infinity where p is rounded to 0."""
    p = softmax(y)
    return softmax_back(-t / p, y, p) / over(right, t)


def sigmoid_value(right: Loss, y: Array, t: Array) -> Array:
    """-t log(p) - (1 - t) log(1 - p), p the sigmoid of y, as the formula stands."""
    p = sigmoid(y)
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum((-2, -1)) / over(right, t)


def sigmoid_gradient(right: Loss, y: Array, t: Array) -> Array:
    """The chain rule, through (1 - t) / (1 - p) - t / p: 0 times infinity where p is rounded to 0 or 1."""
    p = sigmoid(y)
    return ((1 - t) / (1 - p) - t / p) * sigmoid_derivative(y, p) / over(right, t)


def over(right: Loss, t: Array) -> int:
    """Return what the sum over all rows is divided by: the number of rows, or 1."""
    return t.shape[-2] if right in (ONE_OF_SEVERAL[0], YES_OR_NO[0]) else 1


@fault(
    NAME,
    "model",
    "Right, until a probability is rounded to 0, or to 1 for yes or no: then the loss is inf or NaN, and the "
    "next step makes all parameters NaN.",
)
def naive_log(experiment: Experiment) -> Experiment:
    right = experiment.loss
    refuse_twice(right, NAME)
    kind = right.name.partition("(")[0]
    if kind in CLIPPED and LOSSES.makes(right):
        refuse(right.name != f"{kind}(0)", NAME, "its probabilities are not clipped: it is naive already")
        return experiment.but(loss=f"{kind}(0)")
    several = right in ONE_OF_SEVERAL
    reason = f"{right.name!r} is no cross-entropy, or a faulty one already; plant this fault first"
    refuse(several or right in YES_OR_NO, NAME, reason)
    value, gradient = (softmax_value, softmax_gradient) if several else (sigmoid_value, sigmoid_gradient)
    wrong = Loss(
        f"{right.name}, {NAME}",
        With(value, right),
        With(gradient, right),
        right.says,
        With(best_constant_of, right),
    )
    return experiment.but(loss=wrong)


faults = (naive_log,)
