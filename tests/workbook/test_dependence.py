"""Dependence: on the row, and on that row alone."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network
from workbook.measures.dependence import loss_rows_apart, loss_without_inputs, rows_apart, share_by_rows
from workbook.parts import ACTIVATIONS, LOSSES, Activation, Loss

RANDOM = np.random.RandomState(0)
DATA = Dataset(RANDOM.standard_normal((9, 3)), np.eye(4)[RANDOM.randint(4, size=9)])
RIGHT = Experiment(DATA, Network((3, 5, 4), "relu", "softmax"))


def over_the_rows(z):
    e = np.exp(z - z.max(-2, keepdims=True))
    return e / e.sum(-2, keepdims=True)


WRONG_WAY = Activation("softmax over the rows", over_the_rows, lambda z, y: y * (1 - y))


def test_a_softmax_over_the_rows_ties_them_together():
    params = RIGHT.network.init(range(6))
    assert rows_apart(RIGHT, params).tolist() == [True] * 6
    assert rows_apart(RIGHT.but(output=WRONG_WAY), params).tolist() == [False] * 6
    assert rows_apart(RIGHT.but(hidden=WRONG_WAY), params).tolist() == [False] * 6


def test_a_mean_over_the_rows_is_found_in_one_member_of_two():
    """Its second member has output weights of 0, so nothing of it is seen."""
    centred = Activation("centred", lambda z: z - z.mean(-2, keepdims=True), lambda z, y: np.ones_like(z))
    experiment = RIGHT.but(hidden=centred, output="identity")
    params = experiment.network.init(range(2))
    params[1].W[1] = 0
    assert rows_apart(experiment, params).tolist() == [False, True]


def test_a_single_row_has_nobody_to_depend_on():
    alone = RIGHT.but(dataset=Dataset(DATA.inputs[:1], DATA.targets[:1]), output=WRONG_WAY)
    assert rows_apart(alone, alone.network.init(0))


@pytest.mark.parametrize("name", list(LOSSES))
def test_the_losses_take_each_row_by_itself(name):
    output = "sigmoid" if name in ("binary cross-entropy", "categorical cross-entropy") else "identity"
    experiment = RIGHT.but(loss=name, output=output)
    assert loss_rows_apart(experiment, experiment.network.init(range(3))).all()


def test_targets_spread_to_a_table_of_all_pairs_are_found():
    """Outputs (n, 1) less targets (n,) are (n, n) in NumPy."""

    def value(y, t):
        return np.square(y - t.swapaxes(-1, -2)).mean((-2, -1))

    def gradient(y, t):
        return 2 * (y - t.swapaxes(-1, -2)).mean(-1, keepdims=True) / t.shape[-2]

    pairs = Loss("all pairs", value, gradient)
    line = Experiment(Dataset([[2], [3], [7], [9]], [[2], [3], [7], [9]]), Network((1, 1)), loss=pairs)
    assert not loss_rows_apart(line, line.network.init(0))
    assert loss_rows_apart(line.but(loss="mean squared error"), line.network.init(0))


def test_who_says_the_same_to_all_depends_on_nothing():
    x = np.array([[-1.0], [0], [1]])
    line = Experiment(Dataset(x, 2 * x), Network((1, 1)))
    slopes = np.array([0.0, 1, 2]).reshape(3, 1, 1)
    params = [Layer(slopes, np.zeros((3, 1, 1)))]
    assert share_by_rows(line, params).tolist() == pytest.approx([0, 0.25, 1])
    without = loss_without_inputs(line, params)
    assert without.tolist() == pytest.approx([8 / 3] * 3)
    assert (line.loss_at(params) < without).tolist() == [False, True, True]


def test_the_activations_of_the_workbook_keep_rows_apart():
    for name in ACTIVATIONS:
        experiment = RIGHT.but(hidden=name)
        assert rows_apart(experiment, experiment.network.init(range(2))).all()
