"""Gradient faults in the network: the way forward is right, and the way back is not."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import fault, refuse
from workbook.layers import Layer, Trace
from workbook.network import Network, WayBack

Gradient = Callable[[Network, list[Layer], list[Trace], np.ndarray], list[Layer]]


def weight_for_input(
    right: Gradient, network: Network, params: list[Layer], trace: list[Trace], dy: np.ndarray
) -> list[Layer]:
    """dW[i, j] is W[i, j] times the sum of dz[j], where it should be the sum of x[i] dz[j]."""
    ones = [step._replace(x=np.ones_like(step.x)) for step in trace]
    gradient = right(network, params, ones, dy)
    return [Layer(part.W * layer.W, part.b) for part, layer in zip(gradient, params, strict=True)]


def no_output_derivative(
    right: Gradient, network: Network, params: list[Layer], trace: list[Trace], dy: np.ndarray
) -> list[Layer]:
    """The error goes back to the hidden layers as if the output were linear; its own gradient is right."""
    hidden = right(linear(network), params, trace, dy)[:-1]
    return hidden + right(network, params, trace, dy)[-1:]


def no_bias_gradient(
    right: Gradient, network: Network, params: list[Layer], trace: list[Trace], dy: np.ndarray
) -> list[Layer]:
    """Every bias has gradient 0, so that it stays where it starts."""
    gradient = right(network, params, trace, dy)
    return [Layer(part.W, None if part.b is None else np.zeros_like(part.b)) for part in gradient]


@lru_cache(maxsize=64)
def linear(network: Network) -> Network:
    """The same network with a linear output; made once, because every step of training asks for it."""
    return network.but(output="identity")


def _wrong_way_back(experiment: Experiment, name: str, wrong: Callable[..., list[Layer]]) -> Experiment:
    right = experiment.network.way_back
    refuse(name not in right.name, name, "it is planted already")
    return experiment.but(way_back=WayBack(f"{right.name}, {name}", partial(wrong, right.gradient)))


@fault(
    "weight where the input belongs",
    "gradient",
    "All weight gradients are wrong and all bias gradients right, in every layer.",
)
def weight_where_the_input_belongs(experiment: Experiment) -> Experiment:
    return _wrong_way_back(experiment, "weight where the input belongs", weight_for_input)


@fault(
    "missing output derivative",
    "gradient",
    "The output layer is right, all layers below it are wrong.",
)
def missing_output_derivative(experiment: Experiment) -> Experiment:
    network, name = experiment.network, "missing output derivative"
    refuse(len(network.layers) > 1, name, f"sizes {network.sizes} has no hidden layer to send an error to")
    refuse(network.output.name != "identity", name, "the derivative of a linear output is 1")
    return _wrong_way_back(experiment, name, no_output_derivative)


@fault(
    "bias gradient is 0",
    "gradient",
    "All bias gradients are 0, all weight gradients right; biases stay where they start.",
)
def bias_gradient_is_0(experiment: Experiment) -> Experiment:
    refuse(any(experiment.network.biased), "bias gradient is 0", "the network has no bias")
    return _wrong_way_back(experiment, "bias gradient is 0", no_bias_gradient)


faults = (
    weight_where_the_input_belongs,
    missing_output_derivative,
    bias_gradient_is_0,
)
