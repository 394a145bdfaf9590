"""Gradient faults in a part: an activation, a loss or a penalty with the derivative of something else."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import fault, refuse
from workbook.parts import ACTIVATIONS, LOSSES, Activation, Loss, Penalty

Derivative = Callable[[np.ndarray, np.ndarray], np.ndarray]
WEIGHT = np.array([[3.0]])  # to try a penalty on


def _twist_activations(
    experiment: Experiment,
    name: str,
    wanted: Callable[[Activation], bool],
    derivative: Callable[[Activation], Derivative],
    why: str,
) -> Experiment:
    """Give the activations that are wanted another derivative: derivative(right)(z, y)."""

    def twist(right: Activation) -> Activation:
        if not wanted(right):
            return right
        return Activation(f"{right.name}, {name}", right.value, derivative(right))

    network = experiment.network
    used = {"hidden"} if len(network.sizes) > 2 else set()
    changes = {place: twist(getattr(network, place)) for place in used | {"output"}}
    refuse(any(changes[place] is not getattr(network, place) for place in changes), name, why)
    return experiment.but(**changes)


def _has_a_kink(activation: Activation) -> bool:
    """Whether the slope jumps at 0, as that of a ReLU does, leaky or not."""
    z = np.array([-1e-9, 1e-9])
    below, above = activation.derivative(z, activation.value(z))
    return bool(abs(above - below) > 1e-6)


def _saturates(activation: Activation) -> bool:
    return activation in (ACTIVATIONS["sigmoid"], ACTIVATIONS["tanh"])


def _by_value(right: Activation) -> Derivative:
    return lambda z, y: y


def _at_the_output(right: Activation) -> Derivative:
    return lambda z, y: right.derivative(y, right.value(y))


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
    name, why = "derivative at the output", "only sigmoid and tanh have another slope at y than at z"
    return _twist_activations(experiment, name, _saturates, _at_the_output, why)


@fault(
    "forgotten mean over the batch",
    "gradient",
    "Every gradient is too long by the number of rows, and every step with it.",
)
def forgotten_mean(experiment: Experiment) -> Experiment:
    right, name = experiment.loss, "forgotten mean over the batch"
    takes_it = right in (LOSSES["mean squared error"], LOSSES["quadratic cost"])
    refuse(takes_it, name, f"{right.name!r} takes no mean")
    refuse(len(experiment.dataset) > 1, name, "the mean of one row is the row")
    wrong = Loss(f"{right.name}, {name}", right.value, lambda y, t: t.shape[-2] * right.gradient(y, t))
    return experiment.but(loss=wrong)


@dataclass(frozen=True, repr=False)
class Climbing(Loss):
    """A loss whose gradient has the wrong sign."""


@fault(
    "wrong sign",
    "gradient",
    "Without decay the relative error of every parameter is exactly 1; training climbs.",
)
def wrong_sign(experiment: Experiment) -> Experiment:
    right, name = experiment.loss, "wrong sign"
    refuse(not isinstance(right, Climbing), name, "the sign is wrong already, and twice wrong is right")
    wrong = Climbing(f"{right.name}, {name}", right.value, lambda y, t: -right.gradient(y, t))
    return experiment.but(loss=wrong)


@fault(
    "decay missing from the gradient",
    "gradient",
    "Weights are wrong by rate * w, biases right; training ignores the decay.",
)
def decay_missing(experiment: Experiment) -> Experiment:
    right, name = experiment.penalty, "decay missing from the gradient"
    refuse(experiment.penalised, name, "the loss has no decay: choose one first")
    refuse(_in_the_gradient(right), name, "the gradient has no decay in it")
    return experiment.but(penalty=Penalty(f"{right.name}, {name}", right.value, np.zeros_like))


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
    # The derivative is rate * W, so half its sum is rate / 2 * sum(w): the rate need not be known.
    wrong = Penalty(
        f"{right.name}, {name}", lambda W: right.derivative(W).sum((-2, -1)) / 2, right.derivative
    )
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
