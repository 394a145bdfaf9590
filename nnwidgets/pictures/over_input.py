"""What a network of one input says, over that input, beside the targets."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.answering import Asked, evenly
from workbook import Dataset
from workbook.plots import SERIES, tidy

POINTS = 101  # of a curve
ROWS = 150  # targets that are drawn
CURVES = 4  # outputs that are drawn


class OverInput:
    """A curve for each output, the first four, and the targets as dots: over the one input.

    The frame is that of the targets, with room for a curve to leave them; it grows no further.
    """

    def __init__(self, axes: Axes, session: Asked) -> None:
        data = session.experiment.dataset
        self.axes = tidy(axes, "", (data.input_names or ("x",))[0], "output")
        self.outputs = range(min(CURVES, data.targets.shape[1]))
        colours = [SERIES[output] for output in self.outputs]
        self.dots = [axes.plot([], [], "o", color=c, markersize=4, alpha=0.55)[0] for c in colours]
        self.curves = [axes.plot([], [], color=c, linewidth=2)[0] for c in colours]
        self.artists: dict[str, Any] = {"targets": self.dots, "fit": self.curves}
        names = data.target_names or tuple(f"output {output + 1}" for output in self.outputs)
        if len(self.outputs) == 1:
            self.dots[0].set_color("0.45")
            axes.legend([self.dots[0], self.curves[0]], ["target", "network"], **_ABOVE)
        else:
            axes.legend(self.curves, names[: len(self.curves)], **_ABOVE)
        self._data: Dataset | None = None

    def show(self, session: Asked) -> dict[str, Any]:
        """Ask the network all along the input."""
        data, news = session.experiment.dataset, {}
        if self._data is not data:
            self._data = data
            self._frame(data)
            rows = evenly(len(data), ROWS)
            news["targets"] = [(data.inputs[rows, 0], data.targets[rows, k]) for k in self.outputs]
        said = session.answer_to(self.grid.reshape(-1, 1))
        news["fit"] = [(self.grid, said[:, k]) for k in self.outputs]
        return news

    def said(self, session: Asked) -> str:
        """Say the answers at three places."""
        x = self.grid[[0, POINTS // 2, -1]]
        said = session.answer_to(x.reshape(-1, 1))[:, 0]
        return "Fit: " + ", ".join(f"{y:.3g} at {at:.3g}" for at, y in zip(x, said, strict=True)) + "."

    def _frame(self, data: Dataset) -> None:
        x, t = data.inputs[:, 0], data.targets[:, : len(self.outputs)]
        across, up = float(np.ptp(x)) or 1.0, float(np.ptp(t)) or 1.0
        self.grid = np.linspace(x.min() - 0.05 * across, x.max() + 0.05 * across, POINTS)
        self.axes.set_xlim(self.grid[0], self.grid[-1])
        self.axes.set_ylim(t.min() - 0.4 * up, t.max() + 0.4 * up)


_ABOVE: dict[str, Any] = {
    "loc": "lower left", "bbox_to_anchor": (-0.02, 1), "ncols": 4, "frameon": False,
    "handlelength": 1.2, "borderaxespad": 0.1,
}  # fmt: skip
