"""A cosine of five waves that a network never learns: the question high-frequency, and what may help it."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbook.cases.sine import error
from workbook.experiment import Experiment
from workbook.questions import QUESTIONS
from workbook.training import train

STEPS = 4000  # twenty epochs of 200 rows; the posted ones are fifty times as many
SEEDS = 5
AS_POSTED = "as posted"
CHANGES: dict[str, dict[str, Any]] = {
    "steps twice as long": {"step_size": 0.1},
    "three times as many epochs": {"steps": 3 * STEPS, "record_every": 3 * STEPS},
    "four times as many hidden units": {"sizes": (1, 260, 1)},
}
WIDER = "start values of the first layer from -16 to 16"


def experiments() -> dict[str, Experiment]:
    """Return the question as posted, but for twenty epochs, and with each change."""
    question = QUESTIONS["high-frequency"]
    posted, wider = (
        one.but(steps=STEPS, record_every=STEPS)
        for one in (question.as_posted, question.repairs["wide first layer"])
    )
    changed = {name: posted.but(**changes) for name, changes in CHANGES.items()}
    return {AS_POSTED: posted, **changed, WIDER: wider}


def mean_squares() -> dict[str, float]:
    """Return the median of the seeds' mean squared errors, for each experiment."""
    return {
        name: float(np.median(np.square(error(train(one, range(SEEDS))))))
        for name, one in experiments().items()
    }


def most_in_a_wave(name: str) -> float:
    """Return by how much a weighted sum changes over one wave of cos 16x, at the start, at most."""
    weights = experiments()[name].network.init(range(1000))[0].W
    return float(np.abs(weights).max() * 2 * np.pi / 16)
