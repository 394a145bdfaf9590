"""What each hidden unit of a network with one input adds to its answer, over that input."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnwidgets.pictures.following import Following
from nnwidgets.session.training import Session
from workbook import Dataset
from workbook.measures.bend import added
from workbook.plots import BLUE, tidy

POINTS = 61  # of a curve
MARGIN = 0.05  # of the data's span, on both sides
CURVES = 60  # so many units are drawn, evenly spread over all


class AddedByUnits:
    """A thin curve for each unit of the last hidden layer: its output times its weight to the first output.

    Each is drawn from its own mean over the data, so that what differs is the shape: where a curve is
    straight, its unit only adds a straight line. limits: of the axis at the start of a run; it follows.
    """

    def __init__(self, axes: Axes, session: Session, limits: tuple[float, float] = (-1, 1)) -> None:
        self.axes = tidy(axes, "what each hidden unit adds, less its mean", "", "")
        axes.axhline(0, color="0.6", linewidth=0.8)
        self.frame = Following(axes.yaxis, limits)
        curves = axes.add_collection(
            LineCollection([], colors=[BLUE], linewidths=0.9, alpha=0.55), autolim=False
        )
        self.artists = {"added": curves}
        self._data: Dataset | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; other inputs bring another frame across."""
        data, network = session.experiment.dataset, session.experiment.network
        if self._data is not data:
            self._data = data
            low, span = data.inputs.min(), np.ptp(data.inputs)
            self.grid = np.linspace(low - MARGIN * span, low + (1 + MARGIN) * span, POINTS)
            self.axes.set_xlim(self.grid[0], self.grid[-1])
        curves = added(network, session.moment.params, self.grid.reshape(-1, 1)).T
        with np.errstate(invalid="ignore"):
            curves = curves - curves.mean(axis=1, keepdims=True)
        if len(curves) > CURVES:
            curves = curves[np.linspace(0, len(curves) - 1, CURVES).round().astype(int)]
        self.frame.follow(curves.ravel(), again=session.step == 0)
        return {"added": [np.column_stack([self.grid, curve]) for curve in curves]}

    def said(self, session: Session) -> str:
        """Say how much of the largest curve there is."""
        curves = added(session.experiment.network, session.moment.params, session.experiment.dataset.inputs)
        with np.errstate(all="ignore"):
            spans = np.ptp(curves, axis=0)
        return (
            f"Hidden units: over the data each changes the answer by {spans.min():.2g} to {spans.max():.2g}."
        )
