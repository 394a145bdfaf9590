"""Workers: processes of this machine that train shares of the seeds; one that is lost is replaced."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any

from workbook.checked import whole

ENDING = 10  # seconds for a process to end by itself
SPAWN = multiprocessing.get_context("spawn")  # a new Python: what a notebook's threads hold is left behind


class Workers(Executor):
    """So many processes, for `train(..., executor=...)`; each does one thing at a time.

        with Workers(2) as executor:
            run = train(experiment, range(100_000), executor=executor)

    A process that is killed costs what it was doing (BrokenExecutor), and another takes its place. They end
    with the block; where an error or Ctrl-C ends it, at once. In a script, the block stands under `if
    __name__ == "__main__":`, for each process reads the script, too.
    """

    def __init__(self, count: int) -> None:
        whole("the number of workers", count, 1)
        self._tasks: SimpleQueue[tuple[Future[Any], tuple[Any, ...]] | None] = SimpleQueue()
        self._lock, self._closed = threading.Lock(), False
        self._workers = [Worker() for _ in range(count)]
        self._threads = [
            threading.Thread(target=worker.serve, args=(self._tasks,), daemon=True)
            for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[..., Any], /, *values: Any, **named: Any) -> Future[Any]:
        """Have a worker call the function. Raises RuntimeError after shutdown."""
        with self._lock:
            if self._closed:
                raise RuntimeError("these workers have ended; make new ones: Workers(2)")
            future: Future[Any] = Future()
            self._tasks.put((future, (function, values, named)))
            return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers once they are done with what was submitted; cancel_futures: has been begun."""
        with self._lock:
            if cancel_futures:
                self._cancel()
            if not self._closed:
                self._closed = True
                for _ in self._threads:
                    self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """End the workers at once, whatever they are doing."""
        self.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.kill()
        self.shutdown()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.shutdown()
        else:
            self.kill()

    def _cancel(self) -> None:
        ends = 0
        with suppress(Empty):
            while True:
                task = self._tasks.get_nowait()
                if task is None:
                    ends += 1
                else:
                    task[0].cancel()
        for _ in range(ends):
            self._tasks.put(None)


class Worker:
    """One process, and the thread that speaks with it."""

    def __init__(self) -> None:
        self._lock, self._killed = threading.Lock(), False
        self._process: Any = None
        self._connection: Connection | None = None

    def serve(self, tasks: SimpleQueue[Any]) -> None:
        """Hand tasks to the process, one after the other, until there comes None."""
        while (task := tasks.get()) is not None:
            future, call = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(self._ask(call))
                except BaseException as error:
                    future.set_exception(error)
            del task, future, call  # or they would be held while waiting for the next
        self._end()

    def kill(self) -> None:
        """End the process at once, and start no other."""
        with self._lock:
            self._killed = True
            if self._process is not None:
                self._process.kill()

    def _ask(self, call: tuple[Any, ...]) -> Any:
        """Return what the call gives in the process; raise what it raises."""
        try:
            packed = _dumps(call)
        except Exception as error:
            raise pickle.PicklingError(str(error)) from error
        ready = False
        try:
            connection = self._connection or self._start()
            ready = True
            connection.send_bytes(packed)
            came_well, answer = pickle.loads(connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise BrokenExecutor(self._lost(ready)) from error
        if not came_well:
            raise answer
        return answer

    def _start(self) -> Connection:
        """Start a process; return the connection to it once it is ready to work."""
        ours, theirs = SPAWN.Pipe()
        with self._lock:
            if self._killed:
                raise EOFError
            process = SPAWN.Process(target=work, args=(theirs,), daemon=True)
            with _unheard():
                process.start()
            self._process = process
        theirs.close()
        self._connection = ours
        ours.recv_bytes()
        return ours

    def _lost(self, ready: bool) -> str:
        """Let the process go; return what became of it."""
        self._end()
        code = getattr(self._process, "exitcode", None)
        if ready or self._killed:
            return f"a worker process was lost (exit code {code})"
        return (
            f"a worker process ended before it could begin (exit code {code}); in a script, what makes "
            'Workers stands under `if __name__ == "__main__":`'
        )

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()  # which the process takes as its end
        self._connection = None
        if self._process is not None:
            self._process.join(ENDING)
            self._process.kill()
            self._process.join()


def work(connection: Connection) -> None:
    """Do in this process what is asked through the connection, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(EOFError, OSError):
        connection.send_bytes(b"ready")
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))


def _end_with(parent: Any) -> None:
    """Nobody waits for what is done for a parent that was killed."""
    parent.join()
    os._exit(1)


def _answer(packed: bytes) -> bytes:
    """Return, packed, True and what the call gives, or False and what it raises."""
    try:
        function, values, named = pickle.loads(packed)
    except Exception as error:
        return pickle.dumps((False, pickle.PicklingError(str(error))))
    try:
        return _dumps((True, function(*values, **named)))
    except Exception as error:
        error.add_note(f"It was raised by a worker:\n{traceback.format_exc()}")
        return _dumps((False, error))


def _dumps(thing: Any) -> bytes:
    """Pickle; with cloudpickle, where it is installed, functions of a notebook's cell as well."""
    packed: bytes = (import_module("cloudpickle") if find_spec("cloudpickle") else pickle).dumps(thing)
    return packed


@contextmanager
def _unheard() -> Iterator[None]:
    """Have a process that is started here never hear of Ctrl-C, from its first moment; not on Windows."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which starts a process of its own, and listens again after that
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
