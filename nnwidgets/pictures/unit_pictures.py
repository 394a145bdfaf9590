"""What each unit of a small network says, as a picture: a curve, a map, or a bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from nnwidgets.live_figure.recorder import FIXED_COLOUR
from nnwidgets.pictures.colours import SIGNED
from nnwidgets.pictures.network_layout import Box
from workbook import Experiment, Layer
from workbook.plots import BLUE, ORANGE

CURVE, CELLS = 49, 21  # points of a curve, and along each side of a map
MARGIN = 0.08  # of the range of the data, on either side
PALE = 0.4  # how opaque a bar is: a number stands on it


def asked(experiment: Experiment) -> np.ndarray:
    """Return the inputs that a picture of a unit is made of: (n, 1) for a curve, (n, 2) for a map, (0, k)."""
    inputs = experiment.dataset.inputs
    low, high = inputs.min(0), inputs.max(0)
    room = MARGIN * np.where(high > low, high - low, 1)
    low, high = low - room, high + room
    if inputs.shape[1] == 1:
        return np.linspace(low, high, CURVE)
    if inputs.shape[1] == 2:
        x, y = np.linspace(low, high, CELLS).T
        return np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    return inputs[:0]


def said_by_layers(experiment: Experiment, params: list[Layer], inputs: np.ndarray) -> list[np.ndarray]:
    """Return what the units of each layer say, (n, units), the inputs first."""
    _, trace = experiment.network.forward(params, inputs)
    return [inputs, *(step.y for step in trace)]


class UnitPictures:
    """A picture in each box: for one input a curve over it, for two a map, for more a bar.

    show gives each box what its unit says: on `asked`, and on the row in hand, where the dot or the bar is.
    """

    def __init__(self, axes: Axes, inputs: int, most: int) -> None:
        self.axes, self.inputs = axes, inputs
        self.frames = PathCollection(
            [], facecolor="white", edgecolor="0.35", linewidth=1, zorder=4, transform=axes.transData
        )
        self.curves = LineCollection([], linewidth=1.6, zorder=6)
        self.bars = PolyCollection([], closed=True, linewidth=0, zorder=5)
        self.crosses = LineCollection([], color="0.35", linewidth=1.2, zorder=8)
        for collection in (self.frames, self.curves, self.bars, self.crosses):
            collection.set_in_layout(False)
            axes.add_collection(collection, autolim=False)
        (self.dots,) = axes.plot(
            [], [], "o", markersize=4.5, color="black", markeredgecolor="white", markeredgewidth=0.8, zorder=7
        )
        if inputs == 2:
            self.dots.set_gid(FIXED_COLOUR)  # as the maps are
        maps = most if inputs == 2 else 0
        self.maps = [
            axes.imshow(
                np.zeros((CELLS, CELLS)), SIGNED, vmin=-1, vmax=1, origin="lower", aspect="auto",
                interpolation="bilinear", interpolation_stage="data", extent=(0, 1, 0, 1), visible=False,
                zorder=5,
            )
            for _ in range(maps)
        ]  # fmt: skip
        self.boxes: list[Box] = []
        self.artists: dict[str, Any] = {
            "unit_frames": self.frames,
            "unit_bars": self.bars,
            "unit_curves": self.curves,
            "unit_dots": self.dots,
            "unit_crosses": self.crosses,
        }
        if maps:
            self.artists |= {"input_maps": self.maps[:inputs], "unit_maps": self.maps[inputs:]}
        self._dead: list[bool] = []
        self._inputs = np.empty((0, 2))

    def place(self, boxes: Sequence[Box]) -> None:
        """Put the pictures into these boxes."""
        self.boxes, self._dead, self._inputs = list(boxes), [], np.empty((0, 2))
        self.frames.set_paths([_rounded(box) for box in boxes])
        for image, box in zip(self.maps, boxes, strict=False):
            image.set_extent((box.left, box.right, box.bottom, box.top))
            image.set_clip_path(PathPatch(_rounded(box), transform=self.axes.transData))
        for number, image in enumerate(self.maps):
            image.set_visible(number < len(boxes))

    def show(
        self,
        curves: Sequence[np.ndarray],
        says: Sequence[float],
        scales: Sequence[tuple[float, float]],
        dead: Sequence[bool],
        row: np.ndarray,
        where: np.ndarray,
    ) -> dict[str, Any]:
        """Return new data, and change what takes none.

        curves: of each unit, what it says on `where`, that is `asked`; says: on the row in hand, whose inputs
        are `row`; scales: between what its picture runs; dead: whether it is greyed and crossed out.
        """
        data: dict[str, Any] = {}
        if self._dead != list(dead):
            self._dead = list(dead)
            self.frames.set_facecolor(["0.85" if gone else "white" for gone in dead])
            data["unit_frames"] = None
            data["unit_crosses"] = [
                line for box, gone in zip(self.boxes, dead, strict=True) if gone for line in _cross(box)
            ]
        if self.inputs == 1:
            return data | self._curves(curves, says, scales, float(row[0]), where[:, 0])
        if self.inputs == 2:
            return data | self._maps(curves, scales, row, where)
        self.bars.set_verts([_bar(*of) for of in zip(self.boxes, says, scales, strict=True)])
        self.bars.set_facecolor([(BLUE if not value < 0 else ORANGE, PALE) for value in says])
        return data | {"unit_bars": None}

    def _curves(
        self,
        curves: Sequence[np.ndarray],
        says: Sequence[float],
        scales: Sequence[tuple[float, float]],
        row: float,
        where: np.ndarray,
    ) -> dict[str, Any]:
        shares, here = ((x - where[0]) / (where[-1] - where[0]) for x in (where, np.array(row)))
        lines, dots, colours = [], [], []
        for box, curve, value, scale in zip(self.boxes, curves, says, scales, strict=True):
            zero = _height(box, np.zeros(2), scale)
            lines.append(np.column_stack([[box.left + 1, box.right - 1], zero]))
            lines.append(np.column_stack([box.left + box.width * shares, _height(box, curve, scale)]))
            colours += ["0.75", BLUE]
            dots.append((box.left + box.width * here, _height(box, np.array(value), scale)))
        self.curves.set_color(colours)
        x, y = np.array(dots).T
        return {"unit_curves": lines, "unit_dots": (x, y)}

    def _maps(
        self,
        curves: Sequence[np.ndarray],
        scales: Sequence[tuple[float, float]],
        row: np.ndarray,
        where: np.ndarray,
    ) -> dict[str, Any]:
        maps = [
            curve.reshape(CELLS, CELLS) / max(map(abs, scale))
            for curve, scale in zip(curves, scales, strict=True)
        ]
        maps += [np.zeros((CELLS, CELLS))] * (len(self.maps) - len(maps))
        data: dict[str, Any] = {"unit_maps": maps[self.inputs :]}
        if not np.array_equal(self._inputs, where):
            self._inputs, data["input_maps"] = where, maps[: self.inputs]
        x, y = (row - where[0]) / (where[-1] - where[0])
        data["unit_dots"] = (
            np.array([box.left + box.width * x for box in self.boxes]),
            np.array([box.bottom + box.height * y for box in self.boxes]),
        )
        return data


def _height(box: Box, values: np.ndarray, scale: tuple[float, float]) -> np.ndarray:
    """Return how high up in its box a value stands; what is beyond the scale stays at the edge."""
    low, high = scale
    inside = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(box.bottom + box.height * (0.08 + 0.84 * inside))


def _bar(box: Box, value: float, scale: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the corners of a bar from 0 to the value."""
    ends = np.nan_to_num(np.array([0.0, value]))
    ends = np.clip((ends - scale[0]) / (scale[1] - scale[0]), 0, 1)
    left, right = box.left + 1 + (box.width - 2) * np.sort(ends)
    low, high = box.bottom + 1, box.top - 1
    return [(left, low), (right, low), (right, high), (left, high)]


def _cross(box: Box) -> list[list[tuple[float, float]]]:
    inset = 0.18 * min(box.width, box.height)
    left, right, low, high = box.left + inset, box.right - inset, box.bottom + inset, box.top - inset
    return [[(left, low), (right, high)], [(left, high), (right, low)]]


def _rounded(box: Box) -> Path:
    style = f"round,pad=0,rounding_size={0.16 * min(box.width, box.height):.2f}"
    return FancyBboxPatch((box.left, box.bottom), box.width, box.height, boxstyle=style).get_path()
