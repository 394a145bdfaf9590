"""The step check: it passes what an optimizer does, and says what else was done instead."""

from dataclasses import replace

import numpy as np
import pytest

from workbook import FAULTS, Dataset, Experiment, Network
from workbook.data.datasets import xor
from workbook.measures.step_check import check_steps
from workbook.parts import OPTIMIZERS

RANDOM = np.random.RandomState(0)
DATA = Dataset(RANDOM.randn(6, 2), RANDOM.randn(6, 1))
NET = Experiment(DATA, Network((2, 4, 1), bias_initializer="normal"))
GD = "gradient descent(0.1)"


def planted(name, step, start=None, optimizer=GD, **changes):
    """The same network with another step under a name that begins as the right one's does."""
    right = OPTIMIZERS[optimizer]
    wrong = replace(right, name=f"{right.name}, {name}", step=step, start=start or right.start)
    return NET.but(optimizer=wrong, **changes)


def right(gradient):
    return -0.1 * gradient


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@pytest.mark.parametrize("clipping", ["none", "norm(0.1)", "value(0.05)"])
def test_every_optimizer_passes(optimizer, clipping):
    for batch_size in (None, 4):
        for hidden in ("tanh", "relu"):
            experiment = NET.but(
                optimizer=optimizer, clipping=clipping, batch_size=batch_size, hidden=hidden,
                penalty="weight decay(0.1)",
            )  # fmt: skip
            for seed in range(3):
                report = check_steps(experiment, seed, steps=4)
                assert report.passed, report
                assert {row.step for row in report.rows} == {1, 2, 3, 4}
                assert report.relative_error < 1e-5
                assert sum(row.compared for row in report.rows) > 0.7 * 4 * 17
    assert repr(report).startswith("StepReport(passed: relative error at most ")


def test_ten_times_too_long_is_said():
    report = check_steps(planted("ten times", lambda gradient, state: (10 * right(gradient), state)))
    assert not report.passed
    assert repr(report) == (
        f"StepReport(FAILED: at step 1, the change of every array is 10 times what {GD} makes "
        "of the gradient)"
    )
    assert all(row.factor == pytest.approx(10) for row in report.rows)
    assert all(row.angle == pytest.approx(0, abs=1e-4) for row in report.rows if row.compared > 1)


def test_one_array_of_several_is_named():
    def step(gradient, state):
        return right(gradient) * (3 if gradient.shape[-2:] == (2, 4) else 1), state

    report = check_steps(planted("one array", step))
    assert "the change of W of layer 0 is 3 times what" in repr(report)
    assert [(row.layer, row.kind) for row in report.rows if not row.passed] == [(0, "W")] * 3


def test_the_wrong_sign_is_said():
    report = check_steps(planted("wrong sign", lambda gradient, state: (-right(gradient), state)))
    assert "the change of every array is -1 times" in repr(report)
    assert all(row.angle == pytest.approx(180, abs=1e-4) for row in report.rows)


def test_an_update_that_overwrites_is_said():
    """It adds the change less the parameter, which its state knows."""

    def step(gradient, state):
        return right(gradient) - state[0], (right(gradient),)

    report = check_steps(planted("update overwrites", step, lambda parameter: (parameter,)))
    assert not any(row.passed for row in report.rows)
    assert "at step 1, the change of every array is not what" in repr(report)
    assert "overwrites" in repr(report)


@pytest.mark.parametrize("optimizer", [GD, "rmsprop(0.01)"])
def test_gradients_that_are_not_reset_show_from_the_second_step_on(optimizer):
    rule = OPTIMIZERS[optimizer]

    def start(parameter):
        return (np.zeros_like(parameter), *rule.start(parameter))

    def step(gradient, state):
        summed = state[0] + gradient
        change, rest = rule.step(summed, state[1:])
        return change, (summed, *rest)

    report = check_steps(planted("not reset", step, start, optimizer))
    assert [row.passed for row in report.rows] == [True] * 4 + [False] * 8
    assert "at step 2, " in repr(report)
    if optimizer == GD:
        assert "sum of all gradients so far, so they are not reset" in repr(report)
    assert check_steps(planted("not reset", step, start, optimizer), steps=1).passed


def test_clipping_is_taken_into_account_and_missed():
    clipped = NET.but(clipping="norm(0.01)")
    assert check_steps(clipped).passed
    assert not check_steps(
        planted("unclipped", lambda gradient, state: (right(gradient) * 2, state), clipping="norm(0.01)")
    ).passed


@pytest.mark.parametrize("optimizer", ["momentum(0.1, 0.9)", "adam(0.1)"])
def test_a_state_that_is_lost_shows(optimizer):
    rule = OPTIMIZERS[optimizer]

    def step(gradient, state):
        return rule.step(gradient, rule.start(gradient))[0], state

    report = check_steps(planted("forgetful", step, optimizer=optimizer))
    assert report.rows[0].passed
    assert not any(row.passed for row in report.rows if row.step > 1)


def test_another_optimizer_may_be_named():
    assert not check_steps(NET, optimizer="gradient descent(0.2)").passed
    assert check_steps(NET.but(step_size=0.2), optimizer="gradient descent(0.2)").passed


@pytest.mark.parametrize("fault", ["wrong sign", "bias gradient is 0", "weight where the input belongs"])
def test_a_wrong_gradient_is_told_from_a_wrong_step(fault):
    report = check_steps(FAULTS[fault].plant(NET))
    assert not report.passed
    assert "which is not the slope of the loss: check_gradients" in repr(report)


def test_a_direction_that_is_none_of_these_is_said_in_degrees():
    def step(gradient, state):
        return right(gradient)[..., ::-1, :], state

    assert " degrees to what" in repr(check_steps(planted("upside down", step)))


def test_rows_at_a_kink_and_gradients_of_nothing_are_left_out():
    """XOR with ReLUs and no biases to begin with: the row (0, 0) is at the kink of every unit."""
    report = check_steps(Experiment(xor(), Network((2, 4, 1), "relu"), optimizer="adam"), steps=1)
    assert report.passed
    (bias,) = (row for row in report.rows if (row.layer, row.kind) == (0, "b"))
    assert (bias.compared, bias.left_out) == (0, 4)


def test_a_dead_array_that_moves_is_wrong():
    dead = Experiment(xor(), Network((2, 2, 1), "relu", bias_initializer="constant(-5)"))
    rule = OPTIMIZERS[GD]
    assert check_steps(dead).passed
    moved = replace(rule, name=f"{GD}, drift", step=lambda g, state: (right(g) + 0.01, state))
    assert "one of them is 0" in repr(check_steps(dead.but(optimizer=moved)))


def test_large_networks_are_sampled():
    data = Dataset(RANDOM.rand(5, 300), np.eye(3)[[0, 1, 2, 0, 1]])
    large = Experiment(data, Network((300, 20, 3)), "softmax cross-entropy", clipping="norm(0.1)")
    report = check_steps(large, steps=2)
    assert report.passed
    assert {(row.compared, row.left_out) for row in report.rows if (row.layer, row.kind) == (0, "W")} == {
        (200, 5800)
    }


# A step from elsewhere


BEFORE = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([0.5, -0.5])}
SLOPES = {"W": np.array([[0.1, -0.2], [0.3, 0.4]]), "b": np.array([1.0, 2.0])}


def own(change, optimizer=GD, before=BEFORE, **more):
    after = {name: before[name] + change(name) for name in before}
    return check_steps(before=before, gradient=SLOPES, after=after, optimizer=optimizer, **more)


def test_a_step_of_ones_own():
    assert own(lambda name: right(SLOPES[name])).passed
    assert "W is 10 times what" in repr(own(lambda name: right(SLOPES[name]) * (10 if name == "W" else 1)))
    assert "every array is -1 times what" in repr(own(lambda name: -right(SLOPES[name])))
    assert "overwrites" in repr(own(lambda name: right(SLOPES[name]) - BEFORE[name]))
    assert own(lambda name: -0.001 * np.sign(SLOPES[name]), "adam").passed
    assert own(lambda name: np.clip(right(SLOPES[name]), -0.05, 0.05), clipping="value(0.5)").passed
    whole = np.sqrt(sum(np.square(slopes).sum() for slopes in SLOPES.values()))
    assert own(lambda name: right(SLOPES[name]) / whole, clipping="norm(1)").passed
    assert not own(lambda name: right(SLOPES[name]), clipping="norm(1)").passed


def test_float32_rounds_and_is_forgiven():
    single = {name: array.astype(np.float32) for name, array in BEFORE.items()}
    for factor, passes in ((1, True), (1.1, False)):
        report = own(lambda name, f=factor: (f * right(SLOPES[name])).astype(np.float32), before=single)
        assert report.passed is passes


def test_arrays_alone_and_in_lists():
    before, slopes = np.ones(3), np.arange(3.0)
    assert check_steps(before=before, gradient=slopes, after=before - 0.1 * slopes, optimizer=GD).passed
    assert check_steps(
        before=[before, 2.0], gradient=[slopes, 1.0], after=[before - 0.1 * slopes, 1.9], optimizer=GD
    ).passed


REFUSED = {
    "nothing": (lambda: check_steps(), TypeError, "given was None: check_steps"),
    "a network": (lambda: check_steps(NET.network), TypeError, "given was Network.*check_steps"),
    "both": (lambda: check_steps(NET, before=1.0), TypeError, "before beside an experiment"),
    "no optimizer": (
        lambda: check_steps(before=1.0, gradient=1.0, after=0.9), TypeError,
        "optimizer not given: check_steps",
    ),
    "no gradient": (
        lambda: check_steps(before=1.0, after=0.9, optimizer=GD), TypeError, "gradient not given",
    ),
    "unknown": (lambda: check_steps(NET, optimizer="adma"), TypeError, "Did you mean 'adam'"),
    "steps": (lambda: check_steps(NET, steps=0), ValueError, "steps must be a whole number, 1 or more"),
    "shapes": (
        lambda: check_steps(before=[np.ones(3)], gradient=[np.ones(3)], after=[np.ones(2)], optimizer=GD),
        ValueError, r"params\[0\] has shapes \(3,\), \(3,\), \(2,\) before, in the gradient and after",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    mistake, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        mistake()
