"""The valley of a loss, in its flattest and its steepest direction, with the ways that training takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnwidgets.pictures.contours import contour_lines, same_surface
from nnwidgets.pictures.following import Following
from nnwidgets.pictures.picture import thinned
from nnwidgets.session.history import History
from nnwidgets.session.training import Session
from workbook.measures.valley import Valley
from workbook.plots import SERIES, tidy

CELLS = 41  # of the losses, along each side
LINES = 3  # of equal loss
APART = 4.0  # times the loss of a line, that of the next one: in a parabola, twice as far from the bottom
ROOM = 1.25  # times the start's distance from the bottom, that of the frame
FOLLOWED = 200.0  # spans of the first frame that a way is followed beyond it


class ValleyWithWays:
    """Lines of equal loss around the bottom, and the way of each of the session's experiments on them.

    find(session): the valley that the session walks in, the same object as long as it is the same valley. Its
    flattest direction goes across, the steepest up, each on a scale of its own, and the title says how many
    times as curved that is. Each experiment has a colour; with several, their names stand in the corner. An
    experiment with another surface than the first one's has no way here, and a line says so. named: whether
    the names stand here; another picture may have them.
    """

    def __init__(
        self, axes: Axes, session: Session, find: Callable[[Session], Valley], named: bool = True
    ) -> None:
        self.axes = tidy(axes, "", "along the flattest (grey: equal loss)", "along the steepest")
        self.find, self.named = find, named
        # What stands there first only keeps the place free.
        self.title = axes.set_title("valley: 99999 times as curved upwards", loc="left", fontsize=10.5)
        axes.locator_params(nbins=4)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "\N{MINUS SIGN}"))
        self.levels = LineCollection([], color="0.6", linewidth=0.8)
        axes.add_collection(self.levels, autolim=False)
        axes.plot([0], [0], "+", color="black", markersize=9)
        self.ways, self.ends = [], []
        for colour in SERIES:
            self.ways += axes.plot([], [], ".-", color=colour, linewidth=1.2, markersize=3.5)
            self.ends += axes.plot([], [], "o", color=colour, markeredgecolor="black", markersize=7.5)
        (self.start,) = axes.plot([], [], "s", color="white", markeredgecolor="black", markersize=6)
        self.names = [
            axes.text(0.98, 0.03 + 0.085 * place, "", color=colour, transform=axes.transAxes)
            for place, colour in enumerate(SERIES)
        ]
        self.note = axes.text(0.02, 0.03, "", color="0.35", transform=axes.transAxes)
        for words in (*self.names, self.note):
            words.set(fontsize=9, va="bottom", ha="left" if words is self.note else "right")
            words.set_in_layout(False)
        self.artists = {
            "valley": self.levels,
            "ways": self.ways,
            "ends": self.ends,
            "start": self.start,
            "ways_named": self.names,
            "valley_title": self.title,
            "no_way": self.note,
        }
        self.frames: tuple[Following, ...] = ()
        self._valley: Valley | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown; the lines are new where valley or frame are."""
        found, data = self.find(session), dict[str, Any]()
        shared = self._shared(session)
        ways = [self._way(found, history, session.step) for history in shared.values()]
        new = found is not self._valley
        if new:
            self._valley = found
            self.frames = self._first_frames(ways[0][0])
            data["valley_title"] = f"valley: {_shape(found)}"
        again, points = session.step == 0, np.concatenate(ways).T
        moved = [frame.follow(part, again=again) for frame, part in zip(self.frames, points, strict=True)]
        if new or any(moved):
            data["valley"] = self._lines(found)
        unused: list[Any] = [([], [])] * (len(SERIES) - len(ways))
        named = list(shared) if self.named and len(shared) > 1 else []
        return data | {
            "ways": [way.T for way in ways] + unused,
            "ends": [way[-1:].T for way in ways] + unused,
            "start": ways[0][:1].T,
            "ways_named": named + [""] * (len(SERIES) - len(named)),
            "no_way": "" if len(shared) == len(session.histories) else "compared: in another valley",
        }

    def said(self, session: Session) -> str:
        """Say how the valley is shaped, and how far from its bottom each way has come."""
        found, shared = self.find(session), self._shared(session)
        parts = []
        for name, history in shared.items():
            across, up = found.coordinates(history.at(session.step).params)
            parts.append(f"{name}: {across:.3g} from the bottom along the flattest direction, {up:.3g} along")
        ways = "; ".join(f"{part} the steepest" for part in parts)
        return f"Valley: {_shape(found)}. {ways}."

    def _shared(self, session: Session) -> dict[str, History]:
        """Return the histories, by name, that walk in the first one's valley; at most one a colour."""
        found = {
            name: history
            for name, history in session.histories.items()
            if same_surface(session.experiment, history.trainer.experiment)
        }
        return dict(list(found.items())[: len(SERIES)])

    def _way(self, found: Valley, history: History, step: int) -> np.ndarray:
        """Return where a history was until the step, (n, 2); places that are no numbers are left out."""
        moments = thinned(history.until(step))
        with np.errstate(all="ignore"):
            places = np.array([found.coordinates(moment.params) for moment in moments])
        return places[np.isfinite(places).all(axis=1)]

    def _first_frames(self, start: np.ndarray) -> tuple[Following, ...]:
        """Return frames around the bottom in which the start can be seen."""
        far = ROOM * np.maximum(np.abs(start), 1e-3 * max(np.abs(start).max(), 1e-9))
        across, up = map(float, far)
        return (
            Following(self.axes.xaxis, (-across, across), FOLLOWED),
            Following(self.axes.yaxis, (-up, up), FOLLOWED),
        )

    def _lines(self, found: Valley) -> list[np.ndarray]:
        """Return lines of equal loss in the frame, each APART times as high above the bottom as the next.

        Their roots are looked for: over a parabola these rise evenly, so that few cells are enough.
        """
        across, up = (np.linspace(*limits(), CELLS) for limits in (self.axes.get_xlim, self.axes.get_ylim))
        above = found.losses(across, up) - float(found.experiment.loss_at(found.bottom))
        roots = np.sqrt(np.maximum(above, 0))
        highest = roots[np.isfinite(roots)].max(initial=0)
        return contour_lines(across, up, roots, [highest / APART ** (k / 2) for k in range(1, LINES + 1)])


def _shape(found: Valley) -> str:
    """Return how many times as curved as across a valley is upwards, in words."""
    times = found.condition
    if times < 1.05:
        return "a round bowl"
    said = f"{times:.2g}" if times < 10 else f"{times:,.0f}".replace(",", "\N{NO-BREAK SPACE}")
    return f"{said} times as curved upwards"
