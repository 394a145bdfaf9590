"""Promise: by how much a gradient says that a step lowers the loss, and by how much the step does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from workbook.checked import number
from workbook.gradcheck.structures import leaves, like_leaves, values_like


class Promise(NamedTuple):
    """What a step of gradient descent was to bring, and what it brings: both how much less loss."""

    promised: float
    brought: float

    def __str__(self) -> str:
        return f"promised: {self.promised:.3g} less loss, brought: {self.brought:.3g}"


def promise(
    loss: Callable[[Any], Any], gradient: Callable[[Any], Any], params: Any, step_size: float
) -> Promise:
    """Return what one step of size step_size from params promises and brings.

    loss(params) is a number, gradient(params) has the structure of params: an array, or a list, tuple or dict
    of them, layers too. The promise is step_size times the squared length of the gradient: for a right
    gradient and short steps it is kept nearly, for long ones the loss bends away. Raises ValueError for a
    step size that is not above 0, and for a gradient of another structure.
    """
    number("step_size", step_size, lambda size: size > 0, "above 0")
    arrays = [np.array(value, float) for value in leaves(params).values()]
    given = gradient(like_leaves(params, iter(arrays)))
    slopes = values_like(params, given, [array.shape for array in arrays], "gradient(params)")
    moved = (array - step_size * slope for array, slope in zip(arrays, slopes, strict=True))
    with np.errstate(all="ignore"):
        promised = step_size * sum(float(np.square(slope).sum()) for slope in slopes)
        before, after = (float(loss(like_leaves(params, part))) for part in (iter(arrays), moved))
    return Promise(promised, before - after)
