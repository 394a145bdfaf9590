"""Watched arithmetic: every operation that a function of arrays makes, one after the other.

It asks nothing of the function but that it computes with NumPy: an array that tells of what is done with it
is handed in (NEP 13, "A mechanism for overriding ufuncs"), and what comes out of an operation tells as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np


class Operation(NamedTuple):
    """An operation by NumPy's name, such as "exp", "matmul" or "add.reduce", what it took, and its result."""

    name: str
    taken: tuple[np.ndarray, ...]
    result: np.ndarray

    @property
    def began(self) -> bool:
        """Whether something that is not finite began here: in the result, and in nothing that it took."""
        return not np.isfinite(self.result).all() and all(np.isfinite(array).all() for array in self.taken)


@np.errstate(all="ignore")
def operations(function: Callable[..., Any], *given: Any) -> list[Operation]:
    """Return what function(*given) computes, in order. given: arrays, and lists or tuples of them."""
    diary: list[Operation] = []
    function(*(_handed_in(value, diary) for value in given))
    return diary


def first_not_finite(function: Callable[..., Any], *given: Any) -> Operation | None:
    """Return the first operation of function(*given) that makes inf or NaN out of finite numbers; None: none.

    Raises ValueError where what is handed in is not finite already.
    """
    if not all(np.isfinite(array).all() for array in _arrays(given)):
        raise ValueError("what is handed in holds inf or NaN already; they began before this function")
    return next((made for made in operations(function, *given) if made.began), None)


class _Telling(np.ndarray):
    """An array that writes down what is computed with it."""

    diary: list[Operation]

    def __array_finalize__(self, source: Any) -> None:
        self.diary = getattr(source, "diary", [])

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **how: Any) -> Any:
        diary = _diary((given, how.get("out", ())))
        plain = {name: _plain(value) for name, value in how.items()}
        result = getattr(ufunc, method)(*map(_plain, given), **plain)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        _write(diary, name, given, result)
        return how["out"][0] if "out" in how else _handed_in(result, diary)

    def __array_function__(self, function: Any, types: Any, given: Any, how: Any) -> Any:
        diary = _diary((given, tuple(how.values())))
        result = super().__array_function__(function, types, given, how)
        _write(diary, function.__name__, given, result)
        return _handed_in(result, diary)


def _write(diary: list[Operation], name: str, given: Any, result: Any) -> None:
    """Write down an operation on numbers; what only looks at them, or moves them, comes along."""
    if isinstance(result, (np.ndarray, np.floating)) and np.asarray(result).dtype.kind == "f":
        diary.append(Operation(name, tuple(map(_plain, _arrays(given))), np.array(result, subok=False)))


def _handed_in(value: Any, diary: list[Operation]) -> Any:
    """Return arrays as telling ones, also inside of lists and tuples, which keep their kind."""
    if isinstance(value, (np.ndarray, np.floating)) and np.asarray(value).dtype.kind == "f":
        telling = np.asarray(value).view(_Telling)
        telling.diary = diary
        return telling
    if isinstance(value, (list, tuple)):
        parts = [_handed_in(part, diary) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return np.asarray(value) if isinstance(value, np.ndarray) else value


def _arrays(values: Sequence[Any]) -> Iterator[np.ndarray]:
    """Yield the arrays of numbers among the values, also inside of lists and tuples."""
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _arrays(value)
        elif isinstance(value, (np.ndarray, np.floating)) and np.asarray(value).dtype.kind == "f":
            yield np.asarray(value)


def _diary(values: Sequence[Any]) -> list[Operation]:
    """Return where the operation is written down; NumPy calls only where a telling array takes part."""
    return next(_telling(values)).diary


def _telling(values: Sequence[Any]) -> Iterator[_Telling]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _telling(value)
        elif isinstance(value, _Telling):
            yield value
