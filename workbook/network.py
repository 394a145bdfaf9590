"""The network: layers of weighted sums and activations, forwards and backwards."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from workbook.checked import known_fields, says_unknown_fields, seed_list, shown, truth_values
from workbook.layers import Convolution, Dense, Layer, Trace, product, stacked
from workbook.layers.sizes import Size, checked_sizes, layers_of
from workbook.parts import (
    ACTIVATIONS,
    INITIALIZERS,
    PRECISIONS,
    Activation,
    Each,
    Initializer,
    Named,
    Part,
    Precision,
    Registry,
    each,
)


@dataclass(frozen=True, repr=False)
class WayBack(Part):
    """A named way to go back: gradient(network, params, trace, dy), as Network.backward returns it."""

    gradient: Callable[[Network, list[Layer], list[Trace], np.ndarray], list[Layer]]


def backpropagation(network: Network, params: list[Layer], trace: list[Trace], dy: np.ndarray) -> list[Layer]:
    """Turn the gradient at each layer's output into three: at z, at its parameters, and at its input.

    Its input is the output of the layer below (Rumelhart, Hinton and Williams 1986).
    """
    gradient: list[Layer] = []
    for number in reversed(range(len(params))):
        (W, b), (x, z, y) = params[number], trace[number]
        layer, activation = network.layers[number], network.activations[number]
        dz = network.precision.of(activation.back(layer.hand_back(dy, y), z, y))
        dW = product(x.swapaxes(-1, -2), dz)
        db = None if b is None else dz.sum(-2, keepdims=True)
        gradient.insert(0, Layer(dW, db))
        if number > 0:
            dy = layer.look_back(product(dz, W.swapaxes(-1, -2)))
    return gradient


WAYS_BACK = Registry("way back", WayBack)
WAYS_BACK.add_plain("backpropagation", WayBack, backpropagation)


def _one_tuple(values: tuple[Any, ...]) -> None:
    """Raise TypeError for Network(2, 4, 1)."""
    if len(values) > 1 and all(isinstance(value, (int, np.integer)) for value in values[:2]):
        raise TypeError(f"sizes come first and in one tuple, Network({shown(values)}), not one by one")


@says_unknown_fields("a network", _one_tuple)
@dataclass(frozen=True)
class Network:
    """A description of a network; the parameters live outside it, in lists of Layer.

    sizes: units of each layer, inputs first: (784, 30, 10); or a picture and convolutions, (Picture(28, 28),
    Convolution(6, 5), 10). hidden, output: activations, by name. bias: True, False, or one truth value a
    layer. initializer, bias_initializer: where weights and biases start. hidden and both initializers may be
    tuples, one a layer. way_back: how the gradient is found. precision: of all numbers, "double" (float64) or
    "single" (float32). Raises ValueError or TypeError for settings that make no network.
    """

    sizes: tuple[Size, ...]
    hidden: Each[Activation] = Each(ACTIVATIONS, "tanh")
    output: Named[Activation] = Named(ACTIVATIONS, "identity")
    bias: bool | tuple[bool, ...] = True
    initializer: Each[Initializer] = Each(INITIALIZERS, "lecun")
    bias_initializer: Each[Initializer] = Each(INITIALIZERS, "zeros")
    way_back: Named[WayBack] = Named(WAYS_BACK, "backpropagation")
    precision: Named[Precision] = Named(PRECISIONS, "double")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", checked_sizes(self.sizes))
        object.__setattr__(self, "bias", truth_values(self.bias, len(self.sizes) - 1))
        self._parts_of_layers  # noqa: B018, here, where what is wrong can be said

    @np.errstate(all="ignore")
    def forward(self, params: list[Layer], x: np.ndarray) -> tuple[np.ndarray, list[Trace]]:
        """Return the outputs y (..., n, n_out) for the inputs x (..., n, n_in), and one Trace a layer.

        Raises ValueError for shapes that do not fit. Overflow gives inf or NaN, without a warning.
        """
        if not isinstance(params, (list, tuple)):
            raise TypeError(f"forward(params, x) takes first what init(seed) gives, not {shown(params)}")
        y = self.precision.of(np.asarray(x))
        self._check(params, y)
        trace = []
        for (W, b), layer, activation in zip(params, self.layers, self.activations, strict=True):
            x = layer.look(y)
            z = product(x, W) if b is None else product(x, W) + b
            y = self.precision.of(activation.value(z))
            trace.append(Trace(x, z, y))
            y = layer.hand_on(y)
        return y, trace

    @np.errstate(all="ignore")
    def backward(self, params: list[Layer], trace: list[Trace], dy: np.ndarray) -> list[Layer]:
        """Return the gradient of the loss for every parameter, in the structure of params.

        dy (..., n, n_out) is the gradient of the loss with respect to the network's outputs, often called
        the upstream gradient.
        """
        return self.way_back.gradient(self, params, trace, dy)

    @np.errstate(all="ignore")
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
        _, initializers, bias_initializers = self._parts_of_layers
        fans_of_layers = [layer.fans for layer in self.layers]
        return [
            Layer(
                initializers[number].draw(weights, W_shape, fans, number),
                bias_initializers[number].draw(biases, b_shape, fans, number) if b_shape else None,
            ).each(self.precision.of)
            for number, ((W_shape, b_shape), fans) in enumerate(zip(self.shapes, fans_of_layers, strict=True))
        ]

    @cached_property
    def layers(self) -> tuple[Dense | Convolution, ...]:
        """The layers, each standing on the one below."""
        return layers_of(self.sizes)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """How many numbers come in and how many each layer hands on, for one row of data."""
        shapes = (self.layers[0].below, *(layer.shape for layer in self.layers))
        return tuple(map(math.prod, shapes))

    def largest_array(self, rows: int) -> int:
        """Return how many numbers the largest array of a pass over so many rows has, for one member."""
        return max(
            max(layer.n_seen * layer.units, rows * layer.places * max(layer.n_seen, layer.units))
            for layer in self.layers
        )

    @cached_property
    def _parts_of_layers(self) -> tuple[list[Activation], tuple[Initializer, ...], tuple[Initializer, ...]]:
        count = len(self.layers)
        return (
            [*each("hidden", self.hidden, count - 1), self.output],
            each("initializer", self.initializer, count),
            each("bias_initializer", self.bias_initializer, count),
        )

    @cached_property
    def activations(self) -> list[Activation]:
        """One activation a layer."""
        return self._parts_of_layers[0]

    @property
    def biased(self) -> tuple[bool, ...]:
        """Whether each layer has a bias."""
        return (self.bias,) * len(self.layers) if isinstance(self.bias, bool) else self.bias

    @cached_property
    def shapes(self) -> list[tuple[tuple[int, int], tuple[int, int] | None]]:
        """The shapes of each layer's W and b, leading axes apart; None for a b that there is not."""
        return [
            ((layer.n_seen, layer.units), (1, layer.units) if biased else None)
            for layer, biased in zip(self.layers, self.biased, strict=True)
        ]

    def but(self, **changes: Any) -> Network:
        """Return a changed copy. Raises TypeError for a field that there is not."""
        known_fields("a network", changes, Network)
        return replace(self, **changes)

    def _check(self, params: list[Layer], x: np.ndarray) -> None:
        if x.ndim < 2 or x.shape[-1] != self.widths[0]:
            raise ValueError(
                f"x has shape {x.shape}; a network of sizes {self.sizes} needs (n, {self.widths[0]})"
            )
        found = [(W.shape[-2:], None if b is None else b.shape[-2:]) for W, b in params]
        if found != self.shapes:
            raise ValueError(
                f"params have W and b of shapes {found}; sizes {self.sizes} with bias {self.bias} need "
                f"{self.shapes}, leading axes apart"
            )
