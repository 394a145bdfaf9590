"""Faults: bugs that people really make, each as a value that can be planted into an experiment.

Three kinds: "model" (another network than the one meant), "gradient" (the derivative does not belong to
the loss) and "data" (other numbers than the ones meant). A gradient check finds the second kind only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial

import numpy as np

from workbook.experiment import Experiment
from workbook.network import Layer, Network, Trace
from workbook.parts import Activation, Loss, Penalty, nearest


@dataclass(frozen=True)
class Fault:
    """A bug by name. kind: "model", "gradient" or "data". symptom: what it does, measured by a test.

    plant(experiment) -> a changed copy. It raises ValueError where the fault would make no difference.
    """

    name: str
    kind: str
    symptom: str
    plant: Callable[[Experiment], Experiment] = field(compare=False, repr=False)


class Faults(dict[str, Fault]):
    """Faults by name; a name that there is not raises a TypeError that gives the nearest."""

    def __missing__(self, name: str) -> Fault:
        raise TypeError(f"there is no fault {name!r}.{nearest(str(name), self)}")


FAULTS = Faults()


def _fault(name: str, kind: str, symptom: str) -> Callable[[Callable], Callable]:
    """Enter the function below into FAULTS."""

    def enter(plant: Callable[[Experiment], Experiment]) -> Callable[[Experiment], Experiment]:
        FAULTS[name] = Fault(name, kind, symptom, plant)
        return plant

    return enter


@dataclass(frozen=True)
class FaultyNetwork(Network):
    """A network that is right on the way forward and wrong on the way back. wrong: names from WAYS_BACK."""

    wrong: tuple[str, ...] = ()

    @cached_property
    def linear(self) -> FaultyNetwork:
        """The same network with a linear output; made once, because every step of training asks for it."""
        return replace(self, output="identity")

    @cached_property
    def top(self) -> FaultyNetwork:
        """The output layer as a network of its own."""
        return replace(self, sizes=self.sizes[-2:], bias=self.biased[-1:])

    def backward(self, params: list[Layer], trace: list[Trace], dy: np.ndarray) -> list[Layer]:
        """Return what the faults make of the gradient."""
        backward = Network.backward
        for name in self.wrong:
            backward = partial(WAYS_BACK[name], backward)
        return backward(self, params, trace, dy)


Backward = Callable[[Network, list[Layer], list[Trace], np.ndarray], list[Layer]]


def weight_for_input(
    right: Backward, network: Network, params: list[Layer], trace: list[Trace], dy: np.ndarray
) -> list[Layer]:
    """dW[i, j] is W[i, j] times the sum of dz[j], where it should be the sum of x[i] dz[j]."""
    ones = [step._replace(x=np.ones_like(step.x)) for step in trace]
    gradient = right(network, params, ones, dy)
    return [Layer(part.W * layer.W, part.b) for part, layer in zip(gradient, params, strict=True)]


def no_output_derivative(
    right: Backward, network: FaultyNetwork, params: list[Layer], trace: list[Trace], dy: np.ndarray
) -> list[Layer]:
    """The error goes back to the hidden layers as if the output were linear; its own gradient is right."""
    hidden = right(network.linear, params, trace, dy)[:-1]
    return hidden + right(network.top, params[-1:], trace[-1:], dy)


def no_bias_gradient(
    right: Backward, network: Network, params: list[Layer], trace: list[Trace], dy: np.ndarray
) -> list[Layer]:
    """Every bias has gradient 0, so that it stays where it starts."""
    gradient = right(network, params, trace, dy)
    return [Layer(part.W, None if part.b is None else np.zeros_like(part.b)) for part in gradient]


WAYS_BACK = {
    "weight where the input belongs": weight_for_input,
    "missing output derivative": no_output_derivative,
    "bias not updated": no_bias_gradient,
}


def _wrong_way_back(experiment: Experiment, name: str) -> Experiment:
    network = experiment.network
    kept = {part.name: getattr(network, part.name) for part in fields(Network)}
    wrong = (*getattr(network, "wrong", ()), name)
    return experiment.but(network=FaultyNetwork(**kept, wrong=wrong))


def _refuse(applies: bool, name: str, reason: str) -> None:
    if not applies:
        raise ValueError(f"{name!r} cannot be planted here: {reason}")


@_fault(
    "missing bias",
    "model",
    "Harmless for XOR with tanh units and a linear output; XNOR cannot be learned at all.",
)
def _missing_bias(experiment: Experiment) -> Experiment:
    _refuse(any(experiment.network.biased), "missing bias", "the network has no bias to miss")
    return experiment.but(bias=False)


@_fault(
    "ReLU on the output",
    "model",
    "A seed whose outputs all start below 0 never moves; targets below 0 are out of reach.",
)
def _relu_on_the_output(experiment: Experiment) -> Experiment:
    output = experiment.network.output
    _refuse(output.name != "relu", "ReLU on the output", "the output is a ReLU already")
    return experiment.but(output="relu")


@_fault(
    "initial weights all equal",
    "model",
    "The hidden units of a layer stay equal for ever: any number of them is worth one.",
)
def _equal_weights(experiment: Experiment) -> Experiment:
    sizes = experiment.network.sizes
    reason = f"sizes {sizes} has no hidden layer of two units or more, which could be equal"
    _refuse(max(sizes[1:-1], default=0) > 1, "initial weights all equal", reason)
    return experiment.but(initializer="constant(0.5)", bias_initializer="constant(0)")


@_fault(
    "weight where the input belongs",
    "gradient",
    "All weight gradients are wrong and all bias gradients right, in every layer.",
)
def _weight_for_input(experiment: Experiment) -> Experiment:
    return _wrong_way_back(experiment, "weight where the input belongs")


@_fault(
    "missing output derivative",
    "gradient",
    "The output layer is right, all layers below it are wrong.",
)
def _missing_output_derivative(experiment: Experiment) -> Experiment:
    network, name = experiment.network, "missing output derivative"
    _refuse(len(network.sizes) > 2, name, f"sizes {network.sizes} has no hidden layer to send an error to")
    _refuse(network.output.name != "identity", name, "the derivative of a linear output is 1")
    return _wrong_way_back(experiment, name)


@_fault(
    "bias not updated",
    "gradient",
    "All bias gradients are 0, all weight gradients right; biases stay where they start.",
)
def _bias_not_updated(experiment: Experiment) -> Experiment:
    _refuse(any(experiment.network.biased), "bias not updated", "the network has no bias")
    return _wrong_way_back(experiment, "bias not updated")


def _twist_activations(experiment: Experiment, name: str, wanted: Callable, derivative: Callable, why: str):
    """Give the activations whose names are `wanted` the derivative(right)(z, y)."""

    def twist(right: Activation) -> Activation:
        if not wanted(right.name):
            return right
        return Activation(f"{right.name}, {name}", right.value, derivative(right))

    network = experiment.network
    used = {"hidden"} if len(network.sizes) > 2 else set()
    changes = {place: twist(getattr(network, place)) for place in used | {"output"}}
    _refuse(any(changes[place] is not getattr(network, place) for place in changes), name, why)
    return experiment.but(**changes)


@_fault(
    "relu gradient by value",
    "gradient",
    "Every gradient below the ReLU is multiplied by the unit's output instead of 0 or 1.",
)
def _relu_by_value(experiment: Experiment) -> Experiment:
    return _twist_activations(
        experiment,
        "relu gradient by value",
        lambda name: name == "relu" or (name.startswith("leaky relu(") and name.endswith(")")),
        lambda right: lambda z, y: y,
        "the network has no ReLU",
    )


@_fault(
    "derivative at the output",
    "gradient",
    "The slope is taken at s(z) instead of z: nearly the same for every unit, saturated or not.",
)
def _derivative_at_the_output(experiment: Experiment) -> Experiment:
    return _twist_activations(
        experiment,
        "derivative at the output",
        lambda name: name in ("sigmoid", "tanh"),
        lambda right: lambda z, y: right.derivative(y, right.value(y)),
        "only sigmoid and tanh have another slope at y than at z",
    )


@_fault(
    "forgotten mean over the batch",
    "gradient",
    "Every gradient is too long by the number of rows, and every step with it.",
)
def _forgotten_mean(experiment: Experiment) -> Experiment:
    right, name = experiment.loss, "forgotten mean over the batch"
    _refuse(right.name in ("mean squared error", "quadratic cost"), name, f"{right.name!r} takes no mean")
    _refuse(len(experiment.dataset) > 1, name, "the mean of one row is the row")
    wrong = Loss(f"{right.name}, {name}", right.value, lambda y, t: t.shape[-2] * right.gradient(y, t))
    return experiment.but(loss=wrong)


@_fault(
    "wrong sign",
    "gradient",
    "Without decay the relative error of every parameter is exactly 1; training climbs.",
)
def _wrong_sign(experiment: Experiment) -> Experiment:
    right = experiment.loss
    return experiment.but(
        loss=Loss(f"{right.name}, wrong sign", right.value, lambda y, t: -right.gradient(y, t))
    )


@_fault(
    "decay missing from the gradient",
    "gradient",
    "Weights are wrong by rate * w, biases right; training ignores the decay.",
)
def _decay_missing(experiment: Experiment) -> Experiment:
    right, name = experiment.penalty, "decay missing from the gradient"
    _refuse(experiment.penalised and name not in right.name, name, "the gradient has no decay in it")
    return experiment.but(penalty=Penalty(f"{right.name}, {name}", right.value, np.zeros_like))


@_fault(
    "decay by sum of weights",
    "gradient",
    "The loss can fall below 0, and training is not affected: only the reported number is wrong.",
)
def _decay_by_sum(experiment: Experiment) -> Experiment:
    right, name = experiment.penalty, "decay by sum of weights"
    _refuse(right.name.startswith("weight decay("), name, "the loss has no weight decay")
    _refuse(right.name.endswith(")"), name, "the decay is faulty already; plant this fault first")
    # The derivative is rate * W, so half its sum is rate / 2 * sum(w): the rate need not be known.
    wrong = Penalty(
        f"{right.name}, {name}", lambda W: right.derivative(W).sum((-2, -1)) / 2, right.derivative
    )
    return experiment.but(penalty=wrong)


@_fault(
    "signed pixels",
    "data",
    "The brightest pixels become slightly negative: 255 is read as -1, 128 as -128.",
)
def _signed_pixels(experiment: Experiment) -> Experiment:
    data, name = experiment.dataset, "signed pixels"
    levels = np.rint(255 * data.inputs)
    bytes_only = np.allclose(levels / 255, data.inputs, atol=1e-9) and levels.min() >= 0
    _refuse(bool(bytes_only) and levels.max() <= 255, name, f"the inputs of {data!r} are not bytes / 255")
    _refuse(levels.max() > 127, name, "no byte is over 127, and the others are the same in both readings")
    signed = levels.astype(np.uint8).view(np.int8) / 255
    return experiment.but(dataset=replace(data, inputs=signed, name=f"{data.name}, signed"))


@_fault(
    "targets one row off",
    "data",
    "Every input is taught its neighbour's target: other data, which may be learned as well.",
)
def _targets_one_row_off(experiment: Experiment) -> Experiment:
    data, name = experiment.dataset, "targets one row off"
    moved = np.roll(data.targets, 1, axis=0)
    _refuse(not np.array_equal(moved, data.targets), name, "all targets are equal")
    return experiment.but(dataset=replace(data, targets=moved, name=f"{data.name}, {name}"))
