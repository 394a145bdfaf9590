"""Shares: many seeds in parts that fit a processor's cache, and the training of one of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor

from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.training.machine import one_thread
from workbook.training.run import Run
from workbook.training.trainer import Trainer

NUMBERS_AT_ONCE = 60_000  # of the largest array of a step; more would not stay in a cache
SHARES = 32  # at least so many for an executor, unless they would be too small:
FEWEST_NUMBERS = 5_000  # of the largest array of a step; with fewer, the step itself costs more than they do
SLICES = 100  # of the training of a share, after which its progress is told

Progress = Callable[[float], None]


class Stopped(KeyboardInterrupt):
    """Ctrl-C, with what was trained by then.

    run: None if there is none. done: how many of its seeds were trained to the end, all of them or 0.
    """

    def __init__(self, run: Run | None, done: int = 0) -> None:
        super().__init__("training was stopped")
        self.run, self.done = run, done


def shares(experiment: Experiment, seeds: list[int], executor: Executor | None = None) -> list[list[int]]:
    """Return the seeds in parts that are trained side by side."""
    rows = experiment.batch_size or len(experiment.dataset)
    largest = experiment.network.largest_array(rows)
    size = max(1, NUMBERS_AT_ONCE // largest)
    if executor is not None:
        size = min(size, max(math.ceil(len(seeds) / SHARES), FEWEST_NUMBERS // largest))
    return [seeds[start : start + size] for start in range(0, len(seeds), size)]


def train_share(
    experiment: Experiment,
    seeds: list[int],
    progress: Progress | None = None,
    params: list[Layer] | None = None,
) -> Run:
    """Train some of the seeds, here. Ctrl-C raises Stopped, with the run as far as it went.

    progress is called with what is below 1; that all is done is told by whoever asked for it.
    """
    with one_thread():  # for the losses before and after the steps, too: they are the same on every machine
        trainer = Trainer(experiment, seeds, params)
        slice_ = max(1, math.ceil(experiment.steps / SLICES))
        try:
            while trainer.step < experiment.steps and len(trainer.stopped) < len(seeds):
                trainer.advance(min(slice_, experiment.steps - trainer.step))
                if progress is not None and trainer.step < experiment.steps:
                    progress(trainer.step / experiment.steps)
            return trainer.run()
        except KeyboardInterrupt:
            raise Stopped(trainer.run()) from None
