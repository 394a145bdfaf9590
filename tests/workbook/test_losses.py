"""The losses: each value by its formula, each gradient against the slope of its value, and no member of a
population that depends on the others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("name", FORMULAS)
@given(seed=st.integers(0, 1000))
def test_best_constant_is_better_than_others(name, seed):
    loss, random = LOSSES[name], np.random.RandomState(seed)
    t = random.randint(0, 2, (7, 3)).astype(float) if "entropy" in name else random.randn(7, 3)
    if name.endswith("softmax cross-entropy") or name == "categorical cross-entropy":
        t = np.eye(3)[random.randint(0, 3, 7)]
    best = loss.best_constant(t)
    assert best.shape == (1, 3)
    least = loss.value(np.broadcast_to(best, t.shape), t)
    for _ in range(10):
        other = best + random.choice([1e-3, 0.1, 1]) * random.randn(1, 3)
        if name in OF_PROBABILITIES:
            other = np.clip(other, 0.001, 0.999)
        assert loss.value(np.broadcast_to(other, t.shape), t) >= least * (1 - 1e-12)


# Far out


@pytest.mark.parametrize("factor", [1, 1e4, 1e300])
def test_cross_entropies_of_logits_far_out_are_what_is_left_of_them(factor):
    y, t = factor * np.array([[1.0, -1, 0], [-1, 1, 0], [0, 0, -1]]), np.array([[1.0, 0, 0]] * 3)
    with np.errstate(over="ignore"):
        for name in ("softmax cross-entropy", "sigmoid cross-entropy"):
            value, gradient = LOSSES[name].value(y, t), LOSSES[name].gradient(y, t)
            assert np.isfinite(value)
            assert np.isfinite(gradient).all()
    if factor > 1:  # a softmax of 1, 0, 0, then of 0, 1, 0, and a tie; a sigmoid of 0, 1/2 and 1
        np.testing.assert_allclose(
            3 * LOSSES["softmax cross-entropy"].gradient(y, t), [[0, 0, 0], [-1, 1, 0], [-0.5, 0.5, 0]]
        )
        assert LOSSES["softmax cross-entropy"].value(y, t) == pytest.approx((2 * factor + np.log(2)) / 3)
        with np.errstate(over="ignore"):
            np.testing.assert_allclose(
                3 * LOSSES["sigmoid cross-entropy"].gradient(y, t),
                [[0, 0, 0.5], [-1, 1, 0.5], [-0.5, 0.5, 0]],
            )
        assert LOSSES["sigmoid cross-entropy"].value(y, t) == pytest.approx((2 * factor + 4 * np.log(2)) / 3)


def test_the_naive_forms_are_no_numbers_there():
    y, t = 1e4 * np.array([[1.0, -1, 0]]), np.array([[1.0, 0, 0]])
    with np.errstate(all="ignore"):
        assert np.isnan(t * np.log(np.exp(y) / np.exp(y).sum(-1, keepdims=True))).any()
        p = 1 / (1 + np.exp(-y))
        assert np.isnan(t * np.log(p) + (1 - t) * np.log(1 - p)).any()


@pytest.mark.parametrize("name", OF_PROBABILITIES)
def test_perfect_answers_cost_next_to_nothing(name):
    t = np.eye(3)[[0, 1, 2, 2]]
    value, gradient = LOSSES[name].value(t, t), LOSSES[name].gradient(t, t)
    assert 0 < value < 1e-6
    assert np.isfinite(gradient).all()
    worst = LOSSES[name].value(1 - t, t)
    assert 1 < worst < 20
    with np.errstate(all="ignore"):
        assert np.isnan(LOSSES[f"{name}(0)"].value(t, t))


@pytest.mark.parametrize("name", ["softmax cross-entropy", "sigmoid cross-entropy"])
def test_what_a_loss_says_is_a_probability(name):
    says = LOSSES[name].says(np.array([[[3.0, -2.0], [0.0, 0.0]]]))
    assert says.shape == (1, 2, 2)
    np.testing.assert_allclose(says[0, 1], [0.5, 0.5])
    if name.startswith("softmax"):
        np.testing.assert_allclose(says.sum(-1), 1)


@pytest.mark.parametrize("setting", ["huber(0)", "huber(-1)", "binary cross-entropy(0.5)", "huber(1e999)"])
def test_a_parameter_out_of_range_is_refused(setting):
    with pytest.raises(ValueError, match=r"Huber|probabilities"):
        LOSSES[setting]
