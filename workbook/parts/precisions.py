"""Precisions: how many bits a network's numbers have, and so how large they may become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbook.parts.registry import Part, Registry


@dataclass(frozen=True, repr=False)
class Precision(Part):
    """A named kind of floating-point number (IEEE 754). kind: NumPy's name of it."""

    kind: str

    def of(self, array: np.ndarray) -> np.ndarray:
        """Return the array with numbers of this kind; itself, where it has them already."""
        return array.astype(self.kind, copy=False)

    @property
    def largest(self) -> float:
        """The largest number there is; what is larger becomes inf."""
        return float(np.finfo(self.kind).max)

    @property
    def largest_exponent(self) -> float:
        """The largest z of which e^z is still a number: 709.8 or 88.7."""
        return float(np.log(self.largest))


PRECISIONS = Registry("precision", Precision)
PRECISIONS.add_plain("double", Precision, "float64")
PRECISIONS.add_plain("single", Precision, "float32")
