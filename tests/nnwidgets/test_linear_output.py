"""The linear-output chapter without a browser: its session, its pictures, its questions."""

import numpy as np
import pytest

from nnwidgets.chapters import linear_output
from nnwidgets.chapters.linear_output import OutputTable, SquareFit
from nnwidgets.chapters.linear_output.pictures import state
from nnwidgets.chapters.linear_output.table import OPEN, OUTPUTS, TARGETS, Span, tightest
from nnwidgets.questions.progress import Progress
from nnwidgets.session.knobs import Choice, LogSlider, knobs
from workbook import CASES, train

from .front_end import press, say

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
    session = SquareFit(seed=3)
    (experiment,) = session.experiments().values()
    assert experiment.network == POSTED.network
    assert (experiment.step_size, experiment.steps) == (POSTED.step_size, POSTED.steps)
    assert experiment.penalty == POSTED.penalty
    np.testing.assert_array_equal(experiment.dataset.targets, POSTED.dataset.targets)
    session.advance(2)
    assert session.step == 2 * session.stride == 100
    run = train(POSTED.but(steps=100), 3)
    assert session.moment.loss == pytest.approx(run.losses[-1, 0])


@pytest.mark.parametrize(
    "name", [n for n, k in knobs(SquareFit()).items() if isinstance(k, Choice | LogSlider)]
)
def test_every_control_over_its_whole_range(panel, name):
    knob, control = knobs(panel.session)[name], panel.controls[name]
    values = (
        list(knob.options) if isinstance(knob, Choice) else [knob.low, *knob.stops(knob.low)[::7], knob.high]
    )
    for value in values:
        panel.session.reset()
        say(
            control,
            index=[option[1] if isinstance(option, tuple) else option for option in control.options].index(
                value
            ),
        )
        assert getattr(panel.session, name) == value
        panel.session.advance(3)
        assert panel.error.value == ""
        assert np.isfinite(state(panel.session).z).all()
        assert panel.live.alt


@pytest.mark.parametrize("output", linear_output.SquareFit.output.options)
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
    assert "64 of 64 bend in [0, 1], 0 past 0.25" in panel.live.alt


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


RIGHT = {
    "ends": "a straight line or about 0, as the seed decides",
    "how_much_slower": "10 000 times",
    "which_change": "longer steps",
    "relu_leaves": "none",
    "spread": "nearly all",
}


@pytest.mark.parametrize("name", RIGHT)
def test_predictions_measure_one_of_their_options(name):
    prediction = getattr(linear_output, name)()
    assert prediction.measure() == RIGHT[name]
    assert RIGHT[name] in prediction.choice.options


@pytest.mark.parametrize(("name", "right", "wrong"), [
    ("line_error", "0.0056", {"0.0125": "origin", "0.0067": "21 rows", "0.1": "Try again"}),
    ("climb", "100", {"1000": "twice", "10": "Try again"}),
    ("beyond_one", "0.5", {"0.25": "Try again"}),
])  # fmt: skip
def test_exercises(name, right, wrong):
    exercise = getattr(linear_output, name)()
    for answer, said in wrong.items():
        exercise.field.value = answer
        press(exercise.check_button)
        assert not exercise.right
        assert said in exercise.result.value
    exercise.field.value = right
    press(exercise.check_button)
    assert exercise.right


def test_the_goals_open_only_when_reached():
    goal = linear_output.bend()
    session = SquareFit(seed=3, step_size=0.03, length="300")
    goal.look(session)
    assert not goal.reached
    session.advance(300)
    other = SquareFit(seed=3, step_size=0.03, length="300", output="linear", biases="spread")
    other.advance(300)
    assert other.moment.loss < 0.004
    goal.look(other)
    assert not goal.reached
    goal.look(session)
    assert goal.reached
    fast = linear_output.in_300_steps()
    fast.look(session)
    assert not fast.reached
    seed_0 = SquareFit(seed=0, step_size=0.03, length="300", output="linear", biases="spread")
    seed_0.advance(300)
    fast.look(seed_0)
    assert fast.reached


def test_check_stuck():
    check = linear_output.check_stuck
    assert check(lambda z: (z <= 0).all(-1)) == "right: 100 of 200 seeds"
    assert check(lambda z: None) == "not attempted yet"
    assert check(lambda z: (z <= 0).any(-1)).startswith("not yet")
    assert "shape (200,)" in check(lambda z: z <= 0)
    assert "ZeroDivisionError" in check(lambda z: 1 / 0)


def test_the_table_of_outputs():
    table = linear_output.output_table()
    table.check()
    assert table.result.value == "Not attempted yet."
    first = next(iter(table.fields))
    table.fields[first].value = "tanh, squared error"
    press(table.check_button)
    assert table.result.value == (
        "0 of 5 rows are right."
        "<br>✗ a temperature in degrees Celsius: tanh, squared error cannot say every target"
    )
    cars = "how many cars pass in an hour"
    table.fields[cars].value = "linear, squared error"
    press(table.check_button)
    assert f"✗ {cars}: linear, squared error can also say what the target never is" in table.result.value
    for name, span in TARGETS.items():
        table.fields[name].value = tightest(span)
    press(table.check_button)
    assert "Right" in table.result.value
    assert repr(table) == "OutputTable(linear-output/table: 5 of 5 right)"
    labels = [table.hint_button.description]
    for _ in range(3):
        press(table.hint_button)
        labels.append(table.hint_button.description)
    assert labels == [f"Hint ({number} of 3)" for number in (1, 2, 3, 3)]
    assert table.hint_button.disabled
    assert table.hint.value.count("Hint") == 3
    again = linear_output.output_table()
    assert again.right == 5


def test_the_tables_answers_are_all_different():
    assert sorted(tightest(span) for span in TARGETS.values()) == sorted(OUTPUTS)
    assert tightest(Span(-0.5, 0.5)) == "tanh, squared error"
    assert tightest(Span(0.2, 0.4, sum_to_one=True)) == "softmax, cross-entropy"


def test_a_table_kept_by_an_older_version_does_no_harm():
    Progress().keep("linear-output/table", {"gone": "tanh, squared error", next(iter(TARGETS)): "gone"})
    table = OutputTable("linear-output/table")
    assert {field.value for field in table.fields.values()} == {OPEN}
    Progress().keep("linear-output/table", "text")
    assert OutputTable("linear-output/table").right == 0
