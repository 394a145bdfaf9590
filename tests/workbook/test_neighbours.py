"""Neighbours: against a search by hand; and data that was scrambled, which they notice."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Dataset
from workbook.data.digits import dataset, digits
from workbook.measures.accuracy import nearest_labels
from workbook.measures.neighbours import AT_ONCE, nearest_error, nearest_rows

KNOWN, ASKED = (dataset(pictures) for pictures in digits())


@given(st.integers(0, 1000), st.integers(2, 12), st.integers(1, 3))
def test_found_by_hand(seed, rows, columns):
    """Whole numbers: there are ties, and the first counts."""
    random = np.random.RandomState(seed)
    known, asked = random.randint(0, 4, (rows, columns)) + 10**6, random.randint(0, 4, (5, columns)) + 10**6
    apart = np.square(known[:, None] - known).sum(-1).astype(float)
    np.fill_diagonal(apart, np.inf)
    assert nearest_rows(known).tolist() == apart.argmin(1).tolist()
    expected = np.square(asked[:, None] - known).sum(-1).argmin(1)
    assert nearest_rows(known, asked).tolist() == expected.tolist()


def test_more_rows_than_are_held_at_a_time():
    random = np.random.RandomState(0)
    known = random.standard_normal((2 * AT_ONCE + 7, 3))
    found = nearest_rows(known)
    for row in (0, AT_ONCE - 1, AT_ONCE, 2 * AT_ONCE + 6):
        apart = np.square(known - known[row]).sum(1)
        apart[row] = np.inf
        assert found[row] == apart.argmin()


def test_digits_know_their_neighbours_and_scrambled_ones_do_not():
    right = nearest_labels(KNOWN.inputs, KNOWN.labels, ASKED.inputs) == ASKED.labels
    assert nearest_error(KNOWN, ASKED) == pytest.approx(1 - right.mean())
    assert nearest_error(KNOWN) < 0.03
    scrambled = Dataset(KNOWN.inputs.reshape(64, -1).T, KNOWN.targets)
    assert nearest_error(scrambled) > 0.8
    apart = Dataset(KNOWN.inputs, KNOWN.targets[np.random.RandomState(0).permutation(len(KNOWN))])
    assert nearest_error(apart) > 0.8


def test_other_targets_have_a_share_of_their_variance():
    x = np.linspace(-1, 1, 400)[:, None]
    random = np.random.RandomState(0)
    assert nearest_error(Dataset(x, 1e6 * np.hstack([x**2, x]))) < 1e-3
    assert nearest_error(Dataset(x, random.standard_normal((400, 1)))) == pytest.approx(2, abs=0.3)
    assert nearest_error(Dataset(x, np.full((400, 1), 3.0))) == 0
    assert nearest_error(Dataset(x, x**2), Dataset(x[::3], x[::3] ** 2)) == 0


def test_yes_and_no_in_one_column_are_classes():
    assert nearest_error(Dataset([[0], [0.1], [5], [5.2]], [[0], [0], [1], [0]])) == 0.5


def test_what_has_no_neighbours():
    with pytest.raises(ValueError, match="2 rows or more, not 1"):
        nearest_error(Dataset([[1]], [[1]]))
    with pytest.raises(ValueError, match="inputs have 64 columns, those of the held-out rows 1"):
        nearest_error(KNOWN, Dataset([[1]], [[1]]))


def test_five_thousand_pictures_take_seconds():
    data = Dataset(np.random.RandomState(0).rand(5000, 784), np.eye(10)[np.arange(5000) % 10])
    start = time.process_time()
    nearest_error(data)
    assert time.process_time() - start < 20  # one, on a quiet machine
