"""Diagnosis: what training came to, told from the parameters alone."""

from __future__ import annotations

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer

OUTCOMES = ("solved", "diverged", "dead", "constant", "unsolved")


def finite(params: list[Layer]) -> np.ndarray:
    """Return for each member (...) whether all its parameters are finite."""
    arrays = [array for layer in params for array in layer if array is not None]
    return np.logical_and.reduce([np.isfinite(array).all((-2, -1)) for array in arrays])


def dead_units(experiment: Experiment, params: list[Layer]) -> list[np.ndarray]:
    """Return for each hidden layer (..., n_units): True where a unit passes no gradient for any row.

    Such a unit's weights never change again under gradient descent, as far as these rows go.
    """
    with np.errstate(all="ignore"):
        _, trace = experiment.network.forward(params, experiment.dataset.inputs)
        return [
            (activation.derivative(step.z, step.y) == 0).all(-2)
            for step, activation in zip(trace[:-1], experiment.network.activations, strict=False)
        ]


def constant_output(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return for each member (...) whether it says nearly the same to every row.

    Nearly: the outputs spread over less than a hundredth of the spread of the targets.
    """
    with np.errstate(all="ignore"):
        spread = np.ptp(experiment.outputs(params), axis=-2)
        return (spread < 0.01 * np.ptp(experiment.dataset.targets, axis=-2)).all(-1)


def outcomes(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return for each member what it came to, (...) of text; the first that applies:

    solved: the loss is at or below `experiment.solved_below`. diverged: a parameter or the loss is not a
    finite number. dead: every unit of some hidden layer is dead. constant: the same output for every row.
    unsolved: none of these.
    """
    loss = experiment.loss_at(params)
    dead = [layer.all(-1) for layer in dead_units(experiment, params)]
    return np.select(
        [
            loss <= experiment.solved_below,
            ~(np.isfinite(loss) & finite(params)),
            np.logical_or.reduce([*dead, np.zeros_like(loss, bool)]),
            constant_output(experiment, params),
        ],
        OUTCOMES[:-1],
        OUTCOMES[-1],
    )
