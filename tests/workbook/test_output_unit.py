"""The instruments of an output unit, against other ways of computing the same."""

import math

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, train
from workbook.cases.linear_output import OUTPUTS, brief, square
from workbook.layers import Convolution, Picture
from workbook.measures.output_unit import (
    Span,
    fall,
    hinges,
    line_and_bend,
    out_of_reach,
    output_unit,
    reach,
    starts_below_zero,
    straight_line_error,
    stuck,
    tightest,
)
from workbook.parts import ACTIVATIONS, LOSSES, Activation


def test_output_unit_agrees_with_backward():
    experiment = brief("sigmoid", 0.1, 1)
    params = experiment.network.init(range(3))
    unit = output_unit(experiment, params)
    data = experiment.dataset
    _, gradient = experiment.loss_and_gradient(params, data.inputs, data.targets)
    np.testing.assert_allclose(unit.at_z.sum(-1), gradient[-1].b[:, 0, 0])
    np.testing.assert_allclose(unit.y[..., None], experiment.outputs(params))
    np.testing.assert_allclose(unit.at_z, unit.from_above * unit.y * (1 - unit.y))


def test_hinges_are_where_the_hidden_units_change_sides():
    network = Network((1, 5, 1), hidden="relu", bias_initializer="uniform(-1, 1)")
    params = network.init(range(4))
    where = hinges(params)
    assert where.shape == (4, 5)
    _, trace = network.forward(params, where[:, :, None])
    at_their_hinge = np.diagonal(trace[0].z, axis1=1, axis2=2)
    np.testing.assert_allclose(at_their_hinge, 0, atol=1e-12)


def test_line_and_bend():
    """A linear network, 3 x + 1/2, is a line; a network that says x^2 in places has the parabola's bend."""
    experiment = brief("identity", 1e-9, 1).but(network=Network((1, 1), output="identity"))
    run = train(experiment, [0], [Layer(np.full((1, 1, 1), 3.0), np.full((1, 1, 1), 0.5))])
    np.testing.assert_allclose(line_and_bend(run)[:, 0], [3, 0.5, 0], atol=1e-6)
    learned = train(brief("identity", 0.03, 300, bias_initializer="uniform(-1, 1)"), range(20))
    assert 0.7 < np.median(line_and_bend(learned)[2]) < 1.1


def test_fall_is_how_fast_the_loss_falls():
    experiment = brief("identity", 1e-7, 1)
    run = train(experiment, range(3))
    lost = (run.losses[0] - run.losses[-1]) / 1e-7
    np.testing.assert_allclose(lost, fall(experiment, experiment.network.init(range(3))), rtol=1e-3)


def test_reach():
    spans = {name: reach(setting) for name, setting in OUTPUTS.items()}
    unbounded = (-np.inf, np.inf)
    assert spans == {
        "leaky": unbounded,
        "linear": unbounded,
        "ReLU": (0, np.inf),
        "sigmoid": (0, 1),
        "tanh": (-1, 1),
    }
    assert out_of_reach(square(), "sigmoid") == 0
    assert out_of_reach(square(3, shift=-2), "relu") == pytest.approx((4 + 1.75**2 + 1) / 3)


def test_straight_line_error():
    assert straight_line_error(square(5001)) == pytest.approx(1 / 180, rel=1e-3)
    assert straight_line_error(square(5001), through_origin=True) == pytest.approx(1 / 80, rel=1e-3)
    assert straight_line_error(square(scale=4, shift=3)) == pytest.approx(16 * straight_line_error(square()))


def test_cross_entropy_cancels_the_slope_of_the_sigmoid():
    sigmoid, cross_entropy = ACTIVATIONS["sigmoid"], LOSSES["binary cross-entropy(0)"]
    z, t = np.linspace(-6, 6, 7).reshape(-1, 1), np.array([[0, 1, 1, 0, 0.5, 1, 0]]).T
    y = sigmoid.value(z)
    at_z = cross_entropy.gradient(y, t) * sigmoid.derivative(z, y)
    np.testing.assert_allclose(at_z, (y - t) / 7, rtol=1e-6)
    nudge = 1e-6 * np.eye(7)[:, :, None]
    slope = cross_entropy.value(sigmoid.value(z + nudge), t) - cross_entropy.value(
        sigmoid.value(z - nudge), t
    )
    np.testing.assert_allclose(slope / 2e-6, at_z[:, 0], atol=1e-8)


def test_hinges_of_what_has_none_are_refused():
    with pytest.raises(ValueError, match="no bias"):
        hinges(Network((1, 3, 1), bias=False).init(0))
    with pytest.raises(ValueError, match="2 inputs"):
        hinges(Network((2, 3, 1)).init(0))


def test_stuck_is_no_better_than_zero():
    """A line that says 0 is stuck; one that says a third of the targets leaves about half of the error."""
    experiment = Experiment(square(21), Network((1, 1), bias=False), steps=0)
    says = np.array([0.0, 0.3, -0.1]).reshape(3, 1, 1)
    run = train(experiment, range(3), [Layer(says, None)])
    np.testing.assert_array_equal(stuck(run), [True, False, True])


def test_below_zero_on_every_row_is_0_or_below():
    experiment = Experiment(square(21, shift=1), Network((1, 1)))
    members = [Layer(np.array([[[-1.0]], [[-1.0]], [[1.0]]]), np.array([[[0.0]], [[0.5]], [[-2.0]]]))]
    np.testing.assert_array_equal(starts_below_zero(experiment, members), [True, False, True])


@pytest.mark.parametrize(("target", "output"), [
    (Span(-0.5, 0.5), "tanh"),
    (Span(-0.5, 2), "linear"),
    (Span(0.2, 0.4), "sigmoid"),
    (Span(0.2, 0.4, sum_to_one=True), "softmax"),
    (Span(3, math.inf), "exponential"),
])  # fmt: skip
def test_the_tightest_output(target, output):
    outputs = {
        "linear": Span(),
        "tanh": Span(-1, 1),
        "exponential": Span(0),
        "sigmoid": Span(0, 1),
        "softmax": Span(0, 1, sum_to_one=True),
    }
    assert tightest(target, outputs) == output


def test_no_tightest_output_is_an_error():
    with pytest.raises(ValueError, match="tightest"):
        tightest(Span(-3, 3), {"tanh": Span(-1, 1)})
    with pytest.raises(ValueError, match="tightest"):
        tightest(Span(0.2, 0.3), {"a": Span(0, 0.5), "b": Span(0.1, 1)})


def test_several_outputs_each_by_its_number():
    x = np.random.RandomState(0).standard_normal((7, 2))
    experiment = Experiment(Dataset(x, x), Network((2, 3, 2), "tanh", "sigmoid"))
    params = experiment.network.init(range(3))
    _, gradient = experiment.loss_and_gradient(params, x, x)
    for unit in (0, 1):
        found = output_unit(experiment, params, unit)
        assert found.z.shape == (3, 7)
        np.testing.assert_allclose(found.at_z.sum(-1), gradient[-1].b[:, 0, unit])
        np.testing.assert_allclose(found.y, experiment.outputs(params)[..., unit])
        below = starts_below_zero(experiment, params, unit)
        np.testing.assert_array_equal(below, (found.z <= 0).all(-1))
    for unit in (2, -1):
        with pytest.raises(ValueError, match=f"no output unit {unit}: the network has 2"):
            output_unit(experiment, params, unit)


@pytest.mark.parametrize("output", ["softmax", "tanh"])
def test_what_is_handed_back_makes_the_gradient_of_a_softmax_and_of_filters_too(output):
    x = np.random.RandomState(0).standard_normal((7, 16))
    for sizes in ((16, 3), (Picture(4, 4), Convolution(3, 3, 1, "max(2)"))):
        network = Network(sizes, output=output)
        experiment = Experiment(Dataset(x, np.abs(x[:, : network.widths[-1]])), network)
        params = network.init(0)
        gradient = experiment.gradient(params, x, experiment.dataset.targets)
        for unit in range(3):
            back = output_unit(experiment, params, unit).at_z
            np.testing.assert_allclose(back.sum(), gradient[-1].b[0, unit], atol=1e-12)


def test_reach_of_what_dips_or_depends_on_the_row():
    low, high = reach("silu")
    assert (low, high) == (pytest.approx(-0.278464543, abs=1e-7), np.inf)
    assert reach("gelu")[0] == pytest.approx(-0.170040, abs=1e-5)
    assert reach("softmax") == (0, 1)
    assert reach("softplus") == (pytest.approx(0, abs=1e-15), np.inf)
    assert reach("elu(0.5)") == (-0.5, np.inf)
    assert reach("leaky relu(-0.5)") == (0, np.inf)
    wave = Activation("sine", np.sin, lambda z, y: np.cos(z))
    assert reach(wave) == pytest.approx((-1, 1))
    assert out_of_reach(square(3, shift=-2), "silu") > out_of_reach(square(3, shift=-2), "tanh")


def test_the_best_plane_of_several_inputs():
    x = np.random.RandomState(0).standard_normal((40, 3))
    plane = x @ [[1.0, 2], [0, 1], [-1, 3]] + [5, -4]
    assert straight_line_error(Dataset(x, plane)) < 1e-25
    assert straight_line_error(Dataset(x, plane), through_origin=True) > 1


def test_stuck_goes_by_the_loss_that_there_is():
    """A summed error of 21 rows is 21 times the mean: what is stuck in one is stuck in the other."""
    experiment = Experiment(square(21), Network((1, 1), bias=False), "summed squared error", steps=0)
    run = train(experiment, range(4), [Layer(np.array([0, 0.3, -0.1, np.nan]).reshape(4, 1, 1), None)])
    np.testing.assert_array_equal(stuck(run), [True, False, True, False])


def test_line_and_bend_of_other_networks_and_of_what_overflowed():
    experiment = Experiment(square(9), Network((1, 1), bias=False), steps=0)
    run = train(experiment, range(2), [Layer(np.array([3.0, np.inf]).reshape(2, 1, 1), None)])
    np.testing.assert_allclose(line_and_bend(run), [[3, np.nan], [0, np.nan], [0, np.nan]], atol=1e-12)
    for data in (
        Dataset([[1, 2], [3, 4], [5, 6]], [[1], [2], [3]]),
        Dataset([[1], [1], [2]], [[1], [1], [2]]),
    ):
        other = Experiment(data, Network((data.inputs.shape[1], 1)), steps=0)
        with pytest.raises(ValueError, match="one input, one output and three different rows"):
            line_and_bend(train(other, 0))


def test_hinges_need_hidden_units():
    with pytest.raises(ValueError, match="this network has none"):
        hinges(Network((1, 1)).init(0))


def test_fall_overflows_without_a_warning():
    experiment = brief("identity", 0.1, 1, initializer="normal(1e200)")
    assert not np.isfinite(fall(experiment, experiment.network.init(0)))
