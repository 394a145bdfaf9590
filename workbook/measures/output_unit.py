"""What an output unit is told, answers and hands back; which targets it can reach; where units bend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays
from workbook.parts import ACTIVATIONS, Activation
from workbook.training import Run


@dataclass(frozen=True)
class Span:
    """What numbers there can be: from low to high; sum_to_one: several of them that add up to 1."""

    low: float = -math.inf
    high: float = math.inf
    sum_to_one: bool = False

    def covers(self, other: Span) -> bool:
        """Return whether everything in `other` lies in this span."""
        inside = self.low <= other.low and other.high <= self.high
        return inside and (other.sum_to_one or not self.sum_to_one)


def tightest(target: Span, outputs: Mapping[str, Span]) -> str:
    """Return the output that covers the target and is itself covered by every other that does.

    Raises ValueError if there is no such output, or more than one.
    """
    covering = {name: span for name, span in outputs.items() if span.covers(target)}
    best = [name for name, span in covering.items() if all(other.covers(span) for other in covering.values())]
    if len(best) != 1:
        raise ValueError(f"the tightest output for {target} is none of {list(outputs)}, or several: {best}")
    return best[0]


class OutputUnit(NamedTuple):
    """What the output unit is told, what it answers, and what it hands back; each (..., n)."""

    z: np.ndarray  # its weighted sum
    y: np.ndarray  # its answer, activation(z)
    from_above: np.ndarray  # dLoss/dy, one number a row
    at_z: np.ndarray  # dLoss/dz: the same, times the slope at z


def output_unit(experiment: Experiment, params: list[Layer]) -> OutputUnit:
    """Return the state of the first output unit for all rows."""
    with np.errstate(all="ignore"):
        y, trace = experiment.network.forward(params, experiment.dataset.inputs)
        from_above = experiment.loss.gradient(y, experiment.dataset.targets)
        at_z = from_above * experiment.network.output.derivative(trace[-1].z, y)
    return OutputUnit(*(array[..., 0] for array in (trace[-1].z, y, from_above, at_z)))


def hinges(params: list[Layer]) -> np.ndarray:
    """Return where each hidden unit of a one-input network has its kink, -b/w, (..., n_hidden).

    Raises ValueError for a network whose hidden units have no bias, or more than one input.
    """
    W, b = params[0]
    if b is None or W.shape[-2] != 1:
        inputs = f"{W.shape[-2]} inputs and {'no' if b is None else 'a'} bias"
        raise ValueError(f"hinges lie at -b/w, of units with one input and a bias; these have {inputs}")
    with np.errstate(all="ignore"):
        return -b[..., 0, :] / W[..., 0, :]


def starts_below_zero(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return for each member (...) whether the output unit's weighted sum is 0 or less for every row."""
    return np.asarray((output_unit(experiment, params).z <= 0).all(-1))


def stuck(run: Run) -> np.ndarray:
    """Return for each seed whether it ended no better than a network that says 0 to everything."""
    # A hair of tolerance, for the seeds that are creeping up to 0 from below.
    return run.losses[-1] > 0.95 * np.square(run.experiment.dataset.targets).mean()


def fall(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return how fast the loss falls, per unit of step size, (...): the squared length of the gradient."""
    gradient = experiment.gradient(params, experiment.dataset.inputs, experiment.dataset.targets)
    return np.add.reduce([np.square(array).sum((-2, -1)) for array in arrays(gradient)])


def straight_line_error(dataset: Dataset, through_origin: bool = False) -> float:
    """Return the mean squared error of the best straight line, with an intercept or through the origin."""
    columns = [dataset.inputs] if through_origin else [dataset.inputs, np.ones_like(dataset.inputs)]
    design = np.hstack(columns)
    best = np.linalg.lstsq(design, dataset.targets, rcond=None)[0]
    return float(np.square(design @ best - dataset.targets).mean())


def line_and_bend(run: Run) -> np.ndarray:
    """Return what a network of one input and one output has become, (3, seeds): slope, intercept, bend.

    Slope and intercept are those of the best line through its answers. Bend is the number in front of x^2 in
    the best parabola: 0 for a straight line, 1 for x^2 itself.
    """
    x, y = run.experiment.dataset.inputs[:, 0], run.experiment.outputs(run.params)[..., 0].T
    return np.array([*np.polyfit(x, y, 1), np.polyfit(x, y, 2)[0]])


def reach(activation: str | Activation) -> tuple[float, float]:
    """Return the lowest and the highest output that an activation can give or tend to."""
    with np.errstate(over="ignore"):
        ends = ACTIVATIONS[activation].value(np.array([-1e300, -40.0, 0.0, 40.0, 1e300]))
    return (
        float(ends.min()) if np.ptp(ends[:2]) < 1e-9 else -np.inf,
        float(ends.max()) if np.ptp(ends[-2:]) < 1e-9 else np.inf,
    )


def out_of_reach(dataset: Dataset, activation: str | Activation) -> float:
    """Return the mean squared error that remains because the targets lie outside the activation's range."""
    return float(np.square(dataset.targets - np.clip(dataset.targets, *reach(activation))).mean())
