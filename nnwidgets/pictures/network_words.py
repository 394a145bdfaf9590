"""What the units and parameters of a drawn network are called, and how its numbers are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from workbook.measures.names import layer_letters, numbered
from workbook.measures.surface import Place

MINUS = "\N{MINUS SIGN}"
STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


class NetworkNames:
    """Names of units and parameters. units: one letter a layer; without it x, h, k, ..., y.

    Raises ValueError for another number of letters than layers.
    """

    def __init__(self, layers: int, names: Mapping[Place, str], units: Sequence[str] | None) -> None:
        self.letters = layer_letters(layers) if units is None else list(units)
        if len(self.letters) != layers:
            raise ValueError(
                f"units names {len(self.letters)} layers, {self.letters}; this network has {layers}, the "
                "inputs included"
            )
        self.names = dict(names)

    @property
    def longest(self) -> int:
        """How many letters the longest name of a parameter has, with the space behind it."""
        return max((len(name) + 1 for name in self.names.values()), default=0)

    def unit(self, layer: int, number: int, count: int) -> str:
        """Return the name of a unit, with its number where the layer has several."""
        return numbered(self.letters[layer], number, count)

    def shown(self, place: Place) -> str:
        """Return the name that stands before a parameter's number: nothing where none was given."""
        return self.names.get(place, "")

    def spoken(self, place: Place) -> str:
        """Return the name of a parameter in words."""
        if place in self.names:
            return self.names[place]
        target = f"{self.letters[place.layer + 1]}{place.index[1] + 1}"
        if place.kind == "b":
            return f"bias of {target}"
        return f"weight {self.letters[place.layer]}{place.index[0] + 1} to {target}"


def short(value: float) -> str:
    """Write a number in about four characters, with a minus sign of its own."""
    if not np.isfinite(value):
        return "nan" if np.isnan(value) else f"{value:g}".replace("-", MINUS)
    size = abs(value)
    if size < 9.995:
        text = f"{value:.2f}" if size >= 0.005 else "0.00"
    elif size < 99.95:
        text = f"{value:.1f}"
    elif size < 9999.5:
        text = f"{value:.0f}"
    else:
        text = f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return text.replace("-", MINUS)


def numbers_in(values: Iterable[float]) -> str:
    """Write the numbers of a row, as short as they are."""
    return ", ".join(f"{value:.3g}".replace("-", MINUS) for value in values)


def round_up(value: float) -> float:
    """Return the next round number at or above a value, 0 for those up to 0: scales change rarely."""
    if not 0 < value < np.inf:
        return 0.0
    decade = 10.0 ** np.floor(np.log10(value))
    return float(next(step * decade for step in STEPS if step * decade >= value * (1 - 1e-9)))
