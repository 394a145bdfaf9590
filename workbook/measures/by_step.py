"""A measure followed through training."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

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
    """Return measure(params) after each of these numbers of training steps, which rise."""
    steps, values = list(steps), []
    trainer = Trainer(experiment.but(steps=steps[-1]), seeds)
    for step in steps:
        values.append(measure(trainer.advance(step - trainer.step).params))
    return values
