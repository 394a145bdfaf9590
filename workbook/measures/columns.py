"""Columns: what the inputs alone say of training a linear layer on them, before any step is made."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbook.data.matrices import matrix
from workbook.measures.curvature import ROUNDING


def never_change(X: Any) -> np.ndarray:
    """Return the numbers of the columns of X (n, n_in) that have one value on all rows."""
    return np.flatnonzero(np.ptp(matrix(X, "X")[0], axis=0) == 0)


def curvatures(X: Any, bias: bool = True) -> np.ndarray:
    """Return the eigenvalues of the Hessian of a linear layer with one output on inputs X (n, n_in), rising.

    Of half the squared error, mean over the rows: those of the mean of x x^T, with a 1 in x for the bias. So
    there are n_in of them, or n_in + 1; where several outputs are summed, each comes once an output. The mean
    squared error has twice as large ones, over the number of outputs.
    """
    x = matrix(X, "X")[0]
    x = np.hstack([x, np.ones((len(x), 1))]) if bias else x
    return np.linalg.eigvalsh(x.T @ x / len(x))


def condition(X: Any, bias: bool = True) -> float:
    """Return the largest of these eigenvalues over the smallest that counts: above 1e-7 of the largest.

    About so many steps it takes until the error in the flattest direction is a third of what it was, if the
    steepest is to hold. nan where no eigenvalue is above 0.
    """
    found = curvatures(X, bias)
    counting = found[found > ROUNDING * found[-1]]
    return float(counting[-1] / counting[0]) if len(counting) else float("nan")
