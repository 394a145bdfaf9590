"""Data faults: other numbers than the ones that were meant."""

from dataclasses import replace

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import fault, refuse


@fault(
    "signed pixels",
    "data",
    "The brightest pixels become slightly negative: 255 is read as -1, 128 as -128.",
)
def signed_pixels(experiment: Experiment) -> Experiment:
    data, name = experiment.dataset, "signed pixels"
    levels = np.rint(255 * data.inputs)
    bytes_only = np.allclose(levels / 255, data.inputs, atol=1e-9) and levels.min() >= 0
    refuse(bool(bytes_only) and levels.max() <= 255, name, f"the inputs of {data!r} are not bytes / 255")
    refuse(levels.max() > 127, name, "no byte is over 127, and the others are the same in both readings")
    signed = levels.astype(np.uint8).view(np.int8) / 255
    return experiment.but(dataset=replace(data, inputs=signed, name=f"{data.name}, signed"))


@fault(
    "targets one row off",
    "data",
    "Every input is taught its neighbour's target: other data, which may be learned as well.",
)
def targets_one_row_off(experiment: Experiment) -> Experiment:
    data, name = experiment.dataset, "targets one row off"
    moved = np.roll(data.targets, 1, axis=0)
    refuse(not np.array_equal(moved, data.targets), name, "all targets are equal")
    return experiment.but(dataset=replace(data, targets=moved, name=f"{data.name}, {name}"))


faults = (
    signed_pixels,
    targets_one_row_off,
)
