"""Instruments of a gradient check: truncation, rounding, kinks, and what is left after training."""

import itertools

import numpy as np
import pytest

from workbook import CASES, check_gradients, train
from workbook.cases.checked_square import x_squared
from workbook.faults.trial import ALIVE, small_network
from workbook.measures.gradient_error import (
    WIDTHS,
    checks_by_width,
    error_with_kinks,
    gradients,
    in_words,
    lengths,
    params_after,
    rounding_error,
)

XOR = CASES["two-neurons"].related["XOR tanh-identity, bias"]


def test_truncation_grows_with_the_width_squared():
    errors = [
        report.relative_error for report in checks_by_width(XOR, XOR.network.init(0), (0.1, 0.01, 1e-3, 1e-4))
    ]
    for wide, narrow in itertools.pairwise(errors):
        assert wide / narrow == pytest.approx(100, rel=0.15)


def test_rounding_is_what_the_digits_of_the_loss_make_us_expect():
    narrow, params = WIDTHS[WIDTHS < 3e-7], XOR.network.init(0)
    measured = [report.relative_error for report in checks_by_width(XOR, params, narrow)]
    ratio = measured / rounding_error(XOR, params, narrow)
    assert (ratio > 0.1).all()
    assert (ratio < 10).all()


def test_lengths_and_gradients():
    report = check_gradients(XOR)
    analytic, numeric = gradients(report)
    assert analytic.shape == numeric.shape == (len(report.parameters),)
    length, difference = lengths(report)
    assert length == pytest.approx(np.sqrt((analytic**2).sum()))
    assert difference / (length + np.linalg.norm(numeric)) == pytest.approx(report.relative_error)


def test_after_training_the_gradient_is_gone_and_the_truncation_stays():
    assert lengths(check_gradients(XOR))[0] > 1
    params = params_after(XOR, 3000)
    (after, first), (_, second), (_, third) = map(lengths, checks_by_width(XOR, params, (1e-4, 1e-5, 1e-6)))
    assert after < 1e-13
    assert first == pytest.approx(4.08e-9, rel=0.02)
    assert first / second == pytest.approx(100, rel=0.02)
    assert second / third == pytest.approx(100, rel=0.02)


def test_params_after_are_those_of_training():
    run = train(XOR.but(steps=7), 3)
    for layer, other in zip(params_after(XOR, 7, seed=3), run.params, strict=True):
        np.testing.assert_array_equal(layer.W, other.W[0])
        np.testing.assert_array_equal(layer.b, other.b[0])
    for layer, other in zip(params_after(XOR, 0, seed=3), XOR.network.init(3), strict=True):
        np.testing.assert_array_equal(layer.W, other.W)
    without = CASES["parity"].as_posted.but(steps=2, bias=False)
    assert [layer.b for layer in params_after(without, 2)] == [None, None]


def test_kinks_crossed_by_wide_differences_only():
    net = small_network()
    reports = checks_by_width(net, net.network.init(ALIVE), [1e-5, 1e-2])
    assert [any(row.kink for row in report.parameters) for report in reports] == [False, True]
    assert error_with_kinks(reports[1]) > 10 * reports[1].relative_error
    assert error_with_kinks(reports[0]) == pytest.approx(reports[0].relative_error)


def test_the_start_of_x_squared_sits_on_its_kinks():
    report = check_gradients(x_squared())
    assert {row.kind for row in report.parameters if row.kink} == {"b"}
    assert all(row.kink for row in report.parameters if row.kind == "b")


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ([1.6e-10, 3e-8], "between 1e-10 and 1e-7"),
        ([6.6e-7, 7.7e-7], "between 1e-7 and 1e-6"),
        ([0.0072, 0.58], "0.007 to 0.6"),
        ([0.58, 0.61], "about 0.6"),
    ],
)
def test_ranges_in_words(errors, words):
    assert in_words(np.array(errors)) == words


@pytest.mark.parametrize("width", [1e-13, 1e-11, 1e-9])
def test_rounding_of_the_outputs_is_no_kink_of_the_loss(width):
    """After training the errors are as small as rounding, and the loss's gradient with them."""
    for steps in (300, 3000):
        report = check_gradients(XOR, params=params_after(XOR, steps), width=width)
        assert not any(row.kink for row in report.parameters)
