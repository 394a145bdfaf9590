"""Gradient checking: is the gradient that backpropagation gives the slope of the loss?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from workbook.checked import number, seed_list, shown, whole
from workbook.experiment import Experiment
from workbook.gradcheck.kinks import choice_kinks, slope_kinks, unit_kinks
from workbook.gradcheck.own import NARROWER, THRESHOLD, WIDTH, check_own
from workbook.gradcheck.report import GradientReport, Parameter, rounding_noise, row_errors
from workbook.layers import Convolution, Layer

NUMBERS_AT_ONCE = 100_000  # held by the nudged copies, 0.8 MB: in a cache it is twice as fast as in memory
FORMS = (
    "check_gradients(experiment, seed=0) checks a network's gradient, and "
    "check_gradients(loss=f, gradient=g, params=arrays) that of functions of your own"
)
Block = tuple[list[tuple[int, ...]], np.ndarray, np.ndarray]  # indices, moves (m, n_in, n_out), slopes (m,)


def check_gradients(
    experiment: Experiment | None = None,
    seed: int = 0,
    params: Any = None,
    width: float | None = None,
    threshold: float | None = None,
    *,
    loss: Callable[[Any], Any] | None = None,
    gradient: Callable[[Any], Any] | None = None,
    directions: int | None = None,
) -> GradientReport:
    """Compare the gradient with central differences, (loss(p + width) - loss(p - width)) / (2 width).

    Of an experiment: at the start of `seed`, or at `params` where given (shapes without a seed axis), on the
    whole data set, and in float64, whatever params and network are. The truncation error grows with width^2,
    the rounding error with 1/width; 1e-5, the default, is near the best of both. The default threshold is
    1e-6.
    All nudged copies of the network are one population, so one forward pass serves them all.

    Of functions of one's own, from any library: loss(params) -> a number and gradient(params) -> arrays in
    the structure of params, which is an array, or a list, tuple or dict of arrays. See `check_own`.

    directions: so many rows instead of one for each parameter. Each is the slope along a random unit
    direction (drawn by `seed`) through a single W or b, all of them in turn, so the report still names the
    array, but no longer the parameter. One that meets a kink is gone along again, a tenth and a hundredth as
    far. A gradient of length g that is off by a vector of length e shows in one direction as e / g, give or
    take a factor; with a chance of about threshold * g / e the direction lies so nearly at right angles to
    the mistake that it is missed. An array that no direction went through is not checked.

    Raises TypeError or ValueError, with both forms, for arguments that are neither; ValueError for a width
    that is not finite and above 0.
    """
    if width is not None:
        number("width", width, lambda value: value > 0, "above 0")
    if threshold is not None:
        number("threshold", threshold, lambda value: value >= 0, "0 or more")
    if directions is not None:
        whole("directions", directions, 1)
    own = {"loss": loss, "gradient": gradient}
    given = [name for name, function in own.items() if function is not None]
    if experiment is not None and not isinstance(experiment, Experiment):
        raise TypeError(f"{_missing(experiment)}: {FORMS}")
    first = seed_list(seed)[0]
    if experiment is None and given:
        missing = [name for name, value in (own | {"params": params}).items() if value is None]
        if missing:
            raise TypeError(f"{' and '.join(missing)} not given: {FORMS}")
        if not (callable(loss) and callable(gradient)):
            what = "loss" if not callable(loss) else "gradient"
            raise TypeError(f"{what} must be a function of params, not {shown(own[what])}: {FORMS}")
        return check_own(loss, gradient, params, width, threshold, directions, first)
    if experiment is None:
        raise TypeError(f"{_missing(experiment)}: {FORMS}")
    if given:
        raise TypeError(f"{' and '.join(given)} given beside an experiment, which has its own: {FORMS}")
    params = experiment.network.init(first) if params is None else [Layer(*layer) for layer in params]
    if any(layer.W.ndim != 2 for layer in params):
        raise ValueError(
            f"params have W of shape {params[0].W.shape}; a gradient check takes one network, "
            "without a seed axis"
        )
    return _check(
        experiment, params, width or WIDTH, THRESHOLD if threshold is None else threshold, directions, first
    )


def check_some(experiment: Experiment, params: list[Layer], most: int, seed: int = 0) -> GradientReport:
    """Check at most so many parameters of each array, chosen at random, on the whole data set."""
    return _check(experiment, params, WIDTH, THRESHOLD, None, seed, most)


def _missing(given: object) -> str:
    if given is None:
        return "nothing was given to check"
    kind = type(given).__name__
    missing = {
        "Network": ", which has no data and no loss: Experiment(dataset, network) has",
        "Dataset": ", which has no network and no loss: Experiment(dataset, network) has",
        "Run": ", but run.experiment may be checked",
        "Trainer": ", but trainer.experiment may be checked",
    }.get(kind, ", a function: say loss=" if callable(given) else "")
    return f"an experiment is checked, not {shown(given) if kind != 'Network' else 'a Network'}{missing}"


def _float64(layer: Any) -> Layer:
    """Return a layer, or a plain pair of arrays, as a layer of float64."""
    return Layer(*layer).each(lambda array: np.asarray(array, float))


@np.errstate(all="ignore")
def _check(
    experiment: Experiment,
    params: list[Layer],
    width: float,
    threshold: float,
    directions: int | None,
    seed: int,
    most: int | None = None,
) -> GradientReport:
    experiment = experiment.but(precision="double")  # of float32, differences would hardly be more than noise
    params = [_float64(layer) for layer in params]
    data = experiment.dataset
    loss, gradient = experiment.loss_and_gradient(params, data.inputs, data.targets)
    noise = rounding_noise(float(loss), width)
    parts = [(n, kind) for n, part in enumerate(gradient) for kind in "Wb" if getattr(part, kind) is not None]
    random, rows = np.random.RandomState([seed, 3]), []
    for at, (layer, kind) in enumerate(parts):
        slopes = getattr(gradient[layer], kind)
        if directions is None:
            held = max(slopes.size, len(data) * max(experiment.network.widths))  # by each copy
            blocks, widths = (
                _single(slopes, max(1, NUMBERS_AT_ONCE // (2 * held)), _some(slopes.size, most, random)),
                [width],
            )
        else:
            blocks = _random(slopes, range(at, directions, len(parts)), random)
            widths = [width * narrower for narrower in NARROWER]
        for places, analytic, numeric, kinks in _differences(experiment, params, layer, kind, blocks, widths):
            columns = (analytic, numeric, row_errors(analytic, numeric, noise), kinks)
            listed = [column.tolist() for column in columns]
            rows += [Parameter(layer, kind, *row) for row in zip(places, *listed, strict=True)]
    return GradientReport(rows, width, threshold, noise, directions is not None)


def _some(size: int, most: int | None, random: np.random.RandomState) -> np.ndarray:
    """Return the numbers of all parameters of an array, or of at most so many, in order."""
    return np.arange(size) if most is None or size <= most else np.sort(random.permutation(size)[:most])


def _single(slopes: np.ndarray, block: int, numbers: np.ndarray) -> Iterator[Block]:
    """Yield the numbered parameters of an array, so many at once: move one and leave the others."""
    places = list(np.ndindex(slopes.shape))
    for start in range(0, len(numbers), block):
        chosen = numbers[start : start + block]
        moves = np.zeros((len(chosen), slopes.size))
        moves[np.arange(len(chosen)), chosen] = 1
        yield [places[k] for k in chosen], moves.reshape(-1, *slopes.shape), slopes.reshape(-1)[chosen]


def _random(slopes: np.ndarray, numbers: range, random: np.random.RandomState) -> Iterator[Block]:
    """Yield random unit directions through an array, one at a time, and the slope along each."""
    for k in numbers:
        move = random.standard_normal(slopes.shape)
        move /= np.linalg.norm(move)
        yield [(k,)], move[None], np.array([(move * slopes).sum()])


def _differences(
    experiment: Experiment,
    params: list[Layer],
    number: int,
    kind: str,
    blocks: Iterator[Block],
    widths: list[float],
) -> Iterator[tuple[list[tuple[int, ...]], np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (places, analytic, numeric, at a kink) for blocks of moves through params[number].W or .b.

    Of several widths the first that meets no kink is taken, or the last.
    """
    network, data = experiment.network, experiment.dataset
    array, population = getattr(params[number], kind), list(params)
    for places, moves, analytic in blocks:
        for width in widths:
            copies = np.stack([array + width * moves, array - width * moves])
            population[number] = params[number]._replace(**{kind: copies})
            y, trace = network.forward(population, data.inputs)
            up, down = experiment.loss_of(population, y, data.targets)
            kinks = slope_kinks(lambda y: experiment.loss.gradient(y, data.targets), *y)
            for at in range(number, len(trace)):
                layer, step = network.layers[at], trace[at]
                kinks |= unit_kinks(network.activations[at], step.z, step.y)
                if isinstance(layer, Convolution):
                    kinks |= choice_kinks(layer.hand_back, step.y, len(data), network.widths[at + 1])
            if experiment.penalised and kind == "W":
                kinks |= slope_kinks(experiment.penalty.derivative, *copies)
            if not kinks.any():
                break
        yield places, analytic, (up - down) / (2 * width), kinks
