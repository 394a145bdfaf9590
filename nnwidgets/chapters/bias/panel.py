"""The bias chapter's panel: loss surface, outputs, network and loss, side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnwidgets.chapters.bias.pictures import LossSurface
from nnwidgets.chapters.bias.session import TwoNeurons
from nnwidgets.live_figure import PointerEvent
from nnwidgets.panel.panel import Panel
from nnwidgets.pictures.pictures import LossOverTraining, NetworkDrawing, OutputsOverTraining
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook.cases.bias import INFIMUM
from workbook.plots import new_figure


class TwoNeuronsPanel(Panel):
    """The panel of the bias chapter. settings: the session's knobs, such as bias="output only".

    bound: whether the loss that no network without bias gets below is drawn; it answers a prediction.
    """

    def __init__(
        self,
        prediction: Prediction | None = None,
        goal: Goal | None = None,
        bound: bool = False,
        **settings: Any,
    ) -> None:
        session = TwoNeurons(**settings)
        figure = new_figure(9.2, 3.5)
        axes = figure.subplot_mosaic("SON;SOL", width_ratios=(1.2, 1, 1))
        self.drawing = NetworkDrawing(axes["N"], session.main.trainer.experiment.network, ["x", "y", "z"])
        loss = LossOverTraining(axes["L"], session, (1e-5, 1))
        if bound:
            axes["L"].axhline(INFIMUM, color="0.5", linewidth=0.8, linestyle=":")
            axes["L"].text(0, INFIMUM, "1/8 ", ha="right", va="center", fontsize=8, color="0.4")
        outputs = OutputsOverTraining(axes["O"], session)
        pictures = [LossSurface(axes["S"], session), outputs, self.drawing, loss]
        self._grip: tuple[float, float] | None = None
        super().__init__(session, figure, pictures, prediction, goal)
        self.live.on_press(self._press)
        self.live.on_drag(self._drag)
        self._draw()

    def _press(self, event: PointerEvent) -> None:
        self._grip = None
        if event.name == "edges" and (weight := self._dragged(event)):
            self._grip = event.ydata, getattr(self.session, weight)
        self._drag(event)

    def _drag(self, event: PointerEvent) -> None:
        """Move the start to the pointer on the surface, or change the weight whose line is held."""
        if event.inaxes is self.pictures[0].axes:
            self.session.turn(w1=_within(event.xdata), w2=_within(event.ydata))
        elif self._grip and (weight := self._dragged(event)):
            grip, value = self._grip
            self.session.turn(**{weight: _within(value + 8 * (event.ydata - grip))})

    def _dragged(self, event: PointerEvent) -> str | None:
        """Return the knob of the weight whose line was pressed; biases have none."""
        number, kind, *_ = self.drawing.edges[event.index]
        return f"w{number + 1}" if kind == "W" else None


def panel(
    prediction: Prediction | None = None, goal: Goal | None = None, bound: bool = False, **knobs: Any
) -> TwoNeuronsPanel:
    """Return a panel of two neurons. bound: draw the lowest loss without bias; knobs: where they start."""
    return TwoNeuronsPanel(prediction, goal, bound, **knobs)


def _within(value: float) -> float:
    return float(np.clip(value, TwoNeurons.w1.low, TwoNeurons.w1.high))
