"""The step check: is the change of the parameters what the optimizer makes of the gradient?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from workbook.checked import of_kind, seed_list, shown, whole
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.gradcheck import check_some
from workbook.gradcheck.report import named
from workbook.gradcheck.structures import array_name, leaves, values_like
from workbook.layers import Layer, arrays, member
from workbook.measures.step_report import ArrayStep, StepReport, compared_step
from workbook.parts import CLIPPINGS, OPTIMIZERS, Clipping, Optimizer
from workbook.training import Trainer

THRESHOLD, THRESHOLD32 = 1e-4, 1e-2  # relative errors up to it are none; the second for float32
MOST = 200  # parameters of each array whose gradient is measured
SUMMED = "it is what comes of the sum of all gradients so far, so they are not reset"
CLAIMED = "it is what comes of the gradient as computed, which is not the slope of the loss: check_gradients"
FORMS = (
    "check_steps(experiment, seed=0, steps=3) checks training, and check_steps(before=arrays, "
    'gradient=arrays, after=arrays, optimizer="gradient descent(0.1)") a step of your own'
)


def check_steps(
    experiment: Experiment | None = None,
    seed: int = 0,
    steps: int = 3,
    *,
    before: Any = None,
    gradient: Any = None,
    after: Any = None,
    optimizer: str | Optimizer | None = None,
    clipping: str | Clipping = "none",
) -> StepReport:
    """Compare the change that each of the first steps makes with what the optimizer makes of the gradient.

    Of an experiment: the change that the Trainer really makes, and what the registered optimizer of that name
    (and clipping) makes of the numeric gradient on the rows of that step, for up to 200 parameters of each
    array; it keeps a state of its own over the steps. A planted optimizer is compared with the one whose name
    its own begins with.

    Of a step of one's own: arrays before and after it and the gradient between, an array or a list, tuple or
    dict of them; compared with the optimizer's first step.

    Raises TypeError or ValueError, with both forms, for arguments that are neither, for an optimizer that
    nobody registered, and for shapes that differ.
    """
    own = {"before": before, "gradient": gradient, "after": after}
    given = [name for name, value in own.items() if value is not None]
    if experiment is None and given:
        missing = [name for name, value in (own | {"optimizer": optimizer}).items() if value is None]
        if missing or optimizer is None:
            raise TypeError(f"{' and '.join(missing)} not given: {FORMS}")
        return _check_own(before, gradient, after, OPTIMIZERS[optimizer], CLIPPINGS[clipping])
    if not isinstance(experiment, Experiment) or given:
        what = " and ".join(given) + " beside an experiment" if given else shown(experiment)
        raise TypeError(f"an experiment is checked, or a step; given was {what}: {FORMS}")
    whole("steps", steps, 1)
    rule = OPTIMIZERS[_plain_name(experiment.optimizer.name) if optimizer is None else optimizer]
    return _check_training(experiment, seed_list(seed)[0], steps, rule)


def _check_training(experiment: Experiment, seed: int, steps: int, rule: Optimizer) -> StepReport:
    of_kind("experiment", experiment, Experiment)
    clip = CLIPPINGS[_plain_name(experiment.clipping.name)]
    trainer = Trainer(experiment, seed)
    old = member(trainer.params, 0)
    names = [(n, kind) for n, layer in enumerate(old) for kind in "Wb" if getattr(layer, kind) is not None]
    expected, claimed = Expected(rule, clip, arrays(old)), Expected(rule, clip, arrays(old))
    summed = [np.zeros_like(array) for array in arrays(old)]
    rows: list[ArrayStep] = []
    for step in range(1, steps + 1):
        x, t = (part.reshape(-1, part.shape[-1]) for part in trainer.batch(trainer.step))
        rows_of_step = experiment.but(dataset=Dataset(x, t), batch_size=None)
        slopes, measured, noise = _numeric_gradient(rows_of_step, old)
        new = member(trainer.advance(1).params, 0)
        summed = [one + other for one, other in zip(summed, slopes, strict=True)]
        columns = (names, arrays(old), arrays(new), expected.of(slopes, noise), measured)
        alike = {
            SUMMED: Expected(rule, clip, arrays(old)).of(summed, 0.0),
            CLAIMED: claimed.of(arrays(experiment.gradient(old, x, t)), 0.0),
        }
        for at, (name, before, after, change, known) in enumerate(zip(*columns, strict=True)):
            others = {words: changes[at][0] for words, changes in alike.items()}
            rows.append(compared_step(step, name, before, after, *change, known, THRESHOLD, others))
        old = new
    return StepReport(rows, rule.name, THRESHOLD)


def _numeric_gradient(
    experiment: Experiment, params: list[Layer]
) -> tuple[list[np.ndarray], list[np.ndarray], float]:
    """Return the gradient, where it was measured at no kink, and how far off a measured number may be.

    Where nothing was measured stands what the experiment says itself, for the clipping and for what an
    optimizer remembers.
    """
    data = experiment.dataset
    slopes = experiment.gradient(params, data.inputs, data.targets)
    slopes = [layer.each(np.array) for layer in slopes]
    measured = [layer.each(lambda array: np.zeros(array.shape, bool)) for layer in slopes]
    report = check_some(experiment, params, MOST)
    for row in report.parameters:
        if not row.kink:
            getattr(slopes[row.layer], row.kind)[row.index] = row.numeric
            getattr(measured[row.layer], row.kind)[row.index] = True
    largest = max((abs(row.numeric) for row in report.parameters), default=0.0)
    return arrays(slopes), arrays(measured), 2 * report.noise + 1e-9 * largest


class Expected:
    """What an optimizer makes of one gradient after the other."""

    def __init__(self, rule: Optimizer, clipping: Clipping, params: Iterable[np.ndarray]) -> None:
        self.rule, self.clipping = rule, clipping
        self.states = [rule.start(array) for array in params]

    @np.errstate(all="ignore")
    def of(self, gradient: list[np.ndarray], noise: float) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return, for each array, its change, and where a gradient off by noise would make it another."""
        clipped = self._clipped(gradient)
        before = self.states
        stepped = [self.rule.step(*pair) for pair in zip(clipped, before, strict=True)]
        changes, self.states = [change for change, _ in stepped], [state for _, state in stepped]
        ends = [
            [self.rule.step(slopes + off, state)[0] for slopes, state in zip(clipped, before, strict=True)]
            for off in (-noise, noise)
        ]
        most = 0.1 * THRESHOLD * max(abs(change).max(initial=0.0) for change in changes)
        unsure = [abs(one - other) > most for one, other in zip(*ends, strict=True)]
        return list(zip(changes, unsure, strict=True))

    def _clipped(self, gradient: list[np.ndarray]) -> list[np.ndarray]:
        if self.clipping.clip is None:
            return gradient
        flat = [np.atleast_2d(array) for array in gradient]  # a clipping looks at the last two axes
        return [
            array.reshape(slopes.shape)
            for array, slopes in zip(self.clipping.clip(flat), gradient, strict=True)
        ]


def _check_own(before: Any, gradient: Any, after: Any, rule: Optimizer, clipping: Clipping) -> StepReport:
    names = [array_name(path) for path in leaves(before)]
    old = [np.asarray(array) for array in leaves(before).values()]
    shapes = [array.shape for array in old]
    slopes = values_like(before, gradient, shapes, "gradient")
    new = values_like(before, after, shapes, "after")
    for name, *three in zip(names, old, slopes, new, strict=True):
        if len({array.shape for array in three}) > 1:
            found = ", ".join(str(array.shape) for array in three)
            raise ValueError(f"{named([name])} has shapes {found} before, in the gradient and after")
    single = any(array.dtype == np.float32 for array in (*old, *slopes, *new))
    threshold = THRESHOLD32 if single else THRESHOLD
    old, slopes, new = ([array.astype(float) for array in listed] for listed in (old, slopes, new))
    changes = Expected(rule, clipping, old).of(slopes, 0.0)
    rows = [
        compared_step(1, name, one, other, change, unsure, np.ones(one.shape, bool), threshold, {})
        for name, one, other, (change, unsure) in zip(names, old, new, changes, strict=True)
    ]
    return StepReport(rows, rule.name, threshold)


def _plain_name(name: str) -> str:
    """Return what the name of a planted part begins with: "momentum(0.1, 0.9), update overwrites"."""
    return name[: name.index(")") + 1] if ")" in name else name.partition(",")[0]
