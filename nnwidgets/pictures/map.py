"""The map of a network with two inputs: what it says at every place, and the rows with their targets."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap, to_rgb

from nnwidgets.pictures.answering import Answering, evenly
from workbook import Dataset
from workbook.classes import named
from workbook.plots import SERIES, tidy

CELLS = 41  # in each direction
ROWS = 200
PALE = 0.45  # of the colour of a class, behind its rows


class AnswerMap:
    """The plane of both inputs in the colours of the answers; each row is a dot in the colour of its target.

    A dot that disappears in its surroundings is right. Of several outputs that are no classes, the first.
    """

    def __init__(self, axes: Axes, session: Answering) -> None:
        data = session.experiment.dataset
        self.classes = data.classes if data.targets.shape[1] > 1 else 0
        first, second = data.input_names or ("x1", "x2")
        self.axes = tidy(axes, self._title(data), first, second)
        self.image = axes.imshow(
            np.zeros((CELLS, CELLS)), cmap=self._colours(PALE), origin="lower", aspect="auto",
            interpolation="nearest",
        )  # fmt: skip
        self.dots = axes.scatter(
            [], [], c=[], cmap=self._colours(1), s=26, edgecolor="black", linewidth=0.7, zorder=3
        )
        self._frame(data)
        if not self.classes:
            scale = axes.inset_axes((1.02, 0.05, 0.03, 0.9))  # which goes where its map goes
            axes.figure.colorbar(self.image, cax=scale, extend="both")
        self.artists = {"map": self.image, "rows": self.dots}

    def show(self, session: Answering) -> dict[str, Any]:
        """Ask the network at every place of the plane."""
        data = session.experiment.dataset
        if data is self._data:
            return {"map": self._answers(session)}
        self._frame(data)
        return {"map": self._answers(session), "rows": None}

    def _frame(self, data: Dataset) -> None:
        """Put the rows into the frame, each in the colour of its target."""
        self._data, rows, scale = data, evenly(len(data), ROWS), self._scale(data)
        self.grid, edges = _plane(data)
        self.image.set_extent(edges)
        self.axes.set(xlim=edges[:2], ylim=edges[2:])
        self.dots.set_offsets(data.inputs[rows])
        self.dots.set_array(self._targets(data)[rows])
        for coloured in (self.image, self.dots):
            coloured.set_clim(*scale)

    def said(self, session: Answering) -> str:
        """Say what the network says in the four corners."""
        corners = self._answers(session)[[0, 0, -1, -1], [0, -1, 0, -1]]
        what = "classes" if self.classes else "answers"
        return f"Map: {what} in the corners, from the lower left: {', '.join(f'{y:.3g}' for y in corners)}."

    def _answers(self, session: Answering) -> np.ndarray:
        said = session.answer_to(self.grid)
        return (named(said) if self.classes else said[:, 0]).astype(float).reshape(CELLS, CELLS)

    def _targets(self, data: Dataset) -> np.ndarray:
        labels = data.labels
        return labels if self.classes and labels is not None else data.targets[:, 0]

    def _scale(self, data: Dataset) -> tuple[float, float]:
        if self.classes:
            return -0.5, self.classes - 0.5
        low, high = float(data.targets[:, 0].min()), float(data.targets[:, 0].max())
        return (low, high) if low < high else (low - 1, high + 1)

    def _colours(self, strength: float) -> Colormap:
        if not self.classes:
            return colormaps["cividis"].resampled(24)
        colours = [np.array(to_rgb(SERIES[number % len(SERIES)])) for number in range(self.classes)]
        return ListedColormap([1 - strength * (1 - colour) for colour in colours])

    def _title(self, data: Dataset) -> str:
        if self.classes:
            return "what it is taken for; dots: rows"
        several = data.targets.shape[1] > 1
        return f"what it says{' (output 1)' if several else ''}; dots: targets"


def _plane(data: Dataset) -> tuple[np.ndarray, tuple[float, float, float, float]]:
    """Return the places (CELLS^2, 2) that are asked, and the edges of the picture."""
    low, high = data.inputs.min(0), data.inputs.max(0)
    room = 0.1 * np.where(high > low, high - low, 1.0)
    sides = [np.linspace(start, end, CELLS) for start, end in zip(low - room, high + room, strict=True)]
    across, up = np.meshgrid(*sides)
    halves = [(side[1] - side[0]) / 2 for side in sides]
    edges = [
        edge for side, half in zip(sides, halves, strict=True) for edge in (side[0] - half, side[-1] + half)
    ]
    return np.column_stack([across.ravel(), up.ravel()]), tuple(map(float, edges))  # type: ignore[return-value]
