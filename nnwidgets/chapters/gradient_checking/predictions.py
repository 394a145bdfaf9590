"""Predictions and goals of the gradient checking chapter. What is right is computed, never written down."""

from __future__ import annotations

import numpy as np

from nnwidgets.chapters.gradient_checking.check import NETWORKS, THRESHOLD, GradientCheck
from nnwidgets.chapters.gradient_checking.parity import HIDDEN, Parity
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook import check_gradients, train
from workbook.cases.gradient_checking import SEEDS, all_right, as_posted, related, right_gradients, wider
from workbook.cases.gradients import fault_checks, trained

FEW = range(5)
XOR = NETWORKS["XOR 2-4-1: tanh, linear output"]


def settles() -> Prediction:
    """What does the posted network say after 10 000 steps?"""

    def measure() -> str:
        outputs = train(as_posted, FEW).outputs[:, :, 0]
        if (np.round(outputs) == np.arange(9) % 2).all():
            return "0 and 1 in turn"
        if np.ptp(outputs, axis=1).max() < 0.1:
            return "nearly the same to all, a little under ½"
        return "a slope from about 0 to about 1" if outputs[:, -1].min() > 0.9 else "nearly 0 to all"

    return Prediction(
        "gradient-checking/settles",
        "After 10 000 steps, what will the posted network say to the numbers 1 to 9?",
        [
            "0 and 1 in turn",
            "a slope from about 0 to about 1",
            "nearly the same to all, a little under ½",
            "nearly 0 to all",
        ],
        measure,
        "Four of the nine numbers are even, and 4/9 = 0.444 is the mean target.",
    )


def which_layer() -> Prediction:
    """Where does the check find the missing output derivative?"""

    def measure() -> str:
        rows = check_gradients(related["missing output derivative"]).parameters
        wrong = {row.layer for row in rows if row.error > THRESHOLD}
        return {(0,): "the hidden layer only", (1,): "the output layer only", (): "neither"}.get(
            tuple(sorted(wrong)), "both layers"
        )

    return Prediction(
        "gradient-checking/which-layer",
        "The output's derivative is left out of the error that is sent back to the hidden layer. In which "
        "layers will the check find wrong gradients?",
        ["the output layer only", "the hidden layer only", "both layers", "neither"],
        measure,
        "The fault sits in the output layer, and shows in the layer below: what is sent back is wrong, what "
        "the output layer keeps for itself is right.",
    )


def best_width() -> Prediction:
    """At which width is the check of a smooth network most exact?"""
    options = {"0.1": 1e-1, "0.001": 1e-3, "0.00001": 1e-5, "0.000000001": 1e-9, "the smallest: 1e-13": 1e-13}

    def measure() -> str:
        return min(options, key=lambda name: check_gradients(XOR, width=options[name]).relative_error)

    return Prediction(
        "gradient-checking/best-width",
        "The gradient is right. Which width of the difference gives the smallest error of the check?",
        list(options),
        measure,
        "Wider, the curve bends away from its chord; narrower, the digits of the loss run out.",
    )


def trained_network() -> Prediction:
    """Does a right gradient pass its check after training?"""

    def measure() -> str:
        report = check_gradients(XOR, params=trained(XOR, XOR.steps))
        return "it passes, as before" if report.passed else "it fails"

    return Prediction(
        "gradient-checking/trained",
        "The same right gradient, checked after 3 000 steps of training, when the loss is practically 0. "
        "What will the check say?",
        ["it passes, as before", "it fails"],
        measure,
        "The gradient is almost 0 there, far less than the truncation error of the difference.",
    )


def right_gradients_help() -> Prediction:
    """What does the posted network learn once its gradients are right?"""

    def measure() -> str:
        run = train(right_gradients, FEW)
        if all_right(run) > len(FEW) / 2:
            return "all nine numbers"
        flat = np.ptp(run.outputs[:, :, 0], axis=1).max() < 0.1
        return "nothing: nearly the same answer to all" if flat else "some of the numbers"

    return Prediction(
        "gradient-checking/right-gradients",
        "Both mistakes are mended, and the check passes. What does the 1-1-1 network learn now?",
        ["all nine numbers", "some of the numbers", "nothing: nearly the same answer to all"],
        measure,
        "A right gradient tells which way is down. It does not tell whether there is anything down there.",
    )


def fewest_units() -> Prediction:
    """How many hidden units does it take?"""
    options = {"3": 3, "4": 4, "5": 5, "6": 6}

    def measure() -> str:
        return next(name for name, width in options.items() if all_right(train(wider(width), range(SEEDS))))

    return Prediction(
        "gradient-checking/fewest",
        "One hidden layer of tanh units, trained as well as we can. Which is the smallest of these widths "
        "with which at least one seed of 200 gets all nine numbers right?",
        list(options),
        measure,
        "The answer changes eight times, and yet five units do: a steep step down in the middle of a wide "
        "climb makes three changes (up, down, up) with two units.",
    )


def the_one_it_finds() -> Prediction:
    """Which of four bugs does a gradient check find?"""
    names = ["missing bias", "bias not updated", "initial weights all equal", "signed pixels"]

    def measure() -> str:
        checks = fault_checks()
        (found,) = [name for name in names if not checks[name].passed]
        return found

    return Prediction(
        "gradient-checking/the-one-it-finds",
        "One of these four bugs is found by a gradient check. Which?",
        names,
        measure,
        "The others have right gradients: of another network, or on other data.",
    )


def at_a_kink() -> Goal:
    """Find a width that crosses a kink."""

    def reached(check: GradientCheck) -> bool:
        return check.network.startswith("2-3-2-1") and any(row.kink for row in check.report.parameters)

    return Goal(
        "gradient-checking/at-a-kink",
        "with the 2-3-2-1 network, find a width at which the map marks a kink.",
        reached,
    )


def all_nine() -> Goal:
    """Get all nine numbers right."""
    return Goal(
        "gradient-checking/all-nine",
        "all nine numbers right, with a loss under 0.01.",
        lambda session: bool(session.right.all() and session.moment.loss < 0.01),
    )


def all_nine_with_few() -> Goal:
    """Get all nine right with six hidden units at most."""

    def reached(session: Parity) -> bool:
        return sum(HIDDEN[session.hidden]) <= 6 and session.right.all() and session.moment.loss < 0.01

    return Goal(
        "gradient-checking/few-units",
        "all nine numbers right with six hidden units or fewer, and a loss under 0.01. Try other seeds.",
        lambda session: bool(reached(session)),
    )
