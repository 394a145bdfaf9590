"""Where does the first NaN come from? The chapter's questions, goal and check of code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.not_a_number_panels import (
    Activations,
    LeNet,
    Repairs,
    activation_panel,
    panel,
    precision_panel,
    repair_panel,
    softmax_panel,
)
from nnwidgets.questions import Exercise, Most, Observation, Prediction, UpTo, goal
from nnwidgets.questions.verdict import asked, graded
from workbook.cases import not_a_number as facts
from workbook.cases.lenet import CHANGES, CLIPPING, SOFTMAX, START, STEPS
from workbook.measures.births import LOSS
from workbook.parts.losses import log_sum

PANELS = (panel, softmax_panel, precision_panel, activation_panel, repair_panel)
"""The chapter's panels, in its order; a notebook calls them by their names."""

AT_ONCE, SOON, NEVER = "after the first picture", "after the second", "later, or never"


def _when(session: LeNet) -> str:
    """Return after which picture the numbers were gone."""
    if not session.broken:
        return NEVER
    return {1: AT_ONCE, 2: SOON}.get(session.step, NEVER)


IN_SOFTMAX, IN_SUM, STAYED_DEAD, STAYED_ALIVE = (
    "NaN: it began in the softmax",
    "NaN: it began in a layer",
    "numbers, and gradients of 0",
    "numbers, and gradients",
)


def _became(session: LeNet) -> str:
    """Return what became of the numbers of the network that was watched."""
    made = session.birth()
    if made is not None:
        return IN_SOFTMAX if made.way == LOSS else IN_SUM
    first_layer = session.ranges()["dW 1"]
    return STAYED_DEAD if first_layer.dead else STAYED_ALIVE


RELU_FIRST, SIGMOID_FIRST, NEITHER = "the drawn line", "the dashed line", "neither"


def _lower(session: Activations) -> str:
    """Return which of the two losses is lower, at the step that is shown."""
    first, *others = (history.at(session.step).loss for history in session.histories.values())
    if not others or not np.isfinite(first) or abs(first - others[0]) < 0.1:
        return NEITHER
    return RELU_FIRST if first < others[0] else SIGMOID_FIRST


MOST_RIGHT, SOME_RIGHT, GUESSING, GONE = (
    "it learned: more than half",
    "a quarter to a half",
    "hardly more than by guessing",
    "nothing: NaN",
)


def _learned(session: Repairs) -> str:
    """Return how many of the pictures were right in the end."""
    if session.broken:
        return GONE
    return MOST_RIGHT if session.right > 0.5 else SOME_RIGHT if session.right >= 0.25 else GUESSING


first_operation = Prediction(
    facts.first_operation,
    "It is trained on one picture after the other. Soon some number becomes inf or NaN. Which operation "
    "makes the first one, in most of 40 networks?",
    Most([facts.WEIGHTED, facts.EXPONENTIAL, facts.DIVISION, facts.STEP], of="made_by"),
    "In all 40, after one or two pictures. At the first the sums z are hundreds: far from too large for a "
    "number. But e to the power of hundreds is.",
    {
        facts.WEIGHTED: "ReLUs have no upper bound, so their sums may grow without end: most people "
        "suspect that. They grow, but in most only to hundreds by the time that all is lost.",
        facts.DIVISION: "The first NaN is made there, so you are close: inf / inf. But the inf was there "
        "before.",
        facts.STEP: "A step of 0.3 is long, and it is sensible to suspect it. But most networks are "
        "lost at the first picture, before any step was made.",
    },
    Observation("When were its numbers gone?", [AT_ONCE, SOON, NEVER], _when),
)
stable = Prediction(
    facts.stable,
    "Subtract the largest z first: then no exponential can be too large. All else stays as posted. What "
    "becomes of the 40 networks?",
    Most(["they learn", facts.DEAD, facts.LATER], of="became"),
    "The exponential was where it showed. The sums are as wild as before, and the first steps throw the "
    "weights so far that no unit of some layer is active on any picture.",
    {
        "they learn": "The operation that broke is mended, so one expects it to work, and this is the "
        "repair that everybody recommends. But NaN was the symptom: the network was lost already.",
        facts.LATER: "About a third do, in single precision: some sum outgrows it. But most go silent "
        "before.",
    },
    Observation(
        "What became of the one that you watched?",
        [IN_SUM, IN_SOFTMAX, STAYED_DEAD, STAYED_ALIVE],
        _became,
    ),
)
double = Prediction(
    facts.double,
    "Take double precision instead, where eᶻ holds up to z = 709, and leave the softmax as posted. When "
    "does the median of 40 networks become NaN, compared with single precision?",
    UpTo(
        {
            "just as soon": 0.0,
            "one to three pictures later": 3.0,
            "dozens of pictures later": 100.0,
            "never: it is cured": 1e9,
        },
        of="later",
    ),
    "One picture later. At the first the sums are below 709, mostly; but the step that follows makes them "
    "millions.",
    {
        "just as soon": "Nearly. In double precision most survive the first picture.",
        "dozens of pictures later": "Eight times as much room sounds like much. But a network that "
        "explodes does not grow by adding: it multiplies at each step.",
        "never: it is cured": "More room is what one wants, and 709 looks generous. But what explodes "
        "fills any room.",
    },
    Observation("When were its numbers gone?", [AT_ONCE, SOON, NEVER], _when),
)
innocent = Prediction(
    facts.innocent,
    "All with the softmax as posted. The start is large and the steps are long, or both are made for ReLUs "
    "(He's start, steps of 0.03). With which of these do most of 40 small networks learn?",
    Most(facts.CROSSED, of="learn"),
    "Each activation does better with other settings, and ReLUs with theirs do best: with the naive softmax, "
    "and without one NaN.",
    {
        f"{facts.SIGMOID}: {facts.LARGE}": "It is the asker's experience that sigmoids are safe, and with "
        "these settings they are, where ReLUs are NaN. But safe is not fast: some learn, and most are not "
        "there yet.",
        f"{facts.SIGMOID}: {facts.FITTING}": "A careful start and short steps: what should be wrong with "
        "that? Sigmoids pass back a quarter of the gradient at most, so they need large weights and long "
        "steps.",
        f"{facts.RELU}: {facts.LARGE}": "Nothing was changed there: they are NaN, as they were.",
    },
    Observation("Whose loss was lower in the end?", [RELU_FIRST, SIGMOID_FIRST, NEITHER], _lower),
)
repaired = Prediction(
    facts.repaired,
    "Four repairs: a stable softmax, steps a tenth as long, a start that is scaled (He), the gradient "
    "clipped at a length of 1. Apply one alone. With which do most of 40 networks learn from 400 pictures?",
    Most([*CHANGES, facts.NONE], of="best"),
    "Not one network learns, with these steps and 400 pictures. Two things are wrong, the start and the "
    "step, and who mends one is defeated by the other. Try pairs.",
    {
        SOFTMAX: "It is always right to have it. Here it makes a loud failure silent.",
        STEPS: "This is what the asker found, and with a start that fits it helps. With this one all is lost "
        "before the first step.",
        START: "It is half of the cure, and the better half. But steps of 0.3 kill what starts well; "
        "with 0.05 it would have done alone.",
        CLIPPING: "It shortens what is too long. But a gradient of NaN has no length, and cannot be "
        "shortened.",
    },
    Observation(
        "What became of the network that you watched last?",
        [MOST_RIGHT, SOME_RIGHT, GUESSING, GONE],
        _learned,
    ),
    shows=lambda session: session.repaired,
    do="Change something, press Play",
)


@goal("more than half of the pictures right, with any two changes.")
def learned(session: Repairs) -> bool:
    """Have LeNet-5 with ReLUs learn."""
    return session.right > 0.5


rules = Exercise(
    facts.rules,
    "Three of these are NaN. Which is a number?",
    Most(facts.RULES, of="is_number"),
    hints=[
        "NaN is the answer where no number would be more right than another. Put very large numbers for inf."
    ],
    because="1 / inf is 0: whatever very large number stands there, the answer is about 0.",
    wrong={
        "inf - inf": "Two very large numbers may differ by anything.",
        "inf / inf": "The quotient of two very large numbers may be anything. This is what the softmax did.",
        "0 · inf": "0 times any number is 0, so this is tempting. But what is nearly 0, times something "
        "very large, may be anything. This is how one zero in a gradient meets an inf.",
    },
)
half_exponent = Exercise(
    facts.half_exponent,
    "Half precision (float16), which graphics cards like, has 65504 as its largest number. Above which z "
    "is eᶻ inf there?",
    within=0.1,
    hints=["For which z is eᶻ = 65504?"],
    because="ln 65504 = 11.09. Networks are trained in half precision, with a stable softmax, and with "
    "much care.",
    wrong={
        65504: "z may be that large, but eᶻ may not.",
        88.7: "That is where single precision ends.",
        16: "That is the power of 2. Here it is e that is raised.",
        4.82: "That is the power of 10. Here it is e that is raised.",
    },
    otherwise="Take the logarithm, to the base e, of the largest number.",
)
transfer = Exercise(
    facts.transfer,
    "Which is the cause?",
    Most([*facts.TRIED, facts.SUMS], of="helps"),
    hints=[
        "Three of the four were mended in the table, one by one. Does a line end with numbers?",
        "What has to be true of the ten probabilities of one picture?",
    ],
    because="Those of a picture add up to about a tenth: the sum goes over the pictures, not over the "
    "classes. One axis. Nothing then pushes a z down, and all grow until they overflow, sooner or later.",
    wrong={
        "the steps are too long": "With steps a tenth as long it is NaN all the same, only later: a delay.",
        "the gradient is too long at times": "Clipped it is NaN after some more steps. That is a delay, too.",
        "the start is too large": "A good start, and NaN all the same: the sums are driven up by training.",
    },
)
Z = np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0], [-800.0, -800.0, -800.0], [5.0, -90.0, 5.0]])


@graded
def check_log_softmax(function: Callable | None) -> str:
    """Return a verdict on log_softmax(z): the logarithms of the softmax of each row of z (n, k)."""
    found = asked(function, Z)
    if found.shape != Z.shape:
        return f"not yet: z has shape {Z.shape}, your answer {found.shape}"
    for row, given, wanted in zip(Z.tolist(), found, Z - log_sum(Z), strict=True):
        if not np.isfinite(given).all():
            return f"not yet: of the row {row} it makes {given.tolist()}, which are not all numbers"
        if not np.allclose(given, wanted):
            return f"not yet: of the row {row} it makes {np.round(given, 4)}, not {np.round(wanted, 4)}"
    return "right"


compute_ahead(facts.case, [f"sibling, {name}" for name in facts.GRID])
