"""Why does my network say 15.5 to everything? The chapter's panels, questions and checks of code."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.answers import AnswersOverTargets
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.pictures.unit_lives import UnitLives
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Most,
    Nearest,
    Prediction,
    PredictionCard,
    UpTo,
    Which,
    goal,
)
from nnwidgets.questions.verdict import graded
from nnwidgets.session.knobs import Choice, LogSlider, Whole
from nnwidgets.session.training import Session
from workbook import Experiment, Layer
from workbook.cases import dead_relu as facts
from workbook.measures.curvature import nudged
from workbook.measures.unit_life import active_rows
from workbook.plots import BLUE, ORANGE, new_figure

RIGHT, POSTED = "z > 0", "max(z, 0), as posted"
LENGTHS = {"1 000, as posted": 1000, "5 000": 5000}
MOST_UNITS = 20


class ActiveUnits(Session):
    """Training of which the headline says how many hidden units are active on some row."""

    def headline(self) -> str:
        """Say where the session stands, and how many units are active, unless it has diverged."""
        if not math.isfinite(self.moment.loss):
            return super().headline()
        active = (active_rows(self.experiment, self.moment.params) > 0).sum()
        return f"{super().headline()}, {active} of {self.experiment.network.sizes[1]} units active"


class SumOfInputs(ActiveUnits):
    """5-2-1, ReLU, as posted; the learner chooses data, step size, derivative and length.

    compare: the same seed with the other derivative beside it.
    """

    data = Choice(facts.DATA, "data")
    step_size = LogSlider(1e-5, 1, 0.01, "step size", restarts=False)
    derivative = Choice({RIGHT: False, POSTED: True}, "derivative")
    compare = Choice({"nothing": False, "other derivative": True}, "compare with")
    length = Choice(LENGTHS, "steps")

    def experiments(self) -> dict[str, Experiment]:
        """Return the chosen experiment, and the one with the other derivative if that is asked for."""
        right = facts.as_posted.but(
            dataset=self.meaning("data"), step_size=self.step_size, steps=self.meaning("length")
        )
        both = {RIGHT: right, POSTED: facts.BUG.plant(right)}
        other = POSTED if self.derivative == RIGHT else RIGHT
        names = [self.derivative, other] if self.meaning("compare") else [self.derivative]
        return {f"derivative {name}": both[name] for name in names}


class Repairs(ActiveUnits):
    """The same network with everything to turn that might repair it. Data A.

    A new step size starts anew as well, so that it is the step size of the whole run.
    """

    step_size = LogSlider(1e-5, 1, 0.01, "step size")
    units = Whole(1, MOST_UNITS, 2, "hidden units")
    hidden = Choice({"ReLU": "relu", "leaky ReLU": "leaky relu(0.1)"}, "activation")
    biases = Choice({"drawn, as posted": "he", "0": "constant(0)", "1": "constant(1)"}, "start biases")
    loss = Choice({"summed": "summed squared error", "mean": "mean squared error"}, "loss")
    inputs = Choice(
        {"1 to 6, as posted": facts.DATA["A"], "divided by 6": facts.scaled(facts.DATA["A"])}, "inputs"
    )
    length = Choice(LENGTHS, "steps")

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that the knobs stand for."""
        chosen = facts.as_posted.but(
            dataset=self.meaning("inputs"),
            sizes=(5, self.units, 1),
            hidden=self.meaning("hidden"),
            bias_initializer=self.meaning("biases"),
            loss=self.meaning("loss"),
            step_size=self.step_size,
            steps=self.meaning("length"),
        )
        return {"chosen": chosen}


class PerfectWeights(ActiveUnits):
    """A start from the perfect weights, with the first of them moved by `nudge`; on data A, B or C."""

    seeded = False

    data = Choice(facts.DATA, "data")
    step_size = LogSlider(1e-5, 1, 0.01, "step size", restarts=False)
    nudge = Choice({"not at all": 0.0, "by 0.000001": 1e-6, "by 0.001": 1e-3, "by 0.1": 0.1}, "nudge")

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment that starts beside the perfect weights."""
        beside = nudged(facts.perfect, self.meaning("nudge"))
        return {"perfect weights": beside.but(dataset=self.meaning("data"), step_size=self.step_size)}


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the network as posted. settings: its knobs, such as step_size=0.1."""
    return _side_by_side(SumOfInputs(**settings), prediction, goal)


def repair_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel with all repairs. settings: its knobs, such as units=20."""
    return _side_by_side(Repairs(**settings), prediction, goal)


def perfect_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel that starts from the perfect weights. settings: its knobs, such as nudge="by 0.1".

    A nudge of a millionth makes a loss of 2e-12: that has to show.
    """
    return _side_by_side(PerfectWeights(**settings), prediction, goal, least=1e-13)


def _side_by_side(
    session: ActiveUnits, prediction: PredictionCard | None, goal: GoalLine | None, least: float = 1e-6
) -> TrainingPanel:
    """Put lives of the units, loss (from `least` on) and answers side by side."""
    figure = new_figure(9.2, 3.6)
    axes = figure.subplot_mosaic("UUA;LLA", width_ratios=(1, 1, 1.15), height_ratios=(1.25, 1))
    pictures: list[Picture] = [
        UnitLives(axes["U"], session, MOST_UNITS),
        LossOverTraining(axes["L"], session, (least, 1e12), (BLUE, ORANGE), early=True),
        AnswersOverTargets(axes["A"], session),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


settles = Prediction(
    facts.settles,
    "Train it 300 times, from other start weights each time. How many of the 300 networks end at 15.5 "
    "and 15.5, as the asker's did?",
    UpTo({"0 to 99": 99, "100 to 199": 199, "200 to 299": 299, "all 300": 300}, of="posted"),
    "Try New seed, as often as you like.",
)
when = Prediction(
    facts.when,
    "Step size 0.1. Some units are dead before training begins. When do most of the others die?",
    Which(
        ["early"],
        {
            "in the first two steps": (True,),
            "later than that, one by one": (False,),
            "in the last steps, near the minimum": None,
        },
    ),
    "Step through it with Step and Back: one step is enough for some, two for nearly all.",
)
the_bug = Prediction(
    facts.the_bug,
    "The posted program multiplies by max(z, 0) where 1 or 0 belongs. Mend that, and keep the rest. "
    "Does the network learn?",
    Nearest(
        {
            "yes: it says 15 and 16": 0,
            "for about half of the seeds": facts.SEEDS / 2,
            "no: it says 15.5 all the same": facts.SEEDS,
        },
        of="right",
    ),
    "A bug that is really there need not be the one that does the harm.",
)
perfect_start = Prediction(
    facts.perfect_start,
    "Start at the perfect weights, but move one of the ten first-layer weights by a millionth. The step "
    "size is 0.01, as in section 1. What happens?",
    Which(
        ["apart", "moved"],
        {
            "it goes back to them": (True, False),
            "it finds other weights that are just as good": (True, True),
            "it ends dead, at 15.5": (False, True),
        },
    ),
    "Watch the loss: it is tiny, and grows from the first step on.",
)
which_repair = Prediction(
    facts.which_repair,
    "Keep the step size at 0.01 and change one thing only. Which change lets the most seeds solve it?",
    Most(facts.SINGLE, of="solved"),
    "The table below counts all of them.",
)


@goal("data A: make the network say 15 and 16, with a loss under 0.01. Turn anything but the data.")
def alive_and_solved(session: SumOfInputs) -> bool:
    """Solve data A, by any other means."""
    return session.data == "A" and session.moment.loss < 0.01


@goal("a loss under 0.01 with a step size of 0.01 or more. Turn anything else.")
def solved_with_long_steps(session: Repairs) -> bool:
    """Solve data A with no step shorter than those of section 1: in `Repairs` the step size restarts."""
    return session.step_size >= 0.01 and session.step > 0 and session.moment.loss < 0.01


dead_answer = Exercise(
    facts.dead_answer,
    "All hidden units of a network are dead. It is trained on, with squared error, on the targets 3, 5, "
    "10 and 2. What does it say in the end?",
    within=1e-6,
    hints=[
        "Which of its parameters still has a gradient?",
        "Only the output bias c. For which c is (c - 3)² + (c - 5)² + (c - 10)² + (c - 2)² least?",
    ],
    because="The mean, 20 / 4 = 5.",
    wrong={
        0: "The hidden units say 0, but the output bias is added, and it still learns.",
        4: "4 is the median. The squared error is least elsewhere.",
        20: "That is the sum: it would be far too much for every row.",
    },
)
second_weight = Exercise(
    facts.second_weight,
    "The first unit says relu(S), the second relu(-S), where S is the sum of the inputs. The output is "
    "1 · relu(S) + v · relu(-S). Which v makes it S, whatever the sign of S?",
    within=1e-9,
    hints=["Try S = -2. What do the two units say?", "They say 0 and 2, and the answer should be -2."],
    because="relu(S) - relu(-S) = S: the second output weight has to be -1.",
    wrong={
        1: "Then the network says |S|: for S = -2 it says 2.",
        0: "Then it says 0 wherever S is negative.",
    },
)
long_step = Exercise(
    facts.long_step,
    "A parabola: the loss is 50 · w². From which step size on does gradient descent run away from w = 0?",
    within=1e-9,
    hints=[
        "The gradient is 100 w, so a step of size s makes w - 100 s w of w.",
        "The factor is 1 - 100 s. When is it below -1?",
    ],
    because="At 2 / 100 = 0.02: two divided by the curvature.",
    wrong={
        0.04: "The second derivative of 50 w² is 100, not 50.",
        0.01: "A step of 0.01 lands exactly on 0. How much longer may it be before |w| grows?",
    },
)
rows_and_steps = Exercise(
    facts.rows_and_steps,
    "With a loss summed over 1 000 rows, step size 0.0002 works well. You change the loss to the mean. "
    "Which step size gives exactly the same training?",
    within=1e-5,
    hints=["The mean is the sum divided by 1 000. And its gradient?"],
    because="0.2: a gradient 1 000 times as short wants a step size 1 000 times as large.",
    wrong={
        0.0002: "The same step size with a shorter gradient makes shorter steps.",
        0.0000002: "That is the wrong way round: the mean's gradient is the shorter one.",
        0.1: "That is the step for 0.0001 on the sum. Here it is 0.0002.",
    },
)


@graded
def check_perfect(weights: Sequence | None) -> str:
    """Return a verdict on (W, v): first-layer weights (5, 2) and output weights (2,), all biases 0."""
    if weights is None or weights is ...:
        return "not attempted yet"
    try:
        W, v = (np.array(part, float) for part in weights)
        if W.shape == (2, 5):
            return "not yet: W has two rows of five numbers; transpose it, to a row for each input"
        if W.shape != (5, 2):
            raise ValueError
        params = [Layer(W, np.zeros((1, 2))), Layer(v.reshape(2, 1), np.zeros((1, 1)))]
    except (TypeError, ValueError):
        return f"expected W with five rows of two numbers, and v with two numbers; got {weights!r}"
    errors = [
        np.abs(facts.as_posted.but(dataset=data).outputs(params) - data.targets).max()
        for data in facts.DATA.values()
    ]
    if max(errors) < 1e-9:
        return "right: no error on data A, B and C"
    return f"not yet: the worst error on data A, B and C is {max(errors):.3g}"


@graded
def check_mask(derivative: Callable | None) -> str:
    """Return a verdict on a function that should give the ReLU's derivative for an array z."""
    z = np.array([[-2.0, -0.5, 0.5, 3.0]])
    if derivative is None or derivative is ...:
        return "not attempted yet"
    try:
        answer = derivative(z.copy())
        if answer is None or answer is ...:
            return "not attempted yet"
        given = np.asarray(answer, float)
    except Exception as error:
        return f"it raised {type(error).__name__}: {error}"
    if given.shape != z.shape:
        return f"not yet: z has shape {z.shape}, your answer {given.shape}"
    right = facts.as_posted.network.activations[0].derivative(z, np.maximum(z, 0))
    different = np.flatnonzero(given != right)
    if not different.size:
        return "right"
    first = different[0]
    return f"not yet: at z = {z.flat[first]:g} it gives {given.flat[first]:g}, not {right.flat[first]:g}"


compute_ahead(
    facts.case, ["posted derivative, smaller step", *(f"{name}, step 0.001" for name in facts.SINGLE)]
)
