"""Small networks that the faults can be planted into, and what the gradient check says of each."""

from __future__ import annotations

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.gradcheck import GradientReport, check_gradients
from workbook.network import Network

ALIVE = 13  # a seed of the small network with no dead unit, so that every parameter has a gradient
# Those that the chapter on gradient checking shows, in its order; learners have kept answers about them.
CHECKED = (
    "missing bias",
    "ReLU on the output",
    "initial weights all equal",
    "weight where the input belongs",
    "missing output derivative",
    "bias gradient is 0",
    "relu gradient by value",
    "derivative at the output",
    "forgotten mean over the batch",
    "wrong sign",
    "decay missing from the gradient",
    "decay by sum of weights",
    "signed pixels",
    "targets one row off",
)


def small_network() -> Experiment:
    """Return a 2-3-2-1 network with ReLUs, a sigmoid output, decay, and bytes as inputs: most faults fit."""
    network = Network((2, 3, 2, 1), "relu", "sigmoid", True, "normal(1)", "normal(0.5)")
    return Experiment(_bright_or_dark(), network, penalty="weight decay(0.01)")


def small_classifier() -> Experiment:
    """Return a 2-4-2 network with logits, held-out rows, and batches: it takes what needs one of these."""
    bright = _bright_or_dark()
    data = Dataset(bright.inputs, np.hstack([1 - bright.targets, bright.targets]), bright.name)
    network = Network((2, 4, 2), "tanh", "identity", True, "normal(1)", "normal(0.5)")
    return Experiment(data.split(0.2), network, "softmax cross-entropy", batch_size=6)


def trial_of(name: str) -> Experiment:
    """Return the small network that the fault of that name fits. Raises TypeError for an unknown name."""
    experiment = small_network()
    try:
        FAULTS[name].plant(experiment)
    except ValueError:
        return small_classifier()
    return experiment


def fault_checks(seed: int = ALIVE) -> dict[str, GradientReport]:
    """Return the check of the small network with each of its chapter's faults in turn, by fault's name."""
    return {name: check_gradients(FAULTS[name].plant(small_network()), seed) for name in CHECKED}


def quotients_of(fault: str, kinds: str = "Wb", seed: int = ALIVE) -> np.ndarray:
    """Return analytic / numeric of each parameter of the small network that the fault makes wrong, (n,).

    kinds: "W", "b", or both, one after the other.
    """
    rows = check_gradients(FAULTS[fault].plant(small_network()), seed).parameters
    return np.array([row.analytic / row.numeric for row in rows if row.kind in kinds and row.error > 1e-2])


def _bright_or_dark() -> Dataset:
    inputs = np.random.RandomState(5).randint(0, 256, (30, 2)) / 255
    return Dataset(inputs, (inputs.sum(axis=1, keepdims=True) > 1).astype(float), "bright or dark")
