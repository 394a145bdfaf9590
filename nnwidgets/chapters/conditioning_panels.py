"""124 straight lines: sessions and panels of the chapter on conditioning."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nnwidgets.live_figure import Arrangement, arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.loss_beside import LossBesideConstant
from nnwidgets.pictures.over_column import OutputOverColumn, in_digits
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.valley import ValleyWithWays
from nnwidgets.questions import GoalLine, PredictionCard
from nnwidgets.session.knobs import Choice, LogSlider, Slider
from nnwidgets.session.training import Session
from workbook import Dataset, Experiment
from workbook.cases.lines_124 import (
    DEPTHS,
    INPUTS,
    OUTPUTS,
    RAW,
    SHARE,
    as_posted,
    limit,
    raw,
    related,
    valley_of,
    walk,
    with_targets,
    worst,
)
from workbook.measures.answers import explained
from workbook.measures.columns import condition
from workbook.measures.valley import Valley

LENGTHS = {"100": 100, "1 000": 1000, "5 000": 5000}
MOMENTS = 201  # remembered in a run, each with all its outputs
WITHOUT = "without a, b, c"


class Lines(Session):
    """Training on the 124 lines. The headline says R2, and how far off the worst answer is, in raw units."""

    title = "the network that should draw 124 straight lines"

    def most(self, experiment: Experiment) -> int:
        """Return how many moments are remembered."""
        return MOMENTS

    def worst(self) -> float:
        """Return how far the worst answer is off at the step that is shown."""
        return float(worst(self.experiment.dataset, self.moment.outputs))

    def headline(self) -> str:
        """Say where the session stands, and how well all its answers and the worst of them are."""
        if not math.isfinite(self.moment.loss):
            return super().headline()
        share = float(explained(self.moment.outputs, self.experiment.dataset.targets))
        r2 = f"{share:.5f}" if share > -10 else f"{share:.1e}"
        return f"{super().headline()}, R2 {r2}, worst answer off by {in_digits(self.worst())}"


class AsPosted(Lines):
    """One linear layer on the raw numbers."""

    reach = ("step_size", "length")

    step_size = LogSlider(1e-7, 1e-3, 1e-4, "step size", restarts=False)
    length = Choice(LENGTHS, "steps")

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that the knobs stand for."""
        return {"as posted": as_posted.but(step_size=self.step_size, steps=self.meaning("length"))}


class InValley(Lines):
    """One linear layer on raw numbers, with steps as a share of the longest stable one."""

    reach: tuple[str, ...] = ("share", "length")

    share = Slider(0.05, 1.2, 0.005, SHARE, "step, in 2 / λ", restarts=False)
    length = Choice(LENGTHS, "steps")

    def data(self) -> Dataset:
        """Return the rows to learn from."""
        return RAW

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that the knobs stand for."""
        return {"one linear layer": walk(self.data(), self.share).but(steps=self.meaning("length"))}

    def valley(self) -> Valley:
        """Return the valley in which the session walks."""
        return valley_of(self.data(), self.seed)

    def headline(self) -> str:
        """Add what there is to say of the valley."""
        return f"{super().headline()}; {self.in_the_valley()}"

    def in_the_valley(self) -> str:
        """Say how long the steps are, and the longest that are stable."""
        return f"steps of {self.experiment.step_size:.3g}, 2 / λ is {limit(self.data()):.4g}"


class InOtherNumbers(InValley):
    """The same, with inputs that can be written in other numbers; it says their condition number, too."""

    def in_the_valley(self) -> str:
        """Say the longest stable step, and the condition number."""
        number = in_digits(float(condition(self.data().inputs)))
        return f"2 / λ is {limit(self.data()):.4g}, condition number {number}"


class WithoutConstants(InOtherNumbers):
    """The same, with the three inputs that never change or without them."""

    reach = ("inputs", "share", "length")

    inputs = Choice({name: INPUTS[name] for name in ("raw", WITHOUT)}, "inputs")

    def data(self) -> Dataset:
        """Return the rows with these inputs."""
        data: Dataset = self.meaning("inputs")
        return data


class Rescaled(InOtherNumbers):
    """The same, with inputs and targets written in other numbers."""

    reach = ("inputs", "targets", "share", "length")

    inputs = Choice(INPUTS, "inputs")
    targets = Choice({"raw": False, "standardised": True}, "targets")

    @property
    def repaired(self) -> bool:
        """Whether anything is changed that might repair it."""
        tried = ("inputs", "targets", "length", "seed")
        return any(getattr(self, name) != self.knobs()[name].default_value for name in tried)

    def data(self) -> Dataset:
        """Return the rows in the numbers that were chosen."""
        return with_targets(self.meaning("inputs"), self.meaning("targets"))


class Depths(Lines):
    """One linear layer, or ten layers of ReLUs, on standardised rows, each with steps that suit it."""

    reach = ("network",)

    network = Choice({name: related[name] for name in DEPTHS}, "network")

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that was chosen."""
        return {self.network: self.meaning("network")}


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the network as posted. settings: its knobs, such as step_size=0.00005."""
    return _outputs(AsPosted(**settings), prediction, goal)


def valley_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with the valley of the raw numbers. settings: its knobs, such as share=1.02."""
    return _in_valley(InValley(**settings), prediction, goal)


def constants_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with and without the constant inputs. settings: its knobs, such as share=0.5."""
    return _in_valley(WithoutConstants(**settings), prediction, goal)


def scales_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of other numbers. settings: its knobs, such as inputs="standardised"."""
    return _in_valley(Rescaled(**settings), prediction, goal)


def depth_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of both depths. settings: its knobs, such as network="ten ReLU layers"."""
    return _outputs(Depths(**settings), prediction, goal)


def _outputs(session: Lines, prediction: PredictionCard | None, goal: GoalLine | None) -> TrainingPanel:
    """Put the first output, the last one and the loss side by side."""
    figure, axes = arranged("FEL", (1, 1, 1), middle=Arrangement("FE;LL", (1, 1)), stacked="F;E;L")
    pictures: list[Picture] = [
        OutputOverColumn(axes["F"], session, 0, raw),
        OutputOverColumn(axes["E"], session, OUTPUTS - 1, raw),
        LossBesideConstant(axes["L"], session, early=False),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


def _in_valley(session: InValley, prediction: PredictionCard | None, goal: GoalLine | None) -> TrainingPanel:
    """Put the valley, the first output and the loss together."""
    figure, axes = arranged("VVF;VVL", (1, 0.7, 1.1), middle=Arrangement("VF;VL", (1.4, 1)), stacked="V;F;L")
    find: Callable[[Any], Valley] = InValley.valley
    pictures: list[Picture] = [
        ValleyWithWays(axes["V"], session, find),
        OutputOverColumn(axes["F"], session, 0, raw),
        LossBesideConstant(axes["L"], session, early=False),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)
