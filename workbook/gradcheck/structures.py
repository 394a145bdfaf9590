"""Arrays in the structures that people keep them in: alone, in lists, tuples and dicts, in layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from workbook.checked import shown

Path = tuple[Any, ...]


def leaves(structure: Any) -> dict[Path, Any]:
    """Return the arrays in a structure by the way to them: (), (0,), ("W1",), (0, "W"). None is no array."""
    return dict(_leaves(structure, ()))


def _leaves(part: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    names = _names(part, path)
    if names is None:
        if part is not None:
            yield path, part
    else:
        values = part.values() if isinstance(part, dict) else part
        for name, value in zip(names, values, strict=True):
            yield from _leaves(value, (*path, name))


def like_leaves(structure: Any, arrays: Iterable[np.ndarray]) -> Any:
    """Return the same structure with these arrays in place of its own, in order."""
    pieces = iter(arrays)

    def build(part: Any, path: Path) -> Any:
        names = _names(part, path)
        if names is None:
            return None if part is None else next(pieces)
        values = part.values() if isinstance(part, dict) else part
        built = [build(value, (*path, name)) for name, value in zip(names, values, strict=True)]
        if isinstance(part, dict):
            return dict(zip(names, built, strict=True))
        if hasattr(part, "_fields"):
            return type(part)(*built)
        return built if isinstance(part, list) else tuple(built)

    return build(structure, ())


def values_like(structure: Any, given: Any, shapes: list[tuple[int, ...]], what: str) -> list[np.ndarray]:
    """Return the arrays of `given` in the order of structure's: by names where both have them, else in order.

    Raises ValueError for other names, or for more or fewer arrays.
    """
    ways = list(leaves(structure))
    if len(ways) == 1 and not isinstance(given, dict):
        alone = _try_array(given)
        if alone is not None and alone.shape == shapes[0]:
            return [alone]
    found = leaves(given)
    if isinstance(structure, dict) and isinstance(given, dict) and set(found) != set(ways):
        raise ValueError(f"{what} has the names {_said(found)}, where params have {_said(ways)}")
    if len(found) != len(ways):
        raise ValueError(
            f"{what} has {len(found)} array{'s' * (len(found) != 1)}, where params have {len(ways)}: {shapes}"
        )
    listed = [found[way] for way in ways] if set(found) == set(ways) else list(found.values())
    return [_as_array(value, what) for value in listed]


def array_name(path: Path) -> tuple[Any, str]:
    """Return (layer, kind) of an array: (None, "params"), (0, "params"), (None, "W1"), (0, "W")."""
    *above, last = path or ("params",)
    if not above:
        return (last, "params") if isinstance(last, int) else (None, str(last))
    return above[0] if len(above) == 1 else ".".join(map(str, above)), str(last)


def _names(part: Any, path: Path) -> list[Any] | None:
    """Return the names of what is in a part; None for an array, and for a list of numbers inside."""
    if isinstance(part, dict):
        return list(part)
    if not isinstance(part, (list, tuple)):
        return None
    if path and part and all(isinstance(one, (int, float, np.number)) for one in part):
        return None
    return list(getattr(part, "_fields", range(len(part))))


def _as_array(value: Any, what: str) -> np.ndarray:
    array = _try_array(value)
    if array is None:
        raise ValueError(f"{what} must hold arrays of numbers, not {shown(value)}")
    return array


def _try_array(value: Any) -> np.ndarray | None:
    try:
        return np.asarray(value.detach() if hasattr(value, "detach") else value)
    except (TypeError, ValueError):
        return None


def _said(ways: Iterable[Path]) -> str:
    return ", ".join(".".join(map(str, way)) for way in ways)
