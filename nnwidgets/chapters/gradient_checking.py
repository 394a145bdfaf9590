"""Is my gradient right, and does it matter? The chapter's panels and questions, and a check of code."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.panel.checking import CheckPanel
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.gradient_check import ErrorAgainstWidth, ErrorMap, NumericAgainstAnalytic
from nnwidgets.pictures.over_numbers import OutputOverNumbers
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.questions import (
    Exercise,
    ExerciseCard,
    GoalLine,
    Most,
    Nearest,
    Prediction,
    PredictionCard,
    Progress,
    Said,
    Which,
    goal,
)
from nnwidgets.questions.verdict import graded
from nnwidgets.session.check import Check
from nnwidgets.session.knobs import Choice
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.cases import Finding
from workbook.cases import gradient_checking as facts
from workbook.cases.checked_square import x_squared
from workbook.faults import FAULTS
from workbook.faults.trial import CHECKED, small_network
from workbook.gradcheck import THRESHOLD
from workbook.plots import new_figure

SMALL, PARITY = "2-3-2-1: ReLU, sigmoid output", "parity 1-1-1: sigmoids"
XOR, SQUARE = "XOR 2-4-1: tanh, linear output", "x² 1-16-1: leaky ReLU"
NETWORKS = {
    SMALL: small_network().but(penalty="none"),
    PARITY: facts.mended,
    XOR: facts.xor,
    SQUARE: x_squared(16, 21, "normal(0.5)"),
}
DECAYS = {"none": "none", "0.00000001": "weight decay(1e-8)", "0.01": "weight decay(0.01)"}
SUSPECTS = sorted(name for name in CHECKED if FAULTS[name].kind == "gradient")


class GradientCheck(Check):
    """A check with a choice of networks, faults and decay."""

    network = Choice(NETWORKS, "network")
    fault = Choice({"none": None} | FAULTS, "fault")
    decay = Choice(DECAYS, "decay")

    def experiment(self) -> Experiment:
        """Return the network's experiment with the decay and the fault that the knobs say."""
        experiment = self.meaning("network").but(penalty=self.meaning("decay"))
        fault = self.meaning("fault")
        return fault.plant(experiment) if fault else experiment


class Mystery(Check):
    """A check of the 2-3-2-1 network with decay 0.01; `number` decides which fault it hides."""

    def __init__(self, number: int, **settings: Any) -> None:
        self.number = number
        super().__init__(**settings)

    def experiment(self) -> Experiment:
        """Return the experiment with the hidden fault."""
        return FAULTS[culprit(self.number)].plant(small_network())


def culprit(number: int) -> str:
    """Return the name of the fault that mystery `number` hides."""
    return SUSPECTS[np.random.RandomState(number).randint(len(SUSPECTS))]


def view(check: Check, prediction: PredictionCard | None = None, goal: GoalLine | None = None) -> CheckPanel:
    """Return the panel of any check: a map of the network, a mark for each parameter, error over width."""
    figure = new_figure(9.2, 3.7)
    axes = figure.subplot_mosaic("MNW", width_ratios=(1.15, 0.95, 1.15))
    pictures: list[Picture] = [
        ErrorMap(axes["M"], check.look_at),
        NumericAgainstAnalytic(axes["N"]),
        ErrorAgainstWidth(axes["W"], check.move_width),
    ]
    return CheckPanel(check, figure, pictures, prediction, goal)


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> CheckPanel:
    """Return the panel of a check. settings: its knobs, such as fault="missing output derivative"."""
    return view(GradientCheck(**settings), prediction, goal)


def mystery(number: int, **settings: Any) -> CheckPanel:
    """Return the panel of a check with a fault that it does not name."""
    return view(Mystery(number, **settings))


class Parity(Session):
    """Which of 1 to 9 are even? gradients: those of the question, or right ones. training: one random
    example a step, as posted, or in a way that can succeed.
    """

    stride = 20

    hidden = Choice(
        {
            "one unit": (1,),
            "chain: 1, 1, 1, 1": (1, 1, 1, 1),
            "4 units": (4,),
            "5 units": (5,),
            "6 units": (6,),
            "8 units": (8,),
            "16 units": (16,),
        },
        "hidden",
    )
    gradients = Choice({"as posted": facts.with_posted_gradients, "right": None}, "gradients")
    training = Choice({"as posted": None, "all rows, momentum": facts.wider}, "training")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"speed": 2000} | settings)

    def experiments(self) -> dict[str, Experiment]:
        """Return the one experiment that the knobs stand for."""
        hidden, better, spoil = map(self.meaning, ("hidden", "training", "gradients"))
        # For one row, half the step size on the mean squared error is the posted step, and the loss that is
        # shown compares with the other training's.
        posted = facts.mended.but(
            sizes=(1, *hidden, 1), loss="mean squared error", step_size=facts.mended.step_size / 2
        )
        experiment = better(*hidden) if better else posted
        return {self.hidden: spoil(experiment) if spoil else experiment}

    @property
    def right(self) -> np.ndarray:
        """Whether each of the nine numbers gets the right answer, rounded, (9,)."""
        return np.round(self.moment.outputs[:, 0]) == facts.EVEN

    def headline(self) -> str:
        """Say where training stands, and how many answers are right."""
        return f"{super().headline()}, {self.right.sum()} of 9 right"


def parity_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the parity question. settings: the session's knobs, such as gradients="right"."""
    session = Parity(**settings)
    figure = new_figure(9.2, 3.4)
    axes = figure.subplot_mosaic("AUL", width_ratios=(1.2, 1, 1))
    loss = LossOverTraining(axes["L"], session, (3e-5, 1))
    loss.mark(facts.INFIMUM, "2/9")
    answers = OutputOverNumbers(axes["A"], axes["U"], facts.NUMBERS, facts.EVEN)
    return TrainingPanel(session, figure, [answers, loss], prediction, goal)


settles = Prediction(
    facts.settles,
    "After 10 000 steps, what will the posted network say to the numbers 1 to 9?",
    Which(
        ["solved", "apart", "middle"],
        {
            "0 and 1 in turn": (True, True, True),
            "a slope from about 0 to about 1": (False, True, True),
            "nearly the same to all, a little under ½": (False, False, True),
            "nearly 0 to all": (False, False, False),
        },
        above=0.1,
    ),
    "Four of the nine numbers are even, and 4/9 = 0.444 is the mean target.",
)
which_layer = Prediction(
    facts.which_layer,
    "The output's derivative is left out of the error that is sent back to the hidden layer. In which "
    "layers will the check find wrong gradients?",
    Which(
        ["hidden", "output"],
        {
            "the output layer only": (False, True),
            "the hidden layer only": (True, False),
            "both layers": (True, True),
            "neither": (False, False),
        },
    ),
    "The fault sits in the output layer, and shows in the layer below: what is sent back is wrong, what "
    "the output layer keeps for itself is right.",
)
best_width = Prediction(
    facts.best_width,
    "The gradient is right. Which width of the difference gives the smallest error of the check?",
    Nearest({"0.1": 1e-1, "0.001": 1e-3, "0.00001": 1e-5, "0.000000001": 1e-9, "the smallest: 1e-13": 1e-13}),
    "Wider, the curve bends away from its chord; narrower, the digits of the loss run out.",
)
trained = Prediction(
    facts.trained,
    "The same right gradient, checked after 3 000 steps of training, when the loss is practically 0. "
    "What will the check say?",
    Which(["error"], {"it passes, as before": (False,), "it fails": (True,)}, above=THRESHOLD),
    "The gradient is almost 0 there, far less than the truncation error of the difference.",
)
right_gradients = Prediction(
    facts.right_gradients,
    "Both mistakes are mended, and the check passes. What does the 1-1-1 network learn now?",
    Which(
        ["solved", "apart"],
        {
            "all nine numbers": (True, True),
            "some of the numbers": (False, True),
            "nothing: nearly the same answer to all": (False, False),
        },
        above=0.1,
    ),
    "A right gradient tells which way is down. It does not tell whether there is anything down there.",
)
fewest = Prediction(
    facts.fewest,
    "One hidden layer of tanh units, trained as well as we can. Which is the smallest of these widths "
    "with which at least one seed of 200 gets all nine numbers right?",
    Nearest({"3": 3, "4": 4, "5": 5, "6": 6}),
    "The answer changes eight times, and yet five units do: a steep step down in the middle of a wide "
    "climb makes three changes (up, down, up) with two units.",
)
the_one_it_finds = Prediction(
    facts.the_one_it_finds,
    "One of these four bugs is found by a gradient check. Which?",
    Most(["missing bias", "bias gradient is 0", "initial weights all equal", "signed pixels"], of="errors"),
    "The others have right gradients: of another network, or on other data.",
)


@goal("with the 2-3-2-1 network, find a width at which the map marks a kink.")
def at_a_kink(check: GradientCheck) -> bool:
    """Find a width that crosses a kink."""
    return check.shown and check.network == SMALL and any(row.kink for row in check.report.parameters)


@goal("all nine numbers right, with a loss under 0.01.")
def all_nine(session: Parity) -> bool:
    """Get all nine numbers right."""
    return bool(session.right.all() and session.moment.loss < 0.01)


@goal("all nine numbers right with six hidden units or fewer, and a loss under 0.01. Try other seeds.")
def few_units(session: Parity) -> bool:
    """Get all nine right with six hidden units at most."""
    return sum(session.meaning("hidden")) <= 6 and all_nine.reached(session)


twice_as_wide = Exercise(
    facts.twice_as_wide,
    "With width 0.001 the check above has a relative error of 0.00000005, all of it truncation. "
    "What do you expect at width 0.002?",
    within=1e-8,
    hints=["Truncation grows with h².", "Twice as wide makes it 4 times larger."],
    because="0.0000002: four times as large, because the width is squared.",
    wrong={1e-7: "It grows faster than the width itself: with h²."},
)
decay_left_out = Exercise(
    facts.decay_left_out,
    "The loss adds 0.01 / 2 · Σ w², and the gradient forgets it. A weight is -3. What is the numeric "
    "gradient minus the analytic one?",
    within=1e-6,
    hints=["The derivative of 0.01 / 2 · w² is 0.01 · w.", "0.01 · (-3)."],
    because="-0.03: proportional to the weight, in every layer. So all weights are off (where the rest "
    "of the gradient is large, the map says doubtful), and no bias.",
    wrong={0.03: "The sign: the numeric gradient has the decay in it, and the weight is negative."},
)
hidden_by_kinks = Exercise(
    facts.hidden_by_kinks,
    "In the network for x², all biases start at 0 and one input is 0: every bias sits on a kink, and our "
    "check leaves kinks out. Which of these faults passes the check there?",
    Most(
        ["bias gradient is 0", "wrong sign", "weight where the input belongs", "relu gradient by value"],
        of="errors",
        least=True,
    ),
    hints=["Which parameters are not compared at all?", "Which of the faults changes biases only?"],
    because="So check again with biases drawn at random, or after a few steps of training.",
)

SEEN = {  # in the chapter's mysteries; what stands in braces is computed, for their seed
    "missing output derivative": "The quotients analytic / numeric are large, {missing: 11 to 28}: "
    "s' is missing.",
    "relu gradient by value": "The quotients analytic / numeric differ from unit to unit, "
    "{relu: 0.27 to 1.75}.",
    "derivative at the output": "Every parameter is off, and the biases' quotients are {output: 4.2 to 4.3}.",
    "forgotten mean over the batch": "The biases' quotients are all {mean: 30}, the number of rows.",
    "wrong sign": "The biases' quotients are all {sign: -1}.",
    "decay missing from the gradient": "Weights only: numeric minus analytic is 0.01 times the weight.",
    "decay by sum of weights": "Weights only: numeric minus analytic is 0.005 minus 0.01 times the weight.",
}


def signs(fault: str) -> str:
    """Return what gives a fault away in a mystery."""
    seen = Finding(facts.quotients.key, facts.quotients, SEEN.get(fault, ""))
    return f"{FAULTS[fault].symptom} {seen}".strip()


def name_it(number: int, progress: Progress | None = None) -> ExerciseCard:
    """Ask which fault mystery `number` hides."""
    key = f"{facts.fact.chapter}/name-it-{number}".replace("_", "-")
    exercise = Exercise(
        Finding(key, functools.partial(culprit, number), "It hides: {fault: a fault}."),
        "Which fault is hidden in the network above?",
        Said("{fault: a fault}", SUSPECTS),
        hints=[
            "First the map: is a whole layer right? Are all weights wrong and all biases right?",
            "Then the marks: do the wrong ones lie on another straight line, on an axis, or anywhere?",
            "Press some wrong lines and divide: analytic by numeric. Or subtract: is the difference 0.01 "
            "times the weight?",
            "Two faults leave the output layer right and spoil all below. The output's s' is at most 1/4: "
            "without it each row of data counts at least four times too much. With a ReLU's value in the "
            "place of its slope, each unit's gradients have a factor of their own, above 1 or below.",
        ],
        because=signs(culprit(number)),
        wrong={name: f"The signs of that fault: {signs(name)}" for name in SUSPECTS},
    )
    return exercise(progress)


@graded
def check_slope(function: Callable[..., Any]) -> str:
    """Return a verdict on slope(loss, p, h), which should be the central difference of loss at p."""
    p, h = 0.7, 1e-3
    try:
        answers = [function(loss, p, h) for loss in (np.square, np.exp, lambda x: 3.0)]
    except Exception as error:
        return f"it raised {type(error).__name__}: {error}"
    if all(answer is None or answer is ... for answer in answers):
        return "not attempted yet"
    try:
        at_square, at_exp, at_flat = map(float, answers)
    except (TypeError, ValueError):
        return f"expected a number; got {answers[1]!r}"
    square, exp, flat = abs(at_square - 2 * p), abs(at_exp - np.exp(p)), abs(at_flat)
    if max(square, exp, flat) < 1e-6:
        return f"right: the slope of exp at {p} is off by {exp:.0e}"
    if max(square, exp) < 5e-3 and flat < 1e-9:
        return "not yet: this is a one-sided difference, whose error is proportional to h, not to h squared"
    return f"not yet: the slope of exp at {p} is {np.exp(p):.4f}, and comes out as {at_exp:.4f}"


compute_ahead(facts.case)
