"""Plateaus: the start of a real question, healthy starts, minima; and the steps that a saddle costs."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, train
from workbook.data.datasets import xor
from workbook.layers import member
from workbook.measures import curvature
from workbook.measures.plateau import plateau

# XOR from weights of 0.01, which stays at ln 2 for a million steps.
TINY = Experiment(
    xor(),
    Network((2, 5, 1), "sigmoid", "identity", initializer="normal(0.01)"),
    loss="sigmoid cross-entropy",
    step_size=0.03,
    steps=1000,
)


def test_a_tiny_start_is_a_plateau_and_its_steps_are_not_too_long():
    for seed in range(10):
        found = plateau(TINY, TINY.network.init(seed))
        assert found.is_one
        assert found.gradient_apart < 3e-5
        assert found.loss == pytest.approx(np.log(2), abs=1e-3)
        assert curvature.longest_step(TINY, TINY.network.init(seed)) == pytest.approx(3.55, abs=0.03)


def test_once_the_constant_answer_is_learned_nothing_is_left():
    params = member(train(TINY, 0).params, 0)
    found = plateau(TINY, params)
    assert found.is_one
    assert found.gradient < 1.3e-5
    assert np.abs(curvature.eigenvalues(TINY, params)[:-1]).max() < 6e-6
    assert -6e-6 < found.smallest < 0  # a saddle
    assert found.steps_away(0.03) > 1_000_000


def test_a_start_of_the_usual_size_is_none():
    usual = TINY.but(initializer="normal(1)")
    assert not any(plateau(usual, usual.network.init(seed)).is_one for seed in range(10))


def test_a_minimum_is_none_solved_or_not():
    solved = TINY.but(initializer="normal(1)", step_size=1, steps=3000)
    assert not plateau(solved, member(train(solved, 0).params, 0)).is_one
    x = np.linspace(-1, 1, 50)[:, None]
    noisy = Experiment(Dataset(x, x + np.random.RandomState(0).standard_normal(x.shape)), Network((1, 1)))
    at_best = plateau(noisy, member(train(noisy, 0).params, 0))
    assert at_best.gradient < 1e-6
    assert (at_best.curved, at_best.constants) == (2, 1)
    assert not at_best.is_one


def test_dead_units_leave_one():
    dead = Experiment(
        Dataset([[1], [2]], [[0], [1]]), Network((1, 3, 1), "relu", bias_initializer="constant(-99)")
    )
    params = dead.network.init(0)
    assert plateau(dead, [params[0], Layer(params[1].W, np.full((1, 1), 0.5))]).is_one


def test_the_steps_that_multiply_the_distance_by_e():
    """The loss -w^2 / 2 + ... near 0: of (v w - 1)^2 / 2 the saddle at 0 has the eigenvalues 1 and -1."""
    saddle = Experiment(
        Dataset([[1]], [[1]]), Network((1, 1, 1), "identity", bias=False), "half summed squared error"
    )
    tiny = [Layer(np.full((1, 1), 1e-6), None)] * 2
    found = plateau(saddle, tiny)
    assert (found.smallest, found.largest) == pytest.approx((-1, 1), abs=1e-6)
    steps = found.steps_away(0.01)
    assert steps == pytest.approx(1 / np.log(1.01))
    run = train(saddle.but(step_size=0.01, steps=round(steps)), 0, tiny)
    assert run.params[0].W.item() == pytest.approx(np.e * 1e-6, rel=0.01)
    assert found._replace(smallest=0.1).steps_away(0.01) == np.inf


def test_overflow_is_nan_and_no_plateau():
    params = TINY.network.init(0)
    params[1].W[:] = np.inf
    found = plateau(TINY, params)
    assert np.isnan(found.gradient)
    assert not found.is_one


def test_a_straight_slope_is_none_either():
    """Absolute errors of a line far below its targets: no curvature at all, but downhill."""
    slope = Experiment(Dataset([[5], [6]], [[20], [20]]), Network((1, 1)), loss="mean absolute error")
    found = plateau(slope, slope.network.init(0))
    assert found.curved == 0
    assert found.gradient == pytest.approx(np.hypot(5.5, 1))
    assert not found.is_one
