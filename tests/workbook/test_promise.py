"""What a step promises, and what it brings."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, train
from workbook.measures.promise import promise

X = np.random.RandomState(0).standard_normal((20, 3))
MINE = Experiment(Dataset(X, X[:, :1] ** 2), Network((3, 4, 1), "tanh"), steps=1)
PARAMS = MINE.network.init(0)


def loss(params):
    return MINE.loss_at(params)


def gradient(params):
    return MINE.gradient(params, X, X[:, :1] ** 2)


def test_of_a_parabola_by_hand():
    """x² at 3 has the slope 6: a step of 0.1 promises 3.6, and goes to 2.4, which brings 9 - 5.76."""
    found = promise(lambda x: float(x**2), lambda x: 2 * x, np.array(3.0), 0.1)
    assert found == pytest.approx((3.6, 3.24))
    assert str(found) == "promised: 3.6 less loss, brought: 3.24"


def test_what_it_brings_is_what_a_step_of_training_brings():
    found = promise(loss, gradient, PARAMS, 0.01)
    run = train(MINE.but(step_size=0.01), seeds=0)
    assert found.brought == pytest.approx(float(run.losses[0, 0] - run.losses[1, 0]), rel=1e-9)


def test_a_short_step_keeps_its_promise_and_a_long_one_does_not():
    short, long = (promise(loss, gradient, PARAMS, size) for size in (1e-4, 3.0))
    assert short.brought == pytest.approx(short.promised, rel=1e-3)
    assert long.brought < 0.5 * long.promised


def test_a_gradient_with_the_wrong_sign_promises_what_it_takes():
    wrong = promise(loss, lambda params: [part.each(np.negative) for part in gradient(params)], PARAMS, 1e-4)
    assert wrong.brought == pytest.approx(-wrong.promised, rel=1e-2)


def test_params_stay_as_they_are_and_what_does_not_fit_is_refused():
    kept = [part.each(np.copy) for part in PARAMS]
    promise(loss, gradient, PARAMS, 0.1)
    assert all(np.array_equal(a.W, b.W) for a, b in zip(kept, PARAMS, strict=True))
    with pytest.raises(ValueError, match="step_size must be"):
        promise(loss, gradient, PARAMS, 0)
    with pytest.raises(ValueError, match="gradient"):
        promise(loss, lambda params: gradient(params)[:1], PARAMS, 0.1)
