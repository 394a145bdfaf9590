"""A case: a question that somebody asked about a network that would not learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbook.cases.finding import Findings
from workbook.experiment import Experiment
from workbook.parts import nearest
from workbook.training import Run, train


@dataclass(frozen=True, repr=False)
class Case:
    """The experiment as posted, its repairs, its relatives, and what was found out about them.

    chapter: the name of the chapter that tells of it. repairs: name -> the same experiment with as little
    changed as possible. related: name -> experiments that the same explanation covers. given: phrases of the
    chapter's text, two spaces or a line apart, whose numbers come from the question, a source, a definition
    or a formula; all others are findings. seeds: how many an outcome is counted over, from 0.
    """

    name: str
    question: str
    source: str
    chapter: str
    as_posted: Experiment
    repairs: Mapping[str, Experiment]
    related: Mapping[str, Experiment] = field(default_factory=dict)
    findings: Findings = field(default_factory=lambda: Findings(""))
    given: str = ""
    verdict: str = ""
    seeds: int = 200

    def __repr__(self) -> str:
        return f"Case({self.name!r}, {len(self.experiments)} experiments, {len(self.findings)} findings)"

    @property
    def experiments(self) -> dict[str, Experiment]:
        """All of them by name: "as posted", then the repairs, then the related ones."""
        return {"as posted": self.as_posted, **self.repairs, **self.related}

    def experiment(self, name: str) -> Experiment:
        """Return the experiment of that name. Raises TypeError, naming the nearest, if there is none."""
        if name not in self.experiments:
            raise TypeError(f"{self.name} has no experiment {name!r}.{nearest(name, self.experiments)}")
        return self.experiments[name]

    def train(self, names: Iterable[str] | None = None, seeds: int | None = None) -> dict[str, Run]:
        """Train the named experiments (None: all) on seeds 0 to seeds - 1 (None: the case's own number)."""
        names = self.experiments if names is None else names
        return {name: train(self.experiment(name), range(seeds or self.seeds)) for name in names}
