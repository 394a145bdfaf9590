"""One batch: recipes that can and cannot fit a handful of rows, and which rows these are."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network
from workbook.data.datasets import xor
from workbook.measures.one_batch import few_rows, fits_one_batch

X = np.linspace(-1, 1, 101)[:, None]
RECIPE = Experiment(Dataset(X, X**2), Network((1, 10, 1), bias_initializer="uniform(-1, 1)"), step_size=0.1)


def test_a_recipe_that_learns_fits_and_one_that_hardly_moves_does_not():
    assert str(fits_one_batch(RECIPE, range(20))) == "20 of 20 (84 to 100 %)"
    assert fits_one_batch(RECIPE.but(step_size=1e-6), range(20)).count == 0
    assert fits_one_batch(RECIPE.but(step_size=100), range(20)).count == 0  # it overflows, without a warning
    assert fits_one_batch(RECIPE, 3).total == 1


def test_the_rest_of_the_recipe_stays():
    assert fits_one_batch(RECIPE.but(penalty="weight decay(1)"), range(5)).count == 0
    assert fits_one_batch(RECIPE.but(batch_size=10, optimizer="adam(0.01)"), range(5)).count == 5


def test_a_line_cannot_fit_a_parabola():
    assert fits_one_batch(RECIPE.but(hidden="identity"), range(5)).count == 0


def test_logits_and_rows_that_are_fewer():
    network = Network((2, 4, 1), "tanh", initializer="normal(1)")
    logits = Experiment(xor(), network, "sigmoid cross-entropy", step_size=1)
    assert fits_one_batch(logits, range(20)).count > 10
    assert len(few_rows(xor(), 100)) == 4


def test_the_rows_are_those_with_all_kinds_of_targets():
    assert sorted(few_rows(RECIPE.dataset, 3).targets[:, 0])[::2] == [0, 1]
    labels = np.repeat([0, 1, 2, 3], [400, 50, 50, 100])
    chosen = few_rows(Dataset(np.arange(600.0)[:, None], np.eye(4)[labels]), 16)
    assert np.bincount(chosen.targets.argmax(1)).tolist() == [11, 1, 1, 3]
    assert chosen.inputs[:, 0].tolist() == sorted(chosen.inputs[:, 0])
    for row, target in zip(chosen.inputs[:, 0], chosen.targets, strict=True):
        assert target.argmax() == labels[int(row)]


def test_targets_that_are_all_the_same_leave_nothing_to_fit():
    same = RECIPE.but(dataset=Dataset(X, np.ones_like(X)))
    with pytest.raises(ValueError, match="leaves nothing to fit; their targets must differ"):
        fits_one_batch(same, range(3))
    with pytest.raises(ValueError, match="rows must be a whole number, 1 or more"):
        fits_one_batch(RECIPE, range(3), rows=0)


def test_the_only_yes_among_many_is_always_there():
    for row in (0, 37, 99):
        targets = np.zeros((100, 1))
        targets[row] = 1
        assert few_rows(Dataset(np.arange(100.0)[:, None], targets), 8).targets.sum() == 1
