"""Small experiments for the tests of training, and how to compare what came of them."""

import numpy as np

from workbook import Dataset, Experiment, Network
from workbook.data.datasets import xor

XOR = Experiment(xor(), Network((2, 4, 1)), steps=20)
RANDOM = np.random.RandomState(0)
DATA = Dataset(RANDOM.randn(11, 3), RANDOM.randn(11, 2), "random")
ROWS = Experiment(DATA, Network((3, 4, 2), bias_initializer="normal"), batch_size=4, steps=20)
BOWL = Experiment(  # the loss is w^2 c^2 / 2 for the single row x = c, t = 0
    Dataset([[1.0]], [[0.0]]),
    Network((1, 1), bias=False, initializer="constant(1)"),
    loss="half summed squared error",
)


def arrays(params):
    return [array for layer in params for array in layer if array is not None]


def assert_same(params, others):
    for array, twin in zip(arrays(params), arrays(others), strict=True):
        np.testing.assert_array_equal(array, twin)
