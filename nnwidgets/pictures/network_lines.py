"""The parameters of a drawn network: lines with their numbers, and the last change of each."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.text import Text

from nnwidgets.pictures.network_layout import LETTER, LINE, MARK, NUMBER, Edge, Plan
from nnwidgets.pictures.network_words import NetworkNames, short
from workbook.measures.surface import Place
from workbook.plots import BLUE, ORANGE

NUMBERED = 40  # lines with a number, at most
ON, OFF = 9.0, 3.5  # pixels: the dashes of a negative weight; those of a thick line are longer
THICK, CROWDED = 5.5, 3.2  # points: the widest line, where there are few and where there are many
FEW = 6  # lines between two layers
LEAST = 0.15  # of the largest change: smaller ones are not marked
LETTERS = 8.5  # points
CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))


class ParameterLines:
    """A line for each parameter: thick for a large one, blue for a positive, orange dashes for a negative.

    A triangle, beside its number or on its line, says which way its last change went; the area is in
    proportion to the size of the change, the largest of the step's is the largest.
    """

    def __init__(self, axes: Axes) -> None:
        self.lines = LineCollection([], capstyle="butt", zorder=2)
        self.grip = LineCollection([], color="0.8", linewidth=9, capstyle="round", zorder=1)
        self.papers = PolyCollection([], facecolor="white", linewidth=0, alpha=0.85, zorder=3)
        for collection in (self.lines, self.grip, self.papers):
            collection.set_in_layout(False)
            axes.add_collection(collection, autolim=False)
        self.up, self.down = (
            axes.scatter([], [], [], marker=mark, color="black", edgecolor="white", linewidth=0.6, zorder=3.6)
            for mark in "^v"
        )
        (self.ones,) = axes.plot(
            [], [], marker="$1$", linestyle="", color="black", markersize=7, markeredgewidth=0
        )
        self.names, self.numbers = texts(axes, NUMBERED, ha="center"), texts(axes, NUMBERED, ha="center")
        self.artists: dict[str, Any] = {
            "grip": self.grip,
            "edges": self.lines,
            "papers": self.papers,
            "changes": [self.up, self.down],
            "weight_names": self.names,
            "weights": self.numbers,
            "ones": self.ones,
        }

    def place(self, plan: Plan, names: NetworkNames) -> None:
        """Follow a new layout."""
        self.plan = plan
        self.labelled = list(plan.numbers)[:NUMBERED]
        middles = [plan.numbers[place] for place in self.labelled]
        half = max(NUMBER, names.longest) * LETTER / 2 + MARK / 2, LINE * (2 if names.longest else 1) / 2
        lower = LINE / 2 if names.longest else 0.0
        for name, number, place, (x, y) in zip(
            self.names, self.numbers, self.labelled, middles, strict=False
        ):
            name.set_text(names.shown(place))
            name.set_position((x - MARK / 2, y + LINE - lower))
            number.set_position((x - MARK / 2, y - lower))
        for name in self.names[len(middles) :]:
            name.set_text("")
        self.marks = {
            place: (x + half[0] - MARK / 2, y - lower)
            for place, (x, y) in zip(self.labelled, middles, strict=True)
        }
        self.half = half
        self.papers.set_verts(
            [[(x + dx * half[0], y + dy * (half[1] - 1)) for dx, dy in CORNERS] for x, y in middles]
        )
        ones = [edge.start for edge in plan.edges if edge.place.kind == "b"]
        self.ones.set_data(*np.array(ones).T if ones else ([], []))
        layers = [edge.place.layer for edge in plan.edges if edge.place.kind == "W"]
        self.widest = [THICK if layers.count(n) <= FEW else CROWDED for n in range(len(plan.boxes) - 1)]

    def show(self, values: np.ndarray, changes: np.ndarray, under: Place | None) -> dict[str, Any]:
        """Return new data. values, changes: of each line's parameter; under: the one to be set off."""
        edges = self.plan.edges
        widths = 0.8 + 1.6 * np.sqrt(np.abs(np.nan_to_num(values)))
        pieces, wide, colours = [], [], []
        for edge, value, width in zip(edges, values, widths, strict=True):
            width = min(float(width), self.widest[edge.place.layer])
            new = dashes(edge, max(ON, 3 * width)) if value < 0 else [(edge.start, edge.end)]
            pieces += new
            wide += [width] * len(new)
            colours += [ORANGE if value < 0 else BLUE] * len(new)
        self.lines.set_linewidth(wide)
        self.lines.set_color(colours)
        by_place = {edge.place: value for edge, value in zip(edges, values, strict=True)}
        numbers = [short(float(by_place[place])) for place in self.labelled]
        return {
            "edges": pieces,
            "grip": [(edge.start, edge.end) for edge in edges if edge.place == under],
            "changes": self._triangles(changes),
            "weights": numbers + [""] * (NUMBERED - len(numbers)),
        }

    def find(self, x: float, y: float, near: float) -> Place | None:
        """Return the parameter whose number or line lies under a point."""
        for place in self.labelled:
            middle = self.plan.numbers[place]
            if abs(x - middle[0]) < self.half[0] and abs(y - middle[1]) < self.half[1]:
                return place
        apart = [(edge.distance(x, y), number) for number, edge in enumerate(self.plan.edges)]
        nearest, number = min(apart, default=(np.inf, 0))
        return self.plan.edges[number].place if nearest < near else None

    def _triangles(self, changes: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        sizes = np.nan_to_num(np.abs(changes), posinf=0)
        shares = sizes / (sizes.max(initial=0) or 1.0)
        places = []
        for marks, way in ((self.up, changes > 0), (self.down, changes < 0)):
            here = np.flatnonzero(way & (shares >= LEAST))
            marks.set_sizes(60 * shares[here])
            points = [self._mark(self.plan.edges[n]) for n in here]
            x, y = np.array(points).reshape(-1, 2).T
            places.append((x, y))
        return places

    def _mark(self, edge: Edge) -> tuple[float, float]:
        return self.marks.get(edge.place) or edge.at(0.85 if edge.place.kind == "W" else 0.5)


def texts(axes: Axes, count: int, **style: Any) -> list[Text]:
    """Return empty texts that the layout of the figure does not wait for."""
    common: dict[str, Any] = {"fontsize": LETTERS, "va": "center", "in_layout": False, "zorder": 9} | style
    return [axes.text(0, 0, "", **common) for _ in range(count)]


def dashes(edge: Edge, on: float) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the dashes of a line, of equal length however thick it is: the first and last reach its ends."""
    length = float(np.hypot(*np.subtract(edge.end, edge.start)))
    count = max(2, round((length + OFF) / (on + OFF)))
    part = 1 / (count * on + (count - 1) * OFF)
    starts = [number * (on + OFF) * part for number in range(count)]
    return [(edge.at(start), edge.at(start + on * part)) for start in starts]
