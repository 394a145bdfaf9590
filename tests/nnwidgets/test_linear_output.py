"""The linear-output chapter without a browser: its session, its pictures, its questions."""

import numpy as np
import pytest

from nnwidgets.chapters import linear_output
from nnwidgets.chapters.linear_output import LinearOutputSession
from nnwidgets.pictures.output_unit import state
from nnwidgets.session.knobs import knobs
from workbook import CASES, train
from workbook.cases import linear_output as facts
from workbook.measures.output_unit import straight_line_error

from .front_end import press

POSTED = CASES["square"].as_posted


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Answers are kept in the working folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory):
    return linear_output.panel()


@pytest.fixture
def panel(one_for_all):
    """One panel for all, put back to where it began."""
    defaults = {name: knob.default_value for name, knob in knobs(one_for_all.session).items()}
    one_for_all.session.turn(**defaults | {"seed": 3, "length": "300", "step_size": 0.03})
    one_for_all.error.value = ""
    return one_for_all


def test_it_begins_as_posted():
    session = LinearOutputSession(seed=3)
    (experiment,) = session.experiments().values()
    assert experiment.network == POSTED.network
    assert (experiment.step_size, experiment.steps) == (POSTED.step_size, POSTED.steps)
    assert experiment.penalty == POSTED.penalty
    np.testing.assert_array_equal(experiment.dataset.targets, POSTED.dataset.targets)
    session.advance(2)
    assert session.step == 2 * session.stride == 100
    run = train(POSTED.but(steps=100), 3)
    assert session.moment.loss == pytest.approx(run.losses[-1, 0])


@pytest.mark.parametrize("output", LinearOutputSession.output.options)
def test_the_pictures_follow(panel, output):
    panel.session.turn(output=output, step_size=0.3, compare="linear")
    before = {
        name: getattr(panel.live, name) for name in ("moving_fit", "moving_compared_fit", "moving_loss")
    }
    panel.session.advance(5)
    for name, strokes in before.items():
        if output != "ReLU" or name != "moving_fit":
            assert getattr(panel.live, name) != strokes, name
    assert panel.pictures[0].axes.get_ylim() == pytest.approx((-0.8, 1.5))
    panel.session.targets = "4 x²"
    assert panel.pictures[0].axes.get_ylim() == pytest.approx((-3.2, 6))


def test_the_output_unit_is_seen_from_inside(panel):
    panel.session.turn(output="ReLU")
    assert "z at 0 or below on 201 of 201 rows" in repr(panel)
    assert panel.pictures[2].nothing.get_text() == "at z: exactly 0 on every row"
    assert "0 at z" in panel.live.alt
    panel.session.turn(output="leaky")
    unit = state(panel.session)
    np.testing.assert_allclose(unit.at_z, 0.01 * unit.from_above)
    assert panel.pictures[2].nothing.get_text() == ""
    assert "0 of 64 bend inside (0, 1), 0 past 0.25" in panel.live.alt


def test_the_legend_names_what_is_drawn(panel):
    def names():
        return [text.get_text() for text in panel.pictures[0].axes.get_legend().get_texts()]

    assert names() == ["target", "leaky output"]
    panel.session.compare = "linear"
    assert names() == ["target", "leaky output", "compared: linear"]
    panel.session.turn(output="tanh", compare="nothing")
    assert names() == ["target", "tanh output"]


def test_a_curve_has_one_colour_in_the_fit_and_in_the_loss(panel):
    fit, *_, loss = panel.pictures
    for one, other in (("fit", "loss"), ("compared_fit", "compared_loss")):
        assert fit.artists[one].get_color() == loss.artists[other].get_color()


def test_the_leaky_slope_can_be_set_only_where_an_output_is_leaky(panel):
    slope = panel.controls["slope"]
    assert not slope.disabled
    panel.session.output = "linear"
    assert slope.disabled
    panel.session.compare = "leaky"
    assert not slope.disabled


def test_limits_of_z_make_room_and_come_back(panel):
    axes, small = panel.pictures[1].axes, panel.session.seed
    assert axes.get_ylim() == (-2, 2)
    ends = np.abs(POSTED.network.forward(POSTED.network.init(range(50)), np.ones((1, 1)))[1][-1].z)
    panel.session.seed = int(ends.argmax())
    z = np.abs(state(panel.session).z).max()
    assert axes.get_ylim()[1] >= z > 2
    panel.session.seed = small
    assert axes.get_ylim() == (-2, 2)


def test_a_moving_picture_is_small(panel):
    panel.session.turn(compare="linear")
    panel.session.advance(300)
    sent = [getattr(panel.live, name) for name in panel.live.keys if name.startswith("moving_")]

    def size(thing):
        if isinstance(thing, dict):
            return sum(map(size, thing.values()))
        if isinstance(thing, list | tuple):
            return sum(map(size, thing))
        return len(thing) if isinstance(thing, bytes | memoryview) else len(str(thing))

    assert sum(map(size, sent)) < 9000


def test_back_and_forth(panel):
    panel.session.advance(10)
    loss = panel.session.moment.loss
    panel.session.advance(10)
    panel.session.go_to(10)
    assert panel.session.moment.loss == loss


@pytest.mark.parametrize(("name", "right"), [
    ("ends", "a straight line or about 0, as the seed decides"),
    ("slower", "10 000 times"),
    ("which_change", "longer steps"),
    ("relu", "none"),
    ("spread", "nearly all"),
])  # fmt: skip
def test_what_is_right(name, right):
    assert getattr(linear_output, name).right() == right


@pytest.mark.parametrize(("name", "right", "wrong"), [
    ("line_error", "1/180", {"0.0125": "origin", "0.0067": "21 rows", "0.1": "Try again"}),
    ("climb", "100", {"1000": "twice", "10": "Try again"}),
    ("beyond_one", "0.5", {"0.25": "Try again", "50": "As a share"}),
])  # fmt: skip
def test_exercises(name, right, wrong):
    card = getattr(linear_output, name)()
    for answer, said in wrong.items():
        card.field.value = answer
        press(card.button)
        assert not card.right
        assert said in card.result.value
    card.field.value = right
    press(card.button)
    assert card.right


def test_the_likely_wrong_errors_are_those_of_other_lines():
    few, origin = linear_output.line_error.wrong
    assert few == pytest.approx(straight_line_error(facts.square(21)), abs=5e-5)
    assert origin == pytest.approx(straight_line_error(facts.square(), through_origin=True), abs=1e-4)


def played(**settings):
    session = LinearOutputSession(step_size=0.03, length="300", **settings)
    session.advance(300)
    return session


def test_the_goals_are_reached_by_what_they_ask_for_alone():
    bend, fast = linear_output.bend.reached, linear_output.in_300_steps.reached
    leaky, spread = played(seed=3), played(seed=0, output="linear", biases="spread")
    assert bend(leaky)
    assert spread.moment.loss < 0.004
    assert not bend(spread)
    assert fast(spread)
    assert not fast(leaky)


def test_check_stuck():
    check = linear_output.check_stuck
    assert check(lambda z: (z <= 0).all(-1)) == "right: 100 of 200 seeds"
    assert check(lambda z: None) == "not attempted yet"
    assert check(lambda z: (z <= 0).any(-1)).startswith("not yet")
    assert "shape (200,)" in check(lambda z: z <= 0)
    assert "ZeroDivisionError" in check(lambda z: 1 / 0)


def test_the_table_of_outputs():
    card = linear_output.table()
    first, cars = "a temperature in degrees Celsius", "how many cars pass in an hour"
    card.fields[first].value = "tanh, squared error"
    card.fields[cars].value = "linear, squared error"
    press(card.button)
    assert card.result.value == (
        f"0 of 5 rows are right.<br>✗ {first}: tanh, squared error cannot say every target"
        f"<br>✗ {cars}: linear, squared error can also say what the target never is"
    )
    for row, option in linear_output.table.right().items():
        card.fields[row].value = option
    press(card.button)
    assert "Right" in card.result.value
    assert repr(linear_output.table()) == "Matching(linear-output/table: 5 of 5 right)"


def test_a_loss_that_jumps_stays_in_the_frame():
    """Spread biases and steps of 0.03 are near the longest that work: the loss may jump before it falls."""
    panel = linear_output.panel(output="linear", biases="spread", step_size=0.03, length="300")
    panel.session.advance(9)
    *_, loss = panel.pictures
    assert loss.axes.get_ylim()[1] > panel.session.moment.loss > 20
    assert panel.error.value == ""
