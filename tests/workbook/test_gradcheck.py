"""The gradient checker: it must pass what is right and fail what is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Layer, Network, check_gradients, gradcheck
from workbook.data.datasets import xnor, xor
from workbook.gradcheck import GradientReport
from workbook.parts import Activation, Loss, Penalty

NET = Network((2, 4, 3, 1), bias_initializer="normal")
XOR = Experiment(xor(), NET)
TWISTED = {  # right values with wrong derivatives
    "wrong sign": Activation("tanh", np.tanh, lambda z, y: y * y - 1),
    "forgotten": Activation("tanh", np.tanh, lambda z, y: np.ones_like(z)),
    "at the output instead of z": Activation("tanh", np.tanh, lambda z, y: 1 - np.tanh(y) ** 2),
    "relu by value": Activation("relu", lambda z: np.maximum(z, 0), lambda z, y: y),
}


@pytest.mark.parametrize("loss", ["summed squared error", "quadratic cost"])
@pytest.mark.parametrize("penalty", ["none", "weight decay(0.1)"])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "identity", "relu", "leaky relu(0.2)"])
def test_right_gradients_pass(hidden, penalty, loss):
    report = check_gradients(XOR.but(hidden=hidden, penalty=penalty, loss=loss))
    assert report.passed
    assert report.relative_error < 1e-8
    assert "passed" in repr(report)


def test_a_derivative_that_needs_z_passes():
    """The sine's slope cannot be told from its value: cos z, not sqrt(1 - y^2)."""
    sine = Activation("sine", np.sin, lambda z, y: np.cos(z))
    assert check_gradients(XOR.but(hidden=sine, output=sine, initializer="normal(3)")).passed


def test_default_initializers_pass():
    assert check_gradients(Experiment(xor(), Network((2, 4, 1)))).passed


@pytest.mark.parametrize("mistake", TWISTED)
@pytest.mark.parametrize("place", ["hidden", "output"])
def test_a_wrong_activation_derivative_fails(mistake, place):
    report = check_gradients(XOR.but(**{place: TWISTED[mistake]}))
    assert not report.passed
    assert report.relative_error > 1e-3
    assert "FAILED" in repr(report)


def test_a_wrong_loss_gradient_fails():
    assert not check_gradients(
        XOR.but(loss=Loss("off", lambda y, t: ((y - t) ** 2).sum((-2, -1)), lambda y, t: y - t))
    ).passed


def test_a_wrong_penalty_derivative_fails_on_weights_only():
    sums = Penalty("sums w", lambda W: 0.05 * W.sum((-2, -1)), lambda W: 0.1 * W)
    report = check_gradients(XOR.but(penalty=sums))
    assert not report.passed
    assert max(p.error for p in report.parameters if p.kind == "b") < 1e-6 < report.worst().error
    assert report.worst().kind == "W"


def test_one_row_for_each_parameter_in_order():
    report = check_gradients(XOR.but(bias=(True, False, True)))
    expected = [
        (layer, kind, index)
        for layer, kind, shape in [
            (0, "W", (2, 4)), (0, "b", (1, 4)), (1, "W", (4, 3)), (2, "W", (3, 1)), (2, "b", (1, 1)),
        ]
        for index in np.ndindex(shape)
    ]  # fmt: skip
    assert [(p.layer, p.kind, p.index) for p in report.parameters] == expected


def test_rows_hold_the_analytic_gradient_and_the_slope_of_the_loss():
    params = NET.init(5)
    _, gradient = XOR.loss_and_gradient(params, XOR.dataset.inputs, XOR.dataset.targets)
    for row in check_gradients(XOR, seed=5).parameters:
        array = getattr(params[row.layer], row.kind)
        slopes = []
        for sign in (1, -1):
            moved = array.copy()
            moved[row.index] += sign * 1e-5
            nudged = list(params)
            nudged[row.layer] = params[row.layer]._replace(**{row.kind: moved})
            slopes.append(XOR.loss_at(nudged))
        assert row.analytic == getattr(gradient[row.layer], row.kind)[row.index]
        assert row.numeric == pytest.approx((slopes[0] - slopes[1]) / 2e-5, rel=1e-9, abs=1e-12)
        assert row.error == pytest.approx(
            abs(row.analytic - row.numeric) / (abs(row.analytic) + abs(row.numeric)), rel=1e-9
        )


def test_relative_error_is_of_the_two_vectors():
    report = check_gradients(XOR.but(hidden=TWISTED["forgotten"]))
    analytic, numeric = (
        np.array([getattr(p, k) for p in report.parameters]) for k in ("analytic", "numeric")
    )
    expected = np.sqrt(np.sum((analytic - numeric) ** 2)) / (
        np.sqrt(np.sum(analytic**2)) + np.sqrt(np.sum(numeric**2))
    )
    assert report.relative_error == pytest.approx(expected, rel=1e-12)


def test_seed_and_params_say_where():
    assert check_gradients(XOR, seed=3).parameters == check_gradients(XOR, params=NET.init(3)).parameters
    assert check_gradients(XOR, seed=3).parameters != check_gradients(XOR, seed=4).parameters


def test_params_stay_as_they_are():
    params = NET.init(0)
    before = [array.copy() for layer in params for array in layer]
    for layer in params:
        for array in layer:
            array.flags.writeable = False
    check_gradients(XOR, params=params)
    for array, kept in zip((array for layer in params for array in layer), before, strict=True):
        np.testing.assert_array_equal(array, kept)


@given(st.integers(1, 200))
def test_the_size_of_a_block_changes_no_number(size):
    patch = pytest.MonkeyPatch()
    whole = check_gradients(XOR, seed=1)
    with patch.context() as context:
        context.setattr(gradcheck, "NUMBERS_AT_ONCE", size)
        assert check_gradients(XOR, seed=1).parameters == whole.parameters


def test_both_gradients_0_is_no_error():
    flat = Experiment(
        xor(), Network((2, 2, 1), hidden="relu", initializer="zeros", bias_initializer="constant(-1)")
    )
    report = check_gradients(flat)
    dead = [p for p in report.parameters if p.layer == 0]
    assert {(p.analytic, p.numeric, p.error) for p in dead} == {(0, 0, 0)}
    assert report.passed


def kinked(bias):
    """One ReLU unit whose pre-activation is `bias` at a row whose loss pulls it up."""
    experiment = Experiment(Dataset([[0.0]], [[1.0]]), Network((1, 1, 1), hidden="relu"))
    params = [Layer(np.array([[1.0]]), np.array([[bias]])), Layer(np.array([[1.0]]), np.array([[0.0]]))]
    return check_gradients(experiment, params=params)


def test_at_a_kink_the_slope_is_the_mean_of_both_sides():
    (row,) = (p for p in kinked(0.0).parameters if (p.layer, p.kind) == (0, "b"))
    assert row.analytic == 0
    assert row.numeric == pytest.approx(-1, rel=1e-4)  # -2 to the right, 0 to the left


def test_rows_at_a_kink_are_named_and_left_out():
    report = kinked(0.0)
    assert [(p.layer, p.kind) for p in report.parameters if p.kink] == [(0, "b")]
    assert report.passed
    assert repr(report).endswith("; 1 at a kink left out)")
    assert not report.worst().kink


@pytest.mark.parametrize(("bias", "at_kink"), [(2e-5, 0), (-2e-5, 0), (0.5e-5, 1), (-0.5e-5, 1)])
def test_a_kink_counts_within_the_width(bias, at_kink):
    report = kinked(bias)
    assert sum(p.kink for p in report.parameters) == at_kink
    assert report.passed


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_zeros_put_relus_at_their_kinks(seed):
    experiment = Experiment(xnor(), Network((2, 4, 1), hidden="relu"))
    report = check_gradients(experiment, seed)
    assert report.passed
    assert {(p.layer, p.kind) for p in report.parameters if p.kink} == {(0, "b")}
    assert not check_gradients(experiment.but(hidden=TWISTED["relu by value"]), seed).passed


def test_nothing_compared_is_not_passed():
    rows = [p for p in kinked(0.0).parameters if p.kink]
    assert not GradientReport(rows, width=1e-5, threshold=1e-6).passed


def test_not_a_number_fails():
    params = [Layer(np.full_like(W, np.nan), b) for W, b in NET.init(0)]
    report = check_gradients(XOR, params=params)
    assert not report.passed
    assert np.isnan(report.worst().error)


def test_not_a_number_is_the_worst():
    rows = check_gradients(XOR).parameters
    report = GradientReport(
        [*rows[:3], replace(rows[3], error=np.nan), *rows[4:]], width=1e-5, threshold=1e-6
    )
    assert report.worst().index == rows[3].index


def test_threshold_decides():
    error = check_gradients(XOR).relative_error
    assert check_gradients(XOR, threshold=error).passed
    assert not check_gradients(XOR, threshold=error / 2).passed


def test_a_wider_step_errs_with_its_square():
    errors = [check_gradients(XOR, width=width).relative_error for width in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.05)
