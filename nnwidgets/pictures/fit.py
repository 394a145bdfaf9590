"""The fit of a network with one input: what it says, what it should say, and where its units bend."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.following import Following
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.measures.output_unit import hinges
from workbook.plots import BLUE, GREEN, VERMILION, tidy

POINTS = 51  # rows that are drawn: enough for a curve, and quick to send
MOST = 100.0  # spans of the targets that the frame grows by: beyond, the answers leave it
COLOURS = (BLUE, VERMILION)  # of the network that is trained, and of the one beside it


def rows_drawn(experiment: Experiment) -> np.ndarray:
    """Return which rows a picture over x draws, in order of x: at most 51, evenly spread."""
    order = np.argsort(experiment.dataset.inputs[:, 0], kind="stable")
    return order[np.linspace(0, len(order) - 1, min(len(order), POINTS)).round().astype(int)]


def across(experiment: Experiment) -> tuple[float, float]:
    """Return the limits of a picture over x: the data's, and a little room."""
    x = experiment.dataset.inputs[:, 0]
    margin = 0.03 * float(np.ptp(x))
    return float(x.min()) - margin, float(x.max()) + margin


class Fit:
    """The target, what the network says, and a tick where each unit of the first layer bends.

    A compared experiment is dashed. far: hinges beyond this x are counted. The frame is that of the
    targets; it grows where an answer leaves it.
    """

    def __init__(self, axes: Axes, session: Session, far: float) -> None:
        self.far = far
        self.axes = tidy(axes, "", "x", "output")
        (target,) = axes.plot([], [], color="0.6", linewidth=4)
        (other,) = axes.plot([], [], color=COLOURS[1], linestyle="--", linewidth=1.4)
        (fit,) = axes.plot([], [], color=COLOURS[0], linewidth=1.8)
        (ticks,) = axes.plot([], [], "|", color=GREEN, markersize=13, markeredgewidth=1.2)
        # What stands there first only keeps the place free.
        self.count = axes.text(
            0, 1.02, self._count(session), transform=axes.transAxes, fontsize=9.5, color=GREEN, va="bottom"
        )
        axes.set_xlim(*across(session.experiment))
        self.frame = Following(axes.yaxis, _frame(session.experiment), MOST)
        self.curves, self._named = (target, fit, other), [""]
        self.artists = {
            "target": target,
            "compared_fit": other,
            "fit": fit,
            "hinges": ticks,
            "count": self.count,
        }

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the limits go with the targets."""
        dataset, rows = session.experiment.dataset, rows_drawn(session.experiment)
        x, targets = dataset.inputs[rows, 0], dataset.targets[rows, 0]
        first, *others = (h.at(session.step).outputs[rows, 0] for h in session.histories.values())
        frame = _frame(session.experiment)
        if frame != self.frame.first:
            self.frame = Following(self.axes.yaxis, frame, MOST)
        self.frame.follow(first, *others, again=session.step == 0)
        low, high = self.axes.get_ylim()
        self._name(["target", *session.histories])
        where = hinges(session.moment.params)
        seen = where[(where >= x[0]) & (where <= x[-1])]
        return {
            "target": (x, targets),
            "fit": (x, first),
            "compared_fit": (x, others[0]) if others else ([], []),
            "hinges": (seen, np.full_like(seen, low + 0.14 * (high - low))),
            "count": self._count(session),
        }

    def said(self, session: Session) -> str:
        """Say how far off the fit is, and where the hinges are."""
        rows = rows_drawn(session.experiment)
        three = [rows[0], rows[len(rows) // 2], rows[-1]]
        places, says = (
            [f"{numbers[row, 0]:{digits}}" for row in three]
            for numbers, digits in (
                (session.experiment.dataset.inputs, "g"),
                (session.moment.outputs, ".2f"),
            )
        )
        return f"Fit: at x = {_listed(places)} the network says {_listed(says)}. {self._bend(session)}."

    def _name(self, names: list[str]) -> None:
        """Name the curves that are drawn: the target, the network, and the compared one if there is one."""
        if names != self._named:
            curves = self.curves[: len(names)]
            self.axes.legend(curves, names, loc="upper left", frameon=False, handlelength=1.6)
            self._named = names

    def _count(self, session: Session) -> str:
        return f"ticks: {self._bend(session)}"

    def _bend(self, session: Session) -> str:
        where, x = hinges(session.moment.params), session.experiment.dataset.inputs
        past = (where > self.far) & (where < x.max())
        return f"{past.sum()} of {where.size} units bend past x = {self.far:g}"


def _frame(experiment: Experiment) -> tuple[float, float]:
    targets = experiment.dataset.targets[rows_drawn(experiment), 0]
    low, high, span = targets.min(), targets.max(), np.ptp(targets)
    return float(low - 0.8 * span), float(high + 0.5 * span)


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
