"""The panels of the dead ReLU chapter: one layout for its three sessions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ipywidgets
from matplotlib.axes import Axes

from nnwidgets.chapters.dead_relu.answers import Answers
from nnwidgets.chapters.dead_relu.pictures import Steps, UnitLives, spread
from nnwidgets.chapters.dead_relu.session import PerfectWeights, Repairs, SumOfInputs
from nnwidgets.live_figure import LiveFigure
from nnwidgets.panel.panel import Panel
from nnwidgets.pictures.pictures import POINTS, LossOverTraining
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from nnwidgets.session.history import Moment
from nnwidgets.session.session import Session
from workbook import Run
from workbook.measures.unit_life import active_rows
from workbook.plots import BLUE, ORANGE, new_figure, rate_figure


class StepLoss(LossOverTraining):
    """The loss from `limits`, over the same axis of steps and in the same colours as the units' lives."""

    def __init__(self, axes: Axes, session: Session, limits: tuple[float, float]) -> None:
        super().__init__(axes, session, limits)
        self.steps = Steps(axes, session)
        self.artists["loss"].set(color=BLUE, marker="o", markevery=[-1], markersize=4)
        self.artists["compared_loss"].set(color=ORANGE)
        axes.set_yticks([tick for tick in (1e-12, 1e-6, 1, 1e6, 1e12) if tick >= limits[0]])

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        self.steps.follow(session)
        first, *others = (_losses(history.until(session.step)) for history in session.histories.values())
        return {"loss": first, "compared_loss": others[0] if others else ([], [])}


def _losses(moments: list[Moment]) -> tuple[list[int], list[float]]:
    """Return the losses of at most POINTS moments: every early one, fewer of the later ones."""
    shown = [moments[i] for i in spread(len(moments), POINTS)]
    return [moment.step for moment in shown], [moment.loss for moment in shown]


class DeadReluPanel(Panel):
    """Lives of the units, loss, answers. session: one of the chapter's three kinds."""

    loss_limits = (1e-6, 1e12)

    def __init__(self, session: Session, prediction: Prediction | None, goal: Goal | None) -> None:
        figure = new_figure(9.2, 3.6)
        axes = figure.subplot_mosaic("UUA;LLA", width_ratios=(1, 1, 1.15), height_ratios=(1.25, 1))
        loss = StepLoss(axes["L"], session, self.loss_limits)
        pictures = [UnitLives(axes["U"], session), loss, Answers(axes["A"], session)]
        super().__init__(session, figure, pictures, prediction, goal)
        self._draw()

    def headline(self) -> str:
        """Say where the session stands, and how many units are alive, unless it has diverged."""
        if not math.isfinite(self.session.moment.loss):
            return super().headline()
        experiment = self.session.main.trainer.experiment
        alive = (active_rows(experiment, self.session.moment.params) > 0).sum()
        return f"{super().headline()}, {alive} of {experiment.network.sizes[1]} units active"


class PerfectPanel(DeadReluPanel):
    """The panel of a start that no seed decides. A nudge of a millionth makes a loss of 2e-12: that shows."""

    loss_limits = (1e-13, 1e12)

    def _transport(self) -> ipywidgets.Widget:
        return _without(super()._transport(), "New seed")

    def _knob_row(self) -> ipywidgets.Widget:
        return _without(super()._knob_row(), "seed")


def _without(row: ipywidgets.Box, description: str) -> ipywidgets.Box:
    """Take the control of that description out of the row."""
    row.children = [child for child in row.children if child.description != description]
    return row


def panel(prediction: Prediction | None = None, goal: Goal | None = None, **settings: Any) -> DeadReluPanel:
    """Return the panel of the network as posted. settings: its knobs, such as step_size=0.1."""
    return DeadReluPanel(SumOfInputs(**settings), prediction, goal)


def repair_panel(
    prediction: Prediction | None = None, goal: Goal | None = None, **settings: Any
) -> DeadReluPanel:
    """Return the panel with all repairs. settings: its knobs, such as units=20."""
    return DeadReluPanel(Repairs(**settings), prediction, goal)


def perfect_panel(
    prediction: Prediction | None = None, goal: Goal | None = None, **settings: Any
) -> PerfectPanel:
    """Return the panel that starts from the perfect weights. settings: its knobs, such as nudge="by 0.1"."""
    return PerfectPanel(PerfectWeights(**settings), prediction, goal)


def rates(runs: Mapping[str, Run]) -> LiveFigure:
    """Return a picture of how many seeds solve it in each run, with intervals."""
    solved = {name: run.rate() for name, run in runs.items()}
    words = "; ".join(f"{name}: {rate}" for name, rate in solved.items())
    return LiveFigure(rate_figure(solved), alt=f"Seeds that solve it. {words}.")
