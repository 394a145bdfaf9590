"""The experiment: its gradients against automatic differentiation, and changed copies."""

from dataclasses import FrozenInstanceError

import autograd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Layer, Network
from workbook.data.datasets import xor
from workbook.layers import Convolution, Picture
from workbook.parts import ACTIVATIONS, LOSSES

from . import differentiable

XOR = Experiment(xor(), Network((2, 4, 1)))

SQUASHED = {  # outputs whose numbers these losses take
    "binary cross-entropy": ["sigmoid", "softmax"],
    "categorical cross-entropy": ["sigmoid", "softmax", "softplus"],
}
INITIALIZERS = ["he", "xavier uniform", "lecun", "orthogonal", "uniform(-1, 1)", "normal(0.5)"]


def one_or_each(draw, choices, layers):
    """One name for all layers, or a tuple of one a layer; and one a layer in any case."""
    if layers and draw(st.booleans()):
        names = tuple(draw(st.sampled_from(choices)) for _ in range(layers))
        return names, names
    name = draw(st.sampled_from(choices))
    return name, (name,) * layers


@st.composite
def recipes(draw, convolutional):
    """A random experiment, its seeds, and the settings in the oracle's words."""
    below = draw(st.lists(st.integers(1, 6), min_size=1, max_size=1))
    windows = []
    if convolutional:
        below, windows = draw(pictures())
    layers = (0, 2) if convolutional else (1, 4)
    dense = draw(st.lists(st.integers(1, 5), min_size=layers[0], max_size=layers[1]))
    sizes = (*below, *dense)
    loss = draw(st.sampled_from(sorted(differentiable.LOSSES)))
    hidden, each = one_or_each(draw, sorted(differentiable.ACTIVATIONS), len(sizes) - 2)
    output = draw(st.sampled_from(SQUASHED.get(loss, sorted(differentiable.ACTIVATIONS))))
    network = Network(
        sizes,
        hidden,
        output,
        bias=draw(st.one_of(st.booleans(), st.tuples(*[st.booleans()] * (len(sizes) - 1)))),
        initializer=one_or_each(draw, INITIALIZERS, len(sizes) - 1)[0],
        bias_initializer="normal",
    )
    random = np.random.RandomState(draw(st.integers(0, 10_000)))
    rows, decay = draw(st.integers(1, 4 if convolutional else 7)), draw(st.sampled_from([0, 0.01, 1.5]))
    targets = random.randn(rows, network.widths[-1])
    if "entropy" in loss:  # shares of a row, whose sum is 1
        targets = np.exp(targets) / np.exp(targets).sum(1, keepdims=True)
    data = Dataset(random.randn(rows, network.widths[0]), targets)
    penalty = f"weight decay({decay})" if decay else "none"
    seeds = draw(
        st.one_of(st.integers(0, 99), st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True))
    )
    return (
        Experiment(data, network, loss=loss, penalty=penalty),
        seeds,
        {
            "activations": (*each, output),
            "windows": (*windows, *[None] * len(dense)),
            "loss": loss,
            "decay": decay,
        },
    )


@st.composite
def pictures(draw):
    """A picture and one or two convolutions that fit onto it, and their windows in the oracle's words."""
    picture = Picture(draw(st.integers(2, 6)), draw(st.integers(2, 6)), draw(st.integers(1, 3)))
    sizes, windows, shape = [picture], [], picture
    for _ in range(draw(st.integers(1, 2))):
        pad = draw(st.integers(0, 2))
        size = draw(st.integers(1, min(3, *(side + 2 * pad for side in shape[:2]))))
        map_ = [side + 2 * pad - size + 1 for side in shape[:2]]
        kind = draw(st.sampled_from(["none", "mean", "max"]))
        square = 1 if kind == "none" else draw(st.integers(1, min(3, *map_)))
        units = draw(st.integers(1, 3))
        sizes.append(Convolution(units, size, pad, "none" if kind == "none" else f"{kind}({square})"))
        windows.append((tuple(shape), size, pad, kind, square))
        shape = Picture(map_[0] // square, map_[1] // square, units)
    return sizes, windows


def members(params):
    """A population's parameters, one list of (W, b) for each member; just one for a single network."""
    if params[0].W.ndim == 2:
        return [list(map(tuple, params))]
    return [[(W[k], None if b is None else b[k]) for W, b in params] for k in range(len(params[0].W))]


def flat(layers):
    return np.concatenate([array.ravel() for layer in layers for array in layer if array is not None])


def assert_like_the_oracle(experiment, seeds, words):
    x, t = experiment.dataset.inputs, experiment.dataset.targets
    params = experiment.network.init(seeds)
    losses, gradient = experiment.loss_and_gradient(params, x, t)
    oracle = autograd.value_and_grad(lambda layers: differentiable.loss(layers, x, t, words))
    for loss, layers, parts in zip(np.atleast_1d(losses), members(params), members(gradient), strict=True):
        expected, slopes = oracle([(W, np.zeros((1, W.shape[1])) if b is None else b) for W, b in layers])
        slopes = [(dW, None if b is None else db) for (dW, db), (_, b) in zip(slopes, layers, strict=True)]
        assert loss == pytest.approx(expected, rel=1e-11, abs=1e-13)
        scale = np.linalg.norm(flat(slopes))
        assert np.linalg.norm(flat(parts) - flat(slopes)) <= 1e-9 * scale + 1e-13


@settings(max_examples=400)
@given(recipes(convolutional=False))
def test_loss_and_gradient_agree_with_automatic_differentiation(recipe):
    assert_like_the_oracle(*recipe)


@settings(max_examples=150)
@given(recipes(convolutional=True))
def test_convolutional_networks_agree_with_automatic_differentiation(recipe):
    assert_like_the_oracle(*recipe)


def test_the_oracle_knows_every_part():
    assert {name.partition("(")[0] for name in differentiable.ACTIVATIONS} == set(ACTIVATIONS)
    assert {name.partition("(")[0] for name in differentiable.LOSSES} == set(LOSSES)


def test_loss_at_is_the_loss_on_all_rows_with_the_penalty():
    experiment = XOR.but(penalty="weight decay(0.5)", loss="summed squared error")
    params = experiment.network.init(range(3))
    y = experiment.outputs(params)
    expected = np.square(y - experiment.dataset.targets).sum((1, 2)) + 0.25 * sum(
        np.square(W).sum((1, 2)) for W, _ in params
    )
    np.testing.assert_allclose(experiment.loss_at(params), expected, rtol=1e-13)
    assert experiment.penalised
    assert not XOR.penalised
    assert y.shape == (3, 4, 1)


def test_loss_at_of_one_network_is_one_number():
    assert np.ndim(XOR.loss_at(XOR.network.init(0))) == 0


def test_overflow_is_no_warning():
    experiment = XOR.but(hidden="sigmoid", output="sigmoid", penalty="weight decay(1)")
    params = [Layer(-1e200 * np.ones_like(W), b - 1e200) for W, b in experiment.network.init(0)]
    experiment.outputs(params)
    loss, _ = experiment.loss_and_gradient(params, experiment.dataset.inputs, experiment.dataset.targets)
    assert loss == experiment.loss_at(params) == np.inf


def test_nothing_is_changed_in_place():
    experiment = XOR.but(penalty="weight decay(0.5)")
    params = experiment.network.init(0)
    before = flat(params)
    experiment.loss_and_gradient(params, experiment.dataset.inputs, experiment.dataset.targets)
    experiment.loss_at(params)
    np.testing.assert_array_equal(flat(params), before)


def test_but_changes_a_copy_and_reaches_the_network():
    other = XOR.but(step_size=0.01, hidden="relu", bias=False, loss="quadratic cost")
    assert (other.step_size, other.network.hidden.name, other.network.bias) == (0.01, "relu", False)
    assert other.loss.name == "quadratic cost"
    assert (XOR.step_size, XOR.network.hidden.name, XOR.network.bias) == (0.1, "tanh", True)
    assert other.dataset is XOR.dataset
    assert other.network.sizes == XOR.network.sizes
    assert XOR.but() == XOR


def test_but_takes_a_network_and_its_fields_at_once():
    other = XOR.but(network=Network((2, 3, 1), hidden="relu"), output="sigmoid")
    assert other.network == Network((2, 3, 1), hidden="relu", output="sigmoid")


def test_data_and_sizes_change_together():
    other = XOR.but(dataset=Dataset([[1, 2, 3]], [[1, 2]]), sizes=(3, 5, 2))
    assert other.network.sizes == (3, 5, 2)


def test_experiments_are_values():
    assert XOR.but(steps=5).but(steps=1000) == XOR
    assert hash(XOR.but(steps=5).but(steps=1000)) == hash(XOR)
    assert XOR.but(steps=5) != XOR
    with pytest.raises(FrozenInstanceError):
        XOR.steps = 5


def test_optimizer_follows_the_fields():
    assert XOR.but(step_size=0.5).optimizer.name == "gradient descent(0.5)"
    assert XOR.but(step_size=0.5, momentum=0.75).optimizer.name == "momentum(0.5, 0.75)"
