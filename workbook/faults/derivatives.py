"""Gradient faults in a part: an activation, a loss or a penalty with the derivative of something else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import (
    With,
    best_constant_of,
    derivative_of,
    fault,
    is_planted,
    refuse,
    refuse_twice,
    value_of,
)
from workbook.parts import Activation, Loss, Penalty

Array = np.ndarray
WEIGHT = np.array([[3.0]])  # to try a penalty on
SUMS = np.array([[-2.0, -0.7, 0.4], [0.9, -1.6, 2.3]])  # weighted sums to try an activation on


def _twist_activations(
    experiment: Experiment,
    name: str,
    wanted: Callable[[Activation], bool],
    twisted: Callable[[Activation, str], Activation],
    why: str,
) -> Experiment:
    """Give the activations that are wanted another derivative: twisted(right, the new part's name)."""

    def twist(right: Activation) -> Activation:
        if is_planted(right, name) or not wanted(right):
            return right
        return twisted(right, f"{right.name}, {name}")

    network = experiment.network
    *hidden, output = map(twist, network.activations)
    planted = any(is_planted(activation, name) for activation in network.activations)
    refuse([*hidden, output] != network.activations, name, "it is planted already" if planted else why)
    if not isinstance(network.hidden, tuple):
        return experiment.but(hidden=hidden[0] if hidden else network.hidden, output=output)
    return experiment.but(hidden=tuple(hidden), output=output)


def _has_a_kink(activation: Activation) -> bool:
    """Whether the slope jumps at 0, as that of a ReLU does, leaky or not."""
    z = np.array([[-1e-9], [1e-9]])
    below, above = activation.derivative(z, activation.value(z)).ravel()
    return bool(abs(above - below) > 1e-6)


def _bends(activation: Activation) -> bool:
    """Whether another slope is found at the output y than at z."""
    y = activation.value(SUMS)
    dy = np.cos(SUMS)
    return not np.allclose(activation.back(dy, SUMS, y), back_at_the_output(activation, dy, SUMS, y))


def value_as_slope(right: Activation, z: Array, y: Array) -> Array:
    """Return y, whatever the right derivative."""
    return y


def slope_at_the_output(right: Activation, z: Array, y: Array) -> Array:
    """Return the right derivative, at y in the place of z."""
    return right.derivative(y, right.value(y))


def back_at_the_output(right: Activation, dy: Array, z: Array, y: Array) -> Array:
    """Return what comes back at y in the place of z."""
    return right.back(dy, y, right.value(y))


def _by_value(right: Activation, name: str) -> Activation:
    return Activation(name, With(value_of, right), With(value_as_slope, right))


def _at_the_output(right: Activation, name: str) -> Activation:
    way_back = None if right.way_back is None else With(back_at_the_output, right)
    return Activation(name, With(value_of, right), With(slope_at_the_output, right), way_back)


@fault(
    "relu gradient by value",
    "gradient",
    "Every gradient below the ReLU is multiplied by the unit's output instead of 0 or 1.",
)
def relu_by_value(experiment: Experiment) -> Experiment:
    name, why = "relu gradient by value", "the network has no ReLU"
    return _twist_activations(experiment, name, _has_a_kink, _by_value, why)


@fault(
    "derivative at the output",
    "gradient",
    "The slope is taken at s(z) instead of z: nearly the same for every unit, saturated or not.",
)
def derivative_at_the_output(experiment: Experiment) -> Experiment:
    name, why = "derivative at the output", "all its units have the same slope at y as at z"
    return _twist_activations(experiment, name, _bends, _at_the_output, why)


def too_long(right: Loss, y: Array, t: Array) -> Array:
    """Return the right gradient times the number of rows."""
    return t.shape[-2] * right.gradient(y, t)


def backwards(right: Loss, y: Array, t: Array) -> Array:
    """Return minus the right gradient."""
    return -right.gradient(y, t)


def _with_gradient(right: Loss, name: str, wrong: Callable[[Loss, Array, Array], Array]) -> Loss:
    return Loss(
        f"{right.name}, {name}",
        With(value_of, right),
        With(wrong, right),
        right.says,
        With(best_constant_of, right),
    )


def _takes_a_mean(loss: Loss, t: Array) -> bool:
    """Whether each row counts half as much when there are twice as many."""
    y = np.where(t > 0.5, 0.3, 0.6)
    once, twice = loss.gradient(y, t), loss.gradient(np.tile(y, (2, 1)), np.tile(t, (2, 1)))
    return np.allclose(2 * twice[: len(t)], once, rtol=1e-6, atol=0)


@fault(
    "forgotten mean over the batch",
    "gradient",
    "Every gradient is too long by the number of rows, and every step with it.",
)
def forgotten_mean(experiment: Experiment) -> Experiment:
    right, name = experiment.loss, "forgotten mean over the batch"
    refuse_twice(right, name)
    with np.errstate(all="ignore"):
        means = _takes_a_mean(right, experiment.dataset.targets[:3])
    refuse(means, name, f"{right.name!r} takes no mean over the rows")
    rows = experiment.batch_size or len(experiment.dataset)
    refuse(rows > 1, name, "each step takes one row, and the mean of one row is the row")
    return experiment.but(loss=_with_gradient(right, name, too_long))


@fault(
    "wrong sign",
    "gradient",
    "Without decay the relative error of every parameter is exactly 1; training climbs.",
)
def wrong_sign(experiment: Experiment) -> Experiment:
    right, name = experiment.loss, "wrong sign"
    refuse(not is_planted(right, name), name, "the sign is wrong already, and twice wrong is right")
    return experiment.but(loss=_with_gradient(right, name, backwards))


def half_the_sum(right: Penalty, W: Array) -> Array:
    """Return rate / 2 * sum(w). The derivative is rate * W, so the rate need not be known."""
    return right.derivative(W).sum((-2, -1)) / 2


@fault(
    "decay missing from the gradient",
    "gradient",
    "Weights are wrong by rate * w, biases right; training ignores the decay.",
)
def decay_missing(experiment: Experiment) -> Experiment:
    right, name = experiment.penalty, "decay missing from the gradient"
    refuse(experiment.penalised, name, "the loss has no decay: choose one first")
    refuse(_in_the_gradient(right), name, "the gradient has no decay in it")
    return experiment.but(penalty=Penalty(f"{right.name}, {name}", With(value_of, right), np.zeros_like))


@fault(
    "decay by sum of weights",
    "gradient",
    "The loss can fall below 0, and training is not affected: only the reported number is wrong.",
)
def decay_by_sum(experiment: Experiment) -> Experiment:
    right, name = experiment.penalty, "decay by sum of weights"
    refuse(experiment.penalised, name, "the loss has no weight decay: choose one first")
    squares = _in_the_gradient(right) and np.isclose(
        right.value(WEIGHT), WEIGHT * right.derivative(WEIGHT) / 2
    )
    refuse(bool(squares), name, "it is no weight decay, or a faulty one already; plant this fault first")
    wrong = Penalty(f"{right.name}, {name}", With(half_the_sum, right), With(derivative_of, right))
    return experiment.but(penalty=wrong)


def _in_the_gradient(penalty: Penalty) -> bool:
    return bool(penalty.derivative(WEIGHT).any())


faults = (
    relu_by_value,
    derivative_at_the_output,
    forgotten_mean,
    wrong_sign,
    decay_missing,
    decay_by_sum,
)
