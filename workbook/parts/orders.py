"""Orders: in which order the rows of a data set are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.registry import Part, Registry


@dataclass(frozen=True, repr=False)
class Order(Part):
    """A named way to order epochs: rows(random, epochs, n) -> row numbers, (epochs, n).

    `random` is a RandomState.
    """

    rows: Callable[[np.random.RandomState, int, int], np.ndarray]


ORDERS = Registry("order", Order)
ORDERS.add_plain(Order("in order", lambda random, epochs, n: np.tile(np.arange(n), (epochs, 1))))
ORDERS.add_plain(Order("shuffled", lambda random, epochs, n: random.random_sample((epochs, n)).argsort()))
ORDERS.add_plain(Order("at random", lambda random, epochs, n: random.randint(n, size=(epochs, n))))
