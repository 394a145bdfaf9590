"""Rules: which option is right, told from what a finding gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from workbook.cases import Finding


class Rule(Protocol):
    """Options in the order in which they are shown, and which of them is right."""

    options: list[str]

    def right(self, finding: Finding) -> str:
        """Return the option that the finding makes the right one."""
        ...


def right_option(rule: Rule, finding: Finding) -> str:
    """Return the right option, computed now. Raises ValueError if it is not among the options."""
    right = rule.right(finding)
    if right not in rule.options:
        raise ValueError(f"{finding.key!r} came out as {right!r}, which is not among the options")
    return right


class Nearest:
    """The option whose number is nearest to the finding's. options: text -> number."""

    def __init__(self, options: Mapping[str, float], of: str = "") -> None:
        self.options, self.numbers, self.of = list(options), dict(options), of

    def right(self, finding: Finding) -> str:
        """Return the option with the nearest number."""
        value = finding.value(self.of)
        return min(self.numbers, key=lambda option: abs(self.numbers[option] - value))


class UpTo:
    """The first option whose number the finding's does not exceed. options: text -> number, rising."""

    def __init__(self, options: Mapping[str, float], of: str = "") -> None:
        self.options, self.numbers, self.of = list(options), dict(options), of

    def right(self, finding: Finding) -> str:
        """Return the first option that is large enough; the last, if none is."""
        value = finding.value(self.of)
        return next((option for option in self.options if value <= self.numbers[option]), self.options[-1])


class Which:
    """The option that belongs to which of the finding's values lie above a limit.

    options: text -> one truth value for each of `names`; None for an option that is never right.
    """

    def __init__(
        self, names: Sequence[str], options: Mapping[str, Sequence[bool] | None], above: float = 0.5
    ) -> None:
        self.names, self.options, self.limit = list(names), list(options), above
        self.rows = {tuple(row): option for option, row in options.items() if row is not None}

    def right(self, finding: Finding) -> str:
        """Return the option for what is above the limit."""
        return self.rows[tuple(bool(finding.value(name) > self.limit) for name in self.names)]


class Most:
    """The option for which the finding gives the largest value, or the least."""

    def __init__(self, options: Iterable[str], of: str = "", least: bool = False) -> None:
        self.options, self.of, self.sign = list(options), of, -1 if least else 1

    def right(self, finding: Finding) -> str:
        """Return the option with the largest value, or the least."""
        values: Any = finding.value(self.of) if self.of else finding()
        return max(self.options, key=lambda option: self.sign * values[option])


class Said:
    """The option that says just what the finding gives, written like the template's fields."""

    def __init__(self, template: str, options: Sequence[str]) -> None:
        self.template, self.options = template, list(options)

    def right(self, finding: Finding) -> str:
        """Return what the finding gives, in the words of an option."""
        return " ".join(str(Finding(finding.key, finding, self.template)).split())
