"""Classes: which one an answer names, how often that is right, and for which classes.

outputs (..., n, n_out) are what a network says: a number a class, or one column with the probability of class
1. Axes before the rows are kept, so a population gets one number for each member.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

NONE = -1  # in place of a class, where an answer names none


def named(outputs: ArrayLike) -> np.ndarray:
    """Return the class of each row's largest output, or of the first of several, (..., n).

    One column names class 1 from 1/2 on, and class 0 below. A row with a NaN names none: -1.
    Raises ValueError for outputs without rows and columns.
    """
    said = _matrix(outputs)
    chosen = (said[..., 0] >= 0.5).astype(int) if said.shape[-1] == 1 else said.argmax(-1)
    return np.where(np.isnan(said).any(-1), NONE, chosen)


def accuracy(outputs: ArrayLike, labels: ArrayLike) -> np.ndarray:
    """Return the share of the rows that are named rightly, (...); labels (n,), or (..., n).

    A row that names no class is wrong. Raises ValueError for labels that are no classes of these outputs.
    """
    said = _matrix(outputs)
    return (named(said) == _labels(labels, said, _count(said))).mean(-1)


def recall(outputs: ArrayLike, labels: ArrayLike, classes: int | None = None) -> np.ndarray:
    """Return for each class the share of its own rows that are named rightly, (..., classes).

    nan for a class without rows. classes: how many there are; without it, as many as there are outputs, or 2.
    Raises ValueError for labels that are no classes.
    """
    said = _matrix(outputs)
    count = _count(said) if classes is None else classes
    wanted, chosen = _labels(labels, said, count), named(said)
    found = np.empty((*chosen.shape[:-1], count))
    with np.errstate(invalid="ignore"):
        for label in range(count):
            own = wanted == label
            found[..., label] = (own & (chosen == label)).sum(-1) / own.sum(-1)
    return found


def commonest_share(outputs: ArrayLike) -> np.ndarray:
    """Return the share of the rows that get the commonest answer, (...): 1 where all are taken for one class.

    Rows that name no class have no answer; where all do, it is 0.
    """
    said = _matrix(outputs)
    chosen = named(said)
    return np.max([(chosen == label).mean(-1) for label in range(_count(said))], axis=0)


def _matrix(outputs: ArrayLike) -> np.ndarray:
    said = np.asarray(outputs)
    if said.ndim < 2 or 0 in said.shape[-2:]:
        raise ValueError(f"outputs have rows and columns, (..., n, n_out); these have the shape {said.shape}")
    return said


def _count(said: np.ndarray) -> int:
    return max(2, said.shape[-1])


def _labels(labels: ArrayLike, said: np.ndarray, count: int) -> np.ndarray:
    """Return labels as an array that fits the rows; raise ValueError unless they are 0 to count - 1."""
    wanted = np.asarray(labels)
    if wanted.dtype.kind not in "iu":
        raise ValueError(f"labels are whole numbers, one a row; found {wanted.dtype}")
    if wanted.ndim < 1 or wanted.shape not in (said.shape[-2:-1], said.shape[:-1]):
        raise ValueError(
            f"outputs of shape {said.shape} need one label a row, ({said.shape[-2]},); found {wanted.shape}"
        )
    if not 0 <= wanted.min() <= wanted.max() < count:
        raise ValueError(
            f"{count} classes are labelled 0 to {count - 1}; found {wanted.min()} to {wanted.max()}"
        )
    return wanted
