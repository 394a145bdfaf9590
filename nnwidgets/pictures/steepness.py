"""How steep the valley is in which training stands, step by step, beside what its steps can hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.following import Following
from nnwidgets.pictures.training import Steps
from nnwidgets.session.history import History, Moment
from nnwidgets.session.training import Session
from workbook.measures.curvature import extremes
from workbook.plots import BLUE, VERMILION, tidy

EARLY, EVERY = 20, 5  # steps: a measurement takes as long as ten of them


class CurvatureOverTraining:
    """The curvature at each remembered step, and a dotted line at 2 / step size, above which steps overshoot.

    Curvature is the largest eigenvalue of the loss's second derivatives on the whole data set. limits: of the
    axis at the start of a run. Measured are the first steps, every fifth later one, and the one shown.
    """

    def __init__(self, axes: Axes, session: Session, limits: tuple[float, float]) -> None:
        self.axes = tidy(axes, "curvature; dotted: 2 / step size", "step", "")
        axes.set_yscale("log")
        axes.minorticks_off()
        (line,) = axes.plot([], [], color=BLUE, linewidth=1.8, marker="o", markevery=[-1], markersize=4)
        (limit,) = axes.plot([], [], color=VERMILION, linewidth=1.4, linestyle=":")
        self.steps = Steps(axes, session, early=True)
        self.frame = Following(axes.yaxis, limits)
        self.artists = {"curvature": line, "held": limit}
        self._known: dict[int, tuple[Moment, float]] = {}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        self.steps.follow(session)
        moments = _measured(session.main.until(session.step))
        curved = [self._curvature(session.main, moment) for moment in moments]
        limit = 2 / session.experiment.step_size
        known = [value for value in curved if np.isfinite(value) and value > 0]
        self.frame.follow([*known, limit], again=session.step == 0)
        return {
            "curvature": ([moment.step for moment in moments], curved),
            "held": ([0, session.steps], [limit, limit]),
        }

    def said(self, session: Session) -> str:
        """Say the curvature, and what the steps hold."""
        curved = self._curvature(session.main, session.moment)
        return f"Curvature: {curved:.3g}; steps of this size hold {2 / session.experiment.step_size:.3g}."

    def _curvature(self, history: History, moment: Moment) -> float:
        """Return the curvature at a moment, as it was measured when it was first shown."""
        before = self._known.get(moment.step)
        if before is None or before[0] is not moment:
            self._known[moment.step] = moment, extremes(history.trainer.experiment, moment.params)[1]
        return self._known[moment.step][1]


def _measured(moments: list[Moment]) -> list[Moment]:
    return [moment for moment in moments[:-1] if moment.step < EARLY or not moment.step % EVERY] + moments[
        -1:
    ]
