"""Two neurons: the measured figures, by other ways than the case computes them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import CASES, Layer, train
from workbook.cases import bias as facts
from workbook.cases.bias import INFIMUM, W1, W2, loss_surface
from workbook.measures.surface import loss_surface as surface_of

POSTED = CASES["two-neurons"]


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
    params = [Layer(np.array([[w1]]), np.array([[b1]])), Layer(np.array([[w2]]), None)]
    assert experiment.loss_at(params) >= INFIMUM


def test_the_bound_is_approached_in_the_corner():
    losses = [loss_surface([-4.0 * k], [-3.0 * k])[0, 0] - INFIMUM for k in (1, 2, 4, 8)]
    assert losses == sorted(losses, reverse=True)
    assert 0 < losses[-1] < 1e-9


def test_the_loss_surface_by_hand():
    w1, w2, b1, b2 = np.array([-2.0, 0.0, 3.0]), np.array([1.0, -4.0]), 0.7, -1.3
    start = [Layer(np.zeros((1, 1)), np.array([[b]])) for b in (b1, b2)]
    surface = surface_of(POSTED.repairs["both biases"], start, (W1, w1), (W2, w2))
    assert surface.shape == (2, 3)
    for row, second in enumerate(w2):
        for column, first in enumerate(w1):
            z0, z1 = (s(second * s(first * x + b1) + b2) for x in (0, 1))
            assert surface[row, column] == pytest.approx((z0**2 + (1 - z1) ** 2) / 2)


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


# --- one threshold


def test_the_best_threshold_lies_in_the_middle_between_two_and_four():
    """The six numbers are alike seen from 3, so that the best sigmoid is; training is on its way there.

    By Newton's method on a penalty that keeps the weight finite: data that a line divides have no best one.
    """
    x, t = facts.SIX.ravel(), (facts.SIX.ravel() > 3).astype(float)
    assert sorted(6 - x) == sorted(x)
    w, b = 1.0, 0.0
    for _ in range(50):
        said = s(w * x + b)
        slope = said * (1 - said)
        gradient = [((said - t) * x).mean() + 1e-4 * w, (said - t).mean()]
        curvature = [[(slope * x * x).mean() + 1e-4, (slope * x).mean()], [(slope * x).mean(), slope.mean()]]
        w, b = np.array([w, b]) - np.linalg.solve(curvature, gradient)
    assert -b / w == pytest.approx(3, abs=1e-6)
    assert np.abs(facts.the_threshold()["at"] - 3).max() < 0.15


@given(st.floats(-100, 100))
def test_without_a_bias_one_sigmoid_cannot_tell_the_six_numbers(w):
    """All inputs but 0 are on one side of 0: so are all its answers, of one half."""
    (said,) = (facts.threshold.but(bias=False).outputs([Layer(np.array([[w]]), None)])[:, 0],)
    assert said[0] == 0.5
    assert (said[1:] >= 0.5).all() or (said[1:] <= 0.5).all()
    right = (said > 0.5) == (facts.SIX.ravel() > 3)
    assert not right.all() or w == 0


# --- what networks without biases cannot be


def drawn(experiment, seed=0, size=3.0):
    """Weights and biases of some size, with a seed axis of 1; no training made them."""
    random = np.random.default_rng(seed)
    return [
        Layer(
            random.normal(0, size, layer.W.shape),
            None if layer.b is None else random.normal(0, size, layer.b.shape),
        )
        for layer in experiment.network.init([seed])
    ]


def lowest_of(*columns, targets):
    """The lowest mean squared error of a weighted sum of these columns, by least squares."""
    columns = np.stack(columns, axis=1)
    best = np.linalg.lstsq(columns, targets, rcond=None)[0]
    return np.mean((columns @ best - targets) ** 2)


@pytest.mark.parametrize(("points", "side", "bound"), [
    (2, "no bias", 1 / 10), (3, "no bias", 1 / 14), (2, "output bias", 0), (3, "output bias", 1 / 18),
])  # fmt: skip
def test_relu_without_hidden_biases_is_a_line_where_inputs_are_positive(points, side, bound):
    """f(x) = x f(1) for x > 0, up to the output's constant: a straight line, whose lowest error is known."""
    x, t = facts.ONE_TO_THREE[:points, 0], facts.UP[:points, 0]
    columns = [x] if side == "no bias" else [x, np.ones_like(x)]
    assert lowest_of(*columns, targets=t) == pytest.approx(bound, abs=1e-12)
    shape = list(facts.SHAPES)[points - 2]
    experiment = facts.curves[f"{shape}, {side}"]
    assert train(experiment, range(5)).losses[-1].min() >= bound - 1e-9
    assert (bound > experiment.solved_below) is (
        facts.cannot_be()[["two", "three"][points - 2] + OF[side]] == 0
    )
    for seed in range(20):
        assert experiment.loss_at(drawn(experiment, seed)) >= bound - 1e-9


OF = {"no bias": "", "output bias": "_out", "hidden biases": "_in"}


@pytest.mark.parametrize("side", ["no bias", "output bias"])
def test_tanh_without_hidden_biases_is_odd_and_x_squared_is_even(side):
    """What is odd is at right angles to what is even: at best there is the constant, or nothing at all."""
    experiment = facts.curves[f"tanh, x² from -1 to 1, {side}"]
    t = facts.MIDDLE[:, 0] ** 2
    bound = t.var() if side == "output bias" else np.mean(t**2)
    for seed in range(20):
        params = drawn(experiment, seed)
        said = experiment.outputs(params).ravel()
        assert said + said[::-1] == pytest.approx(np.full(21, 2 * said[10]), abs=1e-9)
        assert experiment.loss_at(params) >= bound - 1e-9
    assert bound > experiment.solved_below
    assert train(experiment, range(5)).losses[-1] == pytest.approx(np.full(5, bound), rel=0.02)


def test_with_hidden_biases_two_units_go_through_all_three_points():
    """By hand: x, and a unit that begins at 1 and adds another x up to 2, and one that ends it there."""
    x = facts.ONE_TO_THREE[:, 0]
    by_hand = np.maximum(x, 0) + np.maximum(x - 1, 0) - np.maximum(x - 2, 0)
    assert by_hand.tolist() == facts.UP[:, 0].tolist()
    assert facts.cannot_be()["three_in"] > 0


def test_the_seeds_that_miss_three_points_are_stuck_at_a_line():
    """Most of them at the best straight line through the three: able, and not there."""
    name = "ReLU, and 3 → 4, hidden biases"
    losses = train(facts.curves[name], range(facts.FEW)).losses[-1]
    left = losses[losses > 0.01]
    assert len(left) == facts.FEW - facts.cannot_be()["three_in"]
    assert np.median(left) == pytest.approx(1 / 18, rel=1e-3)
    assert left.max() <= 1 / 18 + 1e-6


# --- the sine, the cosine, and the output at the start


@pytest.mark.parametrize("change", [None, *facts.CHANGES])
def test_which_changes_free_a_sum_of_sigmoids(change):
    """Whatever the weights: the logit stays a constant plus an odd function, or does not."""
    experiment = facts.CHANGES[change] if change else facts.waves
    inputs = np.linspace(0.1, 3, 20).reshape(-1, 1)
    params = drawn(experiment, size=0.5)
    logits = [
        np.log(said / (1 - said))
        for said in (experiment.network.forward(params, sign * inputs)[0].ravel() for sign in (1, -1))
    ]
    kept = np.ptp(logits[0] + logits[1]) < 1e-6
    assert kept is not (change == "biases on the hidden units")
    solved = facts.one_change()["solved"][change] if change else facts.one_change()["posted"]
    assert solved == (0 if kept else facts.FEW)


def test_the_sine_needs_no_constant_and_the_cosine_nothing_else():
    """The logit of (1 + sin x) / 2 is odd, that of (1 + cos x) / 2 even: the best constant has loss 1/8."""
    x = np.linspace(-3, 3, 60)
    for wave, sign in ((np.sin, -1), (np.cos, 1)):
        said = (1 + wave(x)) / 2
        logit = np.log(said / (1 - said))
        assert logit == pytest.approx(sign * logit[::-1], abs=1e-6)
    assert facts.waves.dataset.targets.var() > 10 * facts.waves.solved_below


def test_the_log_odds_of_the_share_of_ones():
    assert facts.prior() == pytest.approx(np.log(0.05 / 0.95), abs=1e-4)
    rows = np.repeat([1.0, 0.0], [5, 95])
    losses = [-np.mean(np.log(np.where(rows == 1, s(b), 1 - s(b)))) for b in (facts.prior(), 0, -2.8, -3.1)]
    assert min(losses) == losses[0]
