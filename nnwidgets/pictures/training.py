"""Training over its steps: what the network says, and the loss."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes

from nnwidgets.pictures.following import Following
from nnwidgets.pictures.picture import POINTS, drawn, early_ones, thinned
from nnwidgets.session.history import History, Moment
from nnwidgets.session.training import Session
from workbook.plots import SERIES, tidy


class Steps:
    """An axis of training steps. early: the first ten have as much room as all the later ones."""

    def __init__(self, axes: Axes, session: Session, early: bool = False) -> None:
        self.axes, self.early, self.length = axes, early, 0
        if early:
            axes.set_xscale("symlog", linthresh=10, linscale=1.6)
        self.follow(session)

    def follow(self, session: Session) -> bool:
        """Give the axis the session's length; return whether it has changed."""
        if self.length == session.steps:
            return False
        self.length = session.steps
        self.axes.set_xlim(0, session.steps)
        if self.early:
            ticks = [0, 2, 4, 6, 8, 10, *(10**k for k in range(2, 7) if 10**k <= session.steps)]
            self.axes.set_xticks(ticks, [f"{tick:,}".replace(",", "\N{NO-BREAK SPACE}") for tick in ticks])
        else:
            self.axes.locator_params(axis="x", nbins=3)  # few numbers: they may have five digits
        return True


class OutputsOverTraining:
    """What the network says to each row, step by step; a compared experiment is dashed."""

    def __init__(self, axes: Axes, session: Session) -> None:
        data = session.experiment.dataset
        self.axes = tidy(axes, "", "step", "output (dotted: target)")
        lines, others = [], []
        for row, (x, t) in enumerate(zip(data.inputs[:, 0], data.targets[:, 0], strict=True)):
            axes.axhline(t, color=SERIES[row], linewidth=0.8, linestyle=":")
            lines += axes.plot([], [], color=SERIES[row], label=f"input {x:g}")
            others += axes.plot([], [], color=SERIES[row], linestyle="--", linewidth=1.2)
        axes.set_ylim(-0.05, 1.05)
        self.steps = Steps(axes, session)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=2, frameon=False, handlelength=1.2)
        self.lines, self.others = lines, others
        self.artists = {"outputs": lines, "compared": others}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        self.steps.follow(session)
        first, *others = session.histories.values()
        rows = len(self.lines)
        data = {"outputs": _curves(first, session.step, rows)}
        if others:
            data["compared"] = _curves(others[0], session.step, rows)
        elif drawn(self.others[0]):
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
    """The loss, step by step, on a logarithmic scale; a compared experiment is dashed.

    limits: of the loss at the start of a run; where it leaves them, they follow by whole decades.
    colours: of the loss and of the compared one. early: the first ten steps have as much room as the rest.
    """

    def __init__(
        self,
        axes: Axes,
        session: Session,
        limits: tuple[float, float],
        colours: tuple[str, str] = ("black", "black"),
        early: bool = False,
    ) -> None:
        self.axes = tidy(axes, "", "step", "loss")
        axes.set_yscale("log")
        self.steps = Steps(axes, session, early)
        (self.line,) = axes.plot([], [], color=colours[0])
        (self.other,) = axes.plot([], [], color=colours[1], linestyle="--", linewidth=1.2)
        if early:
            self.line.set(marker="o", markevery=[-1], markersize=4)
        self.frame = Following(axes.yaxis, limits)
        self._number()
        self.artists = {"loss": self.line, "compared_loss": self.other}

    def mark(self, level: float, name: str) -> None:
        """Draw a dotted line at a loss that means something, with its name at the right end."""
        self.axes.axhline(level, color="0.5", linewidth=0.8, linestyle=":")
        words = self.axes.text(0.98, level, name, fontsize=8.5, color="0.4", ha="right", va="top")
        words.set_transform(self.axes.get_yaxis_transform())

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        self.steps.follow(session)
        first, *others = (self._losses(h.until(session.step)) for h in session.histories.values())
        if self.frame.follow(first[1], *(losses for _, losses in others), again=session.step == 0):
            self._number()
        if others or drawn(self.other):
            return {"loss": first, "compared_loss": others[0] if others else ([], [])}
        return {"loss": first}

    def said(self, session: Session) -> str:
        """Say the losses."""
        losses = (f"{name}: {h.at(session.step).loss:.3g}" for name, h in session.histories.items())
        return "Loss: " + "; ".join(losses) + "."

    def _number(self) -> None:
        """Put few numbers at the axis of a long run: at 1, and every decade or every second, third, sixth."""
        if not self.steps.early:
            return
        low, high = (math.log10(limit) for limit in self.axes.get_ylim())
        apart = next((few for few in (1, 2, 3) if high - low <= 5 * few), 6 * math.ceil((high - low) / 30))
        ends = math.ceil(low / apart), math.floor(high / apart)
        self.axes.set_yticks([10.0 ** (apart * number) for number in range(ends[0], ends[1] + 1)])

    def _losses(self, moments: list[Moment]) -> tuple[list[int], list[float]]:
        early = [moments[i] for i in early_ones(len(moments), POINTS)] if self.steps.early else None
        shown = thinned(moments) if early is None else early
        while shown and not math.isfinite(shown[-1].loss):
            shown = shown[:-1]  # the mark stands at the last that is a number
        return [moment.step for moment in shown], [moment.loss for moment in shown]
