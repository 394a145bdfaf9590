"""Initializers: where the weights and biases start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from workbook.parts.registry import Part, Registry, plain

Fans = tuple[int, int]


@dataclass(frozen=True, repr=False)
class Initializer(Part):
    """A named way to draw one layer's weights or biases.

    draw(random, shape, fans, layer) -> array of `shape`; `random` is a RandomState, `fans` are (fan_in,
    fan_out), how many numbers go into each unit and to how many units each number goes, `layer` is the
    layer's number, from 0.
    """

    draw: Callable[[np.random.RandomState, tuple[int, int], Fans, int], np.ndarray]


def scaled_normal(name: str, deviation: Callable[[int, int], float]) -> Initializer:
    """Return the normal distribution with mean 0 and the standard deviation deviation(fan_in, fan_out)."""

    def draw(random: np.random.RandomState, shape: tuple[int, int], fans: Fans, layer: int) -> np.ndarray:
        return deviation(*fans) * random.standard_normal(shape)

    return Initializer(name, draw)


def normal(deviation: float = 1.0) -> Initializer:
    """Normal with mean 0 and this standard deviation. Raises ValueError unless it is finite and 0 or more."""
    if not 0 <= deviation < np.inf:
        raise ValueError(f"a standard deviation is finite and 0 or more, not {deviation:g}")
    return scaled_normal(f"normal({plain(deviation)})", lambda fan_in, fan_out: deviation)


def uniform(low: float = 0.0, high: float = 1.0) -> Initializer:
    """Uniform between low and high. Raises ValueError unless both are finite and low <= high."""
    if not -np.inf < low <= high < np.inf:
        raise ValueError(f"bounds are finite, the lower one first, not {low:g} and {high:g}")

    def draw(random: np.random.RandomState, shape: tuple[int, int], fans: Fans, layer: int) -> np.ndarray:
        return low + (high - low) * random.random_sample(shape)

    return Initializer(f"uniform({plain(low)}, {plain(high)})", draw)


def constant(value: float = 0.0) -> Initializer:
    """The same value everywhere: 0.1, say, for biases. Raises ValueError unless it is finite."""
    if not np.isfinite(value):
        raise ValueError(f"a start value is a finite number, not {value:g}")

    def draw(random: np.random.RandomState, shape: tuple[int, int], fans: Fans, layer: int) -> np.ndarray:
        return np.full(shape, float(value))

    return Initializer(f"constant({plain(value)})", draw)


@dataclass(frozen=True)
class Given:
    """Draws these float64 arrays, one a layer; kept as bytes, which are equal where the numbers are."""

    shapes: tuple[tuple[int, ...], ...]
    contents: tuple[bytes, ...]

    def __call__(
        self, random: np.random.RandomState, shape: tuple[int, int], fans: Fans, layer: int
    ) -> np.ndarray:
        found = self.shapes[layer] if layer < len(self.shapes) else "nothing"
        if found != shape:
            raise ValueError(f"layer {layer} needs start values of shape {shape}, but was given {found}")
        return np.frombuffer(self.contents[layer]).reshape(shape).copy()


def explicit(*arrays: ArrayLike) -> Initializer:
    """These arrays, one a layer, whatever the seed. Drawing raises ValueError if a shape does not fit."""
    matrices = [np.array(array, float, ndmin=2) for array in arrays]
    given = Given(tuple(array.shape for array in matrices), tuple(array.tobytes() for array in matrices))
    return Initializer(f"explicit{tuple(array.tolist() for array in matrices)}", given)


def scaled_uniform(name: str, deviation: Callable[[int, int], float]) -> Initializer:
    """Return the uniform distribution around 0 with this standard deviation; it ends at sqrt(3) times it."""

    def draw(random: np.random.RandomState, shape: tuple[int, int], fans: Fans, layer: int) -> np.ndarray:
        return np.sqrt(3) * deviation(*fans) * (2 * random.random_sample(shape) - 1)

    return Initializer(name, draw)


def orthogonal(random: np.random.RandomState, shape: tuple[int, int], fans: Fans, layer: int) -> np.ndarray:
    """Columns, or rows if there are fewer, of length 1 at right angles to each other (Saxe et al. 2014)."""
    tall = random.standard_normal((max(shape), min(shape)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # without it, the signs would be those of the algorithm
    return q if shape == q.shape else q.T


def _he(fan_in: int, fan_out: int) -> float:
    return np.sqrt(2 / fan_in)


def _glorot(fan_in: int, fan_out: int) -> float:
    return np.sqrt(2 / (fan_in + fan_out))


def _lecun(fan_in: int, fan_out: int) -> float:
    return np.sqrt(1 / fan_in)


INITIALIZERS = Registry("initializer", Initializer)
# LeCun et al. 1998, "Efficient BackProp"; Glorot and Bengio 2010, "Understanding the difficulty of training
# deep feedforward neural networks", also called Xavier; He et al. 2015, "Delving deep into rectifiers".
for _name, _deviation in (("lecun", _lecun), ("xavier", _glorot), ("glorot", _glorot), ("he", _he)):
    INITIALIZERS.add_plain(_name, scaled_normal, _deviation)
    INITIALIZERS.add_plain(f"{_name} normal", scaled_normal, _deviation)
    INITIALIZERS.add_plain(f"{_name} uniform", scaled_uniform, _deviation)
INITIALIZERS.add_plain("orthogonal", Initializer, orthogonal)
INITIALIZERS.add("normal", normal)
INITIALIZERS.add("uniform", uniform)
INITIALIZERS.add("constant", constant)
INITIALIZERS.add_plain("zeros", Initializer, constant(0).draw)
