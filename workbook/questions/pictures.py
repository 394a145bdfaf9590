"""The pictures of the questions about MNIST: the real ones where they are found, else the 8 x 8 digits."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from workbook.data import mnist
from workbook.data.datasets import Dataset
from workbook.data.digits import Pictures, dataset, digits

HELD_OUT = 10_000  # at most


@lru_cache(maxsize=1)
def pictures() -> tuple[Pictures, Pictures]:
    """Return pictures to learn from and pictures held out. Their name says which they are."""
    return digits() if mnist.find() is None else mnist.load()


@lru_cache(maxsize=2)  # 30 000 rows of MNIST are 190 MB
def scaled(rows: int) -> Dataset:
    """Return the first rows, or as many as there are, pixels from 0 to 1, and the held-out pictures."""
    learn, asked = pictures()
    return replace(dataset(learn[:rows]), held_out=dataset(asked[:HELD_OUT]))


def pixels(data: Dataset) -> int:
    """Return how many inputs a picture is: 784, or 64."""
    return data.inputs.shape[1]
