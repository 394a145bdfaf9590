"""Ranges of one step, stage by stage, and of any array."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network
from workbook.faults import FAULTS
from workbook.layers import Convolution, Picture
from workbook.measures.ranges import range_of, ranges

RIGHT = Experiment(
    Dataset([[1.0, 2.0]], [[1.0, 0.0]]),
    Network((2, 2, 2), hidden="relu", initializer="constant(2)"),
    loss="softmax cross-entropy",
)


def test_a_range_by_hand():
    found = range_of([[-3.0, 0.0], [0.5, np.inf], [np.nan, -np.inf]])
    assert found == (-3, 0.5, 0.5, 3, 1, 2, 1, 6)
    assert not found.finite
    assert str(found) == "-3 to 0.5, 2 inf, 1 NaN"
    assert str(range_of([np.nan])) == "1 NaN"
    assert str(range_of(np.array([2, 1]))) == "1 to 2"
    assert range_of(np.zeros((2, 2))).dead
    assert range_of([0.0]).finite


@pytest.mark.parametrize("values", [[], ["a"], np.zeros((0, 3))])
def test_what_has_no_range(values):
    with pytest.raises(ValueError, match="a range is that of numbers, not of"):
        range_of(values)


def test_the_stages_of_a_step_in_the_order_in_which_they_are_computed():
    found = ranges(RIGHT, RIGHT.network.init(0), RIGHT.dataset.inputs, RIGHT.dataset.targets)
    assert list(found) == ["x", "z 1", "z 2", "e^z", "dy", "dW 2", "dW 1"]
    assert [found[name].largest for name in ("x", "z 1", "z 2", "e^z")] == [2, 6, 24, 1]
    assert (found["dy"].least, found["dy"].greatest) == (-0.5, 0.5)
    assert (found["dW 2"].largest, found["dW 1"].largest) == (3, 0)  # two equal ways cancel


def test_without_an_exponential_there_is_no_stage_of_one():
    squared = RIGHT.but(loss="mean squared error")
    assert "e^z" not in ranges(squared, squared.network.init(0), *rows())


def rows():
    return RIGHT.dataset.inputs, RIGHT.dataset.targets


def test_the_naive_exponential_and_what_comes_of_it():
    naive = FAULTS["naive softmax"].plant(RIGHT.but(initializer="constant(40)"))
    found = ranges(naive, naive.network.init(0), *rows())
    assert found["z 2"].largest == 9600
    assert (found["e^z"].infs, found["dy"].nans, found["dW 2"].nans, found["dW 1"].nans) == (2, 2, 4, 4)


def test_a_convolution():
    sizes = (Picture(4, 4), Convolution(2, 3, pool="max"), 2)
    experiment = Experiment(
        Dataset(np.ones((1, 16)), [[1.0, 0.0]]),
        Network(sizes, initializer="constant(1)", precision="single"),
        loss="softmax cross-entropy",
    )
    found = ranges(
        experiment, experiment.network.init(0), *(experiment.dataset.inputs, experiment.dataset.targets)
    )
    assert (found["z 1"].size, found["z 1"].largest) == (8, 9)
    assert list(found) == ["x", "z 1", "z 2", "e^z", "dy", "dW 2", "dW 1"]
