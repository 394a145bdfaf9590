"""Dependence: does an answer depend on the row that it is given for, and on that row alone?"""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.answers import said

APART = 1e-9  # of the largest number; rounding is far below


def share_by_rows(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the variance of the answers over the rows in parts of that of the targets, (...).

    0: the same answer to every row. inf, or nan, for targets that are the same on all rows.
    """
    with np.errstate(all="ignore"):
        return said(experiment, params).var(-2).mean(-1) / experiment.dataset.targets.var(0).mean()


def loss_without_inputs(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the loss where every row's inputs are replaced by their mean over the rows, (...).

    A network whose loss is no lower than this makes nothing of its inputs.
    """
    data = experiment.dataset
    mean = np.broadcast_to(data.inputs.mean(0), data.inputs.shape)
    with np.errstate(all="ignore"):
        return experiment.loss_of(params, experiment.network.forward(params, mean)[0], data.targets)


def rows_apart(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return for each member (...) whether no row's output depends on the inputs of other rows.

    Half of the rows are changed, and the others are looked at; then the other way round. False for a softmax
    over the rows, say. A member that overflows hides what it does: it counts as True.
    """
    x = experiment.dataset.inputs
    odd = (np.arange(len(x)) % 2 == 1)[:, None]
    with np.errstate(all="ignore"):
        plain = experiment.network.forward(params, x)[0]
        changed = [experiment.network.forward(params, np.where(some, 1 - x, x))[0] for some in (odd, ~odd)]
        other = np.where(odd, changed[1], changed[0])  # each row as it is where its neighbours changed
        return _alike(plain, other)


def loss_rows_apart(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return for each member (...) whether the loss has no term with the output and target of other rows.

    The gradient at an output then depends on its own row alone. False for a loss that broadcasts the targets
    to a table of all pairs, say.
    """
    t = experiment.dataset.targets
    odd = (np.arange(len(t)) % 2 == 1)[:, None]
    with np.errstate(all="ignore"):
        y = experiment.outputs(params)
        plain = experiment.loss.gradient(y, t)
        changed = [
            experiment.loss.gradient(np.where(some, 1 - y, y), np.where(some, 1 - t, t))
            for some in (odd, ~odd)
        ]
        return _alike(plain, np.where(odd, changed[1], changed[0]))


def _alike(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    size = np.maximum(np.abs(one), np.abs(other)).max((-2, -1), keepdims=True)
    return ~(np.abs(one - other) > APART * size).any((-2, -1))
