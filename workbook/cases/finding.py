"""A finding: a named fact, computed once, and what it should be.

Claims, predictions, cells, tests and prose read the same one.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from textwrap import fill
from typing import Any

import numpy as np

from workbook.training.memory import holding

LINE = 92  # letters
FIELD = re.compile(r"\{(\w+): ([^}]*)\}")
NUMBER = re.compile(r"-?\d+(?:\.(\d+))?(?:e[-+]?\d+)?")


def always() -> bool:
    """True: what most findings are due."""
    return True


class Finding:
    """A fact by name. Calling it computes its value, once, and gives the same one from then on.

    The value is a number, a text or an array of numbers, or a dictionary of these by name. sentence says
    what the values should be, each in braces behind its name: "{dead: 119} of 300 die, loss {loss: 0.5}".
    A number is right when it comes out so, written with as many digits; "40 %" is 0.4; "below 2", "above 2"
    and "1 to 2" leave room; of an array, every number has to be right.

    due(): whether a check of all findings should compute it now. Some need data that not everybody has, or
    minutes; they are still there for whoever asks.
    """

    def __init__(
        self, key: str, compute: Callable[[], Any], sentence: str, due: Callable[[], bool] = always
    ) -> None:
        self.key, self.compute, self.sentence, self.due = key, compute, sentence, due
        self.__doc__ = self.statement
        self._lock = threading.RLock()
        self._value: Any = None

    def __call__(self) -> Any:
        """Return the value; two threads that ask at the same time wait for one computation."""
        with holding(self._lock):
            if self._value is None:
                self._value = self.compute()
            return self._value

    @property
    def known(self) -> bool:
        """Whether the value is there without computing."""
        return self._value is not None

    def offer(self, compute: Callable[[], Any]) -> None:
        """Take the value from elsewhere, unless it is known or another thread is computing it."""
        if self._lock.acquire(blocking=False):
            try:
                if self._value is None:
                    self._value = compute()
            finally:
                self._lock.release()

    @property
    def statement(self) -> str:
        """The sentence, with what the values should be."""
        return FIELD.sub(r"\2", self.sentence)

    def holds(self) -> bool:
        """Return whether everything came out as the sentence says."""
        return all(agrees(self.value(name), expected) for name, expected in FIELD.findall(self.sentence))

    def __str__(self) -> str:
        """The sentence, with what was computed, in lines that a notebook need not break."""
        said = FIELD.sub(lambda field: written(self.value(field[1]), field[2]), self.sentence)
        return fill(said, LINE, break_long_words=False, break_on_hyphens=False)

    def __repr__(self) -> str:
        return f"Finding({self.key})"

    def value(self, name: str) -> Any:
        """Return the value of that name; the only one there is has any."""
        value = self()
        return value[name] if isinstance(value, Mapping) else value


class Findings(dict[str, Finding]):
    """The findings of a chapter by name. It decorates the functions that compute them."""

    def __init__(self, chapter: str) -> None:
        super().__init__()
        self.chapter = chapter

    def __call__(
        self, sentence: str, due: Callable[[], bool] = always
    ) -> Callable[[Callable[[], Any]], Finding]:
        """Make a finding of the function below. Raises ValueError for a name that is taken."""

        def made(compute: Callable[[], Any]) -> Finding:
            name = compute.__name__
            if name in self:
                raise ValueError(f"{self.chapter} has a finding {name!r} already")
            self[name] = Finding(f"{self.chapter}/{name}".replace("_", "-"), compute, sentence, due)
            return self[name]

        return made


def agrees(value: Any, expected: str) -> bool:
    """Return whether a value is what it should be, as a finding's sentence writes it."""
    if isinstance(value, str):
        return value == expected
    numbers, expected = _numbers(value, expected), expected.removesuffix(" %")
    if not numbers.size:  # nothing is not what it should be
        return False
    if expected.startswith("below "):
        return bool((numbers < float(expected[6:])).all())
    if expected.startswith("above "):
        return bool((numbers > float(expected[6:])).all())
    low, to, high = expected.partition(" to ")
    if to:
        return bool(((float(low) <= numbers) & (numbers <= float(high))).all())
    return all(float(written(number, low)) == float(low) for number in numbers)


def written(value: Any, like: str) -> str:
    """Return a value with as many digits as the example has; an array as its least and its greatest.

    What is below or above the example's bound is written as the bound: such values may differ by rounding.
    """
    if isinstance(value, str):
        return value
    if like.startswith(("below ", "above ")) and agrees(value, like):
        return like
    numbers, unit = _numbers(value, like), " %" if like.endswith(" %") else ""
    example = NUMBER.search(like)
    if example is None:
        raise ValueError(f"a number cannot be written like {like!r}")
    kind = "e" if "e" in example[0] else "f"
    texts = [f"{number:.{len(example[1] or '')}{kind}}" for number in (numbers.min(), numbers.max())]
    return re.sub(r"e([-+])0", r"e\1", " to ".join(dict.fromkeys(texts)) + unit)


def _numbers(value: Any, like: str) -> np.ndarray:
    """Return the numbers of a value, in the unit of the example."""
    return np.ravel(np.asarray(value, float)) * (100 if like.endswith(" %") else 1)
