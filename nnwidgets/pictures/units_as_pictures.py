"""Hidden units that look at pictures: the weights of each are a picture too."""

from __future__ import annotations

import math
import threading
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.colours import RAW, SIGNED, raw_scale
from nnwidgets.pictures.images import Images
from nnwidgets.pictures.network_words import round_up, short
from nnwidgets.session.history import Moment
from workbook import Experiment
from workbook.plots import BLUE, GREEN

GAP = 1 / 8  # between two pictures, in sides of one
FLATTEST, HIGHEST = 2.2, 1.2  # columns to a row of units
BARS = 0.26  # of the width: how high the answers and the picture in hand are


class Reading(Protocol):
    """A session whose network is shown pictures."""

    lock: threading.RLock
    changed: int

    @property
    def experiment(self) -> Experiment: ...

    @property
    def moment(self) -> Moment: ...

    def seen(self) -> Images:
        """Return pictures as the network gets them, and what they are."""
        ...


class UnitsAsPictures:
    """The weights of each unit of the first hidden layer as a picture; below, the answers to one picture.

    One scale of colours for all units: white is 0, blue positive, orange negative. A unit says much to a
    picture that is inked where it is blue and bare where it is orange. Below: the picture in hand, and a bar
    for what each output says to it, from 0 to 1, that of the right answer green. A press takes the next
    picture in hand; the pointer over a unit tells the number of the weight.

    Raises ValueError for a network whose inputs are not such a picture.
    """

    def __init__(self, axes: Axes, session: Reading) -> None:
        self.axes, self.session, self.row = axes, session, 0
        self._under: tuple[int, int, int] | None = None
        axes.set_axis_off()
        axes.set_anchor("NW")
        axes.set_aspect("equal")
        axes.set_title("the weights of each hidden unit", loc="left", fontsize=10.5)
        self.filters = axes.imshow(np.zeros((1, 1)), cmap=SIGNED, vmin=-1, vmax=1, interpolation="none")
        self.picture = axes.imshow(np.zeros((1, 1)), cmap=RAW, norm=raw_scale(), interpolation="none")
        outputs = session.experiment.network.widths[-1]
        self.bars = PolyCollection([], linewidth=0)
        self.bars.set_in_layout(False)
        axes.add_collection(self.bars, autolim=False)
        self.names = [
            axes.text(0, 0, str(n), fontsize=8.5, ha="center", va="top", in_layout=False)
            for n in range(outputs)
        ]
        self.legend = axes.text(0, 0, "", fontsize=8.5, va="top", in_layout=False)
        self.artists = {
            "unit_weights": self.filters,
            "in_hand": self.picture,
            "answers_to_it": self.bars,
            "legend_of_weights": self.legend,
        }
        self._key: tuple[int, int] | None = None
        self._lay_out(session)

    def show(self, session: Reading) -> dict[str, Any]:
        """Follow the session."""
        moved = self._lay_out(session)
        W, images = session.moment.params[0].W, session.seen()
        scale = round_up(float(np.abs(np.nan_to_num(W)).max())) or 1.0
        answers = self._answers(session, images)
        right = int(images.labels[self.row % len(images.labels)])
        self.bars.set_verts([self._bar(n, answer) for n, answer in enumerate(answers)])
        self.bars.set_facecolor([GREEN if n == right else BLUE for n in range(len(answers))])
        data: dict[str, Any] = {"unit_weights": self._tiled(W / scale), "answers_to_it": None}
        legend = self._legend(W, scale)
        if moved or legend != self.legend.get_text():
            data["legend_of_weights"] = legend
        picture = images.inputs[self.row % len(images.labels)]
        if moved or not np.array_equal(picture, np.asarray(self.picture.get_array())):
            data["in_hand"] = picture
        return data

    def said(self, session: Reading) -> str:
        """Say how large the weights are, and what the network says to the picture in hand."""
        W, images = session.moment.params[0].W, session.seen()
        label, answers = images.labels[self.row % len(images.labels)], self._answers(session, images)
        return (
            f"Weights of {W.shape[1]} hidden units, up to {short(float(np.abs(W).max()))}. To a picture of "
            f"{label}, the output for {label} says {answers[label]:.2f}, the largest is that for "
            f"{int(np.argmax(answers))}, {answers.max():.2f}."
        )

    def pressed(self, event: PointerEvent) -> None:
        """Take the next picture in hand."""
        self.row = (self.row + 1) % len(self.session.seen().labels)
        self._redraw()

    def hovered(self, event: PointerEvent) -> None:
        """Say which weight is under the pointer."""
        found = None
        if event.inaxes is self.axes and event.xdata is not None and event.ydata is not None:
            found = self._weight(event.xdata, event.ydata)
        if found != self._under:
            self._under = found
            self._redraw()

    def _redraw(self) -> None:
        with self.session.lock:
            self.session.changed += 1

    def _answers(self, session: Reading, images: Images) -> np.ndarray:
        experiment = session.experiment
        picture = images.inputs[self.row % len(images.labels)].reshape(1, -1)
        says: np.ndarray = experiment.loss.says(experiment.network.forward(session.moment.params, picture)[0])
        return says[0]

    def _weight(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return the unit, and row and column of the weight, at a point; None beside the pictures."""
        column, row = int(x // (1 + GAP)), int(-y // (1 + GAP))
        across, down = x - column * (1 + GAP), -y - row * (1 + GAP)
        unit = row * self.columns + column
        inside = 0 <= across < 1 and 0 <= down < 1 and 0 <= column < self.columns and y <= 0
        if not inside or unit >= self.units:
            return None
        return unit, int(down * self.side), int(across * self.side)

    def _legend(self, W: np.ndarray, scale: float) -> str:
        if self._under is not None and self._under[0] < self.units:
            unit, row, column = self._under
            number = row * self.side + column
            if number < len(W):
                return f"unit {unit + 1}, weight of pixel ({row}, {column}): {short(float(W[number, unit]))}"
        return f"blue: up to {short(scale)}, orange: down to {short(-scale)}"

    def _lay_out(self, session: Reading) -> bool:
        """Make places for the units that there are; return whether there are others than before."""
        inputs, units = session.experiment.network.widths[:2]
        side = session.seen().inputs.shape[-1]
        if side**2 != inputs:
            raise ValueError(f"the network has {inputs} inputs, but its pictures have {side} x {side} pixels")
        if self._key == (side, units):
            return False
        self._key = self.side, self.units = side, units
        self.columns = columns(units)
        rows = math.ceil(units / self.columns)
        self.width, height = (count * (1 + GAP) - GAP for count in (self.columns, rows))
        self.filters.set_extent((0, self.width, -height, 0))
        high, low = BARS * self.width, -height - 0.1 * self.width
        self.legend.set_position((0, -height - 0.02 * self.width))
        self.picture.set_extent((0, high, low - high, low))
        self.feet = 1.2 * high, low - high, (self.width - 1.2 * high) / len(self.names)
        for n, name in enumerate(self.names):
            x = self.feet[0] + (n + 0.4) * self.feet[2]
            name.set_position((x, self.feet[1] - 0.015 * self.width))
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(low - high - 0.09 * self.width, 0)
        return True

    def _bar(self, output: int, answer: float) -> list[tuple[float, float]]:
        left, low, step = self.feet
        high = low + BARS * self.width * float(np.clip(np.nan_to_num(answer), 0.004, 1))
        x, right = left + output * step, left + (output + 0.8) * step
        return [(x, low), (right, low), (right, high), (x, high)]

    def _tiled(self, W: np.ndarray) -> np.ndarray:
        """Return the pictures of all units beside and below each other, with nothing between them."""
        gap = round(GAP * self.side)
        rows, cell = math.ceil(self.units / self.columns), self.side + gap
        tiles = np.full((rows * cell - gap, self.columns * cell - gap), np.nan)
        for unit in range(self.units):
            row, column = divmod(unit, self.columns)
            tiles[row * cell : row * cell + self.side, column * cell : column * cell + self.side] = W[
                :, unit
            ].reshape(self.side, self.side)
        return tiles


def columns(units: int) -> int:
    """Return in how many columns so many units stand: wider than high, with few empty places."""
    least, most = (max(1, round(math.sqrt(share * units))) for share in (HIGHEST, FLATTEST))
    return min(range(least, most + 1), key=lambda count: (-units % count, count))
