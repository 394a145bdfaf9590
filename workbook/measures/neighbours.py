"""Neighbours: what the inputs alone are good for, without any training.

Each row gets the target of the row that is nearest to it. Where that is no better than chance, look at the
data before you look at the network.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbook.data.datasets import Dataset
from workbook.measures.plain import class_labels, table

AT_ONCE = 500  # rows whose distances to all others are held at a time


def nearest_error(dataset: Dataset, held_out: Dataset | None = None) -> float:
    """Return the error of the nearest neighbour: 0 where it is always right.

    Of classes, the share of rows whose neighbour is of another class. Of other targets, the squared error in
    parts of their variance: 1 is no better than their mean, 2 is a neighbour drawn by lot. Each row's
    neighbour is sought among the others; held_out: those rows' neighbours, among all of the data set's.

    Raises ValueError for a single row, which has no neighbour, and for held-out rows with other columns.
    """
    asked = dataset if held_out is None else held_out
    for field in ("inputs", "targets"):
        here, there = getattr(dataset, field).shape, getattr(asked, field).shape
        if here[1] != there[1]:
            raise ValueError(f"{field} have {here[1]} columns, those of the held-out rows {there[1]}")
    given = dataset.targets[nearest_rows(dataset.inputs, None if held_out is None else held_out.inputs)]
    if dataset.labels is not None and asked.labels is not None:
        return float((given != asked.targets).any(1).mean())
    with np.errstate(all="ignore"):
        error, variance = np.square(given - asked.targets).mean(), asked.targets.var(0).mean()
        return float(error / variance) if error else 0.0


def nearest_right(X: ArrayLike, labels: ArrayLike) -> float:
    """Return the share of rows X (n, n_in) whose nearest other row has the same label, (n,) of anything.

    What the inputs alone are good for: where it is near chance, look at the data before the network.
    """
    x = table(X, "X", "inputs")
    given = class_labels(labels, len(x))
    return float((given[nearest_rows(x)] == given).mean())


def nearest_rows(known: np.ndarray, asked: np.ndarray | None = None) -> np.ndarray:
    """Return which known row (n, n_in) is nearest to each asked row (m, n_in), (m,); the first of several.

    asked: None for the known rows themselves, each of which is then no neighbour of its own. Distances are
    Euclidean, so a column on a large scale outweighs the others. Whole numbers are compared exactly.
    """
    if asked is None and len(known) < 2:
        raise ValueError(f"a nearest neighbour among the others needs 2 rows or more, not {len(known)}")
    middle = np.round(np.mean(known, 0))  # far from 0, squares would lose the differences
    known = known - middle
    squares = np.square(known).sum(1)
    wanted = known if asked is None else asked - middle
    found = np.empty(len(wanted), int)
    for start in range(0, len(wanted), AT_ONCE):
        block = wanted[start : start + AT_ONCE]
        distances = block @ (-2 * known.T)
        distances += squares
        if asked is None:
            at = np.arange(len(block))
            distances[at, start + at] = np.inf
        found[start : start + AT_ONCE] = distances.argmin(1)
    return found
