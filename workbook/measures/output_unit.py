"""What an output unit is told, answers and hands back; which targets it can reach; where units bend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays
from workbook.measures.plain import beside, numbers
from workbook.parts import ACTIVATIONS, Activation
from workbook.training import Run

NO_BETTER = 0.95  # of the loss of 0 on every row; a hair less, for those that creep up to 0 from below


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
    at_z: np.ndarray  # dLoss/dz: the same, times the slope at z; of a softmax, see output_unit


def output_unit(experiment: Experiment, params: list[Layer], unit: int = 0) -> OutputUnit:
    """Return the state of an output unit, counted from 0, for all rows; of a filter, for all places too.

    Of a softmax, what is handed back depends on the other units as well: it is no product with one slope.
    Raises ValueError for an output unit that there is not.
    """
    layer = experiment.network.layers[-1]
    if not 0 <= unit < layer.units:
        raise ValueError(f"there is no output unit {unit}: the network has {layer.units}, counted from 0")
    with np.errstate(all="ignore"):
        outputs, trace = experiment.network.forward(params, experiment.dataset.inputs)
        _, z, y = trace[-1]
        from_above = layer.hand_back(experiment.loss.gradient(outputs, experiment.dataset.targets), y)
        at_z = experiment.network.output.back(from_above, z, y)
    return OutputUnit(*(array[..., unit] for array in (z, y, from_above, at_z)))


def hinges(params: list[Layer]) -> np.ndarray:
    """Return where each hidden unit of a one-input network has its kink, -b/w, (..., n_hidden).

    Raises ValueError for a network without hidden units, and for units without bias or with more inputs.
    """
    if len(params) < 2:
        raise ValueError("hinges are those of hidden units; this network has none")
    W, b = params[0]
    if b is None or W.shape[-2] != 1:
        inputs = f"{W.shape[-2]} inputs and {'no' if b is None else 'a'} bias"
        raise ValueError(f"hinges lie at -b/w, of units with one input and a bias; these have {inputs}")
    with np.errstate(all="ignore"):
        return -b[..., 0, :] / W[..., 0, :]


def hinge_places(W: ArrayLike, b: ArrayLike) -> np.ndarray:
    """Return where units of one input have their kink, -b/w, (n_units,), of plain arrays.

    W: (1, n_units), as x @ W has it, or (n_units, 1), as PyTorch keeps it. b: as many numbers. Raises
    ValueError for more inputs, and for a number of biases that does not fit.
    """
    weights, biases = numbers(W, "W"), numbers(b, "b")
    if min(weights.shape, default=0) != 1 and weights.ndim > 1:
        raise ValueError(f"hinges lie at -b/w, of units with one input; W has the shape {weights.shape}")
    if weights.size != biases.size:
        raise ValueError(f"W has {weights.size} numbers and b has {biases.size}; each unit has one of both")
    with np.errstate(all="ignore"):
        return -biases.ravel() / weights.ravel()


def starts_below_zero(experiment: Experiment, params: list[Layer], unit: int = 0) -> np.ndarray:
    """Return for each member (...) whether an output unit's weighted sum is 0 or less for every row."""
    return np.asarray((output_unit(experiment, params, unit).z <= 0).all(-1))


def stuck(run: Run) -> np.ndarray:
    """Return for each seed whether it ended no better than a network whose outputs are 0 on every row.

    A seed that overflowed to NaN is not stuck, it has diverged.
    """
    targets = run.experiment.dataset.targets
    with np.errstate(all="ignore"):
        return run.losses[-1] > NO_BETTER * run.experiment.loss.value(np.zeros_like(targets), targets)


def no_better_than_zero(Y: ArrayLike, T: ArrayLike) -> bool:
    """Return whether outputs Y (n, n_out) are as far from the targets T as outputs that are all 0.

    By the mean squared error, as `stuck` asks it of a run. Outputs that overflowed to NaN are not.
    """
    says, wanted = beside(Y, T)
    with np.errstate(all="ignore"):
        return bool(np.square(says - wanted).mean() > NO_BETTER * np.square(wanted).mean())


def fall(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return how fast the loss falls, per unit of step size, (...): the squared length of the gradient."""
    gradient = experiment.gradient(params, experiment.dataset.inputs, experiment.dataset.targets)
    with np.errstate(all="ignore"):
        return np.add.reduce([np.square(array).sum((-2, -1)) for array in arrays(gradient)])


def straight_line_error(dataset: Dataset, through_origin: bool = False) -> float:
    """Return the mean squared error of the best straight line, with an intercept or through the origin.

    Of several inputs, it is the best plane; of several targets, each has its own.
    """
    columns = [dataset.inputs] if through_origin else [dataset.inputs, np.ones((len(dataset), 1))]
    design = np.hstack(columns)
    best = np.linalg.lstsq(design, dataset.targets, rcond=None)[0]
    return float(np.square(design @ best - dataset.targets).mean())


def line_and_bend(run: Run) -> np.ndarray:
    """Return what a network of one input and one output has become, (3, seeds): slope, intercept, bend.

    Slope and intercept are those of the best line through its answers. Bend is the number in front of x^2 in
    the best parabola: 0 for a straight line, 1 for x^2 itself. nan for a seed that overflowed.

    Raises ValueError for other networks, and for fewer than three different inputs.
    """
    x, widths = run.experiment.dataset.inputs[:, 0], run.experiment.network.widths
    if (widths[0], widths[-1]) != (1, 1) or len(np.unique(x)) < 3:
        raise ValueError(
            "a line and a parabola need one input, one output and three different rows; this network has "
            f"{widths[0]} and {widths[-1]}, and {len(np.unique(x))} rows that differ"
        )
    y = run.experiment.outputs(run.params)[..., 0].T
    found = np.full((3, y.shape[1]), np.nan)
    told = np.isfinite(y).all(0)
    if told.any():
        found[:, told] = [*np.polyfit(x, y[:, told], 1), np.polyfit(x, y[:, told], 2)[0]]
    return found


def reach(activation: str | Activation) -> tuple[float, float]:
    """Return the lowest and the highest output that an activation can give or tend to.

    Tried out between -40 and 40, to about 1e-7, and far outside. Of a softmax, it is one output of several.
    """
    value = ACTIVATIONS[activation].value

    def at(z: np.ndarray) -> np.ndarray:  # a second unit of the row stays at 0
        with np.errstate(all="ignore"):
            return value(np.stack([z, np.zeros_like(z)], axis=-1))[:, 0]

    z = np.linspace(-40, 40, 8001)
    near, far = at(z), at(np.array([-1e300, 1e300]))
    grows = np.abs(far) > 2 * np.abs(near).max()
    tried = [near, far[~grows & ~np.isnan(far)]]
    tried += [at(z[peak] + np.linspace(-0.01, 0.01, 201)) for peak in (near.argmin(), near.argmax())]
    known = np.concatenate(tried)
    return (
        -np.inf if (far[grows] < 0).any() else float(known.min()),
        np.inf if (far[grows] > 0).any() else float(known.max()),
    )


def out_of_reach(targets: Dataset | ArrayLike, activation: str | Activation) -> float:
    """Return the mean squared error that remains because the targets lie outside the activation's range.

    targets: those of a data set, or plain numbers of any shape.
    """
    wanted = targets.targets if isinstance(targets, Dataset) else numbers(targets, "T")
    return float(np.square(wanted - np.clip(wanted, *reach(activation))).mean())
