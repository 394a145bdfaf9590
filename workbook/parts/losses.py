"""Losses: how far the outputs y are from the targets t, each with its gradient.

Squared errors differ by a factor only. The factor matters, because it multiplies the step: on 1 000 rows the
summed error makes every step 1 000 times as long as the mean. Cross-entropies take logits, which is what a
linear output gives, and say themselves what probabilities these stand for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.activations import identity, sigmoid, softmax, softplus
from workbook.parts.company import TARGETS, check_company
from workbook.parts.registry import Part, Registry, plain

Array = np.ndarray
NEARLY_0 = 1e-300  # in place of a probability of 0, whose logarithm is no number


def mean_target(t: Array) -> Array:
    """Return the mean of the targets over the rows, (1, n_out)."""
    return t.mean(-2, keepdims=True)


@dataclass(frozen=True, repr=False)
class Loss(Part):
    """A named pair: value(y, t) -> (...) and gradient(y, t) = dLoss/dy -> (..., n, n_out).

    y and t are (..., n, n_out): n rows, n_out outputs; leading axes are kept, one loss for each member
    of a population. says(y) is the answer that y stands for, in the units of the targets: a probability, say.
    best_constant(t) -> (1, n_out) is the y of the constant answer with the smallest loss. Raises ValueError
    for functions in which a member of a population depends on the others.
    """

    value: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    says: Callable[[Array], Array] = identity
    best_constant: Callable[[Array], Array] = mean_target

    def __post_init__(self) -> None:
        check_company(f"the value of the loss {self.name!r}", self.value, TARGETS)
        check_company(f"the gradient of the loss {self.name!r}", self.gradient, TARGETS)


def squared_error(name: str, factor: Callable[[int, int], float]) -> Loss:
    """Return factor(n, n_out) times the sum of (y - t)^2 over all rows and outputs."""

    def value(y: Array, t: Array) -> Array:
        return factor(*t.shape[-2:]) * np.square(y - t).sum((-2, -1))

    def gradient(y: Array, t: Array) -> Array:
        return 2 * factor(*t.shape[-2:]) * (y - t)

    return Loss(name, value, gradient)


def mean_absolute_error(y: Array, t: Array) -> Array:
    """The mean of |y - t| over rows and outputs."""
    return np.abs(y - t).mean((-2, -1))


def absolute_gradient(y: Array, t: Array) -> Array:
    """The sign of y - t, over the number of rows and outputs; 0 where y = t, where there is a kink."""
    return np.sign(y - t) / (t.shape[-2] * t.shape[-1])


def median_target(t: Array) -> Array:
    """Return the median of the targets over the rows, (1, n_out)."""
    return np.median(t, -2, keepdims=True)


def huber(delta: float = 1.0) -> Loss:
    """Half the squared error up to a distance of delta, a straight line beyond, mean over rows and outputs.

    P. J. Huber 1964, "Robust estimation of a location parameter". Raises ValueError unless delta is finite
    and above 0.
    """
    if not 0 < delta < np.inf:
        raise ValueError(f"the delta of a Huber loss is finite and above 0, not {delta:g}")

    def value(y: Array, t: Array) -> Array:
        near = np.clip(y - t, -delta, delta)
        return (near * (y - t - near / 2)).mean((-2, -1))

    def gradient(y: Array, t: Array) -> Array:
        return np.clip(y - t, -delta, delta) / (t.shape[-2] * t.shape[-1])

    def constant(t: Array) -> Array:
        best = median_target(t)
        for _ in range(200):  # its gradient is a slope of at most 1, so these steps go down and never past
            best = best - gradient(best, t).sum(-2, keepdims=True) * t.shape[-1]
        return best

    return Loss(f"huber({plain(delta)})", value, gradient, identity, constant)


def log_sum(y: Array) -> Array:
    """Return log(sum of e^y) over the outputs, (..., n, 1); the largest is taken out of it first."""
    most = y.max(-1, keepdims=True)
    return most + np.log(np.exp(y - most).sum(-1, keepdims=True))


def softmax_cross_entropy(name: str, rows: Callable[[int], float]) -> Loss:
    """Return -t log(softmax(y)), summed over outputs and rows, over rows(n): for one class of several."""

    def value(y: Array, t: Array) -> Array:
        return (t * (log_sum(y) - y)).sum((-2, -1)) / rows(t.shape[-2])

    def gradient(y: Array, t: Array) -> Array:
        return (softmax(y) * t.sum(-1, keepdims=True) - t) / rows(t.shape[-2])

    return Loss(name, value, gradient, softmax, lambda t: np.log(np.maximum(mean_target(t), NEARLY_0)))


def sigmoid_cross_entropy(name: str, rows: Callable[[int], float]) -> Loss:
    """Return -t log(s) - (1 - t) log(1 - s), s = sigmoid(y), summed likewise: for answers of yes or no."""

    def value(y: Array, t: Array) -> Array:
        return (softplus(y) - t * y).sum((-2, -1)) / rows(t.shape[-2])

    def gradient(y: Array, t: Array) -> Array:
        return (sigmoid(y) - t) / rows(t.shape[-2])

    def constant(t: Array) -> Array:
        share = np.clip(mean_target(t), 1e-16, 1 - 1e-16)
        return np.log(share / (1 - share))

    return Loss(name, value, gradient, sigmoid, constant)


def binary_cross_entropy(clip: float = 1e-7) -> Loss:
    """Return the cross-entropy of probabilities y, each a yes or no, mean over rows and outputs.

    As frameworks do, y is first clipped to between clip and 1 - clip; outside of them the gradient is 0.
    """

    def value(y: Array, t: Array) -> Array:
        p = np.clip(y, clip, 1 - clip)
        return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean((-2, -1))

    def gradient(y: Array, t: Array) -> Array:
        p = np.clip(y, clip, 1 - clip)
        return np.where(p == y, (p - t) / (p * (1 - p)), 0) / (t.shape[-2] * t.shape[-1])

    return Loss(f"binary cross-entropy({plain(_share(clip))})", value, gradient)


def categorical_cross_entropy(clip: float = 1e-7) -> Loss:
    """Return -t log(p), summed over outputs, mean over rows: p is y over its row's sum, clipped as above."""

    def value(y: Array, t: Array) -> Array:
        p = np.clip(y / y.sum(-1, keepdims=True), clip, 1 - clip)
        return -(t * np.log(p)).sum((-2, -1)) / t.shape[-2]

    def gradient(y: Array, t: Array) -> Array:
        total = y.sum(-1, keepdims=True)
        share = y / total
        p = np.clip(share, clip, 1 - clip)
        dp = np.where(p == share, -t / p, 0) / t.shape[-2]
        return (dp - (dp * share).sum(-1, keepdims=True)) / total

    return Loss(f"categorical cross-entropy({plain(_share(clip))})", value, gradient)


def _share(clip: float) -> float:
    if not 0 <= clip < 0.5:
        raise ValueError(f"probabilities are clipped at 0 or more and below 0.5, not {clip:g}")
    return clip


LOSSES = Registry("loss", Loss)
LOSSES.add_plain("summed squared error", squared_error, lambda n, n_out: 1.0)
LOSSES.add_plain("half summed squared error", squared_error, lambda n, n_out: 0.5)
LOSSES.add_plain("mean squared error", squared_error, lambda n, n_out: 1 / (n * n_out))
# Half the squared distance between output and target, averaged over rows: the textbook's cost.
LOSSES.add_plain("quadratic cost", squared_error, lambda n, n_out: 0.5 / n)
LOSSES.add_plain("mean absolute error", Loss, mean_absolute_error, absolute_gradient, identity, median_target)
LOSSES.add_plain("softmax cross-entropy", softmax_cross_entropy, float)
LOSSES.add_plain("summed softmax cross-entropy", softmax_cross_entropy, lambda n: 1.0)
LOSSES.add_plain("sigmoid cross-entropy", sigmoid_cross_entropy, float)
LOSSES.add_plain("summed sigmoid cross-entropy", sigmoid_cross_entropy, lambda n: 1.0)
LOSSES.add("huber", huber)
LOSSES.add("binary cross-entropy", binary_cross_entropy)
LOSSES.add("categorical cross-entropy", categorical_cross_entropy)
