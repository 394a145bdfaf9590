"""Training: a recipe and seeds in, a Run out; the seeds in shares, here or on other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import replace

from workbook.checked import of_kind, seed_list
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays
from workbook.memory import Memory
from workbook.run import Run, joined
from workbook.shares import Stopped, shares, train_shares
from workbook.trainer import Trainer

__all__ = ["RUNS", "Run", "Stopped", "Trainer", "train"]

REMEMBERED = 200_000_000  # bytes of runs that `train` keeps, their data sets included


def train(
    experiment: Experiment,
    seeds: int | Iterable[int] = 0,
    params: list[Layer] | None = None,
    remember: bool = True,
    executor: Executor | None = None,
    progress: Callable[[float], None] | None = None,
) -> Run:
    """Train `experiment.steps` steps for each of the seeds, from `params` where given; return the Run.

    A run that overflows is no error: it is NaN in its own slice, and the Run says which and when. The same
    experiment and seeds always give the same Run, so it is remembered, and its arrays cannot be written to;
    remember=False trains anew, and so does a start from `params`.

    executor: any of concurrent.futures, or of Dask (client.get_executor()), to train shares of the seeds in
    other processes or on other machines; a share whose worker is lost is done again. progress(share): called
    as training goes on, from 0 to 1. Ctrl-C raises Stopped, a KeyboardInterrupt, with what there is by then.
    """
    of_kind("experiment", experiment, Experiment)
    if params is not None:
        return Trainer(experiment, seeds, params).advance(experiment.steps).run()
    listed = seed_list(seeds)

    def anew() -> Run:
        return joined(
            experiment, train_shares(experiment, shares(experiment, listed, executor), executor, progress)
        )

    if not remember:
        return anew()
    run = RUNS.get((experiment, tuple(listed)), lambda: _read_only(anew()))
    return replace(run, params=list(run.params), diverged=dict(run.diverged), stopped=dict(run.stopped))


def _read_only(run: Run) -> Run:
    for array in (run.steps, run.losses, *arrays(run.params)):
        array.flags.writeable = False
    return run


def _bytes(run: Run) -> int:
    data = run.experiment.dataset
    held = (run.steps, run.losses, *arrays(run.params), data.inputs, data.targets)
    return sum(array.nbytes for array in held)


RUNS: Memory[Run] = Memory(REMEMBERED, _bytes)
