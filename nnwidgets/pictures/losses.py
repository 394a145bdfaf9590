"""The losses of several experiments, side by side over their steps."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from nnwidgets.pictures.following import Following
from nnwidgets.pictures.picture import thinned
from nnwidgets.pictures.training import Steps
from nnwidgets.session.training import Session
from workbook.plots import SERIES, tidy


class LossOfEach:
    """The loss of each of the session's experiments, on a logarithmic scale, in the colours of SERIES.

    limits: of the losses at the start of a run; the frame follows by whole decades where they leave it. Where
    there are several, their names stand in the corner.
    """

    def __init__(self, axes: Axes, session: Session, limits: tuple[float, float]) -> None:
        self.axes = tidy(axes, "loss", "step", "")
        axes.set_yscale("log")
        self.lines = [axes.plot([], [], color=colour, linewidth=1.6)[0] for colour in SERIES]
        self.steps, self.frame = Steps(axes, session), Following(axes.yaxis, limits)
        self.names = [
            axes.text(0.98, 0.98 - 0.085 * place, "", color=colour, transform=axes.transAxes, fontsize=9)
            for place, colour in enumerate(SERIES)
        ]
        for words in self.names:
            words.set(va="top", ha="right")
            words.set_in_layout(False)
        self.artists = {"losses": self.lines, "losses_named": self.names}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown; at most one experiment a colour."""
        self.steps.follow(session)
        curves = [
            ([moment.step for moment in moments], [moment.loss for moment in moments])
            for moments in (thinned(history.until(session.step)) for history in session.histories.values())
        ][: len(SERIES)]
        self.frame.follow(*(losses for _, losses in curves), again=session.step == 0)
        named, free = list(session.histories)[: len(curves)], len(SERIES) - len(curves)
        return {
            "losses": curves + [([], [])] * free,
            "losses_named": (named if len(named) > 1 else [""] * len(named)) + [""] * free,
        }

    def said(self, session: Session) -> str:
        """Say each loss."""
        losses = (
            f"{name}: {history.at(session.step).loss:.3g}" for name, history in session.histories.items()
        )
        return "Losses: " + "; ".join(losses) + "."
