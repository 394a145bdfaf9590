"""The parts: each value by its formula, each derivative against the slope of its value."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.layers import POOLS
from workbook.parts import (
    ACTIVATIONS,
    CLIPPINGS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    ORDERS,
    PENALTIES,
    Activation,
    explicit,
)

ACTIVATION_FORMULAS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: (1 + math.tanh(z / 2)) / 2,
    "tanh": lambda z: (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z)),
    "relu": lambda z: z if z > 0 else 0.0,
    "leaky relu": lambda z: z if z > 0 else 0.01 * z,
    "leaky relu(0.3)": lambda z: z if z > 0 else 0.3 * z,
    "leaky relu(-0.5)": lambda z: z if z > 0 else -0.5 * z,
    "leaky relu(3)": lambda z: z if z > 0 else 3 * z,
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "elu(0.5)": lambda z: z if z > 0 else 0.5 * math.expm1(z),
    "softplus": lambda z: math.log1p(math.exp(z)),
    "silu": lambda z: z / (1 + math.exp(-z)),
    "gelu": lambda z: z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
}
AWAY_FROM_KINKS = np.concatenate([np.linspace(-4, -0.1, 21), np.linspace(0.1, 4, 21)]).reshape(7, 6)


def test_every_activation_and_penalty_is_tested_here():
    assert set(ACTIVATIONS) <= {*ACTIVATION_FORMULAS, "softmax"}
    assert set(PENALTIES) == {"none", "weight decay"}


@pytest.mark.parametrize("name", ACTIVATION_FORMULAS)
def test_activation_value_is_its_formula(name):
    expected = [[ACTIVATION_FORMULAS[name](float(z)) for z in row] for row in AWAY_FROM_KINKS]
    np.testing.assert_allclose(ACTIVATIONS[name].value(AWAY_FROM_KINKS), expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATION_FORMULAS)
def test_activation_derivative_is_the_slope_of_its_value(name):
    activation, z, width = ACTIVATIONS[name], AWAY_FROM_KINKS, 1e-5
    slope = (activation.value(z + width) - activation.value(z - width)) / (2 * width)
    np.testing.assert_allclose(activation.derivative(z, activation.value(z)), slope, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATION_FORMULAS)
def test_activation_changes_nothing_in_place(name):
    z = AWAY_FROM_KINKS.copy()
    z.flags.writeable = False
    y = ACTIVATIONS[name].value(z)
    before = y.copy()
    ACTIVATIONS[name].derivative(z, y)
    np.testing.assert_array_equal(y, before)


@pytest.mark.parametrize(("name", "at_kink"), [("relu", 0.0), ("leaky relu", 0.01), ("leaky relu(0.3)", 0.3)])
def test_derivative_at_the_kink_is_the_one_from_below(name, at_kink):
    z = np.array([[0.0, -0.0]])
    np.testing.assert_array_equal(
        ACTIVATIONS[name].derivative(z, ACTIVATIONS[name].value(z)), [[at_kink] * 2]
    )


@pytest.mark.parametrize("name", ACTIVATION_FORMULAS)
def test_activation_passes_not_a_number_on(name):
    with np.errstate(invalid="ignore"):
        assert np.isnan(ACTIVATIONS[name].value(np.array([np.nan]))).all()


def test_softmax_is_its_formula_row_by_row():
    z = np.random.RandomState(0).randn(2, 3, 4)
    expected = [
        [[math.exp(a) / math.fsum(map(math.exp, row)) for a in row] for row in member] for member in z
    ]
    np.testing.assert_allclose(ACTIVATIONS["softmax"].value(z), expected, rtol=1e-14)


def test_softmax_goes_back_by_the_slope_of_all_of_its_outputs():
    softmax, random, width = ACTIVATIONS["softmax"], np.random.RandomState(1), 1e-5
    z, dy = random.randn(3, 4), random.randn(3, 4)
    y = softmax.value(z)
    back, own = softmax.back(dy, z, y), softmax.derivative(z, y)
    for index in np.ndindex(z.shape):
        nudge = np.zeros_like(z)
        nudge[index] = width
        slopes = (softmax.value(z + nudge) - softmax.value(z - nudge)) / (2 * width)
        assert back[index] == pytest.approx((dy * slopes).sum(), rel=1e-7, abs=1e-10)
        assert own[index] == pytest.approx(slopes[index], rel=1e-7)


def test_softmax_adds_up_to_1_far_out_too():
    z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]])
    np.testing.assert_array_equal(ACTIVATIONS["softmax"].value(z), [[1, 0, 0], [1 / 3] * 3])


def test_these_are_quiet_far_out():
    z = np.array([-1e4, -800, 800, 1e4])
    for name in ("elu", "gelu", "relu", "tanh", "softmax"):  # a warning is an error here
        y = ACTIVATIONS[name].value(z)
        assert np.isfinite(ACTIVATIONS[name].derivative(z, y)).all()


def test_sigmoid_far_out_is_0_and_1():
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(ACTIVATIONS["sigmoid"].value(np.array([-1e4, 1e4])), [0, 1])


def test_an_impostor_is_not_the_part_whose_name_it_bears():
    impostor = Activation("tanh", abs, lambda z, y: z)
    assert impostor != ACTIVATIONS["tanh"] == ACTIVATIONS["tanh"]
    assert ACTIVATIONS["leaky relu(0.12345678)"] != ACTIVATIONS["leaky relu(0.12345679)"]


def test_weight_decay():
    W, penalty = (
        np.array([[[1.0, 2.0], [3.0, -4.0]], [[0.0, 0.5], [0.0, 0.0]]]),
        PENALTIES["weight decay(0.1)"],
    )
    np.testing.assert_allclose(penalty.value(W), [0.05 * 30, 0.05 * 0.25])
    np.testing.assert_allclose(penalty.derivative(W), 0.1 * W)


def test_no_penalty_is_nothing():
    W = np.ones((2, 3, 4))
    np.testing.assert_array_equal(PENALTIES["none"].value(W), [0, 0])
    np.testing.assert_array_equal(PENALTIES["none"].derivative(W), np.zeros((2, 3, 4)))


SHAPE = (400, 300)
MOMENTS = {  # name: mean and standard deviation
    **{f"lecun{form}": (0, math.sqrt(1 / 400)) for form in ("", " normal", " uniform")},
    **{f"xavier{form}": (0, math.sqrt(2 / 700)) for form in ("", " normal", " uniform")},
    **{f"glorot{form}": (0, math.sqrt(2 / 700)) for form in ("", " normal", " uniform")},
    **{f"he{form}": (0, math.sqrt(2 / 400)) for form in ("", " normal", " uniform")},
    "orthogonal": (0, math.sqrt(1 / 400)),
    "normal": (0, 1),
    "normal(0.2)": (0, 0.2),
    "uniform": (0.5, 1 / math.sqrt(12)),
    "uniform(-3, 1)": (-1, 4 / math.sqrt(12)),
    "constant": (0, 0),
    "constant(0.1)": (0.1, 0),
    "zeros": (0, 0),
}


def test_every_initializer_is_tested_here():
    assert set(INITIALIZERS) <= set(MOMENTS)


@pytest.mark.parametrize("name", MOMENTS)
def test_initializer_has_its_moments(name):
    drawn = INITIALIZERS[name].draw(np.random.RandomState(0), SHAPE, SHAPE, 0)
    mean, deviation = MOMENTS[name]
    assert drawn.shape == SHAPE
    assert drawn.dtype == np.float64
    # Five standard errors of 120 000 draws.
    assert drawn.mean() == pytest.approx(mean, abs=5 * deviation / math.sqrt(drawn.size) + 1e-15)
    assert drawn.std() == pytest.approx(deviation, rel=5 / math.sqrt(2 * drawn.size), abs=1e-15)


def test_fan_in_decides_not_the_shape_so_that_biases_match_their_weights():
    b = INITIALIZERS["he"].draw(np.random.RandomState(0), (1, 5000), (50, 5000), 0)
    assert b.std() == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("name", ["lecun", "xavier", "glorot", "he"])
def test_normal_is_the_plain_name_and_uniform_is_not(name):
    plain, normal, uniform = (
        INITIALIZERS[name + form].draw(np.random.RandomState(0), SHAPE, SHAPE, 0)
        for form in ("", " normal", " uniform")
    )
    np.testing.assert_array_equal(plain, normal)
    bound = math.sqrt(3) * MOMENTS[name][1]
    assert 0.999 * bound < uniform.max() < bound
    assert -bound < uniform.min() < -0.999 * bound
    assert abs(plain).max() > 1.2 * bound


def test_uniform_stays_inside():
    drawn = INITIALIZERS["uniform(-3, 1)"].draw(np.random.RandomState(0), SHAPE, (1, 1), 0)
    assert -3 <= drawn.min() < -2.99
    assert 0.99 < drawn.max() < 1


def test_explicit_gives_fresh_copies_of_its_arrays():
    part = explicit([[1, 2]], [[3], [4]])
    first = part.draw(None, (2, 1), (2, 1), 1)
    np.testing.assert_array_equal(first, [[3.0], [4.0]])
    first[:] = 0
    np.testing.assert_array_equal(part.draw(None, (2, 1), (2, 1), 1), [[3.0], [4.0]])


@pytest.mark.parametrize("name", ["in order", "shuffled"])
@given(epochs=st.integers(1, 4), n=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_these_orders_show_every_row_once_an_epoch(name, epochs, n, seed):
    rows = ORDERS[name].rows(np.random.RandomState(seed), epochs, n)
    assert np.sort(rows).tolist() == [list(range(n))] * epochs


def test_in_order_is_in_order():
    assert ORDERS["in order"].rows(np.random.RandomState(0), 2, 4).tolist() == [[0, 1, 2, 3]] * 2


def test_every_order_of_three_rows_turns_up_equally_often_when_shuffled():
    drawn = list(map(tuple, ORDERS["shuffled"].rows(np.random.RandomState(0), 6000, 3).tolist()))
    counts = np.array([drawn.count(order) for order in set(drawn)])
    assert len(counts) == 6
    assert abs(counts - 1000).max() < 5 * math.sqrt(1000)


def test_at_random_draws_with_replacement():
    (rows,) = ORDERS["at random"].rows(np.random.RandomState(0), 1, 10_000)
    assert rows.min() >= 0
    assert rows.max() <= 9_999
    assert rows.mean() == pytest.approx(4999.5, rel=0.03)
    assert len(set(rows.tolist())) / 10_000 == pytest.approx(1 - math.exp(-1), abs=0.02)


@pytest.mark.parametrize(
    "registry", [ACTIVATIONS, CLIPPINGS, LOSSES, OPTIMIZERS, PENALTIES, INITIALIZERS, ORDERS, POOLS]
)
def test_a_part_goes_by_its_name(registry):
    for name in registry:
        part = registry[f"{name}(0.001)" if name == "weight decay" else name]
        assert registry[repr(part).strip("'")] == part
        assert registry[part] is part
        assert registry[f" {part.name} "] == part


@pytest.mark.parametrize(
    ("registry", "setting"),
    [
        (ACTIVATIONS, "leaky relu(0.012345678901)"),
        (PENALTIES, "weight decay(1e-08)"),
        (INITIALIZERS, "normal(0.012345678901)"),
        (INITIALIZERS, "uniform(-0.012345678901, 1e-05)"),
        (INITIALIZERS, "constant(0.012345678901)"),
        (ACTIVATIONS, "elu(0.012345678901)"),
        (LOSSES, "huber(0.012345678901)"),
        (LOSSES, "binary cross-entropy(1e-12)"),
        (LOSSES, "categorical cross-entropy(1e-12)"),
        (OPTIMIZERS, "gradient descent(0.012345678901)"),
        (OPTIMIZERS, "momentum(0.012345678901, 0.123456789)"),
        (OPTIMIZERS, "nesterov(0.012345678901, 0.123456789)"),
        (OPTIMIZERS, "rmsprop(0.012345678901, 0.95, 1e-07)"),
        (OPTIMIZERS, "adam(0.012345678901, 0.8, 0.99, 1e-07)"),
        (CLIPPINGS, "norm(0.012345678901)"),
        (CLIPPINGS, "value(0.012345678901)"),
        (POOLS, "mean(3)"),
        (POOLS, "max(3)"),
    ],
)
def test_a_part_with_numbers_keeps_them_in_its_name(registry, setting):
    assert registry[setting].name == setting
    assert registry[registry[setting].name] == registry[setting]
