"""A small network that every fault can be planted into, and what the gradient check says of each."""

from __future__ import annotations

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.gradcheck import GradientReport, check_gradients
from workbook.network import Network

ALIVE = 13  # a seed of the small network with no dead unit, so that every parameter has a gradient


def small_network() -> Experiment:
    """Return a 2-3-2-1 network with ReLUs, a sigmoid output, decay, and bytes as inputs: any fault fits."""
    inputs = np.random.RandomState(5).randint(0, 256, (30, 2)) / 255
    targets = (inputs.sum(axis=1, keepdims=True) > 1).astype(float)
    network = Network((2, 3, 2, 1), "relu", "sigmoid", True, "normal(1)", "normal(0.5)")
    return Experiment(Dataset(inputs, targets, "bright or dark"), network, penalty="weight decay(0.01)")


def fault_checks(seed: int = ALIVE) -> dict[str, GradientReport]:
    """Return the check of the small network with each fault in turn, by the fault's name."""
    return {name: check_gradients(fault.plant(small_network()), seed) for name, fault in FAULTS.items()}


def quotients_of(fault: str, kinds: str = "Wb", seed: int = ALIVE) -> np.ndarray:
    """Return analytic / numeric of each parameter of the small network that the fault makes wrong, (n,).

    kinds: "W", "b", or both, one after the other.
    """
    rows = check_gradients(FAULTS[fault].plant(small_network()), seed).parameters
    return np.array([row.analytic / row.numeric for row in rows if row.kind in kinds and row.error > 1e-2])
