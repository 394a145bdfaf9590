"""Losses: how far the outputs y are from the targets t, each with its gradient.

All are the squared error, and differ by a factor only. The factor matters, because it multiplies the
step: on 1 000 rows the summed error makes every step 1 000 times as long as the mean.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.registry import Part, Registry


@dataclass(frozen=True, repr=False)
class Loss(Part):
    """A named pair: value(y, t) -> (...) and gradient(y, t) = dLoss/dy -> (..., n, n_out).

    y and t are (..., n, n_out): n rows, n_out outputs; leading axes are kept, one loss for each member
    of a population.
    """

    value: Callable[[np.ndarray, np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray, np.ndarray], np.ndarray]


def squared_error(name: str, factor: Callable[[int, int], float]) -> Loss:
    """Return factor(n, n_out) times the sum of (y - t)^2 over all rows and outputs."""

    def value(y: np.ndarray, t: np.ndarray) -> np.ndarray:
        return factor(*t.shape[-2:]) * np.square(y - t).sum((-2, -1))

    def gradient(y: np.ndarray, t: np.ndarray) -> np.ndarray:
        return 2 * factor(*t.shape[-2:]) * (y - t)

    return Loss(name, value, gradient)


LOSSES = Registry("loss", Loss)
for _loss in (
    squared_error("summed squared error", lambda n, n_out: 1.0),
    squared_error("half summed squared error", lambda n, n_out: 0.5),
    squared_error("mean squared error", lambda n, n_out: 1 / (n * n_out)),
    # Half the squared distance between output and target, averaged over rows: the textbook's cost.
    squared_error("quadratic cost", lambda n, n_out: 0.5 / n),
):
    LOSSES.add_plain(_loss)
