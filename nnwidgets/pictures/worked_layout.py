"""Where the units, weights and numbers of a network stand that is worked by hand, in pixels, y upwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from nnwidgets.pictures.network_layout import LINE, Box, Edge, Point
from workbook.measures.surface import Place

WIDEST, NARROWEST, HEIGHT = 86.0, 52.0, 35.0  # of a unit, with two lines in it
NARROW = 72.0  # a unit that is less wide has room for fewer letters
GLOW = 4.0  # pixels by which the light stands out around a unit
FEWER = 0.86  # times its width, that of a unit with few letters: the room is for numbers between units
HANGS = 34.0  # above a unit, the line of its bias
BIAS, BESIDE = (
    16.0,
    23.0,
)  # from the left side of a unit to the line of its bias, and to the numbers beside it
MARGIN = 26.0  # by which the texts below a unit are wider than it
STRETCH = 1.5  # of a column, over what units have that are spread evenly; to the edges at most
LABEL = 48.0, 2 * LINE  # that the two numbers of a weight cover
SHARES = tuple(n / 100 for n in range(20, 81, 3))  # where on its line they may stand
LIKED = 0.33  # of them, the one that is taken where it covers nothing
ROUNDS = 3  # in which each label moves away from the others
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
    width = max(NARROWEST, FEWER * width) if narrow else width
    most, texts = max(widths[1:]), HANGS + GLOW + 2 * LINE
    low = most > 1 and (size[1] - HEIGHT - texts) * _stretch(most) / most < HEIGHT + texts
    apart = (size[0] - width - MARGIN / (1 + narrow) - 8) / (len(widths) - 1)
    boxes = {}
    for layer, count in enumerate(widths):
        lines = 4 if count == 1 else 1 if low else 2
        highest = size[1] - HEIGHT - (4 if low else HANGS)
        for n in range(count):
            share = 0.5 + _stretch(count) * ((n + 0.5) / count - 0.5)
            bottom = highest - share * max(highest - lines * LINE - GLOW, 0.0)
            boxes[layer, n] = Box(4 + apart * layer, bottom, width, HEIGHT)
    edges = list(_edges(boxes, widths, [each and not low for each in biased]))
    gap = apart - width
    numbers = _numbers(edges, boxes, narrow) if gap > GAP else {}
    return WorkedPlan(boxes, edges, numbers, narrow, low, low or gap < LABEL[0])


def _stretch(count: int) -> float:
    """Return by how much a column of so many units is stretched: so far that they stand inside."""
    return min(STRETCH, count / max(count - 1, 1))


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
                x = target.left + BIAS
                yield Edge(Place(layer, "b", (0, j)), (x, target.top + HANGS - 15), (x, target.top + 1))


def _numbers(edges: Sequence[Edge], boxes: dict[tuple[int, int], Box], narrow: bool) -> dict[Place, Point]:
    """Return the middle of the two numbers of each parameter: on its line, where they cover least.

    All begin at the same share of their lines; then each in turn moves to where it covers least, of units,
    their texts, and the other labels.
    """
    units = [each for (layer, _), box in boxes.items() for each in _with_texts(box, layer, narrow)]
    weights = {edge.place: _places(edge) for edge in edges if edge.place.kind == "W"}
    found = {place: min(at, key=lambda share: abs(share - LIKED)) for place, at in weights.items()}

    def covered(place: Place, share: float) -> float:
        others = [_label(weights[other][at]) for other, at in found.items() if other != place]
        label = _label(weights[place][share])
        return sum(_overlap(label, each) for each in (*units, *others)) + abs(share - LIKED)

    for _ in range(ROUNDS):
        for place, at in weights.items():
            found[place] = min(at, key=partial(covered, place))
    middles = {place: weights[place][share] for place, share in found.items()}
    for edge in edges:
        if edge.place.kind == "b":
            x, y = edge.at(0.5)
            middles[edge.place] = x + LABEL[0] / 2 + BESIDE - BIAS, y + 8
    return middles


def _places(edge: Edge) -> dict[float, Point]:
    """Return where on its line the middle of a label may stand, beside the light around both units."""
    room = (LABEL[0] / 2 + GLOW) / (edge.end[0] - edge.start[0])
    shares = [share for share in SHARES if room <= share <= 1 - room] or [0.5]
    return {share: edge.at(share) for share in shares}


def _label(middle: Point) -> Box:
    """Return what the two numbers of a weight cover."""
    return Box(middle[0] - LABEL[0] / 2, middle[1] - LABEL[1] / 2, *LABEL)


def _with_texts(box: Box, layer: int, narrow: bool) -> Iterator[Box]:
    """Return what a unit covers: its box with the light around it, and what stands below and above."""
    yield Box(box.left - GLOW, box.bottom - GLOW, box.width + 2 * GLOW, box.height + 2 * GLOW)
    if layer:
        below = GLOW + 2 * LINE
        yield Box(box.left, box.bottom - below, box.width + MARGIN / (1 + narrow), below)
        yield Box(box.left, box.top, BESIDE + LABEL[0], HANGS)


def _overlap(one: Box, other: Box) -> float:
    """Return the area, in square pixels, that two rectangles share."""
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    return max(across, 0.0) * max(up, 0.0)
