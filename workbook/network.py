"""The network: layers of weighted sums and activations, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from workbook.parts import ACTIVATIONS, INITIALIZERS, Activation, Initializer, nearest


class Layer(NamedTuple):
    """The parameters of one layer, or their gradients. Shapes may have leading axes, one for each seed."""

    W: np.ndarray  # (n_in, n_out)
    b: np.ndarray | None  # (1, n_out), or None in a layer without bias


class Trace(NamedTuple):
    """What one layer did on the way forward, kept for the way back."""

    x: np.ndarray  # (n, n_in): what came in
    z: np.ndarray  # (n, n_out): the weighted sums, x @ W + b, before the activation
    y: np.ndarray  # (n, n_out): what went out, activation(z)


def seed_list(seeds: int | Iterable[int]) -> list[int]:
    """Return seeds as a list of whole numbers. Raises TypeError or ValueError for anything else."""
    listed = [seeds] if np.ndim(seeds) == 0 else list(seeds)
    for seed in listed:
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise TypeError(f"a seed is a whole number, not {seed!r}")
        if not 0 <= seed < 2**32:
            raise ValueError(f"a seed lies between 0 and 2**32 - 1; {seed} does not")
    if not listed:
        raise ValueError("no seeds were given; give one (0) or several (range(200))")
    if len(set(listed)) < len(listed):
        twice = next(seed for seed in listed if listed.count(seed) > 1)
        raise ValueError(f"seed {twice} was given twice; each seed is one member of the population")
    return [int(seed) for seed in listed]


@dataclass(frozen=True)
class Network:
    """A description of a fully connected network; the parameters live outside it, in lists of Layer.

    sizes: units of each layer, inputs first: (784, 30, 10). hidden, output: activations, by name.
    bias: True, False, or one truth value a layer. initializer, bias_initializer: where
    weights and biases start.
    """

    sizes: tuple[int, ...]
    hidden: str | Activation = "tanh"
    output: str | Activation = "identity"
    bias: bool | tuple[bool, ...] = True
    initializer: str | Initializer = "lecun"
    bias_initializer: str | Initializer = "zeros"

    def __post_init__(self) -> None:
        sizes = tuple(self.sizes) if np.iterable(self.sizes) else ()
        if len(sizes) < 2:
            raise ValueError(
                f"sizes needs inputs and at least one layer, such as (2, 4, 1), not {self.sizes}"
            )
        if any(isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1 for n in sizes):
            raise ValueError(f"every layer has a whole number of units, 1 or more; sizes was {self.sizes}")
        iterable = np.iterable(self.bias) and not isinstance(self.bias, str)
        if not (isinstance(self.bias, (bool, np.bool_)) or iterable):
            raise ValueError(f"bias must be True, False, or one truth value a layer, not {self.bias!r}")
        bias = tuple(map(bool, self.bias)) if np.iterable(self.bias) else bool(self.bias)
        if isinstance(bias, tuple) and len(bias) != len(sizes) - 1:
            raise ValueError(f"bias has {len(bias)} values for {len(sizes) - 1} layers")
        for name, value in (
            ("sizes", tuple(map(int, sizes))),
            ("hidden", ACTIVATIONS[self.hidden]),
            ("output", ACTIVATIONS[self.output]),
            ("bias", bias),
            ("initializer", INITIALIZERS[self.initializer]),
            ("bias_initializer", INITIALIZERS[self.bias_initializer]),
        ):
            object.__setattr__(self, name, value)

    @cached_property
    def activations(self) -> list[Activation]:
        """One activation a layer."""
        return [self.hidden] * (len(self.sizes) - 2) + [self.output]

    @property
    def biased(self) -> tuple[bool, ...]:
        """Whether each layer has a bias."""
        return (self.bias,) * (len(self.sizes) - 1) if isinstance(self.bias, bool) else self.bias

    @cached_property
    def shapes(self) -> list[tuple]:
        """The shapes of each layer's W and b, leading axes apart; None for a b that there is not."""
        return [
            ((n_in, n_out), (1, n_out) if biased else None)
            for n_in, n_out, biased in zip(self.sizes, self.sizes[1:], self.biased, strict=False)
        ]

    def but(self, **changes: object) -> Network:
        """Return a changed copy. Raises TypeError for a field that there is not."""
        known = [field.name for field in fields(self)]
        for name in changes:
            if name not in known:
                raise TypeError(f"a network has no field {name!r}.{nearest(name, known)}")
        return replace(self, **changes)

    def init(self, seeds: int | Iterable[int]) -> list[Layer]:
        """Draw the parameters of one seed, or of several along a leading axis: W (n_seeds, n_in, n_out).

        Weights and biases come from streams of their own, so that the same seed gives the same weights
        with and without biases.
        """
        # RandomState, because NumPy promises that its streams never change; Generator's may. Seeding the
        # same two again and again takes a tenth of the time that making new ones takes.
        streams = np.random.RandomState(0), np.random.RandomState(0)
        drawn = [self._draw(seed, *streams) for seed in seed_list(seeds)]
        if np.ndim(seeds) == 0:
            return drawn[0]
        return [
            Layer(
                np.stack([layer.W for layer in same]),
                same[0].b if same[0].b is None else np.stack([layer.b for layer in same]),
            )
            for same in zip(*drawn, strict=True)
        ]

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

    @np.errstate(all="ignore")
    def forward(self, params: list[Layer], x: np.ndarray) -> tuple[np.ndarray, list[Trace]]:
        """Return the outputs y (..., n, n_out) for the inputs x (..., n, n_in), and one Trace a layer.

        Raises ValueError for shapes that do not fit. Overflow gives inf or NaN, without a warning.
        """
        x = np.asarray(x)
        self._check(params, x)
        trace = []
        for (W, b), activation in zip(params, self.activations, strict=True):
            z = x @ W if b is None else x @ W + b
            y = activation.value(z)
            trace.append(Trace(x, z, y))
            x = y
        return y, trace

    @np.errstate(all="ignore")
    def backward(self, params: list[Layer], trace: list[Trace], dy: np.ndarray) -> list[Layer]:
        """Return the gradient of the loss for every parameter, in the structure of params.

        dy (..., n, n_out) is the gradient of the loss with respect to the network's outputs. Each layer
        turns the gradient at its output into three: at z, at its parameters, and at its input, which is
        the output of the layer below (Rumelhart, Hinton and Williams 1986).
        """
        gradient = []
        for number in reversed(range(len(params))):
            (W, b), (x, z, y) = params[number], trace[number]
            dz = dy * self.activations[number].derivative(z, y)
            dW = x.swapaxes(-1, -2) @ dz
            db = None if b is None else dz.sum(-2, keepdims=True)
            gradient.insert(0, Layer(dW, db))
            if number > 0:
                dy = dz @ W.swapaxes(-1, -2)
        return gradient

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
