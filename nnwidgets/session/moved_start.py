"""Training whose start weights and biases can be moved by hand, one at a time."""

from __future__ import annotations

from typing import Any

from nnwidgets.session.training import Session
from nnwidgets.session.watched import locked
from workbook import Experiment, Layer
from workbook.measures.surface import Place


class MovedStart(Session):
    """A session that starts as the seed draws it, but for the parameters that were moved by hand.

    Reset keeps what was moved. Another seed, and any other knob that starts anew, forgets it.
    """

    def begin(self) -> None:
        """Stand at the start, with nothing moved."""
        self._moved: dict[Place, float] = {}
        super().begin()

    @property
    def moved(self) -> bool:
        """Whether a weight or bias of the start was moved."""
        return bool(self._moved)

    def start(self, experiment: Experiment) -> list[Layer] | None:
        """Return the start as the seed draws it, with the weights and biases that were moved."""
        if not self._moved:
            return None
        params = experiment.network.init([self.seed])
        for place, value in self._moved.items():
            getattr(params[place.layer], place.kind)[(0, *place.index)] = value
        return params

    @locked
    def move(self, place: Place, value: float) -> None:
        """Start anew from another value of one weight or bias."""
        self._moved[place] = float(value)
        self.reset()

    @locked
    def turned(self, change: Any) -> None:
        """Follow a knob; one that starts anew forgets what was moved."""
        if self.knobs()[change.name].restarts:
            self._moved = {}
        super().turned(change)
