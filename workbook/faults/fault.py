"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from workbook.experiment import Experiment
from workbook.parts import nearest

Plant = Callable[[Experiment], Experiment]


@dataclass(frozen=True)
class Fault:
    """A bug by name. kind: "model", "gradient" or "data". symptom: what it does, measured by a test.

    plant(experiment) -> a changed copy. It raises ValueError where the fault would make no difference.
    """

    name: str
    kind: str
    symptom: str
    plant: Plant = field(compare=False, repr=False)


class Faults(dict[str, Fault]):
    """Faults by name; a name that there is not raises a TypeError that gives the nearest."""

    def __missing__(self, name: str) -> Fault:
        raise TypeError(f"there is no fault {name!r}.{nearest(str(name), self)}")


def fault(name: str, kind: str, symptom: str) -> Callable[[Plant], Fault]:
    """Make a fault of the function below, which plants it."""
    return lambda plant: Fault(name, kind, symptom, plant)


def refuse(applies: bool, name: str, reason: str) -> None:
    """Raise ValueError where the fault does not apply."""
    if not applies:
        raise ValueError(f"{name!r} cannot be planted here: {reason}")
