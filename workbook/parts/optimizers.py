"""Optimizers: how a gradient becomes a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.company import check_company
from workbook.parts.registry import Part, Registry, plain

Array = np.ndarray
State = tuple[Array | float, ...]


@dataclass(frozen=True, repr=False)
class Optimizer(Part):
    """A named pair for one array of parameters, which change nothing in place.

    start(parameter) is the state before the first step; step(gradient, state) -> (the change to add to the
    parameter, the next state). step_size, or learning rate, and momentum are what both were made with;
    retuned(step_size, momentum) makes the same rule with others. Raises ValueError for a step size that is
    not finite and above 0, for a momentum outside 0 to 1, and for a step in which a member of a population
    depends on the others.
    """

    step_size: float
    start: Callable[[Array], State]
    step: Callable[[Array, State], tuple[Array, State]]
    retuned: Callable[[float, float], Optimizer]
    momentum: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.step_size < np.inf:
            raise ValueError(f"step_size must be finite and above 0; {self.step_size!r} is not")
        if not 0 <= self.momentum < 1:
            raise ValueError(f"momentum must be finite and from 0 to below 1; {self.momentum!r} is not")
        check_company(f"the step of the optimizer {self.name!r}", self._two_steps)

    def _two_steps(self, gradient: Array) -> Array:
        change, state = self.step(gradient, self.start(gradient))
        return change + self.step(gradient, state)[0]


def nothing(parameter: Array) -> State:
    """No state."""
    return ()


def zero(parameter: Array) -> State:
    """One number for each parameter, 0 at first."""
    return (np.zeros_like(parameter),)


def two_zeros(parameter: Array) -> State:
    """Two numbers for each parameter, 0 at first, and the number of steps made."""
    return np.zeros_like(parameter), np.zeros_like(parameter), 0.0


def gradient_descent(step_size: float = 0.1) -> Optimizer:
    """Go down the gradient: -step_size * gradient."""

    def step(gradient: Array, state: State) -> tuple[Array, State]:
        return -step_size * gradient, state

    return Optimizer(f"gradient descent({plain(step_size)})", step_size, nothing, step, descent)


def momentum(step_size: float = 0.1, share: float = 0.9) -> Optimizer:
    """Keep a share of the step before (Polyak 1964): share * before - step_size * gradient."""

    def step(gradient: Array, state: State) -> tuple[Array, State]:
        change = share * state[0] - step_size * gradient
        return change, (change,)

    return Optimizer(f"momentum({plain(step_size)}, {plain(share)})", step_size, zero, step, descent, share)


def nesterov(step_size: float = 0.1, share: float = 0.9) -> Optimizer:
    """Momentum that looks ahead: the gradient counts as if the step that is kept had been made already.

    Nesterov 1983, in the form of Sutskever et al. 2013, "On the importance of initialization and momentum".
    """

    def step(gradient: Array, state: State) -> tuple[Array, State]:
        kept = share * state[0] - step_size * gradient
        return share * kept - step_size * gradient, (kept,)

    name = f"nesterov({plain(step_size)}, {plain(share)})"
    return Optimizer(
        name, step_size, zero, step, lambda size, share: OPTIMIZERS.make("nesterov", size, share), share
    )


def rmsprop(step_size: float = 0.001, decay: float = 0.99, epsilon: float = 1e-8) -> Optimizer:
    """Divide the gradient by the root of its recent mean square (Tieleman and Hinton 2012, lecture 6.5)."""
    _check_averages(epsilon, decay)

    def step(gradient: Array, state: State) -> tuple[Array, State]:
        square = decay * state[0] + (1 - decay) * gradient * gradient
        return -step_size * gradient / (np.sqrt(square) + epsilon), (square,)

    name = f"rmsprop({plain(step_size)}, {plain(decay)}, {plain(epsilon)})"
    return Optimizer(name, step_size, zero, step, _without_momentum("rmsprop", decay, epsilon))


def adam(
    step_size: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Optimizer:
    """RMSprop of a gradient that is itself averaged, both freed of their start at 0 (Kingma and Ba 2015)."""
    _check_averages(epsilon, beta1, beta2)

    def step(gradient: Array, state: State) -> tuple[Array, State]:
        mean = beta1 * state[0] + (1 - beta1) * gradient
        square = beta2 * state[1] + (1 - beta2) * gradient * gradient
        made = state[2] + 1
        root = np.sqrt(square / (1 - beta2**made))
        return -step_size / (1 - beta1**made) * mean / (root + epsilon), (mean, square, made)

    name = f"adam({', '.join(map(plain, (step_size, beta1, beta2, epsilon)))})"
    return Optimizer(name, step_size, two_zeros, step, _without_momentum("adam", beta1, beta2, epsilon))


def descent(step_size: float, share: float) -> Optimizer:
    """Return gradient descent, or momentum where a share of the step before is kept."""
    if share == 0:
        return OPTIMIZERS.make("gradient descent", step_size)
    return OPTIMIZERS.make("momentum", step_size, share)


def _check_averages(epsilon: float, *shares: float) -> None:
    for share in shares:
        if not 0 <= share < 1:
            raise ValueError(f"an average keeps a share from 0 to below 1 of what it was, not {share:g}")
    if not 0 <= epsilon < np.inf:
        raise ValueError(f"what is added to a root is finite and 0 or more, not {epsilon:g}")


def _without_momentum(name: str, *others: float) -> Callable[[float, float], Optimizer]:
    def retuned(step_size: float, share: float) -> Optimizer:
        if share:
            raise ValueError(f"momentum belongs to gradient descent; {name!r} has averages of its own")
        return OPTIMIZERS.make(name, step_size, *others)

    return retuned


OPTIMIZERS = Registry("optimizer", Optimizer)
for _maker in (gradient_descent, momentum, nesterov, rmsprop, adam):
    OPTIMIZERS.add(_maker.__name__.replace("_", " "), _maker)
