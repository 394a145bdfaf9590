"""Why small neural networks fail to learn, and how to find out: the engine.

Read it in this order: parts, network, experiment, outcomes, training, gradcheck, faults, measures, cases.

Glossary. x inputs, t targets, y outputs; W weights, b biases; z = x @ W + b, a layer's weighted sums.
n rows, n_in and n_out units. A d in front means "gradient of the loss with respect to": dW, dy.
Arrays end in (rows, units). Any axis before those counts seeds: a *population* is many networks of one
kind, trained side by side. Code that touches the last two axes only serves one network and a thousand.
"""

from importlib import import_module

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.gradcheck import check_gradients
from workbook.network import Layer, Network
from workbook.rates import Rate
from workbook.training import Run, Trainer, train

__all__ = [
    "CASES",
    "FAULTS",
    "Dataset",
    "Experiment",
    "Layer",
    "Network",
    "Rate",
    "Run",
    "Trainer",
    "check_gradients",
    "train",
]


def __getattr__(name: str) -> object:
    """Import the cases and the faults when they are first asked for: cases bring data with them."""
    if name in ("CASES", "FAULTS"):
        return getattr(import_module(f"workbook.{name.lower()}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
