"""Columns: the same eigenvalues as the Hessian's, and what cannot be asked."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network
from workbook.measures import columns, curvature

RANDOM = np.random.RandomState(0)
X = np.column_stack([np.full(30, 4.0), RANDOM.uniform(0, 100, (30, 2))])


@pytest.mark.parametrize("bias", [True, False])
def test_they_are_the_eigenvalues_of_a_linear_layer(bias):
    experiment = Experiment(Dataset(X, X[:, :1]), Network((3, 1), bias=bias), "quadratic cost")
    params = experiment.network.init(0)
    values = curvature.eigenvalues(experiment, params)
    assert columns.curvatures(X, bias) == pytest.approx(values, abs=1e-5)
    assert columns.condition(X, bias) == pytest.approx(curvature.condition(experiment, params), rel=1e-4)


def test_the_mean_squared_error_has_twice_as_large_ones_over_the_outputs():
    experiment = Experiment(Dataset(X, X), Network((3, 3)))
    values = curvature.eigenvalues(experiment, experiment.network.init(0))
    assert values[-3:] == pytest.approx(2 / 3 * columns.curvatures(X)[-1])


def test_columns_that_never_change():
    assert columns.never_change(X).tolist() == [0]
    assert columns.never_change(X.tolist()).tolist() == [0]
    assert columns.never_change(X[:, 1:]).tolist() == []


def test_nothing_to_learn_from():
    assert np.isnan(columns.condition(np.zeros((3, 2)), bias=False))
    assert columns.condition(np.zeros((3, 2))) == 1
    with pytest.raises(ValueError, match="X must have rows and columns"):
        columns.condition([1, 2, 3])
