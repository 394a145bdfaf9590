"""Gradient faults in a part: an activation, a loss or a penalty with the derivative of something else."""

from collections.abc import Callable

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import fault, refuse
from workbook.parts import Activation, Loss, Penalty


def _twist_activations(experiment: Experiment, name: str, wanted: Callable, derivative: Callable, why: str):
    """Give the activations whose names are `wanted` the derivative(right)(z, y)."""

    def twist(right: Activation) -> Activation:
        if not wanted(right.name):
            return right
        return Activation(f"{right.name}, {name}", right.value, derivative(right))

    network = experiment.network
    used = {"hidden"} if len(network.sizes) > 2 else set()
    changes = {place: twist(getattr(network, place)) for place in used | {"output"}}
    refuse(any(changes[place] is not getattr(network, place) for place in changes), name, why)
    return experiment.but(**changes)


@fault(
    "relu gradient by value",
    "gradient",
    "Every gradient below the ReLU is multiplied by the unit's output instead of 0 or 1.",
)
def relu_by_value(experiment: Experiment) -> Experiment:
    return _twist_activations(
        experiment,
        "relu gradient by value",
        lambda name: name == "relu" or (name.startswith("leaky relu(") and name.endswith(")")),
        lambda right: lambda z, y: y,
        "the network has no ReLU",
    )


@fault(
    "derivative at the output",
    "gradient",
    "The slope is taken at s(z) instead of z: nearly the same for every unit, saturated or not.",
)
def derivative_at_the_output(experiment: Experiment) -> Experiment:
    return _twist_activations(
        experiment,
        "derivative at the output",
        lambda name: name in ("sigmoid", "tanh"),
        lambda right: lambda z, y: right.derivative(y, right.value(y)),
        "only sigmoid and tanh have another slope at y than at z",
    )


@fault(
    "forgotten mean over the batch",
    "gradient",
    "Every gradient is too long by the number of rows, and every step with it.",
)
def forgotten_mean(experiment: Experiment) -> Experiment:
    right, name = experiment.loss, "forgotten mean over the batch"
    refuse(right.name in ("mean squared error", "quadratic cost"), name, f"{right.name!r} takes no mean")
    refuse(len(experiment.dataset) > 1, name, "the mean of one row is the row")
    wrong = Loss(f"{right.name}, {name}", right.value, lambda y, t: t.shape[-2] * right.gradient(y, t))
    return experiment.but(loss=wrong)


@fault(
    "wrong sign",
    "gradient",
    "Without decay the relative error of every parameter is exactly 1; training climbs.",
)
def wrong_sign(experiment: Experiment) -> Experiment:
    right = experiment.loss
    return experiment.but(
        loss=Loss(f"{right.name}, wrong sign", right.value, lambda y, t: -right.gradient(y, t))
    )


@fault(
    "decay missing from the gradient",
    "gradient",
    "Weights are wrong by rate * w, biases right; training ignores the decay.",
)
def decay_missing(experiment: Experiment) -> Experiment:
    right, name = experiment.penalty, "decay missing from the gradient"
    refuse(experiment.penalised and name not in right.name, name, "the gradient has no decay in it")
    return experiment.but(penalty=Penalty(f"{right.name}, {name}", right.value, np.zeros_like))


@fault(
    "decay by sum of weights",
    "gradient",
    "The loss can fall below 0, and training is not affected: only the reported number is wrong.",
)
def decay_by_sum(experiment: Experiment) -> Experiment:
    right, name = experiment.penalty, "decay by sum of weights"
    refuse(right.name.startswith("weight decay("), name, "the loss has no weight decay")
    refuse(right.name.endswith(")"), name, "the decay is faulty already; plant this fault first")
    # The derivative is rate * W, so half its sum is rate / 2 * sum(w): the rate need not be known.
    wrong = Penalty(
        f"{right.name}, {name}", lambda W: right.derivative(W).sum((-2, -1)) / 2, right.derivative
    )
    return experiment.but(penalty=wrong)


faults = (
    relu_by_value,
    derivative_at_the_output,
    forgotten_mean,
    wrong_sign,
    decay_missing,
    decay_by_sum,
)
