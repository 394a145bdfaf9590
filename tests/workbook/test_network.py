"""The network: parameters, the way forward and the way back."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Layer, Network
from workbook.layers import Convolution, Picture
from workbook.parts import explicit

NET = Network((2, 4, 3), hidden="tanh", output="sigmoid", initializer="he", bias_initializer="normal")
X = np.random.RandomState(0).randn(5, 2)


def arrays(params):
    return [array for layer in params for array in layer if array is not None]


def assert_same(params, others):
    assert len(params) == len(others)
    for layer, other in zip(params, others, strict=True):
        for array, twin in zip(layer, other, strict=True):
            assert (array is None) == (twin is None)
            if array is not None:
                np.testing.assert_array_equal(array, twin)


def test_shapes_of_one_seed_and_of_several():
    assert [(W.shape, b.shape) for W, b in NET.init(0)] == [((2, 4), (1, 4)), ((4, 3), (1, 3))]
    assert [(W.shape, b.shape) for W, b in NET.init(range(6))] == [
        ((6, 2, 4), (6, 1, 4)),
        ((6, 4, 3), (6, 1, 3)),
    ]
    assert NET.init([7])[0].W.shape == (1, 2, 4)


@pytest.mark.parametrize("bias_initializer", ["zeros", "constant", "normal", "he", "uniform"])
def test_parameters_are_float64(bias_initializer):
    assert {array.dtype for array in arrays(NET.but(bias_initializer=bias_initializer).init([0, 1]))} == {
        np.dtype(np.float64)
    }


@given(seeds=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4, unique=True))
def test_a_member_starts_as_it_would_alone(seeds):
    population = NET.init(seeds)
    for member, seed in enumerate(seeds):
        assert_same([Layer(W[member], b[member]) for W, b in population], NET.init(seed))


def test_numpy_whole_numbers_are_seeds_too():
    assert_same(NET.init(np.arange(3)), NET.init(range(3)))
    assert_same(NET.init(np.int64(2)), NET.init(2))


def test_seeds_differ_and_repeat():
    assert not np.array_equal(NET.init(0)[0].W, NET.init(1)[0].W)
    assert_same(NET.init(1), NET.init(1))


def test_weights_are_the_same_with_and_without_bias():
    for other in (
        NET.but(bias=False),
        NET.but(bias=(True, False)),
        NET.but(bias_initializer="zeros"),
        NET.but(bias_initializer="uniform"),
    ):
        for layer, twin in zip(NET.init(3), other.init(3), strict=True):
            np.testing.assert_array_equal(layer.W, twin.W)


def test_weights_and_biases_come_from_different_streams():
    net = Network((1, 1000), initializer="normal", bias_initializer="normal")
    (W, b), (W_next, b_next) = net.init(0)[0], net.init(1)[0]
    for one, other in ((W, b), (W, W_next), (b, b_next), (W, b_next)):
        assert abs(np.corrcoef(one[0], other[0])[0, 1]) < 0.15


def test_the_stream_is_one_that_numpy_promises_never_to_change():
    W = Network((1, 3), initializer="normal", bias=False).init(5)[0].W
    np.testing.assert_array_equal(W, np.random.RandomState([5, 0]).standard_normal((1, 3)))


def test_one_truth_value_a_layer():
    net = Network((2, 4, 1), bias=[False, True])
    assert net.biased == (False, True)
    assert [layer.b is None for layer in net.init(0)] == [True, False]
    assert [layer.b is None for layer in net.init([0, 1])] == [True, False]


def test_forward_by_hand():
    net = Network(
        (2, 2, 1), hidden="relu", output="identity", initializer=explicit([[1, -1], [2, 3]], [[2], [5]])
    )
    params = [Layer(W, b + 0.5) for W, b in net.init(0)]
    y, trace = net.forward(params, np.array([[1.0, 1.0], [-1.0, 0.0]]))
    np.testing.assert_array_equal(trace[0].z, [[3.5, 2.5], [-0.5, 1.5]])
    np.testing.assert_array_equal(trace[0].y, [[3.5, 2.5], [0.0, 1.5]])
    np.testing.assert_array_equal(y, [[2 * 3.5 + 5 * 2.5 + 0.5], [5 * 1.5 + 0.5]])
    np.testing.assert_array_equal(trace[1].x, trace[0].y)
    assert trace[1].y is y


def test_backward_by_hand():
    net = Network((2, 2, 1), hidden="relu", output="identity")
    params = [
        Layer(np.array([[1.0, -1.0], [2.0, 3.0]]), np.array([[0.5, 0.5]])),
        Layer(np.array([[2.0], [5.0]]), np.array([[0.5]])),
    ]
    x = np.array([[1.0, 1.0], [-1.0, 0.0]])  # hidden outputs (3.5, 2.5) and (0, 1.5)
    first, second = net.backward(params, net.forward(params, x)[1], np.array([[1.0], [-2.0]]))
    np.testing.assert_array_equal(second.W, [[3.5], [2.5 - 3.0]])
    np.testing.assert_array_equal(second.b, [[-1.0]])
    # At z the gradients are (2, 5) for the first row and (0, -10) for the second, whose first unit is off.
    np.testing.assert_array_equal(first.W, [[2.0, 15.0], [2.0, 5.0]])
    np.testing.assert_array_equal(first.b, [[2.0, -5.0]])


@pytest.mark.parametrize("bias", [True, False, (True, False)])
def test_a_population_goes_forwards_and_backwards_as_each_alone(bias):
    net = NET.but(bias=bias)
    population = net.init(range(3))
    y, trace = net.forward(population, X)
    dy = np.random.RandomState(1).randn(3, 5, 3)
    gradient = net.backward(population, trace, dy)
    assert y.shape == (3, 5, 3)
    for member in range(3):
        alone = net.init(member)
        y_alone, trace_alone = net.forward(alone, X)
        np.testing.assert_allclose(y[member], y_alone, rtol=1e-13)
        gradient_alone = net.backward(alone, trace_alone, dy[member])
        for array, expected in zip(arrays(gradient), arrays(gradient_alone), strict=True):
            np.testing.assert_allclose(array[member], expected, rtol=1e-12, atol=1e-14)


def test_gradient_has_the_structure_of_the_parameters():
    for bias, seeds in ((True, 0), (False, range(2)), ((False, True), [4])):
        net = NET.but(bias=bias)
        params = net.init(seeds)
        y, trace = net.forward(params, X)
        for layer, part in zip(params, net.backward(params, trace, np.ones_like(y)), strict=True):
            assert part.W.shape == layer.W.shape
            assert (part.b is None) == (layer.b is None)
            assert part.b is None or part.b.shape == layer.b.shape


def test_nothing_is_changed_in_place():
    params, x, dy = NET.init(range(2)), X.copy(), np.ones((2, 5, 3))
    for array in (*arrays(params), x, dy):
        array.flags.writeable = False
    _, trace = NET.forward(params, x)
    before = [array.copy() for step in trace for array in step]
    NET.backward(params, trace, dy)
    for array, kept in zip((array for step in trace for array in step), before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_overflow_is_no_warning():
    for output in ("sigmoid", "identity"):
        net = NET.but(hidden="identity", output=output)
        params = [Layer(1e200 * W, b) for W, b in net.init(0)]
        _, trace = net.forward(params, -1e200 * X)
        gradient = net.backward(params, trace, 1e200 * np.ones((5, 3)))
        assert not np.isfinite(trace[0].z).all()
    assert not np.isfinite(gradient[0].W).any()


def test_but_changes_a_copy():
    other = NET.but(hidden="relu", sizes=(2, 5, 1))
    assert (other.hidden.name, other.sizes, other.output) == ("relu", (2, 5, 1), NET.output)
    assert (NET.hidden.name, NET.sizes) == ("tanh", (2, 4, 3))


def test_networks_are_values():
    twin = Network([2, 4, 3], hidden="tanh", output="sigmoid", initializer="he", bias_initializer="normal")
    assert twin == NET
    assert hash(twin) == hash(NET)
    assert NET.but(hidden="relu") != NET
    assert repr(Network(np.array([2, 1]))) == (
        "Network(sizes=(2, 1), hidden='tanh', output='identity', bias=True, initializer='lecun', "
        "bias_initializer='zeros', way_back='backpropagation', precision='double')"
    )
    with pytest.raises(FrozenInstanceError):
        NET.sizes = (1, 1)


def test_activations_one_a_layer():
    net = Network((2, 3, 4, 1), hidden="relu", output="identity")
    assert [activation.name for activation in net.activations] == ["relu", "relu", "identity"]


def test_each_layer_has_the_parts_that_are_its_own():
    net = Network((2, 3, 4, 1), ("elu", "gelu"), "softplus", initializer=("zeros", "constant(2)", "he"))
    assert [activation.name for activation in net.activations] == ["elu(1)", "gelu", "softplus"]
    params = net.init(range(2))
    assert not params[0].W.any()
    assert (params[1].W == 2).all()
    assert params[2].W.std() > 0.1
    _, trace = net.forward(params, X)
    for step, activation in zip(trace, net.activations, strict=True):
        np.testing.assert_array_equal(step.y, activation.value(step.z))


CONVOLUTIONAL = Network(
    (Picture(6, 7, 2), Convolution(3, 2, 1, "max(2)"), Convolution(2, 2, pool="mean"), 2),
    hidden=("silu", "softmax"),
    bias_initializer="normal",
)


def test_a_population_of_convolutional_networks_is_one_network_after_another():
    random = np.random.RandomState(0)
    x, dy = random.randn(3, 84), random.randn(4, 3, 2)
    y, trace = CONVOLUTIONAL.forward(CONVOLUTIONAL.init(range(4)), x)
    gradient = CONVOLUTIONAL.backward(CONVOLUTIONAL.init(range(4)), trace, dy)
    for member in range(4):
        alone = CONVOLUTIONAL.init(member)
        y_alone, trace_alone = CONVOLUTIONAL.forward(alone, x)
        np.testing.assert_allclose(y[member], y_alone, rtol=1e-13)
        expected = CONVOLUTIONAL.backward(alone, trace_alone, dy[member])
        for array, own in zip(arrays(gradient), arrays(expected), strict=True):
            np.testing.assert_allclose(array[member], own, rtol=1e-12, atol=1e-14)


def test_inputs_of_their_own_for_each_convolutional_network():
    x = np.random.RandomState(0).randn(2, 3, 84)
    y, _ = CONVOLUTIONAL.forward(CONVOLUTIONAL.init([5, 6]), x)
    for member, seed in enumerate((5, 6)):
        alone, _ = CONVOLUTIONAL.forward(CONVOLUTIONAL.init(seed), x[member])
        np.testing.assert_allclose(y[member], alone, rtol=1e-13)


def test_a_convolutional_network_changes_nothing_in_place():
    params, x = CONVOLUTIONAL.init(range(2)), np.random.RandomState(0).randn(3, 84)
    dy = np.ones((2, 3, 2))
    _, trace = CONVOLUTIONAL.forward(params, x)
    for array in (*arrays(params), x, dy, *(array for step in trace for array in step)):
        array.flags.writeable = False
    CONVOLUTIONAL.forward(params, x)
    CONVOLUTIONAL.backward(params, trace, dy)


def test_a_picture_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"needs \(n, 84\)"):
        CONVOLUTIONAL.forward(CONVOLUTIONAL.init(0), np.ones((3, 42)))
