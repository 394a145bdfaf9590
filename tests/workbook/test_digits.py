"""The digits that come with the workbook, and the encodings of their bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.data.digits import (
    DATA,
    ENCODINGS,
    Pictures,
    accuracy,
    as_signed,
    dataset,
    digits,
    encode,
    one_hot,
)
from workbook.data.idx import read_idx
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.network import Network

KNOWN, ASKED = digits()
EVERY_BYTE = np.arange(256, dtype=np.uint8)


def test_the_digits():
    assert (len(KNOWN), len(ASKED)) == (1300, 497)
    assert repr(KNOWN) == "Pictures('8 x 8 digits', 1300 of 8 x 8 pixels)"
    assert KNOWN.side == 8
    assert set(KNOWN.labels) == set(ASKED.labels) == set(range(10))
    assert np.unique(KNOWN.pixels).tolist() == [np.floor(255 * n / 16 + 0.5) for n in range(17)]


def test_they_are_small_and_say_where_they_come_from():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 100_000
    about = (DATA / "digits.txt").read_text(encoding="utf-8")
    for word in ("Alpaydin", "Kaynak", "CC BY 4.0", "UCI", "https://doi.org/10.24432/C50P49"):
        assert word in about


def test_they_are_those_of_scikit_learn():
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    theirs = sklearn_datasets.load_digits()
    levels = read_idx(DATA / "digits-images-idx3-ubyte.gz", (1797, 8, 8))
    np.testing.assert_array_equal(levels, theirs.images)
    np.testing.assert_array_equal(read_idx(DATA / "digits-labels-idx1-ubyte.gz", (1797,)), theirs.target)
    np.testing.assert_array_equal(np.rint(KNOWN.pixels * (16 / 255)), theirs.data[:1300])
    np.testing.assert_array_equal(ASKED.labels, theirs.target[1300:])


def test_a_signed_byte():
    assert as_signed([0, 127, 128, 200, 255]).tolist() == [0, 127, -128, -56, -1]


@given(st.integers(0, 255))
def test_signed_differs_by_256_or_by_nothing(byte):
    assert int(as_signed([byte])[0]) == (byte if byte < 128 else byte - 256)


def test_the_encodings():
    by_name = {name: encode(EVERY_BYTE, name) for name in ENCODINGS}
    np.testing.assert_array_equal(by_name["0 to 1"], EVERY_BYTE / 255)
    np.testing.assert_allclose(by_name["signed overflow"][[127, 128, 255]], [127 / 255, -128 / 255, -1 / 255])
    np.testing.assert_array_equal(by_name["raw 0 to 255"], np.arange(256.0))
    np.testing.assert_allclose(by_name["inverted"], 1 - EVERY_BYTE / 255)
    assert abs(by_name["standardised"].mean()) < 1e-12
    assert by_name["standardised"].std() == pytest.approx(1)
    assert {array.dtype for array in by_name.values()} == {np.dtype(float)}


def test_held_out_digits_are_standardised_by_what_was_seen_in_training():
    found = encode(ASKED.pixels, "standardised", KNOWN.pixels)
    np.testing.assert_allclose(found, (ASKED.pixels - KNOWN.pixels.mean()) / KNOWN.pixels.std())


def test_an_unknown_encoding():
    with pytest.raises(TypeError, match=r"no encoding 'inverse'\. Did you mean 'inverted'"):
        encode(EVERY_BYTE, "inverse")


def test_as_a_data_set():
    data = dataset(KNOWN, "inverted")
    assert repr(data) == "Dataset('8 x 8 digits, inverted', 1300 rows, 64 -> 10)"
    np.testing.assert_array_equal(data.targets.argmax(1), KNOWN.labels)
    assert set(np.unique(data.targets)) == {0, 1}


def test_the_fault_of_the_same_kind_plants_the_same_numbers():
    right = Experiment(dataset(KNOWN, "0 to 1"), Network((64, 2, 10)))
    planted = FAULTS["signed pixels"].plant(right).dataset
    np.testing.assert_array_equal(planted.inputs, dataset(KNOWN, "signed overflow").inputs)


def test_accuracy_keeps_the_axis_of_seeds():
    labels = np.array([0, 3, 9])
    right, wrong = one_hot(labels), one_hot(np.array([1, 3, 9]))
    np.testing.assert_allclose(accuracy(np.stack([right, wrong]), labels), [1, 2 / 3])


def test_who_answers_nothing_gets_nothing_right():
    """argmax gives the first NaN, which would be right for every 0."""
    labels = np.array([0, 0, 1])
    some = one_hot(labels)
    some[0, 5] = np.nan
    np.testing.assert_allclose(accuracy(np.stack([np.full((3, 10), np.nan), some]), labels), [0, 2 / 3])


@pytest.mark.parametrize("shape", [(3, 1), (1, 10), (3, 11), (2, 3), (10,), (2, 4, 10)])
def test_outputs_that_do_not_fit_the_labels(shape):
    with pytest.raises(ValueError, match=r"3 labels need outputs of shape \(\.\.\., 3, 10\); found \("):
        accuracy(np.zeros(shape), np.array([0, 1, 2]))


@pytest.mark.parametrize("answer", [one_hot, lambda labels: accuracy(np.zeros((2, 10)), labels)])
@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([-1, 3], "0 to 9; found -1 to 3"),
        ([3, 10], "0 to 9; found 3 to 10"),
        ([1.0, 2.0], "whole numbers, one a picture; found float64"),
        ([[1], [2]], r"whole numbers, one a picture; found int64 of shape \(2, 1\)"),
        ([True, False], "whole numbers, one a picture; found bool"),
    ],
)
def test_labels_that_are_none(answer, labels, words):
    with pytest.raises(ValueError, match=words):
        answer(np.array(labels))


@pytest.mark.parametrize(
    ("pixels", "labels", "words"),
    [
        (np.zeros((2, 64)), np.zeros(2, int), "unsigned bytes"),
        (np.zeros((2, 60), np.uint8), np.zeros(2, int), "shape .2, 60."),
        (np.zeros((2, 8, 8), np.uint8), np.zeros(2, int), "shape .2, 8, 8."),
        (np.zeros((2, 64), np.uint8), np.zeros(3, int), "2 pictures need one label each"),
        (np.zeros((2, 64), np.uint8), np.array([0, 10]), "0 to 10"),
        (np.zeros((2, 64), np.uint8), np.array([0, 0.5]), "whole numbers"),
    ],
)
def test_pictures_that_make_no_sense(pixels, labels, words):
    with pytest.raises(ValueError, match=words):
        Pictures(pixels, labels)


def test_some_of_the_pictures():
    few = KNOWN[:7]
    assert len(few) == 7
    np.testing.assert_array_equal(few.pixels, KNOWN.pixels[:7])
