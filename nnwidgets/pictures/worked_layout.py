"""Where the units, weights and numbers of a network stand that is worked by hand, in pixels, y upwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from nnwidgets.pictures.network_layout import LINE, Box, Edge, Point
from workbook.measures.surface import Place

WIDEST, NARROWEST, HEIGHT = 86.0, 52.0, 35.0  # of a unit, with two lines in it
NARROW = 72.0  # a unit that is less wide has room for fewer letters
HANGS = 28.0  # above a unit, the line of its bias
MARGIN = 26.0  # by which the texts below a unit are wider than it
STRETCH = 1.25  # of a column, over what units have that are spread evenly
LABEL = 46.0, 2 * LINE  # that the two numbers of a weight cover
SHARES = (0.25, 0.29, 0.33, 0.38, 0.43, 0.5, 0.57, 0.63, 0.69)  # where on its line they may stand
GAP = 26.0  # between two columns: with less, no weight has room for its numbers


class WorkedPlan(NamedTuple):
    """The units by layer and number, a line for each parameter, and the middle of its two numbers.

    narrow: units have room for few letters. low: for one line below each, and biases are left out. tight:
    only those gradients of parameters have room that are computed now.
    """

    boxes: dict[tuple[int, int], Box]
    edges: list[Edge]
    numbers: dict[Place, Point]
    narrow: bool
    low: bool
    tight: bool


def worked_plan(size: Point, widths: Sequence[int], biased: Sequence[bool]) -> WorkedPlan:
    """Return the layout of a network of few units in a picture of this size."""
    width = min(max(size[0] / (2.0 * len(widths)), NARROWEST), WIDEST)
    narrow = width < NARROW
    most, texts = max(widths[1:]), HANGS + 2 * LINE
    low = most > 1 and (size[1] - HEIGHT - texts) * STRETCH / most < HEIGHT + texts
    apart = (size[0] - width - MARGIN / (1 + narrow) - 8) / (len(widths) - 1)
    boxes = {}
    for layer, count in enumerate(widths):
        lines = 4 if count == 1 else 1 if low else 2
        highest = size[1] - HEIGHT - (4 if low else HANGS)
        for n in range(count):
            share = min(max(0.5 + STRETCH * ((n + 0.5) / count - 0.5), 0.0), 1.0)
            bottom = highest - share * max(highest - lines * LINE, 0.0)
            boxes[layer, n] = Box(4 + apart * layer, bottom, width, HEIGHT)
    edges = list(_edges(boxes, widths, [each and not low for each in biased]))
    gap = apart - width
    numbers = _numbers(edges, boxes) if gap > GAP else {}
    return WorkedPlan(boxes, edges, numbers, narrow, low, low or gap < LABEL[0])


def _edges(
    boxes: dict[tuple[int, int], Box], widths: Sequence[int], biased: Sequence[bool]
) -> Iterator[Edge]:
    """Return a line for each parameter: weights from unit to unit, biases from above."""
    for layer, (below, above) in enumerate(pairwise(widths)):
        for j in range(above):
            target = boxes[layer + 1, j]
            for i in range(below):
                source = boxes[layer, i]
                start, end = (source.right + 1, source.middle), (target.left - 1, target.middle)
                yield Edge(Place(layer, "W", (i, j)), start, end)
            if biased[layer]:
                x = target.left + 16
                yield Edge(Place(layer, "b", (0, j)), (x, target.top + HANGS - 13), (x, target.top + 1))


def _numbers(edges: Sequence[Edge], boxes: dict[tuple[int, int], Box]) -> dict[Place, Point]:
    """Return the middle of the two numbers of each parameter: on its line, where they cover least."""
    taken = [_with_texts(box, layer) for (layer, _), box in boxes.items()]
    found = {}
    for edge in edges:
        if edge.place.kind == "b":
            x, y = edge.at(0.5)
            found[edge.place] = x + LABEL[0] / 2 + 7, y + 5
            continue
        least = LABEL[0] / 2 / (edge.end[0] - edge.start[0])  # beside the unit that it comes from
        points = [edge.at(max(share, min(least, 0.5))) for share in SHARES]
        labels = [Box(x - LABEL[0] / 2, y - LABEL[1] / 2, *LABEL) for x, y in points]
        covers = [sum(_overlap(label, other) for other in taken) for label in labels]
        best = covers.index(min(covers))
        taken.append(labels[best])
        found[edge.place] = points[best]
    return found


def _with_texts(box: Box, layer: int) -> Box:
    """Return a unit's box with what stands above and below it."""
    if layer == 0:
        return box
    return Box(box.left, box.bottom - 2 * LINE, box.width + MARGIN, box.height + 2 * LINE + HANGS)


def _overlap(one: Box, other: Box) -> float:
    """Return the area, in square pixels, that two rectangles share."""
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    return max(across, 0.0) * max(up, 0.0)
