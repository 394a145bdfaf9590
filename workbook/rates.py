"""Rates: how many seeds did it, and how sure that makes us."""

from __future__ import annotations

import math
from dataclasses import dataclass

NORMAL_975 = 1.959963984540054  # 97.5 % of a normal distribution lies below this many deviations
WORDS = {"hardly any": 0.15, "some": 0.3, "about half": 0.7, "most": 0.85, "nearly all": 1.0}  # up to a share


@dataclass(frozen=True)
class Rate:
    """`count` of `total`, with a 95 % interval.

    The interval is Wilson's score interval (E. B. Wilson 1927, "Probable inference, the law of
    succession, and statistical inference"), which stays inside 0 to 1 and is right for rare events too.
    """

    count: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.total or self.total < 1:
            raise ValueError(
                f"a rate needs 0 <= count <= total and a total of 1 or more, not {self.count} of {self.total}"
            )

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.count / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds of the share that the count is compatible with, at 95 %."""
        n, z2 = self.total, NORMAL_975**2
        middle = (self.count + z2 / 2) / (n + z2)
        half = NORMAL_975 / (n + z2) * math.sqrt(self.count * (n - self.count) / n + z2 / 4)
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def in_words(self) -> str:
        """The share so coarsely that the rounding of another processor, which moves a few, does not show."""
        return next(words for words, most in WORDS.items() if self.value <= most)

    def __str__(self) -> str:
        low, high = (round(100 * bound) for bound in self.interval)
        return f"{self.count} of {self.total} ({low} to {high} %)"
