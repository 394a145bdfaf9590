"""Still pictures of the chapter on input scaling."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.live_figure import LiveFigure
from workbook.cases.input_scaling import DATA, LEARN, POSTED, RIGHT
from workbook.data.digits import encode
from workbook.measures.saturation import SATURATED, slopes
from workbook.plots import BLUE, VERMILION, new_figure, tidy


def readings() -> LiveFigure:
    """Draw what both readings make of every byte, and how often each input then occurs."""
    figure = new_figure(9.2, 3)
    bytes_, before, after = figure.subplots(1, 3, width_ratios=(1.2, 1, 1))
    every = np.arange(256, dtype=np.uint8)
    tidy(bytes_, "what a byte becomes", "byte in the file", "input of the network")
    bytes_.plot(every, encode(every, RIGHT), color=BLUE, label="unsigned")
    signed = encode(every, POSTED)
    for part in (slice(0, 128), slice(128, 256)):
        bytes_.plot(every[part], signed[part], color=VERMILION, linestyle="--")
    bytes_.plot([], [], color=VERMILION, linestyle="--", label="signed")
    bytes_.legend(frameon=False)
    _histogram(before, DATA[RIGHT].inputs, BLUE, "ink, read unsigned")
    _histogram(after, DATA[POSTED].inputs, VERMILION, "ink, read signed")
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


def flat_ends() -> LiveFigure:
    """Draw the slope of the sigmoid, and where it counts as saturated."""
    figure = new_figure(5.5, 2.6)
    z = np.linspace(-12, 12, 481)
    axes = tidy(figure.add_subplot(), "", "weighted sum z", "slope of the sigmoid")
    axes.plot(z, slopes(z), color=BLUE)
    axes.fill_between(z, 0, 0.25, where=slopes(z) < SATURATED, color=VERMILION, alpha=0.15, linewidth=0)
    for end in (-8.5, 8.5):
        axes.text(end, 0.2, "saturated", ha="center", color=VERMILION)
    axes.set_ylim(0, 0.26)
    return LiveFigure(
        figure, alt="The slope of the sigmoid: a bell with its top, 1/4, at z = 0, next to nothing beyond 5."
    )
