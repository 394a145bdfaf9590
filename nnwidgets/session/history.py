"""History: the moments of a training run that can be gone back to."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from workbook import Layer, Trainer

MOST = 1200


class Moment(NamedTuple):
    """One seed's training after `step` steps."""

    step: int
    loss: float
    params: list[Layer]  # without a seed axis
    outputs: np.ndarray  # (n, n_out)


class History:
    """Moments of one training run, the first and the last always among them.

    At most MOST are kept. When there are more, every second one goes, and from then on only every second
    one stays, so that a long run is remembered coarsely but evenly, and a short one step by step. Returning
    to a moment needs its velocity too, which stays inside.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self._moments: list[Moment] = []
        self._states: list[tuple[list[Layer], list[Layer]]] = []
        self._apart = 0  # steps between two moments, once there are too many of them
        self.record()

    def record(self) -> Moment:
        """Keep the trainer's present moment, and return it."""
        trainer = self.trainer
        params = [
            Layer(*(None if array is None else array[0] for array in layer)) for layer in trainer.params
        ]
        with np.errstate(all="ignore"):
            moment = Moment(trainer.step, float(trainer.loss[0]), params, trainer.experiment.outputs(params))
        if (self._moments and self._moments[-1].step == moment.step) or self._passing():
            self._moments.pop(), self._states.pop()
        self._moments.append(moment)
        self._states.append((trainer.params, trainer.velocity))
        if len(self._moments) > MOST:
            for kept in (self._moments, self._states):
                kept[:] = [*kept[:-1:2], kept[-1]]
            self._apart = self._moments[1].step
        return moment

    @property
    def last(self) -> int:
        """The last step that is remembered."""
        return self._moments[-1].step

    def at(self, step: int) -> Moment:
        """Return the latest moment at or before `step`."""
        return self._moments[self._index(step)]

    def until(self, step: int) -> list[Moment]:
        """Return the moments up to `step`, the first always included."""
        return self._moments[: self._index(step) + 1]

    def resume(self, step: int) -> None:
        """Forget what comes after `step`, and put the trainer back there."""
        index = self._index(step)
        if index + 1 < len(self._moments):
            del self._moments[index + 1 :], self._states[index + 1 :]
            self.trainer.goto(self._moments[-1].step, *self._states[-1])

    def _passing(self) -> bool:
        """Whether the last moment is too near to the one before it to stay."""
        return len(self._moments) > 1 and self._moments[-1].step - self._moments[-2].step < self._apart

    def _index(self, step: int) -> int:
        return max(0, bisect_right(self._moments, step, key=lambda moment: moment.step) - 1)
