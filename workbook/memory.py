"""Memory: what was computed once is not computed again, within a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by key, of `most` bytes in all; what was used longest ago is forgotten first.

    size(value) -> bytes. Threads that ask for the same key at the same time wait for one computation.
    """

    def __init__(self, most: int, size: Callable[[Value], int]) -> None:
        self.most, self.size, self.held = most, size, 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._working: dict[Hashable, threading.RLock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return what is remembered under the key; otherwise compute it, and remember it if it fits."""
        with self._lock:
            working = self._working.setdefault(key, threading.RLock())
        with working:
            with self._lock:
                if key in self._values:
                    self._values.move_to_end(key)
                    return self._values[key]
            value = compute()
            with self._lock:
                self._keep(key, value)
                self._working.pop(key, None)
            return value

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self.held = 0

    def __len__(self) -> int:
        return len(self._values)

    def _keep(self, key: Hashable, value: Value) -> None:
        size = self.size(value)
        if size > self.most or key in self._values:
            return
        self._values[key] = value
        self.held += size
        while self.held > self.most:
            self.held -= self.size(self._values.popitem(last=False)[1])
