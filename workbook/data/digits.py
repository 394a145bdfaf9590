"""Handwritten digits as bytes, and the ways in which people hand those bytes to a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbook.data.datasets import Dataset
from workbook.data.idx import read_idx
from workbook.parts import nearest

DATA = Path(__file__).parent
HELD_OUT = 497
LEVELS = 16  # the pixels of the 8 x 8 digits are 0 to 16


@dataclass(frozen=True, eq=False, repr=False)
class Pictures:
    """Pictures of digits: pixels (n, side * side), bytes from 0 (paper) to 255 (ink); labels (n,), 0 to 9.

    Raises ValueError for pixels that are no bytes, pictures that are not square, labels that do not fit.
    """

    pixels: np.ndarray
    labels: np.ndarray
    name: str = "digits"

    def __post_init__(self) -> None:
        pixels, labels = self.pixels, self.labels
        if pixels.dtype != np.uint8 or pixels.ndim != 2 or self.side**2 != pixels.shape[1]:
            raise ValueError(
                "pixels must be unsigned bytes, one square picture a row; "
                f"found {pixels.dtype} of shape {pixels.shape}"
            )
        if labels.shape != pixels.shape[:1]:
            raise ValueError(f"{len(pixels)} pictures need one label each; labels has shape {labels.shape}")
        _check_labels(labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Pictures({self.name!r}, {len(self)} of {self.side} x {self.side} pixels)"

    def __getitem__(self, rows: slice) -> Pictures:
        """Return some of the pictures."""
        return Pictures(self.pixels[rows], self.labels[rows], self.name)

    @property
    def side(self) -> int:
        """How many pixels a picture is wide, and high."""
        return round(self.pixels.shape[-1] ** 0.5)


def digits() -> tuple[Pictures, Pictures]:
    """Return the 8 x 8 digits that come with the workbook: 1 300 to learn from, 497 held out.

    Their pixels, 0 to 16, become bytes: times 255 / 16, rounded half up. See data/digits.txt.
    """
    levels = read_idx(DATA / "digits-images-idx3-ubyte.gz", (None, 8, 8)).astype(int)
    labels = read_idx(DATA / "digits-labels-idx1-ubyte.gz", levels.shape[:1])
    pixels = (255 * levels + LEVELS // 2) // LEVELS
    every = Pictures(pixels.reshape(-1, 64).astype(np.uint8), labels, "8 x 8 digits")
    return every[:-HELD_OUT], every[-HELD_OUT:]


def as_signed(pixels: np.ndarray) -> np.ndarray:
    """Return the same bytes as a signed char holds them: 128 to 255 become -128 to -1."""
    return np.asarray(pixels, np.uint8).view(np.int8)


def standardised(pixels: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Take away the mean of all pixels seen in training, and divide by their standard deviation."""
    return (pixels - seen.mean()) / seen.std()


# name -> inputs(pixels, seen): bytes (n, p) to numbers; `seen` are the bytes of the training pictures.
ENCODINGS: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "0 to 1": lambda pixels, seen: pixels / 255,
    "signed overflow": lambda pixels, seen: as_signed(pixels) / 255,
    "raw 0 to 255": lambda pixels, seen: pixels.astype(float),
    "standardised": standardised,
    "inverted": lambda pixels, seen: 1 - pixels / 255,
}


def encode(pixels: np.ndarray, encoding: str, seen: np.ndarray | None = None) -> np.ndarray:
    """Return bytes as network inputs, float64 of the same shape. seen: the training pictures' bytes.

    Raises TypeError, naming the nearest, for an encoding that there is not.
    """
    if encoding not in ENCODINGS:
        raise TypeError(f"there is no encoding {encoding!r}.{nearest(str(encoding), ENCODINGS)}")
    return ENCODINGS[encoding](pixels, pixels if seen is None else seen)


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Return (n, 10): 1 in the column of the label, 0 elsewhere.

    Raises ValueError for labels that are not whole numbers of 0 to 9.
    """
    return np.eye(10)[_check_labels(labels)]


def dataset(pictures: Pictures, encoding: str = "0 to 1", seen: np.ndarray | None = None) -> Dataset:
    """Return the pictures as a data set: encoded pixels, one-hot targets (n, 10)."""
    inputs = encode(pictures.pixels, encoding, seen)
    return Dataset(inputs, one_hot(pictures.labels), f"{pictures.name}, {encoding}")


def accuracy(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the share of rows whose largest output is the label's: outputs (..., n, 10) -> (...).

    A row with a NaN has no largest output, so it is wrong: a network that diverged gets 0.
    Raises ValueError for other shapes, and for labels that are not whole numbers of 0 to 9.
    """
    labels = _check_labels(labels)
    if outputs.ndim < 2 or outputs.shape[-2:] != (len(labels), 10):
        raise ValueError(
            f"{len(labels)} labels need outputs of shape (..., {len(labels)}, 10); found {outputs.shape}"
        )
    right = (outputs.argmax(-1) == labels) & ~np.isnan(outputs).any(-1)
    return right.mean(-1)


def _check_labels(labels: np.ndarray) -> np.ndarray:
    """Return labels (n,) as an array; raise ValueError unless they are whole numbers of 0 to 9."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels are whole numbers, one a picture; found {labels.dtype} of shape {labels.shape}"
        )
    if labels.size and not (labels.min() >= 0 and labels.max() <= 9):
        raise ValueError(f"labels are 0 to 9; found {labels.min()} to {labels.max()}")
    return labels
