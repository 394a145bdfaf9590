"""What a byte means to a program that reads it unsigned, and to one that reads it signed."""

from __future__ import annotations

import ipywidgets
import numpy as np
from matplotlib.axes import Axes

from nnwidgets.accessible import Accessible
from nnwidgets.live_figure import LiveFigure
from workbook.cases import input_scaling as facts
from workbook.cases.digit_reader import DATA, LEARN
from workbook.data.digits import as_signed, encode
from workbook.plots import BLUE, VERMILION, new_figure, tidy


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
        return int(as_signed(np.array([self.slider.value]))[0])

    def _read(self) -> None:
        byte = self.slider.value
        lines = "<br>".join(
            f"{name}: {self._sum(first)} = <b>{number}</b>, divided by 255: {number / 255:.3f}"
            for name, first, number in (("unsigned", 128, byte), ("signed", -128, self.signed))
        )
        self.readings.value = f"bits: <code>{byte:08b}</code><br>{lines}".replace("-", "\N{MINUS SIGN}")

    def _sum(self, first: int) -> str:
        """Return the values of the bits that are set, where the first of the eight is worth `first`."""
        values = [first, *(2**place for place in range(6, -1, -1))]
        bits = f"{self.slider.value:08b}"
        return " + ".join(str(v) for v, bit in zip(values, bits, strict=True) if bit == "1") or "0"


def readings() -> LiveFigure:
    """Draw what both readings make of every byte, and how often each input then occurs."""
    figure = new_figure(9.2, 3)
    bytes_, before, after = figure.subplots(1, 3, width_ratios=(1.2, 1, 1))
    every = np.arange(256, dtype=np.uint8)
    tidy(bytes_, "what a byte becomes", "byte in the file", "input of the network")
    bytes_.plot(every, encode(every, facts.RIGHT), color=BLUE, label="unsigned")
    signed = encode(every, facts.POSTED)
    for part in (slice(0, 128), slice(128, 256)):
        bytes_.plot(every[part], signed[part], color=VERMILION, linestyle="--")
    bytes_.plot([], [], color=VERMILION, linestyle="--", label="signed")
    bytes_.legend(frameon=False)
    _histogram(before, DATA[facts.RIGHT].inputs, BLUE, "ink, read unsigned")
    _histogram(after, DATA[facts.POSTED].inputs, VERMILION, "ink, read signed")
    return LiveFigure(
        figure,
        alt="Unsigned, a byte b becomes b/255, a straight line. Signed, the line breaks at 128 and starts "
        "again at -0.5, ending just below 0 for 255. The histogram of inked pixels, highest at 1 before, "
        "is cut at a half, and its highest bar moves to 0.",
    )


def _histogram(axes: Axes, inputs: np.ndarray, colour: str, title: str) -> None:
    """Count the inputs that are not paper: almost half of all pixels are, and would hide the others."""
    tidy(axes, title, "input", "share of inked pixels, %")
    levels, counts = np.unique(inputs[LEARN.pixels > 0], return_counts=True)
    axes.bar(levels, 100 * counts / counts.sum(), 0.05, color=colour)
    axes.axvline(0, color="0.5", linewidth=0.8, linestyle=":")
    axes.set_xlim(-0.6, 1.05)
    axes.set_ylim(0, 20)
