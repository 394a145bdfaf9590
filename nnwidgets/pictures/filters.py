"""Filters: those of a convolution are small pictures, and what they make of a picture are pictures too."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from nnwidgets.pictures.colours import SIGNED
from nnwidgets.pictures.network_words import round_up, short

GAP = 0.16  # between two pictures, in sides of one
BETWEEN = 0.62  # two rows, in sides of a filter
PICTURE = 2.0  # the side of the picture
NONE = 2.0  # what stands for NaN in a row whose numbers lie between -1 and 1
FRAME = -2.0  # what stands for the frame of a picture
PIXELS = 24  # of a side of a picture, about, its frame apart
NUMBERS = SIGNED.with_extremes(over="0.25", under="0.75")


class Maps(NamedTuple):
    """A picture, (height, width), and the filters of the first layer, (n, size, size).

    first: what these filters make of it, (n, height, width); second: those of the second layer, (m, ...).
    """

    picture: np.ndarray
    filters: np.ndarray
    first: np.ndarray
    second: np.ndarray


class Looking(Protocol):
    """A session with a convolutional network that is shown one picture after the other."""

    def maps(self) -> Maps:
        """Return the picture that was shown last, and what the network made of it."""
        ...

    def shown(self) -> str:
        """Say in a few short lines which picture it is, and what the network took it for."""
        ...


class FiltersAndMaps:
    """The picture, the filters of the first layer, what they see in it, and what the second layer sees.

    Blue is positive, orange negative, white 0; each row has a scale of its own, which stands above it, and
    dark grey is no number. The maps are those of the units' outputs, before pooling.
    """

    def __init__(self, axes: Axes, session: Looking) -> None:
        self.axes = axes
        axes.set_axis_off()
        axes.set_anchor("NW")
        found = session.maps()
        self.count, self.columns = len(found.filters), (len(found.second) + 1) // 2
        wide = self.count * (1 + GAP) - GAP
        self.picture = axes.imshow(
            np.zeros((1, 1)), "Greys", vmin=0, vmax=1, interpolation="none",
            extent=(0, PICTURE, -PICTURE, 0),
        )  # fmt: skip
        tops = [-PICTURE - BETWEEN - number * (1 + BETWEEN) for number in range(3)]
        small = wide / (self.columns * (1 + GAP) - GAP)
        bottom = tops[2] - (2 + GAP) * small
        self.filters = self._row(wide, tops[0], tops[0] - 1)
        self.first = self._row(wide, tops[1], tops[1] - 1)
        self.second = self._row(wide, tops[2], bottom)
        self.words = axes.text(
            PICTURE + 0.25, -0.1, "", fontsize=10, va="top", linespacing=1.5, in_layout=False
        )
        self.legends = [
            axes.text(0, top + 0.1, "", fontsize=9.5, va="bottom", in_layout=False) for top in tops
        ]
        axes.set_aspect("equal")
        axes.set_xlim(-0.02, wide + 0.02)
        axes.set_ylim(bottom - 0.02, 0.02)
        self.artists: dict[str, Any] = {
            "shown_picture": self.picture,
            "filters": self.filters,
            "first_maps": self.first,
            "second_maps": self.second,
            "filter_words": [self.words, *self.legends],
        }

    def show(self, session: Looking) -> dict[str, Any]:
        """Follow the session."""
        found = session.maps()
        rows = {"filters": found.filters, "first_maps": found.first, "second_maps": found.second}
        columns = (self.count, self.count, self.columns)
        legends = [
            f"{what}: {_size(row)}"
            for what, row in zip(
                ("the first filters", "what they see", "what the second see"),
                rows.values(),
                strict=True,
            )
        ]
        tiles = {name: _tiled(row, wide) for (name, row), wide in zip(rows.items(), columns, strict=True)}
        return tiles | {"shown_picture": found.picture, "filter_words": [session.shown(), *legends]}

    def said(self, session: Looking) -> str:
        """Say what is shown, and how large the weights and the maps are."""
        found, words = session.maps(), " ".join(session.shown().split())
        return (
            f"{words.capitalize()}. {len(found.filters)} filters, {_size(found.filters)}; what they see, "
            f"{_size(found.first)}; what the second layer sees, {_size(found.second)}."
        )

    def _row(self, wide: float, top: float, bottom: float) -> AxesImage:
        return self.axes.imshow(
            np.zeros((1, 1)), NUMBERS, vmin=-1, vmax=1, interpolation="none", extent=(0, wide, bottom, top),
            aspect="auto",
        )  # fmt: skip


def _size(row: np.ndarray) -> str:
    """Say how large the numbers are."""
    if not np.isfinite(row).any():
        return "no number is left"
    return f"up to ±{short(_scale(row))}"


def _scale(row: np.ndarray) -> float:
    """Return the round number that the darkest colour stands for."""
    return round_up(float(np.abs(row[np.isfinite(row)]).max(initial=0.0))) or 1.0


def _tiled(row: np.ndarray, columns: int) -> np.ndarray:
    """Return pictures (n, height, width), scaled and framed, side by side, with nothing between them."""
    scaled = np.where(np.isnan(row), NONE, np.clip(row / _scale(row), -1, 1))
    times = max(1, PIXELS // row.shape[1])
    large = np.pad(scaled.repeat(times, 1).repeat(times, 2), [(0, 0), (1, 1), (1, 1)], constant_values=FRAME)
    count, height, width = large.shape
    gap, lines = round(GAP * height), -(-count // columns)
    tiles = np.full((lines * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for number, picture in enumerate(large):
        line, column = divmod(number, columns)
        top, left = line * (height + gap), column * (width + gap)
        tiles[top : top + height, left : left + width] = picture
    return tiles
