"""What a fault is, and what its pieces are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.parts import Part

Plant = Callable[[Experiment], Experiment]


@dataclass(frozen=True)
class Fault:
    """A bug by name. kind: "model", "gradient", "update" or "data". symptom: what it does, tested.

    plant(experiment) -> a changed copy, the same for the same experiment. It raises ValueError where the
    fault would make no difference, and where it is planted already.
    """

    name: str
    kind: str
    symptom: str
    plant: Plant = field(compare=False, repr=False)


def fault(name: str, kind: str, symptom: str) -> Callable[[Plant], Fault]:
    """Make a fault of the function below, which plants it."""
    return lambda plant: Fault(name, kind, symptom, plant)


def refuse(applies: bool, name: str, reason: str) -> None:
    """Raise ValueError where the fault does not apply."""
    if not applies:
        raise ValueError(f"{name!r} cannot be planted here: {reason}")


def is_planted(thing: Part | Dataset, name: str) -> bool:
    """Whether a part or a data set bears the name of the fault behind its own."""
    return name in thing.name.split(", ")[1:]


def refuse_twice(thing: Part | Dataset, name: str) -> None:
    """Raise ValueError where the fault is in this part, or in this data set, already."""
    refuse(not is_planted(thing, name), name, "it is planted already")


@dataclass(frozen=True)
class With:
    """A function that knows the right part: With(f, part)(y, t) is f(part, y, t).

    A lambda would do, but two of these are equal when they do the same, and they travel to another process.
    """

    function: Callable[..., Any]
    right: Part

    def __call__(self, *arguments: Any) -> Any:
        return self.function(self.right, *arguments)


def value_of(right: Any, *arguments: Any) -> Any:
    """right.value(...)"""
    return right.value(*arguments)


def derivative_of(right: Any, *arguments: Any) -> Any:
    """right.derivative(...)"""
    return right.derivative(*arguments)


def gradient_of(right: Any, *arguments: Any) -> Any:
    """right.gradient(...)"""
    return right.gradient(*arguments)


def best_constant_of(right: Any, *arguments: Any) -> Any:
    """right.best_constant(...)"""
    return right.best_constant(*arguments)
