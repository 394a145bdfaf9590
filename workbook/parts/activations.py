"""Activations: what a unit makes of its weighted sum z, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workbook.parts.registry import Part, Registry


@dataclass(frozen=True, repr=False)
class Activation(Part):
    """A named pair of elementwise functions.

    value(z) is the unit's output y at the pre-activation z; derivative(z, y) is dy/dz at z.
    The derivative is handed y as well, so that it need not be computed twice. Any shape; nothing is
    changed in place.
    """

    value: Callable[[np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray, np.ndarray], np.ndarray]


def identity(z: np.ndarray) -> np.ndarray:
    """Linear: y = z."""
    return z


def identity_derivative(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 everywhere."""
    return np.ones_like(z)


def sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-z), between 0 and 1."""
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """y (1 - y), at most 1/4."""
    return y * (1 - y)


def tanh_derivative(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 - y^2, at most 1."""
    return 1 - y * y


def relu(z: np.ndarray) -> np.ndarray:
    """z where z > 0, 0 elsewhere."""
    return np.maximum(z, 0)


def relu_derivative(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 where z > 0, 0 elsewhere. At z = 0 there is a kink and no derivative; the usual choice is 0."""
    return (z > 0).astype(float)


def leaky_relu(slope: float = 0.01) -> Activation:
    """z where z > 0, slope * z elsewhere. Raises ValueError for a slope that is not finite."""
    if not np.isfinite(slope):
        raise ValueError(f"the slope of a leaky ReLU is a finite number, not {slope:g}")

    def value(z: np.ndarray) -> np.ndarray:
        return np.where(z > 0, z, slope * z)

    def derivative(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.where(z > 0, 1.0, slope)

    return Activation(f"leaky relu({slope:.15g})", value, derivative)


ACTIVATIONS = Registry("activation", Activation)
ACTIVATIONS.add_plain(Activation("identity", identity, identity_derivative))
ACTIVATIONS.add_plain(Activation("sigmoid", sigmoid, sigmoid_derivative))
ACTIVATIONS.add_plain(Activation("tanh", np.tanh, tanh_derivative))
ACTIVATIONS.add_plain(Activation("relu", relu, relu_derivative))
ACTIVATIONS.add("leaky relu", leaky_relu)
