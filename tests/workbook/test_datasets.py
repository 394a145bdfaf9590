"""Data sets: numbers in rows, checked once and then left alone."""

from fractions import Fraction

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


def test_data_sets_are_equal_when_their_names_and_numbers_are():
    assert xor() is not xor()
    assert xor() == xor() != xnor()
    assert hash(xor()) == hash(xor())
    assert Dataset([[0.0]], [[1.0]], "a") != Dataset([[0.0]], [[1.0]], "b")
    assert Dataset([[0.0, 1.0]], [[1.0]]) != Dataset([[0.0]], [[1.0]])


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (np.ma.masked_equal([[1.0], [9.0]], 9), r"inputs of 'mine' hold masked values \(1\); fill them"),
        (np.array([["2024-01-01"], ["2024-01-02"]], "datetime64[D]"), r"real numbers; found datetime64\[D\]"),
        (np.array([[1], [2]], "timedelta64[h]"), r"real numbers; found timedelta64\[h\]"),
        (np.array([[1 + 2j], [3]]), "real numbers; found complex128"),
        ([["1"], ["2"]], "real numbers; found <U1"),
        ([[10**400], [1]], "a whole number that is too large for a float64"),
        ([[1], [2, 3]], "numbers in rows of equal length"),
        ([[1], [None]], "holds nan in row 1"),
        ([[object()], [2]], "numbers in rows of equal length"),
    ],
)
def test_what_is_no_real_number(inputs, words):
    """NumPy would take each of the first five, and lose something."""
    with pytest.raises(ValueError, match=words):
        Dataset(inputs, [[0], [1]], "mine")


def test_a_masked_array_of_which_nothing_is_masked():
    assert Dataset(np.ma.array([[1.0], [2.0]]), [[0], [1]]).inputs.tolist() == [[1], [2]]


def test_fractions_are_numbers():
    assert Dataset([[Fraction(1, 4)]], [[True]]).inputs.tolist() == [[0.25]]


def test_the_name_comes_last():
    inputs, targets = np.zeros((100, 3)), np.zeros((100, 1))
    with pytest.raises(ValueError, match=r"comes last, Dataset\(inputs, .*\); found 'mine' first$"):
        Dataset("mine", inputs, targets)
    with pytest.raises(ValueError, match=r"name is text and comes last, .*; found a ndarray there$"):
        Dataset(inputs, targets, targets)
