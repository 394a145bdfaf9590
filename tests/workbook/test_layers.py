"""Layers: what they see and hand on, by plain loops; each way back is the transpose of the way forward."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Network, check_gradients
from workbook.layers import POOLS, Convolution, Dense, Picture, arrays, like, member, stacked


@st.composite
def placed(draw):
    """A convolution that stands on a picture, and random numbers."""
    picture = Picture(draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(st.integers(1, 3)))
    pad = draw(st.integers(0, 2))
    size = draw(st.integers(1, min(4, *(side + 2 * pad for side in picture[:2]))))
    side = draw(st.integers(1, min(3, *(side + 2 * pad - size + 1 for side in picture[:2]))))
    pool = draw(st.sampled_from(["none", f"mean({side})", f"max({side})"]))
    layer = Convolution(draw(st.integers(1, 3)), size, pad, pool).over(picture)
    return layer, np.random.RandomState(draw(st.integers(0, 999)))


def inner(one, other):
    return (one * other).sum()


@given(placed())
def test_a_window_holds_channel_row_column_around_its_place(given_layer):
    layer, random = given_layer
    height, width, channels = layer.below
    x = random.randn(2, height * width * channels)
    seen = layer.look(x).reshape(2, layer.map.height, layer.map.width, channels, layer.size, layer.size)
    for index in np.ndindex(seen.shape):
        row, top, left, channel, down, right = index
        at = (top + down - layer.pad, left + right - layer.pad)
        inside = 0 <= at[0] < height and 0 <= at[1] < width
        pixel = x[row, (at[0] * width + at[1]) * channels + channel] if inside else 0
        assert seen[index] == pixel
    assert layer.places == layer.map.height * layer.map.width
    assert layer.n_seen == channels * layer.size**2


@given(placed())
def test_looking_back_is_the_transpose_of_looking(given_layer):
    layer, random = given_layer
    x = random.randn(2, 3, np.prod(layer.below))
    seen = layer.look(x)
    d_seen = random.randn(*seen.shape)
    back = layer.look_back(d_seen)
    assert back.shape == x.shape
    for one in range(2):  # of each member of a population
        assert inner(seen[one], d_seen[one]) == pytest.approx(inner(x[one], back[one]), rel=1e-10)


@given(placed())
def test_what_is_handed_on_is_one_number_of_each_square(given_layer):
    layer, random = given_layer
    y = random.randn(2, 3 * layer.places, layer.units)
    pictures = y.reshape(2, 3, *layer.map)
    found = layer.hand_on(y).reshape(2, 3, *layer.shape)
    side = layer.pool.size
    choose = np.max if layer.pool.name.startswith("max") else np.mean
    for index in np.ndindex(layer.shape):
        top, left = side * index[0], side * index[1]
        square = pictures[:, :, top : top + side, left : left + side, index[2]]
        np.testing.assert_allclose(found[:, :, *index], choose(square, axis=(2, 3)), rtol=1e-14, atol=1e-15)


@given(placed())
def test_handing_back_is_the_slope_of_handing_on(given_layer):
    layer, random = given_layer
    y = random.randn(2, 3 * layer.places, layer.units)
    handed = layer.hand_on(y)
    dy, nudge = random.randn(*handed.shape), 1e-7 * random.randn(*y.shape)
    back = layer.hand_back(dy, y)
    assert back.shape == y.shape
    change = layer.hand_on(y + nudge) - handed
    for one in range(2):
        assert inner(dy[one], change[one]) == pytest.approx(inner(back[one], nudge[one]), rel=1e-5, abs=1e-14)


def test_the_first_of_several_largest_gets_the_gradient():
    y = np.array([[[[2.0], [2.0]], [[1.0], [2.0]]]])
    np.testing.assert_array_equal(
        POOLS["max"].back(np.array([[[[5.0]]]]), y), [[[[5.0], [0.0]], [[0.0], [0.0]]]]
    )
    np.testing.assert_array_equal(POOLS["mean"].back(np.array([[[[8.0]]]]), y), np.full((1, 2, 2, 1), 2.0))


def test_the_largest_of_what_is_no_number_is_no_number():
    y = np.array([[[[np.nan], [2.0]], [[1.0], [2.0]]]])
    assert np.isnan(POOLS["max"].value(y)).all()


def test_nothing_is_changed_in_place():
    layer = Convolution(2, 3, 1, "max(2)").over((4, 4, 2))
    x, y = np.random.RandomState(0).randn(3, 32), np.random.RandomState(0).randn(48, 2)
    for array in (x, y):
        array.flags.writeable = False
    layer.look_back(layer.look(x))
    layer.hand_back(layer.hand_on(y), y)


def test_a_dense_layer_sees_all_of_a_picture_and_hands_on_all():
    layer = Dense(5).over(Picture(4, 3, 2))
    x = np.ones((2, 24))
    assert (layer.n_seen, layer.shape, layer.units) == (24, (5,), 5)
    for hand in (layer.look, layer.look_back, layer.hand_on):
        assert hand(x) is x
    assert layer.hand_back(x, x) is x


def test_the_shapes_of_a_known_network():
    lenet = Network(
        (Picture(28, 28), Convolution(6, 5, 2, "mean(2)"), Convolution(16, 5, pool="mean(2)"), 120, 84, 10)
    )
    assert lenet.widths == (784, 14 * 14 * 6, 5 * 5 * 16, 120, 84, 10)
    assert [W for W, _ in lenet.shapes] == [(25, 6), (150, 16), (400, 120), (120, 84), (84, 10)]
    assert sum(array.size for array in arrays(lenet.init(0))) == 61_706  # 2 416 more than with fewer links


CONVOLUTIONAL = {
    "mean": (Picture(6, 5), Convolution(3, 3, 1, "mean(2)"), 2),
    "max, two of them": (Picture(8, 8, 2), Convolution(2, 3, pool="max(2)"), Convolution(3, 2, 1), 4, 2),
    "nothing above": (Picture(3, 3), Convolution(2, 3)),
    "a picture handed out": (Picture(4, 4), Convolution(1, 3, pool="mean(2)"), Convolution(2, 1)),
}


@pytest.mark.parametrize("hidden", ["tanh", "softplus", "gelu", "softmax"])
@pytest.mark.parametrize("name", CONVOLUTIONAL)
def test_convolutional_networks_pass_the_gradient_check(name, hidden):
    random = np.random.RandomState(3)
    network = Network(CONVOLUTIONAL[name], hidden=hidden, bias_initializer="normal")
    data = Dataset(random.randn(4, network.widths[0]), random.randn(4, network.widths[-1]))
    for penalty in ("none", "weight decay(0.3)"):
        assert check_gradients(Experiment(data, network, penalty=penalty)).relative_error < 1e-7


def test_a_dense_network_is_a_convolution_whose_window_is_the_picture():
    random = np.random.RandomState(0)
    x, dense = random.randn(5, 12), Network((12, 4, 2), hidden="tanh")
    params = dense.init(0)
    whole = Network((Picture(2, 6), Convolution(4, 2), 20 // 10), hidden="tanh")
    square = Network((Picture(1, 1, 12), Convolution(4, 1), 2), hidden="tanh")
    np.testing.assert_array_equal(square.forward(params, x)[0], dense.forward(params, x)[0])
    assert whole.widths == (12, 20, 2)


def test_layers_and_lists_of_arrays():
    params = Network((2, 3, 1), bias=(True, False)).init(range(3))
    assert [array.shape for array in arrays(params)] == [(3, 2, 3), (3, 1, 3), (3, 3, 1)]
    twin = like(params, [array + 1 for array in arrays(params)])
    assert twin[1].b is None
    np.testing.assert_array_equal(twin[0].b, params[0].b + 1)
    again = stacked([member(params, number) for number in range(3)])
    for array, other in zip(arrays(again), arrays(params), strict=True):
        np.testing.assert_array_equal(array, other)


# What makes no layer


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Convolution(0, 3), "units must be a whole number, 1 or more"),
        (lambda: Convolution(2.5, 3), "units must be a whole number"),
        (lambda: Convolution(2, 0), "size must be a whole number, 1 or more"),
        (lambda: Convolution(2, "3"), "size must be a whole number"),
        (lambda: Convolution(2, 3, pad=-1), "pad must be a whole number, 0 or more"),
        (lambda: Convolution(2, 3, pad=True), "pad must be a whole number"),
        (lambda: Convolution(2, 3, pool="max(0)"), "a pool's size is a whole number, 1 or more, not 0"),
        (lambda: Convolution(2, 3, pool="mean(1.5)"), "a pool's size is a whole number"),
        (lambda: Convolution(2, 3, pool="mean(1e999)"), "a pool's size is a whole number"),
        (lambda: Network((4, Convolution(2, 3), 1)), "a convolution needs a picture below it"),
        (lambda: Network((Picture(4, 4), 3, Convolution(2, 1))), "a convolution needs a picture below it"),
        (lambda: Network((Picture(4, 4), Convolution(2, 5), 1)), "do not fit into a picture of 4 x 4"),
        (lambda: Network((Picture(4, 4), Convolution(2, 3, pool="max(3)"), 1)), "do not fit"),
        (lambda: Network((Picture(0, 4), 1)), "a picture is Picture"),
        (lambda: Network((Picture(2, 4, 0), 1)), "a picture is Picture"),
        (lambda: Network((Picture(2.0, 4), 1)), "a picture is Picture"),
        (lambda: Network((Convolution(2, 3), 1)), "sizes begins with what comes in"),
        (lambda: Network((Picture(4, 4),)), "at least one layer"),
        (lambda: Network((Picture(4, 4), Picture(2, 2), 1)), "a whole number of units"),
        (lambda: Network((2, 3, 1), hidden=("tanh", "relu")), "hidden names 2 parts for 1 layers"),
        (lambda: Network((2, 3, 1), initializer=("he",)), "initializer names 1 parts for 2 layers"),
    ],
)
def test_what_makes_no_layer_is_said(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_pool_that_there_is_not():
    with pytest.raises(TypeError, match="Did you mean 'max'"):
        Convolution(2, 3, pool="maxx(2)")


def test_fan_out_of_a_filter_counts_the_places_of_its_window():
    """As PyTorch and Keras count it: each pixel inside goes into size * size windows of every filter."""
    network = Network((Picture(40, 40, 3), Convolution(50, 3), 2), initializer="glorot")
    deviation = network.init(0)[0].W.std()
    assert network.layers[0].fans == (27, 450)
    assert deviation == pytest.approx(np.sqrt(2 / (27 + 450)), rel=0.06)
