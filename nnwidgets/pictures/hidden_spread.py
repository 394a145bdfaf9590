"""What the units of the first hidden layer say, whatever their activation is."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.session.training import Session
from workbook.measures.output_unit import reach
from workbook.measures.saturation import SATURATED, hidden_layer, slopes
from workbook.plots import BLUE, tidy

BINS = 24
ROWS = 200
TOPS = (20, 50, 100)  # where the axis of shares may end


class HiddenSpread:
    """How often the hidden units say what, over units and the first 200 rows; and how often they are flat.

    The frame is the range of the activation; where that has no end, it doubles until all outputs are inside.
    """

    def __init__(self, axes: Axes, session: Session) -> None:
        self.axes = tidy(axes, "", "output of a hidden unit", "share, %")
        axes.set_ylim(0, TOPS[0])
        (self.line,) = axes.plot([], [], color=BLUE, linewidth=1.6, drawstyle="steps-mid")
        # What stands there first only keeps the place free: the layout is made once.
        self.text = axes.text(
            0,
            1.03,
            "hidden outputs; slope below 0.01: 100%",
            transform=axes.transAxes,
            fontsize=10.5,
            va="bottom",
        )
        self.artists = {"hidden": self.line, "flat": self.text}
        self._frame = (0.0, 0.0)

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session to the step that is shown."""
        said = hidden_layer(session.experiment, session.moment.params, 0, ROWS).y
        said = said[np.isfinite(said)]
        low, high = self._limits(session, said)
        if (low, high) != self._frame:
            self._frame = low, high
            room = 0.03 * (high - low)
            self.axes.set_xlim(low - room, high + room)
        edges = np.linspace(low, high, BINS + 1)
        shares = 100 * np.histogram(np.clip(said, low, high), edges)[0] / max(1, said.size)
        if shares.max() > self.axes.get_ylim()[1]:
            self.axes.set_ylim(0, next(top for top in TOPS if top >= shares.max()))
        width = edges[1] - edges[0]
        places = np.concatenate([[low - width / 2], (edges[:-1] + edges[1:]) / 2, [high + width / 2]])
        return {"hidden": (places, np.concatenate([[0], shares, [0]])), "flat": self._words(session)}

    def said(self, session: Session) -> str:
        """Say how many outputs are flat."""
        return f"First hidden layer: {self._words(session)}."

    def _words(self, session: Session) -> str:
        activation = session.experiment.network.activations[0].name
        found = np.abs(slopes(session.experiment, session.moment.params, 0, ROWS)) < SATURATED
        what = "shut" if "relu" in activation else f"slope below {SATURATED}"
        return f"hidden outputs; {what}: {found.mean():.0%}"

    def _limits(self, session: Session, said: np.ndarray) -> tuple[float, float]:
        low, high = reach(session.experiment.network.activations[0])
        most = float(np.abs(said).max(initial=1.0))
        widest = 2.0 ** np.ceil(np.log2(most))
        return (low if np.isfinite(low) else -widest), (high if np.isfinite(high) else widest)
