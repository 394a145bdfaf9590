"""The network: layers of weighted sums and activations, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from workbook.checked import known_fields, layer_sizes, seed_list, truth_values
from workbook.parts import ACTIVATIONS, INITIALIZERS, Activation, Initializer, Named


class Layer(NamedTuple):
    """The parameters of one layer, or their gradients. Shapes may have leading axes, one for each seed."""

    W: np.ndarray  # (n_in, n_out)
    b: np.ndarray | None  # (1, n_out), or None in a layer without bias

    def each(self, change: Callable[[np.ndarray], np.ndarray]) -> Layer:
        """Return a layer of change(W) and change(b)."""
        return Layer(change(self.W), None if self.b is None else change(self.b))


class Trace(NamedTuple):
    """What one layer did on the way forward, kept for the way back."""

    x: np.ndarray  # (n, n_in): what came in
    z: np.ndarray  # (n, n_out): the weighted sums, x @ W + b, before the activation
    y: np.ndarray  # (n, n_out): what went out, activation(z)


@dataclass(frozen=True)
class Network:
    """A description of a fully connected network; the parameters live outside it, in lists of Layer.

    sizes: units of each layer, inputs first: (784, 30, 10). hidden, output: activations, by name.
    bias: True, False, or one truth value a layer. initializer, bias_initializer: where
    weights and biases start. Raises ValueError or TypeError for settings that make no network.
    """

    sizes: tuple[int, ...]
    hidden: Named[Activation] = Named(ACTIVATIONS, "tanh")
    output: Named[Activation] = Named(ACTIVATIONS, "identity")
    bias: bool | tuple[bool, ...] = True
    initializer: Named[Initializer] = Named(INITIALIZERS, "lecun")
    bias_initializer: Named[Initializer] = Named(INITIALIZERS, "zeros")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", layer_sizes(self.sizes))
        object.__setattr__(self, "bias", truth_values(self.bias, len(self.sizes) - 1))

    @np.errstate(all="ignore")
    def forward(self, params: list[Layer], x: np.ndarray) -> tuple[np.ndarray, list[Trace]]:
        """Return the outputs y (..., n, n_out) for the inputs x (..., n, n_in), and one Trace a layer.

        Raises ValueError for shapes that do not fit. Overflow gives inf or NaN, without a warning.
        """
        y = np.asarray(x)
        self._check(params, y)
        trace = []
        for (W, b), activation in zip(params, self.activations, strict=True):
            x = y
            z = x @ W if b is None else x @ W + b
            y = activation.value(z)
            trace.append(Trace(x, z, y))
        return y, trace

    @np.errstate(all="ignore")
    def backward(self, params: list[Layer], trace: list[Trace], dy: np.ndarray) -> list[Layer]:
        """Return the gradient of the loss for every parameter, in the structure of params.

        dy (..., n, n_out) is the gradient of the loss with respect to the network's outputs, often called
        the upstream gradient. Each layer turns the gradient at its output into three: at z, at its
        parameters, and at its input, which is the output of the layer below (Rumelhart, Hinton and
        Williams 1986).
        """
        gradient: list[Layer] = []
        for number in reversed(range(len(params))):
            (W, b), (x, z, y) = params[number], trace[number]
            dz = dy * self.activations[number].derivative(z, y)
            dW = x.swapaxes(-1, -2) @ dz
            db = None if b is None else dz.sum(-2, keepdims=True)
            gradient.insert(0, Layer(dW, db))
            if number > 0:
                dy = dz @ W.swapaxes(-1, -2)
        return gradient

    def init(self, seeds: int | Iterable[int]) -> list[Layer]:
        """Draw the parameters of one seed, or of several along a leading axis: W (n_seeds, n_in, n_out).

        Weights and biases come from streams of their own, so that the same seed gives the same weights
        with and without biases.
        """
        # RandomState, because NumPy promises that its streams never change; Generator's may. Seeding the
        # same two again and again takes a tenth of the time that making new ones takes.
        streams = np.random.RandomState(0), np.random.RandomState(0)
        drawn = [self._draw(seed, *streams) for seed in seed_list(seeds)]
        return stacked(drawn) if isinstance(seeds, Iterable) else drawn[0]

    def _draw(self, seed: int, weights: np.random.RandomState, biases: np.random.RandomState) -> list[Layer]:
        weights.seed([seed, 0])
        biases.seed([seed, 1])
        return [
            Layer(
                self.initializer.draw(weights, W_shape, W_shape[0], number),
                self.bias_initializer.draw(biases, b_shape, W_shape[0], number) if b_shape else None,
            )
            for number, (W_shape, b_shape) in enumerate(self.shapes)
        ]

    @cached_property
    def activations(self) -> list[Activation]:
        """One activation a layer."""
        return [self.hidden] * (len(self.sizes) - 2) + [self.output]

    @property
    def biased(self) -> tuple[bool, ...]:
        """Whether each layer has a bias."""
        return (self.bias,) * (len(self.sizes) - 1) if isinstance(self.bias, bool) else self.bias

    @cached_property
    def shapes(self) -> list[tuple[tuple[int, int], tuple[int, int] | None]]:
        """The shapes of each layer's W and b, leading axes apart; None for a b that there is not."""
        return [
            ((n_in, n_out), (1, n_out) if biased else None)
            for n_in, n_out, biased in zip(self.sizes, self.sizes[1:], self.biased, strict=False)
        ]

    def but(self, **changes: Any) -> Network:
        """Return a changed copy. Raises TypeError for a field that there is not."""
        known_fields("a network", changes, Network)
        return replace(self, **changes)

    def _check(self, params: list[Layer], x: np.ndarray) -> None:
        if x.ndim < 2 or x.shape[-1] != self.sizes[0]:
            raise ValueError(
                f"x has shape {x.shape}; a network of sizes {self.sizes} needs (n, {self.sizes[0]})"
            )
        found = [(W.shape[-2:], None if b is None else b.shape[-2:]) for W, b in params]
        if found != self.shapes:
            raise ValueError(
                f"params have W and b of shapes {found}; sizes {self.sizes} with bias {self.bias} need "
                f"{self.shapes}, leading axes apart"
            )


def stacked(members: list[list[Layer]]) -> list[Layer]:
    """Return the parameters of several networks of one kind as a population, along a new first axis."""
    return [
        Layer(
            np.stack([layer.W for layer in same]),
            None if same[0].b is None else np.stack([layer.b for layer in same if layer.b is not None]),
        )
        for same in zip(*members, strict=True)
    ]


def member(params: list[Layer], number: int) -> list[Layer]:
    """Return the parameters of one member of a population, without the seed axis."""
    return [layer.each(lambda array: array[number]) for layer in params]


def arrays(params: list[Layer]) -> list[np.ndarray]:
    """Return the arrays of all layers in order, W before b, without the biases that there are not."""
    return [array for layer in params for array in layer if array is not None]
