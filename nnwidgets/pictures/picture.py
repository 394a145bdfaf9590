"""A picture: a part of a figure that follows a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

POINTS = 300  # a line in a picture has no more
Item = TypeVar("Item")


class Picture(Protocol):
    """What a panel asks of a picture: its artists by name, and what to do when the session has news.

    `show` changes what it must and returns new data for the live figure, None where it has changed the
    artist itself, and nothing for what stays as it is; `said` describes the moment in words, for readers who
    do not see it. A picture that wants the pointer has `pressed(event)` or `dragged(event)` as well: they
    get what begins on its axes.
    """

    @property
    def axes(self) -> Axes: ...

    @property
    def artists(self) -> Mapping[str, Any]: ...

    def show(self, session: Any) -> dict[str, Any]: ...

    def said(self, session: Any) -> str: ...


def drawn(line: Line2D) -> bool:
    """Return whether a line has any points."""
    return bool(np.size(line.get_xdata()))


def thinned(items: Sequence[Item]) -> Sequence[Item]:
    """Return at most POINTS of the items, evenly spread, the first and last among them."""
    if len(items) <= POINTS:
        return items
    return [items[i] for i in np.linspace(0, len(items) - 1, POINTS).astype(int)]


def early_ones(count: int, most: int) -> np.ndarray:
    """Return at most `most` of the numbers 0 to count - 1: every small one, fewer of the large ones."""
    early = min(count, most // 2)
    late = np.geomspace(early, count, most - early).round().astype(int) - 1
    return np.unique(np.concatenate([np.arange(early), late]))
