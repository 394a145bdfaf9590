"""The gradient checking chapter without a browser: its checks, its pictures, its mysteries."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_hex

from nnwidgets.chapters import gradient_checking
from nnwidgets.chapters.checks import (
    NETWORKS,
    PARITY,
    SEEN,
    SMALL,
    SQUARE,
    SUSPECTS,
    XOR,
    GradientCheck,
    Mystery,
    culprit,
)
from nnwidgets.chapters.gradient_checking import Parity
from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.gradient_check import STYLES
from nnwidgets.pictures.over_numbers import OutputOverNumbers
from nnwidgets.session.check import parameter_name, unit_name, verdict
from workbook import CASES, FAULTS, Trainer, check_gradients
from workbook.cases.gradient_checking import EVEN, mended, with_posted_gradients
from workbook.faults.trial import ALIVE
from workbook.gradcheck import THRESHOLD
from workbook.plots import new_figure

from ..chapters.notebooks import cells, chapter_path, source
from .front_end import press, say

BETTER = {"gradients": "right", "training": "all rows, momentum"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Answers are kept in the working folder."""
    monkeypatch.chdir(tmp_path)


def answer(prediction, option):
    """Let the browser press the button beside an option."""
    press(prediction.options.buttons[option, "sure"])


def turned(panel, name, value):
    """Let the browser turn a control; return what the panel then shows of errors."""
    options = [o[1] if isinstance(o, tuple) else o for o in panel.controls[name].options]
    say(panel.controls[name], index=options.index(value))
    return panel.error.value


def test_new_seed_draws_other_parameters():
    panel = gradient_checking.panel(network=XOR)
    before = panel.session.value
    panel.session.new_seed()
    assert panel.session.seed == panel.controls["seed"].value == 1
    assert panel.session.value != before


def test_what_is_checked_stands_before_how():
    assert list(GradientCheck().knobs()) == ["network", "fault", "decay", "width", "trained", "seed"]


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


def test_only_faults_that_can_be_planted_are_offered():
    panel = gradient_checking.panel(network=PARITY)
    offered = list(panel.controls["fault"].options)
    assert {"none", "wrong sign", "missing output derivative"} <= set(offered)
    assert not {"relu gradient by value", "decay missing from the gradient"} & set(offered)
    assert turned(panel, "network", SMALL) == ""
    assert "relu gradient by value" in panel.controls["fault"].options
    assert turned(panel, "decay", "0.01") == ""
    assert "decay missing from the gradient" in panel.controls["fault"].options
    for network in NETWORKS:
        for fault in GradientCheck(network=network).offered("fault"):
            GradientCheck(network=network, fault=fault)


def test_a_fault_that_another_network_has_no_place_for_is_taken_out_and_said():
    panel = gradient_checking.panel(network=SMALL, fault="relu gradient by value", seed=ALIVE)
    assert turned(panel, "network", XOR) == ""
    assert panel.session.fault == panel.controls["fault"].value == "none"
    assert "cannot be planted where the network has no ReLU." in panel.status.value
    assert panel.session.report.passed
    assert turned(panel, "fault", "wrong sign") == ""
    assert "no ReLU" not in panel.status.value


def test_a_fault_in_the_decay_needs_a_decay():
    panel = gradient_checking.panel(network=SQUARE, decay="0.01")
    assert turned(panel, "fault", "decay missing from the gradient") == ""
    assert not panel.session.report.passed
    assert turned(panel, "decay", "none") == ""
    assert panel.session.fault == "none"
    assert "where the loss has no decay." in panel.status.value


def test_what_cannot_be_planted_is_refused_in_code():
    check = GradientCheck(network=PARITY)
    with pytest.raises(ValueError, match="the network has no ReLU"):
        check.fault = "relu gradient by value"
    assert check.fault == "none"


def test_the_narrower_sister_does_not_start_on_its_kinks():
    check = GradientCheck(network=SQUARE, decay="0.01", fault="decay missing from the gradient")
    assert not any(row.kink for row in check.report.parameters)
    assert {row.kind for row in check.report.parameters if verdict(row) != "agrees"} == {"W"}
    assert {verdict(row) for row in check.report.parameters if row.kind == "W"} == {"wrong", "doubtful"}


def test_it_agrees_with_the_engine():
    check = GradientCheck(network=PARITY, fault="missing output derivative", seed=3, width=1e-6)
    planted = FAULTS["missing output derivative"].plant(mended)
    assert check.report.parameters == check_gradients(planted, 3, width=1e-6).parameters
    trained = GradientCheck(network=XOR, trained="100 steps")
    np.testing.assert_array_equal(trained.params[0].W, Trainer(NETWORKS[XOR], 0).advance(100).params[0].W[0])


def test_the_map_shows_which_layer():
    panel = gradient_checking.panel(network=PARITY, fault="missing output derivative")
    assert [verdict(row) for row in panel.session.report.parameters] == ["wrong", "wrong", "agrees", "agrees"]
    colours = panel.pictures[0].artists["edges"].get_colors()
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


def test_names_are_those_of_the_text():
    names = {
        network: [
            parameter_name(NETWORKS[network].network.widths, row)
            for row in GradientCheck(network=network).report.parameters
        ]
        for network in (PARITY, XOR)
    }
    assert names[PARITY] == ["w₁", "b₁", "w₂", "b₂"]
    assert {"weight x₁ to h₁", "bias of h₄", "weight h₂ to y", "bias of y"} <= set(names[XOR])
    assert len(set(names[XOR])) == len(names[XOR])
    assert unit_name((2, 3, 2, 1), 2, 1) == "k₂"


def test_the_status_line_is_short_and_plain():
    for network in NETWORKS:
        said = GradientCheck(network=network, seed=ALIVE).headline()
        assert len(said) < 170
        assert "[" not in said
    assert GradientCheck(fault="wrong sign").headline().startswith("The check FAILS: relative error 1. w₁ = ")


def test_a_short_chain_has_its_names_and_errors_at_its_lines():
    panel = gradient_checking.panel(network=PARITY, fault="missing output derivative")
    drawn = panel.pictures[0]
    labels = [text.get_text() for text in drawn.artists["labels"]]
    rows = panel.session.report.parameters
    assert labels == [f"w₁: {rows[0].error:.1g}", f"b₁: {rows[1].error:.1g}", "w₂", "b₂", ""]
    assert [text.get_text() for text in drawn.names] == ["1", "1", "x", "h", "y"]
    panel.session.network = XOR
    panel.session.look_at(3)
    assert {text.get_text() for text in drawn.artists["labels"]} == {""}
    assert drawn.here.get_text() == panel.session.name.removeprefix("weight ") == "x₁ to h₄"
    assert {text.get_text() for text in drawn.names} == {"1", "x₁", "x₂", "h₁", "h₂", "h₃", "h₄", "y"}
    sizes = [text.get_fontsize() for text in panel.live.figure.findobj(lambda a: hasattr(a, "get_fontsize"))]
    assert min(sizes) >= 8.5


def test_two_lines_can_be_drawn():
    """A pair of line styles is not an offset with its dashes."""
    panel = gradient_checking.panel(network=PARITY, fault="missing bias")
    assert len(panel.session.report.parameters) == 2
    assert panel.error.value == ""


def test_the_axes_of_the_marks_need_no_offset():
    panel = gradient_checking.panel(network=XOR, trained="3000 steps")
    panel.live.figure.canvas.draw()
    axes = panel.pictures[1].axes
    assert max(axes.get_xlim()) < 1e-9
    for axis in (axes.xaxis, axes.yaxis):
        assert axis.get_offset_text().get_text() == ""
        assert len({label.get_text() for label in axis.get_ticklabels()}) == len(axis.get_ticklabels()) > 2


def test_pressing_a_line_looks_at_its_parameter():
    panel = gradient_checking.panel(network=XOR, seed=1)
    network_map, *_ = panel.pictures
    network_map.pressed(PointerEvent("press", inaxes=network_map.axes, name="edges", index=5))
    assert panel.session.chosen == 5
    row = panel.session.report.parameters[5]
    assert f"backpropagation says {row.analytic:.3g} (analytic)" in panel.status.value
    press(panel.worst)
    assert panel.session.parameter == panel.session.report.worst()
    panel.session.network = PARITY  # which has four parameters only
    assert panel.session.chosen < 4


def test_dragging_moves_the_width_to_a_number_that_can_be_read():
    panel = gradient_checking.panel(network=XOR, seed=1)
    by_width = panel.pictures[2]
    for pressed, width in ((7.858583e-12, 7.9e-12), (1.04e-3, 1e-3), (1e9, 1), (1e-30, 1e-13)):
        by_width.dragged(PointerEvent("drag", inaxes=by_width.axes, xdata=pressed, ydata=1e-5))
        assert panel.session.width == panel.controls["width"].value == width
        (label,) = (label for label, value in panel.controls["width"].options if value == width)
        assert len(label) <= 7
    by_width.dragged(PointerEvent("drag", inaxes=by_width.axes))  # beyond the frame
    assert panel.session.width == 1e-13


def test_what_is_not_shown_cannot_be_moved():
    panel = gradient_checking.panel(gradient_checking.best_width(), network=XOR, width=1e-3)
    by_width = panel.pictures[2]
    by_width.pressed(PointerEvent("press", inaxes=by_width.axes, xdata=1e-5, ydata=1e-5))
    assert panel.session.width == 1e-3


def test_a_trained_network_fails_at_every_width():
    check = GradientCheck(network=XOR, trained="3000 steps")
    assert min(report.relative_error for report in check.by_width) > THRESHOLD


def test_a_prediction_comes_before_the_outcome():
    prediction = gradient_checking.which_layer()
    panel = gradient_checking.panel(prediction, network=PARITY, fault="missing output derivative")
    assert repr(panel) == "CheckPanel(not made yet)"
    assert panel.desk.layout.display == "none"
    assert panel.check.disabled
    assert panel.worst.disabled
    assert "wrong" not in panel.live.alt
    press(panel.check)
    assert not panel.session.shown
    answer(prediction, "both layers")
    assert not panel.check.disabled
    press(panel.check)
    prediction.wait()
    assert repr(panel) == "CheckPanel(FAILED, relative error 2.4e-01)"
    assert prediction.right is False
    assert not panel.worst.disabled
    assert "the hidden layer only" in prediction.result.value
    assert "the analytic one" in prediction.seen.buttons
    assert prediction.seen.right == "the analytic one"
    assert panel.check.disabled


@pytest.mark.parametrize(
    ("settings", "larger", "steeper", "marks"),
    [
        ({"fault": "missing output derivative"}, "the analytic one", "neither", "elsewhere"),
        ({"network": XOR, "seed": ALIVE}, "they agree", "to the right: wider", "on the grey diagonal"),
        ({"network": XOR, "fault": "value for error in the hidden layer"}, None, "neither", "elsewhere"),
        (
            {"network": XOR, "trained": "3000 steps"},
            "the numeric one",
            None,
            "on the vertical line at 0",
        ),
    ],
)
def test_what_was_seen_is_told_from_the_session(settings, larger, steeper, marks):
    check = GradientCheck(**settings)
    assert gradient_checking.larger(check) == larger or larger is None
    assert gradient_checking.steeper(check) == steeper or steeper is None
    assert gradient_checking.place_of_marks(check) == marks


def test_what_was_seen_of_parity_is_told_from_its_run():
    posted = Parity(seed=33)
    assert (posted.moment.outputs > 0.55).all(), "the start must not give away where it ends"
    posted.advance(500)
    assert posted.finished
    assert gradient_checking.rest(posted) == "it trembles"
    assert gradient_checking.came_down(posted) == "no, never"
    assert gradient_checking.how_many(posted) == "six or fewer"
    wide = Parity(hidden="8 units", **BETTER)
    assert gradient_checking.rest(wide) == "it stands still"
    wide.advance(150)
    assert gradient_checking.came_down(wide) == "yes"
    assert gradient_checking.how_many(wide) == "all nine"


def test_rounding_is_not_stored():
    """The same panel on another processor is the same line."""
    assert repr(gradient_checking.panel(network=XOR)) == "CheckPanel(passed, relative error below 1e-06)"


def test_the_goal_is_reached_at_a_kink_only():
    card, line = gradient_checking.best_width(), gradient_checking.at_a_kink()
    panel = gradient_checking.panel(card, line, network=XOR, seed=ALIVE)
    panel.session.width = 0.03
    panel.session.network = SMALL
    assert not line.reached  # nobody has seen it yet
    panel.session.network = XOR
    panel.session.shown = True
    assert not line.reached
    panel.session.network = SMALL
    assert line.reached


def test_mysteries_hide_their_fault():
    panel = gradient_checking.mystery(12, seed=ALIVE)
    assert panel.question in panel.children
    assert panel.question.key == "gradient-checking/name-it-12"
    assert not panel.session.report.passed
    assert culprit(12) not in repr(panel) + panel.status.value + panel.live.alt


@pytest.mark.parametrize("number", [1, 4, 12, 13, 17])
def test_mysteries_can_be_named(number):
    assert not Mystery(number, seed=ALIVE).report.passed
    card = gradient_checking.name_it(number)
    assert card.key == f"gradient-checking/name-it-{number}"
    for name in SUSPECTS:
        say(card.field, index=list(card.field.options).index(name))
        press(card.button)
        assert card.right == (name == culprit(number))
        assert FAULTS[name].symptom.split(":")[0].replace("'", "&#x27;") in card.result.value
    assert gradient_checking.name_it(number).field.value == culprit(number)  # it comes back


def test_the_mysteries_are_those_of_before():
    """Learners have kept answers to them, and the text names some."""
    assert [culprit(number) for number in (1, 4, 12, 13, 17)] == [
        "missing output derivative",
        "weight where the input belongs",
        "relu gradient by value",
        "decay missing from the gradient",
        "decay by sum of weights",
    ]


def test_what_the_mysteries_say_is_computed():
    card = gradient_checking.name_it(1)
    for name, said in (
        ("relu gradient by value", "0.27 to 1.75"),
        ("missing output derivative", "11 to 28"),
        ("derivative at the output", "4.2 to 4.3"),
        ("forgotten mean over the batch", "all 30"),
        ("wrong sign", "all -1"),
    ):
        say(card.field, index=list(card.field.options).index(name))
        press(card.button)
        assert said in card.result.value


@pytest.mark.parametrize(
    ("number", "low", "high"),
    [(1, "11", "28"), (12, "0.27", "1.75"), (5, "4.2", "4.3"), (7, "30", "30"), (2, "-1", "-1")],
)
def test_what_is_said_is_so_in_the_mystery(number, low, high):
    """The finding looks at the engine; here the learner's own numbers are divided."""
    rows = Mystery(number, seed=ALIVE).report.parameters
    every = number in (1, 12)
    quotients = [r.analytic / r.numeric for r in rows if verdict(r) == "wrong" and (every or r.kind == "b")]
    digits = len(low.partition(".")[2])
    assert (f"{min(quotients):.{digits}f}", f"{max(quotients):.{digits}f}") == (low, high)


@pytest.mark.parametrize(
    ("number", "difference"), [(13, lambda w: 0.01 * w), (17, lambda w: 0.005 - 0.01 * w)]
)
def test_what_is_said_of_the_weights_of_a_mystery_of_decay(number, difference):
    assert "Weights only" in SEEN[culprit(number)]
    session = Mystery(number, seed=ALIVE)
    for chosen, row in enumerate(session.report.parameters):
        session.chosen = chosen
        expected = difference(session.value) if row.kind == "W" else 0.0
        assert row.numeric - row.analytic == pytest.approx(expected, abs=1e-7)


def test_parity_begins_as_posted():
    session = Parity()
    session.advance(3)
    assert session.step == 60
    posted = Trainer(CASES["parity"].as_posted, 0).advance(60)
    for layer, other in zip(session.moment.params, posted.params, strict=True):
        np.testing.assert_allclose(layer.W, other.W[0], rtol=1e-12)


def test_parity_can_be_learned_and_the_picture_shows_it():
    line = gradient_checking.few_units()
    panel = gradient_checking.parity_panel(goal=line, hidden="6 units", seed=1, **BETTER)
    before = panel.live.moving_curve, panel.live.moving_loss
    assert not line.reached
    panel.session.advance(150)
    assert panel.session.right.all()
    assert line.reached
    assert panel.live.moving_curve != before[0]
    assert panel.live.moving_loss != before[1]
    assert "9 of 9 right" in repr(panel)
    assert "Outputs for 1 to 9" in panel.live.alt


def test_the_bound_is_drawn_only_after_it_has_been_derived():
    """In the order of the chapter: its cells are read, with the settings that stand there."""
    text = "\n".join(source(cell) for cell in cells(chapter_path("gradient_checking")))
    before, after = text.split("#### Why no gradient can help")
    panels = re.compile(r"^gradient_checking\.parity_panel\(.*\)$", re.MULTILINE)
    drawn = ["bound=True" in call for call in panels.findall(before) + panels.findall(after)]
    assert drawn == [False, False, True]

    def bounds(panel):
        axes = panel.pictures[-1].axes
        lines = [line for line in axes.lines if set(line.get_ydata()) == {2 / 9}]
        return len(lines), [text.get_text() for text in axes.texts]

    for prediction in (gradient_checking.settles(), gradient_checking.right_gradients()):
        panel = gradient_checking.parity_panel(prediction)
        assert bounds(panel) == (0, [])
        assert "2/9" not in prediction.prediction.seen.question
    assert bounds(gradient_checking.parity_panel(bound=True)) == (1, ["2/9"])


def test_the_curve_goes_through_the_nine_outputs():
    """In either scale of the inputs: the picture asks the network for the numbers between, too."""
    for training in ("as posted", "all rows, momentum"):
        session, axes = Parity(training=training), new_figure().subplots(1, 2)
        data = OutputOverNumbers(*axes, np.arange(1, 10), EVEN).show(session)
        at = [np.flatnonzero(np.isclose(data["curve"][0], number)).item() for number in range(1, 10)]
        outputs = session.moment.outputs[:, 0]
        np.testing.assert_allclose(data["curve"][1][at], outputs, rtol=1e-12)


def test_parity_plants_the_posted_gradients():
    (experiment,) = Parity(hidden="8 units", training="all rows, momentum").experiments().values()
    assert experiment.network == with_posted_gradients(CASES["parity"].repairs["1-8-1"]).network


def test_few_units_is_about_six_at_most():
    """And the starts that the chapter names get there in the panel, too."""
    line = gradient_checking.few_units()
    wide = Parity(hidden="8 units", **BETTER)
    wide.advance(300)
    line.look(wide)
    assert wide.right.all()
    assert not line.reached
    for seed in (1, 5, 6):
        session, line = Parity(hidden="6 units", seed=seed, **BETTER), gradient_checking.few_units()
        session.advance(150)  # strides of 20 steps
        line.look(session)
        assert line.reached


def test_the_code_exercise():
    check = gradient_checking.check_slope
    assert check(lambda loss, p, h: (loss(p + h) - loss(p - h)) / (2 * h)).startswith("right")
    assert "one-sided" in check(lambda loss, p, h: (loss(p + h) - loss(p)) / h)
    assert "comes out as" in check(lambda loss, p, h: (loss(p + h) - loss(p - h)) / h)
    assert check(lambda loss, p, h: None) == "not attempted yet"
    assert "ZeroDivisionError" in check(lambda loss, p, h: 1 / 0)
    assert "expected a number" in check(lambda loss, p, h: "steep")
