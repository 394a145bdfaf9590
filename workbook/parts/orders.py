"""Orders: in which order the rows of a data set are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.registry import Part, Registry


@dataclass(frozen=True, repr=False)
class Order(Part):
    """A named way to order epochs: rows(random, epochs, n) -> row numbers, (epochs, n).

    `random` is a RandomState. apart: the targets take an order of their own, so that in each epoch other
    inputs and targets stand side by side, which nobody wants and many have.
    """

    rows: Callable[[np.random.RandomState, int, int], np.ndarray]
    apart: bool = False


def in_order(random: np.random.RandomState, epochs: int, n: int) -> np.ndarray:
    """The rows as they stand, in each epoch."""
    return np.tile(np.arange(n), (epochs, 1))


def shuffled(random: np.random.RandomState, epochs: int, n: int) -> np.ndarray:
    """Each row once an epoch, in another order each time."""
    return random.random_sample((epochs, n)).argsort()


def at_random(random: np.random.RandomState, epochs: int, n: int) -> np.ndarray:
    """Any row at any time: one may come twice in an epoch, and another not at all."""
    return random.randint(n, size=(epochs, n))


ORDERS = Registry("order", Order)
ORDERS.add_plain("in order", Order, in_order)
ORDERS.add_plain("shuffled", Order, shuffled)
ORDERS.add_plain("at random", Order, at_random)
