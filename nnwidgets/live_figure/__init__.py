"""A live figure: matplotlib lays the picture out, the browser moves the data."""

from nnwidgets.live_figure.arrangement import ArrangedFigure, Arrangement, arranged
from nnwidgets.live_figure.pointer import PointerEvent
from nnwidgets.live_figure.widget import LiveFigure

__all__ = ["ArrangedFigure", "Arrangement", "LiveFigure", "PointerEvent", "arranged"]
