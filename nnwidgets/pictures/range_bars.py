"""How large the numbers of a step are, stage by stage, and how large a number can be."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from workbook.measures.ranges import Range
from workbook.parts import PRECISIONS, Precision
from workbook.plots import BLUE, GREEN, VERMILION, tidy

EVEN = 8  # decades on either side of 1 that have as much room each; those beyond share what is left
TICKS = (-8, -4, 0, 4, 8)
HIGHEST, LOWEST = 21.5, -10.5
FULL = 18.8  # where a bar with inf or NaN ends
WIDE = ("inf", "NaN")  # words that would stand in each other's way
HALF = 0.36  # of a column: half the width of a bar
LEAST = 0.35  # a bar is never lower, or one would not see it


class Stages(Protocol):
    """A session that knows the ranges of its last step."""

    @property
    def precision(self) -> Precision: ...

    def stages(self) -> Sequence[str]:
        """Return the names of the stages, in the order in which training computes them, always the same."""
        ...

    def ranges(self) -> Mapping[str, Range]:
        """Return the range of each stage in the last step that was made; none before the first."""
        ...


class RangeBars:
    """For each stage a bar, from its smallest number to its largest, by magnitude; 0 has no bar.

    What is forward is blue, what is back (names that begin with d) green. A stage with inf or NaN has an
    orange bar up to the top, and the word above it, once for neighbours; one of nothing but 0 the word 0.
    Two lines are the largest numbers of single and of double precision, that of the session's own drawn
    through; a black mark in the column before "e^z" is where e^z is inf. Decades beyond ten to the eighth
    have less and less room.
    """

    def __init__(self, axes: Axes, session: Stages) -> None:
        self.axes = tidy(axes, "", "", "magnitude")
        self.names = list(session.stages())
        axes.set_title("last step: forward blue, back green, NaN orange", loc="left", fontsize=10.5)
        axes.set_xlim(-0.6, len(self.names) - 0.4)
        axes.set_ylim(LOWEST, HIGHEST)
        axes.set_xticks(range(len(self.names)), _labels(self.names), fontsize=9)
        axes.tick_params(axis="x", length=0)
        limits = [math.log10(PRECISIONS[name].largest) for name in PRECISIONS]
        axes.set_yticks(
            [_place(decade) for decade in (*TICKS, *limits)],
            [f"$10^{{{math.floor(decade)}}}$" if decade else "1" for decade in (*TICKS, *limits)],
        )
        axes.axhline(0, color="0.85", linewidth=0.8, zorder=0)
        self.lines = {}
        for name in PRECISIONS:
            high = _place(math.log10(PRECISIONS[name].largest))
            self.lines[name] = axes.axhline(high, color="0.35", linewidth=1.2)
            axes.text(
                -0.5, high - 0.25, f"largest ({name})",
                fontsize=8.5, color="0.35", ha="left", va="top",
            )  # fmt: skip
        self.bars = PolyCollection([], linewidth=0, zorder=3)
        self.bars.set_in_layout(False)
        axes.add_collection(self.bars, autolim=False)
        (self.mark,) = axes.plot([], [], color="black", linewidth=2.2, zorder=4, solid_capstyle="butt")
        self.words = [
            axes.text(number, 0, "", fontsize=8.5, ha="center", va="bottom", in_layout=False, zorder=5)
            for number in range(len(self.names))
        ]
        self.artists: dict[str, Any] = {
            "range_bars": self.bars,
            "range_words": self.words,
            "exponential_limit": self.mark,
            "range_limits": list(self.lines.values()),
        }
        self._precision = ""

    def show(self, session: Stages) -> dict[str, Any]:
        """Follow the session."""
        found = session.ranges()
        corners, colours = [], []
        words = ["" if name not in found else _word(found[name]) for name in self.names]
        for number, name in enumerate(self.names):
            stage = found.get(name)
            self.words[number].set_position((number, 0.0 if stage is None else _top(stage) + 0.2))
            if stage is not None and (stage.largest or not stage.finite):
                corners.append(_corners(number, stage))
                colours.append(_colour(name, stage))
        for first, last in _alike(words):
            self.words[first].set_x((first + last) / 2)
            words[first + 1 : last + 1] = [""] * (last - first)
        self.bars.set_verts(corners)
        self.bars.set_facecolor(colours)
        news: dict[str, Any] = {"range_bars": None, "range_words": words}
        if session.precision.name != self._precision:
            self._precision = session.precision.name
            for name, line in self.lines.items():
                line.set_linestyle("-" if name == self._precision else ":")
            news |= {"range_limits": None, "exponential_limit": self._mark(session.precision)}
        return news

    def said(self, session: Stages) -> str:
        """Say the range of each stage."""
        found = session.ranges()
        if not found:
            return "No step was made yet."
        said = "; ".join(f"{name}: {stage}" for name, stage in found.items())
        return f"Ranges of the last step. {said}. The largest number is {session.precision.largest:.2g}."

    def _mark(self, precision: Precision) -> tuple[list[float], list[float]]:
        if "e^z" not in self.names:
            return [], []
        column, high = self.names.index("e^z") - 1, _place(math.log10(precision.largest_exponent))
        return [column - 0.48, column + 0.48], [high, high]


def _labels(names: Sequence[str]) -> list[str]:
    """Return the stages' names as they stand at the axis: z 1, of z 2 the number alone, e^z with z above."""
    parts = [name.partition(" ") for name in names]
    kinds = [kind for kind, _, _ in parts]
    return [
        f"${number}$" if number and kind == before else f"${kind}_{number}$" if number else f"${kind}$"
        for before, (kind, _, number) in zip(["", *kinds], parts, strict=False)
    ]


def _alike(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return the first and the last place of each run of inf, or of NaN."""
    runs = [list(places) for _, places in groupby(range(len(words)), key=lambda place: words[place])]
    return [(places[0], places[-1]) for places in runs if words[places[0]] in WIDE]


def _place(decade: float) -> float:
    """Return where a power of ten stands: evenly up to EVEN, from there on by the logarithm."""
    if abs(decade) <= EVEN:
        return decade
    return math.copysign(EVEN + 6.4 * math.log10(abs(decade) / EVEN), decade)


def _word(stage: Range) -> str:
    if stage.nans:
        return "NaN"
    return "inf" if stage.infs else "0" if stage.dead else ""


def _top(stage: Range) -> float:
    """Return where the bar of a stage ends."""
    if not stage.finite:
        return FULL
    return _bounded(stage.largest) if stage.largest else LOWEST


def _corners(number: int, stage: Range) -> list[tuple[float, float]]:
    low, high = _bounded(stage.smallest) if stage.largest else LOWEST, _top(stage)
    low = max(LOWEST, min(low, high - LEAST))
    return [(number - HALF, low), (number + HALF, low), (number + HALF, high), (number - HALF, high)]


def _bounded(value: float) -> float:
    return max(LOWEST, min(HIGHEST, _place(math.log10(value))))


def _colour(name: str, stage: Range) -> str:
    if not stage.finite:
        return VERMILION
    return GREEN if name.startswith("d") else BLUE
