"""Three more ways to go back wrongly, each against the line that makes it wrong, written out by hand."""

import itertools

import numpy as np
import pytest

from workbook import FAULTS, Experiment, Network, check_gradients, train
from workbook.data.datasets import xor
from workbook.faults.trial import ALIVE, small_network

NET = small_network().but(penalty="none")
PARAMS = NET.network.init(ALIVE)
X, T = NET.dataset.inputs, NET.dataset.targets
VALUE = "value for error in the hidden layer"
OWN_DERIVATIVE = "output layer without its own derivative"
OWN_OUTPUT = "own output where the input belongs"


def gradient(experiment, t=T, params=PARAMS):
    """The gradient on all rows, at the start."""
    return experiment.gradient(params, X, t)


def wrong(name):
    """The places, (layer, kind), in which the check finds an error."""
    rows = check_gradients(FAULTS[name].plant(NET), ALIVE).parameters
    return {(row.layer, row.kind) for row in rows if row.error > 1e-5}


def test_value_for_error_by_hand():
    planted = gradient(FAULTS[VALUE].plant(NET))
    _, trace = NET.network.forward(PARAMS, X)
    for layer, step in zip(planted[:2], trace, strict=False):
        dz = step.y * (step.z > 0)
        np.testing.assert_allclose(layer.W, step.x.T @ dz)
        np.testing.assert_allclose(layer.b, dz.sum(0, keepdims=True))


def test_value_for_error_does_not_look_at_the_targets():
    planted = FAULTS[VALUE].plant(NET)
    one, other = gradient(planted), gradient(planted, 1 - T)
    for number in (0, 1):
        np.testing.assert_array_equal(one[number].W, other[number].W)
    assert not np.allclose(one[2].W, other[2].W)
    assert wrong(VALUE) == {(0, "W"), (0, "b"), (1, "W"), (1, "b")}


def test_the_output_layers_own_derivative():
    assert wrong(OWN_DERIVATIVE) == {(2, "W"), (2, "b")}
    half = NET.but(loss="half summed squared error")
    entropy = NET.but(loss="summed sigmoid cross-entropy", output="identity")
    planted = gradient(FAULTS[OWN_DERIVATIVE].plant(half))
    np.testing.assert_allclose(planted[2].W, gradient(entropy)[2].W, rtol=1e-12)
    np.testing.assert_allclose(planted[2].b, gradient(entropy)[2].b, rtol=1e-12)


def test_own_output_by_hand():
    planted = gradient(FAULTS[OWN_OUTPUT].plant(NET))
    right = gradient(NET)
    _, trace = NET.network.forward(PARAMS, X)
    dz = NET.loss.gradient(trace[2].y, T) * trace[2].y * (1 - trace[2].y)
    np.testing.assert_allclose(planted[2].W, np.full((2, 1), (trace[2].y * dz).sum()))
    for layer, good in zip(planted, right, strict=True):
        assert np.ptp(layer.W, axis=0).max() == 0
        np.testing.assert_array_equal(layer.b, good.b)
    assert wrong(OWN_OUTPUT) == {(0, "W"), (1, "W"), (2, "W")}


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        (VALUE, {"sizes": (2, 1)}, "no hidden layer"),
        (OWN_DERIVATIVE, {"output": "identity"}, "linear output is 1"),
    ],
)
def test_where_there_is_nothing_to_spoil(name, changes, sentence):
    with pytest.raises(ValueError, match=f"{name}.*{sentence}"):
        FAULTS[name].plant(NET.but(**changes))


WAYS = (
    "weight where the input belongs",
    "missing output derivative",
    "bias gradient is 0",
    VALUE,
    OWN_DERIVATIVE,
    OWN_OUTPUT,
)
INPUTS = {"weight where the input belongs", OWN_OUTPUT}


@pytest.mark.parametrize(
    ("one", "other"), [pair for pair in itertools.combinations(WAYS, 2) if set(pair) != INPUTS]
)
def test_two_at_once_in_either_order(one, other):
    first = gradient(FAULTS[one].plant(FAULTS[other].plant(NET)))
    second = gradient(FAULTS[other].plant(FAULTS[one].plant(NET)))
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(a.W, b.W, rtol=1e-12)
        np.testing.assert_allclose(a.b, b.b, rtol=1e-12)


def test_the_input_has_one_place_only():
    for one, other in itertools.permutations(INPUTS):
        with pytest.raises(ValueError, match="takes the input's place already"):
            FAULTS[one].plant(FAULTS[other].plant(NET))


def test_the_posted_xor_without_biases_trains_on():
    """The failed check is true, and no obstacle: with a bias, most seeds learn in spite of it."""
    network = Network((2, 2, 1), "sigmoid", "sigmoid", initializer="uniform(-1, 1)")
    right = Experiment(xor(), network, "half summed squared error", step_size=0.5, momentum=0.9, steps=3000)
    planted = FAULTS[OWN_DERIVATIVE].plant(right)
    solved = (np.round(train(planted, range(40)).outputs) == xor().targets).all((-2, -1)).sum()
    assert solved > 20
