"""Softmax, cross-entropy and broadcasting gone wrong: another loss than the one meant, rightly derived."""

import numpy as np
import pytest

from workbook import FAULTS, Dataset, Experiment, Network, check_gradients, train
from workbook.data import digits
from workbook.faults.trial import ALIVE, small_classifier, small_network
from workbook.parts import LOSSES
from workbook.parts.activations import softmax

OVER_ROWS, TWICE = FAULTS["softmax over the rows"], FAULTS["softmax twice"]
NAIVE, LOG, PAIRS = FAULTS["naive softmax"], FAULTS["naive log"], FAULTS["all pairs"]
LOGITS = small_classifier()
PROBABILITIES = LOGITS.but(output="softmax", loss="categorical cross-entropy")
LARGE = np.array([[800.0, 0.0], [-900.0, 1.0], [2.0, 3.0]])
CLASSES = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
DIGITS = Experiment(
    digits.dataset(digits.digits()[0][:300]),
    Network((64, 16, 10)),
    "softmax cross-entropy",
    step_size=0.5,
    steps=300,
    record_every=100,
)


@pytest.mark.parametrize("fault", [OVER_ROWS, TWICE, NAIVE, LOG])
@pytest.mark.parametrize("right", [LOGITS, PROBABILITIES, LOGITS.but(loss="summed softmax cross-entropy")])
def test_the_gradient_is_right_for_the_wrong_loss(fault, right):
    assert check_gradients(right, ALIVE).passed
    assert check_gradients(fault.plant(right), ALIVE).passed
    assert fault.plant(right) != right


def test_columns_add_up_to_1_where_rows_should():
    for right in (LOGITS, PROBABILITIES):
        planted = OVER_ROWS.plant(right)
        y = planted.outputs(planted.network.init(range(3)))
        said = planted.loss.says(y)
        np.testing.assert_allclose(said.sum(-2), 1)
        assert abs(said.sum(-1) - 1).min() > 1e-3
        np.testing.assert_allclose(right.loss.says(right.outputs(right.network.init(0))).sum(-1), 1)


def test_a_class_of_k_rows_costs_log_k_each():
    run = train(OVER_ROWS.plant(DIGITS), range(3))
    rows = np.bincount(DIGITS.dataset.labels)[DIGITS.dataset.labels]
    floor = np.log(rows).mean()
    assert floor < run.losses[-1].min() < run.losses[-1].max() < floor + 0.3 < run.losses[0].min()
    assert train(DIGITS, range(3)).losses[-1].max() < 0.1


def test_over_the_rows_by_hand():
    loss = OVER_ROWS.plant(LOGITS).loss
    y = np.array([[0.1, 2.0], [0.7, -1.0], [-0.3, 0.5]])
    p = np.exp(y) / np.exp(y).sum(0)
    assert loss.value(y, CLASSES) == pytest.approx(-(CLASSES * np.log(p)).sum() / 3)
    summed = OVER_ROWS.plant(LOGITS.but(loss="summed softmax cross-entropy")).loss
    assert summed.value(y, CLASSES) == pytest.approx(-(CLASSES * np.log(p)).sum())
    np.testing.assert_allclose(summed.gradient(y, CLASSES), 3 * loss.gradient(y, CLASSES))
    assert np.isfinite(loss.value(LARGE, CLASSES))
    assert np.isfinite(loss.gradient(LARGE, CLASSES)).all()


@pytest.mark.parametrize(("classes", "floor"), [(2, 0.31), (10, 1.46)])
def test_two_softmaxes_have_a_floor(classes, floor):
    best = np.eye(classes)  # the surest that a softmax can be
    assert LOSSES["softmax cross-entropy"].value(best, best) == pytest.approx(floor, abs=0.005)
    assert LOSSES["softmax cross-entropy"].value(best, best) == pytest.approx(np.log(np.e + classes - 1) - 1)


def test_two_softmaxes_learn_slowly_above_their_floor():
    once, twice = train(DIGITS, range(3)), train(TWICE.plant(DIGITS), range(3))
    assert (twice.losses > np.log(np.e + 9) - 1).all()
    assert once.losses[-1].max() < 0.1
    long, short = (
        np.linalg.norm(e.gradient(e.network.init(0), e.dataset.inputs, e.dataset.targets)[1].W)
        for e in (DIGITS, TWICE.plant(DIGITS))
    )
    assert short < long / 5


def test_two_softmaxes_in_either_way_are_the_same():
    assert TWICE.plant(LOGITS) == TWICE.plant(PROBABILITIES)


@pytest.mark.parametrize("fault", [NAIVE, LOG])
@pytest.mark.parametrize("loss", ["softmax cross-entropy", "summed softmax cross-entropy"])
def test_naive_is_right_until_it_overflows(fault, loss):
    right, naive = LOSSES[loss], fault.plant(LOGITS.but(loss=loss)).loss
    y = np.random.RandomState(0).standard_normal((3, 2)) * 5
    np.testing.assert_allclose(naive.value(y, CLASSES), right.value(y, CLASSES), rtol=1e-12)
    np.testing.assert_allclose(naive.gradient(y, CLASSES), right.gradient(y, CLASSES), atol=1e-12)
    np.testing.assert_array_equal(naive.best_constant(CLASSES), right.best_constant(CLASSES))
    with np.errstate(all="ignore"):
        assert np.isfinite(right.value(LARGE, CLASSES))
        assert not np.isfinite(naive.value(LARGE, CLASSES))
        assert np.isnan(naive.gradient(LARGE, CLASSES)[0]).any()
        assert np.isfinite(naive.gradient(LARGE, CLASSES)[2]).all()


def test_a_naive_softmax_overflows_at_710():
    naive = NAIVE.plant(PROBABILITIES).network.output
    z = np.array([[709.0, 708.0], [710.0, 0.0]])
    with np.errstate(all="ignore"):
        y = naive.value(z)
    np.testing.assert_allclose(y[0], softmax(z)[0])
    assert np.isnan(y[1, 0])


@pytest.mark.parametrize("loss", ["sigmoid cross-entropy", "summed sigmoid cross-entropy"])
def test_the_naive_log_of_yes_or_no(loss):
    right, naive = LOSSES[loss], LOG.plant(small_network().but(loss=loss, output="identity")).loss
    y, t = np.array([[-30.0, 2.0], [1.5, -3.0]]), np.array([[0.0, 1.0], [1.0, 0.3]])
    np.testing.assert_allclose(naive.value(y, t), right.value(y, t), rtol=1e-9)
    np.testing.assert_allclose(naive.gradient(y, t), right.gradient(y, t), rtol=1e-9, atol=1e-12)
    with np.errstate(all="ignore"):
        assert np.isinf(naive.value(np.array([[40.0]]), np.array([[0.0]])))
        assert np.isnan(naive.value(np.array([[40.0]]), np.array([[1.0]])))
        assert not np.isfinite(naive.gradient(np.array([[40.0]]), np.array([[0.0]]))).any()


def test_raw_inputs_end_in_nan_with_either_and_without_them_do_not():
    data = digits.dataset(digits.digits()[0][:100], "raw 0 to 255")
    right = Experiment(
        data, Network((64, 10), initializer="normal(0.1)"), "softmax cross-entropy", step_size=0.1, steps=20
    )
    assert train(right, range(5)).diverged == {}
    for fault in (NAIVE, LOG):
        assert set(train(fault.plant(right), range(5)).diverged) == set(range(5))


def test_clipping_is_taken_away():
    assert LOG.plant(PROBABILITIES).loss.name == "categorical cross-entropy(0)"
    binary = small_network().but(loss="binary cross-entropy(0.001)")
    assert LOG.plant(binary).loss.name == "binary cross-entropy(0)"


def test_all_pairs_learns_the_mean_target():
    """The numbers of the question: 5.25 to all, at a loss of 8.19, which is the variance."""
    x = np.array([[2.0], [3], [7], [9]])
    right = Experiment(Dataset(x, x), Network((1, 1)), step_size=0.01, steps=2000)
    run = train(PAIRS.plant(right), range(20))
    np.testing.assert_allclose(run.outputs, x.mean(), atol=1e-3)
    np.testing.assert_allclose(run.losses[-1], x.var(), rtol=1e-6)
    assert x.var() == 8.1875
    assert train(right, 0).losses[-1].item() < 1e-6


@pytest.mark.parametrize(
    "loss", ["mean squared error", "summed squared error", "quadratic cost", "huber(0.3)"]
)
def test_all_pairs_is_what_broadcasting_makes(loss):
    y, t = np.array([[0.2], [0.9], [-0.4]]), np.array([[1.0], [0.0], [0.5]])
    planted = PAIRS.plant(small_network().but(loss=loss)).loss
    table = LOSSES[loss].value(np.repeat(y, 3, axis=1), np.repeat(t.T, 3, axis=0))
    assert planted.value(y, t) == pytest.approx(table)
    if loss == "mean squared error":
        assert planted.value(y, t) == pytest.approx(np.mean((y - t[:, 0]) ** 2))
    batches = np.stack([y, 2 * y])
    np.testing.assert_allclose(planted.gradient(batches, np.stack([t, t]))[1], planted.gradient(2 * y, t))


@pytest.mark.parametrize(
    ("fault", "experiment", "sentence"),
    [
        (OVER_ROWS, small_network(), "neither output nor loss is a softmax"),
        (OVER_ROWS, NAIVE.plant(LOGITS), "plant this fault first"),
        (TWICE, small_network(), "no cross-entropy of a softmax"),
        (TWICE, LOGITS.but(output="tanh"), "not linear"),
        (TWICE, small_network().but(output="identity", loss="softmax cross-entropy"), "one output is 1"),
        (NAIVE, small_network(), "neither output nor loss is a softmax"),
        (LOG, small_network(), "no cross-entropy"),
        (LOG, PROBABILITIES.but(loss="categorical cross-entropy(0)"), "not clipped"),
        (PAIRS, LOGITS, "with 2 outputs a row"),
        (PAIRS, small_network().but(batch_size=1), "one pair"),
        (PAIRS, small_network().but(loss="softmax cross-entropy", output="identity"), "no slope"),
        (PAIRS, Experiment(Dataset([[1], [2]], [[3], [3]]), Network((1, 1))), "all targets are equal"),
    ],
)
def test_where_it_makes_no_difference(fault, experiment, sentence):
    with pytest.raises(ValueError, match=f"{fault.name}.*{sentence}"):
        fault.plant(experiment)


def test_two_softmaxes_may_be_naive_or_wrong_as_well():
    assert TWICE.plant(NAIVE.plant(LOGITS)).network.output.name == "softmax"
    both = NAIVE.plant(TWICE.plant(LOGITS))
    assert both.network.output.name == "softmax, naive softmax"
    assert both.loss.name == "softmax cross-entropy, naive softmax"
    assert check_gradients(both, ALIVE).passed
