"""Kinks: places where a loss has no slope, so that no gradient can be checked there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbook.parts import Activation

EPSILON = float(np.finfo(float).eps)
SHARE = 0.3  # of the way between two points: where a derivative is looked at, besides its ends


def unit_kinks(activation: Activation, z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return whether some unit's derivative jumps between z[0] and z[1], (2, m, n, n_out): (m,).

    A smooth derivative changes less than z does, one at a kink by the height of its jump.
    """
    slopes_apart, z_apart = (abs(pair[0] - pair[1]) for pair in (activation.derivative(z, y), z))
    if activation.way_back is not None:  # its derivative depends on all z of the row
        z_apart = z_apart.max(-1, keepdims=True)
    return (slopes_apart > 0.01 + z_apart).any((-2, -1))


def choice_kinks(
    hand_back: Callable[[np.ndarray, np.ndarray], np.ndarray], y: np.ndarray, rows: int, n_out: int
) -> np.ndarray:
    """Return whether a pool chooses another corner at y[0] than at y[1], (2, m, n * places, units): (m,).

    n_out: how many numbers it hands on for each of so many rows of data. hand_back(ones, y) is 1 at what it
    chooses. Corners that differ by rounding alone are as good as equal.
    """
    handed = hand_back(np.ones((*y.shape[:-2], rows, n_out)), y)
    chosen = handed[0] - handed[1]
    lost, of = (chosen * y[0]).sum((-2, -1)), (abs(chosen) * abs(y[0])).sum((-2, -1))
    return lost > 10 * EPSILON * of


def slope_kinks(slope: Callable[[np.ndarray], np.ndarray], up: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Return whether slope(p), a loss's derivative, jumps between `down` and `up`, (m, n, n_out): (m,).

    A smooth derivative is all but straight on so short a way: on its way it is off the chord by less than a
    tenth of its whole change. One with a jump is off by three tenths or more where we look, which is not in
    the middle, for many a derivative has its jump there. What is left out: points so near to each other that
    rounding decides, and jumps too small to be felt.
    """
    low, between, high = slope(down), slope(down + SHARE * (up - down)), slope(up)
    change = high - low
    off = abs(between - low - SHARE * change)
    jumps = off > abs(change).max(-1, keepdims=True) / 10  # of a row, whose outputs may hang together
    if not jumps.any():  # as nearly always
        return jumps.any((-2, -1))
    apart = abs(up - down) > 1000 * EPSILON * np.maximum(abs(up), abs(down))
    felt = off > 1e-7 * np.maximum(abs(low), abs(high)).max((-2, -1), keepdims=True)
    return (jumps & apart & felt).any((-2, -1))


def line_kink(values: np.ndarray, width: float, noise: float, least: float) -> bool:
    """Return whether a function has a kink, told from its values alone, at -1, -1/2, 0, 1/2, 1 times width.

    They give four slopes, one after the other. Where the function is smooth these change evenly, the more so
    the narrower they are: the change of the change is small beside the change. At a kink the slope jumps
    once, between two of them or within one, and the change of the change is at least half of it; here a
    quarter is asked for. It must also be more than `noise`, an error of the values, makes of it, and more
    than the share `least` of the largest slope.
    """
    slopes = np.diff(values) / (width / 2)
    change, bend = abs(np.diff(slopes)).max(), abs(np.diff(slopes, 2)).max()
    return bool(bend > change / 4 and bend > 16 * noise / width and bend > least * abs(slopes).max())
