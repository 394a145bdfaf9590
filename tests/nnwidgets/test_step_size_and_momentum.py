"""The step size chapter's sessions, pictures and questions, without a browser."""

import numpy as np
import pytest

from nnwidgets.chapters import step_size_and_momentum as chapter
from nnwidgets.chapters.step_size_and_momentum_panels import (
    NOTHING,
    AllRows,
    AsPosted,
    InValley,
    Mystery,
    Repairs,
)
from nnwidgets.pictures import steepness
from nnwidgets.pictures.error_along import HEIGHTS
from workbook import train
from workbook.cases.sine import DIVIDED, MYSTERIES, SHIFTED, STANDARDISED, WAYS, short
from workbook.measures.bend import added
from workbook.measures.curvature import curvature
from workbook.measures.output_unit import hinges
from workbook.plots import SERIES


@pytest.fixture(autouse=True)
def no_answers_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (chapter.posted_panel, {"step_size": 0.1, "epochs": "1 000"}),
        (chapter.repair_panel, {"inputs": DIVIDED, "units": "200", "batch": "all", "momentum": 0}),
        (chapter.repair_panel, {"inputs": STANDARDISED, "batch": "ten", "momentum": 0.99, "step_size": 0.1}),
        (chapter.edge_panel, {"step_size": 0.3}),
        (chapter.valley_panel, {"way": "RMSprop", "step_size": 0.5, "others": "all five", "lies": "askew"}),
        (chapter.valley_panel, {"way": "momentum 0.9", "step_size": 0.5, "size": "as large"}),
        (chapter.mystery_panel, {"mystery": "B", "change": "steps ten times as long"}),
    ],
)
def test_training_at_the_ends_of_the_controls(make, settings):
    panel = make(**settings)
    panel.session.advance(12)
    assert panel.error.value == ""
    assert panel.session.step > 0 or "overflowed" in panel.status.value
    assert "Loss" in panel.live.alt


def test_the_first_panel_is_the_network_as_posted():
    for session in (AsPosted(), Repairs()):
        assert session.experiment == short
        assert session.stride == 100
    session = AsPosted(seed=1)
    session.advance(2)
    alone = train(short.but(steps=200), 1)
    assert np.array_equal(session.moment.params[0].W, alone.params[0].W[0])
    assert "epoch 2, typical error" in session.headline()


def test_a_shorter_step_on_the_way_goes_on_from_there():
    session = Repairs(inputs=STANDARDISED, step_size=0.01)
    session.advance(3)
    session.step_size = 0.001
    assert session.step == 300
    session.momentum = 0.5
    assert session.step == 0


@pytest.mark.parametrize(("batch", "stride"), [("one", 100), ("ten", 10), ("all", 1)])
def test_a_stride_is_an_epoch(batch, stride):
    session = Repairs(batch=batch, epochs="50")
    assert (session.stride, session.steps) == (stride, 50 * stride)
    session.advance(1)
    assert "epoch 1," in session.headline()


def test_the_error_is_what_the_network_says_less_what_it_should():
    panel = chapter.posted_panel()
    session, picture = panel.session, panel.pictures[1]
    session.advance(50)
    x, error = picture.artists["error"].get_data()
    assert error == pytest.approx((session.moment.outputs - np.sin(x)[:, None])[:, 0])
    places = hinges(session.moment.params)
    inside = places[(places > 0) & (places < 2 * np.pi)]
    assert sorted(picture.artists["centres"].get_xdata()) == pytest.approx(sorted(inside))
    left = (inside < np.pi).sum()
    words = f"units turn over: {left} left of the middle, {inside.size - left} right"
    assert picture.words.get_text() == words
    assert words.capitalize() in panel.live.alt


def test_where_units_turn_over_is_not_shown_before_the_first_step():
    panel = chapter.posted_panel()
    session, picture = panel.session, panel.pictures[1]
    assert picture.words.get_text() == ""
    assert len(picture.artists["centres"].get_xdata()) == 0
    assert "turn over" not in panel.live.alt
    session.advance(1)
    assert "turn over" in panel.live.alt
    session.go_to(0)
    assert "turn over" not in panel.live.alt


def test_the_frame_of_the_error_goes_in_leaps():
    panel = chapter.repair_panel(inputs=STANDARDISED, step_size=0.01)
    session, axes = panel.session, panel.pictures[1].axes
    assert axes.get_ylim()[1] == HEIGHTS[-1]
    session.advance(40)
    session.step_size = 0.001
    session.advance(10)
    largest = np.abs(session.moment.outputs - session.experiment.dataset.targets).max()
    assert axes.get_ylim()[1] == next(height for height in HEIGHTS if largest <= height) < HEIGHTS[-1]
    session.inputs = SHIFTED
    assert axes.get_xlim()[0] < -np.pi < np.pi < axes.get_xlim()[1]
    assert axes.get_ylim()[1] == HEIGHTS[-1]


def test_what_the_units_add_is_drawn_less_its_mean():
    panel = chapter.posted_panel()
    session, picture = panel.session, panel.pictures[2]
    curves = [path.vertices for path in picture.artists["added"].get_paths()]
    assert len(curves) == 50
    parts = added(session.experiment.network, session.moment.params, picture.grid.reshape(-1, 1))
    for curve, part in zip(curves, parts.T, strict=True):
        assert curve[:, 1] == pytest.approx(part - part.mean())
    many = chapter.repair_panel(units="200").pictures[2]
    assert len(many.artists["added"].get_paths()) == 60


def test_the_curvature_is_measured_where_it_is_drawn_and_only_once(monkeypatch):
    measured = []
    found = steepness.extremes
    monkeypatch.setattr(steepness, "extremes", lambda *args: measured.append(args) or found(*args))
    panel = chapter.edge_panel()
    session, picture = panel.session, panel.pictures[1]
    for _ in range(4):
        session.advance(8)
    steps, curved = picture.artists["curvature"].get_data()
    assert list(steps) == [*range(20), 20, 25, 30, 32]
    assert curved[-1] == pytest.approx(curvature(session.experiment, session.moment.params), rel=1e-4)
    assert picture.artists["held"].get_ydata()[0] == pytest.approx(20)
    before = len(measured)
    session.go_to(10)
    session.go_to(32)
    assert len(measured) == before
    session.new_seed()
    assert len(measured) == before + 1
    assert "steps of this size hold 20" in panel.live.alt


def test_each_way_has_its_colour_in_both_pictures():
    panel = chapter.valley_panel(way="Adam", others="all five")
    session, (valley, losses) = panel.session, panel.pictures
    session.advance(30)
    names = list(session.histories)
    assert names == ["Adam, 0.019", *(name for name in WAYS if name != "Adam")]
    for number, history in enumerate(session.histories.values()):
        steps, loss = losses.lines[number].get_data()
        assert (steps[-1], loss[-1]) == (30, pytest.approx(history.at(30).loss))
        assert losses.lines[number].get_color() == valley.ways[number].get_color() == SERIES[number]
        assert losses.names[number].get_text() == names[number]
        assert valley.names[number].get_text() == ""
    session.others = "nobody"
    assert not any(len(line.get_xdata()) for line in losses.lines[1:])
    assert {words.get_text() for words in losses.names} == {""}


def test_a_mystery_and_its_treatment_stand_side_by_side():
    session = Mystery(mystery="C", change="steps a tenth as long")
    changed, as_it_is = (history.trainer.experiment for history in session.histories.values())
    assert as_it_is == MYSTERIES["C"]
    assert changed.step_size == pytest.approx(as_it_is.step_size / 10)
    session.change = NOTHING
    assert list(session.histories) == ["as it is"]


def test_the_right_answers():
    assert chapter.where_wrong.right() == "at the right end"
    assert chapter.divided.right() == "more than twice as much"
    assert chapter.momentum_limit.right() == "up to 0.038, nearly twice as long"
    assert chapter.too_steep.right() == "none"
    assert list(chapter.cures.right().values()) == [
        chapter.LONGER,
        chapter.SHORTER,
        chapter.EPOCHS,
        chapter.START,
    ]


def test_what_was_seen_is_told_from_what_was_watched():
    def seen(prediction, session, steps):
        session.advance(steps)
        return prediction.seen.right(session)

    assert seen(chapter.where_wrong, AsPosted(), 50) == chapter.RIGHT_END
    assert {seen(chapter.where_wrong, AsPosted(seed=seed), 5) for seed in range(8)} == {
        chapter.RIGHT_END,
        chapter.ELSEWHERE,
    }
    assert seen(chapter.divided, Repairs(inputs=DIVIDED), 50) == chapter.FAR
    assert seen(chapter.divided, Repairs(), 50) == chapter.MIDDLING
    assert seen(chapter.divided, Repairs(inputs=STANDARDISED, step_size=0.01), 50) == chapter.NEAR
    assert seen(chapter.momentum_limit, InValley(way="momentum 0.9", step_size=0.03), 400) == chapter.DOWN
    assert seen(chapter.momentum_limit, InValley(way="momentum 0.9", step_size=0.05), 60) == chapter.OUT
    assert seen(chapter.momentum_limit, InValley(way="plain", step_size=0.03), 60) == chapter.OUT
    assert seen(chapter.too_steep, AllRows(), 300) == chapter.ROSE
    assert seen(chapter.too_steep, AllRows(step_size=0.01), 30) == chapter.FELL
    assert seen(chapter.too_steep, AllRows(step_size=0.3), 300) in (chapter.OVERFLOWED, chapter.ROSE)


def test_only_divided_inputs_show_what_was_asked():
    assert chapter.divided.shows(Repairs(inputs=DIVIDED))
    assert not chapter.divided.shows(Repairs())


def test_the_goal_wants_fifty_units_and_fifty_epochs():
    goal = chapter.near_the_sine
    near = Repairs(inputs=STANDARDISED, step_size=0.01)
    assert not goal.reached(near)
    near.advance(40)
    near.step_size = 0.001
    near.advance(10)
    assert near.off < 0.05
    assert goal.reached(near)
    patient = Repairs(inputs=STANDARDISED, step_size=0.003, epochs="200")
    patient.advance(60)
    assert patient.off < 0.05
    assert not goal.reached(patient)
    wide = Repairs(inputs=STANDARDISED, step_size=0.001, units="200")
    wide.advance(50)
    assert wide.off < 0.05
    assert not goal.reached(wide)


def test_checks_of_code():
    check = chapter.check_momentum

    def right(w, v, g, s, m):
        v = m * v - s * g
        return w + v, v

    def in_place(w, v, g, s, m):
        v *= m
        v -= s * g
        w += v
        return w, v

    assert check(right) == check(in_place) == "right: three steps, as the optimizer makes them"
    assert check(None) == check(lambda *_: None) == "not attempted yet"
    assert check(lambda w, v, g, s, m: (w - s * g, v)).startswith("not yet: after step 2 w should be")
    assert check(lambda w, v, g, s, m: (w + s * g, -s * g)).startswith(
        "not yet: after step 1 w should be 0.8"
    )
    assert check(lambda w, v, g, s, m: (w.sum(), v)).startswith(
        "expected two arrays like w, of the shape (2,)"
    )
    assert "ZeroDivisionError" in check(lambda *_: 1 / 0)
    assert "ValueError" in check(lambda w, *_: w[:1].tolist())


def test_the_four_curves_are_drawn():
    figure = chapter.curves().figure
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        f"network {name}: loss" for name in "ABCD"
    ]
    assert all(len(axes.lines) == 6 for axes in figure.axes)
