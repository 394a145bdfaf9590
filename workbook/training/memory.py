"""Memory: what was computed once is not computed again, within a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

PATIENCE = 0.1  # seconds after which who waits looks whether it was interrupted


@contextmanager
def holding(lock: Any) -> Iterator[None]:
    """Hold a lock; waiting for it can be interrupted, as a wait without end cannot always."""
    while not lock.acquire(timeout=PATIENCE):
        pass
    try:
        yield
    finally:
        lock.release()


class Memory(Generic[Value]):
    """Values by key, of `most` bytes in all; what was used longest ago is forgotten first.

    size(value) -> bytes. Threads that ask for the same key at the same time wait for one computation.
    made(key, compute): how a value comes about that is not remembered; computed, if nobody says otherwise.
    kept(key, compute): what stands before that, and before values from elsewhere: where they are kept.
    tell(share): who hears how far a computation is when nobody else listens; None for nobody.
    """

    def __init__(self, most: int, size: Callable[[Value], int]) -> None:
        self.most, self.size, self.held = most, size, 0
        self.made: Callable[[Any, Callable[[], Value]], Value] = lambda key, compute: compute()
        self.kept: Callable[[Any, Callable[[], Value]], Value] = lambda key, compute: compute()
        self.tell: Callable[[float], None] | None = None
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._working: dict[Hashable, threading.RLock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return what is remembered under the key; otherwise compute it, and remember it if it fits."""
        with holding(self._worked_on(key)):
            return self._found(key, lambda: self.made(key, compute))

    def offer(self, key: Hashable, compute: Callable[[], Value]) -> Value | None:
        """Like `get`, with a value from elsewhere, and without waiting: None where it is being computed."""
        working = self._worked_on(key)
        if not working.acquire(blocking=False):
            return None
        try:
            return self._found(key, compute)
        finally:
            working.release()

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self.held = 0

    def __len__(self) -> int:
        return len(self._values)

    def _worked_on(self, key: Hashable) -> threading.RLock:
        with self._lock:
            return self._working.setdefault(key, threading.RLock())

    def _found(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value, remembered or new; the lock of its key is held."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                self._working.pop(key, None)
                return self._values[key]
        value = self.kept(key, compute)
        with self._lock:
            self._keep(key, value)
            self._working.pop(key, None)
        return value

    def _keep(self, key: Hashable, value: Value) -> None:
        size = self.size(value)
        if size > self.most or key in self._values:
            return
        self._values[key] = value
        self.held += size
        while self.held > self.most:
            self.held -= self.size(self._values.popitem(last=False)[1])
