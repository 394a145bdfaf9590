"""The parity case, beyond its findings: what was posted, what a chain can do, x squared as it was checked."""

import numpy as np
import pytest

from workbook import CASES, FAULTS, Layer, check_gradients, train
from workbook.cases import checked_square as square
from workbook.cases import gradient_checking as facts
from workbook.measures.answers import answers

CASE = CASES["parity"]


def chain(first, second, first_bias, second_bias):
    """The parameters of a 1-1-1 network."""
    pairs = ((first, first_bias), (second, second_bias))
    return [Layer(np.array([[weight]]), np.array([[bias]])) for weight, bias in pairs]


def test_it_is_as_posted():
    posted = CASE.as_posted
    assert posted.network.sizes == (1, 1, 1)
    assert posted.network.hidden.name == posted.network.output.name == "sigmoid"
    assert posted.network.initializer.name == "uniform(-1, 1)"
    assert (posted.batch_size, posted.order.name, posted.steps, posted.step_size) == (
        1,
        "at random",
        10_000,
        0.1,
    )
    np.testing.assert_allclose(posted.dataset.inputs[:, 0], np.arange(1, 10) / 9)
    assert posted.dataset.targets[:, 0].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert all((layer.b == 0).all() for layer in posted.network.init(0))


def test_the_posted_gradients_are_those_of_the_question():
    """By hand, for one example: the weight in the place of the input, and no derivative sent back."""
    params = chain(0.3, -0.8, 0.1, 0.2)
    x, t = np.array([[0.5]]), np.array([[1.0]])
    h = 1 / (1 + np.exp(-(0.3 * 0.5 + 0.1)))
    y = 1 / (1 + np.exp(-(-0.8 * h + 0.2)))
    delta = (y - t.item()) * y * (1 - y)
    back = (y - t.item()) * -0.8 * h * (1 - h)
    hidden, output = CASE.as_posted.loss_and_gradient(params, x, t)[1]
    assert output.W.item() == pytest.approx(delta * -0.8)
    assert output.b.item() == pytest.approx(delta)
    assert hidden.W.item() == pytest.approx(back * 0.3)
    assert hidden.b.item() == pytest.approx(back)


def test_right_gradients_change_nothing_but_the_gradient():
    """The same start, the same order of examples, the same step: only then is it the gradient's doing."""
    assert CASE.repairs["right gradients"].but(network=CASE.as_posted.network) == CASE.as_posted
    for name in ("1-8-1, gradients as posted", "1-8-1, missing output derivative"):
        assert CASE.related[name].but(network=CASE.repairs["1-8-1"].network) == CASE.repairs["1-8-1"]


@pytest.mark.parametrize("name", ["1-1-1, trained as 1-8-1", "chain of five"])
def test_a_chain_is_monotone_and_comes_near_the_bound(name):
    run = train(CASE.experiment(name), range(50))
    steps = np.diff(run.outputs[:, :, 0], axis=1)
    assert ((steps >= 0).all(axis=1) | (steps <= 0).all(axis=1)).all()
    assert facts.INFIMUM < run.losses[-1].min() < facts.INFIMUM + 0.0005


def test_a_step_comes_as_near_the_bound_as_one_likes():
    step = chain(400, 40, -400 * 1.5 / 9, -40)
    error = facts.mended.but(loss="mean squared error").loss_at(step)
    assert facts.INFIMUM <= error < facts.INFIMUM + 1e-6


def test_the_bound_is_that_of_the_best_monotone_answer():
    """By pooling adjacent violators, which finds the rising sequence with the least squared error."""
    targets = np.array([0.0, 1, 0, 1, 0, 1, 0, 1, 0])
    assert min(pooled_error(targets), pooled_error(targets[::-1])) == pytest.approx(facts.INFIMUM)


def pooled_error(targets):
    blocks = []
    for target in targets:
        blocks.append([target])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return sum(np.square(np.array(block) - np.mean(block)).sum() for block in blocks) / len(targets)


def test_five_and_sixteen_were_not_divided():
    """Seed by seed the two answers are nearly the same; the finding has the medians."""
    run = facts.trained_on_all_seeds("right gradients")
    five, sixteen = answers(run, [[5.0], [16.0]])[:, :, 0].T
    assert abs(five - sixteen).max() < 0.05


def test_errors_of_a_seed_without_a_lesson():
    """Each seed ends near the constant, not only the median."""
    for name in ("as posted", "right gradients"):
        outputs = facts.trained_on_all_seeds(name).outputs
        assert np.square(outputs - CASE.as_posted.dataset.targets).mean((-2, -1)).max() < 0.256


def test_the_check_has_one_best_width():
    errors = {width: check_gradients(facts.xor, width=width).relative_error for width in (1e-2, 1e-5, 1e-8)}
    assert errors[1e-5] < 0.01 * min(errors[1e-2], errors[1e-8])


def test_x_squared_is_that_of_the_linear_output_chapter():
    squares = square.x_squared()
    assert squares.but(penalty="weight decay(1e-8)") == CASES["square"].as_posted
    assert square.x_squared(16, 21).network.sizes == (1, 16, 1)
    assert len(square.x_squared(16, 21).dataset) == 21


def test_decay_as_posted():
    """The loss adds rate / 2 times the sum of the weights, and the gradient has nothing of it."""
    squares = square.x_squared(3, 5)
    params = squares.network.init(1)
    posted = square.with_posted_decay(squares, 0.2)
    weights = sum(layer.W.sum() for layer in params)
    assert posted.loss_at(params) == pytest.approx(squares.loss_at(params) + 0.1 * weights)
    data = squares.dataset
    pairs = zip(
        posted.gradient(params, data.inputs, data.targets),
        squares.gradient(params, data.inputs, data.targets),
        strict=True,
    )
    for one, other in pairs:
        np.testing.assert_array_equal(one.W, other.W)


def test_x_squared_checked_with_its_kinks():
    errors = square.posted_check(0)
    assert 1e-11 < errors.min() < 1e-9 < errors.max() < 5e-8
    for rate, low, between, high in ((0.01, 0.005, 0.05, 0.7), (1e-8, 5e-9, 1e-7, 1e-6)):
        positive, negative = square.errors_by_sign(rate)
        assert len(positive) == len(negative) == 5
        assert low < positive.min() < positive.max() < between < negative.min() < negative.max() < high


def test_which_faults_the_kinks_hide():
    passing = {
        name for name, error in facts.hidden_by_kinks.value("errors").items() if error <= facts.THRESHOLD
    }
    assert passing == {"bias gradient is 0"}
    assert check_gradients(FAULTS["bias gradient is 0"].plant(square.x_squared())).passed


def test_the_check_finds_one_of_the_four_bugs_that_the_chapter_asks_about():
    errors = facts.the_one_it_finds.value("errors")
    bugs = ("missing bias", "bias gradient is 0", "initial weights all equal", "signed pixels")
    assert [bug for bug in bugs if errors[bug] > facts.THRESHOLD] == ["bias gradient is 0"]


def test_random_chains_are_drawn_wide_enough_to_saturate():
    errors = facts.random_chains(2000, 20)
    assert errors.min() >= facts.INFIMUM - 1e-12
    assert errors.max() > 0.4
