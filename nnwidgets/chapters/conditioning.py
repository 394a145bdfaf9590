"""Why does a network lose to linear regression? The chapter's questions, goals and checks of code."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.conditioning_panels import (
    WITHOUT,
    AsPosted,
    Depths,
    InValley,
    Rescaled,
    constants_panel,
    depth_panel,
    panel,
    scales_panel,
    valley_panel,
)
from nnwidgets.questions import Exercise, Most, Observation, Prediction, UpTo, goal
from nnwidgets.questions.verdict import asked, graded, two
from workbook.cases import conditioning as facts
from workbook.cases.lines_124 import X

PANELS = (panel, valley_panel, constants_panel, scales_panel, depth_panel)
"""The chapter's panels, in its order; a notebook calls them by their names."""

LEFT, MIDDLE, RIGHT = "at the left end, where Z is 0", "in the middle", "at the right end"
STEEP, FLAT, NEITHER = "along the steepest", "along the flattest", "along neither"
NOWHERE, PARTLY, THERE = "less than half way", "half way or more", "to the bottom"
FOUND, NEARER, FARTHER = "off by less than 1", "off by 1 to 1 000", "off by more, or overflowed"
LONGER = "1 000 steps instead of 100"
ON, BESIDE = "on its line", "clearly beside its line"
VISIBLE = 0.02  # of the targets' span: so far off can be seen


def _farthest_off(session: AsPosted) -> str:
    """Return where the first output is farthest from its target."""
    off = np.abs(session.moment.outputs - session.experiment.dataset.targets)[:, 0]
    return (LEFT, MIDDLE, RIGHT)[int(3 * off.argmax() / len(off))]


def _left(session: InValley) -> tuple[float, float]:
    """Return what is left of the start's distance along the flattest and the steepest direction."""
    valley = session.valley()
    start, now = (valley.coordinates(session.main.at(step).params) for step in (0, session.step))
    with np.errstate(all="ignore"):
        flattest, steepest = np.nan_to_num(np.abs(now / start), nan=np.inf)
    return float(flattest), float(steepest)


def _grew(session: InValley) -> str:
    """Return along which direction it went away; where the numbers overflow, rounding carries both away."""
    flattest, steepest = _left(session)
    if max(flattest, steepest) <= 1:
        return NEITHER
    return STEEP if steepest >= flattest else FLAT


def _came(session: InValley) -> str:
    flattest, _ = _left(session)
    return THERE if flattest < 0.01 else PARTLY if flattest <= 0.5 else NOWHERE


def _became(session: Rescaled) -> str:
    off = session.worst()
    return FOUND if off < 1 else NEARER if off <= 1000 else FARTHER


def _on_its_line(session: Depths) -> str:
    targets = session.experiment.dataset.targets[:, 0]
    off = np.abs(session.moment.outputs[:, 0] - targets).max()
    return ON if off < VISIBLE * np.ptp(targets) else BESIDE


settles = Prediction(
    facts.settles,
    "After 100 steps of 0.0001 the network explains 99.996 % of the targets' variance: R2 is 0.99996. The "
    "targets lie between 1 000 and 250 750. How far off is the worst of its answers?",
    UpTo(
        {"by less than 1": 1, "by 1 to 20": 20, "by 20 to 200": 200, "by more than 200": math.inf}, of="worst"
    ),
    "R2 counts squares, and nearly all of the variance belongs to the outputs with the steepest lines.",
    {
        "by less than 1": "With four nines one expects to be done. But it is a share of an enormous "
        "variance.",
        "by 1 to 20": "Some ten-thousandths of 250 000 are about that, so it is sensible. But it is "
        "squares that R2 counts: the error is the root of that share.",
        "by 20 to 200": "Whoever takes the root of the missing share finds a typical error of some hundreds, "
        "and is near. But this is the worst answer, and it is worse than the typical one.",
    },
    Observation("Where was output 1 farthest off?", [LEFT, MIDDLE, RIGHT], _farthest_off),
)
across_the_limit = Prediction(
    facts.across_the_limit,
    "With steps of 0.98 times 2 / λ the loss falls. What does it do with steps of 1.02 times 2 / λ?",
    UpTo(
        {
            "it falls, nearly as fast": 0.1,
            "it stays about where it is": 10,
            "it grows and grows": math.inf,
        },
        of="over",
    ),
    "In the steepest direction every step lands on the other side, and a little farther up.",
    {
        "it falls, nearly as fast": "Four hundredths more of a step hardly matter, one would think. Nowhere "
        "else they do: at this limit they decide between shrinking and growing.",
        "it stays about where it is": "Exactly at the limit it would. Beyond it, the little that is gained "
        "in each step is multiplied, step after step.",
    },
    Observation(
        "Along which direction did the distance from the bottom grow?", [STEEP, FLAT, NEITHER], _grew
    ),
    shows=lambda session: session.share > 1,
    do="Make it steps of 1.02, press Play",
)
conditions = Prediction(
    facts.conditions,
    "Three of the four inputs are the same on every row. Leave them out. How many steps does it take now, "
    "with steps of the same share of the longest?",
    UpTo({"far fewer": 0.5, "about as many": 2, "many times more": math.inf}, of="times"),
    "The constants 3, 5 and 7 did the bias's work with it. A bias alone, a 1 beside a Z of up to 199, has "
    "hardly any slope.",
    {
        "far fewer": "Less to learn should be quicker. But the flattest direction, which one waits for, has "
        "just become flatter.",
        "about as many": "They tell nothing about the targets, so it is the obvious answer. But each of them "
        "is one more bias, and larger than 1.",
    },
    Observation("How far did it come along the flattest direction?", [NOWHERE, PARTLY, THERE], _came),
    shows=lambda session: session.inputs == WITHOUT,
    do=f"Choose “{WITHOUT}”, press Play",
)
which_repair = Prediction(
    facts.which_repair,
    "100 steps of 0.665 times the longest, and raw numbers: the worst answer is off by 797. You may change "
    "one thing. After which change is the worst answer least off?",
    Most(
        [
            "the best of 100 other starts",
            LONGER,
            "standardised targets",
            "standardised inputs",
        ],
        of="off",
        least=True,
    ),
    "Then every direction is as steep as every other, and one step size suits them all.",
    {
        "the best of 100 other starts": "It is what the accepted answer advises. But all starts are small "
        "beside the way there, and the way is the same valley.",
        LONGER: "They do help, and 5 000 would do. But they only wait for what another change does away "
        "with.",
        "standardised targets": "The targets are the huge numbers here, so it is sensible. But they do not "
        "shape the valley. They only say where in it the start lies: here, farther up the flat side.",
    },
    Observation(
        "In your run, how far off was the worst answer?",
        [FOUND, NEARER, FARTHER],
        _became,
    ),
    shows=lambda session: session.repaired,
    do="Change something, press Play",
)
depth = Prediction(
    facts.depth,
    "Inputs and targets standardised, 300 steps of gradient descent. From how many of 30 seeds do ten ReLU "
    "layers reach an R2 of 0.99? (One linear layer does from all 30. The panel shows one seed.)",
    UpTo({"from none": 0, "from 1 to 10": 10, "from 11 to 29": 29, "from all 30": 30}, of="descent"),
    "It could: straight lines are among what it can say. But now the valley bends, and its shape is that "
    "of ten products of weights.",
    {
        "from 1 to 10": "Some lucky starts: a sensible guess. But in 300 steps there is none.",
        "from 11 to 29": "With good numbers half the trouble is gone, and half of the seeds seems fair. "
        "None is.",
        "from all 30": "It can say all that one layer can, and more. What it can say is not what it finds.",
    },
    Observation("Where did output 1 end?", [ON, BESIDE], _on_its_line),
    shows=lambda session: session.network == facts.DEPTHS[1],
    do="Choose “ten ReLU layers”, press Play",
)


@goal("the worst answer is off by less than 1, after 100 steps or fewer.")
def all_right_in_time(session: Rescaled) -> bool:
    """Find all lines in 100 steps."""
    return 0 < session.step <= 100 and session.worst() < 1


by_hand = Exercise(
    facts.by_hand,
    "y = w x, without a bias, is trained on x = 2, 4, 4, 8 with half the squared error, averaged over the "
    "rows. Which step size is the longest stable one?",
    within=1e-6,
    hints=[
        "The loss is ½ · mean (w x - t)². What is its second derivative with respect to w?",
        "It is the mean of x²: (4 + 16 + 16 + 64) / 4.",
    ],
    because="The curvature is the mean of x², 25, and 2 / 25 = 0.08. No target is in it.",
    wrong={
        0.04: "That is 1 / 25, the best step: it reaches the bottom at once. Up to twice as long ones "
        "come back.",
        0.02: "That is 2 / 100: of the sum of x². The loss is a mean.",
        0.16: "That would be with a quarter of the squared error. Here it is a half.",
        12.5: "That is 25 / 2: turn it over.",
    },
    otherwise="Differentiate the loss twice with respect to w; the longest step is 2 over that.",
)
after_k_steps = Exercise(
    facts.after_k_steps,
    "A valley with the condition number 1 000, and steps of 1 / largest eigenvalue. How many per cent of the "
    "distance along the flattest direction are left after 1 000 steps?",
    within=0.5,
    hints=[
        "Each step multiplies that distance by 1 - s · λ, with the smallest λ. What is s · λ here?",
        "1 / 1 000. So it is 0.999 to the power 1 000.",
    ],
    because="0.999 to the power 1 000 is 1 / e, nearly: 36.8 %. So a condition number is a number of steps.",
    wrong={
        0.37: "A share of 0.37 is 37 per cent. And it never becomes 0: each step takes a thousandth of what "
        "is left.",
        99.9: "That is after one step.",
        50: "Each step takes a thousandth of what is left. After how many is that a half?",
    },
    otherwise="Multiply by 1 - 1 / 1 000, a thousand times.",
)
transfer = Exercise(
    facts.transfer,
    "The network knows one of its two classes, yes and no, less well than the other. After which change is "
    "it right on the largest share of this weaker class?",
    Most(facts.TRANSFER, of="least"),
    hints=[
        "Is it the loss that overlooks the rare class, or are these steps unable to fit it?",
        "Ask what this chapter asks of any inputs: their condition number.",
    ],
    because="The two inputs and the 1 of the bias make a valley that is long and narrow. The imbalance "
    "was there all along, and does no harm.",
    wrong={
        "twice as many steps": "These steps are too long to come to rest anywhere. Twice as many find no "
        "more of the rare rows.",
        "40 hidden units": "More units do not make the inputs any better: they find no more of the rare "
        "rows.",
        facts.BALANCED: "It finds more of the rare rows, by giving up some of the others: the border is not "
        "where it should be.",
    },
)


@graded
def check_standardise(standardise: Callable[[Any, Any], Any] | None) -> str:
    """Return a verdict on a function (train, other) -> both, with columns scaled by what train says."""
    train, other = X[:150], X[150:]
    mean, deviation = train.mean(0), train.std(0)
    right = [(rows - mean) / np.where(deviation > 0, deviation, 1) for rows in (train, other)]
    given = asked(standardise, train, other, read=two)
    if [rows.shape for rows in given] != [train.shape, other.shape]:
        return f"expected two arrays, of shapes {train.shape} and {other.shape}"
    if not all(np.isfinite(rows).all() for rows in given):
        return "not yet: a column that never changes has the deviation 0, and 0 / 0 is no number"
    if not np.allclose(given[0], right[0], atol=1e-6):
        return "not yet: the columns of `train` should have mean 0, and deviation 1 where they change"
    if not np.allclose(given[1], right[1], atol=1e-6):
        return "not yet: `other` is scaled by the mean and the deviation of `train`, not by its own"
    return "right"


compute_ahead(facts.case)
