"""Penalties on the weights: what is added to the loss to keep them small, each with its derivative."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.company import check_company
from workbook.parts.registry import Part, Registry, plain


@dataclass(frozen=True, repr=False)
class Penalty(Part):
    """A named pair: value(W) -> (...), summed over the last two axes, and derivative(W), shaped like W.

    Raises ValueError for functions in which a member of a population depends on the others.
    """

    value: Callable[[np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray], np.ndarray]

    def __post_init__(self) -> None:
        check_company(f"the value of the penalty {self.name!r}", self.value)
        check_company(f"the derivative of the penalty {self.name!r}", self.derivative)


def weight_decay(rate: float) -> Penalty:
    """rate / 2 times the sum of the squared weights; biases are left alone, as is usual.

    Raises ValueError unless the rate is finite and 0 or more.
    """
    if not (np.isfinite(rate) and rate >= 0):
        raise ValueError(f"the rate of weight decay is finite and 0 or more, not {rate:g}")

    def value(W: np.ndarray) -> np.ndarray:
        return rate / 2 * np.square(W).sum((-2, -1))

    def derivative(W: np.ndarray) -> np.ndarray:
        return rate * W

    return Penalty(f"weight decay({plain(rate)})", value, derivative)


def nothing(W: np.ndarray) -> np.ndarray:
    """No penalty: 0 for each member."""
    return np.zeros(W.shape[:-2])


PENALTIES = Registry("penalty", Penalty)
PENALTIES.add_plain("none", Penalty, nothing, np.zeros_like)
PENALTIES.add("weight decay", weight_decay)
