"""The error that is left along the input of a network, and where its hidden units turn over."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.session.training import Session
from workbook import Dataset
from workbook.measures.output_unit import hinges
from workbook.plots import GREEN, VERMILION, tidy

HEIGHTS = (0.05, 0.2, 0.8)  # of the frame: the least that has room for the errors, or the last


class ErrorAlong:
    """What the network says less what it should say, over the input; ticks where first-layer units turn over.

    The frame is as high as the errors need, in leaps; very large ones leave it. The title counts the ticks to
    the left and to the right of the middle of the data. There are none before the first step: by then a
    question about them may still be open.
    """

    def __init__(self, axes: Axes, session: Session) -> None:
        self.axes = tidy(axes, " ", (session.experiment.dataset.input_names or ("x",))[0], "error")
        axes.axhline(0, color="0.5", linewidth=0.8)
        (line,) = axes.plot([], [], color=VERMILION, linewidth=1.8)
        (ticks,) = axes.plot([], [], "|", color=GREEN, markersize=13, markeredgewidth=1.3)
        self.words = axes.set_title(" ", loc="left", fontsize=10.5, color=GREEN)
        axes.set_ylim(-HEIGHTS[-1], HEIGHTS[-1])
        self.artists = {"error": line, "centres": ticks, "counted": self.words}
        self._data: Dataset | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; other inputs bring another frame across."""
        data = session.experiment.dataset
        if self._data is not data:
            self._data = data
            low, high = _ends(data)
            self.axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
        error = (session.moment.outputs - data.targets)[:, 0]
        with np.errstate(invalid="ignore"):
            largest = np.abs(error).max()
        height = next((height for height in HEIGHTS if largest <= height), HEIGHTS[-1])
        if self.axes.get_ylim()[1] != height:
            self.axes.set_ylim(-height, height)
        places = _inside(session)
        return {
            "error": (data.inputs[:, 0], error),
            "centres": (places, np.full_like(places, -0.82 * height)),
            "counted": _counted(session),
        }

    def said(self, session: Session) -> str:
        """Say how large the error is in each quarter, and where units turn over."""
        error = (session.moment.outputs - session.experiment.dataset.targets)[:, 0]
        with np.errstate(all="ignore"):
            parts = [np.sqrt(np.square(part).mean()) for part in np.array_split(error, 4)]
        sizes = ", ".join(f"{part:.2g}" for part in parts)
        counted = _counted(session)
        return f"Typical error by quarters of the input: {sizes}.{counted and f' {counted.capitalize()}.'}"


def _ends(data: Dataset) -> tuple[float, float]:
    return float(data.inputs.min()), float(data.inputs.max())


def _inside(session: Session) -> np.ndarray:
    """Return where units turn over between the ends of the data; nowhere before the first step."""
    if session.step == 0:
        return np.empty(0)
    places = hinges(session.moment.params)
    low, high = _ends(session.experiment.dataset)
    return places[(places > low) & (places < high)]


def _counted(session: Session) -> str:
    if session.step == 0:
        return ""
    places, (low, high) = _inside(session), _ends(session.experiment.dataset)
    left = int((places < (low + high) / 2).sum())
    return f"units turn over: {left} left of the middle, {places.size - left} right"
