"""A model fault that NumPy's broadcasting makes: a column minus a row is a table."""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import With, best_constant_of, fault, refuse, refuse_twice
from workbook.parts import Loss
from workbook.parts.activations import softmax

Array = np.ndarray


def table(y: Array, t: Array) -> tuple[Array, Array]:
    """Return each of the n outputs beside each of the n targets, both (..., n, n)."""
    y, t = np.broadcast_arrays(y, t.swapaxes(-1, -2))
    return y, t


def of_all_pairs(right: Loss, y: Array, t: Array) -> Array:
    """Return the right loss of the table."""
    return right.value(*table(y, t))


def gradient_of_all_pairs(right: Loss, y: Array, t: Array) -> Array:
    """Return its derivative: an output stands in its whole line of the table."""
    return right.gradient(*table(y, t)).sum(-1, keepdims=True)


@fault(
    "all pairs",
    "model",
    "Every row learns the same answer, with a squared error the mean target, at a loss of the variance.",
)
def all_pairs(experiment: Experiment) -> Experiment:
    name, right, targets = "all pairs", experiment.loss, experiment.dataset.targets
    refuse_twice(right, name)
    columns = targets.shape[1]
    refuse(columns == 1, name, f"with {columns} outputs a row, each is compared with the target of its own")
    single = right.says == softmax or right.name.startswith("categorical cross-entropy(")
    refuse(not single, name, f"{right.name!r} has no slope with one output, be it of pairs or of all pairs")
    rows = experiment.batch_size or len(targets)
    refuse(rows > 1, name, "each step takes one row, which makes one pair")
    refuse(bool(np.ptp(targets)), name, "all targets are equal")
    loss = Loss(
        f"{right.name}, {name}",
        With(of_all_pairs, right),
        With(gradient_of_all_pairs, right),
        right.says,
        With(best_constant_of, right),
    )
    return experiment.but(loss=loss)


faults = (all_pairs,)
