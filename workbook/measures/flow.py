"""Flow: how long the gradient is in each layer, and how far a step moves the weights there.

Both have an axis of layers in front, from the first hidden layer to the output.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer, arrays, like
from workbook.measures.by_step import rising
from workbook.training import Trainer


def gradient_lengths(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the length of the gradient of each layer's weights and biases, (n_layers, ...), on all rows.

    The squares add up to the squared length of the whole gradient.
    """
    data = experiment.dataset
    gradient = experiment.gradient(params, data.inputs, data.targets)
    with np.errstate(all="ignore"):
        squares = [[np.square(array).sum((-2, -1)) for array in arrays([layer])] for layer in gradient]
        return np.sqrt([np.add.reduce(layer) for layer in squares])


def update_ratios(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return |change| / |W| of each layer's weights in the optimizer's first step from here, (n_layers, ...).

    On all rows, clipping included. A rule of thumb for a healthy step is 1 in 1 000. inf where weights of 0
    move, nan where they stay, and where the network overflows.
    """
    data = experiment.dataset
    with np.errstate(all="ignore"):
        gradient = arrays(experiment.gradient(params, data.inputs, data.targets))
        changes = like(params, first_changes(experiment, arrays(params), gradient))
        return np.array([_ratio(change.W, layer.W) for change, layer in zip(changes, params, strict=True)])


def first_changes(
    experiment: Experiment, params: list[np.ndarray], gradient: list[np.ndarray]
) -> list[np.ndarray]:
    """Return what the optimizer's first step along a gradient adds to each array, clipping included."""
    clip, optimizer = experiment.clipping.clip, experiment.optimizer
    if clip is not None:
        gradient = clip(gradient)
    return [
        optimizer.step(slope, optimizer.start(array))[0]
        for array, slope in zip(params, gradient, strict=True)
    ]


def ratios_by_step(experiment: Experiment, seeds: int | Iterable[int], steps: Iterable[int]) -> np.ndarray:
    """Return |change| / |W| of the step that training makes after so many, (len(steps), n_layers, n_seeds).

    On the rows of that step, with all that the optimizer has kept from those before. The steps rise.
    """
    found = []
    trainer = Trainer(experiment, seeds)
    for step in rising(steps):
        before = trainer.advance(step - trainer.step).params
        after = trainer.advance().params
        with np.errstate(all="ignore"):
            found.append([_ratio(new.W - old.W, old.W) for new, old in zip(after, before, strict=True)])
    return np.array(found)


def _ratio(change: np.ndarray, W: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(change).sum((-2, -1)) / np.square(W).sum((-2, -1)))
