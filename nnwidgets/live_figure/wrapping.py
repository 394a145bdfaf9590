"""Titles and labels that would run into their neighbours are set in several lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text

GAP = 8.0  # pixels between a title and the next
SHORTEST = 6  # letters in a line


def rooms_of_texts(figure: Figure, renderer: RendererBase) -> dict[Text, float]:
    """Return how long titles, labels of axes, and texts above axes may be, in pixels.

    A title begins at its axes and may reach to the next on the right, or to the figure's edge. Labels may be
    as long as their axes, and as far beyond as they find nothing there.
    """
    rooms: dict[Text, float] = {}
    right, top = figure.bbox.size
    for axes in figure.axes:
        box = axes.get_window_extent(renderer)
        ends = [
            other.x0
            for other in (one.get_window_extent(renderer) for one in figure.axes if one is not axes)
            if other.x0 > box.x1 and other.y0 < box.y1 + GAP and other.y1 > box.y1 - GAP
        ]
        for text in titles(axes):
            rooms[text] = min([right, *ends]) - box.x0 - GAP
        rooms[axes.xaxis.label] = box.width + 2 * min(box.x0, right - box.x1, GAP)
        rooms[axes.yaxis.label] = box.height + 2 * min(box.y0, top - box.y1)
    return {text: room for text, room in rooms.items() if text.get_text()}


def titles(axes: Axes) -> list[Text]:
    """Return the texts that stand on top of an axes and begin at its left: its title, and what moves."""
    said = axes.get_title(loc="left")
    return [
        text
        for text in axes.get_children()
        if isinstance(text, Text)
        and text.get_horizontalalignment() == "left"
        and ((said and text.get_text() == said) or stands_above(text, axes))
    ]


def stands_above(text: Text, axes: Axes) -> bool:
    """Tell whether a text of an axes stands on top of it, from its left on."""
    return text.get_transform() == axes.transAxes and text.get_position()[1] >= 1


@contextmanager
def without_width(figure: Figure) -> Iterator[None]:
    """Let texts above axes be as high as they are, but not as wide, as titles are in a layout."""
    above = [text for axes in figure.axes for text in axes.texts if stands_above(text, axes)]
    said = [text.get_text() for text in above]
    try:
        for text, words in zip(above, said, strict=True):
            text.set_text("\n".join("I" for line in words.split("\n") if line))
        yield
    finally:
        for text, words in zip(above, said, strict=True):
            text.set_text(words)


def wrap(text: Text, room: float, renderer: RendererBase) -> bool:
    """Break a text between words until its lines are at most as long as the room; return whether it was."""
    whole = text.get_text()
    length = length_of(text, renderer)
    if length <= room or "$" in whole or " " not in whole:
        return False
    letters = max(int(len(whole) * room / length) + 2, SHORTEST)
    while letters >= SHORTEST:
        text.set_text(textwrap.fill(whole, letters, break_long_words=False, break_on_hyphens=False))
        if length_of(text, renderer) <= room:
            break
        letters -= 1
    return True


def length_of(text: Text, renderer: RendererBase) -> float:
    """Return how long the lines of a text are, in pixels, along the way it is read."""
    box = text.get_window_extent(renderer)
    return float(box.height if text.get_rotation() == 90 else box.width)
