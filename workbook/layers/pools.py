"""Pooling: one number in place of a square of them, so that the next layer sees a smaller picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbook.parts.registry import Part, Registry

Array = np.ndarray


@dataclass(frozen=True, repr=False)
class Pool(Part):
    """A named pair: value(y) -> pooled and back(dy, y) -> the gradient at y, for dy at what was pooled.

    y is (..., height, width, channels), dy and pooled have height // size and width // size instead; what is
    left over at the edge is not looked at.
    """

    size: int
    value: Callable[[Array], Array]
    back: Callable[[Array, Array], Array]


def mean(side: float = 2) -> Pool:
    """The mean of each square of side x side."""
    size = _whole(side)

    def value(y: Array) -> Array:
        return np.add.reduce([corner for _, corner in _corners(y, size)]) / size**2

    def back(dy: Array, y: Array) -> Array:
        found = np.zeros_like(y)
        for at, _ in _corners(y, size):
            found[at] = dy / size**2
        return found

    return Pool(f"mean({size})", size, value, back)


def largest(side: float = 2) -> Pool:
    """The largest of each square of side x side; the gradient goes to it alone, to the first of several."""
    size = _whole(side)

    def value(y: Array) -> Array:
        corners = [corner for _, corner in _corners(y, size)]
        best = corners[0]
        for corner in corners[1:]:
            best = np.maximum(best, corner)
        return best

    def back(dy: Array, y: Array) -> Array:
        found, best = np.zeros_like(y), value(y)
        waiting = np.ones(best.shape, bool)
        for at, corner in _corners(y, size):
            chosen = waiting & (corner == best)
            found[at] = dy * chosen
            waiting &= ~chosen
        return found

    return Pool(f"max({size})", size, value, back)


def _corners(y: Array, size: int) -> Iterator[tuple[Any, Array]]:
    """Yield the numbers at one corner of all squares, then at the next: where they are, and what they are."""
    height, width = (side // size * size for side in y.shape[-3:-1])
    for row in range(size):
        for column in range(size):
            at = (..., slice(row, height, size), slice(column, width, size), slice(None))
            yield at, y[at]


def _whole(size: float) -> int:
    if not (size >= 1 and size % 1 == 0):
        raise ValueError(f"a pool's size is a whole number, 1 or more, not {size:g}")
    return int(size)


POOLS = Registry("pool", Pool)
POOLS.add_plain("none", Pool, 1, lambda y: y, lambda dy, y: dy)
POOLS.add("mean", mean)
POOLS.add("max", largest)
