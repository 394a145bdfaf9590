"""Twins: hidden units that say the same to every row, and so are one unit.

Two units of a layer that start with the same weights get the same gradient, and stay the same: nothing that
treats them alike can part them (I. Goodfellow, Y. Bengio, A. Courville 2016, "Deep learning", section 8.4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.plain import numbers

SAME = 1e-3  # of the largest number that the layer says


def different_units(experiment: Experiment, params: list[Layer], layer: int = 0) -> np.ndarray:
    """Return how many units of a hidden layer say something else to the data than any other, (...).

    layer: which one, from 0. Twins count once. Raises ValueError for a layer that is not hidden.
    """
    hidden = len(experiment.network.layers) - 1
    if not 0 <= layer < hidden:
        raise ValueError(f"the network has {hidden} hidden layers, numbered from 0; there is no {layer!r}")
    with np.errstate(all="ignore"):
        _, trace = experiment.network.forward(params, experiment.dataset.inputs)
    return different(trace[layer].y)


def different(H: ArrayLike, within: float = SAME) -> np.ndarray:
    """Return how many different columns H (..., n, units) has, (...): what units say, a row each.

    Two are the same where no row parts them by more than `within` of the largest number in H. Raises
    ValueError for another shape. Where a number is NaN, nothing is the same.
    """
    says = numbers(H, "H")
    if says.ndim < 2 or not says.size:
        raise ValueError(
            f"H must have the shape (n, units), what each unit says to each row, not {says.shape}"
        )
    room = within * np.abs(says).max((-2, -1))[..., None]
    new = np.ones(says.shape[:-2], int)
    for unit in range(1, says.shape[-1]):
        apart = np.abs(says[..., :unit] - says[..., unit : unit + 1]).max(-2)
        new += ~(apart <= room).any(-1)
    return new
