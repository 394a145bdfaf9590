"""Is the sum of two numbers above 50? Somebody's network says yes to everything; three changes, measured."""

from __future__ import annotations

import numpy as np

from workbook.classes import recall
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.questions.scales import one_class_only
from workbook.training import train

SEEDS, STEPS = 3, 500
BALANCED, SHORTER, SMALLER = (
    "equally many of both answers to learn from",
    "steps ten times shorter",
    "numbers from 0 to 1, and steps ten times longer",
)
AS_POSTED = one_class_only.as_posted.but(steps=STEPS)
SCALED = one_class_only.repairs["inputs / 100, step 1"].but(steps=STEPS)
INPUTS, YES = AS_POSTED.dataset.inputs, AS_POSTED.dataset.targets[:, 0] > 0


def balanced() -> Dataset:
    """Return all rows that are a no, and as many that are a yes: the first."""
    no = np.flatnonzero(~YES)
    rows = np.concatenate([no, np.flatnonzero(YES)[: len(no)]])
    return Dataset(INPUTS[rows], AS_POSTED.dataset.targets[rows], "equally many of both")


CHANGED: dict[str, Experiment] = {
    "as posted": AS_POSTED,
    BALANCED: AS_POSTED.but(dataset=balanced()),
    SHORTER: AS_POSTED.but(step_size=0.01),
    SMALLER: SCALED,
}


def found(name: str) -> np.ndarray:
    """Return which share of the no's, and of the yes's, each seed's network finds, (3, 2): of all rows."""
    experiment = CHANGED[name]
    inputs = SCALED.dataset.inputs if name == SMALLER else INPUTS
    outputs = experiment.network.forward(train(experiment, range(SEEDS)).params, inputs)[0]
    return recall(experiment.loss.says(outputs), YES.astype(int))
