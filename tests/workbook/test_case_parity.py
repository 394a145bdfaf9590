"""The parity case, and the gradient check examined: every figure that the chapter gives."""

import numpy as np
import pytest

from workbook import CASES, FAULTS, check_gradients, train
from workbook.cases import gradient_checking as parity
from workbook.cases import gradients
from workbook.cases.gradients import ALIVE, WIDTHS

CASE = CASES["parity"]
XOR = CASES["two-neurons"].related["XOR tanh-identity, bias"]


def test_it_is_as_posted():
    posted = CASE.as_posted
    assert posted.network.sizes == (1, 1, 1)
    assert posted.network.hidden.name == posted.network.output.name == "sigmoid"
    assert posted.network.initializer.name == "uniform(-1, 1)"
    assert (posted.batch_size, posted.order.name, posted.steps, posted.step_size) == (
        1,
        "at random",
        10_000,
        0.1,
    )
    np.testing.assert_allclose(posted.dataset.inputs[:, 0], np.arange(1, 10) / 9)
    assert posted.dataset.targets[:, 0].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert all((layer.b == 0).all() for layer in posted.network.init(0))


def test_the_posted_gradients_are_those_of_the_question():
    """By hand, for one example: the weight in the place of the input, and no derivative sent back."""
    params = parity.chain(0.3, -0.8, 0.1, 0.2)
    x, t = np.array([[0.5]]), np.array([[1.0]])
    h = 1 / (1 + np.exp(-(0.3 * 0.5 + 0.1)))
    y = 1 / (1 + np.exp(-(-0.8 * h + 0.2)))
    delta = (y - t.item()) * y * (1 - y)
    back = (y - t.item()) * -0.8 * h * (1 - h)
    hidden, output = CASE.as_posted.loss_and_gradient(params, x, t)[1]
    assert output.W.item() == pytest.approx(delta * -0.8)
    assert output.b.item() == pytest.approx(delta)
    assert hidden.W.item() == pytest.approx(back * 0.3)
    assert hidden.b.item() == pytest.approx(back)


def test_nearly_constant_with_wrong_gradients_and_with_right_ones():
    for name in ("as posted", "right gradients"):
        run = train(CASE.experiment(name).but(record_every=10_000), range(4))
        errors = parity.mean_squared_errors(run)
        assert 0.35 < run.outputs.min() < run.outputs.max() < 0.54
        assert 0.2465 < errors.min() < errors.max() < 0.256
        assert np.ptp(run.outputs[:, :, 0], axis=1).max() < 0.03
        assert parity.all_right(run) == 0
    assert pytest.approx(0.2469, abs=5e-5) == parity.CONSTANT


@pytest.mark.parametrize("name", ["1-1-1, trained as 1-8-1", "chain of five"])
def test_a_chain_is_monotone_and_comes_near_the_bound(name):
    run = train(CASE.experiment(name), range(50))
    steps = np.diff(run.outputs[:, :, 0], axis=1)
    assert ((steps >= 0).all(axis=1) | (steps <= 0).all(axis=1)).all()
    assert parity.INFIMUM < run.losses[-1].min() < parity.INFIMUM + 0.0005


def test_a_step_comes_as_near_the_bound_as_one_likes():
    step = parity.chain(400, 40, -400 * 1.5 / 9, -40)
    error = parity.right_gradients.but(loss="mean squared error").loss_at(step)
    assert parity.INFIMUM <= error < parity.INFIMUM + 1e-6


def test_five_and_sixteen_were_not_divided():
    mended = train(CASE.experiment("right gradients").but(record_every=10_000), range(4))
    said = mended.experiment.network.forward(mended.params, np.array([[5.0], [16.0]]))[0][:, :, 0]
    assert abs(said[:, 0] - said[:, 1]).max() < 0.05
    five, sixteen, seventeen = parity.called_odd(CASE.repairs["1-8-1"], [5, 16, 17])
    assert five >= 190
    assert min(sixteen, seventeen) >= 198


def test_width_truncation_and_rounding():
    errors = {h: check_gradients(XOR, width=h).relative_error for h in (1e-1, 1e-2, 1e-3, 1e-4)}
    for wide, narrow in ((1e-1, 1e-2), (1e-2, 1e-3), (1e-3, 1e-4)):
        assert errors[wide] / errors[narrow] == pytest.approx(100, rel=0.15)
    narrow = WIDTHS[WIDTHS < 3e-7]
    params = XOR.network.init(0)
    measured = [report.relative_error for report in gradients.checks_by_width(XOR, params, narrow)]
    ratio = measured / gradients.rounding_error(XOR, params, narrow)
    assert (ratio > 0.1).all()
    assert (ratio < 10).all()
    best = min(WIDTHS, key=lambda h: check_gradients(XOR, width=h).relative_error)
    assert 1e-6 < best < 1e-4


def test_after_training_the_gradient_is_gone_and_the_truncation_stays():
    before = check_gradients(XOR)
    assert before.passed
    assert gradients.lengths(before)[0] > 1
    params = gradients.trained(XOR, 3000)
    reports = [check_gradients(XOR, params=params, width=width) for width in (1e-4, 1e-5, 1e-6)]
    assert not any(report.passed for report in reports)
    (after, first), (_, second), (_, third) = [gradients.lengths(report) for report in reports]
    assert after < 1e-13
    assert first == pytest.approx(4.08e-9, rel=0.02)
    assert first / second == pytest.approx(100, rel=0.02)
    assert second / third == pytest.approx(100, rel=0.02)


def test_trained_parameters_are_those_of_training():
    run = train(XOR.but(steps=7), 3)
    for layer, other in zip(gradients.trained(XOR, 7, seed=3), run.params, strict=True):
        np.testing.assert_array_equal(layer.W, other.W[0])
        np.testing.assert_array_equal(layer.b, other.b[0])
    without = CASE.as_posted.but(steps=2, bias=False)
    assert [layer.b for layer in gradients.trained(without, 2)] == [None, None]


def test_kinks_crossed_by_wide_differences_only():
    net = gradients.small_network()
    reports = gradients.checks_by_width(net, net.network.init(ALIVE), [1e-5, 1e-2])
    assert [any(row.kink for row in report.parameters) for report in reports] == [False, True]
    assert gradients.error_with_kinks(reports[1]) > 10 * reports[1].relative_error
    assert gradients.error_with_kinks(reports[0]) == pytest.approx(reports[0].relative_error)


def test_the_start_of_x_squared_sits_on_its_kinks():
    report = check_gradients(gradients.x_squared())
    assert {row.kind for row in report.parameters if row.kink} == {"b"}
    assert sum(row.kink for row in report.parameters) == 65
    assert check_gradients(FAULTS["bias not updated"].plant(gradients.x_squared())).passed


def test_x_squared_checked_as_posted():
    squares, ten = gradients.x_squared(), range(10)
    for experiment in (squares, gradients.with_decay(squares, 1e-8)):
        errors = gradients.posted_check(experiment, ten)
        assert 1e-11 < errors.min() < 1e-9 < errors.max() < 5e-8
    faulty = gradients.posted_check(gradients.with_decay(squares, 1e-2, posted=True), ten)
    negative = np.array([squares.outputs(squares.network.init(seed)).mean() < 0 for seed in ten])
    assert negative.sum() == 5
    assert (faulty[~negative] < 0.05).all()
    assert (faulty[negative] > 0.5).all()
    tiny = gradients.posted_check(gradients.with_decay(squares, 1e-8, posted=True), ten)
    assert ((tiny > gradients.POSTED_THRESHOLD) == negative).all()
    assert 5e-9 < tiny.min() < tiny[~negative].max() < 1e-7 < tiny[negative].min() < tiny.max() < 1e-6


def test_ranges_in_words():
    assert gradients.in_words(np.array([1.6e-10, 3e-8])) == "between 1e-10 and 1e-7"
    assert gradients.in_words(np.array([6.6e-7, 7.7e-7])) == "between 1e-7 and 1e-6"
    assert gradients.in_words(np.array([0.0072, 0.58])) == "0.007 to 0.6"
    assert gradients.in_words(np.array([0.58, 0.61])) == "about 0.6"
