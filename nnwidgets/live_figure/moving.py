"""What a live figure does to its moving artists: give them new data, and make room for it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axis import XAxis, YAxis
from matplotlib.collections import Collection, FillBetweenPolyCollection, LineCollection, PathCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

A = TypeVar("A", bound=Artist)
FARTHEST = (1e-150, 1e150)  # of a logarithmic axis: matplotlib looks for its numbers as far again


def artists_of(thing: object) -> list[Artist]:
    """Return the artists of an artist, a bar container, or a list of these.

    Raises TypeError for anything else.
    """
    if isinstance(thing, Artist):
        return [thing]
    if isinstance(thing, (list, tuple)):
        return [artist for part in thing for artist in artists_of(part)]
    raise TypeError(
        f"expected a matplotlib artist or a list of them, got {type(thing).__name__}: {thing!r:.60}"
    )


def check_artists(figure: Figure, artists: Mapping[str, list[Artist]]) -> None:
    """Raise ValueError for artists of another figure and for artists with two names."""
    named: dict[Artist, str] = {}
    for name, group in artists.items():
        for artist in group:
            if artist.get_figure(root=True) is not figure:
                raise ValueError(f"{name!r} has an artist that is not part of the figure: {artist}")
            if named.setdefault(artist, name) != name:
                raise ValueError(f"{name!r} has an artist that is called {named[artist]!r} already: {artist}")


def put(thing: object, value: Any) -> None:
    """Give new data to an artist, or to each of a list.

    Lines and scatters take ``(x, y)``, fills between ``(x, y1, y2)``, images an array, texts a string,
    line collections their segments, bars heights. Raises TypeError for other artists, ValueError for
    a list of the wrong length.
    """
    match thing:
        case BarContainer(orientation="horizontal"):
            for bar, width in paired(thing.patches, value):
                bar.set_width(width)
        case list() | tuple():
            for part, data in paired(thing, value):
                put(part, data)
        case Line2D():
            thing.set_data(*value)
        case PathCollection():
            thing.set_offsets(np.column_stack(value))
        case FillBetweenPolyCollection():
            thing.set_data(*value)
        case LineCollection():
            thing.set_segments(value)
        case AxesImage():
            thing.set_data(value)
        case Text():
            thing.set_text(value)
        case Rectangle():
            thing.set_height(value)
        case _:
            kind = type(thing).__name__
            raise TypeError(
                f"cannot give new data to a {kind}: change it directly, then call live.update(name)"
            )


def paired(artists: Sequence[A], values: Sequence[Any] | np.ndarray) -> Iterator[tuple[A, Any]]:
    """Return artists with their values; raises ValueError if the numbers differ."""
    if len(artists) != len(values):
        raise ValueError(f"expected {len(artists)} values, one for each artist, got {len(values)}")
    return zip(artists, values, strict=True)


def extent(artist: Artist) -> np.ndarray:
    """Return the points (n, 2) between which an artist's data lie; none for images and texts."""
    match artist:
        case Line2D():
            return np.asarray(artist.get_xydata(), float)
        case PathCollection():
            return np.ma.filled(np.ma.asarray(artist.get_offsets(), float), np.nan)
        case Collection():
            return np.concatenate([np.empty((0, 2)), *(path.vertices for path in artist.get_paths())])
        case Rectangle():
            return artist.get_bbox().get_points()
    return np.empty((0, 2))


def make_room(artist: Artist) -> None:
    """Widen autoscaled limits where an artist's data leave them.

    The span doubles until all data are inside (on a logarithmic axis, the number of decades does), so
    that the frame is rarely drawn anew. Limits that were set never move.
    """
    axes, points = artist.axes, extent(artist)
    if axes is None or not len(points):
        return
    transform = (
        artist.get_offset_transform() if isinstance(artist, PathCollection) else artist.get_transform()
    )
    in_data = transform.contains_branch_seperately(axes.transData)
    if all(in_data) and not np.isfinite(axes.dataLim.get_points()).all():
        axes.update_datalim(points[np.isfinite(points).all(axis=1)])
        axes.autoscale_view()
        return
    both: tuple[XAxis | YAxis, ...] = (axes.xaxis, axes.yaxis)
    for axis, values, moves in zip(both, points.T, in_data, strict=True):
        if moves and getattr(axes, f"get_autoscale{axis.axis_name}_on")():
            widen(axis, values)


def widen(axis: XAxis | YAxis, values: np.ndarray) -> None:
    """Double the span of one axis until it holds all finite values."""
    low, high = np.sort(axis.get_view_interval())
    limits = widened(axis, (float(low), float(high)), values)
    if limits != (low, high):
        lower, upper = limits
        first, last = (upper, lower) if axis.get_inverted() else (lower, upper)
        getattr(axis.axes, f"set_{axis.axis_name}lim")(first, last, auto=None)


def widened(
    axis: XAxis | YAxis, limits: tuple[float, float], values: np.ndarray, step: float | None = None
) -> tuple[float, float]:
    """Return limits (low, high) of an axis, moved outwards until they hold all finite values.

    They move by their span, 3 spans, 7 spans, ..., as the axis is scaled (on a logarithmic one a span is a
    number of decades); or by `step` in place of the span.
    """
    scale = axis.get_transform()
    values = values[np.isfinite(values)]
    if axis.get_scale() == "log":
        values = values[values > 0]
    if not len(values):
        return limits
    low, high = scale.transform(np.array(limits))
    least, most = scale.transform(np.array([values.min(), values.max()]))
    span = high - low if step is None else step
    moved = np.array([doubled(low, low - least, -span), doubled(high, most - high, span)])
    if (moved == (low, high)).all():
        return limits
    if axis.get_scale() == "log":
        moved = moved.clip(*scale.transform(np.array(FARTHEST)))
    lower, upper = scale.inverted().transform(moved)
    return float(lower), float(upper)


def doubled(limit: float, overshoot: float, span: float) -> float:
    """Return a limit moved outwards by span, 3 spans, 7 spans, ... until it holds the overshoot."""
    if overshoot <= 0:
        return limit
    doublings = np.ceil(np.log2(1 + overshoot / abs(span)))
    return limit + (2**doublings - 1) * span
