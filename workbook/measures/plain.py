"""Plain arrays and functions: what instruments take from a network that came from anywhere.

Whatever NumPy can convert will do: lists, arrays, frames, and tensors of PyTorch, with a gradient or without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from workbook.checked import shown
from workbook.data.matrices import without_gradient

Function = Callable[[Any], Any]


def numbers(values: Any, what: str) -> np.ndarray:
    """Return values as an array of float64, of any shape. Raises TypeError for what has no numbers."""
    try:
        found = np.asarray(without_gradient(values))
        if found.dtype.kind in "biufO":
            return found.astype(float)
    except (TypeError, ValueError, RuntimeError):
        pass
    raise TypeError(f"{what} must be numbers that np.asarray can convert, not {shown(values)}")


def table(values: Any, what: str, columns: str = "columns") -> np.ndarray:
    """Return values as (n, columns), a row each. Raises ValueError for another shape."""
    found = numbers(values, what)
    if found.ndim != 2 or not found.size:
        single = f"; a single column is {what}.reshape(-1, 1)" if found.ndim == 1 else ""
        raise ValueError(f"{what} must have the shape (n, {columns}), a row each, not {found.shape}{single}")
    return found


def beside(outputs: Any, targets: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return outputs and targets, both (n, n_out). Raises ValueError unless they have the same shape."""
    says, wanted = table(outputs, "Y", "outputs"), table(targets, "T", "outputs")
    if says.shape != wanted.shape:
        raise ValueError(f"Y has the shape {says.shape} and T has {wanted.shape}; both must be the same")
    return says, wanted


def asked(f: Function, X: np.ndarray) -> np.ndarray:
    """Return what a function of rows (n, n_in) says to X, (n, n_out).

    Raises TypeError for what cannot be called, ValueError where it does not give a row for each row.
    """
    if not callable(f):
        raise TypeError(f"f must be a function of X that gives a row of outputs for each row, not {shown(f)}")
    with np.errstate(all="ignore"):
        says = table(f(X), "f(X)", "outputs")
    if len(says) != len(X):
        raise ValueError(f"f(X) has {len(says)} rows where X has {len(X)}; it must give one for each")
    return says


def class_labels(labels: Any, rows: int) -> np.ndarray:
    """Return one label a row, (n,). Raises ValueError for another shape."""
    found = np.asarray(without_gradient(labels))
    if found.shape != (rows,):
        hint = "; of one column a class, labels are T.argmax(1)" if found.ndim == 2 else ""
        raise ValueError(f"labels must be one a row, ({rows},), not {found.shape}{hint}")
    return found
