"""How long should a step be? The chapter's questions, its goal and the check of its code exercise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.step_size_and_momentum_panels import (
    AllRows,
    AsPosted,
    InValley,
    Repairs,
    edge_panel,
    mystery_panel,
    posted_panel,
    repair_panel,
    valley_panel,
)
from nnwidgets.live_figure import LiveFigure, arranged
from nnwidgets.questions import Exercise, Matching, Most, Nearest, Observation, Prediction, goal
from nnwidgets.questions.verdict import asked, graded, two
from workbook.cases import step_size_and_momentum as facts
from workbook.cases.high_cosine import CHANGES, WIDER
from workbook.cases.sine import DIVIDED, MYSTERIES, TRIED
from workbook.parts import OPTIMIZERS
from workbook.plots import BLUE, tidy
from workbook.training import train

PANELS = (posted_panel, repair_panel, valley_panel, edge_panel, mystery_panel)
"""The chapter's panels, in its order; a notebook calls them by their names."""

LONGER, SHORTER, EPOCHS, START = TRIED


RIGHT_END, ELSEWHERE = "at the right end", "somewhere else"


def worst_place(session: AsPosted) -> str:
    """Return whether the error is largest at the right end, of all places, at the step that is shown."""
    squares = np.square(session.moment.outputs - session.experiment.dataset.targets)[:, 0]
    worst = max(facts.PLACES, key=lambda place: float(squares[facts.PLACES[place]].mean()))
    return worst if worst == RIGHT_END else ELSEWHERE


def how_near(session: Repairs) -> str:
    """Return how large the typical error is at the step that is shown."""
    return NEAR if session.off < 0.1 else MIDDLING if session.off < 0.3 else FAR


NEAR, MIDDLING, FAR = "below 0.1", "0.1 to 0.3", "above 0.3"
DOWN, OUT = "it came down", "it was thrown out"


def came_down(session: InValley) -> str:
    """Return whether the loss of the chosen way is now below its first value."""
    return DOWN if session.moment.loss < session.main.at(0).loss else OUT


FELL, ROSE, OVERFLOWED = "it never rose above its start", "it rose above its start, and fell", "it overflowed"


def way_of_the_loss(session: AllRows) -> str:
    """Return how the loss went, up to the step that is shown."""
    first, *later = (moment.loss for moment in session.main.until(session.step))
    if not all(np.isfinite(later)):
        return OVERFLOWED
    return ROSE if max(later, default=0.0) > first else FELL


where_wrong = Prediction(
    facts.where_wrong,
    "After 50 epochs it has the rough shape of a sine. Where is the error that is left the largest?",
    Most(facts.PLACES, of="places"),
    "At the right end hardly any unit turns over.",
    {
        "at the left end": "An end has neighbours on one side only, so this is sensible; and the error "
        "there is the second largest. But the right end is worse.",
        "at the first peak": "Tanh units are steps, and a peak is bent, so this is sensible. But plenty of "
        "units turn over there.",
        "in the middle, where it is steepest": "Where a curve is steep, a small shift makes a large error. "
        "But tanh units are steep themselves, and this part is learned.",
    },
    Observation("Where was the error largest in the end?", [RIGHT_END, ELSEWHERE], worst_place),
)
divided = Prediction(
    facts.divided,
    "Scale the inputs, everybody says. Divide x by 2π, so that it goes from 0 to 1, and change nothing else. "
    "The median typical error of 20 seeds after 50 epochs was 0.18. What does it become?",
    Nearest(
        {"about 0.05": 0.05, "about 0.1": 0.1, "about the same": 0.18, "more than twice as much": 0.43},
        "divided",
    ),
    "With so small an x the weighted sums hardly change from one end to the other, and hardly a unit bends.",
    {
        "about 0.05": "It is the usual advice, and often right. But here it takes away the little that "
        "bends.",
        "about 0.1": "It is the usual advice, and often right. But here it takes away the little that bends.",
        "about the same": "One might think that the weights simply grow to make up for it. With such short "
        "steps they have no time.",
    },
    Observation("How large was the typical error in the end?", [NEAR, MIDDLING, FAR], how_near),
    shows=lambda session: session.inputs == DIVIDED,
    do="Choose x / 2π as the input, then press Play",
)
momentum_limit = Prediction(
    facts.momentum_limit,
    "Plain steps come down this valley up to a size of 0.02; longer ones are thrown out. Momentum 0.9 adds "
    "up ten steps. How long may its steps be?",
    Nearest(
        {"up to 0.002, a tenth": 0.1, "up to 0.02, the same": 1, "up to 0.038, nearly twice as long": 1.9},
        of="ratio",
    ),
    "Across the steep direction the steps change sign each time, so that momentum does not add them up: it "
    "holds them back.",
    {
        "up to 0.002, a tenth": "Ten times the way with each step, so a tenth as long: that is true on a "
        "slope. But where steps overshoot, momentum pulls the other way.",
        "up to 0.02, the same": "The limit comes from the valley, and the valley is the same. But momentum "
        "makes something else of a step that overshoots.",
    },
    Observation("What became of the way that you chose?", [DOWN, OUT], came_down),
)
too_steep = Prediction(
    facts.too_steep,
    "Steps of 0.1 hold where the curvature is below 20. All 20 seeds start where it is above 20, at 24 to "
    "45: the steps are too long for every one of them. How many of the 20 diverge?",
    Nearest({"all 20": 20, "about half": 10, "none": 0}, of="lost"),
    "The losses rise, some a hundredfold. But the walls of this valley are not those of a parabola: the "
    "network is thrown out of it, and lands where it is flatter.",
    {
        "all 20": "In a parabola it would be so, and it is what the rule says. But this valley is flatter "
        "elsewhere.",
        "about half": "A sensible hedge: some are far above the limit. None of them is far enough.",
    },
    Observation("What did the loss do?", [FELL, ROSE, OVERFLOWED], way_of_the_loss),
)
effective_step = Exercise(
    facts.effective_step,
    "On an even slope the gradient is the same at every step. With momentum 0.95 and steps of 0.0002, as "
    "far as with which plain step size does it go in a step, in the end?",
    within=1e-6,
    hints=[
        "In the end a step is as long as the one before it: v = 0.95 v + 0.0002 g.",
        "Then 0.05 v = 0.0002 g.",
    ],
    because="0.0002 / (1 - 0.95) = 0.004: twenty times as far.",
    wrong={
        0.0002: "That would be without momentum: but each step keeps 0.95 of the one before.",
        0.00019: "You took 0.95 of it. But the share that is kept adds up over many steps.",
        0.00039: "That is after two steps. It goes on adding up.",
        0.002: "That would be momentum 0.9.",
    },
    otherwise="Ask when v no longer changes: v = 0.95 v + 0.0002 g.",
)
longest_plain_step = Exercise(
    facts.longest_plain_step,
    "At the bottom of a valley the curvature is 50. Up to which size do plain steps hold there?",
    within=1e-4,
    hints=["A step multiplies the distance by 1 - s · 50.", "When does that become -1?"],
    because="2 / 50 = 0.04.",
    wrong={
        0.02: "With 1 / 50 a single step leads to the bottom. It may be longer, and still come nearer.",
        25: "That is 50 / 2, the wrong way round: the more curved, the shorter.",
        0.01: "It holds, but longer ones do, too.",
        100: "The more curved a valley is, the shorter its steps have to be.",
    },
    otherwise="A step of size s turns the distance d into d - s · 50 · d.",
)
same_steps = Exercise(
    facts.same_steps,
    "Make 500 steps of 0.001, each from a single row, or each from all 100 rows, which is a hundred times "
    "the work. How much smaller is the typical error of the second?",
    Nearest({"by about a fifth": 0.2, "by about half": 0.5, "by about nine tenths": 0.9}, of="gain"),
    hints=["With such short steps, what do a hundred steps from a row each come to?"],
    because="Short steps from single rows add up to nearly the same way. What is left is a little jitter.",
    wrong={
        "by about half": "The gradient of all rows is the more exact one. But a hundred inexact steps "
        "average out.",
        "by about nine tenths": "A hundred times the work, so ten times as exact: true of a single "
        "gradient. But the way is as long as the steps, and there are as many of them.",
    },
)
cures = Matching(
    facts.cures,
    "Four networks that should learn the sine, the losses of five seeds each; dotted: the best straight "
    "line. Which one change brings each of them the furthest?",
    list(MYSTERIES),
    list(TRIED),
    of="best",
    hints=[
        "Is the curve smooth or rough? Is it still falling at the end?",
        "A smooth curve has steps that could be longer. A rough one shows that they are long already.",
    ],
    because="Smooth and falling slowly: longer steps. Rough and flat: shorter ones. Rough, and still "
    "falling: more of them. Smooth and flat: "
    "longer steps are the first try. Here they do not help; another start does.",
    wrong={
        (
            "A",
            EPOCHS,
        ): "it would help. But the curve is quite smooth: these steps can be far longer, for nothing.",
        ("A", SHORTER): "it is smooth already. Shorter steps go even less far.",
        ("A", START): "it started there.",
        ("B", LONGER): "the curve jumps up and down: the steps already overshoot.",
        ("B", EPOCHS): "it goes on jumping as long as its steps are so long.",
        ("C", LONGER): "the curve is rough already: with longer steps it overflows.",
        ("C", SHORTER): "the curve is rough, but it still falls: it has not arrived.",
        ("C", START): "it started there.",
        ("D", LONGER): "the first thing to try when a curve is smooth and flat. It stays at the dotted line, "
        "though: what says so is hardly more than a straight line.",
        ("D", SHORTER): "it is smooth already. Shorter steps go even less far.",
        ("D", EPOCHS): "it is flat: more of the same leads to the same.",
    },
)
transfer = Exercise(
    facts.transfer,
    "Which change brings the mean squared error down?",
    Most([*CHANGES, WIDER], of="found", least=True),
    hints=[
        "How far does x move over a single wave? By how much can w x + b change meanwhile?",
        "A wave of cos 16x is 2π / 16 = 0.39 wide, and no weight is above 0.7.",
    ],
    because="Over a whole wave no weighted sum changes by more than 0.27: every unit is a straight line "
    "there, and neither steps nor units change that.",
    wrong={
        "steps twice as long": "That would help if it were on its way. Its loss stands at the variance.",
        "three times as many epochs": "That would help if its loss were still falling.",
        "four times as many hidden units": "More units of the same kind: over a wave, they are straight, "
        "too.",
    },
)


@goal("a typical error below 0.05 within 50 epochs, with 50 units. Turn anything else, even on the way.")
def near_the_sine(session: Repairs) -> bool:
    """Learn the sine in the time that was too short for the network as posted."""
    enough = session.units == "50" and 0 < session.step <= 50 * session.epoch
    return enough and session.off < 0.05


def curves() -> LiveFigure:
    """Draw the losses of the four networks of `cures`, five seeds each."""
    figure, axes_of = arranged("ABCD", middle="AB;CD", size=(9.2, 2.6))
    line = facts.settles()["line"] ** 2 / 2
    for name, mystery in MYSTERIES.items():
        run = train(mystery, range(facts.TREATED))
        axes = tidy(axes_of[name], f"network {name}: loss", "step", "")
        axes.set_yscale("log")
        axes.axhline(line, color="0.3", linestyle=":", linewidth=1.2)
        axes.plot(run.steps, run.losses[:, :5], color=BLUE, linewidth=0.8, alpha=0.7)
        axes.set_ylim(1e-4, 50)
        axes.locator_params(axis="x", nbins=3)
    return LiveFigure(figure, alt="The losses of four networks, A to D, over their steps, five seeds each.")


@graded
def check_momentum(step: Callable | None) -> str:
    """Return a verdict on step(w, v, gradient, s, m), which should give the next w and the next v."""
    right = OPTIMIZERS["momentum(0.1, 0.9)"]
    w = given = np.array([1.0, -2.0])
    state, v = right.start(w), np.zeros(2)
    for number, gradient in enumerate(np.array([[2.0, 4.0], [1.0, -3.0], [0.0, 0.0]]), 1):
        change, state = right.step(gradient, state)
        w = w + change
        given, v = asked(step, given, v, gradient, 0.1, 0.9, read=two, in_place=True)
        if given.shape != w.shape or v.shape != w.shape:
            return f"expected two arrays like w, of the shape {w.shape}; got {given.shape} and {v.shape}"
        if not np.allclose(given, w):
            return f"not yet: after step {number} w should be {_listed(w)}, but is {_listed(given)}"
    return "right: three steps, as the optimizer makes them"


def _listed(values: np.ndarray) -> str:
    return ", ".join(f"{value:.3g}" for value in values)


compute_ahead(facts.case)
