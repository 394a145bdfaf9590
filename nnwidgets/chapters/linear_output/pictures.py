"""The pictures of the linear-output chapter: the fit with its hinges, and the output unit from inside."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.pictures import LossOverTraining
from nnwidgets.session.session import Session
from workbook import Dataset
from workbook.measures.output_unit import OutputUnit, hinges, output_unit, straight_line_error
from workbook.plots import BLUE, GREEN, VERMILION, tidy

FAR = 0.25  # a hinge beyond it has left the edge where all of them start
THIN = 4  # of the 201 rows every fourth is drawn
LOWEST = 1e-9  # a gradient below it is drawn as nothing
HALF_HEIGHTS = (2.0, 10.0, 50.0, 250.0, 1250.0)


def state(session: Session) -> OutputUnit:
    """Return the output unit's state at the moment that is shown."""
    return output_unit(session.main.trainer.experiment, session.moment.params)


def _x(session: Session) -> np.ndarray:
    return session.main.trainer.experiment.dataset.inputs[::THIN, 0]


class Fit:
    """The target, what the network says, and a tick where each hidden unit bends."""

    def __init__(self, axes: Axes, session: Session) -> None:
        self.axes = tidy(axes, "", "x", "output")
        (target,) = axes.plot([], [], color="0.6", linewidth=4)
        (other,) = axes.plot([], [], color=VERMILION, linestyle="--", linewidth=1.4)
        (fit,) = axes.plot([], [], color=BLUE, linewidth=1.8)
        (ticks,) = axes.plot([], [], "|", color=GREEN, markersize=13, markeredgewidth=1.2)
        self.count = axes.text(0, 1.02, "", transform=axes.transAxes, fontsize=9.5, color=GREEN, va="bottom")
        axes.set_xlim(-0.03, 1.03)
        self._named: list[str] = []
        self.artists = {
            "target": target,
            "compared_fit": other,
            "fit": fit,
            "hinges": ticks,
            "count": self.count,
        }

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the limits go with the targets."""
        x = _x(session)
        targets = session.main.trainer.experiment.dataset.targets[::THIN, 0]
        low, high = targets.min() - 0.8 * np.ptp(targets), targets.max() + 0.5 * np.ptp(targets)
        if self.axes.get_ylim() != (low, high):
            self.axes.set_ylim(low, high)
        first, *others = (h.at(session.step).outputs[::THIN, 0] for h in session.histories.values())
        self._name(["target", *session.histories])
        where = hinges(session.moment.params)
        inside = where[(where >= 0) & (where <= 1)]
        return {
            "target": (x, targets),
            "fit": (x, first),
            "compared_fit": (x, others[0]) if others else ([], []),
            "hinges": (inside, np.full_like(inside, low + 0.14 * (high - low))),
            "count": f"ticks: {self._count(session)}",
        }

    def _name(self, names: list[str]) -> None:
        """Name the curves that are drawn: the target, the network, and the compared one if there is one."""
        if names != self._named:
            curves = [self.artists[name] for name in ("target", "fit", "compared_fit")][: len(names)]
            self.axes.legend(curves, names, loc="upper left", frameon=False, handlelength=1.6)
            self._named = names

    def said(self, session: Session) -> str:
        """Say how far off the fit is, and where the hinges are."""
        outputs = session.moment.outputs[:, 0]
        return (
            f"Fit: at x = 0, 0.5 and 1 the network says {outputs[0]:.2f}, {outputs[len(outputs) // 2]:.2f} "
            f"and {outputs[-1]:.2f}. {self._count(session)}."
        )

    def _count(self, session: Session) -> str:
        where = hinges(session.moment.params)
        inside, far = ((where >= low) & (where <= 1) for low in (0, FAR))
        return f"{inside.sum()} of {where.size} bend in [0, 1], {far.sum()} past {FAR:g}"


class WeightedSum:
    """The output unit's weighted sum z at each x; below the line at 0 lies the shaded side."""

    def __init__(self, axes: Axes, session: Session) -> None:
        self.axes = tidy(axes, "weighted sum z of the output", "", "")
        axes.axhspan(-1e6, 0, color="0.5", alpha=0.18, linewidth=0)
        axes.axhline(0, color="0.4", linewidth=0.8)
        (line,) = axes.plot([], [], color=BLUE, linewidth=1.8)
        axes.set_xlim(-0.03, 1.03)
        axes.tick_params(labelbottom=False)
        self.artists = {"z": line}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the limits jump, by fives, to where z has room."""
        z = state(session).z[::THIN]
        with np.errstate(invalid="ignore"):
            needed = np.abs(z).max()
        half = next((half for half in HALF_HEIGHTS if not needed > half), HALF_HEIGHTS[-1])
        if self.axes.get_ylim()[1] != half:
            self.axes.set_ylim(-half, half)
        return {"z": (_x(session), z)}

    def said(self, session: Session) -> str:
        """Say on how many rows z is 0 or less."""
        z = state(session).z
        return f"Output unit: its weighted sum is 0 or less on {(z <= 0).sum()} of {z.size} rows."


class Gradients:
    """The gradient that reaches the output unit at each x, and what is left of it after the unit's slope."""

    def __init__(self, axes: Axes, session: Session) -> None:
        tidy(axes, "gradient at y (dashed), at z", "x", "")
        axes.set_yscale("log")
        axes.set_ylim(1e-8, 1)
        axes.set_yticks([1e-8, 1e-6, 1e-4, 1e-2, 1])
        axes.set_xlim(-0.03, 1.03)
        (above,) = axes.plot([], [], color="black", linestyle="--", linewidth=1.2, label="at y")
        (left,) = axes.plot([], [], color=BLUE, linewidth=1.8, label="at z")
        self.nothing = axes.text(
            0.5, 0.1, "", transform=axes.transAxes, ha="center", va="bottom", fontsize=9, color=BLUE
        )
        self.artists = {"above": above, "left": left, "nothing": self.nothing}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session."""
        unit, x = state(session), _x(session)
        return {
            "above": (x, _drawn(unit.from_above)),
            "left": (x, _drawn(unit.at_z)),
            "nothing": "at z: exactly 0 on every row" if not unit.at_z.any() else "",
        }

    def said(self, session: Session) -> str:
        """Say how much of the gradient is left."""
        unit = state(session)
        above, left = (np.abs(gradient).max() for gradient in (unit.from_above, unit.at_z))
        return f"Largest gradient over the rows: {above:.2g} at y, {left:.2g} at z."


def _drawn(gradient: np.ndarray) -> np.ndarray:
    size = np.abs(gradient[::THIN])
    return np.where(size > LOWEST, size, np.nan)


class LossAndLine(LossOverTraining):
    """The loss over training, in the colours of the fit, and that of the best straight line, dotted."""

    def __init__(self, axes: Axes, session: Session) -> None:
        super().__init__(axes, session, (1e-5, 20))
        axes.set_title("loss; dotted: best line", loc="left", fontsize=10.5)
        axes.set_ylabel("")
        axes.locator_params(axis="x", nbins=3)
        self.artists["loss"].set_color(BLUE)
        self.artists["compared_loss"].set_color(VERMILION)
        (line,) = axes.plot([], [], color="0.5", linewidth=1.2, linestyle=":")
        self.artists |= {"best_line": line}
        self._known: tuple[Dataset, float] | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session."""
        dataset = session.main.trainer.experiment.dataset
        if self._known is None or self._known[0] is not dataset:
            self._known = dataset, straight_line_error(dataset)
        return super().show(session) | {"best_line": ([0, session.steps], [self._known[1]] * 2)}
