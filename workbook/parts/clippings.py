"""Clipping: how a gradient that is too long is shortened before it becomes a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.company import check_company
from workbook.parts.registry import Part, Registry, plain

LONG = 1e6  # how many times as long as weights a gradient is that every clipping shortens


@dataclass(frozen=True, repr=False)
class Clipping(Part):
    """A named rule: clip(arrays) -> arrays like them, the gradient for every parameter of a network.

    The last two axes are an array's own; those before count the members of a population, each of which is
    clipped as if it were alone. None: nothing is clipped. Raises ValueError for a rule in which a member
    depends on the others.
    """

    clip: Callable[[list[np.ndarray]], list[np.ndarray]] | None

    def __post_init__(self) -> None:
        clip = self.clip
        if clip is not None:
            check_company(f"the gradient under the clipping {self.name!r}", lambda W: clip([LONG * W])[0])


def by_norm(most: float = 1.0) -> Clipping:
    """Shorten the gradient as a whole to a Euclidean length of at most `most` (Pascanu et al. 2013)."""
    _need_positive(most)

    def clip(arrays: list[np.ndarray]) -> list[np.ndarray]:
        squares = np.add.reduce([np.square(array).sum((-2, -1)) for array in arrays])
        factor = most / np.maximum(np.sqrt(squares), most)[..., None, None]
        return [factor * array for array in arrays]

    return Clipping(f"norm({plain(most)})", clip)


def by_value(most: float = 1.0) -> Clipping:
    """Cut every single number off at `most` and -most."""
    _need_positive(most)
    return Clipping(f"value({plain(most)})", lambda arrays: [np.clip(array, -most, most) for array in arrays])


def _need_positive(most: float) -> None:
    if not 0 < most < np.inf:
        raise ValueError(f"a gradient is clipped at a finite length above 0, not {most:g}")


CLIPPINGS = Registry("clipping", Clipping)
CLIPPINGS.add_plain("none", Clipping, None)
CLIPPINGS.add("norm", by_norm)
CLIPPINGS.add("value", by_value)
