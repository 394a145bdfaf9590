"""Data sets: numbers in rows, checked once and then left alone."""

import numpy as np
import pytest

from workbook import Dataset
from workbook.data.datasets import copy_bit, line, xnor, xor


def test_lists_become_matrices_of_float64():
    data = Dataset([[1, 2], [3, 4], [5, 6]], [[0], [1], [0]], "three")
    assert data.inputs.dtype == data.targets.dtype == np.float64
    assert (data.inputs.shape, data.targets.shape, len(data)) == ((3, 2), (3, 1), 3)
    assert repr(data) == "Dataset('three', 3 rows, 2 -> 1)"


def test_arrays_are_copied_and_read_only():
    inputs = np.array([[1.0], [2.0]])
    data = Dataset(inputs, [[0], [1]])
    inputs[0] = 7
    assert data.inputs[0, 0] == 1
    inputs[1] = 8  # the caller's own array stays writable
    for array in (data.inputs, data.targets):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_small_ones():
    assert (copy_bit().inputs.tolist(), copy_bit().targets.tolist()) == ([[0], [1]], [[0], [1]])
    for data, rule in ((xor(), lambda a, b: a != b), (xnor(), lambda a, b: a == b)):
        assert {(a, b) for a, b in data.inputs.tolist()} == {(0, 0), (0, 1), (1, 0), (1, 1)}
        assert [t for (t,) in data.targets] == [rule(a, b) for a, b in data.inputs]


def test_a_line():
    data = line(2, -1, n=5)
    np.testing.assert_allclose(data.inputs[:, 0], [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_allclose(data.targets[:, 0], [-3, -2, -1, 0, 1])


def test_each_call_makes_a_new_one():
    assert xor() is not xor()
    assert xor() != xor()  # two data sets are the same only if they are one
