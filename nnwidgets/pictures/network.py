"""The network as a drawing: units in columns, parameters as lines that can be taken hold of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnwidgets.live_figure import PointerEvent
from nnwidgets.session.training import Session
from workbook import Network
from workbook.measures.surface import Place, value_at
from workbook.plots import BLUE, ORANGE

Point = tuple[float, float]
PER_HEIGHT = 8.0


class NetworkDrawing:
    """Units in columns, weights as lines: thick is large; blue is positive, orange and dashed negative.

    A unit that always says 1 stands for the biases of the next layer. turn(place, value) is called when a
    parameter's line is dragged up or down: by PER_HEIGHT for a unit of the picture's height.
    """

    def __init__(
        self, axes: Axes, network: Network, names: list[str], turn: Callable[[Place, float], None]
    ) -> None:
        self.axes, self.turn = axes, turn
        self._held: tuple[Place, float, float] | None = None
        axes.set_axis_off()
        axes.set_xlim(-0.35, len(network.widths) - 0.65)
        axes.set_ylim(-1.75, 1.25)
        axes.set_title("drag to set a start weight", loc="left", fontsize=10.5)
        self.edges: list[tuple[Place, Point, Point]] = []  # a parameter, and its line: from, to
        for number, (n_in, n_out) in enumerate(zip(network.widths, network.widths[1:], strict=False)):
            below, above = _column(number, n_in), _column(number + 1, n_out)
            self.edges += [
                (Place(number, "W", (i, j)), below[i], above[j]) for i in range(n_in) for j in range(n_out)
            ]
            self.edges += [
                (Place(number, "b", (0, j)), (number + 0.25, -1.35), above[j]) for j in range(n_out)
            ]
        segments = np.array([(start, end) for _, start, end in self.edges])
        lines = LineCollection(list(segments), linewidths=1.0, capstyle="round")
        axes.add_collection(lines)
        lines.set_pickradius(9)
        for number, size in enumerate(network.widths):
            for row, place in enumerate(_column(number, size)):
                label = names[number] if size == 1 else f"{names[number]}{row + 1}"
                _unit(axes, place, label)
        self.ones = [_unit(axes, (n + 0.25, -1.35), "1", 13) for n in range(len(network.widths) - 1)]
        self.labels = [
            axes.text(
                *_beside(place, start, end), "", ha="right" if place.kind == "b" else "center", va="bottom"
            )
            for place, start, end in self.edges
        ]
        self.segments = segments
        self.lines = lines
        self.artists = {
            "edges": lines,
            "weights": self.labels,
            "ones": [a for pair in self.ones for a in pair],
        }

    def show(self, session: Session) -> dict[str, Any]:
        """Give each line the width and colour of its weight, each label its number."""
        params = session.moment.params
        values = np.array([value_at(params, place) for place, *_ in self.edges])
        self.values, here = values, ~np.isnan(values)
        lines = self.lines
        lines.set_linewidth(list(np.where(here, 0.8 + np.minimum(np.abs(np.nan_to_num(values)), 8), 0)))
        lines.set_color([BLUE if value >= 0 else ORANGE for value in values])
        lines.set_linestyle(["-" if not value < 0 else (0, (1.5, 1)) for value in values])
        data = {
            "edges": np.where(here[:, None, None], self.segments, np.nan),
            "weights": [f"{value:.2f}" if ok else "" for value, ok in zip(values, here, strict=True)],
        }
        for (circle, one), layer in zip(self.ones, params, strict=True):
            if circle.get_visible() != (layer.b is not None):
                circle.set_visible(layer.b is not None)
                one.set_visible(layer.b is not None)
                data["ones"] = None
        return data

    def said(self, session: Session) -> str:
        """Say every weight and bias."""
        words = [
            f"{place.kind} of layer {place.layer + 1} {value_at(session.moment.params, place):.2f}"
            for place, *_ in self.edges
            if not np.isnan(value_at(session.moment.params, place))
        ]
        return "Network: " + ", ".join(words) + "."

    def pressed(self, event: PointerEvent) -> None:
        """Take hold of the line under the pointer."""
        self._held = None
        if event.name == "edges" and event.index is not None and event.ydata is not None:
            place = self.edges[event.index][0]
            self._held = place, event.ydata, self.values[event.index]

    def dragged(self, event: PointerEvent) -> None:
        """Change the parameter whose line is held, by as much as the pointer has moved."""
        if self._held is not None and event.ydata is not None:
            place, grip, value = self._held
            self.turn(place, value + PER_HEIGHT * (event.ydata - grip))


def _column(number: int, size: int) -> list[Point]:
    return [(number, y) for y in np.linspace(0.8, -0.8, size)] if size > 1 else [(number, 0.2)]


def _beside(place: Place, start: Point, end: Point) -> Point:
    """Where a line's number stands: above its middle; for a bias, to the left of it."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return (x, y + 0.16) if place.kind == "W" else (x - 0.16, y - 0.25)


def _unit(axes: Axes, place: Point, label: str, size: float = 22) -> tuple[Artist, Artist]:
    (circle,) = axes.plot(
        *place, "o", markersize=size, markerfacecolor="white", markeredgecolor="black", zorder=3
    )
    return circle, axes.text(*place, label, ha="center", va="center_baseline", fontsize=11, zorder=4)
