"""Ahead: another process computes what a chapter will show, while its reader reads.

It takes the findings of a case one after the other. Before it trains anything it asks, so that nothing is
trained twice: what this process has is sent to it, what this process is training makes it leave that finding
for later. Who needs here what is just being computed there waits for it. If the other process is lost,
everything is computed here, as if it had never been.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, BinaryIO

from workbook.cases import CASES, Case
from workbook.cases.finding import always
from workbook.training import RUNS, Run, read_only, train
from workbook.training.machine import one_thread

SWITCH = "WORKBOOK_AHEAD"  # an environment variable; 0 turns it off
NICE = 10  # of 19: it must not be felt where something moves
ATTEMPTS = 2  # at a finding, if something for it was being trained here
ENDING = 5  # seconds
SERVE = "from workbook.ahead import serve; serve()"

Job = tuple[str, int]  # a finding; or an experiment, and how many seeds


class LeftError(Exception):
    """Something was given up there."""


def start(case: Case, names: Iterable[str] = (), seeds: int | None = None) -> Ahead | None:
    """Begin, if there is a second processor and the environment variable WORKBOOK_AHEAD is not 0."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if processors < 2 or not sys.executable or os.environ.get(SWITCH) == "0":
        return None
    with suppress(OSError):  # where a system has no other processes, or no more of them
        return Ahead(case, names, seeds)
    return None


class Ahead:
    """A process that computes the findings of a case, and the thread that takes them from it.

    Findings that are only sometimes due are left out. Then it trains the experiments of these names on
    `seeds` seeds (None: the case's own number). It ends when that is done, and whenever this process ends.
    """

    def __init__(self, case: Case, names: Iterable[str] = (), seeds: int | None = None) -> None:
        self.case = case
        self._jobs: deque[tuple[Job, int]] = deque(
            ((name, 0), 1) for name, finding in case.findings.items() if finding.due is always
        )
        self._jobs += (((name, seeds or case.seeds), 1) for name in names)
        self._process = _started()
        self._thread = threading.Thread(target=self._work, name="ahead", daemon=True)
        self._thread.start()
        atexit.register(self.end)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until everything is done, or so many seconds; return whether it is."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def end(self) -> None:
        """End the process at once, whatever it is doing."""
        self._process.kill()
        self._thread.join(ENDING)

    def _work(self) -> None:
        """Have everything computed. What goes wrong is not told: this process can do without."""
        with suppress(Exception), self._process:
            try:
                self._answer(self.case.name)
                while self._jobs:
                    job, attempt = self._jobs.popleft()
                    try:
                        self._do(job)
                    except LeftError:
                        self._jobs += [(job, attempt + 1)] if attempt < ATTEMPTS else []
            finally:
                self._process.kill()
        atexit.unregister(self.end)

    def _do(self, job: Job) -> None:
        name, seeds = job
        if seeds:
            self._answer(job)
        else:
            self.case.findings[name].offer(lambda: self._answer(job))

    def _answer(self, sent: Any) -> Any:
        """Return what comes back for what is sent. Raises LeftError where it is given up."""
        _send(self._process.stdin, sent)
        while True:
            what, content = pickle.load(self._process.stdout)  # type: ignore[arg-type]
            if what == "done":
                return content
            if what == "left":
                raise LeftError
            self._share(content)

    def _share(self, key: Any) -> None:
        """Let a run be trained there, and take it; or send what there is of it: None, if it is begun here."""
        taken: list[Run] = []

        def trained() -> Run:
            taken.append(read_only(self._answer("train it")))
            return taken[0]

        run = RUNS.offer(key, trained)
        if not taken:
            _send(self._process.stdin, run)


def _started() -> subprocess.Popen[bytes]:
    """Start a new Python that imports what this one does, hears no Ctrl-C, and says nothing."""
    quiet = ("CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP", "BELOW_NORMAL_PRIORITY_CLASS")
    return subprocess.Popen(
        [sys.executable, "-P", "-c", SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        process_group=0,  # not a new session: Linux would weigh it as much as all of this one
        creationflags=sum(getattr(subprocess, name, 0) for name in quiet),  # all of them are of Windows
    )


def serve() -> None:
    """Do, in the other process, what is asked for on the standard input, until that is closed."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    asked: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()

    def made(key: Any, compute: Callable[[], Run]) -> Run:
        _send(out, ("train", key))
        said = asked.get()
        if said is None:
            raise LeftError
        if said != "train it":
            return read_only(said)
        run = compute()
        _send(out, ("done", run))
        return run

    RUNS.made = made
    case = CASES[asked.get()]
    _send(out, ("done", None))
    with one_thread():
        while True:
            try:
                _send(out, ("done", _done(case, asked.get())))
            except Exception:
                _send(out, ("left", None))


def _done(case: Case, job: Job) -> Any:
    name, seeds = job
    if seeds:
        train(case.experiment(name), range(seeds))
        return None
    return case.findings[name]()


def _listen(stream: BinaryIO, asked: SimpleQueue[Any]) -> None:
    """Pass on what is asked; end this process, whatever it is doing, with the one that asks."""
    with suppress(Exception):
        while True:
            asked.put(pickle.load(stream))
    os._exit(0)


def _send(stream: Any, thing: Any) -> None:
    stream.write(pickle.dumps(thing, pickle.HIGHEST_PROTOCOL))  # in one piece, or nothing of it
    stream.flush()
