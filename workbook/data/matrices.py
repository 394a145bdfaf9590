"""Matrices: what somebody hands over, lists, arrays or a frame, as checked numbers in rows and columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np

REAL = "biufO"  # NumPy's letters for truth values, whole numbers, floats, and Python's own objects


def matrix(values: Any, what: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return values as read-only float64 (n, columns), and the columns' names where a frame brings them.

    A frame is anything with `columns` and `to_numpy()`, a named column anything with `name` and `to_numpy()`
    of one axis: those of pandas and of polars are. Tensors of PyTorch may have a gradient. A read-only
    float64 array that owns its numbers is returned as it is, everything else is copied. what: "inputs of
    'mine'", for the messages.

    Raises ValueError for what is empty, not two-dimensional, not finite, masked, or no real number.
    """
    values, names = _frame(without_gradient(values), what)
    if np.ma.is_masked(values):
        count = np.ma.count_masked(values)
        raise ValueError(f"{what} hold masked values ({count}); fill them, or leave their rows out")
    array = values if _kept(values) else _floats(values, what)
    if array.ndim != 2:
        raise ValueError(
            f"{what} must have rows and columns, shape (n, features); the shape is {array.shape}. "
            "A single column is values.reshape(-1, 1)"
        )
    if array.size == 0:
        raise ValueError(f"{what} is empty: shape {array.shape}")
    if not np.isfinite(array).all():
        row, column = map(int, np.argwhere(~np.isfinite(array))[0])
        _not_finite(what, array[row, column], row, names[column] if names else column)
    array.flags.writeable = False
    return array, names


def without_gradient(values: Any) -> Any:
    """Return a tensor of PyTorch as a plain array; all else as it is."""
    if not (hasattr(values, "detach") and hasattr(values, "numpy")):
        return values
    return (values.detach().cpu() if hasattr(values, "cpu") else values.detach()).numpy()


def column_names(names: Iterable[str], given: tuple[str, ...], columns: int, what: str) -> tuple[str, ...]:
    """Return names as a tuple, or the given ones if there are none; what: "input_names of 'mine'".

    Raises ValueError unless there is one name a column, or none at all.
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise ValueError(f"{what} must be one text a column, such as ('height', 'weight'), not {names!r}")
    listed = tuple(map(str, names)) or given
    if len(listed) not in (0, columns):
        raise ValueError(f"{what} must be one a column; there are {len(listed)} for {columns}: {listed}")
    return listed


def _kept(values: object) -> bool:
    """Whether an array can be shared: nobody writes to it, and it is no view of one that somebody may."""
    plain = type(values) is np.ndarray and values.dtype == np.float64
    return plain and values.flags.owndata and not values.flags.writeable  # type: ignore[attr-defined]


def _floats(values: object, what: str) -> np.ndarray:
    try:
        given = np.asarray(values)
        array = given.astype(float) if given.dtype.kind in REAL else None
    except OverflowError:
        raise ValueError(f"{what} hold a whole number that is too large for a float64") from None
    except (TypeError, ValueError):
        raise ValueError(f"{what} must be numbers in rows of equal length") from None
    if given.dtype.kind in "SUT":
        classes = (
            "np.unique(names, return_inverse=True)[1] numbers classes, np.eye(k)[numbers] has a column each"
        )
        first = str(given.ravel()[0])
        advice = classes if what.startswith("targets") else "leave it out, or make numbers of it"
        raise ValueError(f"{what} must be real numbers; found {given.dtype}, such as {first!r:.20}: {advice}")
    if array is None:  # NumPy would make floats of it, without imaginary parts, or the days of a date
        raise ValueError(f"{what} must be real numbers; found {given.dtype}")
    return array


def _frame(values: Any, what: str) -> tuple[Any, tuple[str, ...]]:
    """Return what a frame or a named column holds, as an array, and its names; all else as it is."""
    if not hasattr(values, "to_numpy"):
        return values, ()
    array = np.asarray(values.to_numpy())
    names: tuple[str, ...] = ()
    if array.ndim == 1:
        array = array.reshape(-1, 1)
        name = getattr(values, "name", None)
        names = () if name is None or name == "" else (str(name),)
    elif hasattr(values, "columns"):
        names = tuple(map(str, values.columns))
    if array.dtype.kind in "OUST" and array.ndim == 2:
        labels = names or tuple(map(str, range(array.shape[1])))
        for column, cells in zip(labels, array.T, strict=True):
            _check_cells(cells, column, what)
    return array, names


def _check_cells(cells: np.ndarray, column: str, what: str) -> None:
    """Raise ValueError that names the column and the first row if a frame's cells are not all numbers."""
    for row, cell in enumerate(cells):
        if isinstance(cell, (str, bytes)):
            raise ValueError(
                f"{what} hold text in column {column!r}: {str(cell)!r} in row {row}. Leave the column "
                "out, or make numbers of it; a text has none of its own"
            )
        try:
            float(cell)
        except OverflowError:
            raise ValueError(
                f"{what} hold a whole number in row {row}, column {column!r}, too large for a float64"
            ) from None
        except (TypeError, ValueError):  # None, and what pandas has for a whole number that is missing
            _not_finite(what, cell, row, column)


def _not_finite(what: str, value: object, row: int, column: str | int) -> NoReturn:
    raise ValueError(
        f"{what} holds {value} in row {row}, column {column!r}; it must be a finite number"
    ) from None
