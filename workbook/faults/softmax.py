"""Model faults of the softmax: over the wrong axis, one on top of the other, or of numbers too large."""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import With, best_constant_of, fault, is_planted, refuse
from workbook.faults.way_back import is_linear
from workbook.parts import ACTIVATIONS, LOSSES, Activation, Loss
from workbook.parts.activations import sigmoid_derivative, softmax, softmax_back

Array = np.ndarray
SOFTMAX = ACTIVATIONS["softmax"]
MEAN, SUM = LOSSES["softmax cross-entropy"], LOSSES["summed softmax cross-entropy"]
NO_SOFTMAX = "neither output nor loss is a softmax, or it is a faulty one already; plant this fault first"


def over_rows(z: Array) -> Array:
    """e^z over its sum along the column, over all rows, so that a column adds up to 1."""
    e = np.exp(z - z.max(-2, keepdims=True))
    return e / e.sum(-2, keepdims=True)


def over_rows_back(dy: Array, z: Array, y: Array) -> Array:
    """y (dy - sum of y dy over the column): each output depends on every z of its column."""
    return y * (dy - (y * dy).sum(-2, keepdims=True))


def over_rows_value(right: Loss, y: Array, t: Array) -> Array:
    """-t log(softmax over the rows of y), summed as the right loss is."""
    most = y.max(-2, keepdims=True)
    log_sum = most + np.log(np.exp(y - most).sum(-2, keepdims=True))
    return (t * (log_sum - y)).sum((-2, -1)) / over(right, t)


def over_rows_gradient(right: Loss, y: Array, t: Array) -> Array:
    """The derivative of that, and so right for the wrong loss."""
    return (over_rows(y) * t.sum(-2, keepdims=True) - t) / over(right, t)


def naive(z: Array) -> Array:
    """e^z over its sum along the row, as the formula stands: e^710 is too large for a number."""
    e = np.exp(z)
    return e / e.sum(-1, keepdims=True)


def naive_value(right: Loss, y: Array, t: Array) -> Array:
    """-t log(softmax(y)), with e^y as it stands."""
    return (t * (np.log(np.exp(y).sum(-1, keepdims=True)) - y)).sum((-2, -1)) / over(right, t)


def naive_gradient(right: Loss, y: Array, t: Array) -> Array:
    """The derivative of that."""
    return (naive(y) * t.sum(-1, keepdims=True) - t) / over(right, t)


def over(right: Loss, t: Array) -> int:
    """Return what the sum over all rows is divided by: the number of rows, or 1."""
    return t.shape[-2] if right == MEAN else 1


ROWS = "softmax over the rows"
WRONG_AXIS = Activation(f"softmax, {ROWS}", over_rows, sigmoid_derivative, over_rows_back)
NAIVE = Activation("softmax, naive softmax", naive, sigmoid_derivative, softmax_back)


def _swap(experiment: Experiment, name: str, output: Activation, loss: Loss) -> Experiment:
    """Put a faulty softmax in the place of every right one: of the output, and of the loss on logits."""
    parts = experiment.network.output, experiment.loss
    planted = any(is_planted(part, name) for part in parts)
    changes: dict[str, Activation | Loss] = {}
    if experiment.network.output == SOFTMAX:
        changes["output"] = output
    if experiment.loss in (MEAN, SUM):
        changes["loss"] = loss
    refuse(bool(changes), name, "it is planted already" if planted else NO_SOFTMAX)
    return experiment.but(**changes)


@fault(
    ROWS,
    "model",
    "Each column of probabilities adds up to 1, a row seldom. Each row of a class of k costs log k or more.",
)
def softmax_over_the_rows(experiment: Experiment) -> Experiment:
    right = experiment.loss
    value, gradient = With(over_rows_value, right), With(over_rows_gradient, right)
    loss = Loss(f"{right.name}, {ROWS}", value, gradient, over_rows, With(best_constant_of, right))
    return _swap(experiment, ROWS, WRONG_AXIS, loss)


@fault(
    "softmax twice",
    "model",
    "With K classes the loss stays above log(e + K - 1) - 1, which is 0.31 for two and 1.46 for ten, however "
    "right the answers are.",
)
def softmax_twice(experiment: Experiment) -> Experiment:
    name, output = "softmax twice", experiment.network.output
    takes_logits = experiment.loss.says in (softmax, naive, over_rows)
    clipped = output == SOFTMAX and experiment.loss.name.startswith("categorical cross-entropy(")
    refuse(takes_logits or clipped, name, "the loss is no cross-entropy of a softmax")
    reason = f"the output is {output.name!r} and not linear; a softmax is taken of it, once or twice, already"
    refuse(clipped or is_linear(output), name, reason)
    refuse(experiment.network.widths[-1] > 1, name, "a softmax of one output is 1, however often it is taken")
    return experiment.but(loss=MEAN) if clipped else experiment.but(output=SOFTMAX)


@fault(
    "naive softmax",
    "model",
    "Right, until a weighted sum is above 709: then it is inf / inf, and training ends in NaN.",
)
def naive_softmax(experiment: Experiment) -> Experiment:
    name, right = "naive softmax", experiment.loss
    value, gradient = With(naive_value, right), With(naive_gradient, right)
    loss = Loss(f"{right.name}, {name}", value, gradient, naive, With(best_constant_of, right))
    return _swap(experiment, name, NAIVE, loss)


faults = (
    softmax_over_the_rows,
    softmax_twice,
    naive_softmax,
)
