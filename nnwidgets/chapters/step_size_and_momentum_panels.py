"""A sine, a valley, and steps of every length: sessions and panels of the chapter on the step size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnwidgets.live_figure import arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.added_by_units import AddedByUnits
from nnwidgets.pictures.error_along import ErrorAlong
from nnwidgets.pictures.loss_beside import LossBesideConstant
from nnwidgets.pictures.losses import LossOfEach
from nnwidgets.pictures.over_input import OverInput
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.steepness import CurvatureOverTraining
from nnwidgets.pictures.valley import ValleyWithWays
from nnwidgets.questions import GoalLine, PredictionCard
from nnwidgets.session.knobs import Choice, LogSlider, Slider
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.cases.sine import (
    DATA,
    MYSTERIES,
    ROWS,
    SIZES,
    TRIED,
    TURNED,
    WAYS,
    bowl,
    every_row,
    off_by,
    short,
    treated,
    valley,
)
from workbook.measures.answers import said
from workbook.measures.valley import Valley

LENGTHS = {"50": 50, "200": 200, "1 000": 1000}
NOTHING = "nothing"


class Sine(Session):
    """Training on the sine; a moment is remembered every epoch. The headline says the typical error."""

    title = "the network that should learn a sine"

    @property
    def epoch(self) -> int:
        """How many steps an epoch has."""
        return math.ceil(ROWS / (self.experiment.batch_size or ROWS))

    @property
    def stride(self) -> int:
        """An epoch."""
        return self.epoch

    @property
    def off(self) -> float:
        """The typical error at the step that is shown."""
        return float(off_by(self.experiment, self.moment.params))

    def answer_to(self, inputs: np.ndarray) -> np.ndarray:
        """Return the answers to other inputs (m, 1), (m, 1)."""
        return said(self.experiment, self.moment.params, inputs)

    def headline(self) -> str:
        """Say where the session stands, in epochs too, and the typical error."""
        if not math.isfinite(self.moment.loss):
            return super().headline()
        return f"{super().headline()}; epoch {self.step / self.epoch:g}, typical error {self.off:.3f}"


class AsPosted(Sine):
    """The network as it was posted."""

    reach: tuple[str, ...] = ("step_size", "epochs")

    step_size = LogSlider(1e-6, 0.1, 0.0001, "step size", restarts=False)
    epochs = Choice(LENGTHS, "epochs")

    def recipe(self) -> Experiment:
        """Return the experiment without the number of its steps."""
        return short.but(step_size=self.step_size)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that the knobs stand for."""
        recipe = self.recipe()
        batches = math.ceil(ROWS / (recipe.batch_size or ROWS))
        return {"the network": recipe.but(steps=batches * self.meaning("epochs"))}


class Repairs(AsPosted):
    """The same network with everything to turn that might bring it nearer."""

    title = "the network that should learn a sine, and its repairs"
    reach = ("inputs", "step_size", "units", "biases")

    inputs = Choice(DATA, "input")
    units = Choice({"50": 50, "200": 200}, "hidden units")
    biases = Choice(
        {"N(0, 1), as posted": "normal(1)", "N(0, 3)": ("normal(3)", "normal(1)")}, "start biases"
    )
    weights = Choice({"N(0, 1), as posted": "normal(1)", "N(0, 0.1)": "normal(0.1)"}, "start weights")
    batch = Choice({"one": 1, "ten": 10, "all": None}, "rows a step")
    momentum = Slider(0.0, 0.99, 0.01, 0.9, "momentum")

    def recipe(self) -> Experiment:
        """Return the experiment with everything that was turned."""
        return (
            super()
            .recipe()
            .but(
                dataset=self.meaning("inputs"),
                sizes=(1, self.meaning("units"), 1),
                initializer=self.meaning("weights"),
                bias_initializer=self.meaning("biases"),
                batch_size=self.meaning("batch"),
                momentum=self.momentum,
            )
        )


class AllRows(Sine):
    """All rows in each step, x standardised, without momentum: gradient descent as it stands in books."""

    title = "the network that should learn a sine, all rows in each step"
    reach = ("step_size",)

    step_size = LogSlider(0.01, 0.3, 0.1, "step size")

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that the knobs stand for."""
        return {"all rows": every_row.but(step_size=self.step_size)}


class Mystery(Sine):
    """One of the four curves, and beside it the same network with one thing changed."""

    title = "four networks that should learn a sine, and what may help them"
    reach = ("mystery", "change")

    mystery = Choice({name: name for name in MYSTERIES}, "network")
    change = Choice({NOTHING: "", **{name: name for name in TRIED}}, "change")

    @property
    def stride(self) -> int:
        """Few steps: what matters is how rough the curve is."""
        return 20

    def experiments(self) -> dict[str, Experiment]:
        """Return the network with the change, and as it is."""
        posed = MYSTERIES[self.mystery]
        if self.change == NOTHING:
            return {"as it is": posed}
        return {self.change: treated(posed, self.change), "as it is": posed}


class InValley(Session):
    """One linear unit with two inputs: the valley of its loss, and a way down it, or several."""

    title = "ways down a valley"
    reach = ("way", "step_size", "lies", "others")
    seeded = False

    way = Choice(
        {
            "plain": "gradient descent",
            "momentum 0.9": "momentum",
            "Nesterov 0.9": "nesterov",
            "RMSprop": "rmsprop",
            "Adam": "adam",
        },
        "way",
    )
    step_size = LogSlider(0.0005, 0.5, 0.019, "step size", restarts=False)
    lies = Choice({"along the weights": 0.0, "askew": TURNED}, "the valley lies")
    others = Choice({"nobody": (), "plain, steps of 0.019": ("plain",), "all five": tuple(WAYS)}, "beside")
    size = Choice(SIZES, "first input")

    def experiments(self) -> dict[str, Experiment]:
        """Return the way that was chosen, and those beside it with steps of their own."""
        walk = bowl(self.meaning("size"), self.meaning("lies"))
        ways = {
            f"{self.way}, {self.step_size:g}": walk.but(
                optimizer=self.meaning("way"), step_size=self.step_size
            )
        }
        others = (name for name in self.meaning("others") if not self.way.startswith(name))
        return ways | {name: walk.but(optimizer=WAYS[name]) for name in others}

    def valley(self) -> Valley:
        """Return the valley in which the session walks."""
        return valley(self.meaning("size"), self.meaning("lies"))


def posted_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the network as posted. settings: its knobs, such as step_size=0.001."""
    return _drawn(AsPosted(**settings), prediction, goal)


def repair_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with all repairs. settings: its knobs, such as inputs="x - π"."""
    return _drawn(Repairs(**settings), prediction, goal)


def _drawn(session: AsPosted, prediction: PredictionCard | None, goal: GoalLine | None) -> TrainingPanel:
    """Put the fit above the error that is left, what the units add above the loss."""
    figure, axes = arranged("FFFUU;EEELL", middle="FU;EL", stacked="F;E;U;L")
    pictures: list[Picture] = [
        OverInput(axes["F"], session),
        ErrorAlong(axes["E"], session),
        AddedByUnits(axes["U"], session),
        LossBesideConstant(axes["L"], session),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


def edge_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of steps with all rows: the fit, the curvature, the loss. settings: its knobs."""
    session = AllRows(**settings)
    figure, axes = arranged("FFCCC;FFLLL", middle="FC;FL", stacked="F;C;L")
    pictures: list[Picture] = [
        OverInput(axes["F"], session),
        CurvatureOverTraining(axes["C"], session, (10, 100)),
        LossBesideConstant(axes["L"], session),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


def valley_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the valley and the ways down. settings: its knobs, such as way="Adam"."""
    session = InValley(**settings)
    figure, axes = arranged("VL", (1.4, 1), middle="VL", stacked="V;L")
    pictures: list[Picture] = [
        ValleyWithWays(axes["V"], session, lambda _: session.valley(), named=False),
        LossOfEach(axes["L"], session, (1e-8, 1e3)),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


def mystery_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel in which the four curves can be treated. settings: its knobs, such as mystery="B"."""
    session = Mystery(**settings)
    figure, axes = arranged("FL", (1, 1.2), middle="FL", stacked="F;L")
    pictures: list[Picture] = [
        OverInput(axes["F"], session),
        LossOfEach(axes["L"], session, (1e-4, 100)),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)
