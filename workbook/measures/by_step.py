"""A measure followed through training."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TypeVar

from workbook.checked import whole
from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.training import Trainer

Value = TypeVar("Value")


def by_step(
    experiment: Experiment,
    seeds: int | Iterable[int],
    steps: Iterable[int],
    measure: Callable[[list[Layer]], Value],
) -> list[Value]:
    """Return measure(params) after each of these numbers of training steps, which rise.

    Raises ValueError for steps that do not.
    """
    steps, values = rising(steps), []
    trainer = Trainer(experiment.but(steps=steps[-1]), seeds)
    for step in steps:
        values.append(measure(trainer.advance(step - trainer.step).params))
    return values


def rising(steps: Iterable[int]) -> list[int]:
    """Return steps as a list. Raises ValueError unless they are whole numbers, 0 or more, that rise."""
    listed = list(steps)
    for step in listed:
        whole("a step", step, 0)
    if not listed or any(after <= before for before, after in pairwise(listed)):
        raise ValueError(
            f"training goes forwards: give one step or more, each after the one before, not {listed}"
        )
    return listed
