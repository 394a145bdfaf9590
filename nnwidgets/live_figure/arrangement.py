"""How the axes of a figure stand beside and below each other, and which way suits the room that there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from workbook.plots import leaving_room

COLUMN, ROW = 250.0, 165.0  # pixels: with less, an axes and its labels are cramped
SPACIOUS = 215.0  # the height of a row where the screen is high enough
WIDEST, HIGHEST = 1400.0, 460.0  # pixels: of a picture on a wide screen
BESIDE_PICTURE = 150.0  # pixels of the screen's height that are left to Play and the status line
VERDICT = 150.0  # and to a verdict below the picture
LOWEST = 190.0  # pixels
LEGIBLE = 0.8  # the fitness below which nobody could read a picture: then its last axes are left out
NEARLY = 0.9  # of the best fitness: as good as the best


class Room(NamedTuple):
    """What a browser has for a picture, in CSS pixels; letters are `zoom` times as large as usual."""

    width: float
    height: float
    zoom: float = 1.0


class Span(NamedTuple):
    """The rows and columns that one axes takes: from the first to before the last."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Arrangement:
    """Where axes stand, as `Figure.subplot_mosaic` takes it: "SON;SOL". A point is a place left empty.

    Ratios are those of the columns and of the rows; none: all alike. Raises ValueError for rows of different
    lengths, for an axes that is no rectangle, and for ratios of another number than columns or rows.
    """

    mosaic: str
    width_ratios: Sequence[float] = ()
    height_ratios: Sequence[float] = ()

    def __post_init__(self) -> None:
        lines = self.mosaic.split(";")
        if len({len(line) for line in lines}) > 1 or not lines[0]:
            raise ValueError(f"expected rows of the same length between semicolons, got {self.mosaic!r}")
        for name, (top, bottom, left, right) in self.spans().items():
            if self.mosaic.count(name) != (bottom - top) * (right - left):
                raise ValueError(f"{name!r} is no rectangle in {self.mosaic!r}")
        for ratios, count, what in (
            (self.width_ratios, len(lines[0]), "columns"),
            (self.height_ratios, len(lines), "rows"),
        ):
            if len(ratios) not in (0, count):
                raise ValueError(f"{self.mosaic!r} has {count} {what}, got {len(ratios)} ratios: {ratios}")

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.mosaic.count(";") + 1

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.mosaic.split(";")[0])

    def spans(self) -> dict[str, Span]:
        """Return where each axes stands, column by column, in each from above."""
        lines = self.mosaic.split(";")
        places: dict[str, list[tuple[int, int]]] = {}
        for column in range(self.columns):
            for row, line in enumerate(lines):
                if line[column] != ".":
                    places.setdefault(line[column], []).append((row, column))
        return {
            name: Span(min(at)[0], max(at)[0] + 1, at[0][1], at[-1][1] + 1) for name, at in places.items()
        }

    def place(self, figure: Figure, axes: dict[str, Axes]) -> None:
        """Move axes, by their names, to where they stand; hide those that are not among them."""
        grid = GridSpec(
            self.rows,
            self.columns,
            figure=figure,
            width_ratios=self.width_ratios or None,
            height_ratios=self.height_ratios or None,
        )
        spans = self.spans()
        for name, each in axes.items():
            each.set_visible(name in spans)
            if name in spans:
                top, bottom, left, right = spans[name]
                each.set_subplotspec(grid[top:bottom, left:right])

    def height(self, width: float, shape: float, most: float, beside: float) -> float:
        """Return how high a picture of a width is: like `shape` (height / width) where rows have room.

        most: never higher. beside: no higher either, unless a row would be cramped.
        """
        spacious = SPACIOUS if self.columns < 3 else ROW
        wanted = max(min(shape * width, HIGHEST), spacious * self.rows)
        return min(wanted, max(beside, ROW * self.rows), most)

    def fitness(self, width: float, height: float) -> float:
        """Return how well the axes can be read in a picture of this size: 1 if none of them is cramped."""
        across = [0.0, *accumulate(self.width_ratios or [1.0] * self.columns)]
        down = [0.0, *accumulate(self.height_ratios or [1.0] * self.rows)]
        return min(
            min(1.0, width * (across[right] - across[left]) / across[-1] / COLUMN)
            * min(1.0, height * (down[bottom] - down[top]) / down[-1] / ROW)
            for top, bottom, left, right in self.spans().values()
        )

    def fewer(self) -> tuple[Arrangement, ...]:
        """Return the first axes alone, more of them first: beside and below each other."""
        names = list(self.spans())
        return tuple(
            Arrangement(sign.join(names[:count]))
            for count in range(len(names) - 1, 0, -1)
            for sign in ("", ";")[: 1 + (count > 1)]
        )

    def narrower(self) -> tuple[Arrangement, ...]:
        """Return the same axes in two columns, the first across both if their number is odd, and in one."""
        names = list(self.spans())
        if len(names) == 1:
            return ()
        stacked = Arrangement(";".join(names))
        if len(names) == 2:
            return (stacked,)
        first = [2 * names.pop(0)] if len(names) % 2 else []
        pairs = [left + right for left, right in zip(names[::2], names[1::2], strict=True)]
        return Arrangement(";".join(first + pairs)), stacked


class ArrangedFigure(Figure):
    """A figure that knows in which ways its axes may stand; in stored pictures they stand in the first."""

    arrangements: tuple[Arrangement, ...] = ()
    named: dict[str, Axes]


def arranged(
    wide: str,
    width_ratios: Sequence[float] = (),
    height_ratios: Sequence[float] = (),
    middle: str | Arrangement | None = None,
    stacked: str | Arrangement | None = None,
    size: tuple[float, float] = (9.2, 3.5),
) -> tuple[ArrangedFigure, dict[str, Axes]]:
    """Return a figure that rearranges itself in a LiveFigure, and its axes by their letters.

    ``figure, axes = arranged("SON;SOL", width_ratios=(1.2, 1, 1), middle="SO;NL")``

    wide: the mosaic where there is room for all its columns, and of stored pictures, which have this size in
    inches (of 100 pixels); width_ratios and height_ratios: of its columns and rows. middle: with fewer
    columns; stacked: with one, or few. Each is a mosaic of the same letters, or an `Arrangement` where its
    columns or rows are not alike. What is not given is made: `middle` has two columns, filled row by row (in
    the order of `wide`, column by column), the first axes across both if their number is odd; in `stacked`
    the axes stand one below the other. Its first axes stay where there is no room for all.

    The first is taken whose most cramped axes has about as much room in the browser as in any of them; an
    axes is not cramped with 250 x 165 pixels for itself and its labels. Raises ValueError for mosaics that
    are none, and for those with other letters than `wide`.
    """
    first = Arrangement(wide, tuple(width_ratios), tuple(height_ratios))
    made = first.narrower()
    given = [
        Arrangement(other) if isinstance(other, str) else other
        for other in (middle or made[0] if made else None, stacked or made[-1] if made else None)
        if other is not None
    ]
    for other in given:
        if set(other.spans()) != set(first.spans()):
            raise ValueError(f"expected the same axes as in {wide!r}, got {other.mosaic!r}")
    figure = ArrangedFigure(size, dpi=100, layout=leaving_room(size[0]))
    figure.named = {name: figure.add_subplot() for name in first.spans()}
    first.place(figure, figure.named)
    figure.arrangements = tuple(dict.fromkeys([first, *given]))
    return figure, figure.named


def arrangements_of(figure: Figure) -> tuple[tuple[Arrangement, ...], dict[str, Axes]]:
    """Return the ways in which a figure's axes may stand, and the axes by their letters.

    For a figure that was not made by `arranged`, they are made from its grid; none where it has no grid, or
    several.
    """
    if isinstance(figure, ArrangedFigure):
        return figure.arrangements, figure.named
    specs = {axes: spec for axes in figure.axes if (spec := axes.get_subplotspec()) is not None}
    if not specs:
        return (), {}
    grid = next(iter(specs.values())).get_gridspec()
    rows, columns = grid.get_geometry()
    cells = [["."] * columns for _ in range(rows)]
    named = {chr(ord("A") + number): axes for number, axes in enumerate(specs)}
    for name, axes in named.items():
        spec = specs[axes]
        places = [(row, column) for row in spec.rowspan for column in spec.colspan]
        if spec.get_gridspec() is not grid or any(cells[row][column] != "." for row, column in places):
            return (), {}
        for row, column in places:
            cells[row][column] = name
    first = Arrangement(
        ";".join(map("".join, cells)),
        tuple(np.asarray(grid.get_width_ratios(), float)),
        tuple(np.asarray(grid.get_height_ratios(), float)),
    )
    return (first, *first.narrower()), named


def best(
    arrangements: Sequence[Arrangement], room: Room, shape: float
) -> tuple[Arrangement, tuple[float, float]]:
    """Return the arrangement for a room, and the picture's width and height in CSS pixels.

    Play and the status line keep their place on the screen. Where that leaves too little for all axes to be
    read, the first of the last arrangement stand alone. shape: height over width of the first one, by itself.
    """
    width = min(room.width / room.zoom, WIDEST)
    most = max((room.height - BESIDE_PICTURE * room.zoom) / room.zoom, LOWEST)
    beside = most - VERDICT if room.zoom == 1 else most  # in a lecture the picture is what counts

    def fitted(one: Arrangement) -> tuple[float, float]:
        height = one.height(width, shape, most, beside)
        return one.fitness(width, height), height

    fit = [fitted(one) for one in arrangements]
    best_of_all = max(fitness for fitness, _ in fit)
    if best_of_all < LEGIBLE:
        for one in arrangements[-1].fewer():
            fitness, height = fitted(one)
            if fitness >= LEGIBLE:
                return one, (width * room.zoom, height * room.zoom)
    chosen = next(number for number, (fitness, _) in enumerate(fit) if fitness >= NEARLY * best_of_all)
    return arrangements[chosen], (width * room.zoom, fit[chosen][1] * room.zoom)
