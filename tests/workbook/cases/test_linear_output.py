"""The case of x squared: what was posted, and what the findings rest on."""

import numpy as np
import pytest

from workbook import CASES, train
from workbook.cases import digit_classes, output_pairs
from workbook.cases import linear_output as facts
from workbook.cases.linear_output import LEAKY, SEEDS, as_posted, below_zero, brief, related, square
from workbook.measures.output_unit import hinges, straight_line_error, stuck

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
    assert CASE.chapter == "linear_output"


@pytest.mark.parametrize(("output", "steps", "low", "high"), [
    (LEAKY, 50_000, 0.2, 0.22),  # exactly as posted, about 8 s
    ("identity", 5_000, 0.02, 0.04),
])  # fmt: skip
def test_the_posted_time_on_all_rows(output, steps, low, high):
    """One seed that starts below 0, in many short steps, is where its stand-in of 500 steps is."""
    posted = as_posted.but(output=output, record_every=50_000)
    start = as_posted.network.init([3])
    run = train(posted.but(step_size=0.05 / steps, steps=steps), [3], start)
    assert low < run.losses[-1, 0] < high
    assert stuck(run)[0] == (output == LEAKY)
    stand_in = train(posted.but(step_size=1e-4, steps=500), [3], start)
    np.testing.assert_allclose(stand_in.losses[-1], run.losses[-1], rtol=0.01)


def test_the_conclusion_is_the_same_on_all_rows():
    """As posted, in 50 steps of 0.001: the same seeds are stuck on 21 rows and on 201."""
    few, all_ = (train(brief(LEAKY, 1e-3, 50, dataset=square(rows)), range(30)) for rows in (21, 201))
    assert (stuck(few) == stuck(all_)).mean() >= 29 / 30
    assert 8 <= stuck(all_).sum() <= 22


def test_the_slope_of_z_tells_which_seeds_start_below_zero():
    params = as_posted.network.init(range(50))
    hidden = np.where(params[0].W > 0, 1, 0.01) * params[0].W
    np.testing.assert_array_equal(below_zero(50), (hidden @ params[1].W)[:, 0, 0] < 0)


def test_the_way_out_is_as_long_as_one_over_the_slope():
    """z feels the slope once; the loss twice. A slope of 1 needs a tenth of the steps of one of 0.1."""
    assert 8 < facts._steps_until_free(0.1) / facts._steps_until_free(1) < 12


def test_the_loss_falls_with_the_square_of_the_slope():
    """A short step with each slope: what the loss loses is what `fall_at` says."""
    low = below_zero()
    for slope in (1, 0.01):
        experiment = as_posted.but(output=f"leaky relu({slope})", penalty="none", step_size=1e-7, steps=1)
        losses = train(experiment.but(record_every=1), range(SEEDS)).losses[:, low]
        np.testing.assert_allclose((losses[0] - losses[1]) / 1e-7, facts.fall_at(slope), rtol=1e-3)


def test_none_with_a_linear_output_is_as_good_as_a_line_after_the_posted_time():
    """A line's error from NumPy's own least squares."""
    run = train(related["linear output, posted distance"], range(SEEDS))
    x = square(21).inputs[:, 0]
    (rest,) = np.polyfit(x, x**2, 1, full=True)[1]
    assert run.losses[-1].min() > rest / 21 == pytest.approx(straight_line_error(square(21)))


def test_hinges_start_in_one_place_or_apart():
    together, apart = (
        hinges(related[name].network.init(range(20)))
        for name in ("linear output, step 0.03", "linear output, step 0.03, spread biases")
    )
    assert not together.any()
    assert ((apart > 0) & (apart < 1)).any(1).all()


def test_the_panel_of_500_short_steps_is_where_the_posted_steps_lead():
    """Seeds 0 and 3: one that gets a line, and one that is stuck."""
    short = as_posted.but(step_size=1e-4, steps=500, record_every=500)
    shorter = as_posted.but(step_size=1e-5, steps=5_000, record_every=5_000)
    here, there = (train(experiment, [0, 3]).losses[-1] for experiment in (short, shorter))
    np.testing.assert_allclose(here, there, rtol=0.02)
    assert stuck(train(short, [0, 3])).tolist() == [False, True]


def test_every_pair_but_the_tanh_cancels_its_slope():
    cancelling = output_pairs.cancelling()
    assert set(output_pairs.PAIRS) - set(cancelling) == {"tanh, squared error"}
    pairs = facts.table()["pairs"]
    assert list(pairs) == list(output_pairs.WANTED)
    assert set(pairs.values()) == set(cancelling)
    assert pairs["the position of a steering wheel, from -1 to 1"] == "linear, squared error"


def test_the_poisson_loss_has_its_own_gradient():
    y, t = np.array([[0.5], [2.0], [3.0]]), np.array([[1.0], [0.0], [4.0]])
    for row in range(3):
        nudge = np.zeros_like(y)
        nudge[row] = 1e-6
        above, below = (output_pairs.poisson_value(y + sign * nudge, t) for sign in (1, -1))
        assert (above - below) / 2e-6 == pytest.approx(output_pairs.poisson_gradient(y, t)[row, 0])


def test_two_softmaxes_have_a_floor_and_one_has_none():
    assert digit_classes.floor() == pytest.approx(np.log(np.e + 9) - 1)
    assert digit_classes.alike(10) == pytest.approx(np.log(10))
    sure = 1e3 * digit_classes.logits.dataset.targets
    assert digit_classes.logits.loss.value(sure, digit_classes.logits.dataset.targets) == 0


def test_a_label_is_said_by_rounding_or_by_the_largest():
    one = train(digit_classes.one_output.but(steps=1), [0])
    assert digit_classes.labels_said(one).shape == (1, len(digit_classes.LEARN))
    assert set(np.unique(digit_classes.labels_said(one))) <= {0, 1}
    ten = train(digit_classes.changes["ten"].but(steps=1), [0])
    np.testing.assert_array_equal(digit_classes.labels_said(ten), ten.outputs.argmax(-1))
