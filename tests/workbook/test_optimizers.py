"""The optimizers and clippings: steps by hand, and the fields of an experiment that set them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.parts import CLIPPINGS, OPTIMIZERS

from .examples import XOR

G = np.array([[2.0, -4.0]])
SETTINGS = (
    "gradient descent(0.5)",
    "momentum(0.5, 0.75)",
    "nesterov(0.5, 0.75)",
    "rmsprop(0.5)",
    "adam(0.5)",
)


def steps(name, gradients):
    """The changes of one parameter under these gradients."""
    optimizer, changes = OPTIMIZERS[name], []
    state = optimizer.start(np.zeros((1, 1)))
    for gradient in gradients:
        change, state = optimizer.step(np.full((1, 1), float(gradient)), state)
        changes.append(change.item())
    return changes


def test_every_optimizer_is_tested_here():
    assert {name.partition("(")[0] for name in SETTINGS} == set(OPTIMIZERS)
    assert set(CLIPPINGS) == {"none", "norm", "value"}


def test_gradient_descent_steps_down():
    change, state = OPTIMIZERS["gradient descent(0.5)"].step(G, ())
    np.testing.assert_array_equal(change, [[-1.0, 2.0]])
    assert state == ()


def test_momentum_keeps_a_share_of_the_step_before():
    step, _ = OPTIMIZERS["momentum(0.5, 0.75)"].step(G, (np.array([[4.0, 8.0]]),))
    np.testing.assert_array_equal(step, [[0.75 * 4 - 1, 0.75 * 8 + 2]])
    assert steps("momentum(0.5, 0.75)", [2, 0, 0]) == [-1, -0.75, -0.5625]


def test_nesterov_makes_the_step_that_it_will_keep_too():
    assert steps("nesterov(0.5, 0.75)", [2, 0, 0]) == [-1.75, -0.5625, -0.421875]


def test_the_first_step_of_adam_and_rmsprop_does_not_depend_on_the_gradients_size():
    for size in (1e-3, 1, 1e5):
        assert steps("adam(0.5)", [size])[0] == pytest.approx(-0.5, rel=1e-4)
        assert steps("rmsprop(0.5)", [size])[0] == pytest.approx(-0.5 / math.sqrt(0.01), rel=1e-4)
    assert steps("adam(0.5)", [0, 0]) == [0, 0]
    assert steps("rmsprop(0.5)", [0, 0]) == [0, 0]


def test_adam_by_hand():
    mean = square = 0.0
    for made, (gradient, change) in enumerate(
        zip([3, -1, 0.5], steps("adam(0.1, 0.8, 0.9, 0.01)", [3, -1, 0.5]), strict=True), 1
    ):
        mean, square = 0.8 * mean + 0.2 * gradient, 0.9 * square + 0.1 * gradient**2
        root = math.sqrt(square / (1 - 0.9**made))
        assert change == pytest.approx(-0.1 * mean / (1 - 0.8**made) / (root + 0.01), rel=1e-13)


def test_rmsprop_by_hand():
    square = 0.0
    found = steps("rmsprop(0.1, 0.9, 0.01)", [3, -1, 0.5])
    for gradient, change in zip([3, -1, 0.5], found, strict=True):
        square = 0.9 * square + 0.1 * gradient**2
        assert change == pytest.approx(-0.1 * gradient / (math.sqrt(square) + 0.01), rel=1e-13)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_step_changes_nothing_in_place_and_serves_each_member_bit_by_bit(name):
    optimizer, random = OPTIMIZERS[name], np.random.RandomState(0)
    gradients = random.randn(4, 3, 2, 5)
    gradients.flags.writeable = False
    together = optimizer.start(np.zeros((3, 2, 5)))
    alone = [optimizer.start(np.zeros((2, 5))) for _ in range(3)]
    for gradient in gradients:
        for array in together:
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
        change, together = optimizer.step(gradient, together)
        for member in range(3):
            own, alone[member] = optimizer.step(gradient[member], alone[member])
            np.testing.assert_array_equal(change[member], own)


# Clipping


@given(st.integers(0, 999), st.sampled_from([0.01, 1, 7]))
def test_a_gradient_clipped_by_norm_keeps_its_direction(seed, most):
    random = np.random.RandomState(seed)
    gradient = [random.randn(3, 4, 2), random.randn(3, 1, 2)]
    for member in range(3):
        whole = np.concatenate([array[member].ravel() for array in gradient])
        clipped = np.concatenate([a[member].ravel() for a in CLIPPINGS[f"norm({most})"].clip(gradient)])
        length = np.linalg.norm(whole)
        np.testing.assert_allclose(clipped, whole * min(1, most / length), rtol=1e-13)
        if length <= most:
            np.testing.assert_array_equal(clipped, whole)


def test_a_gradient_clipped_by_value_is_cut_number_by_number():
    (clipped,) = CLIPPINGS["value(0.5)"].clip([np.array([[-3.0, 0.2, 0.5, 0.6]])])
    np.testing.assert_array_equal(clipped, [[-0.5, 0.2, 0.5, 0.5]])


def test_clipping_0_and_what_is_no_number():
    with np.errstate(all="ignore"):
        for name in ("norm", "value"):
            zero, nan = CLIPPINGS[name].clip([np.zeros((1, 2)), np.array([[np.nan, 1]])])
            assert np.isnan(nan[0, 0])
            (zero,) = CLIPPINGS[name].clip([np.zeros((1, 2))])
            np.testing.assert_array_equal(zero, [[0, 0]])


@pytest.mark.parametrize("setting", ["norm(0)", "norm(-1)", "value(0)", "value(1e999)"])
def test_clipping_at_no_length_is_refused(setting):
    with pytest.raises(ValueError, match="a gradient is clipped at a finite length above 0"):
        CLIPPINGS[setting]


# The fields of an experiment


def test_the_optimizers_step_size_is_the_experiments():
    experiment = XOR.but(optimizer="adam(0.001)")
    assert (experiment.step_size, experiment.momentum) == (0.001, 0)
    assert experiment.optimizer is OPTIMIZERS["adam(0.001)"]
    assert XOR.but(optimizer="nesterov(0.2, 0.5)").momentum == 0.5
    assert XOR.but(optimizer="momentum").momentum == 0.9


def test_a_step_size_keeps_the_optimizer():
    for setting in ("adam(0.001, 0.8)", "rmsprop(0.001, 0.9, 1e-06)", "nesterov(0.001, 0.5)"):
        name, _, others = OPTIMIZERS[setting].name.partition("(0.001")
        experiment = XOR.but(optimizer=setting).but(step_size=0.01)
        assert experiment.optimizer.name == f"{name}(0.01{others}"
        assert experiment.step_size == 0.01
        assert experiment.but(optimizer=setting).step_size == 0.001
        assert experiment.but(steps=3).optimizer == experiment.optimizer


def test_an_optimizer_and_a_step_size_at_once():
    assert XOR.but(optimizer="adam", step_size=0.5).optimizer.name.startswith("adam(0.5,")
    assert XOR.but(optimizer="nesterov", momentum=0.6).optimizer.name == "nesterov(0.1, 0.6)"


def test_an_optimizer_takes_the_place_of_step_size_and_momentum():
    experiment = XOR.but(step_size=0.7, momentum=0.3)
    assert experiment.optimizer.name == "momentum(0.7, 0.3)"
    assert experiment.but(momentum=0).optimizer.name == "gradient descent(0.7)"
    other = experiment.but(optimizer="adam(0.01)")
    assert (other.step_size, other.momentum) == (0.01, 0)


@pytest.mark.parametrize("name", ["adam", "rmsprop"])
def test_momentum_is_not_for_optimizers_with_averages_of_their_own(name):
    with pytest.raises(ValueError, match=f"momentum belongs to gradient descent; '{name}'"):
        XOR.but(optimizer=name, momentum=0.9)
    with pytest.raises(ValueError, match="momentum belongs to gradient descent"):
        XOR.but(optimizer=name).but(momentum=0.9)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
@pytest.mark.parametrize("size", ["0", "-1", "1e999"])
def test_a_step_size_out_of_range_is_refused(name, size):
    with pytest.raises(ValueError, match="step_size must be finite and above 0"):
        XOR.but(optimizer=f"{name}({size})")


@pytest.mark.parametrize("setting", ["momentum(0.1, 1)", "momentum(0.1, -0.1)", "nesterov(0.1, 1.5)"])
def test_a_momentum_out_of_range_is_refused(setting):
    with pytest.raises(ValueError, match="momentum must be finite and from 0 to below 1"):
        XOR.but(optimizer=setting)


@pytest.mark.parametrize(
    "numbers", ["1, 0.9, 0", "-1, 0.9, 0", "0.9, 1.5, 0", "0.9, 0.9, -1", "0.9, 0.9, 1e999"]
)
def test_a_share_out_of_range_is_refused(numbers):
    with pytest.raises(ValueError, match=r"from 0 to below 1|finite and 0 or more"):
        XOR.but(optimizer=f"adam(0.1, {numbers})")
    if not numbers.startswith("0.9, 1.5"):
        with pytest.raises(ValueError, match=r"from 0 to below 1|finite and 0 or more"):
            XOR.but(optimizer=f"rmsprop(0.1, {numbers.replace('0.9, ', '', 1)})")
