"""Diagnosis: dead units, constant outputs and outcomes, on networks built to have them."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network
from workbook.outcomes import OUTCOMES, constant_output, dead_units, finite, outcomes

DATA = Dataset([[1.0], [2.0]], [[0.0], [1.0]])
RELU = Experiment(DATA, Network((1, 2, 1), hidden="relu"))


def one(hidden, output, hidden_bias=(0, 0), output_bias=0):
    """Parameters of a 1-2-1 network."""
    return [
        Layer(np.array([hidden], float), np.array([hidden_bias], float)),
        Layer(np.array(output, float).reshape(2, 1), np.array([[output_bias]], float)),
    ]


def together(*members):
    return [
        Layer(*(np.stack(arrays) for arrays in zip(*same, strict=True)))
        for same in zip(*members, strict=True)
    ]


SOLVED = one((1, 0), (1, 0), output_bias=-1)
DIVERGED = one((np.nan, 1), (1, 1))
DEAD = one((-1, -1), (1, 1), output_bias=0.5)
CONSTANT = one((1, 1), (1, -1), output_bias=0.5)
UNSOLVED = one((1, 1), (5, 5))
EACH = {"solved": SOLVED, "diverged": DIVERGED, "dead": DEAD, "constant": CONSTANT, "unsolved": UNSOLVED}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_outcome_of_one_network(outcome):
    assert outcomes(RELU, EACH[outcome]) == outcome


def test_outcomes_of_a_population():
    assert outcomes(RELU, together(*EACH.values())).tolist() == list(EACH)


def test_solved_comes_first():
    assert outcomes(RELU.but(solved_below=0.25), DEAD) == "solved"
    assert outcomes(RELU.but(solved_below=0.2499), DEAD) == "dead"


def test_dead_comes_before_constant():
    assert constant_output(RELU, DEAD)
    assert outcomes(RELU, DEAD) == "dead"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_not_finite_is_divergence(bad):
    for layer in (0, 1):
        for kind in ("W", "b"):
            params = one((1, 1), (5, 5))
            getattr(params[layer], kind)[0, 0] = bad
            assert not finite(params)
            assert outcomes(RELU, params) == "diverged"


def test_finite_tells_members_apart_and_passes_over_missing_biases():
    assert finite(together(*EACH.values())).tolist() == [True, False, True, True, True]
    assert finite([Layer(np.ones((2, 2)), None)])
    assert not finite([Layer(np.full((2, 2), np.inf), None)])


def test_dead_units_are_off_for_every_row():
    # z is (-1, -2) at the first unit and (1, -1) at the second: off for both rows, and for one.
    (dead,) = dead_units(RELU, one((-1, -2), (1, 1), hidden_bias=(0, 3)))
    assert dead.tolist() == [True, False]


def test_dead_units_of_a_population_and_of_two_layers():
    experiment = RELU.but(sizes=(1, 2, 3, 1))
    params = experiment.network.init(range(4))
    params[1] = Layer(params[1].W, params[1].b + np.array([[[-1e3]], [[1e3]], [[1e3]], [[1e3]]]))
    first, second = dead_units(experiment, params)
    assert (first.shape, second.shape) == ((4, 2), (4, 3))
    assert second.all(-1).tolist() == [True, False, False, False]


def test_one_dead_layer_is_enough():
    experiment = RELU.but(sizes=(1, 2, 2, 1))
    params = [*one((1, 1), (5, 5))[:1], Layer(-np.ones((2, 2)), np.zeros((1, 2))), UNSOLVED[1]]
    assert outcomes(experiment, params) == "dead"


def test_a_saturated_tanh_is_dead_and_a_leaky_unit_never():
    params = one((1e3, -1e3), (1, 1), output_bias=9)
    assert dead_units(RELU.but(hidden="tanh"), params)[0].all()
    assert not dead_units(RELU.but(hidden="leaky relu"), DEAD)[0].any()
    assert not dead_units(RELU.but(hidden="identity"), DEAD)[0].any()


def test_one_unit_left_is_enough_to_be_alive():
    assert dead_units(RELU, one((-1, 1), (5, 5)))[0].tolist() == [True, False]
    assert outcomes(RELU, one((-1, 1), (5, 5))) == "unsolved"


def test_the_output_layer_is_no_hidden_layer():
    experiment = Experiment(DATA, Network((1, 1), output="relu"))
    params = [Layer(np.array([[-1.0]]), np.array([[0.0]]))]
    assert dead_units(experiment, params) == []
    assert outcomes(experiment, params) == "constant"


def test_constant_is_below_a_hundredth_of_the_targets_spread():
    for slope, expected in ((0.0099, True), (-0.0099, True), (0.0101, False), (1.0, False)):
        assert constant_output(RELU, one((1, 0), (slope, 0))) == expected


def test_constant_means_every_output():
    experiment = Experiment(Dataset([[0], [1]], [[0, 0], [1, 100]]), Network((1, 2), bias=False))
    for weights, expected in (([[0.0, 0.5]], True), ([[0.5, 0.5]], False), ([[0.0, 5.0]], False)):
        assert constant_output(experiment, [Layer(np.array(weights), None)]) == expected


def test_one_row_is_never_constant():
    experiment = Experiment(Dataset([[1]], [[5]]), Network((1, 2, 1)))
    assert outcomes(experiment, experiment.network.init(0)) == "unsolved"
