"""Symmetry: what a network cannot be, because layers of it have no bias.

A layer without biases maps -x to -z, and 2 x to 2 z. Activations that keep such a symmetry hand it on to the
output, whatever the weights are, so that no training gets rid of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workbook.experiment import Experiment
from workbook.layers import Convolution, Layer
from workbook.measures.plain import asked, table
from workbook.network import Network

ODD = ("", "an odd function plus a constant", "odd")
HOMOGENEOUS = ("", "a homogeneous function plus a constant", "homogeneous")
FIXED = "f(0) is fixed"


class Kind(NamedTuple):
    """What is true of a layer's numbers as functions of x. odd, homogeneous: 2, 1 plus a constant, or 0."""

    odd: int = 2
    homogeneous: int = 2
    zero: bool = True  # whether they are 0 at x = 0

    def plus_constant(self) -> Kind:
        """Return what is left of it where biases are added."""
        return Kind(min(self.odd, 1), min(self.homogeneous, 1), False)

    def after(self, function: Callable[[np.ndarray], np.ndarray], shape: tuple[int, ...]) -> Kind:
        """Return what is left of it after a function of arrays of this shape, which is tried out."""
        z, c = 3 * np.random.RandomState(0).standard_normal((2, *shape))
        with np.errstate(all="ignore"):
            even, at_zero = function(z) + function(-z), function(np.zeros(shape))
            homogeneous = _same(function(2 * z), 2 * function(z))
            odd = 2 if _same(even, 0) else int(_same(even, 2 * at_zero))
            linear = odd == 2 and homogeneous and _same(function(z + c), function(z) + function(c))
            zero = self.zero and _same(at_zero, 0)
        if linear:
            return self._replace(zero=zero)
        return Kind(odd if self.odd == 2 else 0, 2 * (self.homogeneous == 2 and homogeneous), zero)

    def __str__(self) -> str:
        return ODD[self.odd] or HOMOGENEOUS[self.homogeneous]


def can_only_be(network: Network) -> str | None:
    """Return what the network's function is whatever its weights are; None where it may be anything else.

    The first that is true: "odd", f(-x) = -f(x); "an odd function plus a constant"; "homogeneous", f(c x) =
    c f(x) for c above 0; "a homogeneous function plus a constant"; "sigmoid of" one of these, or whatever
    the output activation is; "f(0) is fixed".
    """
    kind = Kind()
    for layer, activation, biased in zip(network.layers, network.activations, network.biased, strict=True):
        before = kind.plus_constant() if biased else kind
        kind = before.after(activation.value, (40, layer.units))
        if isinstance(layer, Convolution):
            kind = kind.after(layer.hand_on, (4 * layer.map.height * layer.map.width, layer.units))
    if str(kind) or not str(before):
        return str(kind) or (FIXED if before.zero else None)
    whole = {"odd": "an odd function", "homogeneous": "a homogeneous function"}
    return f"{activation.name} of {whole.get(str(before), str(before))}"


def oddness(
    experiment: Experiment,
    params: list[Layer],
    inputs: ArrayLike | None = None,
    plus_constant: bool = False,
) -> np.ndarray:
    """Return how far the network is from odd on these inputs (n, n_in), or on the data, (...): 0 to 1.

    Every function is an odd one plus an even one, (f(x) + f(-x)) / 2; this is the even one's share of the sum
    of squares: 0 for an odd function, 1 for an even one. plus_constant: the even one's mean does not count.
    """
    x = experiment.dataset.inputs if inputs is None else np.asarray(inputs, float)
    there, back = (experiment.network.forward(params, at)[0] for at in (x, -x))
    return _even_share(there, back, plus_constant)


def homogeneity(
    experiment: Experiment, params: list[Layer], inputs: ArrayLike | None = None, factor: float = 2.0
) -> np.ndarray:
    """Return how far f(factor x) is from factor f(x), as a share of the sum of their squares, (...).

    0 for a homogeneous function. inputs (n, n_in); the data without them. factor is above 0.
    """
    if not factor > 0:
        raise ValueError(f"a homogeneous function scales with factors above 0; {factor!r} is not")
    x = experiment.dataset.inputs if inputs is None else np.asarray(inputs, float)
    far, near = (experiment.network.forward(params, at)[0] for at in (factor * x, x))
    return _off_share(far, factor * near)


def at_zero(f: Callable[[Any], Any], X: ArrayLike) -> np.ndarray:
    """Return what a function f: (n, n_in) -> (n, n_out) says where every input is 0, (n_out,).

    X (n, n_in) tells how many inputs there are. Without biases, and with activations that are 0 at 0, it is
    0 whatever the weights are.
    """
    return asked(f, np.zeros_like(table(X, "X", "inputs")[:1]))[0]


def even_share(f: Callable[[Any], Any], X: ArrayLike, plus_constant: bool = False) -> float:
    """Return how far a function f: (n, n_in) -> (n, n_out) is from odd on X, as `oddness` does: 0 to 1."""
    x = table(X, "X", "inputs")
    return float(_even_share(asked(f, x), asked(f, -x), plus_constant))


def off_homogeneous(f: Callable[[Any], Any], X: ArrayLike, factor: float = 2.0) -> float:
    """Return how far a function f: (n, n_in) -> (n, n_out) is from homogeneous on X, see `homogeneity`."""
    if not factor > 0:
        raise ValueError(f"a homogeneous function scales with factors above 0; {factor!r} is not")
    x = table(X, "X", "inputs")
    return float(_off_share(asked(f, factor * x), factor * asked(f, x)))


def _even_share(there: np.ndarray, back: np.ndarray, plus_constant: bool) -> np.ndarray:
    """Return the even part's share of what a function says to x and to -x, (...)."""
    with np.errstate(all="ignore"):
        even, odd = (there + back) / 2, (there - back) / 2
        if plus_constant:
            even = even - even.mean(-2, keepdims=True)
        return _share(even, odd, np.abs(there).max((-2, -1)))


def _off_share(far: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return the squared distance of two arrays in parts of their squares, (...)."""
    with np.errstate(all="ignore"):
        apart = np.square(far - near).sum((-2, -1))
        whole = np.square(far).sum((-2, -1)) + np.square(near).sum((-2, -1))
        return np.where(whole == 0, 0.0, apart / whole)


def _share(part: np.ndarray, rest: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return part's share of the sum of squares, (...); 0 where both are rounding of numbers of `size`."""
    one, other = (np.square(array).sum((-2, -1)) for array in (part, rest))
    rounding = np.square(8 * np.finfo(float).eps * size) * np.prod(part.shape[-2:])
    return np.where(one + other <= rounding, 0.0, one / (one + other))


def _same(one: np.ndarray, other: np.ndarray | float) -> bool:
    return bool(np.allclose(one, other, rtol=1e-9, atol=1e-12))
