"""What happened with the pointer on a live figure, in data coordinates."""

from dataclasses import dataclass, replace
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import MouseButton, MouseEvent
from matplotlib.figure import Figure


@dataclass(frozen=True)
class PointerEvent:
    """A press, drag, release or hover: the axes, the place in data coordinates, and what was hit.

    ``name`` is the topmost moving artist under the pointer when it was pressed, or None; ``index`` is
    its point, its segment, or its member of the list. A drag and a release keep the axes, the name and
    the index of their press, even where the pointer has left the axes. A "leave" has none of them.
    """

    kind: str
    inaxes: Axes | None = None
    xdata: float | None = None
    ydata: float | None = None
    name: str | None = None
    index: int | None = None

    def moved(self, kind: str, x: float, y: float) -> "PointerEvent":
        """Return the event at another place, in figure pixels, of the same gesture."""
        if self.inaxes is None:
            return replace(self, kind=kind)
        xdata, ydata = self.inaxes.transData.inverted().transform((x, y))
        return replace(self, kind=kind, xdata=float(xdata), ydata=float(ydata))


def press(figure: Figure, x: float, y: float, drawn: list[tuple[str, int | None, Artist]]) -> PointerEvent:
    """Return a press at a place in figure pixels; ``drawn`` lists name, index and artist, topmost last."""
    place: tuple[Any, Any] = (x, y)  # between pixels too, though matplotlib declares whole numbers
    mouse = MouseEvent("button_press_event", figure.canvas, *place, button=MouseButton.LEFT)
    event = PointerEvent("press", mouse.inaxes, mouse.xdata, mouse.ydata)
    for name, index, artist in reversed(drawn):
        hit, details = artist.contains(mouse) if artist.get_visible() else (False, {})
        if hit:
            inside = details.get("ind", ())
            if index is None and len(inside):
                index = int(inside[0])
            return replace(event, name=name, index=index)
    return event
