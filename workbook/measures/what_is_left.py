"""What is left to learn: where along the input the error is, and what the curve of the loss says."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbook.measures.plain import beside, numbers

LEAST = 6  # recorded losses, for a curve to say something


def error_by_parts(x: ArrayLike, Y: ArrayLike, T: ArrayLike, parts: int = 4) -> np.ndarray:
    """Return the root of the mean squared error of outputs Y (n, n_out) in each part of the rows, (parts,).

    The rows are put in order of x, one number a row, and cut into so many parts of the same length. Raises
    ValueError for shapes that do not fit, and for fewer rows than parts.
    """
    (says, wanted), along = beside(Y, T), numbers(x, "x").ravel()
    if len(along) != len(wanted) or not 0 < parts <= len(along):
        raise ValueError(
            f"expected a number of x for each of {len(wanted)} rows, and at least as many rows as parts; got "
            f"{len(along)} numbers and {parts} parts"
        )
    with np.errstate(all="ignore"):
        squares = np.square(says - wanted).mean(1)[np.argsort(along, kind="stable")]
        return np.sqrt([part.mean() for part in np.array_split(squares, parts)])


def fell(losses: ArrayLike) -> np.ndarray:
    """Return how many times as high as at its end each curve is in its middle, (...).

    losses: (n_recorded, ...), as a Run has them. 1 is flat. By the means of a tenth of the curve, or more, so
    that a single jump does not decide. Raises ValueError for fewer than six losses, and for those that are
    not above 0.
    """
    curve, tenth = _second_half(losses), max(1, len(numbers(losses, "losses")) // 10)
    with np.errstate(all="ignore"):
        return curve[:tenth].mean(0) / curve[-tenth:].mean(0)


def roughness(losses: ArrayLike) -> np.ndarray:
    """Return by what share each curve's bends differ from a smooth line, in its second half, (...).

    losses: (n_recorded, ...). It is the root mean square of how far the logarithm of each loss lies from the
    middle between its two neighbours: below 0.05 a curve looks smooth, above 0.2 rough. nan where it
    overflows. Raises ValueError as `fell` does.
    """
    with np.errstate(all="ignore"):
        logs = np.log(_second_half(losses))
        return np.sqrt(np.square(logs[1:-1] - (logs[:-2] + logs[2:]) / 2).mean(0))


def _second_half(losses: ArrayLike) -> np.ndarray:
    curve = numbers(losses, "losses")
    if len(curve) < LEAST or (curve <= 0).any():
        raise ValueError(f"a curve is {LEAST} losses or more, all above 0; got {len(curve)} of them")
    return curve[len(curve) // 2 :]
