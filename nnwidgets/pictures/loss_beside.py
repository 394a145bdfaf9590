"""The loss over training, beside that of the best constant answer, in a frame that follows it."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes

from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.session.training import Session
from workbook.baselines import constant_loss
from workbook.plots import BLUE

SEEN = (1e-300, 1e300)  # a loss outside is not drawn
NUMBERS = (1, 2, 5)  # where the axis may begin and end, times a power of ten


class LossBesideConstant(LossOverTraining):
    """The loss, step by step; dotted, that of the best answer that is the same for every row.

    The frame grows to the next 1, 2 or 5 where the loss leaves it. A constant without loss has no line.
    early: the first ten steps have as much room as the rest.
    """

    def __init__(self, axes: Axes, session: Session, early: bool = True) -> None:
        super().__init__(axes, session, (0.1, 10), (BLUE, BLUE), early)
        axes.set_title("loss; dotted: best constant", loc="left", fontsize=10.5)
        axes.set_ylabel("")
        axes.minorticks_off()
        (constant,) = axes.plot([], [], color="0.35", linewidth=1.3, linestyle=":")
        self.artists |= {"best_constant": constant}
        self._frame: tuple[object, float, float] = (None, 0.0, 0.0)

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; other data, another network or loss bring another frame."""
        best = self._best(session)
        news = super().show(session)
        self._make_room([loss for loss in (*news["loss"][1], best) if SEEN[0] < loss < SEEN[1]], session)
        return news | {"best_constant": ([0, session.steps], [best, best]) if best > 0 else ([], [])}

    def said(self, session: Session) -> str:
        """Say the loss, and the best constant's."""
        return f"Loss: {session.moment.loss:.3g}; of the best constant answer: {self._best(session):.3g}."

    def _best(self, session: Session) -> float:
        return constant_loss(session.experiment.loss, session.experiment.dataset)

    def _make_room(self, losses: list[float], session: Session) -> None:
        asked, low, high = self._frame
        experiment = session.experiment
        now = experiment.dataset, experiment.network, experiment.loss
        if asked != now:
            low, high = math.inf, 0.0
        if not losses or (asked == now and low <= min(losses) and max(losses) <= high):
            return
        low, high = min(low, round_number(min(losses), -1)), max(high, round_number(max(losses), 1))
        if low == high:
            low, high = low / 2, high * 2
        self._frame = now, low, high
        ticks = axis_numbers(low, high)
        self.axes.set_ylim(low, high)
        self.axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])


def round_number(value: float, way: int) -> float:
    """Return the next 1, 2 or 5 times a power of ten, at or below (way -1), at or above (1)."""
    decade = math.floor(math.log10(value))
    numbers = [float(f"{number}e{decade + more}") for more in (-1, 0, 1) for number in NUMBERS]
    return max(n for n in numbers if n <= value) if way < 0 else min(n for n in numbers if n >= value)


def axis_numbers(low: float, high: float) -> list[float]:
    """Return about five round numbers from low to high, on a logarithmic scale."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    apart = max(1, math.ceil((last - first) / 4))
    wanted = NUMBERS if last - first <= 2 else (1,)
    numbers = (float(f"{number}e{decade}") for decade in range(first, last + 1, apart) for number in wanted)
    return [number for number in numbers if low * 0.999 <= number <= high * 1.001]
