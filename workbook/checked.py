"""What settings may be, and the sentence that says so when one is something else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

import numpy as np

from workbook.parts import nearest


def number(name: str, value: object, allowed: Callable[[float], bool], meaning: str) -> None:
    """Raise ValueError unless value is a finite number that is allowed; meaning says which are."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise ValueError(f"{name} must be a number, not {value!r}")
    try:
        finite = math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        finite = False
    if not (finite and allowed(float(value))):
        raise ValueError(f"{name} must be finite and {meaning}; {value!r:.60} is not")


def whole(name: str, value: object, least: int) -> None:
    """Raise ValueError unless value is a whole number, `least` or more."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more; {value!r} is not")


def layer_sizes(sizes: object) -> tuple[int, ...]:
    """Return sizes as a tuple. Raises ValueError unless there are inputs and a layer, of 1 unit or more."""
    listed = tuple(sizes) if isinstance(sizes, Iterable) else ()
    if len(listed) < 2:
        raise ValueError(f"sizes needs inputs and at least one layer, such as (2, 4, 1), not {sizes}")
    if any(isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1 for n in listed):
        raise ValueError(f"every layer has a whole number of units, 1 or more; sizes was {sizes}")
    return tuple(map(int, listed))


def truth_values(bias: object, layers: int) -> bool | tuple[bool, ...]:
    """Return bias as True, False, or a tuple of one truth value a layer. Raises ValueError for others."""
    if isinstance(bias, (bool, np.bool_)):
        return bool(bias)
    if isinstance(bias, str) or not isinstance(bias, Iterable):
        raise ValueError(f"bias must be True, False, or one truth value a layer, not {bias!r}")
    listed = tuple(map(bool, bias))
    if len(listed) != layers:
        raise ValueError(f"bias has {len(listed)} values for {layers} layers")
    return listed


def seed_list(seeds: int | Iterable[int]) -> list[int]:
    """Return seeds as a list of whole numbers. Raises TypeError or ValueError for anything else."""
    listed = list(seeds) if isinstance(seeds, Iterable) else [seeds]
    for seed in listed:
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise TypeError(f"a seed is a whole number, not {seed!r}")
        if not 0 <= seed < 2**32:
            raise ValueError(f"a seed lies between 0 and 2**32 - 1; {seed} does not")
    if not listed:
        raise ValueError("no seeds were given; give one (0) or several (range(200))")
    if len(set(listed)) < len(listed):
        twice = next(seed for number, seed in enumerate(listed) if seed in listed[:number])
        raise ValueError(f"seed {twice} was given twice; each seed is one member of the population")
    return [int(seed) for seed in listed]


def known_fields(what: str, names: Iterable[str], *kinds: Any) -> None:
    """Raise TypeError for a name that is no field of any of these dataclasses, naming the nearest."""
    known = [field.name for kind in kinds for field in fields(kind)]
    for name in names:
        if name not in known:
            raise TypeError(f"{what} has no field {name!r}.{nearest(name, known)}")
