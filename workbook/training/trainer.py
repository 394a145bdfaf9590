"""The trainer: one step at a time, for one seed or a thousand at once."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from workbook.checked import of_kind, seed_list
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays, like, stacked
from workbook.outcomes import finite
from workbook.parts.optimizers import State
from workbook.training.machine import keep_freed_memory, one_thread
from workbook.training.run import Run

ROWS_AT_ONCE = 1024  # row numbers that a seed draws at a time; epoch by epoch would take as long as training
MOST_RECORDED = 10_000  # losses of each seed, so that a long run does not fill the memory


class Trainer:
    """Training that can be watched: advance it, look, advance it again.

    It trains all seeds together, along a leading axis; each goes its own way, as if it were alone. `params`
    and the optimizer's `state` are replaced at each step and never changed in place, so whoever keeps them
    has a history. `goto` returns to such a moment: everything else depends on the step's number alone.
    """

    def __init__(
        self, experiment: Experiment, seeds: int | Iterable[int] = 0, params: list[Layer] | None = None
    ) -> None:
        of_kind("experiment", experiment, Experiment)
        keep_freed_memory()
        self.experiment, self.seeds = experiment, seed_list(seeds)
        self.rows = len(experiment.dataset)
        self.batch_size = experiment.batch_size or self.rows
        self.batches = math.ceil(self.rows / self.batch_size)  # in an epoch
        self.epochs_at_once = max(1, ROWS_AT_ONCE // self.rows)  # whose orders are drawn together
        self.full = experiment.batch_size is None and not experiment.order.apart
        self.record_every = experiment.record_every or (
            max(1, math.ceil(experiment.steps / MOST_RECORDED)) if self.batches == 1 else self.batches
        )
        self.diverged: dict[int, int] = {}
        self.stopped: dict[int, int] = {}
        self._random = np.random.RandomState(0)
        self.goto(0, experiment.network.init(self.seeds) if params is None else self._for_each_seed(params))

    def goto(self, step: int, params: list[Layer], state: list[State] | None = None) -> None:
        """Go on from these parameters as if `step` steps had been made; the record starts anew.

        Seeds that had stopped or diverged by then stay so.
        """
        self.step, self.params = step, params
        self.state = state or [self.experiment.optimizer.start(array) for array in arrays(params)]
        self._steps: list[int] = []
        self._losses: list[np.ndarray] = []
        self.diverged = {seed: at for seed, at in self.diverged.items() if at <= step}
        self.stopped = {seed: at for seed, at in self.stopped.items() if at <= step}
        self._block = -1  # the block of epochs whose orders have been drawn; none yet

    def _for_each_seed(self, params: list[Layer]) -> list[Layer]:
        """Return params, copied, with a leading axis of n_seeds: one start for all seeds, or each its own."""
        kind = self.experiment.network.precision.kind
        params = [layer.each(lambda array: np.array(array, kind)) for layer in params]
        if all(array.ndim == 2 for array in arrays(params)):
            return stacked([params] * len(self.seeds))
        if len(params[0].W) != len(self.seeds):
            raise ValueError(f"params are those of {len(params[0].W)} members, for {len(self.seeds)} seeds")
        return params

    def advance(self, steps: int = 1) -> Trainer:
        """Make this many steps; return the trainer itself."""
        with np.errstate(all="ignore"), one_thread():
            for _ in range(steps):
                if len(self.stopped) == len(self.seeds):
                    break
                self._move(arrays(self._gradient()))
                self.step += 1
        return self

    def _gradient(self) -> list[Layer]:
        """Return the gradient on the rows of this step; record the loss where that is due."""
        x, t = self.batch(self.step)
        if self.step % self.record_every:
            return self.experiment.gradient(self.params, x, t)
        loss, gradient = self.experiment.loss_and_gradient(self.params, x, t)
        self._record(loss if self.full else self.loss)
        return gradient

    def _move(self, gradient: list[np.ndarray]) -> None:
        """Turn the gradient, an array for each of params, into a step, and make it."""
        clip, step = self.experiment.clipping.clip, self.experiment.optimizer.step
        if clip is not None:
            gradient = clip(gradient)
        stepped = [step(array, state) for array, state in zip(gradient, self.state, strict=True)]
        self.state = [state for _, state in stepped]
        change = [change for change, _ in stepped]
        if self.experiment.shortest_step:
            change = self._without_stopped(change)
        self.params = like(self.params, map(np.add, arrays(self.params), change))

    def _without_stopped(self, change: list[np.ndarray]) -> list[np.ndarray]:
        """Make the change of every seed that has stopped 0, and note those that stop after this one."""
        if self.stopped:
            running = np.array([seed not in self.stopped for seed in self.seeds])[:, None, None]
            change = [np.where(running, array, 0.0) for array in change]
        squares = np.add.reduce([np.einsum("sij,sij->s", array, array) for array in change])
        for member in np.flatnonzero(squares < self.experiment.shortest_step**2):
            self.stopped.setdefault(self.seeds[member], self.step + 1)
        return change

    def batch(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of a step, counted from 0, x and t: all, or with an axis of n_seeds in front."""
        data = self.experiment.dataset
        if self.full:
            return data.inputs, data.targets
        epoch, batch = divmod(step, self.batches)
        block, epoch = divmod(epoch, self.epochs_at_once)
        if block != self._block:
            self._block = block
            self._orders = np.stack([self._draw([seed, 2, block]) for seed in self.seeds])
            if self.experiment.order.apart:
                self._of_targets = np.stack([self._draw([seed, 4, block]) for seed in self.seeds])
        now = np.s_[:, epoch, batch * self.batch_size : (batch + 1) * self.batch_size]
        of_targets = self._of_targets if self.experiment.order.apart else self._orders
        return data.inputs.take(self._orders[now], 0), data.targets.take(of_targets[now], 0)

    def _draw(self, stream: list[int]) -> np.ndarray:
        """A function of seed and block only, so that any step can be gone back to."""
        self._random.seed(stream)  # a tenth of the time that making a new one takes
        return self.experiment.order.rows(self._random, self.epochs_at_once, self.rows)

    def _record(self, loss: np.ndarray) -> None:
        if self._steps[-1:] == [self.step]:  # a step that Ctrl-C interrupted, and that is made again
            return
        self._steps.append(self.step)
        self._losses.append(loss)
        fine = np.isfinite(loss)
        if not fine.all():
            for member in np.flatnonzero(~fine):
                self.diverged.setdefault(self.seeds[member], self.step)

    @property
    def loss(self) -> np.ndarray:
        """The loss on the whole data set now, (n_seeds,)."""
        return self.experiment.loss_at(self.params)

    def run(self) -> Run:
        """Return what has come of it so far."""
        loss = self.loss
        diverged = dict(self.diverged)
        for member in np.flatnonzero(~(np.isfinite(loss) & finite(self.params))):
            diverged.setdefault(self.seeds[member], self.step)
        return Run(
            self.experiment,
            self.seeds,
            np.array([*self._steps, self.step]),
            np.array([*self._losses, loss]),
            self.params,
            diverged,
            dict(self.stopped),
        )
