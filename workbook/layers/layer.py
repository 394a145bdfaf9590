"""The parameters of a layer, what it did on the way forward, and lists of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np


class Layer(NamedTuple):
    """The parameters of one layer, or their gradients. Shapes may have leading axes, one for each seed."""

    W: np.ndarray  # (n_in, n_out)
    b: np.ndarray | None  # (1, n_out), or None in a layer without bias

    def each(self, change: Callable[[np.ndarray], np.ndarray]) -> Layer:
        """Return a layer of change(W) and change(b)."""
        return Layer(change(self.W), None if self.b is None else change(self.b))


class Trace(NamedTuple):
    """What one layer did on the way forward, kept for the way back.

    n rows; of a convolution, n times as many as it has places, because each filter is at each of them.
    """

    x: np.ndarray  # (n, n_in): what its units see
    z: np.ndarray  # (n, n_out): the weighted sums, x @ W + b, before the activation
    y: np.ndarray  # (n, n_out): the units' outputs, activation(z)


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a @ b; where a has one column, and nothing is summed, number by number, which is quicker."""
    return a * b if a.shape[-1] == 1 else a @ b


def arrays(params: list[Layer]) -> list[np.ndarray]:
    """Return the arrays of all layers in order, W before b, without the biases that there are not."""
    return [array for layer in params for array in layer if array is not None]


def like(params: list[Layer], arrays: Iterable[np.ndarray]) -> list[Layer]:
    """Return layers like params, made of these arrays, W before b."""
    pieces = iter(arrays)
    return [Layer(next(pieces), None if layer.b is None else next(pieces)) for layer in params]


def stacked(members: list[list[Layer]]) -> list[Layer]:
    """Return the parameters of several networks of one kind as a population, along a new first axis."""
    return like(members[0], map(np.stack, zip(*map(arrays, members), strict=True)))


def member(params: list[Layer], number: int) -> list[Layer]:
    """Return the parameters of one member of a population, without the seed axis."""
    return [layer.each(lambda array: array[number]) for layer in params]
