"""Splits: which rows training never sees, what classes there are, and what scale the columns have."""

from __future__ import annotations

import numpy as np

from workbook.checked import number, seed_list

STREAM = 3  # so that one seed draws other numbers here than for weights and for the order of rows


def held_out_rows(rows: int, share: float, seed: int, labels: np.ndarray | None = None) -> np.ndarray:
    """Return which rows are held out: (rows,) of truth values, share * rows of them, rounded.

    labels (rows,): each class keeps its share as nearly as whole rows allow. The largest remainders get the
    rows that are left; equal ones draw lots.

    Raises ValueError for a share outside of 0 to 1, and for one that leaves no row on either side.
    """
    number("share", share, lambda value: 0 < value < 1, "between 0 and 1, both excluded")
    (seed,) = seed_list(seed)
    count = int(share * rows + 0.5)
    if not 0 < count < rows:
        raise ValueError(
            f"a share of {share:g} of {rows} rows holds out {count} and leaves {rows - count}; "
            "each side needs at least one row"
        )
    random = np.random.RandomState([seed, STREAM])
    classes = np.zeros(rows, int) if labels is None else labels
    present, sizes = np.unique(classes, return_counts=True)
    held_out = np.zeros(rows, bool)
    for label, wanted in zip(present, _portions(sizes, count, share, random), strict=True):
        held_out[random.permutation(np.flatnonzero(classes == label))[:wanted]] = True
    return held_out


def class_numbers(targets: np.ndarray) -> np.ndarray | None:
    """Return each row's class, (n,) whole numbers, read-only; None where targets (n, n_out) are no classes.

    Classes are one column of 0 and 1, or several with a single 1 a row and 0 elsewhere (one-hot).
    """
    if not np.isin(targets, (0, 1)).all():
        return None
    if targets.shape[1] == 1:
        labels = targets[:, 0].astype(int)
    elif (targets.sum(1) == 1).all():
        labels = targets.argmax(1)
    else:
        return None
    labels.flags.writeable = False
    return labels


def column_scales(inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each column's mean and standard deviation, both (1, columns); 1 for that of a constant one.

    Whether a column is constant is asked of its values: rounding can give it a tiny deviation.
    """
    constant = (inputs == inputs[:1]).all(0, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.where(constant, inputs[:1], inputs.mean(0, keepdims=True))
        part = inputs - mean
        largest = np.maximum(part.max(0, keepdims=True), -part.min(0, keepdims=True))
        part /= np.where(constant, 1.0, largest)  # the squares of what is left cannot overflow
        part *= part
        return mean, np.where(constant, 1.0, largest * np.sqrt(part.mean(0, keepdims=True)))


def _portions(sizes: np.ndarray, count: int, share: float, random: np.random.RandomState) -> np.ndarray:
    """Return how many rows of each class are held out, `count` in all: the method of largest remainders."""
    quotas = (share * sizes).round(9)  # 0.29 * 100 is 28.999999999999996
    portions = quotas.astype(int)
    lots = random.permutation(len(sizes))
    by_remainder = lots[np.argsort((portions - quotas)[lots], kind="stable")]
    portions[by_remainder[: count - portions.sum()]] += 1
    return portions
