"""Held-out rows, classes and scales: what training never sees, and what the targets are."""

import copy
import pickle
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from workbook import Dataset
from workbook.data.datasets import line, xor


def numbered(*sizes, name="numbered"):
    """One-hot classes of these sizes, their rows mixed; the input is the row's number."""
    labels = np.random.RandomState(0).permutation(np.repeat(np.arange(len(sizes)), sizes))
    return Dataset(np.arange(len(labels)).reshape(-1, 1), np.eye(len(sizes))[labels], name)


def rows(data):
    return data.inputs[:, 0].astype(int).tolist()


class TestHeldOut:
    def test_a_pair_becomes_a_data_set(self):
        data = Dataset([[0], [1]], [[0], [1]], "mine", ([[2], [3], [4]], [[0], [1], [0]]))
        assert data.held_out == Dataset([[2], [3], [4]], [[0], [1], [0]], "mine, held out")
        assert repr(data) == "Dataset('mine', 2 rows, 1 -> 1, 3 held out)"
        assert len(data) == 2

    def test_a_data_set_stays_what_it_is(self):
        apart = line(n=5)
        assert replace(line(), held_out=apart).held_out is apart

    def test_it_takes_part_in_equality(self):
        def data(last):
            return Dataset([[0]], [[0]], "mine", ([[1]], [[last]]))

        assert data(1) == data(1) != data(2)
        assert hash(data(1)) == hash(data(1)) != hash(data(2))
        assert data(1) != Dataset([[0]], [[0]], "mine")

    @pytest.mark.parametrize("again", [lambda data: pickle.loads(pickle.dumps(data)), copy.deepcopy])
    def test_copies_are_equal_and_read_only(self, again):
        data = numbered(3, 4).split()
        assert data.labels is not None
        hash(data)
        other = again(data)
        assert other == data
        assert other is not data
        for array in (other.inputs, other.targets, other.labels, other.held_out.inputs):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0

    @pytest.mark.parametrize(
        ("held_out", "words"),
        [
            (([[1, 2]], [[1]]), r"'mine' has inputs of shape \(2, 1\), its held-out rows of shape \(1, 2\)"),
            (([[1]], [[1, 2]]), r"'mine' has targets of shape \(2, 1\), its held-out rows of shape \(1, 2\)"),
            (([[1]], [[1], [2]]), "'mine, held out' has 1 rows of inputs"),
            (([["a"]], [[1]]), "inputs of 'mine, held out' must be real numbers"),
            (line().split(), "have held-out rows of their own: Dataset"),
            (([[1]], [[1]], "apart"), "must be a Dataset or a pair .*, not tuple"),
            (0.2, "must be a Dataset or a pair .*, not float 0.2"),
            (np.zeros((2, 3, 1)), "must be a Dataset or a pair .*, not ndarray"),
        ],
    )
    def test_what_cannot_be_held_out(self, held_out, words):
        with pytest.raises(ValueError, match=words):
            Dataset([[0], [1]], [[0], [1]], "mine", held_out)

    def test_columns_that_changed_places(self):
        apart = Dataset([[1, 2]], [[3]], input_names=("weight", "height"))
        with pytest.raises(ValueError, match="the same, in the same order"):
            Dataset([[1, 2]], [[3]], "mine", apart, ("height", "weight"))


class TestSplit:
    @pytest.mark.parametrize("stratified", [None, True, False])
    def test_every_row_is_on_one_side_and_keeps_its_order(self, stratified):
        data = numbered(20, 30, 7)
        halves = data.split(0.3, seed=1, stratified=stratified)
        assert len(halves.held_out) == 17  # of 57 * 0.3 = 17.1
        assert sorted(rows(halves) + rows(halves.held_out)) == rows(data)
        for side in (halves, halves.held_out):
            assert rows(side) == sorted(rows(side))
            np.testing.assert_array_equal(side.targets, data.targets[rows(side)])
        assert (halves.name, halves.held_out.name) == ("numbered", "numbered, held out")

    def test_the_seed_decides(self):
        assert line().split(seed=4) == line().split(seed=4)
        assert len({line().split(seed=seed) for seed in range(20)}) > 15

    def test_each_row_has_the_same_chance(self):
        """1 000 draws of 2 of 8 rows: each is drawn 250 times, give or take 5 standard deviations of 13.7."""
        data = numbered(4, 4)
        for stratified in (True, False):
            drawn = Counter(
                row for seed in range(1000) for row in rows(data.split(0.25, seed, stratified).held_out)
            )
            assert set(drawn) == set(range(8))
            assert all(abs(count - 250) < 69 for count in drawn.values())

    @pytest.mark.parametrize(
        ("sizes", "share", "portions"),
        [
            ((50, 30, 20), 0.2, [10, 6, 4]),
            ((100,) * 3, 0.29, [29, 29, 29]),
            ((7, 3), 0.3, [2, 1]),  # quotas 2.1 and 0.9
            ((90, 9, 1), 0.1, [9, 1, 0]),  # 9, 0.9 and 0.1
            ((9, 1), 0.9, [8, 1]),  # 8.1 and 0.9
        ],
    )
    def test_each_class_keeps_its_share(self, sizes, share, portions):
        for seed in range(5):
            held_out = numbered(*sizes).split(share, seed).held_out
            assert held_out.targets.sum(0).tolist() == portions

    def test_equal_remainders_draw_lots(self):
        """One row of five classes with one quota: each class gives it sometimes."""
        assert {numbered(2, 2, 2, 2, 2).split(0.1, seed).held_out.labels[0] for seed in range(60)} == set(
            range(5)
        )

    def test_rounding_makes_no_remainder_larger(self):
        """14.5 and 43.5 rows: 0.29 * 50 is a little less in floating point, and yet they draw lots."""
        data = numbered(50, 150)
        assert {data.split(0.29, seed).held_out.targets.sum(0)[0] for seed in range(20)} == {14, 15}

    def test_one_column_of_two_classes_is_stratified_too(self):
        data = Dataset(np.arange(40).reshape(-1, 1), (np.arange(40) < 10).reshape(-1, 1))
        for seed in range(10):
            assert data.split(0.2, seed).held_out.targets.sum() == 2
        assert {data.split(0.2, seed, stratified=False).held_out.targets.sum() for seed in range(10)} != {2}

    @pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan"), "0.2", True, None])
    def test_shares_that_are_none(self, share):
        with pytest.raises(ValueError, match="share must be"):
            line().split(share)

    @pytest.mark.parametrize("share", [0.1, 0.9])
    def test_a_side_without_rows(self, share):
        with pytest.raises(ValueError, match=f"a share of {share} of 4 rows holds out [04] and leaves [04]"):
            xor().split(share)

    def test_refusals(self):
        with pytest.raises(ValueError, match="'XOR' has 1 held-out rows already"):
            xor().split().split()
        with pytest.raises(ValueError, match=r"targets of 'line 1 x.*' are no classes"):
            line().split(stratified=True)
        with pytest.raises(TypeError, match="a seed is a whole number"):
            line().split(seed=0.5)


class TestClasses:
    @pytest.mark.parametrize(
        ("targets", "labels", "classes"),
        [
            ([[0], [1], [1]], [0, 1, 1], 2),
            ([[0], [0], [0]], [0, 0, 0], 2),
            ([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [1, 2, 0], 3),
            ([[0], [1], [2]], None, 0),
            ([[0.0], [1.0], [0.5]], None, 0),
            ([[-1], [1], [1]], None, 0),
            ([[0, 1], [1, 1], [1, 0]], None, 0),
            ([[0, 0], [0, 1], [1, 0]], None, 0),
            ([[0.5, 0.5], [0, 1], [1, 0]], None, 0),
            ([[2, -1], [0, 1], [1, 0]], None, 0),
        ],
    )
    def test_labels(self, targets, labels, classes):
        data = Dataset([[1], [2], [3]], targets)
        assert data.classes == classes
        assert data.labels is data.labels
        if labels is None:
            assert data.labels is None
        else:
            assert data.labels.dtype.kind == "i"
            assert data.labels.tolist() == labels
            assert not data.labels.flags.writeable


class TestStandardised:
    def test_mean_0_and_deviation_1(self):
        data = Dataset(np.random.RandomState(1).uniform(-5, 90, (50, 3)) * [1, 1e-9, 1e9], np.zeros((50, 1)))
        inputs = data.standardised().inputs
        np.testing.assert_allclose(inputs.mean(0), 0, atol=1e-12)
        np.testing.assert_allclose(inputs.std(0), 1)
        np.testing.assert_allclose(inputs, (data.inputs - data.inputs.mean(0)) / data.inputs.std(0))

    def test_held_out_rows_get_the_same_numbers(self):
        data = Dataset([[0], [2]], [[5], [6]], "mine", ([[11]], [[7]]), ("height",)).standardised()
        assert data.inputs.tolist() == [[-1], [1]]
        assert data.held_out.inputs.tolist() == [[10]]
        assert (data.targets.tolist(), data.held_out.targets.tolist()) == ([[5], [6]], [[7]])
        assert (data.name, data.input_names) == ("mine, standardised", ("height",))

    def test_targets_are_scaled_where_asked_for(self):
        data = Dataset([[0], [2]], [[5], [9]], "mine", ([[11]], [[13]]))
        np.testing.assert_array_equal(data.standardised().targets, [[5], [9]])
        both = data.standardised(targets=True)
        np.testing.assert_allclose(both.targets, [[-1], [1]])
        np.testing.assert_allclose(both.held_out.targets, [[3]])
        np.testing.assert_allclose(both.inputs, [[-1], [1]])

    def test_a_constant_column_is_only_moved(self):
        """The mean of ten times 0.1 may be another number in floating point, and their deviation not 0."""
        data = Dataset([[0.1, 0.1]] * 10, [[0]] * 10, held_out=([[3.1, 3.1]], [[0]])).standardised()
        assert not data.inputs.any()
        np.testing.assert_allclose(data.held_out.inputs, 3)

    def test_two_numbers_with_no_other_between_them(self):
        """Their mean is one of them."""
        inputs = 1 + np.array([[1], [2]]) * np.finfo(float).eps
        assert np.ptp(Dataset(inputs, [[0], [1]]).standardised().inputs) >= 1

    def test_numbers_whose_squares_overflow(self):
        data = Dataset([[1e200, 1e-200], [-1e200, 3e-200]], [[0], [1]]).standardised()
        np.testing.assert_allclose(data.inputs, [[1, -1], [-1, 1]])

    def test_numbers_whose_sum_overflows(self):
        with pytest.raises(ValueError, match="it must be a finite number"):
            Dataset([[1e308], [1.5e308]], [[0], [1]]).standardised()
