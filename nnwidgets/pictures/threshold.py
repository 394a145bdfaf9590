"""Where a unit with one input changes its mind: a line that can be taken hold of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.fit import across
from nnwidgets.session.training import Session
from workbook.measures.output_unit import hinge_places
from workbook.plots import BLUE, GREEN, tidy

POINTS = 121  # of the curve


class Threshold:
    """What one unit says over its input, the targets, and a line at its hinge, -b / w.

    Without a bias the line stands at 0 and stays there. move(x) is called when the line is dragged to x.
    """

    def __init__(self, axes: Axes, session: Session, move: Callable[[float], None]) -> None:
        self.move = move
        self.axes = tidy(axes, "", "input", "output")
        data = session.experiment.dataset
        axes.plot(data.inputs, data.targets, "o", color="0.35", label="targets")
        low, high = across(session.experiment)
        room = 0.12 * (high - low)
        self.x = np.linspace(low - room, high + room, POINTS).reshape(-1, 1)
        axes.set_xlim(self.x[0, 0], self.x[-1, 0])
        axes.set_ylim(-0.08, 1.08)
        axes.axhline(0.5, color="0.6", linewidth=0.8, linestyle=":")
        (curve,) = axes.plot([], [], color=BLUE, linewidth=2, label="network")
        (line,) = axes.plot([], [], color=GREEN, linewidth=3)
        axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, borderaxespad=0.1)
        self.words = axes.text(0.98, 0.12, _words(0.0), transform=axes.transAxes, ha="right", color=GREEN)
        self.artists = {"curve": curve, "hinge": line, "place": self.words}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session to the step that is shown."""
        said, _ = session.experiment.network.forward(session.moment.params, self.x)
        at = self.at(session)
        return {
            "curve": (self.x[:, 0], said[:, 0]),
            "hinge": ([at, at], [-0.08, 1.08]),
            "place": _words(at),
        }

    def said(self, session: Session) -> str:
        """Say where the unit changes its mind."""
        return f"The unit says one half at {self.at(session):.3g}."

    def at(self, session: Session) -> float:
        """Return the input at which the unit's weighted sum is 0."""
        (layer,) = session.moment.params
        bias = np.zeros(1) if layer.b is None else layer.b[0]
        return float(hinge_places(layer.W, bias)[0])

    def pressed(self, event: PointerEvent) -> None:
        """Put the line under the pointer."""
        self.dragged(event)

    def dragged(self, event: PointerEvent) -> None:
        """Take the line along."""
        if event.xdata is not None:
            self.move(event.xdata)


def _words(at: float) -> str:
    return f"−b / w = {at + 0.0:.2f}".replace("= -", "= −")
