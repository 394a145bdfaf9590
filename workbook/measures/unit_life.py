"""The life of hidden units: on how many rows each is active, its gradient, and the step at which it dies.

All of it works on one network and on populations alike. layer: which hidden layer, from 0. A network without
hidden layers, or without that one, raises ValueError. Each filter of a convolution is a unit, and each place
of a picture counts as a row for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from workbook.checked import seed_list
from workbook.experiment import Experiment
from workbook.layers import Convolution, Layer
from workbook.measures.plain import table
from workbook.outcomes import dead_units, outcomes
from workbook.training import Run, Trainer, train


def active_rows(experiment: Experiment, params: list[Layer], layer: int = 0) -> np.ndarray:
    """Return for each unit (..., n_units) on how many rows its weighted sum z is above 0."""
    return _active(experiment, params, layer).sum(-2)


def rows_of_units(z: ArrayLike) -> np.ndarray:
    """Return on how many rows each unit is active, (n_units,), from a layer's weighted sums z (n, n_units).

    Active: above 0. Of a ReLU, its outputs will do as well. A unit that is active on no row is dead, if it
    is a ReLU: no gradient comes through it.
    """
    return np.asarray((table(z, "z", "units") > 0).sum(0))


def rows_seen(experiment: Experiment, params: list[Layer], layer: int = 0) -> np.ndarray:
    """Return for each row (..., n) whether any unit is active on it: 1 or 0."""
    active = _active(experiment, params, layer)
    return active.reshape(*active.shape[:-2], len(experiment.dataset), -1).any(-1).astype(int)


def _active(experiment: Experiment, params: list[Layer], layer: int) -> np.ndarray:
    """Return for each row, or place of a picture, and unit (..., n, n_units) whether z is above 0."""
    _need_hidden(experiment, layer)
    return experiment.network.forward(params, experiment.dataset.inputs)[1][layer].z > 0


def unit_gradients(experiment: Experiment, params: list[Layer], layer: int = 0) -> np.ndarray:
    """Return the length of the gradient of each unit's own weights and bias, (..., n_units)."""
    _need_hidden(experiment, layer)
    data = experiment.dataset
    with np.errstate(all="ignore"):
        W, b = experiment.gradient(params, data.inputs, data.targets)[layer]
        squares = np.square(W).sum(-2)
        return np.sqrt(squares if b is None else squares + np.square(b).sum(-2))


def deaths(experiment: Experiment, seeds: int | Iterable[int], steps: int, layer: int = 0) -> np.ndarray:
    """Return the step by which each unit was dead, (n_seeds, n_units): 0 at the start, -1 if not by `steps`.

    A dead unit has gradient 0, and plain gradient descent leaves it as it is: the first such step counts.
    """
    _need_hidden(experiment, layer)
    trainer = Trainer(experiment.but(steps=steps), seed_list(seeds))
    died = np.where(dead_units(experiment, trainer.params)[layer], 0, -1)
    for step in range(1, steps + 1):
        trainer.advance()
        died[(died < 0) & dead_units(experiment, trainer.params)[layer]] = step
    return died


def layer_deaths(died: np.ndarray) -> dict[int, int]:
    """Count whole layers: step -> how many seeds lost their last unit then; -1 for those that did not."""
    last = np.where((died < 0).any(-1), -1, died.max(-1))
    return {int(step): int(count) for step, count in zip(*np.unique(last, return_counts=True), strict=True)}


def dead_after(experiment: Experiment, seeds: int | Iterable[int], steps: int, layer: int = 0) -> np.ndarray:
    """Return for each unit whether it is dead after so many steps, (n_seeds, n_units)."""
    _need_hidden(experiment, layer)
    return dead_units(experiment, train(experiment.but(steps=steps), seeds).params)[layer]


def last_deaths(run: Run, watched: int = 2) -> dict[str, int]:
    """Count the seeds of a run by when the last unit of the first hidden layer died.

    The steps that are watched are told apart: "at the start", "at step 1", ..., then "later" and "never".
    """
    names = ["at the start", *(f"at step {step}" for step in range(1, watched + 1)), "later", "never"]
    steps = [*range(watched + 1), run.experiment.steps]
    dead = [int(dead_after(run.experiment, run.seeds, step).all(-1).sum()) for step in steps]
    return dict(zip(names, np.diff([0, *dead, len(run.seeds)]).tolist(), strict=True))


def diary(experiment: Experiment, seed: int, steps: int) -> list[list[object]]:
    """Return a line a step, from 0: step, loss; then active rows, output weight and gradient of each unit.

    Numbers are texts of three significant digits, ready for a table. One hidden layer, one output.
    """
    _need_one_output(experiment)
    trainer, lines = Trainer(experiment, seed), []
    for step in range(steps + 1):
        params = trainer.params
        units = zip(
            active_rows(experiment, params)[0],
            params[1].W[0, :, 0],
            unit_gradients(experiment, params)[0],
            strict=True,
        )
        cells = [text for rows, v, length in units for text in (str(rows), f"{v:.3g}", f"{length:.3g}")]
        lines.append([step, f"{trainer.loss[0]:.3g}", *cells])
        trainer.advance()
    return lines


def starts(experiment: Experiment, seeds: int | Iterable[int]) -> np.ndarray:
    """Return how each seed starts, (n_seeds,) of text: "dead", "only negative" or "positive".

    dead: every unit is. positive: some unit that is not dead has an output weight above 0.
    only negative: there are such units, and all of them have output weights of 0 or below. One hidden layer,
    one output.
    """
    _need_one_output(experiment)
    params = experiment.network.init(seed_list(seeds))
    alive = ~dead_units(experiment, params)[0]
    positive = alive & (params[1].W[..., 0] > 0)
    return np.select([~alive.any(-1), positive.any(-1)], ["dead", "positive"], "only negative")


def fates(run: Run) -> Mapping[tuple[str, str], int]:
    """Count the seeds by (how they start, what they come to); see `starts` and `outcomes.outcomes`."""
    begun, ended = starts(run.experiment, run.seeds), outcomes(run.experiment, run.params)
    pairs = sorted(zip(begun.tolist(), ended.tolist(), strict=True))
    return {pair: pairs.count(pair) for pair in dict.fromkeys(pairs)}


def uphill(run: Run) -> dict[str, str]:
    """Count by `starts` the seeds whose loss goes up at some step by a thousandth or more: "3 of 5".

    Raises ValueError for a run in which not every step was recorded.
    """
    if len(run.steps) <= run.steps[-1]:
        raise ValueError(
            f"{run.steps[-1]} steps with {len(run.steps)} recorded losses do not tell whether each step went "
            "up: train with record_every=1"
        )
    begun = starts(run.experiment, run.seeds)
    with np.errstate(all="ignore"):
        rises = np.any(run.losses[1:] > 1.001 * run.losses[:-1], axis=0)
    return {
        str(kind): f"{rises[begun == kind].sum()} of {(begun == kind).sum()}" for kind in np.unique(begun)
    }


def _need_hidden(experiment: Experiment, layer: int) -> None:
    hidden = len(experiment.network.sizes) - 2
    if not 0 <= layer < hidden:
        raise ValueError(
            f"there is no hidden layer {layer}: a network of sizes {experiment.network.sizes} has {hidden}"
        )


def _need_one_output(experiment: Experiment) -> None:
    sizes = experiment.network.sizes
    if len(sizes) != 3 or sizes[-1] != 1 or isinstance(experiment.network.layers[0], Convolution):
        raise ValueError(
            "this looks at each unit's one output weight: it needs one dense hidden layer and one output, "
            f"such as (5, 2, 1), not {sizes}"
        )
