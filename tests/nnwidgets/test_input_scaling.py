"""The chapter on input scaling: its session, its pictures, its goals, one byte bit by bit."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.text import Text

from nnwidgets.chapters import input_scaling
from nnwidgets.chapters.input_scaling import (
    ALL_ABOVE,
    ALL_BELOW,
    CLEAR,
    FEW,
    NEARLY_ALL,
    NOT_CLEAR,
    ONE,
    SOME_BELOW,
)
from nnwidgets.chapters.input_scaling_panels import LARGE, SMALL, DigitReader, MendedReader, PostedReader
from nnwidgets.pictures.hidden_outputs import BINS, HiddenOutputs, flat_ends
from workbook import CASES, train
from workbook.cases.digit_reader import HELD_OUT, LEARN, held_out_accuracy
from workbook.cases.input_scaling import POSTED, RIGHT
from workbook.data import mnist
from workbook.data.digits import ENCODINGS, Pictures, encode
from workbook.measures import saturation
from workbook.plots import VERMILION

from .front_end import press, say

CASE = CASES["mnist-57"]


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No progress of anybody's, and no MNIST unless a test says so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mnist, "find", lambda: None)


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mnist, "find", lambda: None)
        return input_scaling.panel()


@pytest.fixture
def fresh(panel):
    """One panel for all, put back to where it began."""
    panel.session.turn(seed=0, encoding=POSTED, compare="nothing", at_once="10", step_size=3, deviation=1)
    panel.error.value = ""
    return panel


def test_it_starts_as_posted():
    session = DigitReader()
    (experiment,) = session.experiments().values()
    posted = CASE.as_posted
    assert experiment.but(record_every=None, dataset=posted.dataset) == posted
    np.testing.assert_array_equal(experiment.dataset.inputs, posted.dataset.inputs)
    assert session.steps == 1300
    assert "data" not in session.knobs()


def test_it_trains_just_as_the_case_does():
    session = DigitReader(encoding=RIGHT)
    session.advance(200)
    assert session.finished
    run = train(CASE.repairs[RIGHT], 0)
    assert session.moment.loss == pytest.approx(run.losses[-1, 0])
    assert session.share(RIGHT, session.moment) == held_out_accuracy(run)[0]


@pytest.mark.parametrize("at_once", ["10", "1"])
def test_a_run_of_any_length_leaves_some_65_moments(at_once):
    session = DigitReader(at_once=at_once)
    assert session.steps == {"10": 1300, "1": 13_000}[at_once]
    session.advance(3)
    assert session.step == 3 * session.stride == 3 * session.steps // 65


def test_a_share_is_computed_anew_when_the_way_changes():
    session = DigitReader(encoding=RIGHT)
    session.advance(20)
    before = session.share(RIGHT, session.moment)
    session.go_to(200)
    session.step_size = 1e-4
    session.advance(10)
    assert session.step == 400
    assert session.share(RIGHT, session.moment) < before - 0.05


@given(
    encoding=st.sampled_from(list(ENCODINGS)),
    compare=st.sampled_from(["nothing", *ENCODINGS]),
    seed=st.integers(0, 9999),
    at_once=st.sampled_from(["10", "1"]),
    step_size=st.floats(1e-4, 30),
    deviation=st.floats(1e-3, 10),
)
@settings(max_examples=25)
def test_every_setting_trains_and_draws(panel, **turned):
    panel.session.turn(**turned)
    assert panel.session.experiment.step_size == pytest.approx(turned["step_size"])
    panel.session.advance(2)
    assert panel.error.value == ""
    assert 0 <= panel.session.share(turned["encoding"], panel.session.moment) <= 1
    assert repr(panel).startswith(f"TrainingPanel(step {2 * panel.session.stride} of ")
    assert len(repr(panel)) < 110


@pytest.mark.parametrize("setting", [{"encoding": "upside down"}, {"step_size": 100}, {"deviation": 0}])
def test_settings_out_of_bounds(setting):
    with pytest.raises(Exception, match=r"encoding is one of|is a number from"):
        DigitReader(**setting)


def test_an_unknown_setting_gets_the_nearest():
    with pytest.raises(TypeError, match=r"no setting 'encodings'.*Did you mean 'encoding'"):
        input_scaling.panel(encodings=RIGHT)


def test_large_data_sets_are_let_go(fresh):
    for encoding in ENCODINGS:
        fresh.session.encoding = encoding
    kept = {encoding for _, encoding, _ in fresh.session._datasets}
    assert kept == {fresh.session.encoding}


def test_the_digits_are_the_numbers_that_reach_the_network(fresh):
    session, seen = fresh.session, fresh.pictures[0]
    for encoding in ENCODINGS:
        session.encoding = encoding
        inputs = encode(HELD_OUT.pixels, encoding, LEARN.pixels)
        rows = [np.flatnonzero(HELD_OUT.labels == digit)[0] for digit in range(10)]
        for row, image in zip(rows, seen.artists["images"], strict=True):
            np.testing.assert_allclose(image.get_array().ravel(), inputs[row], atol=1e-12)
    assert "inputs from 0 to 1" in seen.artists["legend"].get_text()


def test_answers_turn_from_wrong_to_right(fresh):
    fresh.session.encoding = RIGHT
    texts = fresh.pictures[0].artists["answers"]
    assert sum("✗" in text.get_text() for text in texts) > 5
    fresh.session.advance(65)
    assert sum("✓" in text.get_text() for text in texts) > 7
    for text in texts:
        assert (to_hex(text.get_color()).upper() == VERMILION) == ("✗" in text.get_text())


def test_the_slopes_are_kept_for_the_panel_that_asks_for_them():
    """The chapter's first panels come before the prediction about them."""
    for panel in (input_scaling.posted_panel(), input_scaling.mended_panel()):
        assert "slope" not in panel.live.alt
        assert not any(isinstance(picture, HiddenOutputs) for picture in panel.pictures)


def test_the_hidden_outputs_are_those_of_the_network():
    panel = input_scaling.panel()
    session, hidden = panel.session, panel.pictures[2]
    session.turn(encoding="raw 0 to 255", compare=RIGHT)
    heights = [bar.get_height() for bar in hidden.artists["hidden"]]
    assert sum(heights) == pytest.approx(100)
    assert heights[0] + heights[-1] > 99
    assert len(hidden.artists["compared_hidden"].get_xdata()) == BINS
    assert hidden.artists["flat"].get_text() == "slope < 0.01: 100% (this seed)"
    session.turn(encoding=RIGHT, compare="nothing")
    share = saturation.saturated(session.experiment, session.moment.params)
    said = re.search(r"slope < 0.01: (\d+)%", hidden.artists["flat"].get_text())[1]
    assert float(said) == pytest.approx(100 * share, abs=3)
    assert f"Hidden outputs with a slope below 0.01: {said}%." in hidden.said(session)


def test_the_curve_follows_training_and_time(fresh):
    session, right = fresh.session, fresh.pictures[3]
    session.turn(encoding=RIGHT, compare=POSTED)
    session.advance(65)
    x, y = right.artists["right"].get_data()
    assert (x[0], x[-1]) == (0, 10)
    assert y[-1] == 100 * session.share(RIGHT, session.moment) > 85
    assert right.artists["compared_right"].get_ydata()[-1] < 50
    assert right.artists["names"].get_text() == f"dashed: {POSTED}"
    session.back()
    assert len(right.artists["right"].get_xdata()) == len(x) - 1
    session.turn(compare="nothing")
    assert len(right.artists["compared_right"].get_xdata()) == 0


def test_a_moving_picture_is_small(fresh):
    fresh.session.turn(encoding=RIGHT, compare=POSTED)
    fresh.session.advance(65)
    names = [name for picture in fresh.pictures for name in picture.artists if name != "images"]
    strokes = [getattr(fresh.live, f"moving_{name}") for name in names]
    size = sum(
        len(value) if isinstance(value, (bytes, memoryview)) else len(json.dumps(value, default=str))
        for stroke in strokes
        for value in stroke.values()
    )
    assert size < 8000


def test_a_stored_picture_leaves_the_live_one_where_it_was():
    """Axes of a fixed aspect are smaller than their places: what moves in them must not jump."""
    panel = input_scaling.posted_panel()
    panel.live.room = {"width": 824, "height": 700, "zoom": 1}
    panel.session.advance()
    before = json.dumps(panel.live.moving_answers, default=bytes.hex)
    panel.live.still()
    panel.draw()
    assert json.dumps(panel.live.moving_answers, default=bytes.hex) == before


def test_the_controls_reach_the_session(fresh):
    say(fresh.controls["encoding"], index=0)
    assert fresh.session.encoding == RIGHT
    press(fresh.step)
    assert fresh.session.step == fresh.session.stride
    assert fresh.session.headline().endswith("% of 497 held-out digits right")
    assert "10 images, inputs from 0 to 1. Taken wrongly:" in fresh.live.alt
    assert "0 to 1: " in fresh.live.alt


@pytest.fixture
def with_mnist(monkeypatch):
    """Something in the shape of MNIST, twenty pictures to learn from."""
    random = np.random.RandomState(0)
    pixels, labels = random.randint(256, size=(30, 784)).astype(np.uint8), np.arange(30) % 10
    pictures = Pictures(pixels[:20], labels[:20], "MNIST"), Pictures(pixels[20:], labels[20:], "MNIST")
    monkeypatch.setattr(mnist, "find", lambda: Path("anywhere"))
    monkeypatch.setattr(mnist, "load", lambda: pictures)


def test_mnist_is_offered_where_it_is_found_and_not_chosen(with_mnist):
    panel = input_scaling.panel()
    assert panel.controls["data"].options == (SMALL, LARGE)
    assert repr(panel) == "TrainingPanel(step 0 of 1300, loss 1.131, 10% of 497 held-out digits right)"
    say(panel.controls["data"], index=1)
    experiment = panel.session.experiment
    assert experiment.network.sizes == (784, 30, 10)
    assert experiment.dataset.name == f"MNIST, {POSTED}"
    assert panel.pictures[0].artists["images"][0].get_array().shape == (28, 28)
    panel.session.advance(2)
    assert panel.error.value == ""
    say(panel.controls["data"], index=0)
    assert repr(panel) == "TrainingPanel(step 0 of 1300, loss 1.131, 10% of 497 held-out digits right)"


def test_the_words_say_at_once_what_is_taken_wrongly():
    """Before any step, and as the picture does."""
    panel = input_scaling.panel()
    wrong = sum("✗" in text.get_text() for text in panel.pictures[0].artists["answers"])
    assert len(re.findall(r"\d for \d", panel.live.alt)) == wrong > 5


def test_blind_first_the_illness_has_no_name_and_no_knob():
    """Before the learner has said what is wrong, nothing in a panel calls it by its name."""
    for panel in (input_scaling.posted_panel(), input_scaling.mended_panel()):
        session = panel.session
        assert not {"encoding", "compare"} & set(panel.controls)
        offered = [option for name in panel.controls for option in session.offered(name)]
        texts = [panel.live.alt, panel.status.value, panel.session.title, *offered]
        texts += [text.get_text() for axes in panel.live.figure.axes for text in axes.findobj(Text)]
        assert len(texts) > 30
        assert not re.search("sign|overflow|byte", " ".join(texts))
        (experiment,) = session.experiments().values()
        np.testing.assert_array_equal(experiment.dataset.inputs, CASE.as_posted.dataset.inputs)


def test_mended_numbers_are_compared_with_those_as_posted():
    session = MendedReader()
    assert list(session.histories) == ["as posted"]
    session.numbers = "mended"
    assert list(session.histories) == ["mended", "as posted"]
    mended, posted = (history.trainer.experiment for history in session.histories.values())
    np.testing.assert_array_equal(mended.dataset.inputs, CASE.repairs[RIGHT].dataset.inputs)
    np.testing.assert_array_equal(posted.dataset.inputs, CASE.as_posted.dataset.inputs)


@pytest.mark.parametrize(
    ("encoding", "side"), [(POSTED, SOME_BELOW), (RIGHT, ALL_ABOVE), ("raw 0 to 255", ALL_ABOVE)]
)
def test_what_was_seen_of_the_ink(encoding, side):
    assert input_scaling.stuck.seen.right(DigitReader(encoding=encoding)) == side


def test_ink_that_is_all_below_zero():
    session = PostedReader()
    session.ink = lambda: np.array([-1.0, -0.5])
    assert input_scaling.stuck.seen.right(session) == ALL_BELOW


def test_how_far_the_curves_were_apart():
    session, right = MendedReader(), input_scaling.illness.seen.right
    assert right(session) == ONE
    session.numbers = "mended"
    assert right(session) == NOT_CLEAR
    session.advance(65)
    assert right(session) == CLEAR
    session.step_size = 1e-4
    session.reset()
    session.advance(65)
    assert right(session) == NOT_CLEAR


@pytest.mark.parametrize("question", ["same_symptom", "small_weights"])
def test_how_flat_it_ended(question):
    right = getattr(input_scaling, question).seen.right
    assert right(DigitReader(encoding="raw 0 to 255")) == NEARLY_ALL
    assert right(DigitReader(encoding="standardised")) == input_scaling.MANY
    assert right(DigitReader()) == FEW


def test_nothing_is_compared_with_itself():
    assert list(DigitReader(encoding=RIGHT, compare=RIGHT).histories) == [RIGHT]


def test_goals_turn_green_when_reached_and_not_before():
    goal, session = input_scaling.read_the_digits(), MendedReader()
    session.advance(65)
    goal.look(session)
    assert not goal.reached
    session.numbers = "mended"
    session.advance(65)
    goal.look(session)
    assert goal.reached


def test_inverted_digits_win_with_smaller_weights_only():
    goal, session = input_scaling.invert_and_win(), DigitReader(encoding="inverted", seed=3)
    session.advance(65)
    goal.look(session)
    assert not goal.reached
    session.deviation = 0.2
    session.advance(65)
    goal.look(session)
    assert goal.reached


@pytest.mark.parametrize(
    ("undo", "verdict"),
    [
        (lambda x: np.where(x < 0, x + 256 / 255, x), "right"),
        (lambda x: None, "not attempted yet"),
        (lambda x: ..., "not attempted yet"),
        (lambda x: np.abs(x), "not yet: 29% of the pixels are wrong"),
        (lambda x: x[0], "not yet: the result has shape"),
        (lambda x: np.add(x, 256 / 255, out=x, where=x < 0), "not yet: it writes into"),
        (lambda x: x.nothing, "it raised AttributeError"),
    ],
)
def test_the_code_exercise(undo, verdict):
    assert input_scaling.check_undo(undo).startswith(verdict)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (200, "128 + 64 + 8 = <b>200</b>, divided by 255: 0.784"),
        (200, "\N{MINUS SIGN}128 + 64 + 8 = <b>\N{MINUS SIGN}56</b>, divided by 255: \N{MINUS SIGN}0.220"),
        (0, "0 = <b>0</b>"),
        (255, "= <b>\N{MINUS SIGN}1</b>"),
    ],
)
def test_a_byte_bit_by_bit(value, words):
    byte = input_scaling.Byte()
    say(byte.slider, value=value)
    assert words in byte.readings.value
    assert f"<code>{value:08b}</code>" in byte.readings.value


def test_still_pictures_have_texts():
    for figure in (input_scaling.readings(), flat_ends()):
        assert len(figure.alt) > 50
        assert figure.export("png").startswith(b"\x89PNG")
