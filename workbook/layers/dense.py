"""The dense layer: every unit sees everything."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Dense:
    """A layer of `units`, each of which sees all that the layer below hands on. below: its shape.

    Every kind of layer has these methods. What stands between them is always z = seen @ W + b and y =
    activation(z), whatever the kind.
    """

    units: int
    below: Shape = ()

    def over(self, below: Shape) -> Dense:
        """Return the same layer, standing on a layer of that shape."""
        return replace(self, below=below)

    @property
    def n_seen(self) -> int:
        """How many numbers each unit sees, which are the rows of W."""
        return math.prod(self.below)

    @property
    def fans(self) -> tuple[int, int]:
        """How many numbers go into each unit, and to how many units each number goes: fan-in and fan-out."""
        return self.n_seen, self.units

    @property
    def places(self) -> int:
        """At how many places each unit stands, for one row of data."""
        return 1

    @property
    def shape(self) -> Shape:
        """The shape of what it hands on, for one row of data."""
        return (self.units,)

    def look(self, x: np.ndarray) -> np.ndarray:
        """Return what the units see, (..., n, n_seen), of what the layer below hands on."""
        return x

    def look_back(self, d_seen: np.ndarray) -> np.ndarray:
        """Return the gradient at what the layer below hands on, for the gradient at what the units see."""
        return d_seen

    def hand_on(self, y: np.ndarray) -> np.ndarray:
        """Return what the layer above gets, (..., n, n_out), of the units' outputs, (..., n, units)."""
        return y

    def hand_back(self, dy: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the gradient at the units' outputs y, for the gradient dy at what the layer hands on."""
        return dy
