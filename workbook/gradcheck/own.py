"""The gradient check of functions of one's own, from any library, of which only the values are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbook.checked import shown
from workbook.gradcheck.kinks import line_kink
from workbook.gradcheck.report import GradientReport, Parameter, named, rounding_noise, row_errors
from workbook.gradcheck.structures import array_name, leaves, like_leaves, values_like

WIDTH, THRESHOLD = 1e-5, 1e-6  # near the best of truncation and rounding; up to it, a relative error is none
WIDTH32, THRESHOLD32 = 5e-3, 1e-2  # the same for float32: its epsilon^(1/3), and what rounding leaves there
NARROWER = (1, 0.1, 0.01)  # a direction through a whole array meets a kink sooner than one parameter does
EPSILON, EPSILON32 = float(np.finfo(float).eps), float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Own:
    """A loss and its gradient, called with fresh copies of the arrays in the structure that they know."""

    loss: Callable[[Any], Any]
    gradient: Callable[[Any], Any]
    structure: Any

    def value(self, arrays: list[np.ndarray]) -> np.ndarray:
        """Return the loss, as an array without axes. Raises ValueError for anything but one number."""
        found = self.loss(like_leaves(self.structure, map(np.array, arrays)))
        value = np.asarray(found.detach() if hasattr(found, "detach") else found)
        if value.ndim or value.dtype.kind not in "fiub":
            raise ValueError(
                f"loss(params) must return one number, not {shown(value if value.ndim else found)}"
            )
        return value

    def at(self, arrays: list[np.ndarray], number: int, array: np.ndarray) -> float:
        """Return the loss with another array in one place."""
        return float(self.value([*arrays[:number], array, *arrays[number + 1 :]]))

    def slopes(self, arrays: list[np.ndarray]) -> list[np.ndarray]:
        """Return the gradient, an array for each of `arrays`. Raises ValueError for shapes that differ."""
        given = self.gradient(like_leaves(self.structure, map(np.array, arrays)))
        found = values_like(self.structure, given, [array.shape for array in arrays], "gradient(params)")
        for path, array, slope in zip(leaves(self.structure), arrays, found, strict=True):
            if slope.shape != array.shape or slope.dtype.kind not in "fiub":
                raise ValueError(
                    f"gradient(params) has shape {slope.shape} where {named([array_name(path)])} has "
                    f"{array.shape}; both must be the same, and numbers"
                )
        return [slope.copy() for slope in found]  # theirs may be written to again


def check_own(
    loss: Callable[[Any], Any],
    gradient: Callable[[Any], Any],
    params: Any,
    width: float | None = None,
    threshold: float | None = None,
    directions: int | None = None,
    seed: int = 0,
) -> GradientReport:
    """Compare gradient(params) with central differences of loss(params).

    params: an array, or a list, tuple or dict of arrays of any shape, layers too. Both functions are called
    with copies, in the same structure; whole numbers become float64, float32 stays. Where params, loss or
    gradient are float32, or all values of the loss are numbers that float32 has, width and threshold are 5e-3
    and 1e-2 instead of 1e-5 and 1e-6, unless given. A width that was not given is taken times the
    size of the parameter, where that is over 1; in a direction, times the length of the array.

    Kinks are found by `line_kink`, from five values on the way from -width to width: a slope that jumps
    anywhere on it. A kink that moves a slope by less than the threshold is none. A direction that meets a
    kink in float64 is gone along again, a tenth and a hundredth as far.

    Raises ValueError where the loss is not one finite number, where two calls at the same params differ, and
    for a gradient of another shape.
    """
    own = Own(loss, gradient, params)
    arrays = [_array(value, path) for path, value in leaves(params).items()]
    if not sum(array.size for array in arrays):
        raise ValueError(f"params must hold a number or more, not {shown(params)}")
    random = np.random.RandomState([seed, 3])
    with np.errstate(all="ignore"):
        start, slopes = _start(own, arrays)
        epsilon = _epsilon(own, arrays, [start, *slopes], random)
        single = epsilon > EPSILON
        base = width or (WIDTH32 if single else WIDTH)
        limit = threshold if threshold is not None else THRESHOLD32 if single else THRESHOLD
        noise = rounding_noise(float(start), base, epsilon)
        jitter = max(epsilon * abs(float(start)), _jitter(own, arrays, base, random))
        rows = []
        for number, path in enumerate(leaves(params)):
            for index, move in _moves(arrays, number, directions, random):
                if directions is None:
                    size = abs(float(arrays[number][index]))
                else:
                    size = float(np.linalg.norm(arrays[number].astype(float)))
                step = base if width else base * max(1.0, size)
                analytic = float((move * slopes[number])[move != 0].sum())
                for narrower in (1,) if directions is None or single else NARROWER:
                    numeric, values = _difference(own, arrays, number, move, narrower * step)
                    kink = line_kink(values, narrower * step, jitter, max(limit, THRESHOLD))
                    if not kink:
                        break
                error = float(row_errors(np.array(analytic), np.array(numeric), noise))
                rows.append(Parameter(*array_name(path), index, analytic, numeric, error, kink))
    remark = f"float32, so width {base:.0e} and what rounding leaves there" if single else ""
    return GradientReport(rows, base, limit, noise, directions is not None, remark)


def _start(own: Own, arrays: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return loss and gradient, each called twice: what is not the same twice has no slope."""
    values = [own.value(arrays)]
    slopes = [own.slopes(arrays)]
    values.append(own.value(arrays))
    slopes.append(own.slopes(arrays))
    first, second = map(float, values)
    if not np.isfinite(first):
        raise ValueError(f"loss(params) is {first} at these params; only a finite loss has a slope")
    close = 10 * (EPSILON32 if _single_precision([*values, *slopes[0]]) else EPSILON)
    same = all(
        np.allclose(one, other, 1e3 * close, 0, equal_nan=True) for one, other in zip(*slopes, strict=True)
    )
    for what, agree in (("loss", abs(first - second) <= close * abs(first)), ("gradient", same)):
        if not agree:
            both = f", {first:.6g} and then {second:.6g}" if what == "loss" else ""
            raise ValueError(
                f"{what}(params) is another at each call{both}, with the same params: it draws random "
                "numbers (dropout?) or changes something that it reads; make it the same for a check"
            )
    return values[0], slopes[0]


def _epsilon(
    own: Own, arrays: list[np.ndarray], known: list[np.ndarray], random: np.random.RandomState
) -> float:
    """Return float32's epsilon or float64's: by types, or by values that all happen to be float32's."""
    if _single_precision([*arrays, *known]):
        return EPSILON32
    values = [float(known[0])]
    for _ in range(3):
        shaken = [array + 1e-3 * random.standard_normal(array.shape) for array in arrays]
        values.append(float(own.value(shaken)))
    as_float32 = [float(np.float32(value)) for value in values]
    return EPSILON32 if values == as_float32 and len(set(values)) > 2 else EPSILON


def _single_precision(arrays: list[np.ndarray]) -> bool:
    return any(array.dtype == np.float32 for array in arrays)


def _jitter(own: Own, arrays: list[np.ndarray], width: float, random: np.random.RandomState) -> float:
    """Return how far off values are: three on a way so short that the loss must be straight, and is not."""
    found = []
    for _ in range(3):
        moves = [random.standard_normal(array.shape) for array in arrays]
        length = np.sqrt(sum(np.square(move).sum() for move in moves))
        values = []
        for share in (-1, 0, 1):
            far = share * width / 1000 / length
            values.append(float(own.value([
                (array + far * move).astype(array.dtype) for array, move in zip(arrays, moves, strict=True)
            ])))  # fmt: skip
        found.append(abs(values[0] - 2 * values[1] + values[2]))
    return float(np.nanmax([0.0, *found]))


def _moves(
    arrays: list[np.ndarray], number: int, directions: int | None, random: np.random.RandomState
) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """Yield the moves of one array, each with its index: of one parameter each, or random unit directions."""
    shape = arrays[number].shape
    if directions is None:
        for index in np.ndindex(shape):
            move = np.zeros(shape)
            move[index] = 1
            yield index, move
    elif arrays[number].size:
        for k in range(number, directions, len(arrays)):
            drawn = np.asarray(random.standard_normal(shape))
            yield (k,), drawn / np.linalg.norm(drawn)


def _difference(
    own: Own, arrays: list[np.ndarray], number: int, move: np.ndarray, step: float
) -> tuple[float, np.ndarray]:
    """Return the slope along a move, and the five values on the way, as long as rounding leaves it."""
    array = arrays[number]
    points = [(array + share * step * move).astype(array.dtype) for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    way = float(((points[-1].astype(float) - points[0]) * move).sum())
    if not way > 0:
        raise ValueError(
            f"a width of {step:g} is lost beside a parameter of size {abs(array).max():g}; take a wider one"
        )
    values = np.array([own.at(arrays, number, point) for point in points])
    return float(values[-1] - values[0]) / way, values


def _array(value: Any, path: tuple[Any, ...]) -> np.ndarray:
    array = np.asarray(value.detach() if hasattr(value, "detach") else value)
    if array.dtype.kind not in "fiub" or array.dtype == np.float16:
        raise ValueError(
            f"{named([array_name(path)])} must hold numbers of float32 or float64, not {array.dtype.name}"
        )
    return array if array.dtype == np.float32 else array.astype(float)
