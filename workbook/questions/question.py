"""A question: what somebody asked about a network that would not learn, as experiments, without a chapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import cleandoc
from typing import NamedTuple

from workbook.experiment import Experiment
from workbook.parts import Catalogue, nearest

CAUSES = (
    "inputs unscaled",
    "targets unscaled",
    "targets out of reach",
    "output activation",
    "loss for the task",
    "equal start",
    "start too large",
    "start too small",
    "step too long",
    "step too short",
    "stopped too early",
    "no nonlinearity",
    "too little capacity",
    "dead units",
    "missing bias",
    "order of rows",
    "wrong gradient",
    "wrong update",
    "wrong data",
    "healthy",
)


class Posed(NamedTuple):
    """The experiment as posted; repairs, which help; related ones: repairs that do not, and comparisons."""

    as_posted: Experiment
    repairs: Mapping[str, Experiment]
    related: Mapping[str, Experiment] = {}


@dataclass(frozen=True, repr=False)
class Question:
    """What was asked, where, and why it happens: causes, of CAUSES, the first one first.

    text: who asked what, in our words. seeds: how many a rate is counted over, from 0. The experiments are
    built when they are first asked for, because some bring thousands of pictures. Raises TypeError, naming
    the nearest, for a cause that there is not.
    """

    name: str
    source: str
    causes: tuple[str, ...]
    seeds: int
    text: str
    pose: Callable[[], Posed] = field(compare=False)

    def __post_init__(self) -> None:
        for cause in self.causes:
            if cause not in CAUSES:
                raise TypeError(f"there is no cause {cause!r}.{nearest(cause, CAUSES)}")

    @cached_property
    def posed(self) -> Posed:
        """All experiments, in three parts."""
        return self.pose()

    @property
    def as_posted(self) -> Experiment:
        """What the asker had written, wrong as it was."""
        return self.posed.as_posted

    @property
    def repairs(self) -> Mapping[str, Experiment]:
        """By name: the same with as little changed as helps."""
        return self.posed.repairs

    @property
    def related(self) -> Mapping[str, Experiment]:
        """By name: what does not help, and what it is compared with."""
        return self.posed.related

    @property
    def experiments(self) -> Catalogue[Experiment]:
        """All of them by name: "as posted", then the repairs, then the related ones."""
        return Catalogue(
            f"experiment of {self.name}",
            {"as posted": self.as_posted, **self.repairs, **self.related}.items(),
        )

    def __repr__(self) -> str:
        return f"Question({self.name!r}: {', '.join(self.causes)})"


def question(name: str, source: str, *causes: str, seeds: int) -> Callable[[Callable[[], Posed]], Question]:
    """Make a question of the function below, which poses it; what it says of itself becomes the text."""
    return lambda pose: Question(name, source, causes, seeds, cleandoc(pose.__doc__ or ""), pose)
