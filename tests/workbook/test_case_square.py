"""The case of x squared: what was posted, what we claim, and the instruments that the claims rest on."""

import numpy as np
import pytest

from workbook import CASES, Layer, Network, Trainer, train
from workbook.cases.linear_output import LEAKY, OUTPUTS, as_posted, below_zero_start, brief, square
from workbook.measures.output_unit import (
    cross_entropy,
    hinges,
    line_and_bend,
    out_of_reach,
    output_unit,
    reach,
    starts_below_zero,
    steepness,
    straight_line_error,
    stuck,
)
from workbook.parts import ACTIVATIONS

CASE = CASES["square"]


def test_it_is_what_was_posted():
    assert as_posted.network.sizes == (1, 64, 1)
    assert as_posted.network.hidden.name == as_posted.network.output.name == LEAKY == "leaky relu(0.01)"
    assert (as_posted.step_size, as_posted.steps, as_posted.batch_size) == (1e-6, 50_000, None)
    assert as_posted.loss.name == "mean squared error"
    assert as_posted.penalty.name == "weight decay(1e-08)"
    assert as_posted.network.initializer.name == "he"
    x, t = as_posted.dataset.inputs, as_posted.dataset.targets
    assert x.shape == (201, 1)
    assert (x[0], x[-1]) == (0, 1)
    np.testing.assert_allclose(np.diff(x[:, 0]), 1 / 200)
    np.testing.assert_array_equal(t, x**2)
    assert CASE.chapter == "03_linear_output.ipynb"


@pytest.mark.parametrize("claim", CASE.claims, ids=lambda claim: claim.statement)
def test_claims(claim):
    assert claim.holds()


@pytest.mark.parametrize(("output", "low", "high"), [(LEAKY, 0.2, 0.22), ("identity", 0.02, 0.04)])
def test_all_50_000_steps_on_all_rows(output, low, high):
    """Slow, about 8 s each: one seed that starts below 0, exactly as posted; and its 50-step stand-in."""
    start = [Layer(layer.W[None], layer.b[None]) for layer in as_posted.network.init(3)]
    posted = as_posted.but(output=output)
    run = train(posted.but(record_every=50_000), [3], start)
    assert low < run.losses[-1, 0] < high
    assert stuck(run)[0] == (output == LEAKY)
    brief_run = train(posted.but(step_size=1e-4, steps=500), [3], start)
    np.testing.assert_allclose(brief_run.losses[-1], run.losses[-1], rtol=0.01)


def test_the_conclusion_is_the_same_on_all_rows():
    """As posted, in 50 steps of 0.001: the same seeds are stuck on 21 rows and on 201."""
    few, all_ = (train(brief(LEAKY, 1e-3, 50, dataset=square(rows)), range(30)) for rows in (21, 201))
    assert (stuck(few) == stuck(all_)).mean() >= 29 / 30
    assert 8 <= stuck(all_).sum() <= 22


def test_the_way_out_is_as_long_as_one_over_the_slope():
    """z feels the slope once; the loss twice."""

    def steps_until_free(slope):
        start = below_zero_start(20)
        experiment = brief(f"leaky relu({slope})", 0.003, 5000)
        trainer = Trainer(experiment, range(len(start[0].W)), start)
        while np.median(output_unit(experiment, trainer.params).z[:, -1]) <= 0 and trainer.step < 5000:
            trainer.advance(5)
        return trainer.step

    free = [steps_until_free(slope) for slope in (1, 0.1, 0.01)]
    assert 8 < free[1] / free[0] < 12
    assert 8 < free[2] / free[1] < 12


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


def test_starts_below_zero():
    params = as_posted.network.init(range(50))
    slope = as_posted.network.forward(params, np.ones((1, 1)))[1][-1].z[:, 0, 0]
    np.testing.assert_array_equal(starts_below_zero(as_posted, params), slope < 0)


def test_steepness_is_how_fast_the_loss_falls():
    experiment = brief("identity", 1e-7, 1)
    run = train(experiment, range(3))
    fall = (run.losses[0] - run.losses[-1]) / 1e-7
    np.testing.assert_allclose(fall, steepness(experiment, experiment.network.init(range(3))), rtol=1e-3)


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
    sigmoid = ACTIVATIONS["sigmoid"]
    z, t = np.linspace(-6, 6, 7).reshape(-1, 1), np.array([[0, 1, 1, 0, 0.5, 1, 0]]).T
    y = sigmoid.value(z)
    at_z = cross_entropy.gradient(y, t) * sigmoid.derivative(z, y)
    np.testing.assert_allclose(at_z, (y - t) / 7, rtol=1e-6)
    nudge = 1e-6 * np.eye(7)[:, :, None]
    slope = cross_entropy.value(sigmoid.value(z + nudge), t) - cross_entropy.value(
        sigmoid.value(z - nudge), t
    )
    np.testing.assert_allclose(slope / 2e-6, at_z[:, 0], atol=1e-8)
