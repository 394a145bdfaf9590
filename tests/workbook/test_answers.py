"""What trained networks say: to their own rows and to others."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, train
from workbook.measures import answers

X = np.linspace(-1, 1, 11)[:, None]
LINE = Experiment(Dataset(X, 3 * X + 1), Network((1, 1)), steps=300)


def test_a_line_answers_and_explains():
    run = train(LINE, range(4))
    assert np.allclose(answers.answers(run, [[2], [10]]), [[7], [31]], atol=1e-3)
    assert answers.answers(run, [[2], [10]]).shape == (4, 2, 1)
    assert answers.r_squared(run) == pytest.approx(np.ones(4), abs=1e-6)
    assert answers.r_squared(run, Dataset([[0], [1]], [[1], [6]])) == pytest.approx(1 - 2 / 6.25, abs=1e-3)


def test_the_mean_explains_nothing():
    run = train(LINE.but(initializer="zeros", bias_initializer="constant(1)", steps=0))
    assert answers.r_squared(run) == pytest.approx(0)
    assert answers.says_to_all(run, 1).tolist() == [True]
    assert answers.says_to_all(run, 1.02).tolist() == [False]


def test_what_diverged_explains_nothing_that_is_a_number_and_says_nothing():
    run = train(LINE.but(step_size=1e200), range(2))
    assert not np.isfinite(answers.r_squared(run)).any()
    assert not answers.says_to_all(run, 1).any()


def test_logits_are_answered_as_the_probabilities_that_they_stand_for():
    network = Network((2, 1), initializer="constant(100)", bias_initializer="constant(-150)")
    both = Experiment(Dataset([[0, 0], [0, 1], [1, 1]], [[0], [0], [1]]), network, "sigmoid cross-entropy")
    run = train(both.but(steps=0), range(2))
    assert answers.answers(run, [[1, 1], [1, 0.5]])[:, :, 0].tolist() == [[1, 0.5]] * 2
    assert answers.all_right(run).all()
    assert answers.r_squared(run) == pytest.approx(np.ones(2))
    assert not answers.all_right(train(both.but(steps=0, loss="mean squared error"), range(2))).any()


def test_said_by_one_network_and_by_many_to_the_data_and_to_others():
    params = LINE.network.init(range(3))
    np.testing.assert_array_equal(answers.said(LINE, params), LINE.outputs(params))
    assert answers.said(LINE, LINE.network.init(0), X[:4]).shape == (4, 1)


def test_targets_that_are_all_the_same_have_no_variance_to_explain():
    same = LINE.but(dataset=Dataset(X, np.ones_like(X)), steps=0)
    assert answers.r_squared(train(same, 0)).tolist() == [-np.inf]
