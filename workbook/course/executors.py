"""Who trains for the command line: this process, workers of this machine, or those of a Dask scheduler."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.util import find_spec

from workbook.training.workers import Workers

MOST_WORKERS = 256
PATIENCE = 5  # seconds for a scheduler to answer


class SchedulerError(Exception):
    """A scheduler that does not answer, in a sentence."""


def check_workers(workers: int | None, scheduler: str | None) -> None:
    """Raise ValueError for a wrong number of workers, or one with a scheduler, or where Dask is missing."""
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise ValueError(f"--workers takes a whole number, 1 to {MOST_WORKERS}, not {workers}")
    if workers is not None and scheduler is not None:
        raise ValueError(
            "--workers are processes of this machine, a --scheduler has its own: give one of them"
        )
    if scheduler is not None and find_spec("distributed") is None:
        raise ValueError(
            "--scheduler needs Dask, which is not installed. Please run: pip install distributed"
        )


@contextmanager
def executor_for(workers: int | None, scheduler: str | None) -> Iterator[Executor | None]:
    """Lend an executor, None for this process; end it when the block does, at once if it is broken off.

    Raises SchedulerError where nobody answers at the address, or nobody who is a Dask scheduler.
    """
    if scheduler is not None:
        with _dask(scheduler) as executor:
            yield executor
    elif workers is not None:
        with Workers(workers) as executor:
            yield executor
    else:
        yield None


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said by us
    from distributed import Client  # only who has a cluster has to wait for Dask

    warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
    try:
        client = Client(address, timeout=PATIENCE)
    except ValueError as error:
        raise ValueError(f"--scheduler takes an address such as tcp://127.0.0.1:8786: {error}") from error
    except Exception as error:  # whoever answers may say anything
        raise SchedulerError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        executor: Executor = client.get_executor()
        yield executor
