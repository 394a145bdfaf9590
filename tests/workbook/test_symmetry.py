"""Symmetry: what a network without biases cannot be, by name and by trying it out on random networks."""

import numpy as np
import pytest
from hypothesis import given, settings

from workbook import Dataset, Experiment, Layer, Network
from workbook.layers import Convolution, Picture
from workbook.measures.symmetry import can_only_be, homogeneity, oddness

from .random_experiments import experiments

X = np.random.RandomState(0).standard_normal((50, 2))
ODD, ODD_PLUS = "odd", "an odd function plus a constant"
SCALES, SCALES_PLUS = "homogeneous", "a homogeneous function plus a constant"


@pytest.mark.parametrize(
    ("hidden", "output", "bias", "name"),
    [
        ("tanh", "identity", False, ODD),
        ("tanh", "tanh", False, ODD),
        ("identity", "identity", False, ODD),
        (("tanh", "identity"), "tanh", False, ODD),
        ("tanh", "identity", (False, False, True), ODD_PLUS),
        ("tanh", "sigmoid", False, ODD_PLUS),
        (("tanh", "sigmoid"), "identity", False, ODD_PLUS),
        (("tanh", "sigmoid"), "identity", (False, False, True), ODD_PLUS),
        ("identity", "identity", True, ODD_PLUS),
        ("relu", "identity", False, SCALES),
        ("relu", "relu", False, SCALES),
        (("relu", "leaky relu(0.2)"), "identity", False, SCALES),
        ("relu", "identity", (False, False, True), SCALES_PLUS),
        ("relu", "sigmoid", False, "sigmoid of a homogeneous function"),
        (("tanh", "sigmoid"), "sigmoid", False, f"sigmoid of {ODD_PLUS}"),
        (("relu", "tanh"), "identity", False, "f(0) is fixed"),
        ("gelu", "sigmoid", False, "f(0) is fixed"),
        ("sigmoid", "identity", False, None),  # the second layer's z at 0 depends on its weights
        ("tanh", "identity", True, None),
        ("tanh", "identity", (True, False, False), None),
        ("relu", "identity", (False, True, False), None),
    ],
)
def test_by_name(hidden, output, bias, name):
    assert can_only_be(Network((2, 4, 3, 1), hidden, output, bias)) == name


def test_two_real_questions():
    """sin was learned and cos was not; XOR without biases, whose output is a sigmoid."""
    assert can_only_be(Network((1, 10, 1), "sigmoid", bias=False)) == ODD_PLUS
    assert can_only_be(Network((1, 10, 1), "sigmoid", bias=(True, False))) is None
    assert can_only_be(Network((2, 2, 1), "sigmoid", "sigmoid", bias=False)) == f"sigmoid of {ODD_PLUS}"


def test_pools_are_tried_out_too():
    for pool, name in (("none", ODD), ("mean(2)", ODD), ("max(2)", "f(0) is fixed")):
        assert (
            can_only_be(Network((Picture(6, 6), Convolution(2, 3, 1, pool), 1), "tanh", bias=False)) == name
        )
    assert can_only_be(Network((Picture(6, 6), Convolution(2, 3, 1, "max"), 1), "relu", bias=False)) == SCALES


@settings(deadline=None, max_examples=200)
@given(experiments(start=("lecun", "normal(1)")))
def test_what_is_said_of_it_holds_for_random_weights(experiment):
    """Of "sigmoid of ...", the network without the sigmoid is tried."""
    said = can_only_be(experiment.network)
    if said and " of " in said:
        experiment = experiment.but(output="identity")
        said = can_only_be(experiment.network)
    params = experiment.network.init(range(3))
    if said == ODD:
        assert oddness(experiment, params).max() < 1e-20
    if said in (ODD, ODD_PLUS):
        assert oddness(experiment, params, plus_constant=True).max() < 1e-20
    if said == SCALES:
        assert homogeneity(experiment, params, factor=3.7).max() < 1e-20
    if said == SCALES_PLUS:
        x = experiment.dataset.inputs
        three, two, one = (experiment.network.forward(params, c * x)[0] for c in (3, 2, 1))
        np.testing.assert_allclose(three - two, two - one, atol=1e-9)
    if said is not None and said not in (ODD_PLUS, SCALES_PLUS):
        zero = np.zeros((1, experiment.network.widths[0]))
        at_0 = experiment.network.forward(params, zero)[0]
        np.testing.assert_allclose(at_0, at_0[:1].repeat(3, 0), atol=1e-12)


@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "relu", "gelu"])
def test_with_biases_in_the_first_layer_none_of_it_holds(hidden):
    network = Network((2, 5, 1), hidden, bias=(True, False), bias_initializer="normal")
    experiment = Experiment(Dataset(X, X[:, :1]), network)
    params = network.init(range(5))
    assert can_only_be(network) is None
    assert oddness(experiment, params, plus_constant=True).min() > 1e-4
    assert homogeneity(experiment, params).min() > 1e-4


def test_shares_by_hand():
    """A line with an intercept; |x| of two ReLUs, which is even; and 0, which is everything."""
    line = Experiment(Dataset([[1], [-1]], [[0], [0]]), Network((1, 1)))
    params = [Layer(np.array([[3.0]]), np.array([[4.0]]))]
    assert oddness(line, params) == pytest.approx(16 / 25)
    assert oddness(line, params, plus_constant=True) == pytest.approx(0)
    assert homogeneity(line, params, [[1.0]]) == pytest.approx(16 / (100 + 196))
    fold = line.but(network=Network((1, 2, 1), "relu", bias=False))
    params = [Layer(np.array([[1.0, -1]]), None), Layer(np.ones((2, 1)), None)]
    assert oddness(fold, params, X[:, :1]) == 1
    assert homogeneity(fold, params, X[:, :1]) == 0
    nothing = [Layer(np.zeros((1, 2)), None), Layer(np.zeros((2, 1)), None)]
    assert oddness(fold, nothing) == homogeneity(fold, nothing) == 0


def test_a_factor_below_0():
    experiment = Experiment(Dataset(X, X), Network((2, 2)))
    with pytest.raises(ValueError, match="above 0; -1"):
        homogeneity(experiment, experiment.network.init(0), factor=-1)


def test_the_rounding_of_a_constant_is_no_even_function():
    constant = Experiment(Dataset(X[:49], X[:49]), Network((2, 2)))
    for value in (0.1, 0.3, 1e9 / 3):
        params = [Layer(np.zeros((2, 2)), np.full((1, 2), value))]
        assert oddness(constant, params, plus_constant=True) == 0
        assert oddness(constant, params) == 1
