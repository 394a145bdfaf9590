"""Gradient faults in the network: the way forward is right, and the way back is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import With, derivative_of, fault, is_planted, refuse, refuse_twice, value_of
from workbook.layers import Layer, Trace
from workbook.network import Network, WayBack
from workbook.parts import Activation

Params = list[Layer]
Traces = list[Trace]
INSTEAD_OF_THE_INPUT = "weight where the input belongs", "own output where the input belongs"
TAKEN = "{!r} takes the input's place already"


def weight_for_input(
    right: WayBack, network: Network, params: Params, trace: Traces, dy: np.ndarray
) -> Params:
    """dW[i, j] is W[i, j] times the sum of dz[j], where it should be the sum of x[i] dz[j]."""
    ones = [step._replace(x=np.ones_like(step.x)) for step in trace]
    gradient = right.gradient(network, params, ones, dy)
    return [Layer(part.W * layer.W, part.b) for part, layer in zip(gradient, params, strict=True)]


def output_for_input(
    right: WayBack, network: Network, params: Params, trace: Traces, dy: np.ndarray
) -> Params:
    """dW[i, j] is the sum of y[j] dz[j], whatever i, where it should be the sum of x[i] dz[j]."""
    # Each unit's own output in the place of all inputs, unit by unit along a new first axis: of what comes
    # back, (units, ..., 1, units), only the column of the unit itself is meant.
    own = [step._replace(x=np.moveaxis(step.y, -1, 0)[..., None]) for step in trace]
    gradient = right.gradient(network, params, own, dy)
    return [
        Layer(np.diagonal(part.W, axis1=0, axis2=-1) + np.zeros_like(layer.W), part.b)
        for part, layer in zip(gradient, params, strict=True)
    ]


def no_output_derivative(
    right: WayBack, network: Network, params: Params, trace: Traces, dy: np.ndarray
) -> Params:
    """The error goes back to the hidden layers as if the output were linear; its own gradient is right."""
    hidden = right.gradient(linear(network), params, trace, dy)[:-1]
    return hidden + right.gradient(network, params, trace, dy)[-1:]


def no_derivative_of_its_own(
    right: WayBack, network: Network, params: Params, trace: Traces, dy: np.ndarray
) -> Params:
    """The output layer's own gradient is that of a linear output; what it sends back is right."""
    hidden = right.gradient(network, params, trace, dy)[:-1]
    return hidden + right.gradient(linear(network), params, trace, dy)[-1:]


def no_bias_gradient(
    right: WayBack, network: Network, params: Params, trace: Traces, dy: np.ndarray
) -> Params:
    """Every bias has gradient 0, so that it stays where it starts."""
    gradient = right.gradient(network, params, trace, dy)
    return [Layer(part.W, None if part.b is None else np.zeros_like(part.b)) for part in gradient]


def value_for_error(
    right: WayBack, network: Network, params: Params, trace: Traces, dy: np.ndarray
) -> Params:
    """A hidden layer's dz is y times the slope, where it should be the error from above times the slope."""
    return right.gradient(deaf(network), params, trace, dy)


@lru_cache(maxsize=64)
def linear(network: Network) -> Network:
    """The same network with a linear output; made once, because every step of training asks for it."""
    return network.but(output="identity")


@lru_cache(maxsize=64)
def deaf(network: Network) -> Network:
    """The same network with hidden units that take their own output for the error from above."""
    hidden = network.activations[:-1]
    return network.but(
        hidden=tuple(
            Activation(f"{a.name}, deaf", With(value_of, a), With(derivative_of, a), With(back_from_y, a))
            for a in hidden
        )
    )


def back_from_y(right: Activation, dy: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return what comes back when y is taken for dy."""
    return right.back(y, z, y)


def is_linear(activation: Activation) -> bool:
    """Whether the gradient passes the activation unchanged."""
    z = np.array([[-1.5, -0.2, 0.4, 1.1], [0.3, 2.0, -0.7, -2.5]])
    dy = np.cos(z)
    return np.array_equal(activation.back(dy, z, activation.value(z)), dy)


def _wrong_way_back(experiment: Experiment, name: str, wrong: Callable[..., Params]) -> Experiment:
    right = experiment.network.way_back
    refuse_twice(right, name)
    return experiment.but(way_back=WayBack(f"{right.name}, {name}", With(wrong, right)))


def _need_hidden_layer(experiment: Experiment, name: str, what_for: str) -> None:
    network = experiment.network
    refuse(len(network.layers) > 1, name, f"sizes {network.sizes} has no hidden layer {what_for}")


@fault(
    "weight where the input belongs",
    "gradient",
    "All weight gradients are wrong and all bias gradients right, in every layer.",
)
def weight_where_the_input_belongs(experiment: Experiment) -> Experiment:
    name, other = INSTEAD_OF_THE_INPUT
    refuse(not is_planted(experiment.network.way_back, other), name, TAKEN.format(other))
    return _wrong_way_back(experiment, name, weight_for_input)


@fault(
    "missing output derivative",
    "gradient",
    "The output layer is right, all layers below it are wrong.",
)
def missing_output_derivative(experiment: Experiment) -> Experiment:
    network, name = experiment.network, "missing output derivative"
    _need_hidden_layer(experiment, name, "to send an error to")
    refuse(not is_linear(network.output), name, "the derivative of a linear output is 1")
    return _wrong_way_back(experiment, name, no_output_derivative)


@fault(
    "bias gradient is 0",
    "gradient",
    "All bias gradients are 0, all weight gradients right; biases stay where they start.",
)
def bias_gradient_is_0(experiment: Experiment) -> Experiment:
    refuse(any(experiment.network.biased), "bias gradient is 0", "the network has no bias")
    return _wrong_way_back(experiment, "bias gradient is 0", no_bias_gradient)


@fault(
    "value for error in the hidden layer",
    "gradient",
    "The hidden layers' gradients are the same for any targets; the output layer is right.",
)
def value_for_error_in_the_hidden_layer(experiment: Experiment) -> Experiment:
    name = "value for error in the hidden layer"
    _need_hidden_layer(experiment, name, "whose error could be wrong")
    return _wrong_way_back(experiment, name, value_for_error)


@fault(
    "output layer without its own derivative",
    "gradient",
    "The output layer is wrong, all layers below it are right. With a sigmoid and half the squared error "
    "it gets the gradient of the cross-entropy.",
)
def output_layer_without_its_own_derivative(experiment: Experiment) -> Experiment:
    name = "output layer without its own derivative"
    refuse(not is_linear(experiment.network.output), name, "the derivative of a linear output is 1")
    return _wrong_way_back(experiment, name, no_derivative_of_its_own)


@fault(
    "own output where the input belongs",
    "gradient",
    "The weights into a unit all get the same gradient, whatever comes in through them; biases are right.",
)
def own_output_where_the_input_belongs(experiment: Experiment) -> Experiment:
    other, name = INSTEAD_OF_THE_INPUT
    refuse(not is_planted(experiment.network.way_back, other), name, TAKEN.format(other))
    return _wrong_way_back(experiment, name, output_for_input)


faults = (
    weight_where_the_input_belongs,
    missing_output_derivative,
    bias_gradient_is_0,
    value_for_error_in_the_hidden_layer,
    output_layer_without_its_own_derivative,
    own_output_where_the_input_belongs,
)
