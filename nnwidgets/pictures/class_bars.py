"""One picture in hand, and what the network says of it, class by class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.following import Following
from nnwidgets.session.history import Moment
from workbook import Experiment
from workbook.classes import named
from workbook.plots import BLUE, tidy


class InHand(Protocol):
    """A session with pictures of several classes, of which one is in hand, counted from 1."""

    picture: int

    @property
    def experiment(self) -> Experiment: ...

    @property
    def moment(self) -> Moment: ...


def handed_on(session: InHand) -> np.ndarray:
    """Return what the output layer hands to the loss for the picture in hand, (classes,)."""
    return session.moment.outputs[session.picture - 1]


def probabilities(session: InHand) -> np.ndarray:
    """Return the probabilities that the loss makes of it, (classes,)."""
    with np.errstate(all="ignore"):
        return session.experiment.loss.says(session.moment.outputs[session.picture - 1 : session.picture])[0]


def right_class(session: InHand) -> int:
    """Return the class that the picture in hand shows."""
    return int(session.experiment.dataset.targets[session.picture - 1].argmax())


class PictureInHand:
    """The picture in hand, square, from 0 (white) to 1 (black); a press takes the next."""

    def __init__(self, axes: Axes, session: InHand) -> None:
        self.axes, self.session = axes, session
        pixels = session.experiment.dataset.inputs.shape[1]
        self.side = round(pixels**0.5)
        axes.set_xticks([])
        axes.set_yticks([])
        # What stands there first only keeps the place free.
        self.title = axes.text(
            0, 1.02, "picture 100: 7, taken for 9", transform=axes.transAxes, fontsize=9.5, va="bottom"
        )
        axes.set_xlabel("click: the next", fontsize=9)
        self.image = axes.imshow(np.zeros((self.side, self.side)), "Greys", vmin=0, vmax=1)
        self.artists = {"picture": self.image, "picture_title": self.title}

    def show(self, session: InHand) -> dict[str, Any]:
        """Follow the session."""
        pixels = session.experiment.dataset.inputs[session.picture - 1]
        return {"picture": pixels.reshape(self.side, self.side), "picture_title": self._words(session)}

    def said(self, session: InHand) -> str:
        """Say which picture it is, and what it is taken for."""
        return f"In hand, {self._words(session)}."

    def pressed(self, event: PointerEvent) -> None:
        """Take the next picture in hand."""
        self.session.picture = self.session.picture % len(self.session.experiment.dataset) + 1

    def _words(self, session: InHand) -> str:
        chosen = int(named(session.moment.outputs[[session.picture - 1]])[0])
        taken = f"taken for {chosen}" if chosen >= 0 else "no answer"
        return f"picture {session.picture}: {right_class(session)}, {taken}"


class ClassBars:
    """A bar for each class, that of the right one blue: numbers(session), (classes,).

    limits: of the axis at the start; it grows where a bar leaves it.
    """

    def __init__(
        self,
        axes: Axes,
        session: InHand,
        title: str,
        numbers: Callable[[InHand], np.ndarray],
        limits: tuple[float, float],
    ) -> None:
        self.axes, self.title, self.numbers = tidy(axes, title, "", ""), title, numbers
        classes = range(session.experiment.dataset.targets.shape[1])
        self.bars = axes.bar(classes, np.zeros(len(classes)), color="0.6")
        axes.axhline(0, color="0.4", linewidth=0.8)
        axes.set_xticks(classes)
        axes.tick_params(axis="x", length=0)
        axes.locator_params(axis="y", nbins=4)
        self.frame = Following(axes.yaxis, limits)
        self.artists = {f"bars_{numbers.__name__}": list[Rectangle](self.bars)}

    def show(self, session: InHand) -> dict[str, Any]:
        """Follow the session."""
        numbers, right = np.nan_to_num(self.numbers(session)), right_class(session)
        self.frame.follow(numbers, again=session.moment.step == 0)
        for number, bar in enumerate(self.bars):
            bar.set_facecolor(BLUE if number == right else "0.6")
        return {name: list(numbers) for name in self.artists}

    def said(self, session: InHand) -> str:
        """Say the bar of the right class, and the largest of the others."""
        numbers, right = self.numbers(session), right_class(session)
        others = np.delete(numbers, right).max()
        return f"{self.title}: {numbers[right]:.3g} for the right class, at most {others:.3g} for another."
