"""The gradient is right, and the step is not: nothing but the step tells."""

import numpy as np
import pytest

from workbook import FAULTS, Dataset, Experiment, Network, Trainer, check_gradients, train
from workbook.data.datasets import line, xor
from workbook.faults.trial import ALIVE, small_network
from workbook.layers import arrays, like

OVERWRITES, NOT_RESET = FAULTS["update overwrites"], FAULTS["gradients not reset"]
RECIPES = ["gradient descent(0.3)", "momentum(0.3, 0.9)", "nesterov(0.1, 0.9)", "rmsprop(0.01)", "adam(0.01)"]
XOR = Experiment(xor(), Network((2, 3, 1), "tanh", bias_initializer="normal(1)"), steps=7)


@pytest.mark.parametrize("optimizer", RECIPES)
def test_what_should_be_added_is_put_in_its_place(optimizer):
    right = XOR.but(optimizer=optimizer)
    params = right.network.init([0])
    state = [right.optimizer.start(array) for array in arrays(params)]
    data, trainer = right.dataset, Trainer(OVERWRITES.plant(right), [0])
    for _ in range(7):
        gradient = arrays(right.gradient(params, data.inputs, data.targets))
        stepped = [right.optimizer.step(*pair) for pair in zip(gradient, state, strict=True)]
        state = [kept for _, kept in stepped]
        params = like(params, (change for change, _ in stepped))
        trainer.advance()
        for mine, planted in zip(arrays(params), arrays(trainer.params), strict=True):
            np.testing.assert_allclose(planted, mine, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("optimizer", RECIPES)
def test_every_step_takes_all_gradients_so_far(optimizer):
    right = XOR.but(optimizer=optimizer)
    data, trainer = right.dataset, Trainer(NOT_RESET.plant(right), [0])
    state = [right.optimizer.start(array) for array in arrays(trainer.params)]
    total = [np.zeros_like(array) for array in arrays(trainer.params)]
    for _ in range(7):
        before = arrays(trainer.params)
        gradient = arrays(right.gradient(trainer.params, data.inputs, data.targets))
        total = [one + other for one, other in zip(total, gradient, strict=True)]
        stepped = [right.optimizer.step(*pair) for pair in zip(total, state, strict=True)]
        state = [kept for _, kept in stepped]
        trainer.advance()
        for old, new, (change, _) in zip(before, arrays(trainer.params), stepped, strict=True):
            np.testing.assert_allclose(new, old + change, rtol=1e-12)


@pytest.mark.parametrize("fault", [OVERWRITES, NOT_RESET])
def test_a_gradient_check_sees_nothing(fault):
    planted = fault.plant(small_network())
    assert check_gradients(planted, ALIVE) == check_gradients(small_network(), ALIVE)


def test_overwriting_is_a_decay_of_one_over_the_step_size():
    right = XOR.but(bias=False, step_size=0.25, steps=30)
    decayed = right.but(penalty="weight decay(4)")
    one, other = train(OVERWRITES.plant(right), range(3)), train(decayed, range(3))
    for mine, theirs in zip(arrays(one.params), arrays(other.params), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


def test_overwritten_parity_says_the_same_to_all():
    """As the question saw it: after the first epoch nothing changes any more."""
    bits = np.array(list(np.ndindex(2, 2, 2, 2)), float)
    parity = Dataset(bits, bits.sum(1, keepdims=True) % 2)
    network = Network((4, 4, 1), "sigmoid", "sigmoid", False, "uniform(0, 1)")
    right = Experiment(
        parity,
        network,
        "half summed squared error",
        batch_size=1,
        order="in order",
        step_size=0.1,
        steps=160,
        record_every=16,
    )
    run = train(OVERWRITES.plant(right), range(50))
    assert np.ptp(run.outputs, axis=-2).max() < 0.01
    np.testing.assert_allclose(run.losses[1], run.losses[-1], atol=1e-4)
    assert np.ptp(train(right, range(50)).outputs, axis=-2).max() > 0.01


def test_gradients_that_add_up_swing_for_ever():
    right = Experiment(line(), Network((1, 1)), step_size=0.05, steps=400)
    run, swinging = train(right, range(5)), train(NOT_RESET.plant(right), range(5))
    assert (run.losses[-1] < 1e-9).all()
    assert (swinging.losses[200:].max(0) > 0.5 * swinging.losses[0]).all()
    assert (np.diff(np.sign(np.diff(swinging.losses[:, 0]))) != 0).sum() > 20  # up and down


def test_one_step_has_nothing_to_reset():
    with pytest.raises(ValueError, match=r"gradients not reset.*first step"):
        NOT_RESET.plant(XOR.but(steps=1))


@pytest.mark.parametrize("fault", [OVERWRITES, NOT_RESET])
def test_another_step_size_keeps_the_fault(fault):
    planted = fault.plant(XOR)
    assert planted.but(step_size=0.3, momentum=0.5) == fault.plant(XOR.but(step_size=0.3, momentum=0.5))
    assert planted.but(step_size=0.3).optimizer.name == f"gradient descent(0.3), {fault.name}"
    adam = fault.plant(XOR.but(optimizer="adam(0.01)"))
    assert adam.but(step_size=0.02) == fault.plant(XOR.but(optimizer="adam(0.02)"))


def test_both_at_once():
    both = OVERWRITES.plant(NOT_RESET.plant(XOR))
    assert both.optimizer.name == "gradient descent(0.1), gradients not reset, update overwrites"
    with pytest.raises(ValueError, match="planted already"):
        NOT_RESET.plant(both)


def test_going_back_to_a_step_goes_on_as_before():
    trainer = Trainer(OVERWRITES.plant(XOR), [0]).advance(3)
    kept = trainer.params, trainer.state
    ahead = arrays(trainer.advance(4).params)
    trainer.goto(3, *kept)
    for one, other in zip(ahead, arrays(trainer.advance(4).params), strict=True):
        np.testing.assert_array_equal(one, other)
