"""Where the units and lines of a drawn network stand, in pixels of the browser, y upwards."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from workbook.measures.surface import Place

Point = tuple[float, float]
LETTER, LINE = 6.9, 13.0  # how wide a letter and how high a line of text is, at 8.5 points
NUMBER, MARK = 5, 8.0  # letters of a number, and the width of the mark behind it
FOOT = 22.0  # below the units, for a line of text
LARGEST, SMALLEST = 64.0, 20.0  # the sides of a unit's picture
SHARES = (
    0.5,
    0.43,
    0.57,
    0.36,
    0.64,
    0.29,
    0.71,
    0.22,
    0.78,
    0.16,
    0.84,
)  # where on its line a number may stand


class Box(NamedTuple):
    """A rectangle: a unit's picture, or what a text covers."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def top(self) -> float:
        return self.bottom + self.height

    @property
    def middle(self) -> float:
        return self.bottom + self.height / 2

    def holds(self, x: float, y: float, margin: float = 0) -> bool:
        """Return whether a point lies inside, or within a margin around."""
        return (
            self.left - margin <= x <= self.right + margin and self.bottom - margin <= y <= self.top + margin
        )

    def meets(self, other: Box) -> bool:
        """Return whether two rectangles overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


class Edge(NamedTuple):
    """A parameter and its line."""

    place: Place
    start: Point
    end: Point

    def at(self, share: float) -> Point:
        """Return the point at a share of the way."""
        (x, y), (right, top) = self.start, self.end
        return x + share * (right - x), y + share * (top - y)

    def distance(self, x: float, y: float) -> float:
        """Return how far a point is from the line."""
        (left, low), (right, high) = self.start, self.end
        across, up = right - left, high - low
        share = ((x - left) * across + (y - low) * up) / max(across**2 + up**2, 1e-9)
        nearest = self.at(min(max(share, 0.0), 1.0))
        return math.hypot(x - nearest[0], y - nearest[1])


class Plan(NamedTuple):
    """A layout: the units that are drawn, by layer; the lines; which of these carry numbers, and where."""

    boxes: list[list[Box]]
    edges: list[Edge]
    numbers: dict[Place, Point]  # the middle of its number, for each parameter that has room for one
    named_above: list[bool]  # for each layer: whether there is room for a text above each unit
    rest: list[tuple[Point, int]]  # below a column: where, and how many more units there are


def plan(
    size: Point,
    widths: Sequence[int],
    biased: Sequence[bool],
    most: Sequence[int],
    wide: bool,
    lines_below: int,
    name: int,
) -> Plan:
    """Return the layout of a network in a picture of this size.

    most: so many units of each layer are drawn at most. wide: units are bars with a number inside, not
    square pictures. lines_below: lines of text under the only output. name: letters of the longest name of a
    parameter, which stands above its number.
    """
    label = max(NUMBER, name) * LETTER + MARK, LINE * (2 if name else 1)
    drawn = [
        max(1, min(width, limit, int((size[1] - FOOT - LINE) / (SMALLEST + 6))))
        for width, limit in zip(widths, most, strict=True)
    ]
    boxes, named, rest = [], [], []
    for layer, count in enumerate(drawn):
        more = widths[layer] - count
        last = layer == len(drawn) - 1
        column, above = _column(size, layer, drawn, wide, bool(more), lines_below if last else 0, label)
        boxes.append(column)
        named.append(above)
        if more:
            rest.append(((column[-1].left, column[-1].bottom - LINE - 2), more))
    edges = list(_edges(boxes, biased))
    texts = [
        Box(box.left, box.top, 8 * LETTER, LINE)
        for column, above in zip(boxes, named, strict=True)
        for box in column
        if above
    ]
    if lines_below:
        under = boxes[-1][0]
        texts.append(Box(under.left, under.bottom - 4 - LINE * lines_below, 70, LINE * lines_below))
    texts += [Box(x - 5, y - 5, 10, 10) for place, (x, y), _ in edges if place.kind == "b"]
    numbers = _numbers(edges, [*texts, *(box for column in boxes for box in column)], label)
    return Plan(boxes, edges, numbers, named, rest)


def _column(
    size: Point, layer: int, drawn: list[int], wide: bool, more: bool, below: int, label: Point
) -> tuple[list[Box], bool]:
    """Return the boxes of one layer, and whether there is room for a text above each."""
    across = size[0] / max(1.5, len(drawn) - 0.35)
    high = size[1] - FOOT - (LINE + 2) * more
    pitch = high / drawn[layer]
    above = pitch >= SMALLEST + LINE + 8 and not wide
    under = LINE * below + 4 if below and pitch > LINE * (below + 1) + SMALLEST else 0
    if wide:
        width, height = float(np.clip(0.5 * across, 64, 76)), float(np.clip(pitch - 7, 15, 24))
    else:
        room = pitch - LINE * above - 7 - under
        width = height = float(
            np.clip(min(room, 0.46 * across, max(28, across - label[0] - 18)), 15, LARGEST)
        )
    first, last = 6 + 0.5 * width, size[0] - 6 - max(width / 2, 62 - width / 2 if above or under else 0)
    centre = first + (last - first) * layer / (len(drawn) - 1)
    bottoms = []
    for number in range(drawn[layer]):
        top = FOOT + (LINE + 2) * more + high - number * pitch
        lowest, highest = top - pitch + 2 + under, top - LINE * above - 2 - height
        bottoms.append(min(max(top - (pitch + height + LINE * above) / 2, lowest), highest))
    return [Box(centre - width / 2, bottom, width, height) for bottom in bottoms], above


def _edges(boxes: list[list[Box]], biased: Sequence[bool]) -> Iterator[Edge]:
    """Return a line for each parameter of the units that are drawn; their ends lie side by side."""
    for layer, (below, above) in enumerate(pairwise(boxes)):
        for i, source in enumerate(below):
            for j, target in enumerate(above):
                start = source.right + 2, source.middle - _port(j, len(above), source.height)
                end = target.left - 2, target.middle - _port(i, len(below), target.height)
                yield Edge(Place(layer, "W", (i, j)), start, end)
        if biased[layer]:
            for j, target in enumerate(above):
                foot = target.left - 19, target.bottom - min(6, 0.2 * target.height)
                yield Edge(Place(layer, "b", (0, j)), foot, (target.left - 2, target.bottom + 3))


def _port(number: int, count: int, height: float) -> float:
    """Return how far below a unit's middle the line to or from its n-th neighbour is fastened."""
    return 0.0 if count == 1 else 0.5 * height * (number / (count - 1) - 0.5)


def _numbers(edges: list[Edge], covered: list[Box], size: Point) -> dict[Place, Point]:
    """Return where the numbers of the lines stand: for all weights of a layer, or for none of them."""
    placed: dict[Place, Point] = {}
    for layer in sorted({edge.place.layer for edge in edges}, reverse=True):
        ours = [edge for edge in edges if edge.place.layer == layer]
        for kinds in ("bW", "W"):  # with the biases, or if there is no room for these, without
            found = _all_placed([edge for edge in ours if edge.place.kind in kinds], covered, size)
            if found:
                placed |= found
                covered = [*covered, *(_around(point, size) for point in found.values())]
                break
    return placed


def _all_placed(edges: list[Edge], covered: list[Box], size: Point) -> dict[Place, Point]:
    """Return a place for the number of each line, or nothing if one has none."""
    found, taken = {}, list(covered)
    for edge in sorted(edges, key=lambda edge: edge.place.kind, reverse=True):
        point = next(_free(edge, taken, size), None)
        if point is None:
            return {}
        taken.append(_around(point, size))
        found[edge.place] = point
    return found


def _free(edge: Edge, taken: list[Box], size: Point) -> Iterator[Point]:
    """Return the places for a line's number that nothing else covers."""
    if edge.place.kind == "b":
        x, y = edge.start
        half, high = size[0] / 2, size[1]
        under = y - 7 - high / 2
        candidates = [(x - 6 - half, y), (x - half + 8, under), (x + half - 8, under), (x - half, under)]
    else:
        candidates = [edge.at(share) for share in SHARES]
        if size[1] > LINE:  # named: it may stand a little below, or above, and still be told from others
            shifts = (-0.8 * LINE, 0.8 * LINE, -1.5 * LINE)
            candidates += [(x, y + shift) for shift in shifts for x, y in candidates]
    for point in candidates:
        if not any(_around(point, size).meets(box) for box in taken) and point[1] > FOOT:
            yield point


def _around(middle: Point, size: Point) -> Box:
    return Box(middle[0] - size[0] / 2, middle[1] - size[1] / 2, *size)
