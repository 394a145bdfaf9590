"""Curvature: the Hessian against parabolas and formulas, and what is refused."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, train
from workbook.measures import curvature

PARABOLA = Experiment(Dataset([[5]], [[0]]), Network((1, 1), bias=False), "half summed squared error")
FLAT = [Layer(np.zeros((1, 1)), None)]


def square(bias=True, hidden="tanh"):
    x = np.linspace(-1, 1, 9)[:, None]
    return Experiment(Dataset(x, x**2), Network((1, 3, 1), hidden, bias=bias))


def test_a_parabola():
    assert curvature.hessian(PARABOLA, FLAT).item() == pytest.approx(25)
    assert curvature.curvature(PARABOLA, FLAT) == pytest.approx(25)
    assert curvature.longest_step(PARABOLA, FLAT) == pytest.approx(2 / 25)


@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_descent_comes_back_below_the_limit_and_not_above(factor):
    limit = curvature.longest_step(PARABOLA, FLAT)
    start = PARABOLA.but(initializer="constant(1)", step_size=factor * limit, steps=100)
    losses = train(start).losses[:, 0]
    assert (losses[-1] < losses[0]) == (factor < 1)


def test_a_line_has_the_hessian_of_its_inputs():
    """Mean squared error of w . x + b: twice the mean of the products of the inputs, a one among them."""
    x = np.random.RandomState(0).standard_normal((20, 3))
    experiment = Experiment(Dataset(x, x[:, :1]), Network((3, 1)))
    columns = np.hstack([x, np.ones((20, 1))])
    found = curvature.hessian(experiment, experiment.network.init(0))
    assert np.allclose(found, 2 * columns.T @ columns / 20, atol=1e-8)


@pytest.mark.parametrize("bias", [True, False, (True, False)])
def test_any_biases_and_depth(bias):
    experiment = square(bias)
    params = experiment.network.init(0)
    found = curvature.hessian(experiment, params)
    count = sum(array.size for layer in params for array in layer if array is not None)
    assert found.shape == (count, count)
    assert np.array_equal(found, found.T)


def test_longest_steps_are_those_of_the_members():
    experiment = square()
    found = curvature.longest_steps(experiment, experiment.network.init(range(3)))
    alone = [curvature.longest_step(experiment, experiment.network.init(seed)) for seed in range(3)]
    assert found.tolist() == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize("ask", [curvature.hessian, curvature.curvature, curvature.longest_step])
def test_a_population_is_refused_in_a_sentence(ask):
    experiment = square()
    with pytest.raises(ValueError, match=r"one network, but W has the shape \(3, 1, 3\).*longest_steps"):
        ask(experiment, experiment.network.init(range(3)))


def test_where_nothing_curves_upwards_no_step_is_too_long():
    """Two dead units and a target met: the loss is flat, or curves in the output bias only."""
    network = Network((1, 2, 1), "relu", bias=(True, False), bias_initializer="constant(-9)")
    experiment = Experiment(Dataset([[1], [2]], [[0], [0]]), network)
    assert curvature.longest_step(experiment, network.init(0)) == np.inf


def test_an_overflow_is_nan_in_its_own_place():
    experiment = square(hidden="relu")
    params = experiment.network.init(range(2))
    params[0].W[0] = 1e300
    params[1].W[0] = 1e300
    first, second = curvature.longest_steps(experiment, params)
    assert np.isnan(first)
    assert second == pytest.approx(curvature.longest_step(experiment, experiment.network.init(1)), rel=1e-6)


def test_neighbours_are_near_and_the_same_each_time():
    params = square().network.init(0)
    near = curvature.neighbours(params, 500, 0.01)
    assert near[0].W.shape == (500, 1, 3)
    assert np.std(near[0].W - params[0].W) == pytest.approx(0.01, rel=0.1)
    assert np.array_equal(near[1].b, curvature.neighbours(params, 500, 0.01)[1].b)


def test_a_nudge_moves_one_weight_and_is_the_same_recipe_each_time():
    experiment = square()
    nudged = curvature.nudged(experiment, 0.25)
    before, after = (e.network.init(7) for e in (experiment.but(steps=1), nudged))
    at_0 = experiment.network.init(0)
    assert after[0].W[0, 0] == at_0[0].W[0, 0] + 0.25
    assert np.array_equal(after[0].W[0, 1:], at_0[0].W[0, 1:])
    assert np.array_equal(after[1].W, at_0[1].W)
    assert not np.array_equal(before[0].W, at_0[0].W)
    assert nudged is curvature.nudged(experiment, 0.25)


def large(hidden="tanh"):
    x = np.random.RandomState(0).standard_normal((30, 20))
    return Experiment(Dataset(x, np.eye(4)[np.arange(30) % 4]), Network((20, 16, 4), hidden, "sigmoid"))


@pytest.mark.parametrize("hidden", ["tanh", "relu", "sigmoid"])
def test_the_ends_of_a_large_network_without_its_hessian(hidden):
    experiment = large(hidden)
    for seed in range(3):
        params = experiment.network.init(seed)
        found = curvature.eigenvalues(experiment, params)
        low, high = curvature.extremes(experiment, params)
        assert high == pytest.approx(found[-1], rel=1e-5)
        assert low == pytest.approx(found[0], abs=0.02 * found[-1])


def test_above_the_limit_curvature_takes_the_ends(monkeypatch):
    experiment = large()
    params = experiment.network.init(0)
    full = curvature.curvature(experiment, params)
    monkeypatch.setattr(curvature, "MOST_PARAMETERS", 100)
    with pytest.raises(ValueError, match="a Hessian of 404 parameters is too large; up to 100"):
        curvature.eigenvalues(experiment, params)
    assert curvature.curvature(experiment, params) == pytest.approx(full, rel=1e-5)
    assert curvature.longest_step(experiment, params) == pytest.approx(2 / full, rel=1e-5)


def test_a_hessian_is_the_same_in_blocks(monkeypatch):
    experiment = square()
    params = experiment.network.init(0)
    whole = curvature.hessian(experiment, params)
    monkeypatch.setattr(curvature, "NUMBERS_AT_ONCE", 30)
    np.testing.assert_array_equal(curvature.hessian(experiment, params), whole)


def test_eigenvalues_and_condition_of_a_line():
    """The loss (w - t)^2 + 100 (v - t)^2, in the mean of two rows: 2 / 2 and 2 * 100 / 2."""
    experiment = Experiment(Dataset([[1, 0], [0, 10]], [[0], [0]]), Network((2, 1), bias=False))
    params = experiment.network.init(0)
    assert curvature.eigenvalues(experiment, params) == pytest.approx([1, 100])
    assert curvature.condition(experiment, params) == pytest.approx(100)
    idle = experiment.but(dataset=Dataset([[1, 0], [0, 0]], [[0], [0]]))  # one weight that sees nothing
    assert curvature.condition(idle, params) == pytest.approx(1)
    dead = experiment.but(output="relu", dataset=Dataset([[0, 0]], [[1]]))
    assert np.isnan(curvature.condition(dead, params))
    assert curvature.extremes(dead, params) == (0, 0)


def test_longest_steps_of_one_network_and_the_refusal_of_many():
    experiment = square()
    params = experiment.network.init(0)
    assert curvature.longest_steps(experiment, params) == curvature.longest_step(experiment, params)
    with pytest.raises(ValueError, match="those of one network"):
        curvature.neighbours(experiment.network.init(range(3)), 5, 0.1)
    assert curvature.neighbours(experiment.network.init([4]), 5, 0.1)[0].W.shape == (5, 1, 3)


def test_rounding_is_no_flat_direction():
    """Of three columns the third is the sum of the others: two eigenvalues, and a 0 that is not quite one."""
    for seed in range(10):
        x = np.random.RandomState(seed).standard_normal((20, 2))
        experiment = Experiment(
            Dataset(np.hstack([x, x.sum(1, keepdims=True)]), x), Network((3, 2), bias=False)
        )
        assert curvature.condition(experiment, experiment.network.init(0)) < 1e3
