"""Is my gradient right, and does it matter? The chapter's panels and questions, and a check of code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.checks import SMALL, GradientCheck, mystery, name_it, pictured
from nnwidgets.panel.checking import CheckPanel
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.over_numbers import OutputOverNumbers
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Most,
    Nearest,
    Observation,
    Prediction,
    PredictionCard,
    Which,
    goal,
)
from nnwidgets.questions.verdict import asked, graded
from nnwidgets.session.check import Check
from nnwidgets.session.knobs import Choice
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.cases import checked_large as large
from workbook.cases import gradient_checking as facts
from workbook.gradcheck import THRESHOLD
from workbook.measures.gradient_error import gradients
from workbook.plots import new_figure

__all__ = ["mystery", "name_it", "panel", "parity_panel"]  # with the questions, which stand below


def panel(
    prediction: PredictionCard | None = None,
    goal: GoalLine | None = None,
    reach: Sequence[str] = ("network", "fault", "width"),
    **settings: Any,
) -> CheckPanel:
    """Return the panel of a check. reach: the knobs at hand; settings: fault="wrong sign", and the like."""
    check = GradientCheck(**settings)
    check.reach = tuple(reach)
    return CheckPanel(check, *pictured(check), prediction, goal)


class Parity(Session):
    """Which of 1 to 9 are even? gradients: those of the question, or right ones. training: one random
    example a step, as posted, or in a way that can succeed.
    """

    title = "a network that should tell even from odd"
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
    prediction: PredictionCard | None = None,
    goal: GoalLine | None = None,
    reach: Sequence[str] = ("hidden", "training", "gradients"),
    bound: bool = False,
    **settings: Any,
) -> TrainingPanel:
    """Return the panel of the parity question. reach: the knobs at hand; settings: such as seed=1.

    bound: draw the loss that no chain of single units gets below, which answers two predictions.
    """
    session = Parity(**settings)
    session.reach = tuple(reach)
    figure = new_figure(9.2, 3.2)
    axes = figure.subplot_mosaic("AUL", width_ratios=(1.2, 1, 1))
    loss = LossOverTraining(axes["L"], session, (3e-5, 1))
    if bound:
        loss.mark(facts.INFIMUM, "2/9")
    answers = OutputOverNumbers(axes["A"], axes["U"], facts.NUMBERS, facts.EVEN)
    return TrainingPanel(session, figure, [answers, loss], prediction, goal)


def rest(session: Parity) -> str:
    """Say what the mean answer does in the second half of what was trained."""
    moments = session.main.until(session.step)
    moves = np.diff([moment.outputs.mean() for moment in moments[len(moments) // 2 :]])
    if abs(moves).max(initial=0) < 1e-4:
        return "it stands still"
    return "it trembles" if abs(moves.sum()) < 0.5 * abs(moves).sum() else "it goes on moving one way"


def came_down(session: Parity) -> str:
    """Say whether the loss ever came below 0.1, which is numbered in the picture."""
    losses = [moment.loss for moment in session.main.until(session.step)]
    return "yes" if min(losses) < 0.1 else "no, never"


def how_many(session: Parity) -> str:
    """Say how many of the nine answers are right."""
    right = session.right.sum()
    return "all nine" if right == 9 else "seven or eight" if right >= 7 else "six or fewer"


def larger(check: Check) -> str:
    """Say which of the two gradients of the first weight is larger, signs aside."""
    row = check.report.parameters[0]
    if row.error <= THRESHOLD:
        return "they agree"
    return "the analytic one" if abs(row.analytic) > abs(row.numeric) else "the numeric one"


def steeper(check: Check) -> str:
    """Say on which side of the best width the error grows faster, over two decades of widths."""
    errors = np.log10(np.maximum([report.relative_error for report in check.by_width], 1e-17))
    best = int(errors.argmin())
    left, right = (
        errors[place] - errors[best] for place in (max(best - 4, 0), min(best + 4, len(errors) - 1))
    )
    if abs(left - right) < 0.5:
        return "neither"
    return "to the right: wider" if right > left else "to the left: narrower"


def place_of_marks(check: Check) -> str:
    """Say where the marks of the parameters lie."""
    analytic, numeric = (float(np.linalg.norm(v)) for v in gradients(check.report))
    if check.report.relative_error < 0.05:
        return "on the grey diagonal"
    return "on the vertical line at 0" if analytic < 0.05 * numeric else "elsewhere"


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
    {
        "0 and 1 in turn": "that is what it was asked for, and 10 000 steps sound like plenty. But what "
        "one unit can say is limited.",
        "a slope from about 0 to about 1": "one sigmoid can do that. But a slope is little help where the "
        "targets go up and down in turn.",
        "nearly 0 to all": "five of the nine targets are 0. But the four ones pull too, and the squared "
        "error of one answer to all is least at the mean.",
    },
    Observation(
        "Once it has come down, what does the curve do?",
        ["it stands still", "it trembles", "it goes on moving one way"],
        rest,
    ),
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
    "What is sent back is wrong; what the output layer keeps for itself is right.",
    {
        "the output layer only": "the slip is in the output layer's formula. But it shows where its result "
        "is used: one layer down.",
        "both layers": "a factor of the output layer is missing, so why not there too? Because the output "
        "layer's own gradients still have it.",
        "neither": "a factor that is always positive may seem harmless. But the check compares numbers.",
    },
    Observation(
        "Look at w₁ in the line above the picture: which number is larger, signs aside?",
        ["the analytic one", "the numeric one", "they agree"],
        larger,
    ),
)
best_width = Prediction(
    facts.best_width,
    "The gradient is right. Which width of the difference gives the smallest error of the check?",
    Nearest({"0.1": 1e-1, "0.001": 1e-3, "0.00001": 1e-5, "0.000000001": 1e-9, "the smallest: 1e-13": 1e-13}),
    "Wider, the curve bends away from its chord; narrower, the digits of the loss run out.",
    {
        "0.1": "a wide step gives a difference that can be felt. But on so long a way the slope changes.",
        "0.001": "small enough, one would think. A hundred times narrower is better still.",
        "0.000000001": "narrower is better, in mathematics. But the computer has about 16 digits, and the "
        "two losses now agree in most of them.",
        "the smallest: 1e-13": "let h go to 0: that is how the derivative is defined. But the computer has "
        "about 16 digits, and the two losses now agree in nearly all of them.",
    },
    Observation(
        "On which side of its lowest point does the blue curve rise more steeply?",
        ["to the right: wider", "to the left: narrower", "neither"],
        steeper,
    ),
)
trained = Prediction(
    facts.trained,
    "The same right gradient, checked after 3 000 steps of training, when the loss is practically 0. "
    "What will the check say?",
    Which(["error"], {"it passes, as before": (False,), "it fails": (True,)}, above=THRESHOLD),
    "The gradient is almost 0 there, far less than the truncation error of the difference.",
    {
        "it passes, as before": "a right formula stays right, and it does. But the instrument has an error "
        "of its own, and the gradient has shrunk below it."
    },
    Observation(
        "Where do the marks lie in the middle picture?",
        ["on the grey diagonal", "on the vertical line at 0", "elsewhere"],
        place_of_marks,
    ),
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
    {
        "all nine numbers": "the mistakes were found, so they must have been the reason. They were real, and "
        "something else is wrong as well.",
        "some of the numbers": "a right gradient should bring something. But to win one number this network "
        "has to lose another.",
    },
    Observation("Did the loss ever come below 0.1?", ["yes", "no, never"], came_down),
)
fewest = Prediction(
    facts.fewest,
    "One hidden layer of tanh units, trained as well as we can. Which is the smallest of these widths "
    "with which at least one seed of 200 gets all nine numbers right?",
    Nearest({"3": 3, "4": 4, "5": 5, "6": 6}),
    "The answer changes eight times, and yet five units do: a steep step down in the middle of a wide "
    "climb makes three changes with two units.",
    {
        "3": "a network may surprise. But three units make too few turns.",
        "4": "two changes a unit would do it. None of 200 seeds found such a way.",
        "6": "eight changes seem to need about as many units. Six learn it more often, but five can.",
    },
    Observation(
        "How many of the nine did this run get right?",
        ["all nine", "seven or eight", "six or fewer"],
        how_many,
    ),
)
the_one_it_finds = Prediction(
    facts.the_one_it_finds,
    "One of these four bugs is found by a gradient check. Which?",
    Most(["missing bias", "bias gradient is 0", "initial weights all equal", "signed pixels"], of="errors"),
    "The loss still depends on the bias, and the way back says that it does not. The others have right "
    "gradients: of another network, or on other data.",
    {
        "missing bias": "it sounds like the one that is found. But a bias that is not there has no gradient, "
        "and none is missing.",
        "initial weights all equal": "it ruins training. But at that start, too, the gradient is the slope.",
        "signed pixels": "the network sees nonsense. But the gradient is right for what it sees.",
    },
)
which_test = Prediction(
    facts.which_test,
    "A 4-4-1 network of sigmoids should learn the parity of four bits, with steps of size 0.1, one row at a "
    "time. Its gradient check passes. After the first epoch all sixteen answers are the same, and from then "
    "on no number in it changes any more. Which test finds the mistake?",
    Most(large.TESTS, of="found"),
    "Each step sets a weight to what should be added to it. The gradient is right, and badly followed.",
    {
        "the gradient check at ten other starts": "one start may be an accident. Here all ten pass.",
        "the gradient check after an epoch": "something goes wrong in that epoch. But the gradient is right "
        "at its end, too.",
        "the range of the inputs": "the first thing to look at, often. These are 0 and 1.",
    },
)


@goal("with the 2-3-2-1 network, find a width at which the map marks a kink.")
def at_a_kink(check: GradientCheck) -> bool:
    """Find a width that crosses a kink."""
    return check.shown and check.network == SMALL and any(row.kink for row in check.report.parameters)


@goal("all nine numbers right with six hidden units or fewer, and a loss under 0.01. Try other seeds.")
def few_units(session: Parity) -> bool:
    """Get all nine right with six hidden units at most."""
    return bool(sum(session.meaning("hidden")) <= 6 and session.right.all() and session.moment.loss < 0.01)


twice_as_wide = Exercise(
    facts.twice_as_wide,
    "With width 0.001 the check above has a relative error of 0.00000005, all of it truncation. "
    "What do you expect at width 0.002?",
    within=1e-8,
    hints=["Truncation grows with h².", "Twice as wide makes it 4 times larger."],
    because="0.0000002: four times as large, because the width is squared.",
    wrong={
        1e-7: "That is twice as large: it grows faster than the width itself, with h².",
        5e-8: "That is the error at 0.001. A wider difference has a larger one.",
        2.5e-8: "That is half of it. Wider means larger, on this side of the V.",
        1.25e-8: "That is a quarter: narrower would do that. Wider makes it larger.",
        4e-7: "That is eight times as large, with h³. The even terms cancel: truncation grows with h².",
    },
    otherwise="Take 0.00000005 and ask how often h² becomes larger when h doubles.",
)
decay_left_out = Exercise(
    facts.decay_left_out,
    "The loss adds 0.01 / 2 · Σ w², and the gradient forgets it. A weight is -3. What is the numeric "
    "gradient minus the analytic one?",
    within=1e-6,
    hints=["The derivative of 0.01 / 2 · w² is 0.01 · w.", "0.01 · (-3)."],
    because="-0.03: proportional to the weight, in every layer. So all weights are off (where the rest "
    "of the gradient is large, the map says doubtful), and no bias.",
    wrong={
        0.03: "The sign: the numeric gradient has the decay in it, and the weight is negative.",
        0.045: "That is the decay itself, 0.01 / 2 · w². Its derivative is asked for.",
        -0.015: "Half of it: the 2 of w² cancels the 1/2.",
    },
    otherwise="It is the derivative of 0.01 / 2 · w² at -3, and nothing else: all other terms are in both.",
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
    wrong={
        "wrong sign": "It turns the weights' gradients round too, and these are compared.",
        "weight where the input belongs": "It spoils the weights, and these are compared.",
        "relu gradient by value": "It spoils the first layer's weights too, and these are compared.",
    },
    because="So check again with biases drawn at random, or after a few steps of training.",
)


@graded
def check_slope(function: Callable[..., Any]) -> str:
    """Return a verdict on slope(loss, p, h), which should be the central difference of loss at p."""
    p, h = 0.7, 1e-3
    losses = (np.square, np.exp, lambda x: 3.0)
    answers = [asked(function, loss, p, h, read=lambda answer: answer) for loss in losses]
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
