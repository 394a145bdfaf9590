"""Diagnosis: dead units, constant outputs and outcomes, on networks built to have them."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network
from workbook.outcomes import (
    CONSTANTS,
    OUTCOMES,
    Curve,
    constant_output,
    constants,
    dead_units,
    finite,
    outcomes,
)

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
FAR_OFF = one((1, 1), (5, 5))
EACH = {
    "solved": SOLVED,
    "diverged": DIVERGED,
    "dead": DEAD,
    "constant": CONSTANT,
    "like a constant": FAR_OFF,
}

# Four units with their kinks between the rows, so that such a network can say anything to these.
CURVE = Experiment(
    Dataset([[0.0], [1], [2], [3]], [[0.0], [1], [4], [9]], "squares"), RELU.network.but(sizes=(1, 4, 1))
)
ALWAYS = np.array([[1.0, 0, -1, -2]])
SQUARES = np.array([0.0, 1, 4, 9])
FAR = np.array([0.0, 1, 4, 16])
LINE = 3 * np.arange(4) - 1.0  # the best straight line through the squares; its mean squared error is 1


def saying(answers, dead=0):
    """Parameters with which CURVE's network says this to its rows; the first units are given another sign."""
    units = np.maximum(CURVE.dataset.inputs + ALWAYS, 0)
    params = [
        Layer(np.ones((1, 4)), ALWAYS),
        Layer(np.linalg.solve(units, answers)[:, None], np.zeros((1, 1))),
    ]
    if dead:  # a fifth unit that never says anything
        params = [
            Layer(np.append(params[0].W, [[-1.0]], 1), np.append(params[0].b, [[-1.0]], 1)),
            Layer(np.append(params[1].W, [[2.0]], 0), params[1].b),
        ]
    return params


def curve(*losses):
    """Losses of one network, recorded at every step."""
    return Curve(np.arange(len(losses)), np.array(losses, float))


def came_to(answers, went=None, dead=0, **changes):
    experiment = CURVE.but(sizes=(1, 5, 1)) if dead else CURVE
    return str(outcomes(experiment.but(**changes), saying(answers, dead), went))


@pytest.mark.parametrize("outcome", EACH)
def test_outcome_of_one_network(outcome):
    assert outcomes(RELU, EACH[outcome]) == outcome


def test_outcomes_of_a_population():
    assert outcomes(RELU, together(*EACH.values())).tolist() == list(EACH)


def test_what_is_left_is_told_apart():
    slow, fast = np.full(100, 2.0), np.linspace(3, 2, 100)
    bent = LINE + np.array([0.4, -0.4, -0.4, 0.4])  # a little better than the line
    assert came_to(bent) == came_to(bent, curve(*slow)) == "unsolved"
    assert came_to(LINE) == "like a line"
    assert came_to(bent, dead=1) == "partly dead"
    assert came_to(bent, curve(*fast)) == came_to(bent, curve(*fast), dead=1) == "improving"
    assert came_to(FAR) == "like a constant"
    assert came_to(FAR, curve(1, 9)) == "worse"
    assert came_to(FAR, Curve(np.array([5, 9]), np.array([1.0, 9.0]))) != "worse"
    assert came_to(SQUARES) == "solved"


def test_each_bound_is_where_it_is_said_to_be():
    variance = SQUARES.var()
    off = np.array([1, -1, 1, -1.0])
    assert came_to(SQUARES + off * np.sqrt(0.991 * variance)) == "like a constant"
    assert came_to(SQUARES + off * np.sqrt(0.989 * variance)) == "like a line"
    assert came_to(SQUARES + off * np.sqrt(0.991)) == "like a line"
    assert came_to(SQUARES + off * np.sqrt(0.989)) == "unsolved"
    level = [5.0] * 10
    assert came_to(LINE, curve(*[5] * 80, *level, *[4.89] * 10)) == "improving"
    assert came_to(LINE, curve(*[5] * 80, *level, *[4.91] * 10)) == "like a line"
    assert came_to(LINE, curve(*[5] * 8, 1e-9)) == "like a line"  # too few to tell


def test_a_penalty_is_not_held_against_the_answers():
    bent = LINE + np.array([0.4, -0.4, -0.4, 0.4])
    assert came_to(bent, penalty="weight decay(100)") == "unsolved"


def test_a_loss_below_0_is_not_solved():
    labels = Dataset([[0.0], [1]], [[0.0], [7]], "labels of a class in one column")
    experiment = Experiment(labels, Network((1, 1)), loss="sigmoid cross-entropy")
    assert outcomes(experiment, [Layer(np.array([[5e3]]), np.array([[5e3]]))]) == "unbounded"
    assert outcomes(experiment, [Layer(np.array([[0.0]]), np.array([[0.0]]))]) == "constant"


def test_what_it_says_is_judged_and_not_its_logits():
    """Logits far apart may stand for one and the same probability."""
    data = Dataset([[0.0], [1]], [[0.0], [1]], "a bit")
    experiment = Experiment(data, Network((1, 1)), loss="sigmoid cross-entropy")
    for slope, bias, constant in ((500, 500, True), (0.1, 0, True), (2, -1, False)):
        params = [Layer(np.array([[float(slope)]]), np.array([[float(bias)]]))]
        assert constant_output(experiment, params) == constant


@pytest.mark.parametrize(
    ("output", "bias", "which"),
    [
        ("identity", 0.5, CONSTANTS[0]),
        ("identity", 0.7, CONSTANTS[2]),
        ("sigmoid", 0.0, CONSTANTS[0]),
        ("sigmoid", 9.0, CONSTANTS[1]),
        ("sigmoid", 1.0, CONSTANTS[2]),
        ("relu", -1.0, CONSTANTS[1]),
    ],
)
def test_which_constant(output, bias, which):
    experiment = Experiment(DATA, Network((1, 1), output=output))
    params = [Layer(np.zeros((1, 1)), np.array([[bias]]))]
    assert constants(experiment, params) == which
    assert constants(experiment, [Layer(np.ones((1, 1)), np.zeros((1, 1)))]) == ""


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
    params = [*one((1, 1), (5, 5))[:1], Layer(-np.ones((2, 2)), np.zeros((1, 2))), FAR_OFF[1]]
    assert outcomes(experiment, params) == "dead"


def test_a_saturated_tanh_is_dead_and_a_leaky_unit_never():
    params = one((1e3, -1e3), (1, 1), output_bias=9)
    assert dead_units(RELU.but(hidden="tanh"), params)[0].all()
    assert not dead_units(RELU.but(hidden="leaky relu"), DEAD)[0].any()
    assert not dead_units(RELU.but(hidden="identity"), DEAD)[0].any()


def test_one_unit_left_is_enough_to_be_alive():
    assert dead_units(RELU, one((-1, 1), (5, 5)))[0].tolist() == [True, False]
    assert outcomes(RELU, one((-1, 1), (5, 5))) == "like a constant"


def test_the_output_layer_is_no_hidden_layer():
    experiment = Experiment(DATA, Network((1, 1), output="relu"))
    params = [Layer(np.array([[-1.0]]), np.array([[0.0]]))]
    assert dead_units(experiment, params) == []
    assert outcomes(experiment, params) == "constant"


def test_constant_is_below_a_twentieth_of_the_targets_spread():
    for slope, expected in ((0.0499, True), (-0.0499, True), (0.0501, False), (1.0, False)):
        assert constant_output(RELU, one((1, 0), (slope, 0))) == expected


def test_constant_means_every_output():
    experiment = Experiment(Dataset([[0], [1]], [[0, 0], [1, 100]]), Network((1, 2), bias=False))
    for weights, expected in (([[0.0, 4.0]], True), ([[0.5, 4.0]], False), ([[0.0, 6.0]], False)):
        assert constant_output(experiment, [Layer(np.array(weights), None)]) == expected


def test_one_row_is_never_constant():
    """A constant would be right for it, and the network is not."""
    experiment = Experiment(Dataset([[1]], [[5]]), Network((1, 2, 1)))
    assert outcomes(experiment, experiment.network.init(0)) == "like a constant"


def test_every_outcome_is_met_here():
    met = {*EACH, "unbounded", "worse", "improving", "partly dead", "unsolved"}
    assert {*met, "like a line"} == set(OUTCOMES)
