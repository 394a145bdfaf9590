"""Pictures: parts of a figure that follow a session. Each has named artists and new data for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnwidgets.session.history import History
from nnwidgets.session.session import Session
from workbook import Layer, Network
from workbook.plots import BLUE, ORANGE, SERIES, tidy

POINTS = 300  # a line in a picture has no more


class Picture(Protocol):
    """What a panel asks of a picture: its artists by name, and what to do when the session has news.

    `show` changes what it must and returns new data for the live figure, None where it has changed the
    artist itself, and nothing for what stays as it is; `said` describes the moment in
    words, for readers who do not see it.
    """

    artists: Mapping[str, Artist | list[Artist]]

    def show(self, session: Session) -> dict[str, Any]: ...

    def said(self, session: Session) -> str: ...


def thinned(moments: list) -> list:
    """Return at most POINTS of the moments, evenly spread, the first and last among them."""
    if len(moments) <= POINTS:
        return moments
    return [moments[i] for i in np.linspace(0, len(moments) - 1, POINTS).astype(int)]


def over_steps(axes: Axes, session: Session) -> None:
    """Let the horizontal axis span the session's run, with few numbers: they may have five digits."""
    if axes.get_xlim() != (0, session.steps):
        axes.set_xlim(0, session.steps)
        axes.locator_params(axis="x", nbins=3)


class OutputsOverTraining:
    """What the network says to each row, step by step; a compared experiment is dashed."""

    def __init__(self, axes: Axes, session: Session) -> None:
        data = session.main.trainer.experiment.dataset
        self.axes = tidy(axes, "", "step", "output (dotted: target)")
        lines, others = [], []
        for row, (x, t) in enumerate(zip(data.inputs[:, 0], data.targets[:, 0], strict=True)):
            axes.axhline(t, color=SERIES[row], linewidth=0.8, linestyle=":")
            lines += axes.plot([], [], color=SERIES[row], label=f"input {x:g}")
            others += axes.plot([], [], color=SERIES[row], linestyle="--", linewidth=1.2)
        axes.set_ylim(-0.05, 1.05)
        over_steps(axes, session)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, frameon=False, handlelength=1.2)
        self.artists = {"outputs": lines, "compared": others}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        over_steps(self.axes, session)
        first, *others = session.histories.values()
        rows = len(self.artists["outputs"])
        data = {"outputs": _curves(first, session.step, rows)}
        if others:
            data["compared"] = _curves(others[0], session.step, rows)
        elif len(self.artists["compared"][0].get_xdata()):
            data["compared"] = [([], [])] * rows
        return data

    def said(self, session: Session) -> str:
        """Say the outputs, and those of the experiment that it is compared with."""
        parts = [
            f"{name}: outputs {', '.join(f'{y:.3f}' for y in history.at(session.step).outputs[:, 0])}"
            for name, history in session.histories.items()
        ]
        return "Outputs over training, at step " + f"{session.step}. " + "; ".join(parts) + "."


def _curves(history: History, step: int, rows: int) -> list[tuple[list, list]]:
    moments = thinned(history.until(step))
    steps = [moment.step for moment in moments]
    return [(steps, [moment.outputs[row, 0] for moment in moments]) for row in range(rows)]


class LossOverTraining:
    """The loss, step by step, on a logarithmic scale from `limits`; a compared experiment is dashed."""

    def __init__(self, axes: Axes, session: Session, limits: tuple[float, float]) -> None:
        self.axes = tidy(axes, "", "step", "loss")
        axes.set_yscale("log")
        axes.set_ylim(*limits)
        over_steps(axes, session)
        (line,) = axes.plot([], [], color="black")
        (other,) = axes.plot([], [], color="black", linestyle="--", linewidth=1.2)
        self.artists = {"loss": line, "compared_loss": other}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        over_steps(self.axes, session)
        first, *others = (_losses(history, session.step) for history in session.histories.values())
        if others or len(self.artists["compared_loss"].get_xdata()):
            return {"loss": first, "compared_loss": others[0] if others else ([], [])}
        return {"loss": first}

    def said(self, session: Session) -> str:
        """Say the losses."""
        losses = (f"{name}: {h.at(session.step).loss:.3g}" for name, h in session.histories.items())
        return "Loss: " + "; ".join(losses) + "."


def _losses(history: History, step: int) -> tuple[list[int], list[float]]:
    moments = thinned(history.until(step))
    return [moment.step for moment in moments], [moment.loss for moment in moments]


class NetworkDrawing:
    """Units in columns, weights as lines: thick is large; blue is positive, orange and dashed negative.

    A unit that always says 1 stands for the biases of the next layer. Dragging a weight's line up or down
    changes the weight.
    """

    def __init__(self, axes: Axes, network: Network, names: list[str]) -> None:
        axes.set_axis_off()
        axes.set_xlim(-0.35, len(network.sizes) - 0.65)
        axes.set_ylim(-1.75, 1.25)
        axes.set_title("drag to set a start weight", loc="left", fontsize=10.5)
        self.edges = []  # (layer, kind, index, from, to)
        for number, (n_in, n_out) in enumerate(zip(network.sizes, network.sizes[1:], strict=False)):
            below, above = _column(number, n_in), _column(number + 1, n_out)
            self.edges += [
                (number, "W", (i, j), below[i], above[j]) for i in range(n_in) for j in range(n_out)
            ]
            self.edges += [(number, "b", (0, j), (number + 0.25, -1.35), above[j]) for j in range(n_out)]
        segments = np.array([(start, end) for *_, start, end in self.edges])
        lines = axes.add_collection(LineCollection(segments, linewidths=1.0, capstyle="round"))
        lines.set_pickradius(9)
        for number, size in enumerate(network.sizes):
            for row, place in enumerate(_column(number, size)):
                label = names[number] if size == 1 else f"{names[number]}{row + 1}"
                _unit(axes, place, label)
        self.ones = [_unit(axes, (n + 0.25, -1.35), "1", 13) for n in range(len(network.sizes) - 1)]
        self.labels = [
            axes.text(*_beside(kind, start, end), "", ha="center" if kind == "W" else "right", va="bottom")
            for _, kind, _, start, end in self.edges
        ]
        self.segments = segments
        self.artists = {
            "edges": lines,
            "weights": self.labels,
            "ones": [a for pair in self.ones for a in pair],
        }

    def show(self, session: Session) -> dict[str, Any]:
        """Give each line the width and colour of its weight, each label its number."""
        params = session.moment.params
        values = np.array([_value(params, *edge[:3]) for edge in self.edges])
        here = ~np.isnan(values)
        lines = self.artists["edges"]
        lines.set_linewidths(np.where(here, 0.8 + np.minimum(np.abs(np.nan_to_num(values)), 8), 0))
        lines.set_colors([BLUE if value >= 0 else ORANGE for value in values])
        lines.set_linestyles(["-" if not value < 0 else (0, (1.5, 1)) for value in values])
        data = {
            "edges": np.where(here[:, None, None], self.segments, np.nan),
            "weights": [f"{value:.2f}" if ok else "" for value, ok in zip(values, here, strict=True)],
        }
        for (circle, one), layer in zip(self.ones, params, strict=True):
            if circle.get_visible() != (layer.b is not None):
                circle.set_visible(layer.b is not None)
                one.set_visible(layer.b is not None)
                data["ones"] = None
        return data

    def said(self, session: Session) -> str:
        """Say every weight and bias."""
        words = [
            f"{kind} of layer {number + 1} {value:.2f}"
            for number, kind, index, *_ in self.edges
            if not np.isnan(value := _value(session.moment.params, number, kind, index))
        ]
        return "Network: " + ", ".join(words) + "."


def _column(number: int, size: int) -> list[tuple[float, float]]:
    return [(number, y) for y in np.linspace(0.8, -0.8, size)] if size > 1 else [(number, 0.2)]


def _beside(kind: str, start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Where a line's number stands: above its middle; for a bias, to the left of it."""
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    return (x, y + 0.16) if kind == "W" else (x - 0.16, y - 0.25)


def _unit(axes: Axes, place: tuple[float, float], label: str, size: float = 22) -> tuple[Artist, Artist]:
    (circle,) = axes.plot(
        *place, "o", markersize=size, markerfacecolor="white", markeredgecolor="black", zorder=3
    )
    return circle, axes.text(*place, label, ha="center", va="center_baseline", fontsize=11, zorder=4)


def _value(params: list[Layer], number: int, kind: str, index: tuple[int, int]) -> float:
    array = getattr(params[number], kind)
    return np.nan if array is None else float(array[index])
