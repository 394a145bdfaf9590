"""One step by hand, and the check of posted gradients: sessions and panels of the first chapter."""

from __future__ import annotations

from typing import Any

import traitlets

from nnwidgets.live_figure import Arrangement, arranged
from nnwidgets.panel.checking import CheckPanel
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.gradient_check import ErrorMap, NumericAgainstAnalytic
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.worked_line import WorkedLine
from nnwidgets.pictures.worked_network import WorkedNetwork
from nnwidgets.questions import GoalLine, PredictionCard
from nnwidgets.session.check import Check
from nnwidgets.session.knobs import Knob, Slider
from nnwidgets.session.stepping import StepThrough
from workbook import Experiment
from workbook.cases import backpropagation_by_hand as facts
from workbook.cases.relu_dvalue import one_row, three_layers


class WorkedExample(StepThrough):
    """The 3-2-1 example of the post, with the target that the post states, or another."""

    title = "the worked example, one step of backpropagation"
    reach = ("zoom", "target")

    target = Slider(0, 1, 0.05, 1, "target")

    def experiment(self) -> Experiment:
        """Return the example with the chosen target."""
        return facts.with_target(self.target)


class ThreeLayers(StepThrough):
    """A network of ReLUs with simple numbers, and an input that can be chosen."""

    title = "one step of backpropagation through three layers of ReLUs"
    reach = ("zoom", "first", "second", "target")

    first = Slider(-3, 3, 1, 2, "x₁")
    second = Slider(-3, 3, 1, 1, "x₂")
    target = Slider(-10, 30, 1, 4, "target")

    def experiment(self) -> Experiment:
        """Return the network on the chosen row."""
        return three_layers.but(dataset=one_row([self.first, self.second], self.target))


class PostedGradients(Check):
    """The posted gradients, checked against differences of the loss for a target that can be chosen."""

    title = "the posted gradients, checked"
    checked_is = "the post says"
    seeded = False
    reach = ("target",)

    target = Slider(0, 1, 0.05, 1, "target")

    chosen = traitlets.Int(8)  # the first weight of the output: its gradient is far from 0

    def experiment(self) -> Experiment:
        """Return the example with the chosen target, and the posted gradients for its own."""
        return facts.with_posted_gradient(self.target)

    def knobs(self) -> dict[str, Knob]:
        """Return the knobs, but for training: whoever gives gradients on paper does not train."""
        return {name: knob for name, knob in super().knobs().items() if name != "trained"}


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the worked example. settings: its knobs, such as target=0.1."""
    return _stepping(WorkedExample(**settings), prediction, goal)


def relu_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the three layers of ReLUs. settings: its knobs, such as first=3."""
    return _stepping(ThreeLayers(**settings), prediction, goal)


def check_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> CheckPanel:
    """Return the panel that checks the posted gradients. settings: its knobs, such as target=0.5."""
    check = PostedGradients(**settings)
    figure, axes = arranged("MN", (1.3, 1))
    pictures: list[Picture] = [ErrorMap(axes["M"], check.look_at), NumericAgainstAnalytic(axes["N"])]
    return CheckPanel(check, figure, pictures, prediction, goal)


def _stepping(
    session: StepThrough, prediction: PredictionCard | None, goal: GoalLine | None
) -> TrainingPanel:
    """Put the network and the calculation side by side."""
    figure, axes = arranged("NC", (1.55, 1), stacked=Arrangement("N;C", (), (1.2, 1)))
    pictures: list[Picture] = [WorkedNetwork(axes["N"], session), WorkedLine(axes["C"], session)]
    return TrainingPanel(session, figure, pictures, prediction, goal)
