"""The cases: every claim holds, and the measured figures come out by other ways too."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import CASES, train
from workbook.cases import Claim
from workbook.cases.bias import INFIMUM, loss_surface

CLAIMS = [(case, claim) for case in CASES.values() for claim in case.claims]
POSTED = CASES["two-neurons"]


@pytest.mark.parametrize(
    ("case", "claim"), CLAIMS, ids=[f"{case.name}: {claim.statement[:60]}" for case, claim in CLAIMS]
)
def test_claim(case, claim):
    holds = claim.holds()
    assert isinstance(holds, (bool, np.bool_))  # a tuple, say, would always count as true
    assert holds, claim.statement


def test_statements_are_sentences_and_differ():
    statements = [claim.statement for _, claim in CLAIMS]
    assert len(statements) == len(set(statements))
    assert all(statement.endswith(".") for statement in statements)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_case_is_complete(case):
    assert CASES[case.name] is case
    assert case.question
    assert case.source
    assert case.chapter.endswith(".ipynb")
    assert case.repairs
    assert case.claims
    assert case.seeds >= 1
    names = ["as posted", *case.repairs, *case.related]
    assert list(case.experiments) == names
    assert len(names) == len(set(names))
    assert all(case.experiment(name) is case.experiments[name] for name in names)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_repairs_differ_from_what_was_posted(case):
    for name, repair in case.repairs.items():
        fields = [field.name for field in dataclasses.fields(repair)]
        changed = [name for name in fields if getattr(repair, name) != getattr(case.as_posted, name)]
        assert changed, name


def test_unknown_names():
    with pytest.raises(TypeError, match=r"there is no case 'two-neuron'\. Did you mean 'two-neurons'\?"):
        CASES["two-neuron"]
    with pytest.raises(TypeError, match="there is no case 7"):
        CASES[7]
    with pytest.raises(
        TypeError, match=r"two-neurons has no experiment 'output bia'\. Did you mean 'output bias'"
    ):
        POSTED.experiment("output bia")
    with pytest.raises(TypeError, match="no experiment 'none'"):
        POSTED.train(["none"], 1)


def test_training_a_case():
    runs = POSTED.train(["as posted", "output bias"], 3)
    assert list(runs) == ["as posted", "output bias"]
    assert runs["output bias"].seeds == [0, 1, 2]
    assert runs["output bias"].experiment is POSTED.repairs["output bias"]
    alone = train(POSTED.as_posted, range(3))
    assert np.array_equal(runs["as posted"].losses, alone.losses)


def test_a_case_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        POSTED.seeds = 3


def test_a_claim_may_fail():
    assert Claim("Two is three.", lambda: 2 == 3).holds() is False


# The measured figures of the two neurons.


def s(a):
    return 1 / (1 + np.exp(-a))


def end(experiment, steps, seeds=10):
    run = train(experiment.but(steps=steps, record_every=steps, shortest_step=0.0), range(seeds))
    return run.outputs[:, :, 0], run.losses[-1]


def test_the_posted_recipe():
    posted = POSTED.as_posted
    assert (posted.step_size, posted.steps, posted.shortest_step, posted.batch_size) == (5, 800, 1e-5, None)
    assert posted.network.sizes == (1, 1, 1)
    assert (posted.network.hidden.name, posted.network.output.name) == ("sigmoid", "sigmoid")
    assert posted.network.biased == (False, False)
    weights = np.array([layer.W.item() for seed in range(200) for layer in posted.network.init(seed)])
    assert 0 <= weights.min() < 0.05
    assert 0.95 < weights.max() <= 1
    assert posted.loss.value(np.array([[0.5], [0.5]]), posted.dataset.targets) == 0.25


def test_where_the_posted_network_settles():
    outputs, losses = end(POSTED.as_posted, 800, 200)
    assert np.abs(outputs - [0.590, 0.674]).max() < 1e-3
    assert np.abs(losses - 0.2273).max() < 1e-4


def test_where_w1_leads_the_best_w2_by_golden_section():
    """With y = 1 for input 1 the answers are s(w2 / 2) and s(w2); their loss has one minimum near 0.73."""
    low, high = -5.0, 5.0
    for _ in range(100):
        first, second = low + 0.382 * (high - low), low + 0.618 * (high - low)
        losses = [(s(w2 / 2) ** 2 + (1 - s(w2)) ** 2) / 2 for w2 in (first, second)]
        low, high = (low, second) if losses[0] < losses[1] else (first, high)
    assert low == pytest.approx(0.73, abs=0.005)
    assert min(losses) == pytest.approx(0.2271, abs=5e-5)
    end_of_training = train(POSTED.as_posted, range(5)).params
    assert end_of_training[0].W.min() > 5
    assert end_of_training[1].W.ravel() == pytest.approx(np.full(5, low), abs=0.005)


def descend(w1, w2):
    """Gradient descent from there on two weights, written out; return the loss at its end."""
    for _ in range(4000):
        y1 = s(w1)
        z0, z1 = s(w2 / 2), s(w2 * y1)
        d0, d1 = z0 * z0 * (1 - z0), (z1 - 1) * z1 * (1 - z1)
        w1, w2 = w1 - 5 * d1 * w2 * y1 * (1 - y1), w2 - 5 * (d0 / 2 + d1 * y1)
    return (s(w2 / 2) ** 2 + (1 - s(w2 * s(w1))) ** 2) / 2


@pytest.mark.parametrize("w2", [0.3, 1.0, -0.3, -1.0])
@pytest.mark.parametrize(("side", "loss"), [(0.05, 0.227), (-0.05, 0.125)])
def test_the_watershed(w2, side, loss):
    """A little to the right of the line w1 + 0.6 w2 = 0 lies the valley, a little to the left the corner."""
    assert descend(side - 0.6 * w2, w2) == pytest.approx(loss, abs=1e-3)


def test_the_watershed_is_the_way_into_the_saddle():
    """At (0, 0) the gradient is 0, and the one upward direction of the Hessian is (-0.618, 1)."""
    h = 1e-3
    grid = h * np.array([-1, 0, 1])
    losses = loss_surface(grid, grid)  # a row for each w2
    slopes = [(losses[1, 2] - losses[1, 0]) / (2 * h), (losses[2, 1] - losses[0, 1]) / (2 * h)]
    assert slopes == pytest.approx([0, 0], abs=1e-7)
    mixed = (losses[2, 2] - losses[2, 0] - losses[0, 2] + losses[0, 0]) / (4 * h * h)
    twice = [np.diff(line, 2).item() / h**2 for line in (losses[1], losses[:, 1])]
    values, vectors = np.linalg.eigh([[twice[0], mixed], [mixed, twice[1]]])
    assert values[0] < 0 < values[1]
    assert vectors[0, 1] / vectors[1, 1] == pytest.approx(-0.618, abs=1e-3)


@pytest.mark.parametrize(
    ("repair", "outputs", "loss", "within"),
    [("output bias", (0.012, 0.989), 1.3e-4, 0.05e-4), ("both biases", (0.0056, 0.9954), 2.6e-5, 0.05e-5)],
)
def test_where_the_repairs_lead(repair, outputs, loss, within):
    found, losses = end(POSTED.repairs[repair], 10_000)
    assert np.abs(found - outputs).max() < 6e-4
    assert np.abs(losses - loss).max() < within


@given(st.floats(-700, 700), st.floats(-700, 700))
def test_no_weights_without_bias_have_a_loss_below_an_eighth(w1, w2):
    loss = loss_surface(np.array([w1]), np.array([w2]))[0, 0]
    assert loss >= INFIMUM
    # At the very edge of float64 a sigmoid is 1 or 0, and the bound is attained; before that it is not.
    if abs(w1) < 15 and abs(w2) < 15:
        assert loss > INFIMUM


@given(st.floats(-300, 300), st.floats(-300, 300), st.floats(-300, 300))
def test_a_hidden_bias_alone_does_not_lower_that_bound(w1, w2, b1):
    experiment = POSTED.related["hidden bias only"]
    assert loss_surface(np.array([w1]), np.array([w2]), experiment, b1)[0, 0] >= INFIMUM


def test_the_bound_is_approached_in_the_corner():
    losses = [loss_surface([-4.0 * k], [-3.0 * k])[0, 0] - INFIMUM for k in (1, 2, 4, 8)]
    assert losses == sorted(losses, reverse=True)
    assert 0 < losses[-1] < 1e-9


def test_the_loss_surface_by_hand():
    w1, w2, b1, b2 = np.array([-2.0, 0.0, 3.0]), np.array([1.0, -4.0]), 0.7, -1.3
    surface = loss_surface(w1, w2, POSTED.repairs["both biases"], b1, b2)
    assert surface.shape == (2, 3)
    for row, second in enumerate(w2):
        for column, first in enumerate(w1):
            z0, z1 = (s(second * s(first * x + b1) + b2) for x in (0, 1))
            assert surface[row, column] == pytest.approx((z0**2 + (1 - z1) ** 2) / 2)


def test_the_surface_ignores_a_bias_that_there_is_not():
    grid = np.linspace(-5, 5, 4)
    assert np.array_equal(loss_surface(grid, grid, b1=3, b2=4), loss_surface(grid, grid))


def test_a_line_without_bias_keeps_its_intercept_squared():
    outputs, losses = end(POSTED.related["line"], 200)
    assert losses == pytest.approx(np.full(10, 1.0), rel=1e-9)
    assert np.allclose(outputs[:, -1], 1)
    assert end(POSTED.related["line with bias"], 200)[1].max() < 1e-9


@pytest.mark.parametrize(("gate", "without"), [("XOR", True), ("XNOR", False)])
def test_a_missing_bias_is_harmless_on_one_gate_and_fatal_on_the_other(gate, without):
    """And fatal because tanh networks without biases say 0 at 0, whatever their weights."""
    name = f"{gate} tanh-identity, no bias"
    run = train(POSTED.related[name], range(20))
    assert run.rate().count == (20 if without else 0)
    assert np.abs(run.outputs[:, 0]).max() < 1e-12
    assert run.experiment.dataset.targets[0] == (0 if without else 1)
