"""Training against closed forms; divergence as data; and what is recorded."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Layer, Network, Trainer, train
from workbook.data.datasets import line

from .examples import BOWL, DATA, ROWS, XOR, assert_same

# Closed forms


def test_one_step_by_hand():
    net = Network((1, 1, 1), hidden="sigmoid", output="sigmoid")
    start = [
        Layer(np.array([[[0.5]]]), np.array([[[0.1]]])),
        Layer(np.array([[[-0.4]]]), np.array([[[0.2]]])),
    ]
    experiment = Experiment(
        Dataset([[2.0]], [[1.0]]), net, loss="half summed squared error", step_size=3, steps=1
    )
    hidden = 1 / (1 + math.exp(-(0.5 * 2 + 0.1)))
    y = 1 / (1 + math.exp(-(-0.4 * hidden + 0.2)))
    at_output = (y - 1) * y * (1 - y)
    at_hidden = at_output * -0.4 * hidden * (1 - hidden)
    (W1, b1), (W2, b2) = train(experiment, 0, start).params
    assert W2.item() == pytest.approx(-0.4 - 3 * at_output * hidden, rel=1e-14)
    assert b2.item() == pytest.approx(0.2 - 3 * at_output, rel=1e-14)
    assert W1.item() == pytest.approx(0.5 - 3 * at_hidden * 2, rel=1e-14)
    assert b1.item() == pytest.approx(0.1 - 3 * at_hidden, rel=1e-14)


@pytest.mark.parametrize("decay", [0, 0.3])
def test_a_linear_network_descends_the_exact_quadratic(decay):
    net = Network((3, 2), bias=False, initializer="normal")
    experiment = Experiment(DATA, net, step_size=0.4, steps=25)
    experiment = experiment.but(penalty=f"weight decay({decay})") if decay else experiment
    x, t, start = DATA.inputs, DATA.targets, net.init(7)[0].W
    hessian = 2 / t.size * x.T @ x + decay * np.eye(3)
    minimum = np.linalg.solve(hessian, 2 / t.size * x.T @ t)
    expected = minimum + np.linalg.matrix_power(np.eye(3) - 0.4 * hessian, 25) @ (start - minimum)
    np.testing.assert_allclose(train(experiment, 7).params[0].W[0], expected, rtol=1e-11, atol=1e-13)


def test_the_bias_is_a_weight_of_an_input_that_is_always_1():
    experiment = Experiment(line(2, 3), Network((1, 1), initializer="normal"), steps=30)
    with_ones = Dataset(np.hstack([line().inputs, np.ones((21, 1))]), line(2, 3).targets)
    (layer,) = train(experiment, 4).params
    start = experiment.network.init(4)[0].W.item()
    twin = Network((2, 1), bias=False)
    (weights,) = train(
        experiment.but(dataset=with_ones, network=twin), 0, [Layer(np.array([[[start], [0.0]]]), None)]
    ).params
    np.testing.assert_allclose([layer.W.item(), layer.b.item()], weights.W[0, :, 0], rtol=1e-12)


def test_momentum_is_the_heavy_ball():
    share, step_size = 0.75, 0.5
    run = train(BOWL.but(momentum=share, step_size=step_size, steps=30))
    # (w, v) -> (w + v', v') with v' = share v - step w: a matrix power away from the start.
    ball = np.array([[1 - step_size, share], [-step_size, share]])
    w, _ = np.linalg.matrix_power(ball, 30) @ [1.0, 0.0]
    assert run.params[0].W.item() == pytest.approx(w, rel=1e-12)


@given(curve=st.floats(0.1, 10), share=st.sampled_from([0.0, 0.5, 0.9]), excess=st.sampled_from([0.95, 1.05]))
def test_descent_diverges_just_above_the_limit_of_the_curvature(curve, share, excess):
    limit = 2 * (1 + share) / curve**2
    experiment = BOWL.but(
        dataset=Dataset([[curve]], [[0.0]]), step_size=limit * excess, momentum=share, steps=600
    )
    losses = train(experiment).losses[:, 0]
    assert losses[-1] < 1e-3 * losses[0] if excess < 1 else losses[-1] > 1e3 * losses[0]


def test_at_the_limit_it_swings_for_ever_and_below_and_above_it_does_not():
    losses = {step: train(BOWL.but(step_size=step, steps=50)).losses[:, 0] for step in (1.999, 2.0, 2.001)}
    assert (np.diff(losses[1.999]) < 0).all()
    assert (losses[2.0] == 0.5).all()
    assert (np.diff(losses[2.001]) > 0).all()


# Divergence is data


def test_divergence_says_when():
    # w is multiplied by -5 each step; 25^k / 2 leaves float64 at k = 221, and 5^k at k = 442.
    run = train(BOWL.but(step_size=6, steps=600), [3, 5])
    assert run.diverged == {3: 221, 5: 221}
    assert np.isfinite(run.losses[:221]).all()
    assert not np.isfinite(run.losses[221:]).any()
    assert run.outcomes == {"diverged": 2}


def test_divergence_after_the_last_record_is_seen():
    assert train(BOWL.but(step_size=6, steps=221, record_every=100)).diverged == {0: 221}
    assert train(BOWL.but(step_size=6, steps=220)).diverged == {}


def test_only_the_members_that_diverge_are_named():
    experiment = XOR.but(
        hidden="leaky relu", loss="summed squared error", step_size=0.15, steps=150, initializer="normal(2)"
    )
    run = train(experiment, range(30))
    broken = {seed for seed, loss in zip(run.seeds, run.losses[-1], strict=True) if not np.isfinite(loss)}
    assert 0 < len(broken) < 30
    assert set(run.diverged) == broken
    assert run.outcomes["diverged"] == len(broken)


@pytest.mark.parametrize("batch_size", [None, 1, 3])
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "leaky relu", "identity"])
def test_no_warning_leaves_the_engine(hidden, batch_size):
    experiment = ROWS.but(
        hidden=hidden, step_size=1e160, momentum=0.5, penalty="weight decay(1)", batch_size=batch_size
    )
    run = train(experiment.but(shortest_step=1e-9), range(3))
    assert run.outcomes == {"diverged": 3}
    assert repr(run) == "Run(3 seeds, 20 steps: 3 diverged)"
    assert not np.isfinite(run.outputs).all()


# The record


def test_every_step_of_full_batches_is_recorded():
    run = train(XOR, range(3))
    assert run.steps.tolist() == list(range(21))
    assert run.losses.shape == (21, 3)


def test_epochs_are_recorded_otherwise():
    run = train(ROWS, range(3))  # 11 rows in batches of 4: 3 steps an epoch
    assert run.steps.tolist() == [0, 3, 6, 9, 12, 15, 18, 20]
    assert run.losses.shape == (8, 3)
    assert train(ROWS.but(record_every=7)).steps.tolist() == [0, 7, 14, 20]
    assert train(XOR.but(record_every=8)).steps.tolist() == [0, 8, 16, 20]


@pytest.mark.parametrize("experiment", [XOR, ROWS.but(record_every=1), ROWS.but(penalty="weight decay(0.1)")])
def test_recorded_losses_are_those_of_the_parameters_then(experiment):
    trainer = Trainer(experiment, [1, 2])
    history = [trainer.params]
    for _ in range(experiment.steps):
        history.append(trainer.advance().params)
    run = trainer.run()
    for step, loss in zip(run.steps, run.losses, strict=True):
        np.testing.assert_allclose(loss, experiment.loss_at(history[step]), rtol=1e-14)
    np.testing.assert_array_equal(trainer.loss, run.losses[-1])


def test_no_steps_are_a_run_too():
    run = train(XOR.but(steps=0), [0, 1])
    assert run.steps.tolist() == [0]
    assert run.losses.shape == (1, 2)
    assert_same(run.params, XOR.network.init([0, 1]))


def test_outcomes_and_rates_count_the_seeds():
    run = train(XOR.but(step_size=0.3, steps=1500), range(20))
    assert sum(run.outcomes.values()) == 20
    assert run.outcomes["solved"] == (run.losses[-1] <= 0.01).sum() > 0
    assert (run.rate().count, run.rate().total) == (run.outcomes["solved"], 20)
    assert run.rate("dead").count == run.outcomes.get("dead", 0)
    assert run.outputs.shape == (20, 4, 1)
