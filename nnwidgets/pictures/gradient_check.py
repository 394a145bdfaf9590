"""Pictures of a gradient check: the map over the network, numeric against analytic, error against width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from nnwidgets.live_figure import PointerEvent
from nnwidgets.session.check import Check, parameter_name, unit_name, verdict
from workbook import Network
from workbook.gradcheck import THRESHOLD, Parameter
from workbook.measures.gradient_error import WIDTHS, error_with_kinks, rounding_error
from workbook.plots import BLUE, ORANGE, PINK, SKY, VERMILION, tidy

SOLID = (0, None)  # not "-": a pair of words would be taken for an offset and its dashes
STYLES: dict[str, tuple[str, float, Any]] = {  # colour, width, dashes
    "agrees": (BLUE, 1.4, SOLID),
    "doubtful": (ORANGE, 2.6, (0, (4, 1.5))),
    "wrong": (VERMILION, 4.0, (0, (1.2, 0.8))),
    "kink": (PINK, 2.2, (0, (3, 1, 0.8, 1))),
}
NOT_SHOWN = ("0.6", 1.2, SOLID)
NAMED = 5  # so many units of a layer, or lines of a network, have their names written beside them
INSIDE: dict[str, Any] = {
    "ha": "center",
    "va": "center_baseline",
    "fontsize": 9.5,
    "zorder": 4,
    "in_layout": False,
}
LABEL: dict[str, Any] = INSIDE | {
    "zorder": 5,
    "bbox": {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9},
}
LEAST = 1e-17  # an error of exactly 0 is drawn here, below the frame


class ErrorMap:
    """The network, each line a parameter, drawn by what the check says of it. Squares are the 1 of biases.

    look(number) is called when the line of a parameter is pressed, by its number in the report. Where there
    are few of them, each line has its name; otherwise that of the one looked at stands above. Behind the name
    stands the relative error, unless it agrees.
    """

    def __init__(self, axes: Axes, look: Callable[[int], None]) -> None:
        self.axes, self.look = axes, look
        axes.set_axis_off()
        axes.set_title("press a line:", loc="left", fontsize=10.5)
        halo = axes.add_collection(LineCollection([], colors=[SKY], linewidths=9, alpha=0.6))
        self.lines = LineCollection([], capstyle="butt")
        self.lines.set_pickradius(6)
        axes.add_collection(self.lines)
        self.units = axes.scatter([], [], s=330, facecolor="white", edgecolor="black", zorder=3)
        ones = axes.scatter([], [], s=130, marker="s", facecolor="white", edgecolor="black", zorder=3)
        self.labels = [axes.text(0, 0, "", **LABEL) for _ in range(NAMED)]
        self.here = axes.text(
            1, 1.02, "", ha="right", va="bottom", fontsize=9.5, in_layout=False, transform=axes.transAxes
        )
        self.names: list[Text] = []
        for word, (colour, width, dashes) in STYLES.items():
            axes.plot([], [], color=colour, linewidth=min(width, 3), linestyle=dashes, label=word)
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, 0.03),
            ncols=2,
            frameon=False,
            handlelength=2.6,
            fontsize=9,
        )
        self.artists = {
            "halo": halo,
            "edges": self.lines,
            "units": self.units,
            "ones": ones,
            "labels": self.labels,
            "chosen": self.here,
        }
        self._widths: tuple[int, ...] = ()

    def show(self, check: Check) -> dict[str, Any]:
        """Draw every parameter in the style of its verdict, the chosen one on a light band."""
        network, rows = check.checked.network, check.report.parameters
        segments = np.array([_segment(network, row) for row in rows])
        if self._widths != network.widths:
            self._widths = network.widths
            self._lay_out(network)
        styles = [STYLES[verdict(row)] if check.shown else NOT_SHOWN for row in rows]
        thin = 1.0 if len(rows) <= 30 else 0.6
        colours, widths, dashes = zip(*styles, strict=True)
        self.lines.set_colors(colours)
        self.lines.set_linewidth([thin * width for width in widths])
        self.lines.set_linestyle(list(dashes))
        named = rows if len(rows) <= NAMED else []
        for label, row in zip(self.labels, named, strict=False):
            label.set_position(_along(network, row))
        units = [place for column, size in enumerate(network.widths) for place in _column(column, size)]
        ones = _ones(network)
        return {
            "halo": segments[[check.chosen]],
            "edges": segments,
            "units": np.array(units).T,
            "ones": np.array(ones).T if ones else ([], []),
            "labels": [_label(check, row) for row in named] + [""] * (NAMED - len(named)),
            "chosen": "" if named else _label(check, check.parameter),
        }

    def said(self, check: Check) -> str:
        """Count what the map shows, layer by layer."""
        if not check.shown:
            return "Map of the network; the check has not been made yet."
        parts = []
        for number in range(len(check.params)):
            for kind, name in (("W", "weights"), ("b", "biases")):
                rows = [r for r in check.report.parameters if (r.layer, r.kind) == (number, kind)]
                counts = {word: sum(verdict(row) == word for row in rows) for word in STYLES}
                said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
                parts += [f"{name} of layer {number + 1}: {said}"] if rows else []
        return "Map of the network. " + "; ".join(parts) + "."

    def pressed(self, event: PointerEvent) -> None:
        """Look at the parameter whose line is pressed."""
        if event.name == "edges" and event.index is not None:
            self.look(event.index)

    def _lay_out(self, network: Network) -> None:
        """Make room for another network, and write its names."""
        widths = network.widths
        self.axes.set_xlim(-0.25, len(widths) - 0.75)
        self.axes.set_ylim(-1.5, 1.3)
        self.units.set_sizes(
            [330 if widths[n] <= NAMED else 70 for n in range(len(widths)) for _ in range(widths[n])]
        )
        for name in self.names:
            name.remove()
        units = [
            (place, unit_name(widths, layer, number))
            for layer, size in enumerate(widths)
            for number, place in enumerate(_column(layer, size))
            if size <= NAMED
        ]
        self.names = [self.axes.text(*place, "1", **INSIDE) for place in _ones(network)]
        self.names += [self.axes.text(*place, name, **INSIDE) for place, name in units]


class NumericAgainstAnalytic:
    """One mark a parameter: what the difference says against what backpropagation says.

    A mark has the colour of its verdict, as in the map, and is larger the thicker the line is there.
    """

    def __init__(self, axes: Axes) -> None:
        self.axes = tidy(axes, "dots: weights; squares: biases", "analytic gradient", "numeric gradient")
        axes.plot([-1e9, 1e9], [-1e9, 1e9], color="0.7", linewidth=0.9)
        axes.axhline(0, color="0.85", linewidth=0.7)
        axes.axvline(0, color="0.85", linewidth=0.7)
        self.artists = {
            "ring": axes.scatter([], [], s=190, facecolor="none", edgecolor=SKY, linewidth=3),
            "marks": [
                axes.scatter([], [], s=15 + 12 * width, marker=marker, color=colour)
                for colour, width, _ in STYLES.values()
                for marker in "os"
            ],
        }
        axes.locator_params(nbins=3)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:.2g}")  # with its power of ten: no offset above the axis
        self._reach = 0.0

    def show(self, check: Check) -> dict[str, Any]:
        """Place the marks; both axes reach as far as the longest of either gradient."""
        rows = check.report.parameters if check.shown else []
        both = np.array([(row.analytic, row.numeric) for row in rows]).reshape(-1, 2)
        reach = 1.15 * float(np.abs(both).max(initial=0)) or 1.0
        if not 0.5 <= reach / (self._reach or np.inf) <= 1:
            self._reach = reach
            self.axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
        groups = [
            both[[(verdict(row), row.kind) == (word, kind) for row in rows]] if len(rows) else both
            for word in STYLES
            for kind in "Wb"
        ]
        return {
            "ring": both[[check.chosen]].T if len(rows) else ([], []),
            "marks": [group.T for group in groups],
        }

    def said(self, check: Check) -> str:
        """Say the two numbers of the chosen parameter."""
        if not check.shown:
            return ""
        row = check.parameter
        return f"Chosen parameter: analytic gradient {row.analytic:.3g}, numeric gradient {row.numeric:.3g}."


class ErrorAgainstWidth:
    """The relative error of the whole gradient for every width; a press or a drag calls move(width)."""

    def __init__(self, axes: Axes, move: Callable[[float], None]) -> None:
        self.move = move
        self.axes = tidy(axes, "drag to change the width", "width h", "relative error")
        axes.set(xscale="log", yscale="log", xlim=(WIDTHS[0], WIDTHS[-1]), ylim=(1e-14, 3))
        axes.set_xticks([1e-12, 1e-8, 1e-4, 1])
        axes.set_yticks([1e-12, 1e-8, 1e-4, 1])
        axes.minorticks_off()
        axes.axhline(THRESHOLD, color="0.6", linewidth=0.8, linestyle=":")
        axes.text(2e-13, THRESHOLD, "passes below", ha="left", va="top", fontsize=9, color="0.35")
        (rounding,) = axes.plot([], [], color="0.65", linewidth=1.2, label="rounding of the loss")
        (kinks,) = axes.plot(
            [], [], "x", color=PINK, markersize=6, markeredgewidth=1.6, label="if kinks are counted"
        )
        (one,) = axes.plot([], [], color="0.35", linewidth=1.1, linestyle="--", label="chosen parameter")
        (whole,) = axes.plot([], [], color=BLUE, linewidth=1.8, label="whole gradient")
        (rule,) = axes.plot([], [], color=ORANGE, linewidth=1.2)
        (here,) = axes.plot([], [], "o", color=ORANGE, markeredgecolor="black", markersize=8)
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.45, -0.22),
            ncols=2,
            frameon=False,
            handlelength=1.4,
            columnspacing=1.0,
            fontsize=9,
        )
        self.artists = {
            "rounding": rounding,
            "kinks": kinks,
            "one": one,
            "whole": whole,
            "rule": rule,
            "here": here,
        }

    def show(self, check: Check) -> dict[str, Any]:
        """Draw the curve and where on it the width is."""
        if not check.shown:
            return {name: ([], []) for name in self.artists}
        whole = [report.relative_error for report in check.by_width]
        plain = [error_with_kinks(report) for report in check.by_width]
        crossed = [any(row.kink for row in report.parameters) for report in check.by_width]
        one = [report.parameters[check.chosen].error for report in check.by_width]
        return {
            "rounding": (WIDTHS, rounding_error(check.checked, check.params, WIDTHS)),
            "kinks": (WIDTHS[crossed], _drawn(np.array(plain)[crossed])),
            "one": (WIDTHS, _drawn(one)),
            "whole": (WIDTHS, _drawn(whole)),
            "rule": ([check.width] * 2, [LEAST, 1e3]),
            "here": ([check.width], _drawn([check.report.relative_error])),
        }

    def said(self, check: Check) -> str:
        """Say where the error is least."""
        if not check.shown:
            return ""
        errors = np.array([report.relative_error for report in check.by_width])
        best = int(np.nanargmin(errors))
        return (
            f"Error against width: least, {errors[best]:.0e}, at width {WIDTHS[best]:.0e}; "
            f"at the present width {check.width:.0e} it is {check.report.relative_error:.1e}."
        )

    def pressed(self, event: PointerEvent) -> None:
        """Move the width to the pointer."""
        if event.xdata is not None:
            self.move(event.xdata)

    dragged = pressed


def _drawn(errors: Sequence[float] | np.ndarray) -> np.ndarray:
    return np.maximum(errors, LEAST)


def _column(number: int, size: int) -> list[tuple[float, float]]:
    return [(number, y) for y in np.linspace(0.95, -0.75, size)] if size > 1 else [(number, 0.1)]


def _one(number: int) -> tuple[float, float]:
    return number + 0.42, -1.25


def _ones(network: Network) -> list[tuple[float, float]]:
    return [_one(number) for number, biased in enumerate(network.biased) if biased]


def _label(check: Check, row: Parameter) -> str:
    name = parameter_name(check.checked.network.widths, row).removeprefix("weight ")
    return f"{name}: {row.error:.1g}" if check.shown and verdict(row) in ("doubtful", "wrong") else name


def _along(network: Network, row: Parameter) -> tuple[float, float]:
    """Return where the name of a parameter stands: beside its line."""
    x, y = np.mean(_segment(network, row), axis=0)
    return (float(x), y + 0.2) if row.kind == "W" else (x + 0.24, float(y))


def _segment(network: Network, row: Parameter) -> tuple[tuple[float, float], tuple[float, float]]:
    """The line that stands for a parameter: from unit to unit, or from the square of 1 to a unit."""
    below = _column(row.layer, network.widths[row.layer])
    above = _column(row.layer + 1, network.widths[row.layer + 1])
    return (below[row.index[0]] if row.kind == "W" else _one(row.layer)), above[row.index[1]]
