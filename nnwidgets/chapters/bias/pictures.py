"""The bias chapter's own picture: the loss for every pair of weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps, patheffects
from matplotlib.axes import Axes

from nnwidgets.chapters.bias.session import TwoNeurons
from nnwidgets.pictures.pictures import thinned
from nnwidgets.session.history import History
from workbook.cases.bias import loss_surface
from workbook.plots import ORANGE, tidy


class LossSurface:
    """The loss for every pair of weights at the present biases, with the way that training takes.

    A press puts the start where it is pressed.
    """

    CELLS = 61

    def __init__(self, axes: Axes, session: TwoNeurons) -> None:
        self.axes = tidy(axes, "", "w₁", "w₂")
        axes.set_title("loss: press to start from there", loc="left", fontsize=10.5)
        low, high = TwoNeurons.w1.low, TwoNeurons.w1.high
        self.grid = np.linspace(low, high, self.CELLS)
        colours = colormaps["cividis"].resampled(24)
        half = (high - low) / (self.CELLS - 1) / 2
        self.image = axes.imshow(
            self._losses(session),
            extent=(low - half, high + half) * 2,
            origin="lower",
            aspect="auto",
            cmap=colours,
            vmin=0,
            vmax=0.6,
        )
        axes.figure.colorbar(self.image, ax=axes, shrink=0.9, pad=0.02, extend="max")
        outline = [patheffects.withStroke(linewidth=3.2, foreground="black")]
        (path,) = axes.plot([], [], color="white", linewidth=1.6, path_effects=outline)
        (other,) = axes.plot(
            [], [], color="white", linewidth=1.4, linestyle=(0, (2, 1.5)), path_effects=outline
        )
        (start,) = axes.plot([], [], "s", color="white", markeredgecolor="black", markersize=6)
        (here,) = axes.plot([], [], "o", color=ORANGE, markeredgecolor="black", markersize=8)
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        self.artists = {"surface": self.image, "other": other, "path": path, "start": start, "here": here}
        self._biases: tuple[float, float] | None = None

    def show(self, session: TwoNeurons) -> dict[str, Any]:
        """Follow the session; the surface is computed anew when the biases have moved enough to be seen."""
        first, *others = (_weights_until(history, session.step) for history in session.histories.values())
        data = {"path": first.T, "here": first[-1:].T}
        if not np.array_equal(self.artists["start"].get_xydata(), first[:1]):
            data["start"] = first[:1].T
        if others or len(self.artists["other"].get_xdata()):
            data["other"] = others[0].T if others else ([], [])
        biases = _biases(session)
        if self._biases is None or np.abs(np.subtract(biases, self._biases)).max() > 0.05:
            self._biases = biases
            data["surface"] = self._losses(session)
        return data

    def said(self, session: TwoNeurons) -> str:
        """Say where on the surface the session stands."""
        w1, w2 = _weights_until(session.main, session.step)[-1]
        return f"Loss surface: at w1 = {w1:.2f}, w2 = {w2:.2f} the loss is {session.moment.loss:.4f}."

    def _losses(self, session: TwoNeurons) -> np.ndarray:
        experiment = session.main.trainer.experiment
        return loss_surface(self.grid, self.grid, experiment, *_biases(session))


def _weights_until(history: History, step: int) -> np.ndarray:
    """Both weights at each remembered step, (n, 2)."""
    moments = thinned(history.until(step))
    return np.array([[layer.W[0, 0] for layer in moment.params] for moment in moments])


def _biases(session: TwoNeurons) -> tuple[float, float]:
    return tuple(0.0 if layer.b is None else float(layer.b[0, 0]) for layer in session.moment.params)
