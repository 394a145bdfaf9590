"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from workbook.experiment import Experiment

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


def fault(name: str, kind: str, symptom: str) -> Callable[[Plant], Fault]:
    """Make a fault of the function below, which plants it; planted twice, it is the same experiment."""
    return lambda plant: Fault(name, kind, symptom, lru_cache(maxsize=16)(plant))


def refuse(applies: bool, name: str, reason: str) -> None:
    """Raise ValueError where the fault does not apply."""
    if not applies:
        raise ValueError(f"{name!r} cannot be planted here: {reason}")
