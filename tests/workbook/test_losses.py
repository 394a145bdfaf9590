"""The losses: each value by its formula, each gradient against the slope of its value, and no member of a
population that depends on the others."""

import math

import numpy as np
import pytest

from workbook.parts import LOSSES


def squared(y, t):
    return math.fsum((a - b) ** 2 for a, b in zip(y, t, strict=True))


def softmax_entropy(y, t):
    total = math.log(math.fsum(map(math.exp, y)))
    return math.fsum(b * (total - a) for a, b in zip(y, t, strict=True))


def sigmoid_entropy(y, t):
    return math.fsum(math.log1p(math.exp(a)) - b * a for a, b in zip(y, t, strict=True))


def huber(delta):
    def one(distance):
        return distance**2 / 2 if distance <= delta else delta * (distance - delta / 2)

    return lambda y, t: math.fsum(one(abs(a - b)) for a, b in zip(y, t, strict=True))


def binary_entropy(y, t):
    return -math.fsum(b * math.log(a) + (1 - b) * math.log(1 - a) for a, b in zip(y, t, strict=True))


def categorical_entropy(y, t):
    return -math.fsum(b * math.log(a / math.fsum(y)) for a, b in zip(y, t, strict=True))


FORMULAS = {  # name: what a row costs, and the factor for n rows of n_out outputs
    "summed squared error": (squared, lambda n, n_out: 1),
    "half summed squared error": (squared, lambda n, n_out: 1 / 2),
    "mean squared error": (squared, lambda n, n_out: 1 / (n * n_out)),
    "quadratic cost": (squared, lambda n, n_out: 1 / (2 * n)),
    "mean absolute error": (
        lambda y, t: math.fsum(abs(a - b) for a, b in zip(y, t, strict=True)),
        lambda n, n_out: 1 / (n * n_out),
    ),
    "huber": (huber(1), lambda n, n_out: 1 / (n * n_out)),
    "huber(0.3)": (huber(0.3), lambda n, n_out: 1 / (n * n_out)),
    "softmax cross-entropy": (softmax_entropy, lambda n, n_out: 1 / n),
    "summed softmax cross-entropy": (softmax_entropy, lambda n, n_out: 1),
    "sigmoid cross-entropy": (sigmoid_entropy, lambda n, n_out: 1 / n),
    "summed sigmoid cross-entropy": (sigmoid_entropy, lambda n, n_out: 1),
    "binary cross-entropy": (binary_entropy, lambda n, n_out: 1 / (n * n_out)),
    "categorical cross-entropy": (categorical_entropy, lambda n, n_out: 1 / n),
}
OF_PROBABILITIES = ("binary cross-entropy", "categorical cross-entropy")


def answers(name, *shape, seed=0):
    """Outputs and targets that the loss is made for."""
    random = np.random.RandomState(seed)
    if name in OF_PROBABILITIES:
        return random.uniform(0.05, 0.95, shape), random.uniform(0, 1, shape[-2:])
    return random.randn(*shape), random.randn(*shape[-2:])


def test_every_loss_is_tested_here():
    assert set(LOSSES) == {name.partition("(")[0] for name in FORMULAS}


@pytest.mark.parametrize("name", FORMULAS)
def test_value_is_its_formula(name):
    y, t = answers(name, 3, 5, 2)
    row, factor = FORMULAS[name]
    expected = [factor(5, 2) * math.fsum(row(y[s, i], t[i]) for i in range(5)) for s in range(3)]
    np.testing.assert_allclose(LOSSES[name].value(y, t), expected, rtol=1e-13)


@pytest.mark.parametrize("name", FORMULAS)
def test_gradient_is_the_slope_of_its_value(name):
    y, t = answers(name, 5, 2, seed=1)
    gradient, width = LOSSES[name].gradient(y, t), 1e-5
    for index in np.ndindex(y.shape):
        nudge = np.zeros_like(y)
        nudge[index] = width
        slope = (LOSSES[name].value(y + nudge, t) - LOSSES[name].value(y - nudge, t)) / (2 * width)
        assert gradient[index] == pytest.approx(slope, rel=1e-7, abs=1e-10)
