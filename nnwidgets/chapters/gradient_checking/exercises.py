"""Exercises of the gradient checking chapter, and the names of its mysteries."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnwidgets.chapters.gradient_checking.check import culprit, suspects
from nnwidgets.questions.exercise import Exercise
from workbook import FAULTS, check_gradients
from workbook.cases.gradients import x_squared

SEEN = {  # in the chapter's mysteries; the numbers are those of their seed
    "missing output derivative": "The quotients analytic / numeric are large, 11 to 28: s' is missing.",
    "relu gradient by value": "The quotients analytic / numeric differ from unit to unit, 0.27 to 1.8.",
    "derivative at the output": "Every parameter is off, and the biases' quotients are 4.2 to 4.3.",
    "forgotten mean over the batch": "The biases' quotients are all 30, the number of rows.",
    "wrong sign": "The biases' quotients are all -1.",
    "decay missing from the gradient": "Weights only: numeric minus analytic is 0.01 times the weight.",
    "decay by sum of weights": "Weights only: numeric minus analytic is 0.005 minus 0.01 times the weight.",
}


def name_it(number: int) -> Exercise:
    """Which fault does mystery `number` hide?"""
    return Exercise(
        f"gradient-checking/name-it-{number}",
        "Which fault is hidden in the network above?",
        lambda: culprit(number),
        options=sorted(suspects()),
        hints=[
            "First the map: is a whole layer right? Are all weights wrong and all biases right?",
            "Then the marks: do the wrong ones lie on another straight line, on an axis, or anywhere?",
            "Press some wrong lines and divide: analytic by numeric. Or subtract: is the difference 0.01 "
            "times the weight?",
            "Two faults leave the output layer right and spoil all below. The output's s' is at most 1/4: "
            "without it each row of data counts at least four times too much. With a ReLU's value in the "
            "place of its slope, each unit's gradients have a factor of their own, above 1 or below.",
        ],
        because=_signs(culprit(number)),
        wrong={name: f"The signs of that fault: {_signs(name)}" for name in suspects()},
    )


def _signs(fault: str) -> str:
    return f"{FAULTS[fault].symptom} {SEEN.get(fault, '')}".strip()


def twice_as_wide() -> Exercise:
    """What a wider difference does to the truncation error."""
    return Exercise(
        "gradient-checking/twice-as-wide",
        "With width 0.001 the check above has a relative error of 0.00000005, all of it truncation. "
        "What do you expect at width 0.002?",
        5e-8 * 2**2,
        within=1e-8,
        hints=["Truncation grows with h².", "Twice as wide makes it 4 times larger."],
        because="0.0000002: four times as large, because the width is squared.",
        wrong={1e-7: "It grows faster than the width itself: with h²."},
    )


def decay_left_out() -> Exercise:
    """By how much a gradient without decay is off."""
    return Exercise(
        "gradient-checking/decay-left-out",
        "The loss adds 0.01 / 2 · Σ w², and the gradient forgets it. A weight is -3. What is the numeric "
        "gradient minus the analytic one?",
        0.01 * -3,
        within=1e-6,
        hints=["The derivative of 0.01 / 2 · w² is 0.01 · w.", "0.01 · (-3)."],
        wrong={0.03: "The sign: the numeric gradient has the decay in it, and the weight is negative."},
        because="-0.03: proportional to the weight, in every layer. So all weights are off (where the rest "
        "of the gradient is large, the map says doubtful), and no bias.",
    )


def hidden_by_kinks() -> Exercise:
    """Which fault passes the check at the start of the network for x squared?"""
    names = ["bias not updated", "wrong sign", "weight where the input belongs", "relu gradient by value"]

    def answer() -> str:
        (passes,) = [name for name in names if check_gradients(FAULTS[name].plant(x_squared())).passed]
        return passes

    return Exercise(
        "gradient-checking/hidden-by-kinks",
        "In the network for x², all biases start at 0 and one input is 0: every bias sits on a kink, and our "
        "check leaves kinks out. Which of these faults passes the check there?",
        answer,
        options=names,
        hints=[
            "Which parameters are not compared at all?",
            "Which of the faults changes biases only?",
        ],
        because="So check again with biases drawn at random, or after a few steps of training.",
    )


def check_slope(function: Callable) -> str:
    """Return a verdict on slope(loss, p, h), which should be the central difference of loss at p."""
    p, h = 0.7, 1e-3
    try:
        answers = [function(loss, p, h) for loss in (np.square, np.exp, lambda x: 3.0)]
    except Exception as error:
        return f"it raised {type(error).__name__}: {error}"
    if all(answer is None or answer is ... for answer in answers):
        return "not attempted yet"
    try:
        error = abs(float(answers[1]) - np.exp(p))
        square, flat = abs(float(answers[0]) - 2 * p), abs(float(answers[2]))
    except (TypeError, ValueError):
        return f"expected a number; got {answers[1]!r}"
    if max(error, square, flat) < 1e-6:
        return f"right: the slope of exp at {p} is off by {error:.0e}"
    if max(error, square) < 5e-3 and flat < 1e-9:
        return "not yet: this is a one-sided difference, whose error is proportional to h, not to h squared"
    return f"not yet: the slope of exp at {p} is {np.exp(p):.4f}, and comes out as {float(answers[1]):.4f}"
