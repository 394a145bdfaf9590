"""Training: a recipe and seeds in, a Run out; the seeds in shares, here or on other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import replace

from workbook.checked import of_kind, seed_list
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays
from workbook.training.memory import Memory
from workbook.training.run import Run, joined
from workbook.training.shares import shares, train_share
from workbook.training.work import train_shares

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
    other processes or on other machines; a share whose worker is lost is done again, and what is left when
    the executor takes no more is done here. A start from `params` is trained here. On processors of one kind
    the Run is the same in any split, to the last bit.

    progress(share): called as training goes on, with rising numbers from 0 to 1. Ctrl-C raises Stopped, a
    KeyboardInterrupt, with what there is by then. Raises WorkerError where a share's worker is lost again and
    again, TypeError where a part of the experiment cannot be sent to another process.
    """
    of_kind("experiment", experiment, Experiment)
    listed = seed_list(seeds)
    tell = _Rising(progress or RUNS.tell)

    def anew() -> Run:
        if params is not None:
            tell(0.0)
            return train_share(experiment, listed, tell, params)
        return joined(
            experiment, train_shares(experiment, shares(experiment, listed, executor), executor, tell)
        )

    if remember and params is None:
        run = RUNS.get((experiment, tuple(listed)), lambda: read_only(anew()))
        run = replace(run, params=list(run.params), diverged=dict(run.diverged), stopped=dict(run.stopped))
    else:
        run = anew()
    tell(1.0)
    return run


class _Rising:
    """Tell of progress where somebody listens, and of the end once."""

    def __init__(self, tell: Callable[[float], None] | None) -> None:
        self._tell, self._last = tell, -1.0

    def __call__(self, share: float) -> None:
        if self._tell is not None and share > self._last:
            self._last = share
            self._tell(share)


def read_only(run: Run) -> Run:
    """Return the run; from now on nobody can write to its arrays."""
    for array in (run.steps, run.losses, *arrays(run.params)):
        array.flags.writeable = False
    return run


def _bytes(run: Run) -> int:
    data = run.experiment.dataset
    held = (run.steps, run.losses, *arrays(run.params), data.inputs, data.targets)
    return sum(array.nbytes for array in held)


RUNS: Memory[Run] = Memory(REMEMBERED, _bytes)
