"""Classes: what is named, and how often rightly; by hand, and against counting row by row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workbook.classes import accuracy, commonest_share, named, recall

NAN = np.nan


def test_the_largest_output_is_named_and_the_first_of_several():
    assert named([[0.1, 0.7, 0.2], [0.5, 0.5, 0], [-3, -2, -1]]).tolist() == [1, 0, 2]


def test_one_column_is_a_yes_from_one_half_on():
    assert named([[0.4999], [0.5], [7], [-1]]).tolist() == [0, 1, 1, 0]


def test_a_row_with_nan_names_none_and_is_wrong():
    """argmax gives the first NaN, which would be right for every 0."""
    outputs = np.array([[NAN, 0.0], [0.0, NAN], [1.0, 0.0], [np.inf, -np.inf]])
    assert named(outputs).tolist() == [-1, -1, 0, 0]
    assert accuracy(outputs, [0, 1, 0, 0]) == 0.5
    assert named([[NAN], [1.0]]).tolist() == [-1, 1]
    assert accuracy(np.full((2, 3, 1), NAN), [0, 1, 0]).tolist() == [0, 0]


def test_recall_by_hand():
    """Three of class 0, one of class 1, none of class 2."""
    outputs = np.eye(3)[[0, 0, 1, 0]]
    np.testing.assert_allclose(recall(outputs, [0, 0, 0, 1]), [2 / 3, 0, NAN])
    np.testing.assert_allclose(recall([[0.2], [0.9]], [1, 1]), [NAN, 0.5])
    np.testing.assert_allclose(recall([[0.2], [0.9]], [1, 1], 3), [NAN, 0.5, NAN])


def test_who_says_one_thing_to_all_is_found():
    assert commonest_share(np.eye(3)[[0, 0, 1, 0]]) == 0.75
    assert commonest_share(np.full((2, 5, 1), 0.1)).tolist() == [1, 1]
    assert commonest_share(np.full((4, 3), NAN)) == 0
    assert commonest_share([[NAN], [0.2], [0.7], [0.8]]) == 0.5


SAID = st.integers(1, 4).flatmap(
    lambda columns: arrays(float, (3, 6, columns), elements=st.sampled_from([0, 0.3, 0.5, 0.9, NAN]))
)


@given(SAID, st.lists(st.integers(0, 1), min_size=6, max_size=6))
def test_counted_row_by_row(said, labels):
    for member, one in enumerate(said):
        right = [
            not np.isnan(row).any() and (int(row[0] >= 0.5) if len(row) == 1 else row.argmax()) == label
            for row, label in zip(one, labels, strict=True)
        ]
        assert accuracy(said, labels)[member] == pytest.approx(np.mean(right))
        for label in (0, 1):
            own = [yes for yes, wanted in zip(right, labels, strict=True) if wanted == label]
            assert recall(said, labels)[member, label] == pytest.approx(
                np.mean(own) if own else NAN, nan_ok=True
            )
        assert commonest_share(said)[member] == commonest_share(one)


def test_each_member_may_have_labels_of_its_own():
    """As in mini-batches, which are other rows for each seed."""
    outputs = np.stack([np.eye(2), np.eye(2)])
    assert accuracy(outputs, [[0, 1], [1, 0]]).tolist() == [1, 0]
    assert recall(outputs, [[0, 1], [1, 1]]).tolist()[0] == [1, 1]


@pytest.mark.parametrize(
    ("outputs", "labels", "words"),
    [
        (np.zeros((2, 3)), [0.0, 1.0], "whole numbers, one a row; found float64"),
        (np.zeros((2, 3)), [True, False], "found bool"),
        (np.zeros((2, 3)), [0, 1, 2], r"shape \(2, 3\) need one label a row, \(2,\); found \(3,\)"),
        (np.zeros((2, 3)), 1, r"found \(\)"),
        (np.zeros((2, 3)), [[0], [1]], r"found \(2, 1\)"),
        (np.zeros((2, 3)), [0, 3], "3 classes are labelled 0 to 2; found 0 to 3"),
        (np.zeros((2, 1)), [-1, 1], "2 classes are labelled 0 to 1; found -1 to 1"),
        (np.zeros(3), [0, 1, 2], r"rows and columns.*shape \(3,\)"),
        (np.zeros((0, 3)), [], r"shape \(0, 3\)"),
    ],
)
@pytest.mark.parametrize("ask", [accuracy, recall])
def test_what_does_not_fit_is_refused_in_a_sentence(ask, outputs, labels, words):
    with pytest.raises(ValueError, match=words):
        ask(outputs, labels)
