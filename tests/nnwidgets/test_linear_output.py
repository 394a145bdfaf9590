"""The linear-output chapter without a browser: its session, its pictures, its questions."""

import numpy as np
import pytest

from nnwidgets.chapters import linear_output
from nnwidgets.chapters.linear_output import LinearOutputSession
from nnwidgets.chapters.output_classes import ClassesSession
from nnwidgets.live_figure import PointerEvent
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
    one_for_all.session.turn(**defaults | {"seed": 3, "length": "500", "step_size": 0.03})
    one_for_all.error.value = ""
    return one_for_all


def test_it_begins_as_posted():
    session = LinearOutputSession(seed=3, length="50 000, as posted", step_size=1e-6)
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
    panel.session.turn(output="tanh", compare="nothing")
    assert panel.pictures[0].axes.get_ylim() == pytest.approx((-0.8, 1.5))
    panel.session.targets = "4 x²"
    assert panel.pictures[0].axes.get_ylim() == pytest.approx((-3.2, 6))


def test_the_output_unit_is_seen_from_inside(panel):
    panel.session.turn(output="ReLU")
    assert "z at 0 or below on 201 of 201 rows" in repr(panel)
    assert panel.pictures[2].nothing.get_text() == "", "before the first step it is a question"
    assert "at z" not in panel.live.alt
    panel.session.advance()
    assert panel.pictures[2].nothing.get_text() == "at z: exactly 0 on every row"
    assert "0 at z" in panel.live.alt
    panel.session.turn(output="leaky")
    unit = state(panel.session)
    np.testing.assert_allclose(unit.at_z, 0.01 * unit.from_above)
    assert panel.pictures[2].nothing.get_text() == ""
    assert "0 of 64 units bend past x = 0.25" in panel.live.alt


def test_the_legend_names_what_is_drawn(panel):
    def names():
        return [text.get_text() for text in panel.pictures[0].axes.get_legend().get_texts()]

    assert names() == ["target", "leaky output"]
    panel.session.compare = "linear"
    assert names() == ["target", "leaky output", "linear"]
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


def test_the_panel_goes_as_far_as_posted():
    session = LinearOutputSession()
    assert session.steps * session.step_size == pytest.approx(POSTED.steps * POSTED.step_size)


def test_two_changes_stand_side_by_side():
    """The leaky output with long steps, and a linear one with short ones; turning one leaves the other."""
    session = LinearOutputSession(step_size=0.03, compare="linear, step 0.0001")

    def steps():
        return [history.trainer.experiment.step_size for history in session.histories.values()]

    assert steps() == [0.03, 1e-4]
    session.step_size = 0.01
    assert steps() == [0.01, 1e-4]


@pytest.mark.parametrize(("name", "right"), [
    ("ends", "a straight line or about 0, as the seed decides"),
    ("slower", "10 000 times"),
    ("which_change", "longer steps"),
    ("relu", "none"),
    ("spread", "nearly all"),
    ("wall", "4x² as far as that is below 1, and then nearly 1"),
    ("twice", "it learns, but the loss stays above 1"),
])  # fmt: skip
def test_what_is_right(name, right):
    assert getattr(linear_output, name).right() == right


@pytest.mark.parametrize(("name", "steps", "settings", "seen"), [
    ("ends", 500, {"seed": 3}, "about 0 everywhere"),
    ("ends", 500, {"seed": 0}, "nearly a straight line"),
    ("ends", 500, {"seed": 0, "step_size": 0.03}, "neither"),
    ("slower", 500, {"seed": 3, "step_size": 0.01}, "it came above 0 on the way"),
    ("slower", 10, {"seed": 3, "step_size": 0.01}, "it stayed at 0 or below"),
    ("slower", 10, {"seed": 0}, "it was above 0 from the start"),
    ("which_change", 500, {"seed": 3, "step_size": 0.03, "compare": "linear, step 0.0001"},
     "only the solid one"),
    ("which_change", 500, {"seed": 3, "compare": "linear, step 0.0001"}, "both or neither"),
    ("which_change", 500, {"seed": 3, "step_size": 0.03}, "only the solid one"),
    ("relu", 100, {"seed": 3, "output": "ReLU", "step_size": 0.03}, "it never moved"),
    ("relu", 100, {"seed": 0, "output": "ReLU", "step_size": 0.03}, "it moved"),
    ("spread", 50, {"output": "linear", "biases": "from -1 to 1", "step_size": 0.03},
     "it first rose to more than double"),
    ("spread", 50, {"output": "linear", "step_size": 0.03}, "it never rose that far"),
    ("spread", 500, {"output": "linear", "step_size": 1.0}, "it first rose to more than double"),
    ("wall", 500, {"output": "sigmoid", "targets": "4 x²", "step_size": 0.3}, "nearly 1"),
    ("wall", 1000, {"output": "linear", "targets": "4 x²", "step_size": 0.01, "length": "2 000"},
     "nearly the target"),
    ("wall", 5, {"output": "linear"}, "neither"),
])  # fmt: skip
def test_what_was_seen(name, steps, settings, seen):
    session = LinearOutputSession(**settings)
    session.advance(steps)
    observation = getattr(linear_output, name).seen
    assert observation.right(session) == seen
    assert seen in observation.options


@pytest.mark.parametrize(("steps", "settings", "seen"), [
    (300, {}, "below 0.5"),
    (300, {"hands": "softmax"}, "above 1.4"),
    (20, {"step_size": 0.2}, "above 1.4"),
    (60, {"step_size": 0.2}, "in between"),
])  # fmt: skip
def test_what_was_seen_of_ten_classes(steps, settings, seen):
    session = ClassesSession(**settings)
    session.advance(steps)
    assert linear_output.twice.seen.right(session) == seen


def test_two_softmaxes_flatten_the_bars():
    """The second sees numbers from 0 to 1, so it gives no class more than 0.232."""
    panel = linear_output.classes_panel(hands="softmax")
    panel.session.advance(300)
    _, handed, shares, _ = panel.pictures
    heights = [bar.get_height() for bar in handed.bars]
    assert max(heights) > 0.6
    assert sum(heights) == pytest.approx(1)
    assert max(bar.get_height() for bar in shares.bars) < 0.232
    assert "probabilities in the loss" in panel.live.alt
    panel.session.turn(hands="logits (linear)")
    panel.session.advance(300)
    assert handed.axes.get_ylim()[1] > max(bar.get_height() for bar in handed.bars) > 1
    assert max(bar.get_height() for bar in shares.bars) > 0.9


def test_a_click_takes_the_next_picture_and_leaves_training_alone():
    panel = linear_output.classes_panel()
    panel.session.advance(5)
    picture = panel.pictures[0]
    assert picture.title.get_text().startswith("picture 1: 0, taken for ")
    event = PointerEvent("press", inaxes=picture.axes, xdata=3.0, ydata=3.0)
    picture.pressed(event)
    assert panel.session.picture == 2
    assert panel.session.step == 5
    assert picture.title.get_text().startswith("picture 2: 1, taken for ")
    panel.session.picture = 400
    picture.pressed(event)
    assert panel.session.picture == 1


def test_the_bar_of_the_right_class_is_blue():
    panel = linear_output.classes_panel()
    _, handed, *_ = panel.pictures
    for number, right in ((1, 0), (2, 1)):
        panel.session.picture = number
        colours = [bar.get_facecolor() for bar in handed.bars]
        assert colours.count(colours[right]) == 1


def test_a_start_that_is_sure_and_wrong_is_seen_before_training():
    quiet, sure = (ClassesSession(weights=weights).moment.loss for weights in ("He", "standard deviation 2"))
    assert 2.2 < quiet < 3.1
    assert sure > 20


@pytest.mark.parametrize(("name", "right", "wrong"), [
    ("line_error", "1/180", {"0.0125": "origin", "0.0067": "21 rows", "1/30": "mean", "0.1": "line first"}),
    ("climb", "100", {"1000": "twice", "10": "a tenth as far", "500": "gradient at z"}),
    ("at_the_start", "1.39", {"0.25": "the probability", "2.3": "ten classes", "0.6": "natural"}),
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
    few, origin, *_ = linear_output.line_error.wrong
    assert few == pytest.approx(straight_line_error(facts.square(21)), abs=5e-5)
    assert origin == pytest.approx(straight_line_error(facts.square(), through_origin=True), abs=1e-4)


def played(**settings):
    session = LinearOutputSession(step_size=0.03, **settings)
    session.advance(500)
    return session


def test_the_goal_is_reached_by_what_it_asks_for_alone():
    fast = linear_output.in_few_steps.reached
    leaky, spread = played(seed=3), played(seed=0, output="linear", biases="from -1 to 1")
    assert fast(spread)
    assert not fast(leaky)
    assert leaky.bent() == [True]


def test_check_stuck():
    check = linear_output.check_stuck
    assert check(lambda z: (z <= 0).all(-1)) == "right: 100 of 200 seeds"
    assert check(lambda z: None) == "not attempted yet"
    assert check(lambda z: (z <= 0).any(-1)).startswith("not yet")
    assert "shape (200,)" in check(lambda z: z <= 0)
    assert "ZeroDivisionError" in check(lambda z: 1 / 0)


def test_the_table_of_outputs():
    card = linear_output.table()
    first, cars, wheel = (list(card.fields)[row] for row in (0, 3, 4))
    card.fields[first].value = card.fields[wheel].value = "tanh, squared error"
    card.fields[cars].value = "linear, squared error"
    press(card.button)
    assert card.result.value == (
        f"0 of 5 rows are right.<br>✗ {first}: tanh, squared error cannot say every target"
        f"<br>✗ {cars}: linear, squared error can also say what the target never is, and another pair cannot"
        f"<br>✗ {wheel}: tanh, squared error can say it, but its slope stays in: where it is sure and wrong, "
        "it hardly learns"
    )
    for row, option in linear_output.table.right().items():
        card.fields[row].value = option
    press(card.button)
    assert "Right" in card.result.value
    assert repr(linear_output.table()) == "Matching(linear-output/table: 5 of 5 right)"


def test_a_loss_that_jumps_stays_in_the_frame():
    """Spread biases and steps of 0.03 are near the longest that work: the loss may jump before it falls."""
    panel = linear_output.panel(output="linear", biases="from -1 to 1", step_size=0.03)
    panel.session.advance(9)
    *_, loss = panel.pictures
    assert loss.axes.get_ylim()[1] > panel.session.moment.loss > 20
    assert panel.error.value == ""
