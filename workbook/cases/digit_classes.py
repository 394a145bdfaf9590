"""Ten classes at the output: a softmax on logits, a softmax twice, and one output for ten labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbook.data.datasets import Dataset
from workbook.data.digits import dataset, digits
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.network import Network
from workbook.training import Run, train

SEEDS = 20
CLASSES = 10
PICTURES = 400
WIDE = "normal(2)"  # start weights ten times as far apart as He's
LEARN, _ = digits()
SEEN = LEARN[:PICTURES]

logits = Experiment(
    dataset(SEEN),
    Network((64, 15, CLASSES), hidden="relu", output="identity", initializer="he"),
    loss="softmax cross-entropy",
    step_size=0.5,
    steps=300,
    record_every=300,
)
twice = FAULTS["softmax twice"].plant(logits)

# Somebody's network for MNIST, on the 8 x 8 digits: the label is the target, and one sigmoid is to say it.
labels_as_numbers = Dataset(
    dataset(LEARN).inputs, LEARN.labels.reshape(-1, 1), "8 x 8 digits, labels as numbers"
)
one_output = Experiment(
    labels_as_numbers,
    Network((64, 64, 1), "relu", "sigmoid", initializer="glorot uniform"),
    loss="binary cross-entropy",
    optimizer="adam(0.001)",
    batch_size=128,
    steps=300,
    record_every=300,
)
changes: Mapping[str, Experiment] = {
    "step": one_output.but(optimizer="adam(0.0001)"),
    "units": one_output.but(sizes=(64, 256, 1)),
    "inputs": one_output.but(dataset=labels_as_numbers.standardised()),
    "linear": one_output.but(output="identity", loss="mean squared error"),
    "ten": one_output.but(
        dataset=dataset(LEARN),
        sizes=(64, 64, CLASSES),
        output="identity",
        loss="softmax cross-entropy",
    ),
}

TOLD = {
    "step": "a tenth of the step size",
    "units": "four times as many hidden units",
    "inputs": "standardised inputs",
    "linear": "a linear output and the squared error: it can say every label",
    "ten": "ten outputs, a softmax and its cross-entropy",
}


def start_losses(initializer: str) -> np.ndarray:
    """Return the losses of the network with logits before any training, (20,)."""
    experiment = logits.but(initializer=initializer)
    return np.asarray(experiment.loss_at(experiment.network.init(range(SEEDS))))


def alike(classes: int) -> float:
    """Return the loss of an answer that gives each class the same probability."""
    return float(logits.loss.value(np.zeros((1, classes)), np.eye(classes)[:1]))


def floor() -> float:
    """Return the least loss of two softmaxes: the first has said 1 and 0, and there is no more to say."""
    best = np.eye(CLASSES)
    return float(logits.loss.value(best, best))


def labels_said(run: Run) -> np.ndarray:
    """Return the label that each seed says of each row, (n_seeds, n): rounded, or that of the largest."""
    says = run.outputs
    return np.rint(says[..., 0]) if says.shape[-1] == 1 else says.argmax(-1)


def compared() -> dict[str, Any]:
    """Return the share of labels that the median of five seeds says: as posted, and with each change.

    ones: as posted, how many of the ones are right; loss: as posted, in the end, of the median seed; told:
    the shares of the changes once more, by what each of them is called.
    """
    runs = {name: train(one, range(5)) for name, one in {"posted": one_output, **changes}.items()}
    right = {name: labels_said(run) == LEARN.labels for name, run in runs.items()}
    shares = {name: float(np.median(which.mean(-1))) for name, which in right.items()}
    ones = float(right["posted"][:, LEARN.labels == 1].mean())
    told = {words: shares[name] for name, words in TOLD.items()}
    return shares | {"ones": ones, "loss": float(np.median(runs["posted"].losses[-1])), "told": told}
