"""Births: where in training the first number was made that is not finite, and by which operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Layer, arrays, member, product
from workbook.measures.flow import first_changes
from workbook.measures.ranges import Range, range_of
from workbook.measures.watched import first_not_finite
from workbook.outcomes import finite
from workbook.training import Trainer

FORWARD, LOSS, BACK, UPDATE = "forward", "loss", "back", "update"


class Birth(NamedTuple):
    """The operation that made the first number that is not finite, and where.

    step: counted from 1. way: "forward", "loss", "back" or "update". layer: from 1, None in the loss. row: of
    the step's rows, from 0; None where the operation sums over them. operation: by NumPy's name. taken: the
    range of what it was given; made: of its result.
    """

    step: int
    way: str
    layer: int | None
    row: int | None
    operation: str
    taken: Range
    made: Range

    def __str__(self) -> str:
        where = self.way if self.layer is None else f"{self.way}, layer {self.layer}"
        return f"step {self.step}, {where}: {self.operation} of {self.taken} gives {self.made}"


class _Piece(NamedTuple):
    """A piece of a step: its results are what function(*given) gives."""

    way: str
    layer: int | None
    places: int | None  # rows of a result for one row of data; None: it sums over them
    results: list[np.ndarray]
    function: Callable[..., Any]
    given: tuple[Any, ...]


def births(experiment: Experiment, seeds: Iterable[int], steps: int) -> dict[int, Birth]:
    """Return for each seed that stops being finite within so many steps of training: where that began."""
    return births_of(Trainer(experiment, seeds), steps)


def births_of(trainer: Trainer, steps: int) -> dict[int, Birth]:
    """Advance so many steps; return for each seed that stops being finite on the way: where that began.

    A seed has stopped when one of its parameters is inf or NaN; the birth is looked for in the step that did
    it. When all have stopped, no more steps are made.
    """
    found: dict[int, Birth] = {}
    for step in range(trainer.step, trainer.step + steps):
        before = trainer.params
        trainer.advance()
        for number in np.flatnonzero(~finite(trainer.params)):
            seed = trainer.seeds[number]
            if seed not in found:
                x, t = (rows if trainer.full else rows[number] for rows in trainer.batch(step))
                made = birth(trainer.experiment, member(before, int(number)), x, t)
                if made is not None:
                    found[seed] = made._replace(step=step + 1)
        if len(found) == len(trainer.seeds):
            break
    return found


@np.errstate(all="ignore")
def birth(experiment: Experiment, params: list[Layer], x: np.ndarray, t: np.ndarray) -> Birth | None:
    """Return where one step of training on the rows x, t, from params, first makes inf or NaN; None: nowhere.

    params: without a seed axis. With an optimizer that keeps something from step to step, this is its first.
    Raises ValueError for params or rows that are not finite.
    """
    if not all(np.isfinite(array).all() for array in (*arrays(params), x, t)):
        raise ValueError("params, x and t must be finite; here some are inf or NaN before the step begins")
    for piece in _pieces(experiment, params, x, t):
        broken = next((array for array in piece.results if not np.isfinite(array).all()), None)
        made = None if broken is None else first_not_finite(piece.function, *piece.given)
        if broken is not None and made is not None:
            row = None
            if piece.places is not None:
                row = int(np.flatnonzero(~np.isfinite(broken).all(-1))[0]) // piece.places
            taken = np.concatenate([array.ravel() for array in made.taken])
            return Birth(1, piece.way, piece.layer, row, made.name, range_of(taken), range_of(made.result))
    return None


def _pieces(experiment: Experiment, params: list[Layer], x: np.ndarray, t: np.ndarray) -> Iterator[_Piece]:
    """Yield the pieces of a step in the order in which they are computed."""
    network, loss = experiment.network, experiment.loss
    y, trace = network.forward(params, x)
    handed_on = [step.x for step in trace[1:]] + [y]
    each = zip(params, trace, handed_on, network.layers, network.activations, strict=True)
    for number, ((W, b), step, above, layer, activation) in enumerate(each, 1):
        biases = () if b is None else (b,)
        yield _Piece(FORWARD, number, layer.places, [step.z], _weighted_sum, (step.x, W, *biases))
        yield _Piece(FORWARD, number, layer.places, [step.y], activation.value, (step.z,))
        yield _Piece(FORWARD, number, None, [above], layer.hand_on, (step.y,))
    t = network.precision.of(t)
    dy = loss.gradient(y, t)
    yield _Piece(LOSS, None, 1, [dy], loss.gradient, (y, t))
    gradient = network.backward(params, trace, dy)
    broken = [number for number, layer in enumerate(gradient, 1) if not finite([layer])]
    way_back = partial(network.way_back.gradient, network)
    yield _Piece(BACK, max(broken, default=None), None, arrays(gradient), way_back, (params, trace, dy))
    step_from = partial(_step, experiment)
    given = arrays(params), arrays(gradient)
    yield _Piece(UPDATE, None, None, step_from(*given), step_from, given)


def _weighted_sum(x: np.ndarray, W: np.ndarray, *b: np.ndarray) -> np.ndarray:
    z = product(x, W)
    return z + b[0] if b else z


def _step(experiment: Experiment, params: list[np.ndarray], gradient: list[np.ndarray]) -> list[np.ndarray]:
    """Return the parameters after the first step along this gradient."""
    changes = first_changes(experiment, params, gradient)
    return [array + change for array, change in zip(params, changes, strict=True)]
