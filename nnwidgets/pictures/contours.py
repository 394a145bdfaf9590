"""Lines of equal loss, and whether two experiments share them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from contourpy import contour_generator

from workbook import Experiment

HIGHEST = 1e300  # in place of a loss that is no number


def contour_lines(
    across: np.ndarray, up: np.ndarray, losses: np.ndarray, levels: Iterable[float]
) -> list[np.ndarray]:
    """Return the lines, each (n, 2), on which losses (len(up), len(across)) have one of the levels."""
    lines = contour_generator(across, up, np.nan_to_num(losses, nan=HIGHEST, posinf=HIGHEST))
    return [np.asarray(line) for level in levels for line in lines.lines(level)]


def same_surface(one: Experiment, other: Experiment) -> bool:
    """Return whether the same parameters have the same loss in both, however they are trained."""
    first, second = ((each.dataset, each.network, each.loss, each.penalty) for each in (one, other))
    return first == second
