"""Optimizers: how a gradient becomes a step."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.registry import Part


@dataclass(frozen=True, repr=False)
class Optimizer(Part):
    """A named rule for one array: step(gradient, velocity) -> the change to add to the parameter.

    `velocity` is the change of the step before (0.0 at the start), shaped like the gradient.
    """

    step: Callable[[np.ndarray, np.ndarray | float], np.ndarray]


def gradient_descent(step_size: float) -> Optimizer:
    """Go down the gradient: -step_size * gradient."""

    def step(gradient: np.ndarray, velocity: np.ndarray | float) -> np.ndarray:
        return -step_size * gradient

    return Optimizer(f"gradient descent({step_size:g})", step)


def momentum(step_size: float, share: float) -> Optimizer:
    """Keep a share of the velocity (Polyak 1964): share * velocity - step_size * gradient."""

    def step(gradient: np.ndarray, velocity: np.ndarray | float) -> np.ndarray:
        return share * velocity - step_size * gradient

    return Optimizer(f"momentum({step_size:g}, {share:g})", step)
