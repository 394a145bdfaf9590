"""Data faults: other numbers than the ones that were meant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults.fault import fault, refuse, refuse_twice


@fault(
    "signed pixels",
    "data",
    "The brightest pixels become slightly negative: 255 is read as -1, 128 as -128.",
)
def signed_pixels(experiment: Experiment) -> Experiment:
    data, held_out = experiment.dataset, experiment.dataset.held_out
    if held_out is not None:  # they come from files of the same kind
        data = replace(data, held_out=_as_signed(held_out))
    return experiment.but(dataset=_as_signed(data))


def _as_signed(data: Dataset) -> Dataset:
    name, levels = "signed pixels", np.rint(255 * data.inputs)
    bytes_only = np.allclose(levels / 255, data.inputs, atol=1e-9) and levels.min() >= 0
    refuse(bool(bytes_only) and levels.max() <= 255, name, f"the inputs of {data!r} are not bytes / 255")
    refuse(levels.max() > 127, name, "no byte is over 127, and the others are the same in both readings")
    signed = levels.astype(np.uint8).view(np.int8) / 255
    return replace(data, inputs=signed, name=f"{data.name}, signed")


@fault(
    "images reshaped",
    "data",
    "A row gets numbers of all rows: its nearest neighbour is of its own class by chance only.",
)
def images_reshaped(experiment: Experiment) -> Experiment:
    """The (n, p) table is read as (p, n), and turned: the shape is right. Held-out rows likewise."""
    data, name = experiment.dataset, "images reshaped"
    refuse_twice(data, name)
    scrambled = _reshaped(data.inputs)
    refuse(
        not np.array_equal(scrambled, data.inputs), name, "the inputs read the same along rows and columns"
    )
    held_out = data.held_out
    if held_out is not None:
        held_out = replace(held_out, inputs=_reshaped(held_out.inputs), name=f"{held_out.name}, {name}")
    return experiment.but(
        dataset=replace(data, inputs=scrambled, name=f"{data.name}, {name}", held_out=held_out)
    )


def _reshaped(inputs: np.ndarray) -> np.ndarray:
    return inputs.reshape(inputs.shape[::-1]).T


@fault(
    "train and test scaled differently",
    "data",
    "Training goes as with scaled inputs; the held-out rows, left as they are, are answered wrongly.",
)
def scaled_differently(experiment: Experiment) -> Experiment:
    """Training rows are standardised, and held-out rows are left as they are."""
    data, name = experiment.dataset, "train and test scaled differently"
    if data.held_out is None:
        raise ValueError(f"{name!r} cannot be planted here: {data!r} holds out no rows; split it first")
    refuse_twice(data, name)
    inputs = data.standardised().inputs
    reason = "the training rows are standardised already; plant this fault before they are"
    refuse(not np.allclose(inputs, data.inputs), name, reason)
    return experiment.but(dataset=replace(data, inputs=inputs, name=f"{data.name}, {name}"))


@fault(
    "labels off by one",
    "data",
    "Training goes just as well; every row that is learned is answered with the next class, and wrongly.",
)
def labels_off_by_one(experiment: Experiment) -> Experiment:
    """Class k is taught as k + 1, the last as the first; held-out rows keep their classes."""
    data, name = experiment.dataset, "labels off by one"
    refuse_twice(data, name)
    refuse(data.classes > 0, name, f"the targets of {data!r} are no classes")
    next_class = np.roll(data.targets, 1, axis=1) if data.targets.shape[1] > 1 else 1 - data.targets
    return experiment.but(dataset=replace(data, targets=next_class, name=f"{data.name}, {name}"))


faults = (
    signed_pixels,
    images_reshaped,
    scaled_differently,
    labels_off_by_one,
)
