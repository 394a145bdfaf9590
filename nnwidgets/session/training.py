"""A session: an experiment that a learner changes, trains, watches and takes back. It needs no view."""

from __future__ import annotations

import asyncio
import math
import time
from typing import Any

import traitlets

from nnwidgets.session.history import MOST, History, Moment
from nnwidgets.session.knobs import LogSlider, Whole
from nnwidgets.session.played import Played
from nnwidgets.session.watched import locked
from workbook import Experiment, Layer, Trainer

PICTURES_A_SECOND = 60
BUSY = 0.7  # the share of the time between two pictures that training may take
FIRST_PACE = 2.0  # strides a second at the start of a run, so that one sees what the first of them do
TURNS = 4  # a message from the browser needs several turns of the event loop to arrive


class Session(Played):
    """Training that is watched. Subclasses add knobs and say what they mean in `experiments`.

    What it tells, for others to observe: step, the step that is shown; last, the last step that is
    remembered; finished, whether the run has come to its end.
    """

    seed = Whole(0, 9999, 0, "seed")
    speed = LogSlider(1, 100_000, 100_000, "at most", unit="steps a second", restarts=False)

    last = traitlets.Int(0)

    def begin(self) -> None:
        """Stand at the start."""
        self._together, self._unseen = False, ""
        self.reset()

    def experiments(self) -> dict[str, Experiment]:
        """Return what the knobs stand for: the experiment, and others to compare it with, by name."""
        raise NotImplementedError

    def start(self, experiment: Experiment) -> list[Layer] | None:
        """Return the parameters to start from, with a seed axis of 1; None: as the seed draws them."""
        return None

    @property
    def stride(self) -> int:
        """Training steps between two remembered moments."""
        return 1

    def most(self, experiment: Experiment) -> int:
        """Return how many moments of its run are remembered at most; 3 or more."""
        return MOST

    @property
    def steps(self) -> int:
        """How many steps the run has."""
        return self.main.trainer.experiment.steps

    @property
    def main(self) -> History:
        """The history of the first experiment."""
        return next(iter(self.histories.values()))

    @property
    def experiment(self) -> Experiment:
        """The first experiment."""
        return self.main.trainer.experiment

    @property
    def moment(self) -> Moment:
        """The moment that is shown, of the first experiment."""
        return self.main.at(self.step)

    def overflowed(self, moment: Moment) -> bool:
        """Return whether training cannot go on from a moment: its loss is inf or NaN."""
        return not math.isfinite(moment.loss)

    def headline(self) -> str:
        """Say at which step of how many training stands, and the loss, or that the numbers overflowed."""
        moment = self.moment
        if math.isfinite(moment.loss):
            return f"step {moment.step} of {self.steps}, loss {moment.loss:.4g}"
        return f"step {moment.step} of {self.steps}: the numbers have overflowed, and training stops"

    def note(self) -> str:
        """Say that a knob has been turned which the finished run does not show."""
        return f"The run is over: Again shows what the new {self._unseen} does." if self._unseen else ""

    def picture_name(self) -> str:
        """Return what a picture that is saved now is called: by the step that is shown."""
        return f"{super().picture_name()}-step-{self.step}"

    @locked
    def reset(self) -> None:
        """Go back to the start: the same knobs, the same seed, the same weights."""
        self.playing, self._unseen = False, ""
        self.histories: dict[str, History] = {
            name: History(Trainer(experiment, self.seed, self.start(experiment)), self.most(experiment))
            for name, experiment in self.experiments().items()
        }
        self._show(0)

    @locked
    def turn(self, **settings: Any) -> None:
        """Turn several knobs at once and start anew. Raises TypeError for a knob that there is not."""
        self.check_settings(settings)
        self._together = True
        try:
            for name, value in settings.items():
                setattr(self, name, value)
        finally:
            self._together = False
            self.reset()

    @locked
    def new_seed(self) -> None:
        """Draw other weights: the next seed."""
        self.turn(seed=(self.seed + 1) % 10_000)

    @locked
    def advance(self, steps: int = 1) -> None:
        """Make so many strides from the step that is shown, at most to the run's end; show the last."""
        for _ in range(steps):
            if not self._step():
                break
        self._show()

    @locked
    def back(self) -> None:
        """Show the remembered step before the one that is shown."""
        self.go_to(self.step - 1)

    @locked
    def go_to(self, step: int) -> None:
        """Pause, and show the nearest remembered moment at or before `step`."""
        if step != self.step:
            self.playing = False
            self._show(self.main.at(step).step)

    async def go_on(self) -> None:
        """Train in slices of time, as fast as `speed` allows, and slowly at first."""
        owed, before = 1.0, time.perf_counter()
        while self.going:
            started = time.perf_counter()
            owed += (started - before) * min(self.speed, FIRST_PACE * self.stride + self.step)
            before = started
            owed -= self._slice(int(owed), started + BUSY / PICTURES_A_SECOND)
            owed = min(owed, self.speed)  # what cannot be kept up with for a second is let go
            for _ in range(TURNS):
                await asyncio.sleep(0)
            await asyncio.sleep(max(0.0, started + 1 / PICTURES_A_SECOND - time.perf_counter()))

    @locked
    def _slice(self, steps: int, until: float) -> int:
        """Make at most `steps` steps, until the clock says `until`, then show; return how many."""
        done = 0
        while self.playing and done < steps and time.perf_counter() < until and self._step():
            done += self.stride
        if steps:
            self._show()
        return done

    def _step(self) -> bool:
        """Make one stride from the step that is shown; return whether there was one to make."""
        for history in self.histories.values():
            history.resume(self.step)
        if self.step >= self.steps or self.overflowed(self.moment):
            return False
        self._unseen = ""
        for history in self.histories.values():
            history.trainer.advance(min(self.stride, self.steps - self.step))
            history.record()
        moved = self.main.last > self.step
        self.step = self.main.last
        return moved

    @locked
    def _show(self, step: int | None = None) -> None:
        if step is not None:
            self.step = step
        self.last = self.main.last
        stopped = len(self.main.trainer.stopped) > 0 or self.overflowed(self.main.at(self.last))
        self.finished = self.step == self.last and (stopped or self.step >= self.steps)
        self.changed += 1

    @locked
    def turned(self, change: Any) -> None:
        """Start anew, or train on with the new value, as the knob says."""
        if self._together:
            return
        if self.knobs()[change.name].restarts:
            self.reset()
            return
        if self.finished and change.name != "speed":
            self._unseen = self.knobs()[change.name].label
        for history, experiment in zip(self.histories.values(), self.experiments().values(), strict=True):
            history.trainer.experiment = experiment
        self.changed += 1
