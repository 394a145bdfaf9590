"""Flow: gradients and steps by layer, against other ways to the same numbers."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Trainer
from workbook.measures.flow import gradient_lengths, ratios_by_step, update_ratios
from workbook.measures.output_unit import fall

from .examples import ROWS


def test_the_squares_add_up_to_the_whole_gradient():
    params = ROWS.network.init(range(4))
    lengths = gradient_lengths(ROWS, params)
    assert lengths.shape == (2, 4)
    np.testing.assert_allclose(np.square(lengths).sum(0), fall(ROWS, params))


def test_by_hand():
    """The loss is (w v x - t)^2 with x = 1, t = 0, w = 2, v = 3: its slopes are 2 * 6 * 3 and 2 * 6 * 2."""
    chain = Experiment(Dataset([[1]], [[0]]), Network((1, 1, 1), "identity", bias=False), step_size=0.01)
    params = [Layer(np.array([[2.0]]), None), Layer(np.array([[3.0]]), None)]
    np.testing.assert_allclose(gradient_lengths(chain, params), [36, 24])
    np.testing.assert_allclose(update_ratios(chain, params), [0.36 / 2, 0.24 / 3])
    short = chain.but(clipping=f"norm({np.hypot(36, 24) / 2})")
    np.testing.assert_allclose(update_ratios(short, params), [0.18 / 2, 0.12 / 3])


def test_sigmoids_let_less_and_less_through():
    deep = Experiment(ROWS.dataset, Network((3, 8, 8, 8, 8, 2), "sigmoid"))
    lengths = gradient_lengths(deep, deep.network.init(range(20)))
    assert (np.diff(np.median(lengths, axis=1)) > 0).all()
    assert np.median(lengths[-1] / lengths[0]) > 100


@pytest.mark.parametrize(
    "optimizer", ["gradient descent(0.3)", "momentum(0.3, 0.9)", "adam(0.02)", "rmsprop"]
)
@pytest.mark.parametrize("bias", [True, False, (True, False)])
def test_the_first_step_is_the_one_that_training_makes(optimizer, bias):
    experiment = ROWS.but(batch_size=None, optimizer=optimizer, bias=bias)
    before = experiment.network.init(range(3))
    after = Trainer(experiment, range(3)).advance().params
    expected = [
        np.linalg.norm(new.W - old.W, axis=(-2, -1)) / np.linalg.norm(old.W, axis=(-2, -1))
        for new, old in zip(after, before, strict=True)
    ]
    np.testing.assert_allclose(update_ratios(experiment, before), expected, rtol=1e-9)
    np.testing.assert_allclose(ratios_by_step(experiment, range(3), [0])[0], expected, rtol=1e-9)


def test_later_steps_have_the_optimizers_memory():
    """A second step of momentum goes 1.9 times as far, where the gradient stays the same."""
    slope = Experiment(Dataset([[1]], [[1000]]), Network((1, 1), bias=False, initializer="constant(1)"))
    slope = slope.but(optimizer="momentum(0.0000001, 0.9)")
    first, second = ratios_by_step(slope, 0, [0, 1])[:, 0, 0]
    assert second / first == pytest.approx(1.9, rel=1e-3)
    assert ratios_by_step(ROWS, range(3), [0, 2, 5]).shape == (3, 2, 3)


def test_weights_of_0_have_no_ratio():
    flat = ROWS.but(initializer="zeros", batch_size=None)
    hidden, output = update_ratios(flat, flat.network.init(0))
    assert np.isnan(hidden)  # nothing comes back through output weights of 0
    assert output == np.inf


@pytest.mark.parametrize("steps", [[], [3, 3], [4, 2], [-1], [1.5]])
def test_steps_that_do_not_rise(steps):
    with pytest.raises(ValueError, match="step"):
        ratios_by_step(ROWS, 0, steps)
