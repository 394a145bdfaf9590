"""The gradient checking chapter without a browser: its checks, its pictures, its questions."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from nnwidgets.chapters import gradient_checking
from nnwidgets.chapters.gradient_checking import GradientCheck, Parity, ParityPanel
from nnwidgets.chapters.gradient_checking.check import NETWORKS, THRESHOLD, culprit, suspects, verdict
from nnwidgets.chapters.gradient_checking.exercises import SEEN
from nnwidgets.chapters.gradient_checking.parity import TRAINING
from nnwidgets.chapters.gradient_checking.pictures import STYLES
from nnwidgets.live_figure import PointerEvent
from nnwidgets.session.knobs import Choice, LogSlider, Whole, knobs
from workbook import CASES, FAULTS, Trainer, check_gradients
from workbook.cases.gradient_checking import right_gradients, with_posted_gradients
from workbook.cases.gradients import ALIVE

from .front_end import press, say

KNOBS = knobs(GradientCheck())
PARITY, SMALL, XOR, SQUARE = (
    next(name for name in NETWORKS if name.startswith(start)) for start in ("parity", "2-3-2-1", "XOR", "x²")
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Answers are kept in the working folder."""
    monkeypatch.chdir(tmp_path)


def answer(prediction, option):
    """Let the browser choose an option and press the button."""
    say(prediction.choice, index=list(prediction.choice.options).index(option))
    press(prediction.button)


def turned(panel, name, value):
    """Let the browser turn a control; return what the panel then shows of errors."""
    options = [o[1] if isinstance(o, tuple) else o for o in panel.controls[name].options]
    say(panel.controls[name], index=options.index(value))
    return panel.error.value


@pytest.mark.parametrize(
    "name", [name for name, knob in KNOBS.items() if isinstance(knob, Choice | LogSlider)]
)
def test_every_control_over_its_whole_range(name):
    panel = gradient_checking.panel(seed=ALIVE, decay="0.01")
    knob = KNOBS[name]
    values = (
        list(knob.options) if isinstance(knob, Choice) else [knob.low, *knob.stops(1e-5)[1:-1:9], knob.high]
    )
    for value in values:
        assert turned(panel, name, value) == ""
        assert getattr(panel.session, name) == value
        assert len(panel.live.alt) > 60


def test_the_seed_and_new_seed():
    panel = gradient_checking.panel(network=XOR)
    assert isinstance(KNOBS["seed"], Whole)
    before = panel.session.value
    panel.session.new_seed()
    assert panel.session.seed == panel.controls["seed"].value == 1
    assert panel.session.value != before


def test_what_is_declared_first_stands_first():
    assert list(KNOBS) == ["network", "fault", "decay", "width", "trained", "seed"]


def test_unknown_settings_are_refused():
    with pytest.raises(TypeError, match="no setting 'fualt'"):
        gradient_checking.panel(fualt="none")


@pytest.mark.parametrize("network", NETWORKS)
def test_right_gradients_pass_and_every_planted_fault_shows(network):
    check = GradientCheck(network=network, seed=ALIVE, decay="0.01")
    assert check.report.passed
    for name, fault in FAULTS.items():
        try:
            check.fault = name
        except ValueError:  # it makes no sense in this network, and is taken back
            assert check.fault != name
            continue
        assert check.report.passed == (fault.kind != "gradient")


def test_what_cannot_be_planted_is_taken_back_and_said():
    panel = gradient_checking.panel(network=PARITY)
    assert "the network has no ReLU" in turned(panel, "fault", "relu gradient by value")
    assert panel.session.fault == panel.controls["fault"].value == "none"
    assert turned(panel, "fault", "wrong sign") == ""


def test_a_fault_in_the_decay_needs_a_decay():
    panel = gradient_checking.panel(network=SQUARE)
    error = turned(panel, "fault", "decay missing from the gradient")
    assert error.startswith("the fault &#x27;decay missing")  # and not with the type of the error
    assert "choose a decay first" in error
    assert panel.session.fault == panel.controls["fault"].value == "none"
    assert turned(panel, "decay", "0.01") == ""
    assert turned(panel, "fault", "decay missing from the gradient") == ""
    assert not panel.session.report.passed
    assert "choose a decay first" in turned(panel, "decay", "none")


def test_the_narrower_sister_does_not_start_on_its_kinks():
    check = GradientCheck(network=SQUARE, decay="0.01", fault="decay missing from the gradient")
    assert not any(row.kink for row in check.report.parameters)
    assert {row.kind for row in check.report.parameters if verdict(row) != "agrees"} == {"W"}
    assert {verdict(row) for row in check.report.parameters if row.kind == "W"} == {"wrong", "doubtful"}


def test_it_agrees_with_the_engine():
    check = GradientCheck(network=PARITY, fault="missing output derivative", seed=3, width=1e-6)
    planted = FAULTS["missing output derivative"].plant(right_gradients)
    assert check.report.parameters == check_gradients(planted, 3, width=1e-6).parameters
    trained = GradientCheck(network=XOR, trained="100 steps")
    np.testing.assert_array_equal(trained.params[0].W, Trainer(NETWORKS[XOR], 0).advance(100).params[0].W[0])


def test_the_map_shows_which_layer():
    panel = gradient_checking.panel(network=PARITY, fault="missing output derivative")
    assert [verdict(row) for row in panel.session.report.parameters] == ["wrong", "wrong", "agrees", "agrees"]
    colours = panel.map.artists["edges"].get_colors()
    assert len({tuple(colour) for colour in colours}) == 2
    assert "weights of layer 1: 1 wrong" in panel.live.alt
    assert "biases of layer 2: 1 agrees" in panel.live.alt
    before = panel.live.moving_edges
    assert turned(panel, "fault", "none") == ""
    assert panel.live.moving_edges != before
    assert "wrong" not in panel.live.alt


def test_the_marks_have_the_colours_of_the_lines():
    panel = gradient_checking.panel(network=PARITY, fault="missing output derivative")
    _, marks, _ = panel.pictures
    shown = {
        (to_hex(mark.get_facecolor()[0]), tuple(offset))
        for mark in marks.artists["marks"]
        for offset in np.asarray(mark.get_offsets())
    }
    rows = panel.session.report.parameters
    assert shown == {(to_hex(STYLES[verdict(row)][0]), (row.analytic, row.numeric)) for row in rows}


def test_the_axes_of_the_marks_need_no_offset():
    panel = gradient_checking.panel(network=XOR, trained="3000 steps")
    panel.live.figure.canvas.draw()
    axes = panel.pictures[1].axes
    assert max(axes.get_xlim()) < 1e-9
    for axis in (axes.xaxis, axes.yaxis):
        assert axis.get_offset_text().get_text() == ""
        assert len({label.get_text() for label in axis.get_ticklabels()}) == len(axis.get_ticklabels()) > 2


def test_pressing_a_line_looks_at_its_parameter_and_dragging_moves_the_width():
    panel = gradient_checking.panel(network=XOR, seed=1)
    panel._press(PointerEvent("press", name="edges", index=5))
    assert panel.session.chosen == 5
    assert f"analytic {panel.session.report.parameters[5].analytic:.4g}" in panel.status.value
    panel._drag(PointerEvent("drag", inaxes=panel.by_width.axes, xdata=1e-3, ydata=1e-5))
    assert panel.session.width == pytest.approx(1e-3)
    assert panel.controls["width"].value == pytest.approx(1e-3)
    panel._drag(PointerEvent("drag", inaxes=panel.by_width.axes, xdata=1e9, ydata=1e-5))
    assert panel.session.width == 1
    panel._worst()
    assert panel.session.parameter == panel.session.report.worst()
    panel.session.network = PARITY  # which has four parameters only
    assert panel.session.chosen < 4


def test_the_width_has_a_best_place():
    check = GradientCheck(network=XOR)
    errors = []
    for width in (1e-1, 1e-5, 1e-11):
        check.width = width
        errors.append(check.report.relative_error)
    assert errors[1] < THRESHOLD / 100 < min(errors[0], errors[2])


def test_a_trained_network_fails_at_every_width():
    check = GradientCheck(network=XOR, trained="3000 steps")
    assert min(report.relative_error for report in check.by_width) > THRESHOLD


def test_a_prediction_comes_before_the_outcome():
    prediction = gradient_checking.which_layer()
    panel = gradient_checking.panel(prediction, network=PARITY, fault="missing output derivative")
    assert repr(panel) == "GradientCheck(not made yet)"
    assert panel.check_button.disabled
    assert panel.worst_button.disabled
    assert "wrong" not in panel.live.alt
    press(panel.check_button)
    answer(prediction, "both layers")
    assert not panel.check_button.disabled
    assert "Check" in prediction.result.value
    press(panel.check_button)
    assert repr(panel) == "GradientCheck(FAILED, relative error 2.4e-01)"
    assert prediction.right is False
    assert not panel.worst_button.disabled
    assert "the hidden layer only" in prediction.result.value
    assert panel.check_button.disabled


def test_the_goal_is_reached_at_a_kink_only():
    goal = gradient_checking.at_a_kink()
    panel = gradient_checking.panel(goal=goal, network=XOR, seed=ALIVE)
    panel.session.width = 0.03
    assert not goal.reached
    panel.session.network = SMALL
    assert goal.reached


@pytest.mark.parametrize("number", [1, 4, 12, 13, 17])
def test_mysteries_hide_their_fault_and_can_be_named(number):
    panel = gradient_checking.mystery(number, seed=ALIVE)
    assert not panel.session.report.passed
    assert culprit(number) not in repr(panel) + panel.status.value + panel.live.alt
    exercise = gradient_checking.name_it(number)
    for name in suspects():
        say(exercise.field, index=list(exercise.field.options).index(name))
        press(exercise.check_button)
        assert exercise.right == (name == culprit(number))


def test_two_mysteries_that_look_alike_differ_in_their_quotients():
    """What the exercise says of them, for the seed of the chapter."""
    for number, low, high in ((1, "11", "28"), (12, "0.27", "1.8")):
        rows = gradient_checking.mystery(number, seed=ALIVE).session.report.parameters
        quotients = [row.analytic / row.numeric for row in rows if verdict(row) == "wrong"]
        assert (f"{min(quotients):.2g}", f"{max(quotients):.2g}") == (low, high)
    exercise = gradient_checking.name_it(1)
    say(exercise.field, index=list(exercise.field.options).index("relu gradient by value"))
    press(exercise.check_button)
    assert "0.27 to 1.8" in exercise.result.value


@pytest.mark.parametrize(
    ("number", "low", "high"), [(2, "-1", "-1"), (5, "4.2", "4.3"), (7, "30", "30"), (13, "1", "1")]
)
def test_what_is_said_of_the_biases_of_a_mystery(number, low, high):
    rows = gradient_checking.mystery(number, seed=ALIVE).session.report.parameters
    quotients = [row.analytic / row.numeric for row in rows if row.kind == "b"]
    assert (f"{min(quotients):.2g}", f"{max(quotients):.2g}") == (low, high)
    assert low == "1" or low in SEEN[culprit(number)]
    assert high == "1" or high in SEEN[culprit(number)]


@pytest.mark.parametrize(
    ("number", "difference"), [(13, lambda w: 0.01 * w), (17, lambda w: 0.005 - 0.01 * w)]
)
def test_what_is_said_of_the_weights_of_a_mystery_of_decay(number, difference):
    session = gradient_checking.mystery(number, seed=ALIVE).session
    for chosen, row in enumerate(session.report.parameters):
        session.chosen = chosen
        expected = difference(session.value) if row.kind == "W" else 0.0
        assert row.numeric - row.analytic == pytest.approx(expected, abs=1e-7)


def test_the_mysteries_of_the_chapter_differ():
    assert len({culprit(number) for number in (1, 4, 12, 13, 17)}) == 5


def test_parity_begins_as_posted():
    session = Parity()
    session.advance(3)
    assert session.step == 60
    posted = Trainer(CASES["parity"].as_posted, 0).advance(60)
    for layer, other in zip(session.moment.params, posted.params, strict=True):
        np.testing.assert_allclose(layer.W, other.W[0], rtol=1e-12)


@pytest.mark.parametrize("name", ["hidden", "gradients", "training"])
def test_every_control_of_parity(name):
    panel = ParityPanel()
    for value in knobs(panel.session)[name].options:
        assert turned(panel, name, value) == ""
        panel.session.advance(3)
        assert panel.error.value == ""
        assert "right when rounded" in panel.live.alt


def test_parity_can_be_learned_and_the_picture_shows_it():
    goal = gradient_checking.all_nine()
    panel = ParityPanel(goal=goal, hidden="8 units", gradients="right", training=TRAINING[1])
    before = panel.live.moving_curve, panel.live.moving_loss
    panel.session.advance(300)
    assert panel.session.right.all()
    assert goal.reached
    assert panel.live.moving_curve != before[0]
    assert panel.live.moving_loss != before[1]
    assert "9 of 9 right" in repr(panel)


def test_parity_plants_the_posted_gradients():
    (experiment,) = Parity(hidden="8 units", training=TRAINING[1]).experiments().values()
    planted = with_posted_gradients(CASES["parity"].repairs["1-8-1"])
    assert experiment.network == planted.network


def test_six_units_learn_it_from_the_starts_that_the_chapter_names():
    for seed in (1, 5, 6):
        session = Parity(hidden="6 units", gradients="right", training=TRAINING[1], seed=seed)
        session.advance(150)  # strides of 20 steps
        assert session.right.all()
        assert session.moment.loss < 0.01


def test_few_units_is_about_six_at_most():
    goal = gradient_checking.all_nine_with_few()
    session = Parity(hidden="8 units", gradients="right", training=TRAINING[1])
    session.advance(300)
    goal.look(session)
    assert not goal.reached
    session = Parity(hidden="6 units", gradients="right", training=TRAINING[1])
    for _ in range(10):
        session.advance(300)
        if session.moment.loss < 0.01:
            break
        session.new_seed()
    goal.look(session)
    assert goal.reached


@pytest.mark.parametrize(
    ("make", "truth"),
    [
        (gradient_checking.settles, "nearly the same to all, a little under ½"),
        (gradient_checking.which_layer, "the hidden layer only"),
        (gradient_checking.best_width, "0.00001"),
        (gradient_checking.trained_network, "it fails"),
        (gradient_checking.right_gradients_help, "nothing: nearly the same answer to all"),
        (gradient_checking.fewest_units, "5"),
        (gradient_checking.the_one_it_finds, "bias not updated"),
    ],
)
def test_predictions_measure_what_is_so(make, truth):
    prediction = make()
    answer(prediction, truth)
    prediction.reveal()
    assert prediction.right


@pytest.mark.parametrize(
    ("make", "wrong", "right"),
    [
        (gradient_checking.twice_as_wide, "0.0000001", "0.0000002"),
        (gradient_checking.decay_left_out, "0.03", "-0.03"),
    ],
)
def test_number_exercises(make, wrong, right):
    exercise = make()
    for given, verdict_ in ((wrong, False), (right, True)):
        say(exercise.field, value=given)
        press(exercise.check_button)
        assert exercise.right is verdict_
        assert "Try again" not in exercise.result.value  # a likely mistake has an answer of its own


def test_twice_as_wide_is_as_the_check_measures_it():
    exercise = gradient_checking.twice_as_wide()
    measured = check_gradients(NETWORKS[XOR], width=0.002).relative_error
    assert measured == pytest.approx(exercise.answer, abs=exercise.within)


def test_what_the_kinks_hide():
    assert gradient_checking.hidden_by_kinks().answer == "bias not updated"


def test_the_code_exercise():
    check = gradient_checking.check_slope
    assert check(lambda loss, p, h: (loss(p + h) - loss(p - h)) / (2 * h)).startswith("right")
    assert "one-sided" in check(lambda loss, p, h: (loss(p + h) - loss(p)) / h)
    assert "comes out as" in check(lambda loss, p, h: (loss(p + h) - loss(p - h)) / h)
    assert check(lambda loss, p, h: None) == "not attempted yet"
    assert "ZeroDivisionError" in check(lambda loss, p, h: 1 / 0)
    assert "expected a number" in check(lambda loss, p, h: "steep")
