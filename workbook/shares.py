"""Shares: many seeds in parts that fit a processor's cache, trained here or by the workers of an executor."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, wait

from workbook.experiment import Experiment
from workbook.run import Run, joined
from workbook.trainer import Trainer

NUMBERS_AT_ONCE = 100_000  # of the largest array of a step; more would not stay in a cache
SHARES = 32  # at least so many for an executor, where there are seeds enough
SLICES = 100  # of the training of a share, after which its progress is told
ATTEMPTS = 3  # at a share, before its error is believed

Progress = Callable[[float], None]


class Stopped(KeyboardInterrupt):
    """Ctrl-C, with what was trained by then: run, None if there is none."""

    def __init__(self, run: Run | None) -> None:
        super().__init__("training was stopped")
        self.run = run


def shares(experiment: Experiment, seeds: list[int], executor: Executor | None = None) -> list[list[int]]:
    """Return the seeds in parts that are trained side by side."""
    rows = experiment.batch_size or len(experiment.dataset)
    largest = max(
        max(layer.n_seen * layer.units, rows * layer.places * max(layer.n_seen, layer.units))
        for layer in experiment.network.layers
    )
    size = max(1, NUMBERS_AT_ONCE // largest)
    if executor is not None:
        size = min(size, math.ceil(len(seeds) / SHARES))
    return [seeds[start : start + size] for start in range(0, len(seeds), size)]


def train_share(experiment: Experiment, seeds: list[int], progress: Progress | None = None) -> Run:
    """Train some of the seeds, here. Ctrl-C raises Stopped, with the run as far as it went."""
    trainer = Trainer(experiment, seeds)
    slice_ = experiment.steps if progress is None else math.ceil(experiment.steps / SLICES)
    try:
        while trainer.step < experiment.steps and len(trainer.stopped) < len(seeds):
            trainer.advance(min(slice_, experiment.steps - trainer.step))
            if progress is not None:
                progress(trainer.step / experiment.steps)
    except KeyboardInterrupt:
        raise Stopped(trainer.run()) from None
    return trainer.run()


def train_shares(
    experiment: Experiment, parts: list[list[int]], executor: Executor | None, progress: Progress | None
) -> list[Run]:
    """Return the run of each share, in order, trained here or by an executor; see `training.train`."""
    runs: dict[int, Run] = {}
    try:
        if executor is None:
            for number, seeds in enumerate(parts):
                runs[number] = train_share(experiment, seeds, _within(progress, number, len(parts)))
        else:
            _by_workers(experiment, parts, executor, progress, runs)
    except KeyboardInterrupt as stopped:
        done = [runs[number] for number in sorted(runs)]
        raise Stopped(joined(experiment, done) if done else getattr(stopped, "run", None)) from None
    return [runs[number] for number in range(len(parts))]


def _by_workers(
    experiment: Experiment,
    parts: list[list[int]],
    executor: Executor,
    progress: Progress | None,
    runs: dict[int, Run],
) -> None:
    """Fill runs, number of a share -> its run, as the workers finish; ask again for what is lost."""
    asked = Counter(range(len(parts)))
    waiting = {executor.submit(train_share, experiment, seeds): number for number, seeds in enumerate(parts)}
    try:
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                number = waiting.pop(future)
                lost = future.cancelled() or _lost(future.exception())
                if not lost or asked[number] == ATTEMPTS:
                    runs[number] = future.result()
                    if progress is not None:
                        progress(len(runs) / len(parts))
                else:
                    asked[number] += 1
                    waiting[executor.submit(train_share, experiment, parts[number])] = number
    finally:
        for future in waiting:
            future.cancel()


def _lost(error: BaseException | None) -> bool:
    """Whether this tells of a lost worker; Dask's own error goes by its name, as Dask may be missing."""
    return isinstance(error, (BrokenExecutor, OSError)) or type(error).__name__ == "KilledWorker"


def _within(progress: Progress | None, number: int, count: int) -> Progress | None:
    """Return the progress of one share as that of all."""
    return None if progress is None else lambda share: progress((number + share) / count)
