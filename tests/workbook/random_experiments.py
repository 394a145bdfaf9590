"""Experiments of every kind, for properties that hold for all of them."""

import numpy as np
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Network
from workbook.layers import Convolution, Picture

ROWS = 5
HIDDEN = [
    "sigmoid",
    "tanh",
    "relu",
    "leaky relu(0.1)",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "identity",
    "softmax",
]
LOSSES = ["mean squared error", "quadratic cost", "softmax cross-entropy", "sigmoid cross-entropy", "huber"]


@st.composite
def experiments(draw, start=("lecun", "normal(1)", "normal(0)", "normal(300)")):
    """A dense or a convolutional network, on five rows: any depth, any part, any biases."""
    if draw(st.booleans()):
        sizes = [draw(st.integers(1, 3)) for _ in range(draw(st.integers(2, 5)))]
    else:
        pool, pad = draw(st.sampled_from(["none", "max(2)", "mean(2)"])), draw(st.integers(0, 1))
        sizes = [Picture(5, 6, draw(st.integers(1, 2))), Convolution(2, 2, pad, pool)]
        sizes += [Convolution(3, 2)] * draw(st.integers(0, 1)) + [draw(st.integers(1, 3))] * draw(
            st.integers(0, 2)
        )
    layers = len(sizes) - 1
    network = Network(
        tuple(sizes),
        hidden=tuple(draw(st.lists(st.sampled_from(HIDDEN), min_size=layers - 1, max_size=layers - 1))),
        output=draw(st.sampled_from(["identity", "sigmoid", "tanh", "softmax", "relu"])),
        bias=tuple(draw(st.lists(st.booleans(), min_size=layers, max_size=layers))),
        initializer=draw(st.sampled_from(start)),
        bias_initializer="normal(0.5)",
    )
    random = np.random.RandomState(draw(st.integers(0, 3)))
    inputs, targets = random.standard_normal((ROWS, network.widths[0])), random.rand(ROWS, network.widths[-1])
    return Experiment(
        Dataset(inputs, targets),
        network,
        loss=draw(st.sampled_from(LOSSES)),
        penalty=draw(st.sampled_from(["none", "weight decay(0.1)"])),
        batch_size=draw(st.sampled_from([None, 2])),
        optimizer=draw(st.sampled_from(["gradient descent", "momentum", "adam", "rmsprop"])),
        clipping=draw(st.sampled_from(["none", "norm(1)"])),
    )
