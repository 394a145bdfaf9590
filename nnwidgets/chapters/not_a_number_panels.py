"""LeNet-5 and its numbers: sessions and panels of the chapter on NaN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.live_figure import Arrangement, arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.filters import FiltersAndMaps, Maps
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.range_bars import RangeBars
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.questions import GoalLine, PredictionCard
from nnwidgets.session.history import Moment
from nnwidgets.session.knobs import Choice, LogSlider, Whole
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.cases.lenet import LEARN, SHORT, STABLE, STEP, as_posted
from workbook.classes import named
from workbook.measures.births import Birth, birth
from workbook.measures.maps import filters, maps
from workbook.measures.ranges import Range, ranges
from workbook.outcomes import finite
from workbook.parts import Precision
from workbook.plots import BLUE, ORANGE

WAYS = {"forward": "forward", "loss": "in the softmax", "back": "on the way back", "update": "in the step"}
NAIVE, SAFE = "as posted", "largest z subtracted"
WIDE, SCALED = "N(0, 0.5)", "scaled (He)"
PLAIN, CLIPPED = "none", "length 1 at most"
SINGLE, DOUBLE = "single", "double"
RELU, SIGMOID = "ReLU", "sigmoid"
DRAWN = (0.5, 1e3)  # losses


class LeNet(Session):
    """LeNet-5 as posted, one picture of a digit a step. What is told of a step is what that step computed."""

    title = "a convolutional network that reads digits"
    reach: tuple[str, ...] = ("step_size",)
    length = 100  # steps of a run

    step_size = LogSlider(1e-4, 1, STEP, "step size")

    def recipe(self) -> Experiment:
        """Return the experiment that the knobs stand for."""
        return as_posted.but(step_size=self.step_size, steps=self.length)

    def experiments(self) -> dict[str, Experiment]:
        """Return that experiment."""
        return {"LeNet-5": self.recipe()}

    def begin(self) -> None:
        """Stand at the start."""
        self._ranges: tuple[object, dict[str, Range]] = (None, {})
        self._birth: tuple[object, Birth | None] = (None, None)
        super().begin()

    @property
    def precision(self) -> Precision:
        """The precision of the network's numbers."""
        return self.experiment.network.precision

    @property
    def before(self) -> Moment:
        """The moment from which the step that is shown was made; at the start, the start."""
        return self.main.at(max(0, self.step - 1))

    @property
    def broken(self) -> bool:
        """Whether some weight is inf or NaN at the step that is shown."""
        return self.overflowed(self.moment)

    def overflowed(self, moment: Moment) -> bool:
        """Return whether a weight is inf or NaN; the loss of all pictures may overflow before."""
        return not finite(moment.params)

    @property
    def right(self) -> float:
        """The share of the pictures that the network takes for what they are, at the step that is shown."""
        return float((named(self.moment.outputs) == self.experiment.dataset.labels).mean())

    def stages(self) -> Sequence[str]:
        """Return the names of the stages of a step."""
        return list(ranges(as_posted, as_posted.network.init(0), *self.rows(0)))

    def rows(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the picture of a step, counted from 0, (1, pixels), and its target, (1, 10)."""
        x, t = self.main.trainer.batch(step)
        return x[0], t[0]

    def ranges(self) -> Mapping[str, Range]:
        """Return the ranges of the step that was made last; none before the first."""
        if self.step == 0:
            return {}
        moment = self.before
        if self._ranges[0] is not moment.params:
            self._ranges = (
                moment.params,
                ranges(self.experiment, moment.params, *self.rows(self.step - 1)),
            )
        return self._ranges[1]

    def birth(self) -> Birth | None:
        """Return where the last step made the first inf or NaN, if it broke the weights."""
        if not self.broken or self.step == 0:
            return None
        before = self.before.params
        if self._birth[0] is not before:
            self._birth = before, birth(self.experiment, before, *self.rows(self.step - 1))
        return self._birth[1]

    def maps(self) -> Maps:
        """Return the picture of the step that was made last, and what the network made of it."""
        moment, (x, _) = self.before, self.rows(max(0, self.step - 1))
        network = self.experiment.network
        first, second = maps(network, moment.params, x)
        height, width, _ = network.layers[0].below
        return Maps(x.reshape(height, width), filters(network, self.moment.params)[:, 0], first[0], second[0])

    def shown(self) -> str:
        """Say which picture it is, and what the network took it for."""
        number = max(0, self.step - 1) % len(self.experiment.dataset)
        if self.step == 0:
            return f"picture 1:\na {LEARN.labels[0]}, not yet\nlearned from"
        took = int(named(self.before.outputs[[number]])[0])
        said = "nothing" if took < 0 else f"{took}"
        return f"picture {number + 1}:\na {LEARN.labels[number]}, taken\nfor {said}"

    def headline(self) -> str:
        """Say where training stands, and what is right, or which operation made the first inf or NaN."""
        made = self.birth()
        if made is None and not np.isfinite(self.moment.loss):
            return f"step {self.step} of {self.steps}: weights are numbers, the loss of some picture is not"
        if made is None:
            right = f"{self.right:.0%} of {len(self.experiment.dataset)} pictures right"
            return f"{super().headline()}, {right}"
        where = WAYS[made.way] if made.layer is None else f"{WAYS[made.way]}, layer {made.layer}"
        return f"step {self.step} of {self.steps}: NaN. The first inf or NaN: {made.operation}, {where}"


class Softmaxes(LeNet):
    """The same with the softmax as posted, or with the largest z subtracted first."""

    reach = ("softmax", "start_weights", "step_size")
    length = 50
    seed = Whole(0, 9999, 3, "seed")

    softmax = Choice({SAFE: {"loss": STABLE}, NAIVE: {}}, "softmax")
    start_weights = Choice({WIDE: {}, SCALED: {"initializer": "he"}}, "start weights")

    def recipe(self) -> Experiment:
        """Return the experiment that the knobs stand for."""
        return super().recipe().but(**self.meaning("softmax"), **self.meaning("start_weights"))


class Precisions(LeNet):
    """The same in single and in double precision."""

    reach = ("digits", "step_size")
    seed = Whole(0, 9999, 6, "seed")

    digits = Choice({DOUBLE: "double", SINGLE: "single"}, "precision")

    def recipe(self) -> Experiment:
        """Return the experiment that the knobs stand for."""
        return super().recipe().but(precision=self.meaning("digits"))


class Activations(LeNet):
    """ReLUs with a scaled start and short steps; dashed, sigmoids with all else as posted."""

    reach = ("hidden", "start_weights", "step_size")
    length = 150
    seed = Whole(0, 9999, 2, "seed")

    hidden = Choice({RELU: "relu", SIGMOID: "sigmoid"}, "activation")
    start_weights = Choice({SCALED: {"initializer": "he"}, WIDE: {}}, "start weights")
    step_size = LogSlider(1e-4, 1, SHORT, "step size")

    def recipe(self) -> Experiment:
        """Return the experiment that the knobs stand for."""
        return super().recipe().but(hidden=self.meaning("hidden"), **self.meaning("start_weights"))

    def experiments(self) -> dict[str, Experiment]:
        """Return that experiment, and the one with sigmoids."""
        sigmoids = as_posted.but(hidden="sigmoid", steps=self.recipe().steps)
        return {self.hidden: self.recipe(), "sigmoid, as posted": sigmoids}


class Repairs(LeNet):
    """LeNet-5 as posted, and the four repairs."""

    reach = ("softmax", "step_size", "start_weights", "clipping")
    length = 200
    seed = Whole(0, 9999, 5, "seed")

    softmax = Choice({NAIVE: {}, SAFE: {"loss": STABLE}}, "softmax")
    start_weights = Choice({WIDE: {}, SCALED: {"initializer": "he"}}, "start weights")
    clipping = Choice({PLAIN: {}, CLIPPED: {"clipping": "norm(1)"}}, "clipping")

    @property
    def repaired(self) -> bool:
        """Whether anything is changed that might repair it."""
        return any(getattr(self, name) != self.knobs()[name].default_value for name in self.reach)

    def recipe(self) -> Experiment:
        """Return the experiment that the knobs stand for."""
        changes = (self.meaning(name) for name in ("softmax", "start_weights", "clipping"))
        recipe = super().recipe()
        for change in changes:
            recipe = recipe.but(**change)
        return recipe


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the network as posted. settings: its knobs, such as step_size=0.1."""
    return _drawn(LeNet(**settings), prediction, goal)


def softmax_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with a choice of softmaxes. settings: its knobs."""
    return _drawn(Softmaxes(**settings), prediction, goal)


def precision_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with a choice of precisions. settings: its knobs."""
    return _without_filters(Precisions(**settings), prediction, goal)


def activation_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of ReLUs beside sigmoids. settings: its knobs."""
    return _without_filters(Activations(**settings), prediction, goal)


def repair_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the four repairs. settings: its knobs."""
    return _drawn(Repairs(**settings), prediction, goal)


def _drawn(session: LeNet, prediction: PredictionCard | None, goal: GoalLine | None) -> TrainingPanel:
    """Put the filters and what they see, the ranges of the last step and the loss side by side."""
    figure, axes = arranged(
        "FFRRR;FFLLL",
        height_ratios=(1.2, 1),
        middle=Arrangement("FR;FL", (1, 1.1), (1.4, 1)),
        stacked=Arrangement("R;F;L", (), (1, 1.5, 1)),
        size=(9.2, 3.1),
    )
    pictures: list[Picture] = [FiltersAndMaps(axes["F"], session), *_numbers(session, axes)]
    return TrainingPanel(session, figure, pictures, prediction, goal)


def _without_filters(
    session: LeNet, prediction: PredictionCard | None, goal: GoalLine | None
) -> TrainingPanel:
    """Put the ranges of the last step and the loss side by side, with all the room."""
    figure, axes = arranged("RL", (1.4, 1), stacked="R;L", size=(9.2, 3.1))
    return TrainingPanel(session, figure, _numbers(session, axes), prediction, goal)


def _numbers(session: LeNet, axes: Mapping[str, Axes]) -> list[Picture]:
    """Return the pictures of the ranges of the last step and of the loss."""
    return [
        RangeBars(axes["R"], session),
        LossOverTraining(axes["L"], session, DRAWN, (BLUE, ORANGE), early=True),
    ]
