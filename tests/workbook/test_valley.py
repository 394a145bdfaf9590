"""The valley: directions at right angles, coordinates, and losses on the plane and on the way."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Trainer
from workbook.baselines import least_squares
from workbook.layers import member
from workbook.measures.curvature import eigenvalues, flattened
from workbook.measures.valley import Valley, valley

Z = np.arange(20.0)
LINE = Experiment(
    Dataset(np.stack([np.full(20, 3.0), Z], 1), 10 + Z[:, None] * [2, 5, 9]),
    Network((2, 3), initializer="normal(1)"),
    "quadratic cost",
    step_size=0.01,
)
ROUND = LINE.but(dataset=LINE.dataset.standardised(targets=True))


def bent():
    """A network with a hidden layer, near a bottom of its loss."""
    x = np.linspace(-1, 1, 9)[:, None]
    experiment = Experiment(Dataset(x, np.tanh(2 * x)), Network((1, 2, 1)), step_size=0.3)
    trainer = Trainer(experiment, 0)
    trainer.advance(2000)
    return experiment, member(trainer.params, 0)


def of_line(experiment, seed=0):
    return valley(experiment, [least_squares(experiment.dataset)], experiment.network.init(seed))


@pytest.mark.parametrize("experiment", [LINE, ROUND])
def test_directions_are_orthonormal_and_curve_as_is_said(experiment):
    found = of_line(experiment)
    assert np.allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-8)
    bottom = float(experiment.loss_at(found.bottom))
    for far, curvature in zip(np.eye(2), found.curvatures, strict=True):
        (loss,) = found.losses(*far[:, None]).ravel()
        assert loss - bottom == pytest.approx(curvature / 2, rel=1e-5)


def test_a_linear_network_has_a_parabola_in_each_direction():
    found = of_line(LINE)
    across, up = np.array([-300.0, 0, 50]), np.array([-2.0, 0, 70])
    flattest, steepest = found.curvatures
    expected = flattest * across**2 / 2 + steepest * up[:, None] ** 2 / 2
    assert np.allclose(found.losses(across, up), expected, rtol=1e-5, atol=1e-9)


def test_the_curvatures_are_the_ends_of_those_that_count():
    values = eigenvalues(LINE, [least_squares(LINE.dataset)])
    found = of_line(LINE)
    assert found.curvatures == pytest.approx((values[values > 1e-4][0], values[-1]))
    assert found.condition == pytest.approx(values[-1] / values[values > 1e-4][0])
    assert of_line(ROUND).condition == pytest.approx(1)


@pytest.mark.parametrize("experiment", [LINE, ROUND])
def test_the_whole_way_of_descent_lies_in_the_plane(experiment):
    """And each step multiplies the distance in a direction by 1 - step size times curvature."""
    found = of_line(experiment)
    trainer = Trainer(experiment, 0)
    places = [found.coordinates(trainer.params)[0]]
    for _ in range(5):
        trainer.advance(1)
        places.append(found.coordinates(trainer.params)[0])
        (loss,) = found.losses(*places[-1][:, None]).ravel()
        assert loss == pytest.approx(trainer.loss[0], rel=1e-6)
    factors = 1 - experiment.step_size * np.array(found.curvatures)
    assert np.allclose(places[-1], places[0] * factors**5, rtol=1e-5)


def test_coordinates_of_one_and_of_a_population():
    found = of_line(LINE)
    population = LINE.network.init(range(4))
    assert found.coordinates(found.bottom).tolist() == [0, 0]
    alone = [found.coordinates(LINE.network.init(seed)) for seed in range(4)]
    assert np.allclose(found.coordinates(population), alone)


def test_any_network_and_any_directions():
    experiment, bottom = bent()
    found = valley(experiment, bottom, experiment.network.init(0), least=1e-3)
    assert found.condition < 1e3
    assert np.allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-8)
    by_hand = Valley(experiment, bottom, np.eye(7)[:2], (1.0, 1.0))
    moved = [bottom[0].each(np.copy), bottom[1]]
    moved[0].W[0] += (0.3, -0.2)
    assert by_hand.coordinates(moved) == pytest.approx([0.3, -0.2])
    assert by_hand.losses(np.array([0.3]), np.array([-0.2])).item() == pytest.approx(
        float(experiment.loss_at(moved))
    )


def test_a_start_at_the_bottom_has_a_valley_too():
    bottom = [least_squares(LINE.dataset)]
    found = valley(LINE, bottom, bottom)
    assert np.allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-8)


def test_a_gutter_is_no_valley():
    experiment = Experiment(Dataset([[5]], [[0]]), Network((1, 1), bias=False))
    flat = [Layer(np.zeros((1, 1)), None)]
    with pytest.raises(ValueError, match="two directions in which the loss curves upwards; here are 1 of 1"):
        valley(experiment, flat, flat)
    with pytest.raises(ValueError, match="one network, but W has the shape"):
        valley(LINE, LINE.network.init(range(2)), LINE.network.init(0))


@pytest.mark.parametrize("bias", [True, False])
def test_least_squares_has_no_gradient_and_the_smallest_weights(bias):
    experiment = LINE.but(bias=bias)
    params = [least_squares(LINE.dataset, bias)]
    gradient = experiment.gradient(params, LINE.dataset.inputs, LINE.dataset.targets)
    assert np.abs(flattened(gradient)).max() < 1e-8
    if bias:
        assert np.allclose(params[0].b, params[0].W[0] / 3)  # the constant column is three times the bias's
