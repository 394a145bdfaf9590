"""Scale: how large the inputs are, the weighted sums of each layer, and the outputs beside the targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.answers import said
from workbook.measures.plain import numbers


class Columns(NamedTuple):
    """The scale of a table (n, columns): of each column (columns,), and the largest |value| of all."""

    means: np.ndarray
    deviations: np.ndarray
    largest: float


def columns(table: ArrayLike) -> Columns:
    """Return the scale of inputs, or of targets, (n, columns). Raises ValueError for another shape."""
    values = numbers(table, "a table")
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"a table has rows and columns, (n, columns); this one has the shape {values.shape}")
    with np.errstate(all="ignore"):
        return Columns(values.mean(0), values.std(0), float(np.abs(values).max()))


def z_scales(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the root mean square of each layer's weighted sums over units and rows, (n_layers, ...)."""
    with np.errstate(all="ignore"):
        _, trace = experiment.network.forward(params, experiment.dataset.inputs)
        return np.array([np.sqrt(np.square(step.z).mean((-2, -1))) for step in trace])


def output_spread(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the deviation of the answers over the rows, in deviations of the targets, (...).

    Root mean squares over the outputs. 1: they spread like the targets; 0: the same answer to every row.
    inf, or nan, for targets that are the same on all rows.
    """
    targets = experiment.dataset.targets
    with np.errstate(all="ignore"):
        return np.sqrt(said(experiment, params).var(-2).mean(-1) / targets.var(0).mean())


def output_offset(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return how far the mean answer is from the mean target, in deviations of the targets, (...).

    Root mean squares over the outputs; inf, or nan, for targets that are the same on all rows.
    """
    targets = experiment.dataset.targets
    with np.errstate(all="ignore"):
        apart = said(experiment, params).mean(-2) - targets.mean(0)
        return np.sqrt(np.square(apart).mean(-1) / targets.var(0).mean())
