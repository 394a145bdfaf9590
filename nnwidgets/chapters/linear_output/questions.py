"""The predictions and goals of the linear-output chapter. What is right is computed, never written down."""

from __future__ import annotations

import math

import numpy as np

from nnwidgets.chapters.linear_output.session import SquareFit
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook import CASES, train
from workbook.cases.linear_output import SEEDS, below_zero_start
from workbook.measures.output_unit import steepness, stuck

CASE = CASES["square"]
SOLVED = CASE.as_posted.solved_below


def _share(name: str) -> float:
    return train(CASE.experiment(name), range(SEEDS)).rate().value


def ends() -> Prediction:
    """What does the posted network end up saying?"""

    def measure() -> str:
        run = train(CASE.related["leaky output, posted time"], range(SEEDS))
        nothing, line = stuck(run).mean(), (run.losses[-1] > SOLVED).mean() - stuck(run).mean()
        names = ["about 0 everywhere, whatever the seed", "a straight line, whatever the seed"]
        if max(nothing, line) > 0.9:
            return names[int(line > nothing)]
        return "a straight line or about 0, as the seed decides" if nothing + line > 0.9 else "close to x²"

    return Prediction(
        "linear-output/ends",
        "64 hidden units, 50 000 steps: what will the network say in the end, between 0 and 1?",
        [
            "close to x²",
            "a straight line, whatever the seed",
            "about 0 everywhere, whatever the seed",
            "a straight line or about 0, as the seed decides",
        ],
        measure,
        "Seed 3 is one of those that stay near 0. Press New seed and play again: others give a line.",
    )


def how_much_slower() -> Prediction:
    """How much does the slope of the output unit slow learning down?"""

    def measure() -> str:
        rates = [
            np.median(steepness(CASE.as_posted.but(output=f"leaky relu({a})", penalty="none"), params))
            for params in [below_zero_start()]
            for a in (0.01, 0.001)
        ]
        power = round(math.log10(rates[0] / rates[1]))
        return f"{0.01**-power:,.0f} times".replace(",", " ")

    return Prediction(
        "linear-output/slower",
        "The slope of the output unit is 0.01 instead of 1, and the error of its answer is the same. "
        "How much more slowly does the loss fall?",
        ["10 times", "100 times", "10 000 times", "1 000 000 times"],
        measure,
        "The slope counts twice. Why, is worked out below.",
    )


def which_change() -> Prediction:
    """Which single change repairs the posted network?"""

    def measure() -> str:
        output = _share("linear output, posted time") > 0.5
        step = _share("leaky output, step 0.03") > 0.5
        return {
            (True, True): "either will do",
            (True, False): "a linear output",
            (False, True): "longer steps",
        }.get((output, step), "neither is enough")

    return Prediction(
        "linear-output/which-change",
        "You may change one thing only: make the output linear, or make the steps 30 000 times longer (and "
        "then only 300 of them). Which lets most seeds bend clearly, to a loss below 0.004?",
        ["a linear output", "longer steps", "either will do", "neither is enough"],
        measure,
        "With a linear output no seed stalls, but in the posted time none gets even as far as the best line.",
    )


def relu_leaves() -> Prediction:
    """Does a ReLU output that starts below 0 ever leave it?"""

    def measure() -> str:
        start = below_zero_start()
        seeds = len(start[0].W)
        away = 1 - stuck(train(CASE.related["ReLU output, step 0.03"], range(seeds), start)).mean()
        names = ["none", "about half", "nearly all"]
        return names[int(np.argmin(np.abs(np.array([0, 0.5, 1]) - away)))]

    return Prediction(
        "linear-output/relu",
        "A plain ReLU at the output, and weights for which it starts below 0 on every row. How many such "
        "seeds ever get away from 0?",
        ["none", "about half", "nearly all"],
        measure,
    )


def spread() -> Prediction:
    """Do biases that start spread out help?"""

    def measure() -> str:
        shares = {"about as many": _share("linear output, step 0.03"), "about half": 0.5, "nearly all": 1.0}
        spread = _share("linear output, step 0.03, spread biases")
        return min(shares, key=lambda name: abs(shares[name] - spread))

    return Prediction(
        "linear-output/spread",
        "A linear output and 300 steps of 0.03: about one seed in ten is clearly bent, a loss below 0.004. "
        "Now only the start biases change: drawn between -1 and 1 instead of 0. How many seeds bend clearly?",
        ["about as many", "about half", "nearly all"],
        measure,
    )


def bend() -> Goal:
    """Get clearly beyond a straight line with the posted output unit."""

    def reached(session: SquareFit) -> bool:
        kept = session.output == "leaky" and session.slope <= 0.01 and session.targets == "x²"
        return kept and session.moment.loss < SOLVED

    return Goal(
        "linear-output/bend",
        "keep the leaky output and its slope of 0.01, and get a clearly bent fit: a loss below 0.004.",
        reached,
    )


def in_300_steps() -> Goal:
    """A good fit in few steps, by any means."""

    def reached(session: SquareFit) -> bool:
        return session.targets == "x²" and session.steps == 300 and session.moment.loss < 0.0005

    return Goal(
        "linear-output/in-300-steps",
        "a loss below 0.0005 on x² with steps set to 300. Any other control may be used.",
        reached,
    )
