"""The predictions and goals of the dead ReLU chapter. What is right is computed, never written down."""

from __future__ import annotations

import numpy as np

from nnwidgets.chapters.dead_relu.session import PerfectWeights
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook import CASES, train
from workbook.cases.sums import same_answer
from workbook.measures.unit_life import deaths

CASE = CASES["sum-of-inputs"]
SEEDS = range(CASE.seeds)


def settles() -> Prediction:
    """How many seeds end where the asker's network did?"""

    def measure() -> str:
        count = same_answer(train(CASE.as_posted, SEEDS))
        return "all 300" if count == CASE.seeds else f"{count // 100 * 100} to {count // 100 * 100 + 99}"

    return Prediction(
        "dead-relu/settles",
        "Train it 300 times, from other start weights each time. How many of the 300 networks end at 15.5 "
        "and 15.5, as the asker's did?",
        ["0 to 99", "100 to 199", "200 to 299", "all 300"],
        measure,
        "Try New seed, as often as you like.",
    )


def when() -> Prediction:
    """When do the units die?"""

    def measure() -> str:
        died = deaths(CASE.related["longer step"], SEEDS, 100)
        early = ((died >= 1) & (died <= 2)).sum() / (died >= 1).sum()
        return "in the first two steps" if early > 0.5 else "later than that, one by one"

    return Prediction(
        "dead-relu/when",
        "Step size 0.1. Some units are dead before training begins. When do most of the others die?",
        ["in the first two steps", "later than that, one by one", "in the last steps, near the minimum"],
        measure,
        "Step through it with Step and Back: one step is enough for some, two for nearly all.",
    )


def the_bug() -> Prediction:
    """Does the right derivative help?"""

    def measure() -> str:
        names = ("posted derivative", "as posted")
        wrong, right = (same_answer(train(CASE.experiment(name), SEEDS)) for name in names)
        if right == CASE.seeds:
            return "no: it says 15.5 all the same"
        return "yes: it says 15 and 16" if right < wrong / 2 else "for about half of the seeds"

    return Prediction(
        "dead-relu/the-bug",
        "The posted program multiplies by max(z, 0) where 1 or 0 belongs. Mend that, and keep the rest. "
        "Does the network learn?",
        ["yes: it says 15 and 16", "for about half of the seeds", "no: it says 15.5 all the same"],
        measure,
        "A bug that is really there need not be the one that does the harm.",
    )


def perfect_start() -> Prediction:
    """What becomes of the perfect weights after a nudge, at step size 0.01?"""

    def measure() -> str:
        session = PerfectWeights(nudge="by 0.000001")
        session.advance(session.steps)
        low, high = session.moment.outputs.min(), session.moment.outputs.max()
        if high - low < 0.1:
            return "it ends dead, at 15.5"
        moved = np.abs(session.moment.params[0].W - session.main.at(0).params[0].W).max()
        return "it goes back to them" if moved < 1e-3 else "it finds other weights that are just as good"

    return Prediction(
        "dead-relu/perfect-start",
        "Start at the perfect weights, but move one of the ten first-layer weights by a millionth. The step "
        "size is 0.01, as in section 1. What happens?",
        ["it goes back to them", "it finds other weights that are just as good", "it ends dead, at 15.5"],
        measure,
        "Watch the loss: it is tiny, and grows from the first step on.",
    )


def which_repair() -> Prediction:
    """Which single change helps most, at step size 0.01?"""
    names = ["positive initial bias", "20 hidden units", "leaky ReLU", "mean loss", "scaled inputs"]

    def measure() -> str:
        return max(names, key=lambda name: train(CASE.repairs[name], SEEDS).rate().count)

    return Prediction(
        "dead-relu/which-repair",
        "Keep the step size at 0.01 and change one thing only. Which change lets the most seeds solve it?",
        names,
        measure,
        "The table below counts all of them.",
    )


def alive_and_solved() -> Goal:
    """Solve data A, by any other means."""
    return Goal(
        "dead-relu/alive-and-solved",
        "data A: make the network say 15 and 16, with a loss under 0.01. Turn anything but the data.",
        lambda session: session.data == "A" and session.moment.loss < 0.01,
    )


def solved_with_long_steps() -> Goal:
    """Solve data A with no step shorter than those of section 1: in `Repairs` the step size restarts."""

    def reached(session) -> bool:
        return session.step_size >= 0.01 and session.step > 0 and session.moment.loss < 0.01

    return Goal(
        "dead-relu/solved-with-long-steps",
        "a loss under 0.01 with a step size of 0.01 or more. Turn anything else.",
        reached,
    )
