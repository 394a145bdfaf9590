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
