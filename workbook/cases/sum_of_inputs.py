"""Five inputs that should be added up: the data, and every experiment on them that the chapter speaks of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.network import Network
from workbook.parts import explicit

BUG = FAULTS["relu gradient by value"]


def sums(name: str, rows: ArrayLike) -> Dataset:
    """Rows of five inputs, and their sums."""
    x = np.array(rows, float)
    return Dataset(x, x.sum(axis=1, keepdims=True), name)


def scaled(dataset: Dataset) -> Dataset:
    """The same rows, with all inputs divided by the largest of them; targets as they were."""
    return Dataset(dataset.inputs / np.abs(dataset.inputs).max(), dataset.targets, f"{dataset.name}, scaled")


DATA = {
    "A": sums("A", [[1, 2, 3, 4, 5], [1, 2, 3, 4, 6]]),
    "B": sums("B", [[1, 2, 3, 4, 5], [-1, -2, -3, -4, -6]]),
    "C": sums("C", np.random.RandomState(0).standard_normal((1000, 5))),
}
as_posted = Experiment(
    DATA["A"],
    Network((5, 2, 1), hidden="relu", output="identity", initializer="he", bias_initializer="he"),
    loss="summed squared error",
    step_size=0.01,
    steps=1000,
)
SINGLE: dict[str, dict[str, Any]] = {  # each changes one thing, and not the step size
    "positive initial bias": {"bias_initializer": "constant(1)"},
    "20 hidden units": {"sizes": (5, 20, 1)},
    "leaky ReLU": {"hidden": "leaky relu(0.1)"},
    "mean loss": {"loss": "mean squared error"},
    "scaled inputs": {"dataset": scaled(DATA["A"])},
}
NUDGED = (0.001, 0.0016, 0.003, 0.01, 0.1)  # step sizes that are tried beside the perfect weights
repairs = {"smaller step": as_posted.but(step_size=0.001)}
repairs |= {name: as_posted.but(**changes) for name, changes in SINGLE.items()}
repairs["scaled inputs, 20 units"] = repairs["scaled inputs"].but(sizes=(5, 20, 1))
repairs["smaller step, 5 000 steps"] = repairs["smaller step"].but(steps=5000, record_every=100)

perfect = as_posted.but(
    initializer=explicit([[1, -1]] * 5, [[1], [-1]]), bias_initializer="zeros", step_size=0.001
)
flat = as_posted.but(  # another solution of data A: x5 + 10, with a small output weight
    initializer=explicit([[0, 0]] * 4 + [[1 / 0.3, 0]], [[0.3], [0.0]]),
    bias_initializer=explicit([[0.5 - 5 / 0.3, -1]], [[15 - 0.3 * 0.5]]),
)
buggy = BUG.plant(as_posted)
on_c = as_posted.but(dataset=DATA["C"], steps=500, record_every=100)
related = {f"{name}, step 0.001": repairs[name].but(step_size=0.001) for name in SINGLE} | {
    "longer step": as_posted.but(step_size=0.1),
    "posted derivative": buggy,
    "posted derivative, longer step": buggy.but(step_size=0.1),
    "posted derivative, smaller step": buggy.but(step_size=0.001),
    "step 0.0003": as_posted.but(step_size=0.0003),
    "posted derivative, step 0.0003": buggy.but(step_size=0.0003),
    "perfect weights": perfect,
    "data B": as_posted.but(dataset=DATA["B"], step_size=0.001, steps=5000, record_every=100),
    "data C, summed, step 0.001": on_c.but(step_size=0.001),
    "data C, summed, step 0.0001": on_c.but(step_size=0.0001),
    "momentum": as_posted.but(optimizer="momentum(0.001, 0.9)"),
    "momentum, smaller step": as_posted.but(optimizer="momentum(0.0001, 0.9)"),
    "Adam": as_posted.but(optimizer="adam(0.01)"),
    "Adam, longer step": as_posted.but(optimizer="adam(0.1)"),
    "zero initial bias": as_posted.but(bias_initializer="zeros"),
    "data C, mean, step 0.1": on_c.but(step_size=0.1, loss="mean squared error"),
}
AS_POSTED = {  # what tables call them -> experiments
    "as posted, step 0.1": "posted derivative, longer step",
    "as posted, step 0.01": "posted derivative",
    "as posted, step 0.001": "posted derivative, smaller step",
}
MENDED = {  # the same with the right derivative
    "derivative mended, step 0.1": "longer step",
    "derivative mended, step 0.01": "as posted",
    "derivative mended, step 0.001": "smaller step",
}
OPTIMIZERS = {  # what tables call them -> experiments of 1 000 steps
    "plain, step 0.01": "as posted",
    "momentum 0.9, step 0.001": "momentum",
    "plain, step 0.001": "smaller step",
    "momentum 0.9, step 0.0001": "momentum, smaller step",
    "Adam, step 0.1": "Adam, longer step",
    "Adam, step 0.01": "Adam",
}
