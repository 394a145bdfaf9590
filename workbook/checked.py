"""What settings may be, and the sentence that says so when one is something else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import wraps
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from workbook.parts.synonyms import did_you_mean

MOST_SEEDS = 1_000_000
LONGEST = 60  # letters of what was passed, in a message
MADE_BY = {
    "Dataset": "Dataset(inputs, targets)",
    "Network": "Network((2, 4, 1))",
    "Experiment": "Experiment(dataset, network)",
}

Class = TypeVar("Class", bound=type)


def shown(value: object) -> str:
    """Return what was passed as a message shows it: in one line, and of an array its shape alone."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a whole number of thousands of digits, or a repr that fails: the type says enough
        return f"a value of type {type(value).__name__}"
    if len(text) <= LONGEST:
        return text
    if isinstance(value, (tuple, list)) and any(isinstance(one, np.ndarray) for one in value):
        return f"a {type(value).__name__} of {len(value)} with arrays in it"
    return f"{text[: LONGEST - 3]}..."


def of_kind(name: str, value: object, kind: type) -> None:
    """Raise TypeError unless value is of this kind: a Network, say, where an Experiment is wanted."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        hint = f": {MADE_BY[kind.__name__]} makes one" if kind.__name__ in MADE_BY else ""
        raise TypeError(f"{name} must be {article} {kind.__name__}, not {shown(value)}{hint}")


def number(name: str, value: object, allowed: Callable[[float], bool], meaning: str) -> None:
    """Raise ValueError unless value is a finite number that is allowed; meaning says which are."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise ValueError(f"{name} must be a number, not {shown(value)}")
    try:
        finite = math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        finite = False
    if not (finite and allowed(float(value))):
        raise ValueError(f"{name} must be finite and {meaning}; {shown(value)} is not")


def whole(name: str, value: object, least: int) -> None:
    """Raise ValueError unless value is a whole number, `least` or more."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more; {shown(value)} is not")


def truth_values(bias: object, layers: int) -> bool | tuple[bool, ...]:
    """Return bias as True, False, or a tuple of one truth value a layer. Raises ValueError for others."""
    if isinstance(bias, (bool, np.bool_)):
        return bool(bias)
    if isinstance(bias, str) or not isinstance(bias, Iterable):
        raise ValueError(f"bias must be True, False, or one truth value a layer, not {shown(bias)}")
    listed = tuple(bias)
    if not all(isinstance(one, (bool, int, np.bool_, np.integer)) and one in (0, 1) for one in listed):
        raise ValueError(f"bias must be True, False, or one truth value a layer, not {shown(bias)}")
    if len(listed) != layers:
        raise ValueError(f"bias has {len(listed)} values for {layers} layers")
    return tuple(map(bool, listed))


def seed_list(seeds: int | Iterable[int]) -> list[int]:
    """Return seeds as a list of whole numbers. Raises TypeError or ValueError for anything else."""
    listed = list(islice(seeds, MOST_SEEDS + 1)) if isinstance(seeds, Iterable) else [seeds]
    if len(listed) > MOST_SEEDS:
        raise ValueError(f"a population has at most {MOST_SEEDS} seeds; {shown(seeds)} has more")
    met = set()
    for seed in listed:
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise TypeError(f"a seed is a whole number, not {shown(seed)}")
        if not 0 <= seed < 2**32:
            raise ValueError(f"a seed lies between 0 and 2**32 - 1; {shown(seed)} does not")
        if seed in met:
            raise ValueError(f"seed {seed} was given twice; each seed is one member of the population")
        met.add(seed)
    if not listed:
        raise ValueError("no seeds were given; give one (0) or several (range(200))")
    return [int(seed) for seed in listed]


def known_fields(what: str, names: Iterable[str], *kinds: Any) -> None:
    """Raise TypeError for a name that is no field of any of these dataclasses, with the one that is meant."""
    known = sorted({field.name for kind in kinds for field in fields(kind) if field.init})
    for name in names:
        if name not in known:
            guess = did_you_mean(name, known)
            raise TypeError(f"{what} has no field {name!r}.{guess} Known: {', '.join(map(repr, known))}.")


def says_unknown_fields(
    what: str, look: Callable[[tuple[Any, ...]], None] | None = None
) -> Callable[[Class], Class]:
    """Decorate a dataclass so that its constructor, too, says which field is meant: lr, for step_size.

    look(values) may raise for what was passed without a name, before any field is set.
    """

    def decorate(kind: Class) -> Class:
        construct = kind.__init__  # type: ignore[misc]

        @wraps(construct)
        def checked(self: Any, *values: Any, **named: Any) -> None:
            known_fields(what, named, kind)
            if look is not None:
                look(values)
            construct(self, *values, **named)

        kind.__init__ = checked  # type: ignore[misc]
        return kind

    return decorate
