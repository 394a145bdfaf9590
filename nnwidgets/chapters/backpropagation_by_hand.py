"""What does one step of backpropagation compute? The chapter's questions, goals and checks of code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.backpropagation_by_hand_panels import (
    PostedGradients,
    ThreeLayers,
    WorkedExample,
    check_panel,
    panel,
    relu_panel,
)
from nnwidgets.questions import Exercise, Most, Nearest, Observation, Prediction, Said, UpTo, Which, goal
from nnwidgets.questions.verdict import asked, graded
from workbook.cases import backpropagation_by_hand as facts
from workbook.measures.by_hand_lines import Quantity

PANELS = (panel, check_panel, relu_panel)
"""The chapter's panels, in its order; a notebook calls them by their names."""


HALF, NINTH, LESS = "to about a half", "to about a ninth", "to about a hundredth"


def shrunk(session: WorkedExample) -> str:
    """Say how much is left of dz(y) in dz(h₁), one layer below."""
    above, below = (session.work.values[Quantity("dz", layer, (0,))] for layer in (2, 1))
    return HALF if abs(below) > 0.25 * abs(above) else NINTH if abs(below) > 0.05 * abs(above) else LESS


DIAGONAL, LINE, ELSEWHERE = "on the grey diagonal", "on another straight line through 0", "on no such line"


def marks(check: PostedGradients) -> str:
    """Say where the marks lie: numeric gradients against the posted ones."""
    both = np.array([(row.analytic, row.numeric) for row in check.report.parameters if row.analytic])
    if check.report.passed:
        return DIAGONAL
    ratios = both[:, 1] / both[:, 0]
    return LINE if np.ptp(ratios) < 1e-3 else ELSEWHERE


SENDERS = ("k₁", "k₂")
BOTH_ALIKE = "both as much"


def sent_more(session: ThreeLayers) -> str:
    """Say which unit above sends the larger part, dz times the weight between, down to h₂."""
    values = session.work.values
    first, second = (
        abs(values[Quantity("dz", 2, (k,))] * values[Quantity("W", 1, (1, k))]) for k in range(2)
    )
    return BOTH_ALIKE if first == second else SENDERS[int(second > first)]


one_step = Prediction(
    facts.one_step,
    "The network should say 1.0 and says 0.789. It makes one step, of size 1. What does it say then?",
    Nearest(
        {
            "1.0, its target": 1.0,
            "about half of the way: 0.9": 0.9,
            "a little more: 0.80": 0.80,
            "a little less: 0.75": 0.75,
        },
        of="after",
    ),
    "A step of size 1 goes as far as the gradient is long, and this gradient is short: every number that is "
    "handed back has been multiplied by slopes of at most 1/4.",
    {
        "1.0, its target": "A step of size 1 sounds like the whole way. But the size multiplies the "
        "gradient, not the error.",
        "about half of the way: 0.9": "It does go that way. But on the way back the error is multiplied by "
        "slopes and weights, all of them below 1.",
        "a little less: 0.75": "Steps may overshoot, but they start downhill: towards the target.",
    },
    Observation("From dz of y to dz of h₁: how far did it shrink?", [HALF, NINTH, LESS], shrunk),
    shows=lambda session: session.target == 1,
    do="With the target 1, press Play",
)
ratios = Prediction(
    facts.ratios,
    "The posted gradients are positive, and ours are negative. Divide each of them that is not 0 by ours. "
    "What do you expect?",
    Which(
        ["apart", "off"],
        {
            "always -1: it is a matter of signs": (False, False),
            "always the same number, but not -1": (False, True),
            "another number for each of them": (True, True),
        },
        above=0.01,
    ),
    "All of them are multiples of one number, the error y - t. If that is another, all change alike.",
    {
        "always -1: it is a matter of signs": "Some texts do write the gradient with the other sign. But "
        "then the sizes would agree, and they do not.",
        "another number for each of them": "With a wrong weight or a wrong formula somewhere it would be so. "
        "That they change alike says that only the common factor is another.",
    },
    Observation("In the right picture, where do the marks lie?", [DIAGONAL, LINE, ELSEWHERE], marks),
    shows=lambda check: check.target == 1,
    do="With the target 1, press Check",
)
passes = Prediction(
    facts.passes,
    "On this row z is 3 at h₁ and -1 at h₂. Far more gradient arrives at h₂ from above than at h₁. Which "
    "weights of the first layer get a gradient other than 0?",
    Which(
        ["size_1", "size_2"],
        {
            "those of both units": (True, True),
            "those of h₁ only": (True, False),
            "those of h₂ only": (False, True),
            "none of them": (False, False),
        },
        above=0.01,
    ),
    "The slope is 1 where z is above 0, and 0 elsewhere: h₁ hands on all that arrives, h₂ nothing.",
    {
        "those of both units": "Both are asked to change, and that is sensible. But h₂ says 0 whatever its "
        "weights do a little: they make no difference to the loss.",
        "those of h₂ only": "Most arrives there. But it is multiplied by the slope of h₂, and that is 0.",
        "none of them": "h₂ is closed, but it closes only its own way: h₁ has one of its own.",
    },
    Observation("Who sent more of what arrived at h₂?", [*SENDERS, BOTH_ALIKE], sent_more),
    shows=lambda session: (session.first, session.second) == (2, 1),
    do="With x₁ = 2 and x₂ = 1, press Play",
)
left_out = Prediction(
    facts.left_out,
    "Somebody forgets the gradient from above, and takes the slope alone for dz in the hidden layers. The "
    "network, 2-8-8-1 with ReLUs, should learn XOR. From how many of 200 starts does it?",
    UpTo(
        {"none": 0, "some: 1 to 60": 60, "about half: 61 to 140": 140, "most: 141 to 200": 200}, of="left_out"
    ),
    "The slope is 0 or 1, never below 0. So no step raises a weight of a hidden layer: all of them fall, "
    "until every unit is dead.",
    {
        "some: 1 to 60": "Lucky starts help with many a bug. But here every start is pushed the same way.",
        "about half: 61 to 140": "The output layer still learns with its own, right gradient, so this is "
        "sensible. But the units below it die.",
        "most: 141 to 200": "Small networks often learn with a wrong gradient: with max(z, 0) for the slope "
        "about half do. But this one has lost the sign of the error.",
    },
)


@goal("the check passes: the posted gradients belong to this target.")
def found_target(session: PostedGradients) -> bool:
    """Find the target whose gradients the posted ones are."""
    return session.shown and session.report.passed


@goal("find an input on which y still learns, and no weight of the first layer does.")
def nothing_arrives(session: ThreeLayers) -> bool:
    """Find an input on which all gradients of the first layer are 0, and that at the output is not."""
    values = session.work.values
    first = [value for each, value in values.items() if each.kind in ("dW", "db") and each.layer == 0]
    return not any(first) and values[Quantity("dy", 3, (0,))] != 0


target = Exercise(
    facts.target,
    "Without a slider: a copy of this example has another target, and its db of the output is 0.08140783; y "
    "is 0.78900331 as before. At the output db = (y - t) · y · (1 - y). Which target t is that?",
    within=1e-3,
    hints=["How large is y (1 - y)?", "0.1665. So y - t is 0.0814 / 0.1665.", "y - t is 0.489."],
    because="0.78900331 - 0.489 = 0.3.",
    wrong={
        0.489: "That is the error, y - t. The target is y minus it.",
        0.7076: "That takes db for the error. It is the error times the slope, y (1 - y).",
        1.278: "That is y plus the error. The error is y - t.",
        0.1: "That belongs to the posted gradients. In this copy db is another.",
    },
    otherwise="Divide db by y (1 - y): that is y - t.",
)
gate = Exercise(
    facts.gate,
    "At k₂ the gradient from above is 3 · (-2) = -6, and z is -3.5. How large is dz at k₂?",
    within=1e-9,
    hints=["dz = dy · slope.", "The slope of a ReLU at -3.5?"],
    because="0: k₂ is not active, its slope is 0, and -6 · 0 = 0.",
    wrong={
        -6: "That arrives at k₂. It is multiplied by the slope at z = -3.5.",
        21: "That is -6 times z. The slope belongs there, 0 or 1, and not z.",
        6: "Neither the size nor the sign: multiply -6 by the slope.",
        -3.5: "That is z itself, on the way forward.",
    },
    otherwise="Is k₂ active? Then its slope is 1, and otherwise 0.",
)
arrives = Exercise(
    facts.arrives,
    "dz is 6 at k₁, and you know it at k₂. The weight from h₂ to k₁ is 2, to k₂ -1. How much arrives at h₂?",
    within=1e-9,
    hints=["h₂ is used twice: by k₁ and by k₂.", "Add up dz · weight over both ways."],
    because="6 · 2 + 0 · (-1) = 12. What k₂ does not let through cannot arrive.",
    wrong={
        18: "That counts -6 · (-1) for the way over k₂. But dz at k₂ is 0.",
        6: "That is dz at k₁, before the weight on the way to h₂.",
        3: "That is the gradient at the output. Two layers lie between.",
        -12: "The weight from h₂ to k₁ is positive, and so is dz at k₁.",
        60: "That multiplies by h₂, which belongs to the gradient of the weight. Here the weight belongs.",
    },
    otherwise="Each way back counts dz above, times the weight on the way.",
)
which_product = Exercise(
    facts.which_product,
    "A layer W, of shape (3, 5), gets twenty rows x, of shape (20, 3); dz has the shape (20, 5). Which "
    "product is dW?",
    Said("{product: x}", ["x dz", "x dzᵀ", "xᵀ dz", "dzᵀ x"]),
    hints=["dW has the shape of W.", "(3, 20) times (20, 5)."],
    because="(3, 20)(20, 5) = (3, 5). The inner 20 is the sum over the rows.",
    wrong={
        "x dz": "(20, 3)(20, 5) does not fit: the inner numbers have to be the same.",
        "x dzᵀ": "(20, 3)(5, 20) does not fit either.",
        "dzᵀ x": "(5, 20)(20, 3) = (5, 3): all numbers are right, but turned round.",
    },
)
failed_check = Exercise(
    facts.failed_check,
    "Of which loss are these the right gradients of the output weights?",
    Most(facts.LOSSES, of="errors", least=True),
    hints=[
        "Write dz = dy · y (1 - y). For which dy is it y - t?",
        "dy = (y - t) / (y (1 - y)): whose derivative is that?",
    ],
    because="The derivative of -t log y - (1 - t) log(1 - y) is (y - t) / (y (1 - y)); "
    "the sigmoid's slope cancels it.",
    wrong={
        "half the squared error, mean over the rows": "Its gradient has the slope in it: that is why the "
        "check fails.",
        "the squared error, not halved": "Another factor for all of them. What is missing here differs from "
        "row to row.",
        "the absolute error": "Its dy is the sign of y - t, and is multiplied by the slope, too.",
    },
)


@graded
def check_gradient(function: Callable | None) -> str:
    """Return a verdict on gradient(x, z, dy) for a layer of tanh units: dW for x, z and dy of four rows."""
    layer = facts.hidden_layer()
    given, right = asked(function, layer["x"], layer["z"], layer["dy"]), layer["right"]
    if given.shape == right.T.shape:
        return "not yet: it has the shape (2, 3), but W has (3, 2): a row for each input"
    if given.shape != right.shape:
        return f"not yet: dW has the shape of W, {right.shape}; yours has {given.shape}"
    if np.allclose(given, right, rtol=1e-9, atol=1e-12):
        return f"right: {right[0, 0]:.4f} for the first weight, and so says the engine"
    for slip, words in SLIPS.items():
        if np.allclose(given, layer[slip], rtol=1e-9, atol=1e-12):
            return f"not yet: {words}"
    return f"not yet: for the first weight it gives {given[0, 0]:.4f}, not {right[0, 0]:.4f}"


SLIPS = {
    "no slope": "the slope of tanh at z is missing: dz = dy · slope",
    "slope at y": "the slope is taken at tanh(z) instead of z",
    "no dy": "the gradient from above, dy, is missing",
    "mean": "over the rows it is the sum: the mean, where there is one, is in dy already",
    "sign": "the sign is turned: the gradient points uphill",
}

compute_ahead(facts.case)
