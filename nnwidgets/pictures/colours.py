"""Colours for numbers of both signs: white is 0, blue positive, orange negative."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import FuncNorm, LinearSegmentedColormap

from workbook.plots import BLUE, ORANGE

BYTE = 255.0
# At most 256 colours, so that an image is sent as one byte a pixel.
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "white", BLUE], 101)
RAW = LinearSegmentedColormap.from_list("raw", ["#2b1700", ORANGE, "white", BLUE, "black"], 201)


def raw_scale() -> FuncNorm:
    """Return the scale that goes with RAW: even from -1 to 1, and from there to 255 by the logarithm.

    It is the same for all numbers that reach a network, so that bytes do not look like shares of 1.
    """
    return FuncNorm((_place, _number), vmin=-BYTE, vmax=BYTE)


def _place(values: np.ndarray) -> np.ndarray:
    """Return where on the scale from -2 to 2 a number lies."""
    size = np.abs(values)
    beyond = 1 + np.log(np.clip(size, 1, BYTE)) / np.log(BYTE)
    return np.sign(values) * np.where(size <= 1, size, beyond)


def _number(places: np.ndarray) -> np.ndarray:
    """Return the number at a place of the scale."""
    size = np.abs(places)
    return np.sign(places) * np.where(size <= 1, size, BYTE ** (np.clip(size, 1, 2) - 1))
