"""Parts, networks and experiments travel to another process and are equal to what was sent."""

import pickle
from copy import deepcopy

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, train
from workbook.layers import POOLS, Convolution, Picture
from workbook.network import WAYS_BACK
from workbook.parts import (
    ACTIVATIONS,
    CLIPPINGS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    ORDERS,
    PENALTIES,
    Loss,
    Registry,
    explicit,
)

from .examples import ROWS, XOR, assert_same

REGISTRIES: tuple[Registry, ...] = (
    ACTIVATIONS, CLIPPINGS, INITIALIZERS, LOSSES, OPTIMIZERS, ORDERS, PENALTIES, POOLS, WAYS_BACK,
)  # fmt: skip
PARTS = [
    registry["weight decay(0.1)" if name == "weight decay" else name]
    for registry in REGISTRIES
    for name in registry
]


def value(y, t):
    return np.square(y - t).sum((-2, -1))


def gradient(y, t):
    return 2 * (y - t)


def back_and_forth(thing, protocol=pickle.HIGHEST_PROTOCOL):
    return pickle.loads(pickle.dumps(thing, protocol))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{type(part).__name__} {part.name}")
def test_every_part_travels_as_its_name(part):
    for protocol in (2, pickle.HIGHEST_PROTOCOL):
        assert back_and_forth(part, protocol) is part
    assert deepcopy(part) is part
    assert len(pickle.dumps(part)) < 200


@pytest.mark.parametrize("setting", ["huber(0.3)", "binary cross-entropy(1e-05)"])
def test_numbers_travel_with_it(setting):
    assert back_and_forth(LOSSES[setting]).name == setting


def test_a_part_of_ones_own_travels_with_its_functions():
    part = Loss("mine", value, gradient)
    assert back_and_forth(part) == part
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(Loss("mine", lambda y, t: value(y, t), gradient))


def test_an_impostor_does_not_travel_as_the_part_whose_name_it_bears():
    impostor = Loss("mean squared error", value, gradient)
    assert back_and_forth(impostor) == impostor != LOSSES["mean squared error"]


def test_explicit_starts_are_equal_where_their_numbers_are_and_travel():
    start = explicit([[1.0, -0.0]], [[np.nan], [4]])
    assert start == explicit([[1, -0.0]], [[np.nan], [4]])
    assert hash(start) == hash(explicit([[1, -0.0]], [[np.nan], [4]]))
    assert start != explicit([[1.0, 0.5]], [[np.nan], [4]])
    assert explicit([[1, 2]]) != explicit([[1], [2]])
    twin = back_and_forth(start)
    assert twin == start
    for layer, shape in ((0, (1, 2)), (1, (2, 1))):
        np.testing.assert_array_equal(
            twin.draw(None, shape, (1, 1), layer), start.draw(None, shape, (1, 1), layer)
        )


NETWORKS = {
    "plain": Network((2, 4, 1)),
    "one part a layer": Network(
        (2, 3, 4, 1), ("elu(0.3)", "gelu"), "softmax", (True, False, True), ("he", "lecun", "zeros")
    ),
    "explicit": Network((1, 2), initializer=explicit([[1, 2]])),
    "convolutional": Network((Picture(4, 4), Convolution(2, 3, pool="mean(2)"), 1)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_travel(name):
    network = NETWORKS[name]
    twin = back_and_forth(network)
    assert twin == network
    assert hash(twin) == hash(network)
    assert_same(twin.init(3), network.init(3))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer": "adam(0.01)", "clipping": "norm(0.1)", "penalty": "weight decay(0.1)", "loss": "huber"},
        {"initializer": explicit(np.ones((3, 4)), np.ones((4, 2))), "order": "in order"},
    ],
)
def test_experiments_travel_and_train_there_as_here(changes):
    experiment = ROWS.but(**changes)
    twin = back_and_forth(experiment)
    assert twin == experiment
    assert hash(twin) == hash(experiment)
    here, there = train(experiment, [1, 2], remember=False), train(twin, [1, 2], remember=False)
    assert_same(here.params, there.params)
    assert train(experiment, [1, 2]).losses is train(twin, [1, 2]).losses  # remembered as the same


def test_an_experiment_made_twice_is_one():
    def made():
        data = Dataset([[0.0, 1.0], [1.0, 1.0]], [[1.0], [0.0]])
        net = Network((2, 2, 1), initializer=explicit(np.eye(2), [[1], [1]]))
        return Experiment(
            data, net, optimizer="adam(0.01)", loss="sigmoid cross-entropy", clipping="value(1)"
        )

    assert made() == made()
    assert hash(made()) == hash(made())
    assert XOR.but(optimizer="adam(0.01)") == XOR.but(optimizer="adam", step_size=0.01)
