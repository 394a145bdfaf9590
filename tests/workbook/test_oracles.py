"""The engine against numbers that PyTorch gave, which are stored in oracles; make.py there says how."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Trainer
from workbook.layers import Convolution, Picture
from workbook.parts import ACTIVATIONS, INITIALIZERS, LOSSES


@cache
def stored(name):
    return json.loads((Path(__file__).parent / "oracles" / f"{name}.json").read_text("utf-8"))


def layers(stored_layers):
    return [Layer(np.array(layer["W"]), np.array(layer["b"])) for layer in stored_layers]


def assert_close(found, expected, rtol=1e-10, atol=1e-12):
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol)


def assert_layers_close(found, expected, **tolerance):
    for layer, twin in zip(found, expected, strict=True):
        for array, other in zip(layer, twin, strict=True):
            assert_close(array, other, **tolerance)


# Optimizers

SETTINGS = {  # PyTorch's runs: the optimizer and the clipping by our names
    "gradient descent": ("gradient descent(0.1)", "none"),
    "momentum": ("momentum(0.1, 0.9)", "none"),
    "nesterov": ("nesterov(0.1, 0.9)", "none"),
    "rmsprop": ("rmsprop(0.01)", "none"),
    "adam": ("adam(0.01)", "none"),
    "adam, clipped by norm": ("adam(0.01)", "norm(0.05)"),
    "adam, clipped by value": ("adam(0.01)", "value(0.01)"),
    "gradient descent, clipped by norm": ("gradient descent(0.1)", "norm(0.5)"),
}


def test_every_stored_run_is_repeated():
    assert set(SETTINGS) == set(stored("optimizers")["runs"])


@pytest.mark.parametrize("name", SETTINGS)
def test_optimizer_goes_where_pytorch_goes(name):
    oracle, (optimizer, clipping) = stored("optimizers"), SETTINGS[name]
    expected = oracle["runs"][name]
    # PyTorch divides by the gradient's length plus 1e-6.
    tolerance = {"rtol": 1e-5, "atol": 1e-7} if clipping.startswith("norm") else {"rtol": 1e-10}
    data = Dataset(oracle["inputs"], oracle["targets"])
    experiment = Experiment(data, Network((3, 4, 2)), steps=50, optimizer=optimizer, clipping=clipping)
    trainer = Trainer(experiment, 0, layers(oracle["start"]))
    for step in (1, 2, 50):
        trainer.advance(step - trainer.step)
        found = [layer.each(lambda array: array[0]) for layer in trainer.params]
        assert_layers_close(found, layers(expected["params"][str(step)]), **tolerance)
    assert_close(trainer.run().losses[:, 0], expected["losses"], **tolerance)


def test_some_gradients_were_clipped_and_others_not():
    lengths = np.array(stored("optimizers")["runs"]["gradient descent, clipped by norm"]["gradient_lengths"])
    assert 0 < (lengths > 0.5).sum() < len(lengths)


# Losses

LOSS_NAMES = {  # PyTorch's: an activation on the way, our loss, and what it is to be multiplied with
    "softmax cross-entropy": ("identity", "softmax cross-entropy", 1),
    "softmax cross-entropy, shares": ("identity", "softmax cross-entropy", 1),
    "sigmoid cross-entropy, mean": ("identity", "sigmoid cross-entropy", 1 / 3),
    "sigmoid cross-entropy, summed over outputs": ("identity", "sigmoid cross-entropy", 1),
    "absolute error": ("identity", "mean absolute error", 1),
    "huber 1": ("identity", "huber(1)", 1),
    "huber 0.3": ("identity", "huber(0.3)", 1),
    "mean squared error": ("identity", "mean squared error", 1),
    "softmax, then mean squared error": ("softmax", "mean squared error", 1),
    "softmax twice": ("softmax", "softmax cross-entropy", 1),
    "clipped categorical": ("identity", "categorical cross-entropy", 1),
    "clipped categorical after softmax": ("softmax", "categorical cross-entropy", 1),
    "clipped binary": ("identity", "binary cross-entropy", 1),
    "clipped binary after sigmoid": ("sigmoid", "binary cross-entropy", 1),
}


def test_every_stored_loss_is_compared():
    assert set(LOSS_NAMES) == set(stored("losses")["losses"])


@np.errstate(over="ignore")
@pytest.mark.parametrize("name", LOSS_NAMES)
def test_loss_and_gradient_are_pytorchs(name):
    oracle, (output, loss, factor) = stored("losses"), LOSS_NAMES[name]
    expected, activation = oracle["losses"][name], ACTIVATIONS[output]
    z, t = (np.array(oracle["arrays"][expected[which]]) for which in ("outputs", "targets"))
    y = activation.value(z)
    assert_close(factor * LOSSES[loss].value(y, t), expected["value"], rtol=1e-13)
    gradient = activation.back(factor * LOSSES[loss].gradient(y, t), z, y)
    assert_close(gradient, expected["gradient"], rtol=1e-12, atol=1e-15)


# Activations

ACTIVATION_NAMES = {
    "elu 1": "elu",
    "elu 0.5": "elu(0.5)",
    "gelu, tanh": "gelu",
    "softplus": "softplus",
    "silu": "silu",
    "leaky relu 0.01": "leaky relu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
}


def test_every_stored_activation_is_compared_but_the_other_gelu():
    assert {*ACTIVATION_NAMES, "gelu"} == set(stored("activations")["activations"])


@np.errstate(over="ignore")
@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_activation_and_derivative_are_pytorchs(name):
    oracle, activation = stored("activations"), ACTIVATIONS[ACTIVATION_NAMES[name]]
    z, expected = np.array(oracle["z"]), oracle["activations"][name]
    y = activation.value(z)
    assert_close(y, expected["value"], rtol=1e-14)
    assert_close(activation.derivative(z, y), expected["derivative"], rtol=1e-14)


# A small LeNet

LENETS = {"with last pool": "max(2)", "without last pool": "none"}


def by_channel(layer, picture):
    """A dense layer above a picture: PyTorch's rows go channel, row, column; ours row, column, channel."""
    height, width, channels = picture
    W = layer.W.reshape(channels, height, width, -1)
    return layer._replace(W=np.moveaxis(W, 0, 2).reshape(layer.W.shape))


@pytest.mark.parametrize("name", LENETS)
def test_convolutional_network_is_pytorchs(name):
    oracle = stored("lenet")[name]
    network = Network(
        (Picture(8, 8), Convolution(3, 3, pad=1, pool="mean(2)"), Convolution(4, 3, pool=LENETS[name]), 5, 3),
        hidden=("tanh", "relu", "tanh"),
    )
    data = Dataset(oracle["inputs"], oracle["targets"])
    experiment = Experiment(data, network, loss="softmax cross-entropy")
    params, gradients = layers(oracle["params"]), layers(oracle["gradients"])
    for found in (params, gradients):
        found[2] = by_channel(found[2], network.layers[1].shape)
    loss, gradient = experiment.loss_and_gradient(params, data.inputs, data.targets)
    assert_close(experiment.outputs(params), oracle["logits"], rtol=1e-12)
    assert_close(loss, oracle["loss"], rtol=1e-13)
    assert_layers_close(gradient, gradients, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", LENETS)
def test_the_gradient_reaches_the_picture(name):
    oracle = stored("lenet")[name]
    shape = {"with last pool": (1, 1, 4), "without last pool": (2, 2, 4)}[name]
    below = Network(  # a layer that hands the picture on as it is: its gradient holds the picture's
        (Picture(8, 8), Convolution(1, 1), Convolution(3, 3, pad=1, pool="mean(2)"),
         Convolution(4, 3, pool=LENETS[name]), 5, 3),
        hidden=("identity", "tanh", "relu", "tanh"),
    )  # fmt: skip
    params = layers(oracle["params"])
    params[2] = by_channel(params[2], shape)
    params.insert(0, Layer(np.ones((1, 1)), np.zeros((1, 1))))
    x, t = np.array(oracle["inputs"]), np.array(oracle["targets"])
    gradient = Experiment(Dataset(x, t), below, loss="softmax cross-entropy").gradient(params, x, t)
    slopes = np.array(oracle["input_gradient"])
    assert_close(gradient[0].W, (x * slopes).sum(), rtol=1e-11)
    assert_close(gradient[0].b, slopes.sum(), rtol=1e-11)


# Initializers


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("xavier uniform", "xavier_uniform bound"),
        ("glorot uniform", "xavier_uniform bound"),
        ("xavier", "xavier_normal std"),
        ("he uniform", "kaiming_uniform bound, relu"),
        ("he", "kaiming_normal std, relu"),
        ("lecun uniform", "kaiming_uniform bound, linear"),
        ("lecun", "kaiming_normal std, linear"),
    ],
)
def test_initializer_has_pytorchs_spread(name, theirs):
    oracle, random = stored("initializers"), np.random.RandomState(0)
    shape = (oracle["fan_in"], oracle["fan_out"])
    plain = 2 * random.random_sample(shape) - 1 if "bound" in theirs else random.standard_normal(shape)
    drawn = INITIALIZERS[name].draw(np.random.RandomState(0), shape, (oracle["fan_in"], oracle["fan_out"]), 0)
    assert_close(drawn, oracle[theirs] * plain, rtol=1e-13)
