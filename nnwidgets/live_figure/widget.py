"""A live figure: matplotlib lays the picture out, the browser moves the data.

The figure is an ordinary :class:`matplotlib.figure.Figure`. Matplotlib draws it through
:class:`~nnwidgets.live_figure.recorder.Recorder`; ``view.js`` repeats the strokes on a canvas. While
only the data of the named artists change, only their strokes are sent.
"""

import base64
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from nnwidgets.live_figure.arrangement import Room
from nnwidgets.live_figure.glyphs import GlyphTable
from nnwidgets.live_figure.moving import artists_of, check_artists, make_room, put
from nnwidgets.live_figure.pointer import PointerEvent, press
from nnwidgets.live_figure.recorder import Recorder
from nnwidgets.live_figure.stage import Stage
from workbook.parts import nearest

Callback = Callable[[PointerEvent], None]

TYPES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


class Canvas(FigureCanvasAgg):
    """A canvas on which animated artists are drawn in their place, as they are when saving."""

    def is_saving(self) -> bool:
        return True


class LiveFigure(anywidget.AnyWidget):
    """A matplotlib figure whose named artists move in the notebook.

    ``live = LiveFigure(figure, loss=line)``, then ``live.set(loss=(steps, losses))``. A name stands for
    an artist, a bar container, or a list of these. Change anything else in the figure inside
    ``with live.lock:`` and call ``live.update()``.

    The layout stays as it was first drawn until the browser tells how much ``room`` there is, in CSS pixels:
    then the figure is laid out for it (see :mod:`~nnwidgets.live_figure.arrangement`), a pixel of the
    figure to a CSS pixel, so that letters keep their size. In full screen the style ``--live-figure-zoom``
    of anything around it enlarges them. Stored and saved pictures have the figure's own size.

    ``live.report_error(exception)`` is called with what a pointer callback raised, and raises it again
    unless replaced. Raises TypeError for what is not an artist, ValueError for artists of another
    figure, or with two names.
    """

    _esm = Path(__file__).with_name("view.js")
    frame = traitlets.Dict().tag(sync=True)
    glyphs: traitlets.List[str] = traitlets.List().tag(sync=True)
    listens = traitlets.Bool().tag(sync=True)
    hovers = traitlets.Bool().tag(sync=True)
    drags: traitlets.List[list[float]] = traitlets.List(
        help="where a finger drags: it scrolls elsewhere"
    ).tag(sync=True)
    room = traitlets.Dict(help="width and height in CSS pixels, and the zoom of letters").tag(sync=True)
    alt = traitlets.Unicode(help="the text alternative of the picture").tag(sync=True)

    def __init__(self, figure: Figure, /, *, alt: str | None = None, **artists: object) -> None:
        self._artists = {name: artists_of(thing) for name, thing in artists.items()}
        check_artists(figure, self._artists)
        super().__init__(alt=described(figure) if alt is None else alt)
        self.add_traits(**{trait(name): traitlets.Dict().tag(sync=True) for name in artists})
        self.figure, self.lock = figure, threading.RLock()
        self.report_error: Callable[[Exception], None] = raise_again
        self._things, self._table = artists, GlyphTable()
        self._callbacks: dict[str, list[Callback]] = {
            kind: [] for kind in ("press", "drag", "release", "hover", "leave")
        }
        self._dragged_on: list[Figure | Axes] = []
        self._pressed, self._stale = PointerEvent("press"), True
        self._prepare()
        self._stage = Stage(figure, [artist for group in self._artists.values() for artist in group])
        self.on_msg(self._receive)
        self.observe(self._fit, "room")
        self.update()

    def __repr__(self) -> str:
        counts = {name: len(group) for name, group in self._artists.items()}
        names = ", ".join(f"{name} x {count}" if count > 1 else name for name, count in counts.items())
        return f"LiveFigure({names})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        bundle, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        picture = base64.b64encode(self.still()).decode("ascii")
        return bundle | {"image/png": picture}, metadata | {"image/png": {"alt": self.alt}}

    def set(self, **data: Any) -> None:
        """Give named artists new data and show them.

        Lines and scatters take ``(x, y)``, fills between ``(x, y1, y2)``, images an array, texts a
        string, line collections their segments, bars their heights. Autoscaled limits grow with the
        data, by doubling. Raises TypeError for unknown names.
        """
        with self.lock:
            self._check(data)
            for name, value in data.items():
                put(self._things[name], value)
                for artist in self._artists[name]:
                    make_room(artist)
                    if isinstance(artist, Text):
                        self._stage.wrap(artist)
            self.update(*data)

    def update(self, *names: str) -> None:
        """Show named artists as they are now; and everything if anything else in the figure changed.

        Raises TypeError for unknown names.
        """
        with self.lock, self.hold_sync():
            self._check(names)
            if self._stale:
                if self._stage.outgrown():
                    self._stage.lay_out()
                self._draw_frame()
                names = tuple(self._artists)
            for name in names:
                self._draw(name)
            if len(self.glyphs) != len(self._table.outlines):
                self.glyphs = list(self._table.outlines)

    def export(self, format: str = "png", dpi: float = 150) -> bytes:
        """Return the whole figure drawn by matplotlib, as PNG, SVG or PDF. Raises ValueError for others."""
        if format not in TYPES:
            raise ValueError(f"expected one of {', '.join(TYPES)}, got {format!r}")
        buffer = io.BytesIO()
        with self.lock, self._own_size():
            self.figure.savefig(buffer, format=format, dpi=dpi)
        return buffer.getvalue()

    def still(self) -> bytes:
        """Return the picture for stored notebooks: a PNG in 128 colours has a third of the bytes."""
        buffer = io.BytesIO()
        with self.lock, self._own_size():
            self._canvas.draw()
            pixels = Image.fromarray(np.asarray(self._canvas.buffer_rgba()))
        pixels.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()

    @contextmanager
    def _own_size(self) -> Iterator[None]:
        """Let matplotlib draw the figure at its own size: nothing of that is a change to show."""
        stale = self._stale
        with self._stage.own_size():
            yield
        self._stale = stale

    def download(self, format: str = "png", filename: str = "figure.png", dpi: float = 150) -> None:
        """Let the browser save the figure as a file. Raises ValueError for unknown formats."""
        data = self.export(format, dpi)
        self.send({"download": filename, "type": TYPES[format]}, [data])

    def on_press(self, callback: Callback) -> None:
        """Call ``callback(event)`` when the pointer is pressed on the figure."""
        self._listen("press", callback)

    def on_drag(self, callback: Callback, axes: Axes | None = None) -> None:
        """Call ``callback(event)`` when the pressed pointer moves: the last place always arrives.

        axes: outside of them there is nothing to drag, and a finger scrolls the page.
        """
        self._listen("drag", callback)
        self._dragged_on.append(axes or self.figure)
        self._note_drags()

    def on_release(self, callback: Callback) -> None:
        """Call ``callback(event)`` when the pointer is released."""
        self._listen("release", callback)

    def on_hover(self, callback: Callback) -> None:
        """Call ``callback(event)`` when the pointer moves without being pressed, or touches the figure.

        The event has kind "hover", and says what is under the pointer as a press does. When the pointer
        leaves the figure, an event of kind "leave" follows, without axes and data.
        """
        self._callbacks["hover"].append(callback)
        self._callbacks["leave"].append(callback)
        self.hovers = True

    def _fit(self, change: Any) -> None:
        """Lay the figure out for the room that a browser has told of."""
        try:
            with self.lock:
                room = Room(**change.new)
                if room.width <= 0 or room == self._stage.room:
                    return
                self._stage.fit(room)
                self._stale = True
                self.update()
        except Exception as exception:
            self.report_error(exception)

    def _prepare(self) -> None:
        """Take the figure over: learn of its changes, but not of those of the moving artists."""
        self.figure.canvas = self._canvas = Canvas(self.figure)
        for group in self._artists.values():
            for artist in group:
                artist.set_animated(True)
        for axes in self.figure.axes:
            for image in axes.images:
                if image.get_interpolation() in ("auto", "antialiased", "nearest"):
                    image.set_interpolation("none")  # the browser enlarges the pixels
        self.figure.stale_callback = self._note_change

    def _note_change(self, _: Artist, stale: bool) -> None:
        self._stale = self._stale or stale

    def _draw_frame(self) -> None:
        """Draw everything, with marks in the places of the moving artists."""
        recorder = self._recorder = Recorder(self.figure, self._table)
        moving = [(name, artist) for name, group in self._artists.items() for artist in group]
        try:
            for name, artist in moving:
                vars(artist)["draw"] = lambda _, name=name, artist=artist: recorder.mark(name, artist)
            self.figure.draw(recorder)
        finally:
            for _, artist in moving:
                vars(artist).pop("draw", None)
        strokes = recorder.strokes
        self.frame = {
            "size": [round(length, 3) for length in strokes.size],
            "step": strokes.step,
        } | strokes.take()
        self._stale = False
        self._note_drags()

    def _note_drags(self) -> None:
        """Tell the browser where something can be dragged, in figure pixels."""
        self.drags = [[float(edge) for edge in place.bbox.extents] for place in self._dragged_on]

    def _draw(self, name: str) -> None:
        """Draw the artists of one name, in the order and in the parts in which the frame has them."""
        for part in self._recorder.parts.get(name, ()):
            for artist in part:
                artist.draw(self._recorder)
            self._recorder.strokes.end_part()
        self.set_trait(trait(name), self._recorder.strokes.take())

    def _check(self, names: Iterable[str]) -> None:
        """Raise TypeError for a name that is not one of the moving artists."""
        for name in names:
            if name not in self._artists:
                raise TypeError(f"there is no moving artist {name!r}.{nearest(name, self._artists)}")

    def _listen(self, kind: str, callback: Callback) -> None:
        self._callbacks[kind].append(callback)
        self.listens = True

    def _receive(self, _: object, message: dict[str, Any], buffers: list) -> None:
        """Handle a message from the pointer, and tell the browser when the next may come."""
        try:
            event = self._event(message["pointer"], message["x"], message["y"])
            for callback in self._callbacks[event.kind]:
                callback(event)
        except Exception as exception:
            self.report_error(exception)
        finally:
            self.send({"ready": True})

    def _event(self, kind: str, x: float, y: float) -> PointerEvent:
        """Return what happened at a place in figure pixels."""
        with self.lock:
            if kind == "leave":
                return PointerEvent("leave")
            if kind in ("drag", "release"):
                return self._pressed.moved(kind, x, y)
            drawn = [
                (name, group.index(artist) if len(group) > 1 else None, artist)
                for name, part in self._drawn()
                for group in [self._artists[name]]
                for artist in self._recorder.parts[name][part]
            ]
            event = replace(press(self.figure, x, y, drawn), kind=kind)
            if kind == "press":
                self._pressed = event
            return event

    def _drawn(self) -> list[tuple[str, int]]:
        """Return the names and parts of the moving artists in their drawing order."""
        return [(op["moving"], op["part"]) for op in self.frame["ops"] if "moving" in op]


def trait(name: str) -> str:
    """Return the name of the trait that carries a moving artist's strokes."""
    return f"moving_{name}"


def raise_again(exception: Exception) -> None:
    """Report an error in a callback by raising it."""
    raise exception


def described(figure: Figure) -> str:
    """Return a text alternative made of titles and labels, for want of a better one."""
    titles = []
    for axes in figure.axes:
        labels = " against ".join(filter(None, [axes.get_ylabel(), axes.get_xlabel()]))
        titles.append(axes.get_title() or labels)
    return "Figure: " + "; ".join(filter(None, titles))
