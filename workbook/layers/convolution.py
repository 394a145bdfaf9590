"""The convolutional layer: every unit, or filter, looks through a small window, at each place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from workbook.checked import whole
from workbook.layers.pools import POOLS, Pool
from workbook.parts import Named


class Picture(NamedTuple):
    """The shape of a picture. A row of data holds it line by line, the channels of a pixel side by side."""

    height: int
    width: int
    channels: int = 1


NOWHERE = Picture(0, 0, 0)


@dataclass(frozen=True)
class Convolution:
    """A dense layer that looks through windows: the same W for every square of size x size pixels.

    units: how many filters. pad: pixels of 0 added around the picture. pool: what is made of the filters'
    outputs, "max(2)" or "mean(2)" of each square of 2 x 2 places, or "none". below: what it stands on.
    W is (channels * size * size, units), in the order channel, row, column; its z and y are (..., n * places,
    units). LeCun et al. 1998, "Gradient-based learning applied to document recognition". Raises ValueError
    for a count that is no whole number, or below 1; pad may be 0.
    """

    units: int
    size: int
    pad: int = 0
    pool: Named[Pool] = Named(POOLS, "none")
    below: Picture = NOWHERE

    def __post_init__(self) -> None:
        for name, least in (("units", 1), ("size", 1), ("pad", 0)):
            whole(name, getattr(self, name), least)

    def over(self, below: tuple[int, ...]) -> Convolution:
        """Return the same layer, standing on a picture. Raises ValueError if it has no place there."""
        if len(below) != 3:
            raise ValueError(f"a convolution needs a picture below it, Picture(height, width), not {below}")
        placed = replace(self, below=Picture(*below))
        if min(placed.map[:2]) < 1 or min(placed.shape[:2]) < 1:
            raise ValueError(
                f"windows of {self.size} x {self.size}, pool {self.pool.name!r}, do not fit into a picture "
                f"of {below[0]} x {below[1]} with {self.pad} pixels added around it"
            )
        return placed

    @property
    def n_seen(self) -> int:
        """How many numbers each filter sees at a place, which are the rows of W."""
        return self.below.channels * self.size**2

    @property
    def map(self) -> Picture:
        """The shape of the filters' outputs, before pooling."""
        height, width, _ = self.below
        return Picture(
            height + 2 * self.pad - self.size + 1, width + 2 * self.pad - self.size + 1, self.units
        )

    @property
    def fans(self) -> tuple[int, int]:
        """Fan-in and fan-out: a pixel goes into as many windows of each filter as a window has places."""
        return self.n_seen, self.units * self.size**2

    @property
    def places(self) -> int:
        """At how many places each filter looks, for one row of data."""
        return self.map.height * self.map.width

    @property
    def shape(self) -> Picture:
        """The shape of what it hands on, for one row of data."""
        height, width, units = self.map
        return Picture(height // self.pool.size, width // self.pool.size, units)

    def look(self, x: np.ndarray) -> np.ndarray:
        """Return the windows, (..., n * places, n_seen), of pictures (..., n, pixels)."""
        picture = x.reshape(*x.shape[:-1], *self.below)
        if self.pad:
            around = (self.pad, self.pad)
            picture = np.pad(picture, [(0, 0)] * (x.ndim - 1) + [around, around, (0, 0)])
        windows = sliding_window_view(picture, (self.size, self.size), axis=(-3, -2))
        return windows.reshape(*x.shape[:-2], -1, self.n_seen)

    def look_back(self, d_seen: np.ndarray) -> np.ndarray:
        """Return the gradient at the pictures: each pixel gets what all windows that saw it send back."""
        height, width, channels = self.below
        rows, columns, _ = self.map
        windows = d_seen.reshape(*d_seen.shape[:-2], -1, rows, columns, channels, self.size, self.size)
        padded = (*windows.shape[:-5], height + 2 * self.pad, width + 2 * self.pad, channels)
        back = np.zeros(padded, d_seen.dtype)
        for row in range(self.size):
            for column in range(self.size):
                back[..., row : row + rows, column : column + columns, :] += windows[..., row, column]
        inside = back[..., self.pad : self.pad + height, self.pad : self.pad + width, :]
        return inside.reshape(*inside.shape[:-3], -1)

    def hand_on(self, y: np.ndarray) -> np.ndarray:
        """Return the pooled pictures, (..., n, n_out), of the filters' outputs, (..., n * places, units)."""
        pooled = self.pool.value(self._picture(y))
        return pooled.reshape(*pooled.shape[:-3], -1)

    def hand_back(self, dy: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the gradient at the filters' outputs y, for the gradient dy at the pooled pictures."""
        return self.pool.back(dy.reshape(*dy.shape[:-1], *self.shape), self._picture(y)).reshape(y.shape)

    def _picture(self, y: np.ndarray) -> np.ndarray:
        return y.reshape(*y.shape[:-2], -1, *self.map)
