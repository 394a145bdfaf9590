"""The pictures of the chapter on input scaling: the digits, the hidden outputs, the share that is right."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from nnwidgets.chapters.input_scaling.session import DigitReader
from nnwidgets.pictures.pictures import thinned
from workbook.cases.input_scaling import EPOCHS
from workbook.measures.saturation import SATURATED
from workbook.plots import BLUE, ORANGE, VERMILION, tidy

# White is 0, so that paper and ink can be told apart from "negative" at a glance.
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "white", BLUE])
COLUMNS, TEN = 5, 10
BINS = 20


class DigitsSeen:
    """Ten held-out digits as the network gets them: 0 white, positive blue, negative orange; its answers."""

    def __init__(self, axes: Axes, session: DigitReader) -> None:
        self.axes = axes
        axes.set_axis_off()
        axes.set_anchor("NW")
        axes.set_title("what the network sees, and says", loc="left", fontsize=10.5)
        corners = [(number % COLUMNS * 1.15, -(number // COLUMNS) * 1.55) for number in range(TEN)]
        images = [
            axes.imshow(np.zeros((8, 8)), cmap=SIGNED, vmin=-1, vmax=1, extent=(x, x + 1, y - 1, y))
            for x, y in corners
        ]
        answers = [axes.text(x + 0.5, y - 1.26, "", ha="center", va="center") for x, y in corners]
        legend = axes.text(0, -3.2, "", fontsize=9, va="center")
        axes.set_xlim(-0.02, COLUMNS * 1.15 - 0.13)
        axes.set_ylim(-3.4, 0.02)
        self.artists = {"digits": images, "answers": answers, "legend": legend}
        self._shown: tuple[str, str] | None = None
        self._rows = np.arange(0)

    def show(self, session: DigitReader) -> dict[str, Any]:
        """Follow the session: the digits change with the encoding, the answers with training."""
        data = {}
        if self._shown != (session.source, session.encoding):
            self._shown = session.source, session.encoding
            self._rows = np.array(
                [np.flatnonzero(session.held_out.labels == digit)[0] for digit in range(TEN)]
            )
            seen = session.seen(self._rows)
            side = session.held_out.side
            data["digits"] = list(seen.reshape(TEN, side, side) / np.abs(seen).max())
            lowest = (
                f"{seen.min():.3g} (orange)".replace("-", "\N{MINUS SIGN}") if seen.min() < 0 else "0 (white)"
            )
            data["legend"] = f"inputs from {lowest} to {seen.max():.3g} (blue)"
        answers = session.answers(self._rows)
        for digit, (text, answer) in enumerate(zip(self.artists["answers"], answers, strict=True)):
            text.set_color("black" if answer == digit else VERMILION)
        data["answers"] = [
            f"{answer} {'✓' if answer == digit else '✗'}" for digit, answer in enumerate(answers)
        ]
        return data

    def said(self, session: DigitReader) -> str:
        """Say which of the ten digits are taken for what."""
        answers = session.answers(self._rows)
        wrong = [f"{digit} for {answer}" for digit, answer in enumerate(answers) if digit != answer]
        return f"Ten digits, encoded {session.encoding}. Taken wrongly: {', '.join(wrong) or 'none'}."


class HiddenOutputs:
    """How often the hidden units say what, 0 to 1; at both ends a sigmoid is flat, and learns slowly.

    Like the panel, it is about one seed; it counts the first rows only, so that it can move. slopes: say
    for how many it is flat.
    """

    def __init__(self, axes: Axes, session: DigitReader, slopes: bool = False) -> None:
        self.slopes = slopes
        self.axes = tidy(axes, "", "output of a hidden unit", "share, %")
        edges = np.linspace(0, 1, BINS + 1)
        bars = axes.bar(edges[:-1], np.zeros(BINS), width=1 / BINS, align="edge", color=BLUE, alpha=0.75)
        (other,) = axes.plot([], [], color="black", linestyle="--", linewidth=1.2, drawstyle="steps-mid")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 100)
        # What stands there first only keeps the place free: the layout is made once.
        title = axes.text(0, 1.03, _said_flat(1), transform=axes.transAxes, fontsize=10.5, va="bottom")
        self.middles = (edges[:-1] + edges[1:]) / 2
        self.artists = {"hidden": bars, "compared_hidden": other, "flat": title}

    def show(self, session: DigitReader) -> dict[str, Any]:
        """Follow the session to the step that is shown."""
        first, *others = (_shares(session.hidden(history)) for history in session.histories.values())
        return {
            "hidden": first,
            "compared_hidden": (self.middles, others[0]) if others else ([], []),
            "flat": _said_flat(self._flat(session)) if self.slopes else "",
        }

    def said(self, session: DigitReader) -> str:
        """Say for how many the sigmoid is flat, or between what they lie."""
        if self.slopes:
            return f"Hidden outputs with a slope below {SATURATED}: {self._flat(session):.0%}."
        return "A histogram of the hidden outputs, from 0 to 1."

    def _flat(self, session: DigitReader) -> float:
        y = session.hidden(session.main)
        return float((y * (1 - y) < SATURATED).mean())


def _said_flat(share: float) -> str:
    return f"slope < {SATURATED}: {share:.0%} (this seed)"


def _shares(outputs: np.ndarray) -> np.ndarray:
    return 100 * np.histogram(outputs, BINS, (0, 1))[0] / outputs.size


class ShareRight:
    """The share of the held-out digits that is right, epoch by epoch; a compared encoding is dashed."""

    def __init__(self, axes: Axes, session: DigitReader) -> None:
        self.axes = tidy(axes, "", "epoch", "held-out digits right, %")
        axes.axhline(10, color="0.5", linewidth=0.8, linestyle=":")
        axes.text(EPOCHS, 8.5, "guessing", ha="right", va="top", fontsize=8, color="0.4")
        (line,) = axes.plot([], [], color=BLUE)
        (other,) = axes.plot([], [], color="black", linestyle="--", linewidth=1.2)
        axes.set_xlim(0, EPOCHS)
        axes.set_ylim(0, 100)
        title = axes.text(0, 1.03, "dashed: ", transform=axes.transAxes, fontsize=10.5, va="bottom")
        self.artists = {"right": line, "compared_right": other, "names": title}

    def show(self, session: DigitReader) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        first, *others = (_curve(session, name) for name in session.histories)
        return {
            "right": first,
            "compared_right": others[0] if others else ([], []),
            "names": f"dashed: {session.compare}" if others else "",
        }

    def said(self, session: DigitReader) -> str:
        """Say the shares."""
        shares = (
            f"{name}: {session.share(name, history.at(session.step)):.0%}"
            for name, history in session.histories.items()
        )
        return f"Held-out digits right at step {session.step}: {'; '.join(shares)}."


def _curve(session: DigitReader, name: str) -> tuple[list[float], list[float]]:
    history = session.histories[name]
    moments = thinned(history.until(session.step))
    return (
        [moment.step / history.trainer.batches for moment in moments],
        [100 * session.share(name, moment) for moment in moments],
    )
