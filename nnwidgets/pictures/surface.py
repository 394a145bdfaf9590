"""The loss as a surface over two parameters, with the way that training takes on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib import colormaps, patheffects
from matplotlib.axes import Axes

from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.picture import drawn, thinned
from nnwidgets.session.history import History
from nnwidgets.session.training import Session
from workbook.measures.surface import Place, loss_surface, value_at
from workbook.plots import ORANGE, tidy

CELLS = 61
SEEN = 0.05  # how far another parameter moves before the surface has to be computed anew


class LossSurface:
    """The loss for every pair of values of two parameters, the others as they are at the step shown.

    places: the parameter that goes across and the one that goes up, with their names. limits: of both.
    A press or a drag calls move(across, up), inside the limits.
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
        self.grid = np.linspace(low, high, CELLS)
        half = (high - low) / (CELLS - 1) / 2
        self.image = axes.imshow(
            self._losses(session),
            extent=(low - half, high + half) * 2,
            origin="lower",
            aspect="auto",
            cmap=colormaps["cividis"].resampled(24),
            vmin=0,
            vmax=0.6,
        )
        axes.figure.colorbar(self.image, ax=axes, shrink=0.9, pad=0.02, extend="max")
        outline = [patheffects.withStroke(linewidth=3.2, foreground="black")]
        white: dict[str, Any] = {"color": "white", "path_effects": outline}
        (path,) = axes.plot([], [], linewidth=1.6, **white)
        (self.other,) = axes.plot([], [], linewidth=1.4, linestyle=(0, (2, 1.5)), **white)
        (self.start,) = axes.plot([], [], "s", color="white", markeredgecolor="black", markersize=6)
        (here,) = axes.plot([], [], "o", color=ORANGE, markeredgecolor="black", markersize=8)
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        self.artists = {
            "surface": self.image,
            "other": self.other,
            "path": path,
            "start": self.start,
            "here": here,
        }
        self._drawn: np.ndarray | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the surface is computed anew when it has changed enough to be seen."""
        first, *others = (self._path(history, session.step) for history in session.histories.values())
        data: dict[str, Any] = {"path": first.T, "here": first[-1:].T}
        if not np.array_equal(self.start.get_xydata(), first[:1]):
            data["start"] = first[:1].T
        if others or drawn(self.other):
            data["other"] = others[0].T if others else ([], [])
        still = self._still(session)
        if (
            self._drawn is None
            or len(still) != len(self._drawn)
            or np.abs(still - self._drawn).max(initial=0) > SEEN
        ):
            self._drawn = still
            data["surface"] = self._losses(session)
        return data

    def said(self, session: Session) -> str:
        """Say where on the surface the session stands."""
        across, up = (value_at(session.moment.params, place) for place in self.places)
        where = f"{self.axes.get_xlabel()} = {across:.2f}, {self.axes.get_ylabel()} = {up:.2f}"
        return f"Loss surface: at {where} the loss is {session.moment.loss:.4f}."

    def pressed(self, event: PointerEvent) -> None:
        """Move the start to the pointer."""
        if event.xdata is not None and event.ydata is not None:
            self.move(*(float(np.clip(value, *self.limits)) for value in (event.xdata, event.ydata)))

    dragged = pressed

    def _path(self, history: History, step: int) -> np.ndarray:
        """Both parameters at each remembered step, (n, 2)."""
        moments = thinned(history.until(step))
        return np.array([[value_at(moment.params, place) for place in self.places] for moment in moments])

    def _still(self, session: Session) -> np.ndarray:
        """The values of all the other parameters."""
        values = [
            np.delete(
                array.ravel(),
                [
                    np.ravel_multi_index(p.index, array.shape)
                    for p in self.places
                    if (p.layer, p.kind) == (number, kind)
                ],
            )
            for number, layer in enumerate(session.moment.params)
            for kind, array in zip("Wb", layer, strict=True)
            if array is not None
        ]
        return np.concatenate(values)

    def _losses(self, session: Session) -> np.ndarray:
        across, up = self.places
        grid = self.grid
        return loss_surface(session.experiment, session.moment.params, (across, grid), (up, grid))
