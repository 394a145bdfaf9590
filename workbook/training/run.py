"""The run: what training gave, and what to hold it against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workbook.baselines import constant_loss
from workbook.classes import accuracy, commonest_share, recall
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays, like
from workbook.outcomes import CONSTANTS, OUTCOMES, Curve, constants, outcomes
from workbook.rates import Rate

NUMBERS_AT_ONCE = 10_000_000  # of the largest array, when it is told what seeds came to: 80 MB


@dataclass(frozen=True)
class Run:
    """What training gave.

    seeds: the n_seeds seeds. steps: the steps at which losses were recorded, from 0. losses: the loss on the
    whole data set, (len(steps), n_seeds); (steps + 1, n_seeds) where every step is recorded. params: the last
    parameters, with a leading axis of n_seeds. diverged: seed -> first recorded step at which its loss was
    not finite, or the last step if only a parameter is not. stopped: seed -> the step after which its steps
    had become too short.
    """

    experiment: Experiment
    seeds: list[int]
    steps: np.ndarray
    losses: np.ndarray
    params: list[Layer]
    diverged: dict[int, int]
    stopped: dict[int, int]

    @cached_property
    def came_to(self) -> np.ndarray:
        """What each seed came to, (n_seeds,) of text: one of OUTCOMES."""
        size = max(1, NUMBERS_AT_ONCE // self.experiment.network.largest_array(len(self.experiment.dataset)))
        found = []
        for start in range(0, len(self.seeds), size):
            some = slice(start, start + size)
            params = like(self.params, (array[some] for array in arrays(self.params)))
            found.append(outcomes(self.experiment, params, Curve(self.steps, self.losses[:, some])))
        return np.concatenate(found)

    @cached_property
    def outcomes(self) -> dict[str, int]:
        """How many seeds came to what: {"solved": 28, "dead": 119, ...}, only what happened."""
        return _counted(self.came_to, OUTCOMES)

    @cached_property
    def constants(self) -> dict[str, int]:
        """Which constant the "constant" seeds say: {"the mean of the targets": 90, ...}."""
        which = constants(self.experiment, self.params)
        return _counted(which[self.came_to == "constant"], CONSTANTS)

    @property
    def outputs(self) -> np.ndarray:
        """What each seed's network gives for each row at the end, (n_seeds, n, n_out)."""
        return self.experiment.outputs(self.params)

    @property
    def answers(self) -> np.ndarray:
        """What these outputs say, in the units of the targets: for logits, probabilities; shaped alike."""
        return self.experiment.loss.says(self.outputs)

    @property
    def constant_loss(self) -> float:
        """The loss of the best answer that is the same for every row: what a network has to beat."""
        return constant_loss(self.experiment.loss, self.experiment.dataset)

    @property
    def held_out_loss(self) -> np.ndarray:
        """The loss of each seed on the held-out rows, without penalty, (n_seeds,)."""
        data = self._rows(held_out=True)
        return self.experiment.loss.value(self._outputs_for(data), data.targets)

    def accuracy(self, held_out: bool = False) -> np.ndarray:
        """Return the share of rows whose class each seed names rightly, (n_seeds,).

        held_out: of the held-out rows. Raises ValueError where there are none, or the targets are no classes;
        the two below as well.
        """
        answers, data = self._classified(held_out)
        return accuracy(answers, self._labels(data))

    def recall(self, held_out: bool = False) -> np.ndarray:
        """Return the same among the rows of each class, (n_seeds, n_classes)."""
        answers, data = self._classified(held_out)
        return recall(answers, self._labels(data), data.classes)

    def commonest_share(self, held_out: bool = False) -> np.ndarray:
        """Return the share of the rows for which each seed gives its commonest answer, (n_seeds,)."""
        return commonest_share(self._classified(held_out)[0])

    def rate(self, outcome: str = "solved") -> Rate:
        """Return how many of the seeds came to `outcome`, with a 95 % interval."""
        if outcome not in OUTCOMES:
            raise ValueError(f"an outcome is one of {', '.join(OUTCOMES)}; not {outcome!r}")
        return Rate(self.outcomes.get(outcome, 0), len(self.seeds))

    def __repr__(self) -> str:
        came_to = ", ".join(f"{count} {name}" for name, count in self.outcomes.items())
        seeds = f"{len(self.seeds)} seed{'s' * (len(self.seeds) > 1)}"
        return f"Run({seeds}, {self.steps[-1]} steps: {came_to})"

    def _rows(self, held_out: bool) -> Dataset:
        data = self.experiment.dataset
        if not held_out:
            return data
        if data.held_out is None:
            raise ValueError(f"{data!r} has no held-out rows; data.split() makes some")
        return data.held_out

    def _outputs_for(self, data: Dataset) -> np.ndarray:
        return self.experiment.network.forward(self.params, data.inputs)[0]

    def _classified(self, held_out: bool) -> tuple[np.ndarray, Dataset]:
        data = self._rows(held_out)
        return self.experiment.loss.says(self._outputs_for(data)), data

    def _labels(self, data: Dataset) -> np.ndarray:
        if data.labels is None:
            raise ValueError(
                f"the targets of {data!r} are no classes: one column of 0 and 1, or a 1 in each row"
            )
        return data.labels


def joined(experiment: Experiment, runs: list[Run]) -> Run:
    """Return the runs of other seeds of one experiment as one Run.

    Where all seeds of a run had stopped before those of another, their last losses go on, as in company.
    """
    if len(runs) == 1 and runs[0].experiment is experiment:
        return runs[0]
    steps = max((run.steps for run in runs), key=lambda steps: int(steps[-1]))
    together = zip(*(arrays(run.params) for run in runs), strict=True)
    return Run(
        experiment,
        [seed for run in runs for seed in run.seeds],
        steps,
        np.concatenate([_lengthened(run.losses, len(steps)) for run in runs], axis=1),
        like(runs[0].params, map(np.concatenate, together)),
        {seed: at for run in runs for seed, at in run.diverged.items()},
        {seed: at for run in runs for seed, at in run.stopped.items()},
    )


def _lengthened(losses: np.ndarray, length: int) -> np.ndarray:
    """Return losses (k, n_seeds) as (length, n_seeds), the last row repeated."""
    if len(losses) == length:
        return losses
    return np.concatenate([losses, np.repeat(losses[-1:], length - len(losses), axis=0)])


def _counted(found: np.ndarray, names: Iterable[str]) -> dict[str, int]:
    return {name: int((found == name).sum()) for name in names if (found == name).any()}
