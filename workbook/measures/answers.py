"""Answers: what networks say, to the rows that they were shown and to others.

They are in the units of the targets: of a loss that takes logits, the probabilities that these stand for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.plain import beside
from workbook.parts import LOSSES, Loss
from workbook.training import Run


def said(experiment: Experiment, params: list[Layer], inputs: np.ndarray | None = None) -> np.ndarray:
    """Return the answers to these inputs (n, n_in), or to the data, (..., n, n_out)."""
    x = experiment.dataset.inputs if inputs is None else inputs
    with np.errstate(all="ignore"):
        return experiment.loss.says(experiment.network.forward(params, x)[0])


def answers(run: Run, inputs: ArrayLike) -> np.ndarray:
    """Return what each seed's network says to these inputs (n, n_in) in the end, (n_seeds, n, n_out)."""
    return said(run.experiment, run.params, np.array(inputs, float))


class BesideConstant(NamedTuple):
    """What a network says beside the best answer that is the same for every row."""

    says: np.ndarray  # (n_out,): the mean of its answers
    spread: np.ndarray  # (n_out,): their largest less their smallest, over the rows
    constant: np.ndarray  # (n_out,): the best constant answer
    loss: float
    constant_loss: float

    def __str__(self) -> str:
        said, spread, constant = (_listed(values) for values in self[:3])
        return (
            f"it says {said} on average, over a range of {spread}; the best constant is {constant}. "
            f"Loss {self.loss:.3g}, of the constant {self.constant_loss:.3g}"
        )


def beside_constant(Y: ArrayLike, T: ArrayLike, loss: str | Loss = "mean squared error") -> BesideConstant:
    """Return what outputs Y (n, n_out) are beside the best constant answer to the targets T (n, n_out).

    For a loss on logits, Y are the logits, and so is the constant. Raises ValueError for shapes that differ.
    """
    (says, wanted), asked = beside(Y, T), LOSSES[loss]
    with np.errstate(all="ignore"):
        constant = np.asarray(asked.best_constant(wanted))
        losses = (asked.value(y, wanted) for y in (says, np.broadcast_to(constant, wanted.shape)))
        return BesideConstant(says.mean(0), np.ptp(says, axis=0), constant[0], *map(float, losses))


def _listed(values: np.ndarray) -> str:
    return ", ".join(f"{value:.3g}" if abs(value) > 1e-9 else "0" for value in values)


def all_right(run: Run) -> np.ndarray:
    """Return for each seed whether its answers, rounded, are all the targets, (n_seeds,)."""
    return (np.round(said(run.experiment, run.params)) == run.experiment.dataset.targets).all((-2, -1))


def says_to_all(run: Run, answer: float, within: float = 0.01) -> np.ndarray:
    """Return for each seed whether it says `answer` to every row that it was shown, (n_seeds,)."""
    with np.errstate(invalid="ignore"):
        return np.abs(said(run.experiment, run.params) - answer).max((-2, -1)) < within


def r_squared(run: Run, dataset: Dataset | None = None) -> np.ndarray:
    """Return the share of the targets' variance that each seed explains, (n_seeds,); nan where it diverged.

    1 for right answers, 0 for answers no better than the targets' mean. -inf, or nan, for targets that are
    all the same. dataset: other data than the run's own, with as many inputs and targets.
    """
    data = dataset or run.experiment.dataset
    return explained(answers(run, data.inputs), data.targets)


def explained(outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return R2, the share of the targets' variance that outputs (..., n, n_out) explain, (...): `r_squared`.

    Of all outputs together: one with large targets counts for more than one with small ones.
    """
    with np.errstate(all="ignore"):
        errors = np.square(outputs - targets).mean((-2, -1))
        return np.asarray(1 - errors / targets.var(axis=0).mean())
