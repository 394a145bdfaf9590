"""Data sets: inputs and targets, and the small ones that the chapters use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np

REAL = "biufO"  # NumPy's letters for truth values, whole numbers, floats, and Python's own objects


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Inputs (n, n_in) and the targets (n, n_out) that belong to them; both float64 and read-only.

    Two data sets are equal when their names and all their numbers are.

    Raises ValueError for arrays that are empty, not two-dimensional, of different lengths, or not finite;
    for masked values, which have no number, and for dates, complex numbers and text, which are none here.
    """

    inputs: np.ndarray
    targets: np.ndarray
    name: str = "data"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            first, kind = self.inputs, type(self.name).__name__
            found = f"{first!r} first" if isinstance(first, str) else f"a {kind} there"
            raise ValueError(
                f"a data set's name is text and comes last, Dataset(inputs, targets, name); found {found}"
            )
        for field in ("inputs", "targets"):
            object.__setattr__(self, field, _matrix(getattr(self, field), f"{field} of {self.name!r}"))
        if len(self.inputs) != len(self.targets):
            raise ValueError(
                f"{self.name!r} has {len(self.inputs)} rows of inputs {self.inputs.shape} but "
                f"{len(self.targets)} rows of targets {self.targets.shape}"
            )

    def __len__(self) -> int:
        return len(self.inputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    @cached_property
    def _digest(self) -> bytes:
        digest = blake2b(f"{self.name} {self.inputs.shape} {self.targets.shape}".encode())
        for array in (self.inputs, self.targets):
            digest.update(np.ascontiguousarray(array).data)
        return digest.digest()

    def __repr__(self) -> str:
        rows, n_in, n_out = len(self), self.inputs.shape[1], self.targets.shape[1]
        return f"Dataset({self.name!r}, {rows} rows, {n_in} -> {n_out})"


def _matrix(values: object, what: str) -> np.ndarray:
    if np.ma.is_masked(values):
        count = np.ma.count_masked(values)
        raise ValueError(f"{what} hold masked values ({count}); fill them, or leave their rows out")
    try:
        given = np.asarray(values)
        array = given.astype(float) if given.dtype.kind in REAL else None
    except OverflowError:
        raise ValueError(f"{what} hold a whole number that is too large for a float64") from None
    except (TypeError, ValueError):
        raise ValueError(f"{what} must be numbers in rows of equal length") from None
    if array is None:  # NumPy would make floats of it, without imaginary parts, or the days of a date
        raise ValueError(f"{what} must be real numbers; found {given.dtype}")
    if array.ndim != 2:
        raise ValueError(
            f"{what} must have rows and columns, shape (n, features); the shape is {array.shape}. "
            "A single column is values.reshape(-1, 1)"
        )
    if array.size == 0:
        raise ValueError(f"{what} is empty: shape {array.shape}")
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"{what} holds {array[row, column]} in row {row}, column {column}; it must be finite"
        )
    array.flags.writeable = False
    return array


BITS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def copy_bit() -> Dataset:
    """0 -> 0 and 1 -> 1."""
    return Dataset(np.array([[0], [1]]), np.array([[0], [1]]), "copy a bit")


def xor() -> Dataset:
    """Two bits; 1 where they differ."""
    return Dataset(BITS, np.array([[0], [1], [1], [0]]), "XOR")


def xnor() -> Dataset:
    """Two bits; 1 where they agree."""
    return Dataset(BITS, np.array([[1], [0], [0], [1]]), "XNOR")


def line(slope: float = 1.0, intercept: float = 1.0, n: int = 21) -> Dataset:
    """slope * x + intercept at n equally spaced points of [-1, 1]."""
    x = np.linspace(-1, 1, n).reshape(-1, 1)
    return Dataset(x, slope * x + intercept, f"line {slope:g} x + {intercept:g}")
