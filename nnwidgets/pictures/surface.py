"""The loss as a surface over two parameters, with the way that training takes on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.contours import contour_lines, same_surface
from nnwidgets.pictures.picture import drawn, thinned
from nnwidgets.session.history import History
from nnwidgets.session.training import Session
from workbook import Layer
from workbook.measures.surface import Place, loss_surface, value_at
from workbook.plots import ORANGE, tidy

CELLS = (41, 161)  # along each side: at least, and at most
NUMBERS = 2e6  # in the largest array of a pass: a surface over many rows of data is coarser
SEEN = 0.05  # how far another parameter moves before the surface has to be computed anew
LEVELS = (0.003, 0.01, 0.03, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)  # of the loss, a line each
OTHER = "compared: on another surface"


class LossSurface:
    """The loss for every pair of values of two parameters, the others as they are at the step shown.

    places: the parameter that goes across and the one that goes up, with their names. limits: of both.
    A press or a drag calls move(across, up), inside the limits. The way of a compared experiment is drawn
    only where the surface is its own too; otherwise a line of text says that it is not.
    """

    def __init__(
        self,
        axes: Axes,
        session: Session,
        places: dict[str, Place],
        limits: tuple[float, float],
        move: Callable[[float, float], None],
    ) -> None:
        self.places, self.limits, self.move = tuple(places.values()), limits, move
        self.axes = tidy(axes, "", *places)
        axes.set_title("loss: press to start from there", loc="left", fontsize=10.5)
        low, high = limits
        network, rows = session.experiment.network, len(session.experiment.dataset)
        cells = int(np.clip(np.sqrt(NUMBERS / network.largest_array(rows)), *CELLS))
        self.grid = np.linspace(low, high, cells)
        half = (high - low) / (cells - 1) / 2
        losses = self._losses(session)
        self.image = axes.imshow(
            losses,
            extent=(low - half, high + half) * 2,
            origin="lower",
            aspect="auto",
            cmap="cividis",
            vmin=0,
            vmax=0.6,
            interpolation="none",
        )
        self.levels = LineCollection(self._lines(losses), color="white", linewidth=0.7, alpha=0.45)
        axes.add_collection(self.levels)
        axes.figure.colorbar(self.image, ax=axes, shrink=0.9, pad=0.02, extend="max")
        outline = [patheffects.withStroke(linewidth=3.2, foreground="black")]
        white: dict[str, Any] = {"color": "white", "path_effects": outline}
        (path,) = axes.plot([], [], linewidth=1.6, **white)
        (self.other,) = axes.plot([], [], linewidth=1.4, linestyle=(0, (2, 1.5)), **white)
        (self.start,) = axes.plot([], [], "s", color="white", markeredgecolor="black", markersize=6)
        (here,) = axes.plot([], [], "o", color=ORANGE, markeredgecolor="black", markersize=8)
        thin = [patheffects.withStroke(linewidth=1.6, foreground="black")]
        self.note = axes.text(
            0.02, 0.02, "", fontsize=8.5, transform=axes.transAxes, color="white", path_effects=thin
        )
        self.note.set_in_layout(False)
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        self.artists = {
            "surface": self.image,
            "levels": self.levels,
            "other": self.other,
            "path": path,
            "start": self.start,
            "here": here,
            "other_surface": self.note,
        }
        self._drawn: np.ndarray | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the surface is computed anew when it has changed enough to be seen."""
        main, *compared = session.histories.values()
        still = _still(self.places, session.moment.params)
        shared = [history for history in compared if self._shares(main, history, session.step)]
        first, *others = (self._path(history, session.step) for history in (main, *shared))
        data: dict[str, Any] = {"path": first.T, "here": first[-1:].T}
        if not np.array_equal(self.start.get_xydata(), first[:1]):
            data["start"] = first[:1].T
        if others or drawn(self.other):
            data["other"] = others[0].T if others else ([], [])
        if len(compared) > len(shared) or self.note.get_text():
            data["other_surface"] = OTHER if len(compared) > len(shared) else ""
        if (
            self._drawn is None
            or len(still) != len(self._drawn)
            or np.abs(still - self._drawn).max(initial=0) > SEEN
        ):
            self._drawn = still
            data["surface"] = losses = self._losses(session)
            data["levels"] = self._lines(losses)
        return data

    def said(self, session: Session) -> str:
        """Say where on the surface the session stands."""
        across, up = (value_at(session.moment.params, place) for place in self.places)
        where = f"{self.axes.get_xlabel()} = {across:.2f}, {self.axes.get_ylabel()} = {up:.2f}"
        return f"Loss surface: at {where} the loss is {session.moment.loss:.4f}.{self._unshared(session)}"

    def pressed(self, event: PointerEvent) -> None:
        """Move the start to the pointer."""
        if event.xdata is not None and event.ydata is not None:
            self.move(*(float(np.clip(value, *self.limits)) for value in (event.xdata, event.ydata)))

    dragged = pressed

    def _path(self, history: History, step: int) -> np.ndarray:
        """Both parameters at each remembered step, (n, 2)."""
        moments = thinned(history.until(step))
        return np.array([[value_at(moment.params, place) for place in self.places] for moment in moments])

    def _shares(self, main: History, other: History, step: int) -> bool:
        """Return whether the surface that is drawn is the other experiment's too, as far as can be seen."""
        first, second = main.trainer.experiment, other.trainer.experiment
        if not same_surface(first, second):
            return False
        one, two = (_still(self.places, history.at(step).params) for history in (main, other))
        return bool(np.abs(one - two).max(initial=0) <= SEEN)

    def _unshared(self, session: Session) -> str:
        main, *others = session.histories.values()
        shared = all(self._shares(main, other, session.step) for other in others)
        return "" if shared else " The compared one has a surface of its own."

    def _lines(self, losses: np.ndarray) -> list[np.ndarray]:
        """Return the lines of equal loss, each (n, 2)."""
        return contour_lines(self.grid, self.grid, losses, LEVELS)

    def _losses(self, session: Session) -> np.ndarray:
        across, up = self.places
        grid = self.grid
        return loss_surface(session.experiment, session.moment.params, (across, grid), (up, grid))


def _still(places: tuple[Place, ...], params: list[Layer]) -> np.ndarray:
    """Return the values of all parameters but those of the surface."""
    rest = []
    for number, layer in enumerate(params):
        for kind, array in (("W", layer.W), ("b", layer.b)):
            if array is not None:
                ours = [place.index for place in places if (place.layer, place.kind) == (number, kind)]
                rest.append(np.delete(array.ravel(), [np.ravel_multi_index(at, array.shape) for at in ours]))
    return np.concatenate(rest)
