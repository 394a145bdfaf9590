"""The panel of a gradient check: it looks like the others, but there is nothing to play."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets
import numpy as np

from nnwidgets.chapters.gradient_checking.check import THRESHOLD, Check, GradientCheck, Mystery
from nnwidgets.chapters.gradient_checking.pictures import ErrorAgainstWidth, ErrorMap, NumericAgainstAnalytic
from nnwidgets.live_figure import PointerEvent
from nnwidgets.panel.panel import Panel
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook.plots import new_figure


class CheckPanel(Panel):
    """A view of one check. With a prediction, the outcome shows once that is answered and Check pressed."""

    def __init__(self, check: Check, prediction: Prediction | None = None, goal: Goal | None = None) -> None:
        check.shown = prediction is None
        figure = new_figure(9.2, 3.7)
        axes = figure.subplot_mosaic("MNW", width_ratios=(1.15, 0.95, 1.15))
        self.map, self.by_width = ErrorMap(axes["M"]), ErrorAgainstWidth(axes["W"])
        pictures = [self.map, NumericAgainstAnalytic(axes["N"]), self.by_width]
        super().__init__(check, figure, pictures, prediction, goal)
        self.live.on_press(self._press)
        self.live.on_drag(self._drag)
        self._draw()

    def __repr__(self) -> str:
        # Rounding errors differ from one processor to the next: the stored line names only the others.
        report = self.session.report
        error = "below 1e-06" if report.relative_error < THRESHOLD else f"{report.relative_error:.1e}"
        outcome = (
            f"{_verdict(report.passed)}, relative error {error}" if self.session.shown else "not made yet"
        )
        return f"{type(self.session).__name__}({outcome})"

    def show_error(self, error: Exception) -> None:
        """Show what went wrong; what the check refuses is a plain sentence."""
        super().show_error(error)
        self.error.value = self.error.value.removeprefix("ValueError: ")

    def headline(self) -> str:
        """Say what came of the check, and what it says of the parameter that is looked at."""
        check, row = self.session, self.session.parameter
        if not check.shown:
            return "the check has not been made yet"
        name = f"{row.kind}[{row.index[0]}, {row.index[1]}]" if row.kind == "W" else f"b[{row.index[1]}]"
        return (
            f"{_verdict(check.report.passed)}: relative error {check.report.relative_error:.1e}. "
            f"{name} of layer {row.layer + 1} is {check.value:.3f}: analytic {row.analytic:.4g}, numeric "
            f"{row.numeric:.4g}, error {'at a kink' if row.kink else f'{row.error:.1e}'}"
        )

    def _refresh(self) -> None:
        check = self.session
        waiting = self.prediction is not None and not check.shown
        locked = waiting and not self.prediction.answered
        self.check_button.disabled = not waiting or locked
        self.worst_button.disabled = not check.shown
        if waiting and not locked:
            self.prediction.result.value = "Noted. Now press Check below, and see."
        self.status.value = self.headline() + (" (answer the prediction above first)" if locked else "")
        self.live.alt = " ".join(picture.said(check) for picture in self.pictures)
        if self.goal and check.shown:
            self.goal.look(check)
        if self.prediction and check.shown:
            self.prediction.reveal()

    def _transport(self) -> ipywidgets.Widget:
        self.check_button = self._button("Check", "check", "compare the two gradients", self._check)
        self.worst_button = self._button(
            "Worst", "exclamation", "look at the parameter with the largest error", self._worst
        )
        seed = self._button("New seed", "random", "other parameters", self.session.new_seed, "110px")
        return ipywidgets.Box([self.check_button, self.worst_button, seed]).add_class("workbook-row")

    def _check(self) -> None:
        if self.prediction is None or self.prediction.answered:
            self.session.shown = True

    def _worst(self) -> None:
        self.session.chosen = self.session.report.parameters.index(self.session.report.worst())

    def _save(self, kind: str) -> Callable[[], None]:
        return lambda: self.live.download(kind, f"gradient-check.{kind}")

    def _press(self, event: PointerEvent) -> None:
        if event.name == "edges" and event.index is not None:
            self.session.chosen = event.index
        self._drag(event)

    def _drag(self, event: PointerEvent) -> None:
        if event.inaxes is self.by_width.axes and event.xdata and self.session.shown:
            low, high = type(self.session).width.low, type(self.session).width.high
            self.session.width = float(np.clip(event.xdata, low, high))


def _verdict(passed: bool) -> str:
    return "passed" if passed else "FAILED"


def panel(prediction: Prediction | None = None, goal: Goal | None = None, **settings: Any) -> CheckPanel:
    """Return the panel of a check. settings: its knobs, such as fault="missing output derivative"."""
    return CheckPanel(GradientCheck(**settings), prediction, goal)


def mystery(number: int, **settings: Any) -> CheckPanel:
    """Return the panel of a check with a fault that it does not name."""
    return CheckPanel(Mystery(number, **settings))
