"""Bend: straight units, steps and kinks, against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Layer, Network
from workbook.measures.bend import added, bends, bent, slope_ranges
from workbook.parts import ACTIVATIONS

X = np.random.RandomState(0).standard_normal((300, 2))
EVENLY = np.linspace(-1, 1, 4001)[:, None]


def one(hidden, deviation, bias=True):
    network = Network((2, 6, 4, 1), hidden, "identity", bias, f"normal({deviation})", "normal(0.1)")
    return Experiment(Dataset(X, X[:, :1]), network)


@pytest.mark.parametrize("bias", [True, False])
def test_tiny_weights_leave_a_tanh_straight_and_large_ones_bend_it(bias):
    tiny, large = one("tanh", 0.01, bias), one("tanh", 100, bias)
    assert bends(tiny, tiny.network.init(range(3))).max() < 1e-4
    assert slope_ranges(tiny, tiny.network.init(range(3))).max() < 0.1
    assert bends(large, large.network.init(range(3))).min() > 0.3
    some = one("tanh", 3, bias)
    assert slope_ranges(some, some.network.init(range(3))).min() > 0.9


@pytest.mark.parametrize("layer", [0, 1])
def test_a_linear_unit_is_straight_to_the_last_digit(layer):
    linear = one("identity", 30)
    params = linear.network.init(range(3))
    assert (bends(linear, params, layer) == 0).all()
    assert (slope_ranges(linear, params, layer) == 0).all()


def test_a_kink_bends_only_where_the_data_has_it():
    """At -1, 0, 1/2 and 2; the data lies between -1 and 1."""
    kinks = Experiment(Dataset(EVENLY, EVENLY), Network((1, 4, 1), "relu"))
    params = [
        Layer(np.ones((1, 4)), -np.array([[-1, 0, 0.5, 2.0]])),
        Layer(np.ones((4, 1)), np.zeros((1, 1))),
    ]
    found = bends(kinks, params)
    assert found[0] == pytest.approx(0, abs=1e-30)
    assert found[3] == 0
    assert found[1] == pytest.approx(1 - (1 / 6) ** 2 / (1 / 3 * 5 / 48), rel=1e-3)
    assert found[2] > found[1]
    assert slope_ranges(kinks, params).tolist() == [1, 1, 1, 0]  # the first has one row on its kink


@pytest.mark.parametrize(("share", "expected"), [(0.5, 1 / 4), (0.1, 1 - 3 * 0.1 * 0.9), (0.01, 0.97)])
def test_a_step_has_one_minus_three_times_the_shares_of_its_sides(share, expected):
    """Over evenly spread z: the correlation of a step with a line, squared, is 3 p (1 - p)."""
    step = np.heaviside(EVENLY - (2 * share - 1), 0)
    assert bent(EVENLY, step)[0] == pytest.approx(expected, abs=2e-3)


def test_a_parabola_is_all_bend_and_a_constant_none():
    assert bent(EVENLY, EVENLY**2)[0] == pytest.approx(1)
    assert bent(EVENLY, np.full_like(EVENLY, 0.3))[0] == 0
    assert bent(np.full_like(EVENLY, 0.1), np.full_like(EVENLY, 0.1))[0] == 0
    assert bent(EVENLY, 1 - 1e-16 * (EVENLY > 0))[0] == 0  # rounding is no bend


@given(
    st.sampled_from(["tanh", "sigmoid", "softplus", "gelu", "elu", "relu"]),
    st.floats(-3, 3),
    st.floats(-9, 9),
)
def test_against_the_correlation(name, weight, bias):
    z = weight * X[:, :1] + bias
    y = ACTIVATIONS[name].value(z)
    if np.ptp(y) > 1e-6:
        expected = 1 - np.corrcoef(z[:, 0], y[:, 0])[0, 1] ** 2
        assert bent(z, y)[0] == pytest.approx(expected, abs=1e-8)


def test_huge_numbers_are_no_hindrance_and_overflow_is_nan():
    z = 1e250 * EVENLY
    assert bent(z, np.maximum(z, 0)) == pytest.approx(bent(EVENLY, np.maximum(EVENLY, 0)))
    assert np.isnan(bent(np.where(EVENLY > 0, np.inf, EVENLY), EVENLY))[0]


def test_a_first_layer_that_is_too_small_for_a_fast_wave_does_not_bend():
    """65 units of weights up to 0.7 over -1 to 1, and of weights up to 16."""
    wave = Experiment(Dataset(EVENLY[::20], np.cos(16 * EVENLY[::20])), Network((1, 65, 1), "tanh"))
    small, large = wave.but(initializer="uniform(-0.7, 0.7)"), wave.but(initializer="uniform(-16, 16)")
    assert bends(small, small.network.init(range(5))).max() < 0.01
    assert np.median(bends(large, large.network.init(range(5)))) > 0.1


def test_what_units_add_makes_up_the_weighted_sum():
    network = Network((2, 6, 4, 3), "tanh", initializer="normal(1)", bias_initializer="normal(1)")
    for params in (network.init(0), network.init(range(3))):
        outputs, _ = network.forward(params, X)
        for unit in range(3):
            parts = added(network, params, X, unit)
            assert parts.shape == (*outputs.shape[:-1], 4)
            np.testing.assert_allclose(parts.sum(-1) + params[-1].b[..., unit], outputs[..., unit])
    with pytest.raises(ValueError, match="hidden units add to the output; this network has none"):
        added(Network((2, 1)), Network((2, 1)).init(0), X)
