"""History: the moments of a training run that can be gone back to."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from workbook import Layer, Trainer
from workbook.layers import member
from workbook.parts.optimizers import State

MOST = 1200


class Moment(NamedTuple):
    """One seed's training after `step` steps."""

    step: int
    loss: float
    params: list[Layer]  # without a seed axis
    outputs: np.ndarray  # (n, n_out)


class Kept(NamedTuple):
    """A moment, and what it takes to train on from there."""

    moment: Moment
    params: list[Layer]
    state: list[State]


class History:
    """Moments of one training run, the first and the last always among them.

    At most `most` are kept. When there are more, every second one goes, and from then on only every second
    one stays, so that a long run is remembered coarsely but evenly, and a short one step by step. Returning
    to a moment needs the optimizer's state too, which stays inside.
    """

    def __init__(self, trainer: Trainer, most: int = MOST) -> None:
        self.trainer, self.most = trainer, most
        self._kept: list[Kept] = []
        self._apart = 0  # steps between two moments, once there are too many of them
        self.record()

    def record(self) -> Moment:
        """Keep the trainer's present moment, and return it."""
        trainer = self.trainer
        params = member(trainer.params, 0)
        with np.errstate(all="ignore"):
            moment = Moment(trainer.step, float(trainer.loss[0]), params, trainer.experiment.outputs(params))
        if (self._kept and self.last == moment.step) or self._passing():
            self._kept.pop()
        self._kept.append(Kept(moment, trainer.params, trainer.state))
        if len(self._kept) > self.most:
            self._kept = [*self._kept[:-1:2], self._kept[-1]]
            self._apart = self._kept[1].moment.step
        return moment

    @property
    def last(self) -> int:
        """The last step that is remembered."""
        return self._kept[-1].moment.step

    def at(self, step: int) -> Moment:
        """Return the latest moment at or before `step`."""
        return self._kept[self._index(step)].moment

    def until(self, step: int) -> list[Moment]:
        """Return the moments up to `step`, the first always included."""
        return [kept.moment for kept in self._kept[: self._index(step) + 1]]

    def resume(self, step: int) -> None:
        """Forget what comes after `step`, and put the trainer back there."""
        index = self._index(step)
        if index + 1 < len(self._kept):
            del self._kept[index + 1 :]
            moment, params, state = self._kept[-1]
            self.trainer.goto(moment.step, params, state)

    def _passing(self) -> bool:
        """Whether the last moment is too near to the one before it to stay."""
        return len(self._kept) > 1 and self.last - self._kept[-2].moment.step < self._apart

    def _index(self, step: int) -> int:
        return max(0, bisect_right(self._kept, step, key=lambda kept: kept.moment.step) - 1)
