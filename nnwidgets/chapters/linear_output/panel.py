"""The panel of the linear-output chapter."""

from __future__ import annotations

from typing import Any

from nnwidgets.chapters.linear_output.pictures import Fit, Gradients, LossAndLine, WeightedSum, state
from nnwidgets.chapters.linear_output.session import SquareFit
from nnwidgets.panel.panel import Panel
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook.plots import new_figure


class SquareFitPanel(Panel):
    """The fit, the output unit from inside, the loss."""

    def __init__(self, session: SquareFit, prediction: Prediction | None, goal: Goal | None) -> None:
        figure = new_figure(9.2, 3.6)
        axes = figure.subplot_mosaic("FZL;FGL", width_ratios=(1.3, 1.05, 1))
        pictures = [
            Fit(axes["F"], session),
            WeightedSum(axes["Z"], session),
            Gradients(axes["G"], session),
            LossAndLine(axes["L"], session),
        ]
        super().__init__(session, figure, pictures, prediction, goal)
        self._draw()

    def _refresh(self) -> None:
        super()._refresh()
        self.controls["slope"].disabled = "leaky" not in (self.session.output, self.session.compare)

    def headline(self) -> str:
        """Say where the session stands, and on how many rows the output unit is at 0 or below."""
        z = state(self.session).z
        return f"{super().headline()}, z at 0 or below on {(z <= 0).sum()} of {z.size} rows"


def panel(prediction: Prediction | None = None, goal: Goal | None = None, **settings: Any) -> SquareFitPanel:
    """Return a panel. settings: the session's knobs, such as output="linear"."""
    return SquareFitPanel(SquareFit(**settings), prediction, goal)
