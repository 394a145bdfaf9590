"""Four inputs, of which one varies, and 124 outputs on straight lines: the data, and experiments on them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from workbook.baselines import least_squares
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.measures.columns import curvatures
from workbook.measures.valley import Valley, valley
from workbook.network import Network

ROWS, OUTPUTS = 200, 124
CONSTANTS = (3.0, 5.0, 7.0)  # of the inputs that stand still; the post does not tell them
POSTED_STEP = 1e-4
SHARE = 0.665  # of the longest step: so long is the posted one, to a thousandth

z = np.arange(float(ROWS))
X = np.column_stack([*(np.full(ROWS, value) for value in CONSTANTS), z])
T = 1000 + z[:, None] * (20 + 10 * np.arange(OUTPUTS))
RAW = Dataset(X, T, "124 lines", input_names=("a", "b", "c", "Z"))
STANDARDISED = RAW.standardised(targets=True)
INPUTS = {  # what tables call them -> the same inputs, otherwise written
    "raw": RAW,
    "without a, b, c": replace(RAW, inputs=X[:, 3:], input_names=("Z",), name="124 lines, Z alone"),
    "centred": replace(RAW, inputs=X - X.mean(0), name="124 lines, centred"),
    "over their largest": replace(RAW, inputs=X / X.max(0), name="124 lines, over their largest"),
    "standardised": replace(RAW, inputs=STANDARDISED.inputs, name="124 lines, inputs standardised"),
}


def with_targets(data: Dataset, standardised: bool) -> Dataset:
    """Return the same inputs, with the targets raw or standardised."""
    if not standardised:
        return data
    return replace(data, targets=STANDARDISED.targets, name=f"{data.name}, targets standardised")


def linear(data: Dataset) -> Network:
    """Return one linear layer for the data."""
    return Network((data.inputs.shape[1], data.targets.shape[1]))


def limit(data: Dataset) -> float:
    """Return the longest stable step of one linear layer on the data: 2 over the largest eigenvalue."""
    return float(2 / curvatures(data.inputs)[-1])


def walk(data: Dataset, share: float = SHARE) -> Experiment:
    """Return 100 steps of gradient descent with one linear layer, each `share` of the longest step long."""
    return as_posted.but(dataset=data, network=linear(data), step_size=share * limit(data))


@cache
def valley_of(data: Dataset, seed: int) -> Valley:
    """Return the valley around the closed form, with the plane in which a seed's walk on the data lies."""
    experiment = walk(data)
    return valley(experiment, [least_squares(data)], experiment.network.init(seed))


def unit(data: Dataset) -> np.ndarray:
    """Return how many of the raw targets' units a 1 is in the targets of the data, (124,): 1 for raw ones."""
    return np.asarray(T[:: ROWS // len(data)].std(0) / data.targets.std(0))


def raw(data: Dataset, outputs: np.ndarray) -> np.ndarray:
    """Return outputs (..., n, 124), which may be standardised as the data are, in the raw targets' units."""
    size = unit(data)
    shift = T[:: ROWS // len(data)].mean(0) - size * data.targets.mean(0)
    with np.errstate(all="ignore"):
        return np.asarray(outputs * size + shift)


def worst(data: Dataset, outputs: np.ndarray) -> np.ndarray:
    """Return how far the worst of outputs (..., n, 124) is off, in the units of the raw targets: (...)."""
    with np.errstate(all="ignore"):
        return np.asarray((np.abs(outputs - data.targets) * unit(data)).max((-2, -1)))


def deep(layers: int) -> Network:
    """Return so many hidden ReLU layers of 16 units, with He's start; none: one linear layer."""
    return Network((4, *[16] * layers, OUTPUTS), "relu", initializer="he" if layers else "lecun")


as_posted = Experiment(RAW, linear(RAW), "quadratic cost", step_size=POSTED_STEP, steps=100)
TARGETS_ONLY = with_targets(RAW, True)
FEW = replace(RAW, inputs=X[::5], targets=T[::5], name="124 lines, every fifth row").standardised(
    targets=True
)
repairs = {
    "standardised inputs": walk(INPUTS["standardised"]),
    "standardised inputs and targets": walk(STANDARDISED).but(step_size=0.2, steps=50),
}
related = {
    "1 000 steps": as_posted.but(steps=1000),
    "3 000 steps": as_posted.but(steps=3000, record_every=100),
    "5 000 steps": as_posted.but(steps=5000, record_every=100),
    "standardised targets": walk(TARGETS_ONLY),
    "one linear layer": walk(FEW).but(network=deep(0)),
    "ten ReLU layers": walk(FEW).but(network=deep(10), step_size=0.003, steps=300),
    "ten ReLU layers, Adam": walk(FEW).but(network=deep(10), optimizer="adam(0.01)", steps=300),
}
DEPTHS = ("one linear layer", "ten ReLU layers", "ten ReLU layers, Adam")
