"""The machine: what it does with memory and processors, where that decides how long training takes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

LARGEST_KEPT = 33_500_000  # bytes, just below what the C library of Linux can be told to keep


def keep_freed_memory() -> None:
    """Have the C library keep what is freed for what is needed next, in place of giving it to the system.

    Given back, it comes page by page, filled with zeros, at every step anew, which takes two to four times as
    long as the step. glibc keeps pieces as large as the largest that was ever freed, and twice as much at the
    end of its heap (mallopt, M_MMAP_THRESHOLD); so one is taken here, never touched, and freed.
    """
    np.empty(LARGEST_KEPT, np.uint8)


class OneThread:
    """Matrix products on one processor: with more, those of small networks only wait for each other."""

    def __init__(self) -> None:
        self._inside, self._before = 0, [0]
        self._lock = threading.Lock()

    def enter(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = [library.get_num_threads() for library in _libraries()]
                for library in _libraries():
                    library.set_num_threads(1)
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                for library, before in zip(_libraries(), self._before, strict=True):
                    library.set_num_threads(before)


_PRODUCTS = OneThread()


@contextmanager
def one_thread() -> Iterator[None]:
    """Do what stands inside with matrix products on one processor, whatever they are allowed outside."""
    _PRODUCTS.enter()
    try:
        yield
    finally:
        _PRODUCTS.leave()


@cache
def _libraries() -> list[Any]:
    from threadpoolctl import ThreadpoolController  # only who trains has to wait for this import

    found: list[Any] = ThreadpoolController().select(user_api="blas").lib_controllers
    return found
