"""Matplotlib's graphics context in the words of a canvas."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.colors import to_hex

from nnwidgets.live_figure.encoding import Operation, table

CAPS = {"butt": "butt", "round": "round", "projecting": "square"}


def colour(rgba: Sequence[float] | np.ndarray) -> str:
    """Return a colour as ``#rrggbb``, or ``#rrggbbaa`` where it is not opaque."""
    red, green, blue, alpha = rgba
    return to_hex((red, green, blue, alpha), keep_alpha=alpha < 1)


def colours(rgba: np.ndarray) -> str | list[np.ndarray]:
    """Return one colour (1, 4) as text, or many (n, 4) as a table with indices."""
    rgba = np.asarray(rgba, float).reshape(-1, 4)
    return colour(rgba[0]) if len(rgba) == 1 else table((rgba * 255).round().astype(np.uint8))


def brush(gc: GraphicsContextBase, face: Any) -> Operation:
    """Return how to fill: nothing for no face, or one that cannot be seen."""
    if face is None:
        return {}
    alpha = gc.get_alpha() if gc.get_forced_alpha() or len(face) == 3 else face[3]
    return {"fill": colour((*face[:3], alpha))} if alpha > 0 else {}


def pen(gc: GraphicsContextBase, scale: float) -> Operation:
    """Return how to stroke, ``scale`` pixels to the point: nothing for no width or no colour."""
    if gc.get_linewidth() == 0 or gc.get_rgb()[3] == 0:
        return {}
    return {"stroke": colour(gc.get_rgb())} | nib(gc, scale)


def nib(gc: GraphicsContextBase, scale: float) -> Operation:
    """Return the width, ends, corners and dashes of a stroke."""
    style: Operation = {
        "width": round(float(gc.get_linewidth()) * scale, 3),
        "cap": CAPS[gc.get_capstyle()],
        "join": str(gc.get_joinstyle()),
    }
    shift, dashes = gc.get_dashes()
    if dashes is not None:
        style["dash"] = [round(length * scale, 3) for length in np.asarray(dashes, float).tolist()]
        style["shift"] = round(float(shift) * scale, 3)
    return style


def member_style(
    gc: GraphicsContextBase,
    scale: float,
    facecolors: np.ndarray,
    edgecolors: np.ndarray,
    linewidths: Sequence[float],
    linestyles: Sequence[tuple[float, Any]],
) -> Operation:
    """Return how to draw the members of a collection; what differs between them becomes an array."""
    style: Operation = {"fill": colours(facecolors)} if len(facecolors) else {}
    if len(edgecolors) and np.any(np.asarray(linewidths) > 0):
        gc.set_linewidth(linewidths[0])
        if len(linestyles):
            gc.set_dashes(*linestyles[0])
        style |= {"stroke": colours(edgecolors)} | nib(gc, scale)
        if len(linewidths) > 1:
            style["widths"] = (np.asarray(linewidths) * scale).astype(np.float32)
    return style


def chosen(value: Any, keep: np.ndarray) -> Any:
    """Return the members ``keep`` of an array or a table of colours; anything else as it is."""
    if isinstance(value, np.ndarray) and len(value) > 1:
        return value[keep % len(value)]
    if isinstance(value, list) and isinstance(value[-1], np.ndarray):
        if len(value) == 2:
            return [value[0], chosen(value[1], keep)]
        return [chosen(value[0].reshape(-1, 4), keep).ravel()]
    return value
