"""Images as the network gets them, and what it says to them."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from workbook.plots import BLUE, ORANGE, VERMILION

# White is 0, so that paper and ink can be told apart from "negative" at a glance.
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "white", BLUE])
COLUMNS = 5


class Images(NamedTuple):
    """Images as a network gets them, and what they are."""

    inputs: np.ndarray  # (n, side, side)
    labels: np.ndarray  # (n,), whole numbers


class Seeing(Protocol):
    """A session whose network is shown images, and takes each for something."""

    def seen(self) -> Images:
        """Return the images, always as many."""
        ...

    def answers(self) -> np.ndarray:
        """Return what the network takes each image for at the step that is shown, (n,)."""
        ...


class ImagesSeen:
    """Images as the network gets them: 0 white, positive blue, negative orange; below each its answer."""

    def __init__(self, axes: Axes, session: Seeing) -> None:
        self.axes = axes
        axes.set_axis_off()
        axes.set_anchor("NW")
        axes.set_title("what the network sees, and says", loc="left", fontsize=10.5)
        count = len(session.seen().labels)
        corners = [(number % COLUMNS * 1.15, -(number // COLUMNS) * 1.55) for number in range(count)]
        images = [
            axes.imshow(np.zeros((8, 8)), cmap=SIGNED, vmin=-1, vmax=1, extent=(x, x + 1, y - 1, y))
            for x, y in corners
        ]
        self.texts = [axes.text(x + 0.5, y - 1.26, "", ha="center", va="center") for x, y in corners]
        lowest = corners[-1][1] - 1.65
        legend = axes.text(0, lowest, "", fontsize=9, va="center")
        axes.set_xlim(-0.02, COLUMNS * 1.15 - 0.13)
        axes.set_ylim(lowest - 0.2, 0.02)
        self.artists = {"images": images, "answers": self.texts, "legend": legend}
        self._shown: np.ndarray | None = None

    def show(self, session: Seeing) -> dict[str, Any]:
        """Follow the session: the answers change with training, the images only where the inputs do."""
        (inputs, labels), answers = session.seen(), session.answers()
        data: dict[str, Any] = {}
        if self._shown is None or not np.array_equal(self._shown, inputs):
            self._shown = inputs
            data["images"] = list(inputs / np.abs(inputs).max())
            data["legend"] = _range(inputs, " (white)", " (orange)", " (blue)")
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


def _range(inputs: np.ndarray, zero: str = "", negative: str = "", positive: str = "") -> str:
    """Return the words "inputs from ... to ...", with the names of colours where they are given."""
    lowest = (
        f"{inputs.min():.3g}{negative}".replace("-", "\N{MINUS SIGN}") if inputs.min() < 0 else f"0{zero}"
    )
    return f"inputs from {lowest} to {inputs.max():.3g}{positive}"
