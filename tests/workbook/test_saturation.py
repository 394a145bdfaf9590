"""Saturation, accuracy and measures by step: instruments for any hidden layer, activation and population."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Trainer
from workbook.layers import member
from workbook.measures import accuracy, saturation
from workbook.measures.by_step import by_step

RANDOM = np.random.RandomState(0)
DATA = Dataset(3 * RANDOM.standard_normal((20, 4)), np.eye(10)[RANDOM.randint(10, size=20)])


def experiment(hidden="sigmoid", bias=True, sizes=(4, 6, 5, 10)):
    return Experiment(DATA, Network(sizes, hidden, "sigmoid", bias, "normal(1)", "normal(1)"), steps=10)


@pytest.mark.parametrize("bias", [True, False, (True, False, True)])
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "leaky relu(0.1)", "identity"])
@pytest.mark.parametrize("layer", [0, 1])
def test_slopes_are_how_fast_the_outputs_change(hidden, bias, layer):
    one = experiment(hidden, bias)
    params = one.network.init(range(3))
    _, z, y = saturation.hidden_layer(one, params, layer)
    value = one.network.hidden.value
    measured = np.where(z == 0, 0.0, (value(z + 1e-6) - value(z - 1e-6)) / 2e-6)  # at its kink, relu says 0
    if hidden != "relu":
        assert (z != 0).all()
    np.testing.assert_allclose(saturation.slopes(one, params, layer), measured, atol=1e-8)
    assert saturation.saturated(one, params, layer) == (np.abs(measured) < 0.01).mean()
    np.testing.assert_array_equal(saturation.hidden_outputs(one, params, layer, 7), y[:, :7])


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh"])
def test_a_population_is_its_members_together(hidden):
    one = experiment(hidden)
    params = one.network.init(range(3))
    alone = [saturation.saturated(one, member(params, seed), 1) for seed in range(3)]
    assert saturation.saturated(one, params, 1) == pytest.approx(np.mean(alone))


def test_far_out_nothing_overflows():
    far = experiment().but(initializer="normal(100000)")
    assert saturation.saturated(far, far.network.init(range(2))) > 0.99


@pytest.mark.parametrize("layer", [-1, 2])
def test_a_hidden_layer_that_there_is_not(layer):
    one = experiment()
    with pytest.raises(ValueError, match=rf"sizes \(4, 6, 5, 10\) has 2 hidden layers; no number {layer}"):
        saturation.saturated(one, one.network.init(0), layer)


def test_no_hidden_layer_at_all():
    one = experiment(sizes=(4, 10))
    with pytest.raises(ValueError, match="has 0 hidden layers; no number 0"):
        saturation.slopes(one, one.network.init(0))


def test_deviations_are_those_of_the_weighted_sums():
    many = experiment(sizes=(4, 2000, 10))
    z = DATA.inputs @ many.network.init(0)[0].W + many.network.init(0)[0].b
    measured = saturation.measured_deviation(many, many.network.init(0))
    assert measured == pytest.approx(np.sqrt((z**2).mean()))
    assert measured == pytest.approx(saturation.expected_deviation(DATA.inputs), rel=0.03)
    without = many.but(bias=False)
    measured = saturation.measured_deviation(without, without.network.init(0))
    assert measured == pytest.approx(saturation.expected_deviation(DATA.inputs, bias=False), rel=0.03)


def test_a_measure_by_step_is_what_training_gives():
    one, trainer = experiment().but(batch_size=5), Trainer(experiment().but(batch_size=5), range(2))
    expected = [trainer.advance(more).params[0].W for more in (0, 3, 4)]
    found = by_step(one, range(2), (0, 3, 7), lambda params: params[0].W)
    np.testing.assert_array_equal(found, expected)


def test_the_share_right_by_hand():
    one = experiment()
    params, labels = one.network.init(range(3)), DATA.targets.argmax(1)
    named = one.network.forward(params, DATA.inputs)[0].argmax(-1)
    np.testing.assert_array_equal(accuracy.classes_named(one.network, params, DATA.inputs), named)
    shares = accuracy.share_right(one.network, params, DATA.inputs, labels)
    np.testing.assert_allclose(shares, (named == labels).mean(1))


def test_the_nearest_label_by_hand_and_the_first_of_two():
    known, labels = np.array([[0, 0], [2, 0], [2, 0], [9, 9]]), np.array([5, 1, 7, 3])
    asked = np.array([[0, 1], [2, 1], [1, 0], [8, 9]])
    assert accuracy.nearest_labels(known, labels, asked).tolist() == [5, 1, 5, 3]


def test_every_hidden_layer_at_once_with_the_seeds_apart():
    one = experiment("tanh")
    params = one.network.init(range(3))
    found = saturation.saturated_layers(one, params)
    assert found.shape == (2, 3)
    for layer in (0, 1):
        assert found[layer].mean() == pytest.approx(saturation.saturated(one, params, layer))
        alone = [saturation.saturated(one, member(params, seed), layer) for seed in range(3)]
        np.testing.assert_allclose(found[layer], alone)
    with pytest.raises(ValueError, match="has 0 hidden layers"):
        saturation.saturated_layers(experiment(sizes=(4, 10)), experiment(sizes=(4, 10)).network.init(0))


def test_slopes_from_elsewhere():
    slopes = np.array([[[0.25, 0.001], [-0.001, -0.25]], [[np.nan, 0.2], [0.2, 0.0]]])
    assert saturation.saturated_share(slopes).tolist() == [0.5, 0.25]
    assert saturation.saturated_share(slopes, 0.3).tolist() == [1, 0.75]


def test_each_activation_has_its_own_slope():
    """Layer by layer: a tanh below a ReLU, at z = 3, where the one is flat and the other is not."""
    data = Dataset([[3.0]], [[0.0]])
    two = Experiment(data, Network((1, 1, 1, 1), ("tanh", "relu"), bias=False, initializer="constant(1)"))
    params = two.network.init(0)
    assert saturation.slopes(two, params, 0).item() == pytest.approx(1 - np.tanh(3) ** 2)
    assert saturation.slopes(two, params, 1).item() == 1


def test_any_number_of_classes_and_one_column():
    network = Network((1, 1), bias=False)
    params = [Layer(np.array([[[0.1]], [[1.0]], [[np.nan]]]), None)]
    rows, labels = np.array([[0.4], [0.6], [6.0]]), np.array([0, 1, 1])
    assert accuracy.share_right(network, params, rows, labels).tolist() == pytest.approx([2 / 3, 1, 0])
    assert accuracy.classes_named(network, params, rows).tolist() == [[0, 0, 1], [0, 1, 1], [-1] * 3]
    with pytest.raises(ValueError, match="2 classes are labelled 0 to 1; found 0 to 2"):
        accuracy.share_right(network, params, rows, np.array([0, 1, 2]))


@pytest.mark.parametrize("steps", [[], [2, 1], [0, 0], [-1, 2]])
def test_steps_that_do_not_rise(steps):
    with pytest.raises(ValueError, match="step"):
        by_step(experiment(), 0, steps, lambda params: params)
