"""Outcomes: what training came to, told from what the network says and from how its loss went."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from workbook.baselines import constant_loss, line_answers, squared_distance
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays

OUTCOMES = (
    "solved",
    "diverged",
    "unbounded",
    "dead",
    "constant",
    "worse",
    "like a constant",
    "improving",
    "partly dead",
    "like a line",
    "unsolved",
)
CONSTANTS = ("the mean of the targets", "a wall of the activation", "a plateau")
NEARLY = 0.05  # of the spread of the targets: differences below it are none
HARDLY = 0.99  # of another loss: not to be below it is no better
A_TENTH = 0.1  # of the recorded losses, of which the last are held against those before


class Curve(NamedTuple):
    """How the loss went: the steps at which it was recorded, (k,), and the losses, (k, ...)."""

    steps: np.ndarray
    losses: np.ndarray


def finite(params: list[Layer]) -> np.ndarray:
    """Return for each member (...) whether all its parameters are finite."""
    return np.logical_and.reduce([np.isfinite(array).all((-2, -1)) for array in arrays(params)])


@np.errstate(all="ignore")
def dead_units(experiment: Experiment, params: list[Layer]) -> list[np.ndarray]:
    """Return for each hidden layer (..., n_units): True where a unit passes no gradient for any row.

    Such a unit's weights never change again under gradient descent, as far as these rows go.
    """
    _, trace = experiment.network.forward(params, experiment.dataset.inputs)
    return [
        (activation.derivative(step.z, step.y) == 0).all(-2)
        for step, activation in zip(trace[:-1], experiment.network.activations, strict=False)
    ]


@np.errstate(all="ignore")
def constant_output(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return for each member (...) whether it says nearly the same to every row.

    Nearly: its answers spread over less than a twentieth of the spread of the targets.
    """
    answers = experiment.loss.says(experiment.outputs(params))
    return (np.ptp(answers, axis=-2) < NEARLY * np.ptp(experiment.dataset.targets, axis=-2)).all(-1)


@np.errstate(all="ignore")
def constants(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return for each member (...) which of CONSTANTS it says, "" if it says none; the first that fits.

    The mean of the targets; a wall of the output's activation, where its slope is below a hundredth for every
    row; any other: a plateau.
    """
    y, trace = experiment.network.forward(params, experiment.dataset.inputs)
    targets, answers = experiment.dataset.targets, experiment.loss.says(y)
    apart = np.abs(answers.mean(-2) - targets.mean(-2))
    slopes = np.abs(experiment.network.output.derivative(trace[-1].z, trace[-1].y))
    which = np.select(
        [(apart <= NEARLY * np.ptp(targets, axis=-2)).all(-1), (slopes < 0.01).all((-2, -1))],
        CONSTANTS[:2],
        CONSTANTS[2],
    )
    return np.where(constant_output(experiment, params), which, "")


def outcomes(experiment: Experiment, params: list[Layer], curve: Curve | None = None) -> np.ndarray:
    """Return for each member what it came to, (...) of text; the first of OUTCOMES that applies:

    solved: the loss lies between 0 and `experiment.solved_below`. diverged: a parameter or the loss is not a
    finite number. unbounded: the loss is below 0, which no distance can be. dead: every unit of some hidden
    layer is. constant: the same answer for every row. worse: than at the start. like a constant, like a
    line: no better than the best constant answer, or than the best straight line. improving: when it stopped;
    the last tenth of the losses lies 2 % or more below the tenth before. partly dead: some hidden unit is.
    unsolved: none of these. Without a curve, nothing is said of the start and of improving.
    """
    answers = experiment.loss.says(experiment.outputs(params))
    loss, targets = experiment.loss_at(params), experiment.dataset.targets
    never = np.zeros_like(loss, bool)
    dead = dead_units(experiment, params)
    begun, improving = (never, never) if curve is None else (_worse(curve, loss), _improving(curve))
    bare = experiment.but(penalty="none").loss_at(params) if experiment.penalised else loss
    known = [
        (loss >= 0) & (loss <= experiment.solved_below),
        ~(np.isfinite(loss) & finite(params)),
        loss < 0,
        np.logical_or.reduce([*(layer.all(-1) for layer in dead), never]),
        constant_output(experiment, params),
        begun,
        bare >= HARDLY * constant_loss(experiment.loss, experiment.dataset),
        improving,
        np.logical_or.reduce([*(layer.any(-1) for layer in dead), never]),
    ]
    if not np.logical_or.reduce(known).all():  # only then is a straight line worth its while
        line = squared_distance(line_answers(experiment.dataset), targets)
        known.append(squared_distance(answers, targets) >= HARDLY * line)
    return np.select(known, OUTCOMES[: len(known)], OUTCOMES[-1])


def _worse(curve: Curve, loss: np.ndarray) -> np.ndarray:
    return (loss > curve.losses[0]) if curve.steps[0] == 0 else np.zeros_like(loss, bool)


@np.errstate(all="ignore")
def _improving(curve: Curve) -> np.ndarray:
    tenth = int(A_TENTH * len(curve.losses))
    if tenth < 1:
        return np.zeros(curve.losses.shape[1:], bool)
    last, before = (
        np.median(part, axis=0) for part in (curve.losses[-tenth:], curve.losses[-2 * tenth : -tenth])
    )
    return last < 0.98 * before
