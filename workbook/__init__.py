"""Why small neural networks fail to learn, and how to find out: the engine.

Read it in this order: parts, layers, network, experiment, outcomes, training, rates, gradcheck, measures,
faults, cases. Beside them, in folders of their own, lie data and course (command line, JupyterLab, checking).

Glossary. x inputs, t targets, y outputs; W weights, b biases; z = x @ W + b, a layer's weighted sums, or
pre-activations. n rows, n_in and n_out units. A d in front means "gradient of the loss with respect to": dW,
dy. Arrays end in (rows, units). Any axis before those counts seeds: a *population* is many networks of one
kind, trained side by side. Code that touches the last two axes only serves one network and a thousand.

Our words and the field's. Step size: learning rate. Step: update, or iteration. Rows: examples. Rows a step:
batch size. Weight decay: L2 regularisation. Start: initialization. Unit: neuron; of a convolution, filter.
Pool: subsampling. Held-out rows: validation, or test, set. The gradient from above: upstream gradient. Logit:
an output that a loss turns into a probability. Curvature: the largest eigenvalue of the Hessian; the longest
step it holds: stability limit, 2 / curvature. Kink: a point without a derivative, such as the ReLU's at 0.
"""

from importlib import import_module

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.gradcheck import check_gradients
from workbook.layers import Convolution, Layer, Picture
from workbook.network import Network
from workbook.rates import Rate
from workbook.training import Run, Trainer, train

__all__ = [
    "CASES",
    "FAULTS",
    "Convolution",
    "Dataset",
    "Experiment",
    "Layer",
    "Network",
    "Picture",
    "Rate",
    "Run",
    "Trainer",
    "Workers",
    "check_gradients",
    "train",
]


LATER = {"CASES": "workbook.cases", "FAULTS": "workbook.faults", "Workers": "workbook.training.workers"}


def __getattr__(name: str) -> object:
    """Import what brings data or processes with it when it is first asked for: cases, faults, workers."""
    if name in LATER:
        return getattr(import_module(LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
