"""Data sets: numbers in rows, checked once and then left alone."""

from dataclasses import replace
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


def test_a_new_name_copies_nothing():
    data = line()
    renamed = replace(data, name="another")
    assert renamed.inputs is data.inputs
    assert renamed.targets is data.targets


def test_a_view_that_others_can_write_through_is_copied():
    inputs = np.array([[1.0], [2.0]])
    view = inputs.view()
    view.flags.writeable = False
    data = Dataset(view, [[0], [1]])
    inputs[0] = 7
    assert data.inputs[0, 0] == 1


@pytest.mark.parametrize("other", [np.float32, ">f8"])
def test_what_is_read_only_and_no_float64_of_this_machine(other):
    inputs = np.array([[1], [2]], other)
    inputs.flags.writeable = False
    assert Dataset(inputs, [[0], [1]]).inputs.dtype.isnative
    assert Dataset(inputs, [[0], [1]]) == Dataset([[1], [2]], [[0], [1]])


def test_names_of_columns():
    data = Dataset([[1, 2]], [[3]], "mine", input_names=["a", "b"], target_names=("t",))
    assert (data.input_names, data.target_names) == (("a", "b"), ("t",))
    assert Dataset([[1, 2]], [[3]]).input_names == ()
    assert data != Dataset([[1, 2]], [[3]], "mine") == Dataset([[1, 2]], [[3]], "mine")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("a",), r"input_names of 'mine' must be one a column; there are 1 for 2: \('a',\)"),
        ("ab", "one text a column, .* not 'ab'"),
        (3, "one text a column, .* not 3"),
    ],
)
def test_names_that_do_not_fit(names, words):
    with pytest.raises(ValueError, match=words):
        Dataset([[1, 2]], [[3]], "mine", input_names=names)


class Frame:
    """What pandas and polars have in common, as far as it matters here."""

    def __init__(self, dtype=None, **columns):
        self.columns, self.array = list(columns), np.array(list(columns.values()), dtype).T

    def to_numpy(self):
        return self.array


class Series:
    """A named column."""

    def __init__(self, name, *cells):
        self.name, self.cells = name, np.array(cells)

    def to_numpy(self):
        return self.cells


def test_frames_bring_their_names():
    data = Dataset(Frame(height=[1.5, 2], weight=[3, 4]), Series("age", 5, 6))
    assert (data.input_names, data.target_names) == (("height", "weight"), ("age",))
    assert (data.inputs.tolist(), data.targets.tolist()) == ([[1.5, 3], [2, 4]], [[5], [6]])
    assert Dataset(Frame(a=[1]), Frame(b=[2], c=[3]), input_names=("z",)).input_names == ("z",)
    assert Dataset(Frame(a=[1]), Series(None, 2)).target_names == Dataset([[1]], Series("", 2)).target_names
    assert Dataset(Frame(object, a=[1, True], b=[Fraction(1, 2), 3]), [[0], [1]]).inputs.tolist() == [
        [1, 0.5],
        [1, 3],
    ]


class Missing:
    """What pandas has in place of a whole number that is missing."""

    def __repr__(self):
        return "<NA>"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {"a": [1, 2], "town": [3, "Bern"]},
            "hold text in column 'town': 'Bern' in row 1. Leave the column out",
        ),
        ({"a": [1, 2], "town": [3, "4"]}, "hold text in column 'town': '4' in row 1"),
        (
            {"a": [1, 2], "age": [Missing(), 2]},
            "holds <NA> in row 0, column 'age'; it must be a finite number",
        ),
        ({"a": [1, 2], "age": [3, None]}, "holds None in row 1, column 'age'; it must be a finite number"),
        (
            {"a": [1, 2], "age": [3, float("nan")]},
            "holds nan in row 1, column 'age'; it must be a finite number",
        ),
        (
            {"a": [1, 2], "age": [3, 10**400]},
            "hold a whole number in row 1, column 'age', too large for a float64",
        ),
    ],
)
def test_cells_of_a_frame_that_are_no_numbers(columns, words):
    with pytest.raises(ValueError, match=f"inputs of 'mine' {words}"):
        Dataset(Frame(object, **columns), [[0], [1]], "mine")


def test_a_frame_of_texts_only_and_a_missing_float():
    with pytest.raises(ValueError, match="targets of 'mine' hold text in column 'town': 'Bern' in row 0"):
        Dataset([[0], [1]], Series("town", "Bern", "Rome"), "mine")
    with pytest.raises(ValueError, match="holds nan in row 1, column 'age'"):
        Dataset(Frame(a=[1.0, 2], age=[3, np.nan]), [[0], [1]])
