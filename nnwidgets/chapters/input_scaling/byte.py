"""One byte, bit by bit, and the two numbers that it can be taken for."""

from __future__ import annotations

import ipywidgets

from nnwidgets.panel.accessible import Accessible
from workbook.data.digits import as_signed


class Byte(ipywidgets.VBox):
    """A slider for the eight bits, and what they mean to a program that reads them unsigned, and signed."""

    def __init__(self, value: int = 200) -> None:
        self.slider = ipywidgets.IntSlider(
            value, 0, 255, description="byte", layout={"width": "auto", "max_width": "420px"}
        )
        self.readings = ipywidgets.HTML()
        super().__init__([self.slider, self.readings, Accessible()])
        self.add_class("workbook-panel")
        self.slider.observe(lambda _: self._read(), "value")
        self._read()

    def __repr__(self) -> str:
        return f"Byte({self.slider.value}: read as signed {self.signed})"

    @property
    def signed(self) -> int:
        """What a signed char makes of the byte."""
        return int(as_signed([self.slider.value])[0])

    def _read(self) -> None:
        byte = self.slider.value
        rows = (
            ("unsigned", self._sum(128), byte),
            ("signed", self._sum(-128), self.signed),
        )
        lines = "<br>".join(
            f"{name}: {terms} = <b>{number}</b>, divided by 255: {number / 255:.3f}"
            for name, terms, number in rows
        )
        self.readings.value = f"bits: <code>{byte:08b}</code><br>{lines}".replace("-", "\N{MINUS SIGN}")

    def _sum(self, first: int) -> str:
        """Return the values of the bits that are set, where the first of the eight is worth `first`."""
        values = [first, *(2**place for place in range(6, -1, -1))]
        bits = f"{self.slider.value:08b}"
        return " + ".join(str(v) for v, bit in zip(values, bits, strict=True) if bit == "1") or "0"
