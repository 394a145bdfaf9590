"""Even or odd, live: one neuron a layer as it was posted, and networks that can learn it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnwidgets.panel.panel import Panel
from nnwidgets.pictures.pictures import LossOverTraining
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from nnwidgets.session.knobs import Choice
from nnwidgets.session.session import Session
from workbook import FAULTS, Experiment
from workbook.cases.gradient_checking import EVEN, INFIMUM, NUMBERS, right_gradients, wider
from workbook.plots import BLUE, SKY, VERMILION, new_figure, tidy

HIDDEN = {
    "one unit": (1,),
    "chain: 1, 1, 1, 1": (1, 1, 1, 1),
    "4 units": (4,),
    "5 units": (5,),
    "6 units": (6,),
    "8 units": (8,),
    "16 units": (16,),
}
GRADIENTS = {
    "as posted": ("weight where the input belongs", "missing output derivative"),
    "right": (),
}
TRAINING = ("as posted", "all rows, momentum")


class Parity(Session):
    """Which of 1 to 9 are even? gradients: those of the question, or right ones. training: one random
    example a step, as posted, or in a way that can succeed.
    """

    stride = 20

    hidden = Choice(HIDDEN, "hidden")
    gradients = Choice(GRADIENTS, "gradients")
    training = Choice(dict.fromkeys(TRAINING), "training")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"speed": 2000} | settings)

    def experiments(self) -> dict[str, Experiment]:
        """Return the one experiment that the knobs stand for."""
        hidden = HIDDEN[self.hidden]
        if self.training == "as posted":
            # For one row, half the step size on the mean squared error is the posted step, and the loss
            # that is shown compares with the other training's.
            experiment = right_gradients.but(
                sizes=(1, *hidden, 1), loss="mean squared error", step_size=right_gradients.step_size / 2
            )
        else:
            experiment = wider(*hidden)
        for name in GRADIENTS[self.gradients]:
            experiment = FAULTS[name].plant(experiment)
        return {self.hidden: experiment}

    @property
    def right(self) -> np.ndarray:
        """Whether each of the nine numbers gets the right answer, rounded, (9,)."""
        return np.round(self.moment.outputs[:, 0]) == EVEN


class Answers:
    """What the network says to every number from 1 to 9 and between, and what its hidden units say."""

    def __init__(self, answers: Axes, units: Axes) -> None:
        tidy(answers, "dots: targets", "number", "output")
        tidy(units, "last hidden layer", "number", "output of each unit")
        for axes in (answers, units):
            axes.set_xlim(0.5, 9.5)
            axes.set_xticks(NUMBERS)
        answers.set_ylim(-0.07, 1.07)
        units.set_ylim(-1.1, 1.1)
        answers.plot(NUMBERS, EVEN, "o", color="black", markersize=4)
        (curve,) = answers.plot([], [], color=SKY, linewidth=1.6)
        (right,) = answers.plot([], [], "o", color=BLUE, markersize=7)
        (wrong,) = answers.plot([], [], "X", color=VERMILION, markersize=7)
        hidden = units.add_collection(LineCollection([], colors=[BLUE], linewidths=1.2, alpha=0.8))
        self.artists = {"curve": curve, "right": right, "wrong": wrong, "hidden": hidden}
        self.grid = np.linspace(0.5, 9.5, 91)

    def show(self, session: Parity) -> dict[str, Any]:
        """Ask the network for every number on the grid."""
        experiment, moment = session.main.trainer.experiment, session.moment
        first, second = experiment.dataset.inputs[:2, 0]
        inputs = first + (self.grid - NUMBERS[0]) * (second - first)
        y, trace = experiment.network.forward(moment.params, inputs.reshape(-1, 1))
        outputs, right = moment.outputs[:, 0], session.right
        return {
            "curve": (self.grid, y[:, 0]),
            "right": (NUMBERS[right], outputs[right]),
            "wrong": (NUMBERS[~right], outputs[~right]),
            "hidden": [np.column_stack([self.grid, unit]) for unit in trace[-1].x.T],
        }

    def said(self, session: Parity) -> str:
        """Say the nine outputs."""
        outputs = ", ".join(f"{y:.2f}" for y in session.moment.outputs[:, 0])
        return f"Outputs for 1 to 9: {outputs}. {session.right.sum()} of 9 right when rounded."


class ParityPanel(Panel):
    """The panel of the parity question. settings: the session's knobs, such as gradients="right"."""

    def __init__(
        self, prediction: Prediction | None = None, goal: Goal | None = None, **settings: Any
    ) -> None:
        session = Parity(**settings)
        axes = new_figure(9.2, 3.4).subplot_mosaic("AUL", width_ratios=(1.2, 1, 1))
        loss = LossOverTraining(axes["L"], session, (3e-5, 1))
        axes["L"].locator_params(axis="x", nbins=4)
        axes["L"].axhline(INFIMUM, color="0.5", linewidth=0.8, linestyle=":")
        axes["L"].text(
            0.98,
            INFIMUM,
            "2/9",
            ha="right",
            va="top",
            fontsize=8,
            color="0.4",
            transform=axes["L"].get_yaxis_transform(),
        )
        pictures = [Answers(axes["A"], axes["U"]), loss]
        super().__init__(session, axes["A"].figure, pictures, prediction, goal)
        self._draw()

    def headline(self) -> str:
        """Say where training stands, and how many answers are right."""
        return f"{super().headline()}, {self.session.right.sum()} of 9 right"
