"""Work: the shares of a training, done here or by the workers of an executor; what is lost is done again."""

from __future__ import annotations

import pickle
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from dataclasses import fields
from typing import Any

from workbook.experiment import Experiment
from workbook.parts import Part
from workbook.training.memory import PATIENCE
from workbook.training.run import Run, joined
from workbook.training.shares import Progress, Stopped, train_share

ATTEMPTS = 3  # at a share, before it is believed that it is the share that ends its workers
LEAST_AT_ONCE = 16  # shares that an executor is given before one has come back
BYTES_AT_ONCE = 1_000_000_000  # of data sets, of which each share has its own; Dask keeps all in this process


class WorkerError(RuntimeError):
    """Seeds whose worker was lost each time that they were given to one."""


def train_shares(
    experiment: Experiment, parts: list[list[int]], executor: Executor | None, progress: Progress
) -> list[Run]:
    """Return the run of each share, in order, trained here or by an executor; see `training.train`."""
    work = _Work(experiment, parts, progress)
    try:
        progress(0.0)
        work.here(range(len(parts)) if executor is None else work.by_workers(executor))
    except KeyboardInterrupt as stopped:
        if not work.runs:
            raise Stopped(getattr(stopped, "run", None)) from None
        run = joined(experiment, [work.runs[number] for number in sorted(work.runs)])
        raise Stopped(run, len(run.seeds)) from None
    return [work.runs[number] for number in range(len(parts))]


class _Work:
    """The shares of one training, and the runs of those that are done: number -> run."""

    def __init__(self, experiment: Experiment, parts: list[list[int]], tell: Progress) -> None:
        self.experiment, self.parts, self.tell = experiment, parts, tell
        self.runs: dict[int, Run] = {}
        self._asked: Counter[int] = Counter()
        self._waiting: dict[Future[Any], int] = {}
        data = experiment.dataset.inputs.nbytes + experiment.dataset.targets.nbytes
        self._at_once = max(LEAST_AT_ONCE, BYTES_AT_ONCE // data)

    def here(self, numbers: Iterable[int]) -> None:
        """Train these shares in this process."""
        for number in numbers:
            self._done(number, train_share(self.experiment, self.parts[number], self._tell_within))

    def by_workers(self, executor: Executor) -> list[int]:
        """Have the workers of an executor train the shares; return those that it refuses.

        A share whose worker is lost is given to another. Raises WorkerError after a few attempts; at once the
        error of training itself, and that of an executor that takes no share at all.
        """
        left = list(range(len(self.parts)))[::-1]
        refused: list[int] = []
        try:
            while left or self._waiting:
                while left and len(self._waiting) < self._at_once:
                    number = left.pop()
                    if not self._ask(executor, number):
                        refused += [number, *left]
                        left.clear()
                for future in wait(self._waiting, PATIENCE, FIRST_COMPLETED).done:
                    number = self._waiting.pop(future)
                    error = CancelledError("cancelled") if future.cancelled() else future.exception()
                    if error is None:
                        self._done(number, self._run(future.result()))
                    else:
                        self._believe(error, number)
                        left.append(number)
            return sorted(refused)
        finally:
            for future in self._waiting:
                future.cancel()

    def _ask(self, executor: Executor, number: int) -> bool:
        """Give the share to a worker; return False where the executor takes no more, shut or broken."""
        try:
            future = executor.submit(attempt, self.experiment, self.parts[number])
        except Exception as error:
            if self._asked:
                return False
            self._believe(error, number)
            raise
        self._asked[number] += 1
        self._waiting[future] = number
        return True

    def _believe(self, error: BaseException, number: int) -> None:
        """Raise what cannot be helped by giving the share to another worker."""
        if not isinstance(error, Exception):
            raise error
        if isinstance(error, (pickle.PicklingError, AttributeError, TypeError)):
            raise TypeError(cannot_travel(self.experiment, error)) from error
        if self._asked[number] == ATTEMPTS:
            raise WorkerError(
                f"{len(self.parts[number])} seeds were given to a worker {ATTEMPTS} times, and it was lost "
                f"each time, perhaps for want of memory: {str(error) or type(error).__name__}"
            ) from error

    def _run(self, answer: dict[str, Any] | Exception) -> Run:
        if isinstance(answer, Exception):
            raise answer
        return Run(self.experiment, **answer)

    def _tell_within(self, share: float) -> None:
        self.tell((len(self.runs) + share) / len(self.parts))

    def _done(self, number: int, run: Run) -> None:
        self.runs[number] = run
        self.tell(len(self.runs) / len(self.parts))


def attempt(experiment: Experiment, seeds: list[int]) -> dict[str, Any] | Exception:
    """Train a share for a process elsewhere; return the fields of its Run that are not known there.

    An error of training is returned, so that what is raised tells of the worker, whoever it works for.
    """
    try:
        run = train_share(experiment, seeds)
    except Exception as error:
        error.add_note(f"It was raised by a worker:\n{traceback.format_exc()}")
        return error
    return {field.name: getattr(run, field.name) for field in fields(run) if field.name != "experiment"}


def cannot_travel(experiment: Experiment, error: Exception) -> str:
    """Return the sentence that says what of the experiment cannot be sent to another process."""
    stays = next((part for part in _parts(experiment) if not _travels(part)), None)
    what = "the experiment" if stays is None else f"the {getattr(stays.registry, 'kind', 'part')} {stays!r}"
    return (
        f"{what} cannot be sent to another process: define its functions at the top of a module that the "
        f"other process can import, or install cloudpickle, with which Workers and Dask send any function "
        f"({error})"
    )


def _parts(experiment: Experiment) -> Iterator[Part]:
    for held in (experiment, experiment.network):
        for field in fields(held):
            value = getattr(held, field.name)
            yield from (
                part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, Part)
            )


def _travels(part: Part) -> bool:
    try:
        return b"__main__" not in pickle.dumps(part)  # which is another module in another process
    except Exception:  # of whatever kind a learner's own part raises
        return False
