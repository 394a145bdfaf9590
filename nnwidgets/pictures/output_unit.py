"""The output unit from inside: its weighted sum, the gradient before and after its slope; and the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.fit import COLOURS, across, rows_drawn
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.session.training import Session
from workbook import Dataset
from workbook.measures.output_unit import OutputUnit, output_unit, straight_line_error
from workbook.plots import BLUE, tidy

LOWEST = 1e-9  # a gradient below it is drawn as nothing
HALF_HEIGHTS = (2.0, 10.0, 50.0, 250.0, 1250.0)


def state(session: Session) -> OutputUnit:
    """Return the output unit's state at the moment that is shown, of the first experiment."""
    return output_unit(session.experiment, session.moment.params)


class WeightedSum:
    """The output unit's weighted sum z at each x; below the line at 0 lies the shaded side."""

    def __init__(self, axes: Axes, session: Session) -> None:
        self.axes = tidy(axes, "weighted sum z", "", "")
        axes.axhspan(-1e6, 0, color="0.5", alpha=0.18, linewidth=0)
        axes.axhline(0, color="0.4", linewidth=0.8)
        (line,) = axes.plot([], [], color=BLUE, linewidth=1.8)
        axes.set_xlim(*across(session.experiment))
        axes.tick_params(labelbottom=False)
        self.artists = {"z": line}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the limits jump, by fives, to where z has room."""
        rows = rows_drawn(session.experiment)
        z = state(session).z[rows]
        with np.errstate(invalid="ignore"):
            needed = np.abs(z).max()
        half = next((half for half in HALF_HEIGHTS if not needed > half), HALF_HEIGHTS[-1])
        if self.axes.get_ylim()[1] != half:
            self.axes.set_ylim(-half, half)
        return {"z": (session.experiment.dataset.inputs[rows, 0], z)}

    def said(self, session: Session) -> str:
        """Say on how many rows z is 0 or less."""
        z = state(session).z
        return f"Output unit: its weighted sum is 0 or less on {(z <= 0).sum()} of {z.size} rows."


class Gradients:
    """The gradient that reaches the output unit at each x, and what is left of it after the unit's slope.

    That nothing is left is not said before the first step: it may be what a learner is to foresee.
    """

    def __init__(self, axes: Axes, session: Session) -> None:
        self.axes = tidy(axes, "gradient at y (dashed), z", "x", "")
        axes.set_yscale("log")
        axes.set_ylim(1e-8, 1)
        axes.set_yticks([1e-8, 1e-6, 1e-4, 1e-2, 1])
        axes.set_xlim(*across(session.experiment))
        (above,) = axes.plot([], [], color="black", linestyle="--", linewidth=1.2, label="at y")
        (left,) = axes.plot([], [], color=BLUE, linewidth=1.8, label="at z")
        self.nothing = axes.text(
            0.5, 0.1, "", transform=axes.transAxes, ha="center", va="bottom", fontsize=9, color=BLUE
        )
        self.artists = {"above": above, "left": left, "nothing": self.nothing}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session."""
        unit, rows = state(session), rows_drawn(session.experiment)
        x = session.experiment.dataset.inputs[rows, 0]
        return {
            "above": (x, _seen(unit.from_above[rows])),
            "left": (x, _seen(unit.at_z[rows])),
            "nothing": "at z: exactly 0 on every row" if session.step and not unit.at_z.any() else "",
        }

    def said(self, session: Session) -> str:
        """Say how much of the gradient is left."""
        unit = state(session)
        above, left = (np.abs(gradient).max() for gradient in (unit.from_above, unit.at_z))
        at_z = f", {left:.2g} at z" if session.step or left else ""
        return f"Largest gradient over the rows: {above:.2g} at y{at_z}."


def _seen(gradient: np.ndarray) -> np.ndarray:
    size = np.abs(gradient)
    return np.where(size > LOWEST, size, np.nan)


class LossAndLine(LossOverTraining):
    """The loss over training, in the colours of the fit, and that of the best straight line, dotted."""

    def __init__(self, axes: Axes, session: Session, limits: tuple[float, float]) -> None:
        super().__init__(axes, session, limits, COLOURS)
        axes.set_title("loss; dotted: best line", loc="left", fontsize=10.5)
        axes.set_ylabel("")
        (line,) = axes.plot([], [], color="0.5", linewidth=1.2, linestyle=":")
        self.artists |= {"best_line": line}
        self._known: tuple[Dataset, float] | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the dotted line follows the targets."""
        dataset = session.experiment.dataset
        if self._known is None or self._known[0] is not dataset:
            self._known = dataset, straight_line_error(dataset)
        return super().show(session) | {"best_line": ([0, session.steps], [self._known[1]] * 2)}
