"""What hidden units say, and where their activation is flat."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.live_figure import LiveFigure
from nnwidgets.session.history import History
from nnwidgets.session.training import Session
from workbook.measures.saturation import SATURATED, hidden_outputs, saturated
from workbook.parts import ACTIVATIONS
from workbook.plots import BLUE, VERMILION, new_figure, tidy

BINS = 20
ROWS = 200  # of the data, the first: it has to move


class HiddenOutputs:
    """How often the hidden units say what, from 0 to 1; those of a compared experiment are dashed.

    Like a panel, it is about one seed. slopes: say for how many of them the activation is flat. layer: of
    which hidden layer, from 0.
    """

    def __init__(self, axes: Axes, session: Session, slopes: bool = False, layer: int = 0) -> None:
        self.slopes, self.layer = slopes, layer
        self.axes = tidy(axes, "", "output of a hidden unit", "share, %")
        edges = np.linspace(0, 1, BINS + 1)
        bars = axes.bar(edges[:-1], np.zeros(BINS), width=1 / BINS, align="edge", color=BLUE, alpha=0.75)
        (other,) = axes.plot([], [], color="black", linestyle="--", linewidth=1.2, drawstyle="steps-mid")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 100)
        # What stands there first only keeps the place free: the layout is made once.
        title = axes.text(0, 1.03, _flat(1), transform=axes.transAxes, fontsize=10.5, va="bottom")
        self.middles = (edges[:-1] + edges[1:]) / 2
        self.artists = {"hidden": bars, "compared_hidden": other, "flat": title}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session to the step that is shown."""
        first, *others = (self._shares(history, session.step) for history in session.histories.values())
        return {
            "hidden": first,
            "compared_hidden": (self.middles, others[0]) if others else ([], []),
            "flat": _flat(self._saturated(session)) if self.slopes else "",
        }

    def said(self, session: Session) -> str:
        """Say for how many the activation is flat, or between what they lie."""
        if self.slopes:
            return f"Hidden outputs with a slope below {SATURATED}: {self._saturated(session):.0%}."
        return "A histogram of the hidden outputs, from 0 to 1."

    def _shares(self, history: History, step: int) -> np.ndarray:
        outputs = hidden_outputs(history.trainer.experiment, history.at(step).params, self.layer, ROWS)
        return 100 * np.histogram(outputs, BINS, (0, 1))[0] / outputs.size

    def _saturated(self, session: Session) -> float:
        return saturated(session.experiment, session.moment.params, self.layer, ROWS)


def _flat(share: float) -> str:
    return f"slope < {SATURATED}: {share:.0%} (this seed)"


def flat_ends() -> LiveFigure:
    """Draw the slope of the sigmoid, and where it counts as saturated."""
    figure = new_figure(5.5, 2.6)
    sigmoid, z = ACTIVATIONS["sigmoid"], np.linspace(-12, 12, 481)
    slope = sigmoid.derivative(z, sigmoid.value(z))
    axes = tidy(figure.add_subplot(), "", "weighted sum z", "slope of the sigmoid")
    axes.plot(z, slope, color=BLUE)
    axes.fill_between(z, 0, 0.25, where=slope < SATURATED, color=VERMILION, alpha=0.15, linewidth=0)
    for end in (-8.5, 8.5):
        axes.text(end, 0.2, "saturated", ha="center", color=VERMILION)
    axes.set_ylim(0, 0.26)
    return LiveFigure(
        figure, alt="The slope of the sigmoid: a bell with its top, 1/4, at z = 0, next to nothing beyond 5."
    )
