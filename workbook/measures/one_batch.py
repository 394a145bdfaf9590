"""One batch: can a recipe fit a handful of rows? If it cannot, it has no business with more of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbook.baselines import constant_loss
from workbook.checked import whole
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.rates import Rate
from workbook.training import train

FITTED = 0.1  # of the loss of the best constant answer: nine tenths of what can be told from a few rows


def fits_one_batch(
    experiment: Experiment, seeds: int | Iterable[int], rows: int = 8, steps: int = 1000
) -> Rate:
    """Return how many seeds fit `rows` rows within so many steps of full batches, with all else as it is.

    Fitted: the loss, penalty apart, falls below a tenth of that of the best constant answer to these rows.
    Raises ValueError where the best constant answer leaves no loss to lower.
    """
    small = experiment.but(dataset=few_rows(experiment.dataset, rows), batch_size=None, steps=steps)
    bar = FITTED * constant_loss(small.loss, small.dataset)
    if not bar > 0:
        raise ValueError(
            f"a constant answer to the {len(small.dataset)} rows has the loss {bar / FITTED:g}, and leaves "
            "nothing to fit; their targets must differ"
        )
    run = train(small.but(record_every=max(1, steps)), seeds)
    with np.errstate(all="ignore"):
        fitted = small.loss.value(run.experiment.outputs(run.params), small.dataset.targets) < bar
    return Rate(int(fitted.sum()), len(run.seeds))


def few_rows(dataset: Dataset, rows: int = 8) -> Dataset:
    """Return so many rows of a data set, or all: evenly spaced among them in the order of their targets.

    So they hold the smallest target and the largest, and of classes as many as they can. Raises ValueError
    unless rows is a whole number, 1 or more.
    """
    whole("rows", rows, 1)
    in_order = np.lexsort(dataset.targets.T[::-1])
    at = np.linspace(0, len(dataset) - 1, min(rows, len(dataset))).round().astype(int)
    chosen = np.sort(in_order[at])
    return Dataset(dataset.inputs[chosen], dataset.targets[chosen], f"{len(chosen)} rows of {dataset.name}")
