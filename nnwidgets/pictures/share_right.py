"""The share that is right, epoch by epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes

from nnwidgets.pictures.picture import thinned
from nnwidgets.session.history import History, Moment
from nnwidgets.session.training import Session
from workbook.plots import BLUE, tidy


class ShareRight:
    """The share of `what` that is right, epoch by epoch; a compared experiment is dashed.

    share(name, moment): the share that the experiment of that name gets right at a moment of its history.
    guessing: the share that is right without knowing anything.
    """

    def __init__(
        self,
        axes: Axes,
        session: Session,
        share: Callable[[str, Moment], float],
        what: str,
        guessing: float = 0.1,
    ) -> None:
        self.share, self.what = share, what
        self.axes = tidy(axes, "", "epoch", f"{what} right, %")
        epochs = session.steps / session.main.trainer.batches
        axes.axhline(100 * guessing, color="0.5", linewidth=0.8, linestyle=":")
        axes.text(epochs, 100 * guessing - 1.5, "guessing", ha="right", va="top", fontsize=8, color="0.4")
        (line,) = axes.plot([], [], color=BLUE)
        (other,) = axes.plot([], [], color="black", linestyle="--", linewidth=1.2)
        axes.set_xlim(0, epochs)
        axes.set_ylim(0, 100)
        # What stands there first only keeps the place free: the layout is made once.
        title = axes.text(0, 1.03, "dashed: ", transform=axes.transAxes, fontsize=10.5, va="bottom")
        self.artists = {"right": line, "compared_right": other, "names": title}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        first, *others = (self._curve(name, one, session.step) for name, one in session.histories.items())
        return {
            "right": first,
            "compared_right": others[0] if others else ([], []),
            "names": f"dashed: {list(session.histories)[1]}" if others else "",
        }

    def said(self, session: Session) -> str:
        """Say the shares."""
        shares = (
            f"{name}: {self.share(name, history.at(session.step)):.0%}"
            for name, history in session.histories.items()
        )
        return f"{self.what.capitalize()} right at step {session.step}: {'; '.join(shares)}."

    def _curve(self, name: str, history: History, step: int) -> tuple[list[float], list[float]]:
        moments = thinned(history.until(step))
        return (
            [moment.step / history.trainer.batches for moment in moments],
            [100 * self.share(name, moment) for moment in moments],
        )
