"""Activations: what a unit makes of its weighted sum z, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.company import check_company
from workbook.parts.registry import Part, Registry, plain

Array = np.ndarray


@dataclass(frozen=True, repr=False)
class Activation(Part):
    """A named pair of functions that change nothing in place.

    value(z) is the units' outputs y at the pre-activations z; derivative(z, y) is dy/dz at z, unit by unit,
    shaped like z. It is handed y as well, so that y need not be computed twice. way_back(dy, z, y) is the
    gradient at z for the gradient dy at y; left out, it is the chain rule for one unit: dy * derivative.
    z is (..., n, n_out); raises ValueError for functions in which a member of a population depends on others.
    """

    value: Callable[[Array], Array]
    derivative: Callable[[Array, Array], Array]
    way_back: Callable[[Array, Array, Array], Array] | None = None

    def __post_init__(self) -> None:
        name = f"of the activation {self.name!r}"
        check_company(f"the value {name}", self.value)
        check_company(f"the derivative {name}", lambda z: self.derivative(z, self.value(z)))
        if self.way_back is not None:
            check_company(f"the way back {name}", lambda z: self.back(z, z, self.value(z)))

    def back(self, dy: Array, z: Array, y: Array) -> Array:
        """Return dLoss/dz for dy = dLoss/dy, all of one shape."""
        return dy * self.derivative(z, y) if self.way_back is None else self.way_back(dy, z, y)


def identity(z: Array) -> Array:
    """Linear: y = z."""
    return z


def identity_derivative(z: Array, y: Array) -> Array:
    """1 everywhere."""
    return np.ones_like(z)


def sigmoid(z: Array) -> Array:
    """1 / (1 + e^-z), between 0 and 1."""
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z: Array, y: Array) -> Array:
    """y (1 - y), at most 1/4."""
    return y * (1 - y)


def tanh_derivative(z: Array, y: Array) -> Array:
    """1 - y^2, at most 1."""
    return 1 - y * y


def relu(z: Array) -> Array:
    """z where z > 0, 0 elsewhere."""
    return np.maximum(z, 0)


def relu_derivative(z: Array, y: Array) -> Array:
    """1 where z > 0, 0 elsewhere. At z = 0 there is a kink and no derivative; the usual choice is 0."""
    return (z > 0).astype(float)


def leaky_relu(slope: float = 0.01) -> Activation:
    """z where z > 0, slope * z elsewhere. Raises ValueError for a slope that is not finite."""
    if not np.isfinite(slope):
        raise ValueError(f"the slope of a leaky ReLU is a finite number, not {slope:g}")

    bend = np.maximum if slope <= 1 else np.minimum

    def value(z: Array) -> Array:
        return bend(z, slope * z)

    def derivative(z: Array, y: Array) -> Array:
        return np.where(z > 0, 1.0, slope)

    return Activation(f"leaky relu({plain(slope)})", value, derivative)


def elu(alpha: float = 1.0) -> Activation:
    """z where z > 0, alpha (e^z - 1) elsewhere (Clevert et al. 2016). Raises ValueError as above."""
    if not np.isfinite(alpha):
        raise ValueError(f"the alpha of an ELU is a finite number, not {alpha:g}")

    def value(z: Array) -> Array:
        return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))

    def derivative(z: Array, y: Array) -> Array:
        return np.where(z > 0, 1.0, y + alpha)

    return Activation(f"elu({plain(alpha)})", value, derivative)


def softplus(z: Array) -> Array:
    """log(1 + e^z): a ReLU with its corner rounded off."""
    return np.logaddexp(0, z)


def softplus_derivative(z: Array, y: Array) -> Array:
    """The sigmoid of z."""
    return sigmoid(z)


def silu(z: Array) -> Array:
    """z times the sigmoid of z, also called swish (Elfwing et al. 2018)."""
    return z * sigmoid(z)


def silu_derivative(z: Array, y: Array) -> Array:
    """s + y (1 - s), where s is the sigmoid of z."""
    s = sigmoid(z)
    return s + y * (1 - s)


ROOT = np.sqrt(2 / np.pi)


def gelu(z: Array) -> Array:
    """z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))): the common form (Hendrycks and Gimpel 2016)."""
    return z / 2 * (1 + np.tanh(ROOT * (z + 0.044715 * z**3)))


def gelu_derivative(z: Array, y: Array) -> Array:
    """(1 + h)/2 + z/2 (1 - h^2) sqrt(2/pi) (1 + 3 * 0.044715 z^2), where h is the tanh above."""
    h = np.tanh(ROOT * (z + 0.044715 * z**3))
    return (1 + h) / 2 + z / 2 * (1 - h * h) * ROOT * (1 + 3 * 0.044715 * z**2)


def softmax(z: Array) -> Array:
    """e^z over its sum along the row, so that a row adds up to 1; the row's largest z is taken away first."""
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def softmax_back(dy: Array, z: Array, y: Array) -> Array:
    """y (dy - sum of y dy over the row): each output depends on every z of its row."""
    return y * (dy - (y * dy).sum(-1, keepdims=True))


ACTIVATIONS = Registry("activation", Activation)
ACTIVATIONS.add_plain("identity", Activation, identity, identity_derivative, lambda dy, z, y: dy)
ACTIVATIONS.add_plain("sigmoid", Activation, sigmoid, sigmoid_derivative)
ACTIVATIONS.add_plain("tanh", Activation, np.tanh, tanh_derivative)
ACTIVATIONS.add_plain("relu", Activation, relu, relu_derivative)
ACTIVATIONS.add("leaky relu", leaky_relu)
ACTIVATIONS.add("elu", elu)
ACTIVATIONS.add_plain("softplus", Activation, softplus, softplus_derivative)
ACTIVATIONS.add_plain("silu", Activation, silu, silu_derivative)
ACTIVATIONS.add_plain("gelu", Activation, gelu, gelu_derivative)
ACTIVATIONS.add_plain("softmax", Activation, softmax, sigmoid_derivative, softmax_back)
