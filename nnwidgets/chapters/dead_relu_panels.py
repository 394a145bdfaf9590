"""The sum of five inputs: sessions and panels of the chapter on dead ReLUs."""

from __future__ import annotations

import math
from typing import Any

from nnwidgets.live_figure import Arrangement, arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.answers import AnswersOverTargets
from nnwidgets.pictures.network import NetworkDrawing
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.pictures.unit_lives import UnitLives
from nnwidgets.questions import GoalLine, PredictionCard
from nnwidgets.session.knobs import Choice, LogSlider, Whole
from nnwidgets.session.moved_start import MovedStart
from workbook import Experiment
from workbook.cases.sum_of_inputs import BUG, DATA, as_posted, perfect, scaled
from workbook.measures.curvature import nudged
from workbook.measures.unit_life import active_rows
from workbook.plots import BLUE, ORANGE

RIGHT, WRONG = "z > 0, mended", "max(z, 0), as posted"
LENGTHS = {"1 000": 1000, "5 000": 5000}
MOST_UNITS = 20


class SumOfInputs(MovedStart):
    """5-2-1, ReLU, with the right derivative, on data A. The headline says how many units are active."""

    title = "the network that should add up its five inputs"
    reach: tuple[str, ...] = ("step_size", "length")

    step_size = LogSlider(1e-5, 1, 0.01, "step size", restarts=False)
    length = Choice(LENGTHS, "steps")

    def recipe(self) -> Experiment:
        """Return the experiment with the right derivative."""
        return as_posted.but(step_size=self.step_size, steps=self.meaning("length"))

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that the knobs stand for."""
        return {"derivative mended": self.recipe()}

    def headline(self) -> str:
        """Say where the session stands, and how many units are active, unless it has diverged."""
        if not math.isfinite(self.moment.loss):
            return super().headline()
        active = (active_rows(self.experiment, self.moment.params) > 0).sum()
        return f"{super().headline()}, {active} of {self.experiment.network.sizes[1]} units active"


class AsPosted(SumOfInputs):
    """The program as it was posted."""

    def experiments(self) -> dict[str, Experiment]:
        """Return it with the derivative that it was posted with."""
        return {"as posted": BUG.plant(self.recipe())}


class BothDerivatives(SumOfInputs):
    """The mended derivative and the posted one, from the same start weights."""

    reach = ("derivative", "compare", "step_size")

    derivative = Choice({RIGHT: False, WRONG: True}, "derivative")
    compare = Choice({"the other one": True, "nothing": False}, "compare with")

    def experiments(self) -> dict[str, Experiment]:
        """Return the chosen experiment, and the one with the other derivative if that is asked for."""
        both = {RIGHT: self.recipe(), WRONG: BUG.plant(self.recipe())}
        other = WRONG if self.derivative == RIGHT else RIGHT
        names = [self.derivative, other] if self.meaning("compare") else [self.derivative]
        return {f"derivative {name}": both[name] for name in names}

    def headline(self) -> str:
        """Add what the network says that is compared: the drawing shows only the first one."""
        _, *others = self.histories.values()
        answers = (
            " and ".join(f"{y:.2f}" for y in history.at(self.step).outputs[:, 0]) for history in others
        )
        return "; ".join([super().headline(), *(f"the other network says {said}" for said in answers)])


class OtherData(SumOfInputs):
    """The same network on other rows, with the loss summed over them or averaged."""

    title = "the network that should add up its five inputs, on other data"
    reach = ("data", "loss", "step_size")

    data = Choice({"A, 2 rows": DATA["A"], "B, 2 rows": DATA["B"], "C, 1 000 rows": DATA["C"]}, "data")
    loss = Choice({"summed": "summed squared error", "mean": "mean squared error"}, "loss")

    def recipe(self) -> Experiment:
        """Return the experiment on these rows."""
        return super().recipe().but(dataset=self.meaning("data"), loss=self.meaning("loss"))


class Repairs(SumOfInputs):
    """The same network with everything to turn that might repair it. Data A.

    A new step size starts anew as well, so that it is the step size of the whole run.
    """

    title = "the network that should add up its five inputs, and its repairs"
    reach = ("inputs", "units", "hidden", "biases")

    inputs = Choice({"1 to 6, as posted": DATA["A"], "divided by 6": scaled(DATA["A"])}, "inputs")
    units = Whole(1, MOST_UNITS, 2, "hidden units")
    hidden = Choice({"ReLU": "relu", "leaky ReLU": "leaky relu(0.1)"}, "activation")
    biases = Choice({"drawn, as posted": "he", "0": "constant(0)", "1": "constant(1)"}, "start biases")
    loss = Choice({"summed": "summed squared error", "mean": "mean squared error"}, "loss")
    step_size = LogSlider(1e-5, 1, 0.01, "step size")

    @property
    def repaired(self) -> bool:
        """Whether anything is changed that might repair it."""
        tried = ("inputs", "units", "hidden", "biases", "loss", "step_size")
        return any(getattr(self, name) != self.knobs()[name].default_value for name in tried)

    def recipe(self) -> Experiment:
        """Return the experiment that the knobs stand for."""
        return (
            super()
            .recipe()
            .but(
                dataset=self.meaning("inputs"),
                sizes=(5, self.units, 1),
                hidden=self.meaning("hidden"),
                bias_initializer=self.meaning("biases"),
                loss=self.meaning("loss"),
            )
        )


class PerfectWeights(SumOfInputs):
    """A start from the perfect weights, with the first of them moved by `nudge`."""

    title = "the network that starts beside the perfect weights"
    reach = ("nudge", "step_size")
    seeded = False

    nudge = Choice({"by 0.000001": 1e-6, "by 0.001": 1e-3, "by 0.1": 0.1, "not at all": 0.0}, "nudge")

    def recipe(self) -> Experiment:
        """Return the experiment that starts beside the perfect weights."""
        beside = nudged(perfect, self.meaning("nudge"))
        return beside.but(step_size=self.step_size, steps=self.meaning("length"))


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the network as posted. settings: its knobs, such as step_size=0.1."""
    return _drawn(AsPosted(**settings), prediction, goal)


def bug_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with both derivatives. settings: its knobs, such as derivative="z > 0, mended"."""
    return _drawn(BothDerivatives(**settings), prediction, goal)


def mended_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with the derivative mended. settings: its knobs, such as step_size=0.1."""
    return _drawn(SumOfInputs(**settings), prediction, goal)


def data_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of other rows, with their answers. settings: its knobs, such as loss="mean"."""
    return _drawn(OtherData(**settings), prediction, goal, answers=True)


def repair_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with all repairs. settings: its knobs, such as units=20."""
    return _drawn(Repairs(**settings), prediction, goal)


def perfect_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel that starts from the perfect weights. settings: its knobs, such as nudge="by 0.1".

    A nudge of a millionth makes a loss of 2e-12: that has to show.
    """
    return _drawn(PerfectWeights(**settings), prediction, goal, losses=(1e-13, 1e4))


def _drawn(
    session: SumOfInputs,
    prediction: PredictionCard | None,
    goal: GoalLine | None,
    losses: tuple[float, float] = (0.1, 1e4),
    answers: bool = False,
) -> TrainingPanel:
    """Put the network, the lives of its units and the loss, between `losses` at first, side by side.

    answers: of many rows, over their targets, in the network's place.
    """
    figure, axes = arranged(
        "NNU;NNL",
        (0.85, 0.85, 1.1),
        (1.15, 1),
        middle=Arrangement("NU;NL", (1.5, 1)),
        stacked=Arrangement("NN;.U;.L", (0.05, 1), (1.3, 1, 1)),
    )
    first: Picture = (
        AnswersOverTargets(axes["N"], session)
        if answers
        else NetworkDrawing(axes["N"], session, session.move)
    )
    lives = UnitLives(axes["U"], session, MOST_UNITS)
    axes["U"].set_title("active on (full height: all rows)", loc="left", fontsize=10.5)
    pictures: list[Picture] = [
        first,
        lives,
        LossOverTraining(axes["L"], session, losses, (BLUE, ORANGE), early=True),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)
