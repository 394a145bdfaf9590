"""Questions about numbers that are too large for the network: targets of 1e8, inputs of 100."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.network import Network
from workbook.questions.question import Posed, question


def fourth_powers() -> Dataset:
    """Return x and x^4 for 400 x from -100 to 99.5."""
    x = np.arange(-100, 100, 0.5).reshape(-1, 1)
    return Dataset(x, x**4, "x^4")


def targets_standardised(data: Dataset) -> Dataset:
    """Return a copy whose targets have mean 0 and standard deviation 1."""
    t = data.targets
    return replace(data, targets=(t - t.mean(0)) / t.std(0), name=f"{data.name}, targets standardised")


@question(
    "x-to-the-fourth",
    "Stack Overflow 52800582",
    "targets unscaled",
    seeds=2,
)
def x_to_the_fourth() -> Posed:
    """A framework's network, 1-50-50-1, sigmoid and ELU, Adam 0.001, for x^4 up to 1e8: it learns nothing.

    The answer names the inputs first: they saturate half of the first layer, which is true and does not
    matter. An output that moves by a thousandth a step does not come to 1e8.
    """
    data = fourth_powers()
    posted = Experiment(
        data,
        Network((1, 50, 50, 1), ("sigmoid", "elu"), initializer="glorot uniform"),
        optimizer="adam(0.001)",
        steps=10_000,
    )
    both = posted.but(dataset=data.standardised(targets=True), steps=3_000)
    return Posed(
        posted,
        {"targets": posted.but(dataset=targets_standardised(data)), "both": both},
        {"inputs": posted.but(dataset=data.standardised())},
    )


def sums_above_50(divided_by: float = 1.0) -> Dataset:
    """Return 1 000 pairs of numbers from 0 to 100, and 1 where their sum exceeds 50."""
    x = np.random.RandomState(0).uniform(0, 100, (1000, 2))
    name = "sums above 50" if divided_by == 1 else f"sums above 50, inputs / {divided_by:g}"
    return Dataset(x / divided_by, x.sum(1, keepdims=True) > 50, name)


@question(
    "one-class-only",
    "A framework's forum",
    "inputs unscaled",
    seeds=10,
)
def one_class_only() -> Posed:
    """Is the sum of two numbers above 50? 2-110-1, tanh, Xavier, step 0.1: the answer is always yes.

    Seven of eight rows are a yes, so that the accuracy looks well; not one no is found. The asker suspects
    the imbalance. Inputs up to 100 saturate the hidden units and make all but short steps too long.
    """
    posted = Experiment(
        sums_above_50(),
        Network((2, 110, 1), "tanh", "identity", initializer="xavier"),
        loss="sigmoid cross-entropy",
        step_size=0.1,
        steps=1_500,
        solved_below=0.1,
    )
    scaled = posted.but(dataset=sums_above_50(100))
    return Posed(posted, {"inputs / 100": scaled, "inputs / 100, step 1": scaled.but(step_size=1.0)})


questions = (x_to_the_fourth, one_class_only)
