"""Data faults of rows: inputs beside the targets of others, or all rows of a class in a line."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults.fault import fault, refuse, refuse_twice
from workbook.parts import ORDERS, Order

TRIES = 20  # shuffles, until one takes an input away from its target; of many rows, the first does
SAME_PAIRS = "every input has its own target still, or one that is equal"


def _pairs(inputs: np.ndarray, targets: np.ndarray) -> Counter[bytes]:
    """Count the rows that are equal, inputs and targets together."""
    return Counter(row.tobytes() for row in np.hstack([inputs, targets]))


@fault(
    "targets one row off",
    "data",
    "Every input is taught its neighbour's target: other data, which may be learned as well.",
)
def targets_one_row_off(experiment: Experiment) -> Experiment:
    data, name = experiment.dataset, "targets one row off"
    refuse_twice(data, name)
    moved = np.roll(data.targets, 1, axis=0)
    refuse(not np.array_equal(moved, data.targets), name, "all targets are equal")
    refuse(_pairs(data.inputs, moved) != _pairs(data.inputs, data.targets), name, SAME_PAIRS)
    return experiment.but(dataset=replace(data, targets=moved, name=f"{data.name}, {name}"))


@fault(
    "rows shuffled apart",
    "data",
    "What is learned is learned by heart: held-out rows are answered as by chance.",
)
def rows_shuffled_apart(experiment: Experiment) -> Experiment:
    """The inputs are shuffled once, before training, and the targets stay; held-out rows are left alone."""
    data, name = experiment.dataset, "rows shuffled apart"
    refuse_twice(data, name)
    shuffled = _shuffled_apart(data)
    if shuffled is None:
        raise ValueError(f"{name!r} cannot be planted here: {SAME_PAIRS}, in any order")
    return experiment.but(dataset=replace(data, inputs=shuffled, name=f"{data.name}, {name}"))


@fault(
    "rows shuffled apart anew",
    "data",
    "In each epoch other inputs and targets stand side by side: the network learns the mean target.",
)
def rows_shuffled_apart_anew(experiment: Experiment) -> Experiment:
    data, right, name = experiment.dataset, experiment.order, "rows shuffled apart anew"
    refuse_twice(right, name)
    refuse(_shuffled_apart(data) is not None, name, f"{SAME_PAIRS}, in any order")
    rows = ORDERS["shuffled"].rows
    return experiment.but(order=Order(f"{right.name}, {name}", rows, apart=True))


def _shuffled_apart(data: Dataset) -> np.ndarray | None:
    """Return the inputs in an order in which not every one has its target, or None where there is none."""
    if not (np.ptp(data.targets, axis=0).any() and np.ptp(data.inputs, axis=0).any()):
        return None
    right = _pairs(data.inputs, data.targets)
    for seed in range(TRIES):
        shuffled = data.inputs[np.random.RandomState(seed).permutation(len(data))]
        if _pairs(shuffled, data.targets) != right:
            return shuffled
    return None


@fault(
    "one class after the other",
    "data",
    "After the first epoch every row is taken for the last class: each class makes those before forgotten.",
)
def one_class_after_the_other(experiment: Experiment) -> Experiment:
    data, name = experiment.dataset, "one class after the other"
    labels = data.labels
    if labels is None:
        raise ValueError(f"{name!r} cannot be planted here: the targets of {data!r} are no classes")
    refuse(bool(np.ptp(labels)), name, "all rows are of one class")
    batch = experiment.batch_size or len(data)
    refuse(batch < len(data), name, "each step takes all rows, in whatever order")
    by_class = labels.argsort(kind="stable")
    in_line = np.array_equal(by_class, np.arange(len(data))) and experiment.order.name == "in order"
    refuse(not in_line, name, "the rows stand and are shown so already")
    ordered = replace(data, inputs=data.inputs[by_class], targets=data.targets[by_class])
    return experiment.but(dataset=replace(ordered, name=f"{data.name}, {name}"), order="in order")


faults = (
    targets_one_row_off,
    rows_shuffled_apart,
    rows_shuffled_apart_anew,
    one_class_after_the_other,
)
