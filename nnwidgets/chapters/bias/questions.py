"""The questions of the bias chapter. What is right is computed, never written down."""

from __future__ import annotations

import numpy as np

from nnwidgets.chapters.bias.session import BIASES, TwoNeurons
from nnwidgets.questions.exercise import Exercise
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook import CASES, Layer, train
from workbook.cases.bias import INFIMUM, loss_surface

CASE = CASES["two-neurons"]
FAR = np.linspace(-60, 60, 241)


def settles() -> Prediction:
    """Where does the network without biases settle?"""

    def measure() -> str:
        outputs = np.median(train(CASE.as_posted, range(CASE.seeds)).outputs[:, :, 0], axis=0)
        return "about {:.2f} and {:.2f}".format(*outputs)

    return Prediction(
        "bias/settles",
        "After 800 steps, what will the network say to input 0, and what to input 1?",
        ["about 0.00 and 0.50", "about 0.50 and 0.50", "about 0.59 and 0.67", "about 0.33 and 0.67"],
        measure,
        "That is the median of 200 seeds; they agree to three digits. Step back and watch: both outputs rise "
        "or fall together nearly all the way, though one should rise and the other fall.",
    )


def how_low() -> Prediction:
    """How low can the loss be made without biases?"""
    losses = {"0": 0, "1/16": 1 / 16, "1/8": 1 / 8, "0.227": 0.227}

    def measure() -> str:
        lowest = loss_surface(FAR, FAR).min()
        return min(losses, key=lambda option: abs(losses[option] - lowest))

    return Prediction(
        "bias/how-low",
        "Choose w₁ and w₂ freely, without any bias. How low can the loss be brought, at best?",
        list(losses),
        measure,
        "It comes as near as you like, and never there.",
    )


def where() -> Prediction:
    """Which neuron needs the bias?"""

    def measure() -> str:
        hidden, output = (
            train(CASE.as_posted.but(bias=BIASES[name]), range(CASE.seeds)).rate().value > 0.5
            for name in ("hidden only", "output only")
        )
        return {
            (False, True): "on the output neuron",
            (True, False): "on the hidden neuron",
            (True, True): "on either, it does not matter",
            (False, False): "one is not enough",
        }[hidden, output]

    return Prediction(
        "bias/where",
        "You may add one bias. Where must it go, for the network to copy the bit?",
        [
            "on the hidden neuron",
            "on the output neuron",
            "on either, it does not matter",
            "one is not enough",
        ],
        measure,
        "Try both places: choose “output only”, then “hidden only”, and look where the outputs end.",
    )


def which_gate() -> Prediction:
    """Which of XOR and XNOR survives without biases?"""

    def measure() -> str:
        xor, xnor = (
            run.rate().value > 0.5
            for run in CASE.train(["XOR tanh-identity, no bias", "XNOR tanh-identity, no bias"]).values()
        )
        return {(True, False): "XOR only", (False, True): "XNOR only", (True, True): "both"}.get(
            (xor, xnor), "neither"
        )

    return Prediction(
        "bias/which-gate",
        "A 2-4-1 network with tanh hidden units and a linear output loses all its biases. "
        "What can it still learn?",
        ["XOR only", "XNOR only", "both", "neither"],
        measure,
    )


def copy_the_bit() -> Goal:
    """Bring the loss under 0.01, by any means."""
    return Goal(
        "bias/copy-the-bit",
        "make the network copy the bit: a loss under 0.01. Any control may be used.",
        lambda session: session.moment.loss < 0.01,
    )


def the_corner() -> Goal:
    """Train to nearly the lowest loss without any bias; which that is, the sentence must not tell."""

    def reached(session: TwoNeurons) -> bool:
        return session.bias == "none" and session.step > 0 and session.moment.loss < INFIMUM + 0.005

    return Goal(
        "bias/the-corner",
        "without any bias, train until the loss is within 0.005 of the lowest there is.",
        reached,
    )


def at_zero() -> Exercise:
    """What the network says at 0, for one w2."""
    return Exercise(
        "bias/at-zero",
        "Without biases, and with w₂ = 2: what does the network say to input 0? Three digits will do.",
        lambda: 1 / (1 + np.exp(-1.0)),
        within=0.0015,
        hints=[
            "Input 0 makes w₁ · 0, whatever w₁ is.",
            "So the hidden neuron says s(0). What number is that?",
            "The output is s(2 · 1/2) = s(1) = 1 / (1 + 1/e).",
        ],
        because="s(1) = 0.731. And w₁ has no say in it.",
        wrong={
            0.5: "That is what the hidden neuron says. The output neuron still multiplies it by w₂.",
            1: "That is the sum inside the output neuron. Its sigmoid is still to come.",
            0.881: "That is s(2). But the hidden neuron says s(0) to input 0, which is not 1.",
            0: "That is what it should say. Put x = 0 into both equations.",
        },
    )


def hopeless() -> Exercise:
    """Which data no network without bias can fit, if it says 0 at 0."""
    return Exercise(
        "bias/hopeless",
        "ReLU hidden units, linear output, no biases, a thousand units wide. Which data can it not fit?",
        "0 → 1 and 1 → 1",
        options=["0 → 0 and 1 → 5", "0 → 1 and 1 → 1", "1 → 2 and -2 → 7", "-1 → 3 and 1 → 3"],
        hints=["What does such a network say to input 0?", "relu(0) = 0, layer after layer."],
        because="It says 0 to input 0, however wide it is. Two units are enough for each of the others.",
        wrong={
            "0 → 0 and 1 → 5": "It says 0 to input 0 anyway. One unit with weights 1 and 5 does the rest.",
            "1 → 2 and -2 → 7": "One unit can serve the inputs above 0, and another those below.",
            "-1 → 3 and 1 → 3": "relu(x) + relu(-x) is |x|, and three times that goes through both points.",
        },
    )


def intercept() -> Exercise:
    """The error that a line through the origin must keep."""
    return Exercise(
        "bias/intercept",
        "Inputs spread evenly over [-1, 1], targets 4x + 3, and the line y = w x without a bias. "
        "What is the lowest mean squared error?",
        9.0,
        within=1e-6,
        hints=[
            "The best slope is 4. What is the error then, at every point?",
            "It is 3 at every point.",
        ],
        because="The intercept squared: 3² = 9.",
        wrong={
            3: "That is the error at one point. Square it.",
            0: "Then the line would go through every point. What does it say at x = 0, and what should it?",
            4: "That is the best slope. What error does it leave at every point?",
        },
    )


def check_by_hand(weights: tuple[float, float, float] | None) -> str:
    """Return a verdict on w1, w2 and b2 for two neurons with an output bias that should copy the bit."""
    if weights is None or weights is ...:
        return "not attempted yet"
    try:
        w1, w2, b2 = (float(weight) for weight in weights)
    except (TypeError, ValueError):
        return f"expected three numbers, w1, w2 and b2; got {weights!r}"
    params = [Layer(np.array([[w1]]), None), Layer(np.array([[w2]]), np.array([[b2]]))]
    zero, one = CASE.repairs["output bias"].outputs(params)[:, 0]
    verdict = "right" if zero < 0.1 and one > 0.9 else "not yet"
    return f"{verdict}: the outputs are {zero:.3f} and {one:.3f}"
