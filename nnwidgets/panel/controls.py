"""Controls: one for each knob, made from what the knob says of itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from nnwidgets.session.knobs import Choice, Knob, LogSlider, Slider, Switch, Whole
from nnwidgets.session.watched import Watched

LAYOUT = {"width": "auto", "flex": "1 1 180px", "max_width": "330px"}
STYLE = {"description_width": "initial"}


def control(
    session: Watched, name: str, knob: Knob, guarded: Callable[[Callable[..., Any]], Callable[..., None]]
) -> ipywidgets.Widget:
    """Return the control of session.name, bound both ways; `guarded` wraps its callback, to show errors."""
    widget = _widget(knob, knob.stop(getattr(session, name)))
    following = False  # new options make a slider jump to the first of them for a moment
    turn = guarded(lambda value: setattr(session, name, value))

    def lead(change: Any) -> None:
        # A browser may say once more what it shows; the value itself may lie between two stops.
        if not following and knob.stop(change.new) != knob.stop(getattr(session, name)):
            turn(change.new)

    def follow(change: Any) -> None:
        nonlocal following
        before, following = following, True
        try:
            if isinstance(knob, LogSlider) and change.new not in knob.stops(knob.low):
                widget.options = _stops(knob, change.new)
            if isinstance(knob, Choice) and change.new not in widget.options:
                widget.options = list(knob.options)  # until the other knobs have followed
            widget.value = knob.stop(change.new)
        finally:
            following = before

    def offer(_: Any) -> None:
        nonlocal following
        options = session.offered(name)
        if list(widget.options) != options:
            following = True
            try:
                widget.options, widget.value = options, getattr(session, name)
            finally:
                following = False

    widget.observe(lead, "value")
    session.observe(follow, name)
    if isinstance(knob, Choice):
        session.observe(offer, "changed")
        offer(None)
    return widget


def _widget(knob: Knob, value: Any) -> ipywidgets.Widget:
    label = f"{knob.label}, {knob.unit}" if knob.unit else knob.label
    if isinstance(knob, Whole):
        label += f" ({knob.low} to {knob.high})"
    common = {"value": value, "description": label, "layout": LAYOUT, "style": STYLE}
    match knob:
        case Choice():
            return ipywidgets.Dropdown(options=list(knob.options), **common)
        case Switch():
            return ipywidgets.Checkbox(indent=False, **common)
        case Whole():
            return ipywidgets.BoundedIntText(min=knob.low, max=knob.high, **common)
        case LogSlider():
            return ipywidgets.SelectionSlider(options=_stops(knob, value), **common)
        case Slider():
            return ipywidgets.FloatSlider(
                min=knob.low, max=knob.high, step=knob.step, readout_format=f".{_digits(knob)}f", **common
            )
    raise TypeError(f"there is no control for {type(knob).__name__}")


def _digits(knob: Slider) -> int:
    """Return how many digits behind the point tell the stops of a slider apart: two at least."""
    return max(2, len(f"{knob.step:g}".partition(".")[2]))


def _stops(knob: LogSlider, value: float) -> list[tuple[str, float]]:
    return [(f"{stop:g}".replace("e-0", "e-").replace("e+0", "e"), stop) for stop in knob.stops(value)]
