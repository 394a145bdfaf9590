"""Answers: what networks say, to the rows that they were shown and to others.

They are in the units of the targets: of a loss that takes logits, the probabilities that these stand for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.training import Run


def said(experiment: Experiment, params: list[Layer], inputs: np.ndarray | None = None) -> np.ndarray:
    """Return the answers to these inputs (n, n_in), or to the data, (..., n, n_out)."""
    x = experiment.dataset.inputs if inputs is None else inputs
    with np.errstate(all="ignore"):
        return experiment.loss.says(experiment.network.forward(params, x)[0])


def answers(run: Run, inputs: ArrayLike) -> np.ndarray:
    """Return what each seed's network says to these inputs (n, n_in) in the end, (n_seeds, n, n_out)."""
    return said(run.experiment, run.params, np.array(inputs, float))


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
    with np.errstate(all="ignore"):
        errors = np.square(answers(run, data.inputs) - data.targets).mean((-2, -1))
        return 1 - errors / data.targets.var(axis=0).mean()
