"""The answers of a network beside the targets."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.session.training import Session
from workbook import Dataset
from workbook.plots import BLUE, ORANGE, tidy

ROWS = 150  # points that are shown of larger data sets


class AnswersOverTargets:
    """What the network says to each row, over the row's target. On the diagonal it is right.

    Rings are the experiment that is compared. Answers beyond the frame are triangles at its edge, with the
    farthest of each side beside them as a number. One output.
    """

    def __init__(self, axes: Axes, session: Session) -> None:
        self.axes = tidy(axes, "", "target", "answer")
        axes.axline((0, 0), slope=1, color="0.6", linewidth=0.8, zorder=1)
        (mean,) = axes.plot([], [], ":", color="black", linewidth=1.2)
        # What stands there first only keeps the place free.
        self.text = axes.text(
            0, 1.02, _in_words(np.full(2, -999.99)), transform=axes.transAxes, va="bottom", fontsize=10.5
        )
        ring: dict[str, Any] = {"color": ORANGE, "fillstyle": "none", "markersize": 9, "markeredgewidth": 1.6}
        point: dict[str, Any] = {"color": BLUE, "markersize": 6}
        self.artists: dict[str, Any] = {"mean": mean, "answer": self.text}
        words: dict[str, Any] = {"transform": axes.transAxes, "fontsize": 9, "color": BLUE, "ha": "center"}
        self.artists["beyond"] = [
            axes.text(0.5, 0.92, "", va="top", **words),
            axes.text(0.5, 0.08, "", va="bottom", **words),
        ]
        for name, style in (("compared_answers", ring), ("answers", point)):
            self.artists[name] = [axes.plot([], [], shape, **style)[0] for shape in "o^v"]
        self._data: Dataset | None = None
        self._frame(session.experiment.dataset)

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session at the step that is shown."""
        data = session.experiment.dataset
        self._frame(data)
        targets = data.targets[:ROWS, 0]
        first, *others = (history.at(session.step).outputs for history in session.histories.values())
        mean = float(data.targets.mean())
        return {
            "answers": self._placed(targets, first),
            "compared_answers": self._placed(targets, others[0]) if others else [([], [])] * 3,
            "mean": (self.axes.get_xlim(), [mean, mean]),
            "answer": _in_words(first[:, 0]),
            "beyond": self._beyond(first),
        }

    def said(self, session: Session) -> str:
        """Say the first answers beside their targets."""
        pairs = zip(session.moment.outputs[:3, 0], session.experiment.dataset.targets[:3, 0], strict=True)
        return "Answers: " + ", ".join(f"{y:.4g} where {t:.4g} is right" for y, t in pairs) + "."

    def _frame(self, data: Dataset) -> None:
        """Put the targets in the middle, when the data are others than before."""
        if self._data is data:
            return
        self._data = data
        low, high = data.targets[:ROWS].min(), data.targets[:ROWS].max()
        middle, half = (low + high) / 2, max(0.7 * (high - low), 2.4)
        self.axes.set_xlim(middle - half, middle + half)
        self.axes.set_ylim(middle - half, middle + half)

    def _placed(self, targets: np.ndarray, outputs: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the places of the answers inside the frame, of those above it, and of those below."""
        said, (low, high) = outputs[:ROWS, 0], self.axes.get_ylim()
        margin = 0.03 * (high - low)
        places = np.clip(said, low + margin, high - margin)
        parts = ((low <= said) & (said <= high), said > high, said < low)
        return [(targets[part], places[part]) for part in parts]

    def _beyond(self, outputs: np.ndarray) -> list[str]:
        """Return the farthest answer above the frame, and the farthest below it, in words."""
        said, (low, high) = outputs[:ROWS, 0], self.axes.get_ylim()
        above, below = said[said > high], said[said < low]
        return [
            f"up to {_number(above.max())}" if len(above) else "",
            f"down to {_number(below.min())}" if len(below) else "",
        ]


def _number(y: float) -> str:
    return (f"{y:.2f}" if abs(y) < 1000 else f"{y:.1e}").replace("-", "\N{MINUS SIGN}")


def _in_words(outputs: np.ndarray) -> str:
    if not np.isfinite(outputs).all():
        return "no answer: overflow"
    if len(outputs) > 2:
        return "the network's answers"
    return "the network says " + " and ".join(_number(y) for y in outputs)
