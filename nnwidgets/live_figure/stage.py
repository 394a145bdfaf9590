"""Lays a figure out for the room that a browser has, and for stored pictures at its own size."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from nnwidgets.live_figure.arrangement import Room, arrangements_of, best
from nnwidgets.live_figure.wrapping import rooms_of_texts, without_width, wrap

SLACK = 2.0  # pixels by which numbers may outgrow their place before the figure is laid out anew


class Layout(NamedTuple):
    """How a figure is laid out: its size in inches, its resolution, and where and how its parts stand."""

    size: tuple[float, float]
    dpi: float
    places: dict[Axes, Bbox]
    words: dict[Text, str]
    seen: dict[Axes, bool]


class Stage:
    """Lays a figure out, and keeps the layout it had at first for pictures that are stored.

    Moving texts keep room for what they said at first.
    """

    def __init__(self, figure: Figure, moving: Iterable[Artist]) -> None:
        self.figure = figure
        self._engine = figure.get_layout_engine()
        width, height = figure.get_size_inches()
        self._own, self._dpi = (float(width), float(height)), float(figure.dpi)
        rect = (0.0, 0.0, 1.0, 1.0)
        if isinstance(self._engine, ConstrainedLayoutEngine):
            rect = tuple(self._engine.get()["rect"])
        self._margin = (1 - rect[0] - rect[2]) * self._own[0]
        self._arrangements, self._named = arrangements_of(figure)
        self._first = {text: text.get_text() for text in moving if isinstance(text, Text)}
        self._wrapped: dict[Text, tuple[str, str]] = {}  # what texts say, and how that is set in lines
        self._rooms: dict[Text, float] = {}
        self._arrangement = self._arrangements[0] if self._arrangements else None
        self.room: Room | None = None
        self._numbers: list[float] = []
        self.lay_out()
        self._stored = self._taken()
        figure.set_layout_engine("none")

    def __repr__(self) -> str:
        width, height = self.figure.bbox.size
        return f"Stage({width:.0f} x {height:.0f} pixels, {self._arrangement})"

    def fit(self, room: Room) -> None:
        """Lay the figure out for a room."""
        self.room = room
        size = (room.width, room.width * self._own[1] / self._own[0])
        if self._arrangements:
            arrangement, size = best(self._arrangements, room, self._own[1] / self._own[0])
            if arrangement != self._arrangement:
                arrangement.place(self.figure, self._named)
                self._arrangement = arrangement
        dpi = self._dpi * room.zoom
        self.figure.set_dpi(dpi)
        self.figure.set_size_inches(round(size[0]) / dpi, round(size[1]) / dpi)
        self.lay_out()

    def lay_out(self) -> None:
        """Lay the figure out anew at the size that it has."""
        for text in self._wrapped:
            text.set_text(self._said(text))
        self._wrapped, self._rooms = {}, {}
        said = {text: text.get_text() for text in self._first}
        for text, first in self._first.items():
            text.set_text(first)
        self._execute()
        if self._engine is not None and self.room is not None:
            self._rooms = rooms_of_texts(self.figure, self._renderer())
            if [text for text in self._rooms if self.wrap(text)]:
                self._execute()
        for text, words in said.items():
            text.set_text(words)
            self.wrap(text)
        self._numbers = self._reach()

    def wrap(self, text: Text) -> bool:
        """Wrap a text where it would run into its neighbour; return whether that was so."""
        if text not in self._rooms:
            return False
        whole = text.get_text()
        wrapped = wrap(text, self._rooms[text], self._renderer())
        if wrapped:
            self._wrapped[text] = whole, text.get_text()
        return wrapped

    def _said(self, text: Text) -> str:
        """Return what a text says, in one line."""
        whole, wrapped = self._wrapped.get(text, ("", ""))
        return whole if text.get_text() == wrapped else text.get_text()

    def outgrown(self) -> bool:
        """Tell whether the numbers of an axis have become so wide that they need another layout."""
        if self._engine is None:
            return False
        return any(now < before - SLACK for now, before in zip(self._reach(), self._numbers, strict=True))

    @contextmanager
    def own_size(self) -> Iterator[None]:
        """Give the figure its own size, and the layout it had at first, as long as the block lasts."""
        if self.room is None:
            yield
            return
        now = self._taken()
        self._apply(self._stored)
        try:
            yield
        finally:
            self._apply(now)

    def _execute(self) -> None:
        if self._engine is None:
            return
        if isinstance(self._engine, ConstrainedLayoutEngine):
            rect = list(self._engine.get()["rect"])
            rect[2] = 1 - rect[0] - self._margin / self.figure.get_size_inches()[0]
            self._engine.set(rect=tuple(rect))
        with warnings.catch_warnings(), without_width(self.figure):
            warnings.filterwarnings("ignore", "constrained_layout not applied")  # there is too little room
            self._engine.execute(self.figure)

    def _renderer(self) -> RendererBase:
        canvas: Any = self.figure.canvas  # of Agg
        return canvas.get_renderer()

    def _reach(self) -> list[float]:
        """Return how far to the left the numbers of each vertical axis reach, in pixels."""
        if self._engine is None:
            return []
        boxes = [axes.yaxis.get_tightbbox(self._renderer()) for axes in self.figure.axes]
        return [0.0 if box is None else float(box.x0) for box in boxes]

    def _taken(self) -> Layout:
        width, height = self.figure.get_size_inches()
        places = {axes: axes.get_position(original=True) for axes in self.figure.axes}
        words = {text: text.get_text() for text in self._wrapped}
        seen = {axes: axes.get_visible() for axes in self.figure.axes}
        return Layout((float(width), float(height)), float(self.figure.dpi), places, words, seen)

    def _apply(self, layout: Layout) -> None:
        self.figure.set_dpi(layout.dpi)
        self.figure.set_size_inches(*layout.size)
        for axes, place in layout.places.items():
            axes.set_visible(layout.seen[axes])
            kept = axes.get_in_layout()
            axes.set_position(place)  # which takes the axes out of the layout
            axes.set_in_layout(kept)
            axes.apply_aspect()  # which matplotlib does when it draws all, and not for an artist alone
        for text in self._wrapped:
            text.set_text(layout.words.get(text, self._said(text)))
