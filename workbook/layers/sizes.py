"""What a network's sizes may be, and the layers that they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

import numpy as np

from workbook.checked import shown
from workbook.layers.convolution import Convolution, Picture
from workbook.layers.dense import Dense

Size = int | Picture | Convolution


def checked_sizes(sizes: object) -> tuple[Size, ...]:
    """Return sizes as a tuple: inputs, or a picture, then a layer or more. Raises ValueError for others."""
    listed = tuple(sizes) if isinstance(sizes, Iterable) else ()
    if len(listed) < 2:
        raise ValueError(f"sizes needs inputs and at least one layer, such as (2, 4, 1), not {shown(sizes)}")
    if isinstance(listed[0], tuple):
        if not 2 <= len(listed[0]) <= 3 or not all(map(_count, listed[0])):
            raise ValueError(f"a picture is Picture(height, width, channels), not {shown(listed[0])}")
        return (Picture(*map(int, listed[0])), *(_layer(size, listed) for size in listed[1:]))
    if isinstance(listed[0], Convolution):
        raise ValueError(f"sizes begins with what comes in, Picture(28, 28), say; not with {listed[0]}")
    return tuple(_layer(size, listed) for size in listed)


def layers_of(sizes: tuple[Size, ...]) -> tuple[Dense | Convolution, ...]:
    """Return the layers, each standing on the one below. Raises ValueError for a window that does not fit."""
    layers: list[Dense | Convolution] = []
    below: tuple[int, ...] = ()
    for size in sizes:
        if isinstance(size, Picture):
            below = size
        elif not below and isinstance(size, int):
            below = (size,)
        else:
            layer = (Dense(size) if isinstance(size, int) else size).over(below)
            layers.append(layer)
            below = layer.shape
    return tuple(layers)


def _layer(size: object, sizes: tuple[object, ...]) -> Size:
    if isinstance(size, Convolution):
        return size
    if not _count(size):
        raise ValueError(f"every layer has a whole number of units, 1 or more; sizes was {shown(sizes)}")
    return int(size)


def _count(size: object) -> TypeGuard[int]:
    return isinstance(size, (int, np.integer)) and not isinstance(size, bool) and bool(size >= 1)
