"""Images as the network gets them, and what it says to them."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple, Protocol

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.colours import RAW, raw_scale
from nnwidgets.pictures.network_words import MINUS
from workbook.plots import VERMILION

COLUMNS = 5
WIDE, HIGH = 1.15, 1.55  # from one image to the next, in sides of an image
MARKS = (-1, 0, 1, 16, 255)  # numbers that the legend names


class Images(NamedTuple):
    """Images as a network gets them, and what they are."""

    inputs: np.ndarray  # (n, side, side)
    labels: np.ndarray  # (n,), whole numbers


class Seeing(Protocol):
    """A session whose network is shown images, and takes each for something."""

    lock: threading.RLock
    changed: int

    def seen(self) -> Images:
        """Return the images, always as many."""
        ...

    def answers(self) -> np.ndarray:
        """Return what the network takes each image for at the step that is shown, (n,)."""
        ...


class ImagesSeen:
    """Images as the network gets them, below each its answer, and the number of the pixel under the pointer.

    One scale of colours for whatever it gets: 0 is white, up to 1 it is blue, down to -1 orange; beyond, it
    runs on into black by the logarithm, up to 255, so that raw bytes do not look like shares of 1.
    """

    def __init__(self, axes: Axes, session: Seeing) -> None:
        self.axes, self.session = axes, session
        axes.set_axis_off()
        axes.set_anchor("NW")
        axes.set_title("what the network sees, and says", loc="left", fontsize=10.5)
        count = len(session.seen().labels)
        self.corners = [(n % COLUMNS * WIDE, -(n // COLUMNS) * HIGH) for n in range(count)]
        images = [
            axes.imshow(np.zeros((8, 8)), cmap=RAW, norm=raw_scale(), extent=(x, x + 1, y - 1, y))
            for x, y in self.corners
        ]
        self.texts = [axes.text(x + 0.5, y - 1.26, "", ha="center", va="center") for x, y in self.corners]
        lowest = self.corners[-1][1] - 1.75
        legend = axes.text(0, lowest, "", fontsize=9, va="center")
        self._scale(lowest - 0.3)
        axes.set_xlim(-0.02, COLUMNS * WIDE - 0.13)
        axes.set_ylim(lowest - 0.95, 0.02)
        self.artists = {"images": images, "answers": self.texts, "legend": legend}
        self._shown: np.ndarray | None = None
        self._under: tuple[int, int, int] | None = None

    def show(self, session: Seeing) -> dict[str, Any]:
        """Follow the session: the answers change with training, the images only where the inputs do."""
        (inputs, labels), answers = session.seen(), session.answers()
        data: dict[str, Any] = {"legend": self._legend(inputs)}
        if self._shown is None or not np.array_equal(self._shown, inputs):
            self._shown = inputs
            data["images"] = list(inputs)
        for text, right in zip(self.texts, answers == labels, strict=True):
            text.set_color("black" if right else VERMILION)
        marks = np.where(answers == labels, "✓", "✗")
        data["answers"] = [f"{answer} {mark}" for answer, mark in zip(answers, marks, strict=True)]
        return data

    def said(self, session: Seeing) -> str:
        """Say between what the inputs lie, and which of the images are taken for what."""
        (inputs, labels), answers = session.seen(), session.answers()
        wrong = [
            f"{label} for {answer}" for label, answer in zip(labels, answers, strict=True) if label != answer
        ]
        return f"{len(labels)} images, {_range(inputs)}. Taken wrongly: {', '.join(wrong) or 'none'}."

    def hovered(self, event: PointerEvent) -> None:
        """Say which number the network gets for the pixel under the pointer."""
        found = None
        if event.inaxes is self.axes and event.xdata is not None and event.ydata is not None:
            found = self._pixel(event.xdata, event.ydata)
        if found != self._under:
            self._under = found
            with self.session.lock:
                self.session.changed += 1

    pressed = hovered  # where there is a finger and no pointer

    def _pixel(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return the image, row and column at a point, or None beside the images."""
        side = self.session.seen().inputs.shape[-1]
        for number, (left, top) in enumerate(self.corners):
            if left <= x < left + 1 and top - 1 < y <= top:
                return number, int((top - y) * side), int((x - left) * side)
        return None

    def _legend(self, inputs: np.ndarray) -> str:
        if self._under is None or self._under[1] >= inputs.shape[-1] or self._under[2] >= inputs.shape[-1]:
            return _range(inputs)
        _, row, column = self._under
        return f"pixel ({row}, {column}): {inputs[self._under]:.4g}".replace("-", MINUS)

    def _scale(self, top: float) -> None:
        """Draw the scale of colours, with some of its numbers below."""
        numbers = raw_scale().inverse(np.linspace(0.25, 1, 120))
        norm, width = raw_scale(), COLUMNS * WIDE - 0.4
        low, high = norm(numbers[0]), norm(numbers[-1])
        self.axes.imshow(
            np.array(numbers)[None],
            cmap=RAW,
            norm=norm,
            extent=(0, width, top - 0.18, top),
            interpolation="none",
        )
        for mark in MARKS:
            place = width * (norm(mark) - low) / (high - low)
            aligned = "left" if mark == MARKS[0] else "right" if mark == MARKS[-1] else "center"
            text = str(mark).replace("-", MINUS)
            self.axes.text(place, top - 0.24, text, fontsize=8.5, ha=aligned, va="top")


def _range(inputs: np.ndarray) -> str:
    """Return between what the inputs lie, in words."""
    return f"inputs from {min(inputs.min(), 0):.3g} to {inputs.max():.3g}".replace("-", MINUS)
