"""Update faults: the gradient is right, and what is made of it is not. A gradient check cannot see them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import With, fault, refuse, refuse_twice
from workbook.parts import Optimizer
from workbook.parts.optimizers import State

Array = np.ndarray
Step = Callable[[Optimizer, Array, State], tuple[Array, State]]
Start = Callable[[Optimizer, Array], State]


def start_here(right: Optimizer, parameter: Array) -> State:
    """Keep the parameter itself, before what the right optimizer keeps."""
    return (parameter, *right.start(parameter))


def overwritten(right: Optimizer, gradient: Array, state: State) -> tuple[Array, State]:
    """Return the change after which the parameter is what should have been added to it."""
    change, kept = right.step(gradient, state[1:])
    off = change - state[0]
    return off, (state[0] + off, *kept)


def start_at_0(right: Optimizer, parameter: Array) -> State:
    """Keep a sum, 0 at first, before what the right optimizer keeps."""
    return (np.zeros_like(parameter), *right.start(parameter))


def accumulated(right: Optimizer, gradient: Array, state: State) -> tuple[Array, State]:
    """Return the right step for the sum of all gradients so far."""
    total = state[0] + gradient
    change, kept = right.step(total, state[1:])
    return change, (total, *kept)


def _overwriting(right: Optimizer) -> Optimizer:
    return _wrong(right, "update overwrites", start_here, overwritten, retuned_overwriting)


def _accumulating(right: Optimizer) -> Optimizer:
    return _wrong(right, "gradients not reset", start_at_0, accumulated, retuned_accumulating)


def retuned_overwriting(right: Optimizer, step_size: float, momentum: float) -> Optimizer:
    """Return the same fault with another step size and momentum."""
    return _overwriting(right.retuned(step_size, momentum))


def retuned_accumulating(right: Optimizer, step_size: float, momentum: float) -> Optimizer:
    """Return the same fault with another step size and momentum."""
    return _accumulating(right.retuned(step_size, momentum))


def _wrong(
    right: Optimizer, name: str, start: Start, step: Step, retuned: Callable[..., Optimizer]
) -> Optimizer:
    return Optimizer(
        f"{right.name}, {name}",
        right.step_size,
        With(start, right),
        With(step, right),
        With(retuned, right),
        right.momentum,
    )


@fault(
    "update overwrites",
    "update",
    "With gradient descent it is a decay of 1 / step size: each step forgets all that was learned.",
)
def update_overwrites(experiment: Experiment) -> Experiment:
    refuse_twice(experiment.optimizer, "update overwrites")
    return experiment.but(optimizer=_overwriting(experiment.optimizer))


@fault(
    "gradients not reset",
    "update",
    "Gradient descent swings and never comes to rest: it is momentum that keeps the whole step before.",
)
def gradients_not_reset(experiment: Experiment) -> Experiment:
    refuse_twice(experiment.optimizer, "gradients not reset")
    refuse(
        experiment.steps > 1, "gradients not reset", "the first step has nothing to reset, and is the last"
    )
    return experiment.but(optimizer=_accumulating(experiment.optimizer))


faults = (
    update_overwrites,
    gradients_not_reset,
)
