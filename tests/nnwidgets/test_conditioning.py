"""The chapter on conditioning: its sessions, what was to be seen in them, its goal, and its check of code."""

import numpy as np
import pytest

from nnwidgets.chapters import conditioning
from nnwidgets.chapters.conditioning_panels import (
    WITHOUT,
    AsPosted,
    Depths,
    InValley,
    Rescaled,
    WithoutConstants,
)
from workbook.cases import conditioning as facts
from workbook.cases import lines_124 as lines


@pytest.fixture(autouse=True)
def no_answers_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_first_panel_trains_what_was_posted():
    session = AsPosted()
    assert session.experiment == facts.as_posted
    session.advance(100)
    assert "R2 0.99996, worst answer off by 797" in session.headline()
    assert session.worst() == pytest.approx(facts.settles()["worst"])
    assert conditioning.settles.seen.right(session) == conditioning.LEFT


def test_steps_are_a_share_of_the_longest():
    session = InValley(share=0.5)
    assert session.experiment.step_size == pytest.approx(0.5 * lines.limit(lines.RAW))
    assert session.headline().endswith("steps of 7.52e-05, 2 / λ is 0.0001504")
    session.advance(5)
    session.share = 1.0
    assert session.step == 5  # and training goes on with the new step
    assert session.experiment.step_size == pytest.approx(lines.limit(lines.RAW))


@pytest.mark.parametrize(
    ("share", "grew"), [(0.98, conditioning.NEITHER), (1.02, conditioning.STEEP), (1.2, conditioning.STEEP)]
)
def test_which_direction_grew(share, grew):
    session = InValley(share=share)
    session.advance(50)
    assert conditioning.across_the_limit.seen.right(session) == grew
    assert conditioning.across_the_limit.shows(session) == (share > 1)


def test_an_overflow_is_shown_and_said():
    panel = conditioning.valley_panel(share=1.2, length="5 000")
    panel.session.advance(5000)
    assert panel.error.value == ""
    assert "overflowed" in panel.status.value
    assert conditioning.across_the_limit.seen.right(panel.session) == conditioning.STEEP


def test_how_far_it_came_along_the_flattest():
    session = WithoutConstants(inputs=WITHOUT)
    session.advance(100)
    assert conditioning.conditions.seen.right(session) == conditioning.NOWHERE
    session = WithoutConstants(length="1 000")
    session.advance(1000)
    assert conditioning.conditions.seen.right(session) == conditioning.PARTLY
    assert not conditioning.conditions.shows(session)


@pytest.mark.parametrize(
    ("settings", "became", "reached"),
    [
        ({}, "off by 1 to 1 000", False),
        ({"targets": "standardised"}, conditioning.FARTHER, False),
        ({"inputs": "standardised"}, conditioning.FOUND, True),
        ({"inputs": "standardised", "targets": "standardised"}, conditioning.FOUND, True),
        ({"inputs": "centred"}, conditioning.FARTHER, False),
    ],
)
def test_what_became_of_the_worst_answer_and_the_goal(settings, became, reached):
    session = Rescaled(**settings)
    assert session.repaired == bool(settings)
    session.advance(100)
    assert conditioning.which_repair.seen.right(session) == became
    assert conditioning.all_right_in_time.reached(session) == reached


def test_errors_are_told_and_drawn_in_raw_units():
    both = Rescaled(inputs="standardised", targets="standardised")
    panel = conditioning.scales_panel(inputs="standardised", targets="standardised")
    for session in (both, panel.session):
        session.advance(2)
    data = both.experiment.dataset
    assert both.worst() > 50 * np.abs(both.moment.outputs - data.targets).max()
    assert np.allclose(lines.raw(data, data.targets), lines.T)
    assert np.array_equal(lines.raw(lines.RAW, lines.T), lines.T)
    _, target = panel.pictures[1].artists["output_1_target"].get_data()
    assert np.allclose(target, lines.T[:, 0])


def test_the_condition_number_stands_beside_the_inputs_it_belongs_to():
    session = WithoutConstants()
    assert session.headline().endswith(", condition number 631")
    session.inputs = WITHOUT
    assert session.headline().endswith(", condition number 52\N{NO-BREAK SPACE}545")
    assert "condition number" not in InValley().headline()


def test_the_loss_stands_on_plain_steps_and_fits_each_network():
    panel = conditioning.depth_panel()
    loss = panel.pictures[-1].axes
    assert loss.get_xscale() == "linear"
    panel.session.advance(100)
    assert loss.get_ylim()[0] < 1e-15
    panel.session.network = "ten ReLU layers"
    assert loss.get_ylim()[0] > 1e-3


def test_a_late_success_is_not_the_goal():
    session = Rescaled(length="5 000")
    session.advance(5000)
    assert session.worst() < 1
    assert not conditioning.all_right_in_time.reached(session)


def test_both_depths():
    session = Depths(network="ten ReLU layers")
    assert len(session.experiment.network.layers) == 11
    session.advance(300)
    assert conditioning.depth.seen.right(session) == conditioning.BESIDE
    session = Depths()
    session.advance(100)
    assert conditioning.depth.seen.right(session) == conditioning.ON


def test_the_valley_says_where_it_is():
    panel = conditioning.scales_panel(inputs="standardised")
    assert "Valley: a round bowl" in panel.live.alt
    panel.session.inputs = WITHOUT
    assert "52\N{NO-BREAK SPACE}545 times as curved" in panel.live.alt
    assert panel.error.value == ""


def test_the_check_of_code():
    def right(train, other):
        mean, deviation = train.mean(0), train.std(0)
        deviation = np.where(deviation > 0, deviation, 1)
        return (train - mean) / deviation, (other - mean) / deviation

    check = conditioning.check_standardise
    assert check(right) == "right"
    assert check(None) == check(lambda train, other: None) == "not attempted yet"
    assert check(lambda train, other: 1 / 0).startswith("it raised ZeroDivisionError")
    assert check(lambda train, other: (train, other[:3])).startswith("expected two arrays")
    assert check(lambda train, other: (train, other)).startswith("not yet: the columns of `train`")
    assert "0 / 0" in check(lambda train, other: ((train - train.mean(0)) / train.std(0), other))
    own = [right(rows, rows)[0] for rows in (lines.X[:150], lines.X[150:])]
    assert check(lambda train, other: own).startswith("not yet: `other` is scaled by")
