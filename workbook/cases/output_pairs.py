"""Outputs and the losses that go with them: what they can say, and whether the output's slope drops out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbook.measures.output_unit import Span, reach, tightest
from workbook.parts import ACTIVATIONS, LOSSES, Activation, Loss

Array = np.ndarray


class Pair(NamedTuple):
    """An output activation, a loss, and the numbers that such an output can say."""

    says: Span
    output: Activation
    loss: Loss

    def cancels(self) -> bool:
        """Return whether the gradient at z is a multiple of answer minus target, so that no slope is left."""
        z, t = np.random.RandomState(0).normal(size=(5, 3)), np.eye(3)[[0, 1, 2, 0, 1]]
        y = self.output.value(z)
        ratio = self.output.back(self.loss.gradient(y, t), z, y) / (y - t)
        return bool(np.allclose(ratio, ratio[0, 0], rtol=1e-4))


def exponential_derivative(z: Array, y: Array) -> Array:
    """e^z, which is y."""
    return y


def poisson_value(y: Array, t: Array) -> Array:
    """y - t log(y), mean over rows and outputs."""
    return (y - t * np.log(np.abs(y))).mean((-2, -1))


def poisson_gradient(y: Array, t: Array) -> Array:
    """1 - t / y, over the number of rows and outputs."""
    return (1 - t / y) / (t.shape[-2] * t.shape[-1])


def _pair(output: str, loss: str) -> Pair:
    return Pair(Span(*reach(output)), ACTIVATIONS[output], LOSSES[loss])


PAIRS = {
    "linear, squared error": _pair("identity", "mean squared error"),
    "tanh, squared error": _pair("tanh", "mean squared error"),
    "exponential, Poisson loss": Pair(
        Span(0),
        Activation("exponential", np.exp, exponential_derivative),
        Loss("Poisson loss", poisson_value, poisson_gradient),
    ),
    "sigmoid, cross-entropy": _pair("sigmoid", "binary cross-entropy"),
    "softmax, cross-entropy": Pair(
        Span(0, 1, sum_to_one=True), ACTIVATIONS["softmax"], LOSSES["categorical cross-entropy"]
    ),
}
WANTED = {
    "a temperature in degrees Celsius": Span(),
    "will it rain tomorrow: yes (1) or no (0)": Span(0, 1),
    "which of the ten digits is it: ten outputs, one for each": Span(0, 1, sum_to_one=True),
    "how many cars pass in an hour": Span(0),
    "the position of a steering wheel, from -1 to 1": Span(-1, 1),
}


def cancelling() -> dict[str, Span]:
    """Return what the outputs can say whose slope their loss cancels, by the name of the pair."""
    return {name: pair.says for name, pair in PAIRS.items() if pair.cancels()}


def chosen() -> dict[str, str]:
    """Return for each target the pair that can say all of it and least besides, of those that cancel."""
    pairs = cancelling()
    return {target: tightest(span, pairs) for target, span in WANTED.items()}
