"""Scale: inputs, weighted sums and outputs, by hand."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network
from workbook.measures import saturation
from workbook.measures.scale import columns, output_offset, output_spread, z_scales

X = np.array([[-3.0], [-1], [1], [3]])


def line(slope, intercept, targets=X):
    experiment = Experiment(Dataset(X, targets), Network((1, 1)))
    return experiment, [Layer(np.full((1, 1), float(slope)), np.full((1, 1), float(intercept)))]


def test_columns_by_hand():
    found = columns([[0, 1], [2, 1], [4, -9]])
    assert found.means.tolist() == pytest.approx([2, -7 / 3])
    assert found.deviations.tolist() == pytest.approx([np.sqrt(8 / 3), np.sqrt(200 / 9)])
    assert found.largest == 9
    for wrong in ([1, 2], [[]]):
        with pytest.raises(ValueError, match="rows and columns"):
            columns(wrong)


def test_outputs_in_units_of_the_targets():
    experiment, params = line(0.5, 0, 10 * X + 7)
    assert output_spread(experiment, params) == pytest.approx(0.05)
    assert output_offset(experiment, params) == pytest.approx(7 / (10 * np.sqrt(5)))
    assert output_offset(*line(2, 7, 10 * X + 7)) == pytest.approx(0)
    assert output_spread(*line(0, 7, 10 * X + 7)) == 0


def test_targets_that_never_change_have_no_unit():
    assert output_spread(*line(1, 0, np.ones((4, 1)))) == np.inf
    assert np.isnan(output_spread(*line(0, 0, np.ones((4, 1)))))


def test_logits_count_as_the_probabilities_that_they_stand_for():
    experiment, params = line(1000, 0, (X > 0).astype(float))
    assert output_spread(experiment.but(loss="sigmoid cross-entropy"), params) == pytest.approx(1)
    assert output_spread(experiment, params) == pytest.approx(2000 * np.sqrt(5))


def test_z_is_the_root_mean_square_of_each_layer():
    deep = Experiment(Dataset(X, X), Network((1, 5, 4, 1), "tanh", bias_initializer="normal"))
    params = deep.network.init(range(3))
    found = z_scales(deep, params)
    assert found.shape == (3, 3)
    for layer in (0, 1):
        whole = np.sqrt(np.square(found[layer]).mean())
        assert whole == pytest.approx(saturation.measured_deviation(deep, params, layer))
    np.testing.assert_allclose(found[2], np.sqrt(np.square(deep.outputs(params)).mean((-2, -1))))


def test_several_outputs_count_in_the_mean():
    targets = np.hstack([X, 2 * X + 1])
    experiment = Experiment(Dataset(X, targets), Network((1, 2)))
    params = [Layer(np.array([[1.0, 2]]), np.array([[0.0, 1]]))]
    assert output_spread(experiment, params) == pytest.approx(1)
    up = [Layer(params[0].W, np.array([[3.0, 2]]))]
    assert output_offset(experiment, up) == pytest.approx(np.sqrt((9 + 1) / (5 + 20)))
