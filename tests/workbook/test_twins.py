"""Twins: hidden units that are one unit, in any network, population or plain table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Experiment, Network, train
from workbook.data.datasets import xor
from workbook.measures.twins import different, different_units

RANDOM = np.random.RandomState(0)


@given(st.integers(1, 6), st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_copies_count_once_wherever_they_stand(rows, chosen):
    columns = np.random.RandomState(rows).standard_normal((rows, 6))
    assert different(columns[:, chosen]) == len(set(chosen))


def test_what_is_too_near_to_part():
    H = np.array([[1.0, 1.0 + 1e-6, -1.0], [0.5, 0.5, 0.5]])
    assert different(H) == 2
    assert different(H, within=1e-9) == 3


def test_each_of_a_population_alone():
    H = np.stack([np.ones((3, 4)), RANDOM.standard_normal((3, 4))])
    assert different(H).tolist() == [1, 4]
    assert different(H[0]) == 1


def test_units_that_say_nothing_at_all_are_twins_and_nan_is_none():
    assert different(np.zeros((3, 4))) == 1
    assert different(np.full((3, 4), np.nan)) == 4


@pytest.mark.parametrize(
    ("layer", "start", "count"), [(0, "normal(1)", 5), (1, "normal(1)", 4), (1, "constant(1)", 1)]
)
def test_of_a_network(layer, start, count):
    experiment = Experiment(xor(), Network((2, 5, 4, 1), "tanh", initializer=start), steps=20)
    run = train(experiment, range(3))
    assert different_units(experiment, run.params, layer).tolist() == [count] * 3
    one = train(experiment, seeds=1)
    assert different_units(experiment, one.params, layer).tolist() == [count]


def test_what_is_refused():
    experiment = Experiment(xor(), Network((2, 5, 1), "tanh"))
    params = experiment.network.init(0)
    with pytest.raises(ValueError, match="has 1 hidden layers, numbered from 0; there is no 1"):
        different_units(experiment, params, 1)
    with pytest.raises(ValueError, match=r"H must have the shape \(n, units\), .* not \(3,\)"):
        different([1, 2, 3])
    with pytest.raises(TypeError, match="H must be numbers"):
        different([["a"]])
