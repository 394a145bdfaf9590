"""The chapter on NaN: its sessions, pictures and check, without a browser."""

import numpy as np
import pytest

from nnwidgets.chapters import not_a_number
from nnwidgets.chapters.not_a_number_panels import (
    CLIPPED,
    DOUBLE,
    NAIVE,
    SAFE,
    SCALED,
    SIGMOID,
    SINGLE,
    WIDE,
    Activations,
    LeNet,
    Precisions,
    Repairs,
    Softmaxes,
)
from nnwidgets.pictures.filters import FRAME, NONE, FiltersAndMaps
from nnwidgets.pictures.range_bars import RangeBars
from workbook import train
from workbook.cases import lenet
from workbook.cases import not_a_number as facts
from workbook.measures.maps import filters, maps
from workbook.measures.ranges import ranges
from workbook.plots import BLUE, GREEN, VERMILION, new_figure


@pytest.fixture(autouse=True)
def no_answers_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        (LeNet(), lenet.as_posted),
        (Softmaxes(), facts.related["stable softmax"]),
        (Softmaxes(softmax=NAIVE), lenet.as_posted),
        (Precisions(), facts.related["double precision"]),
        (Precisions(digits=SINGLE), lenet.as_posted),
        (Activations(), facts.repairs["scaled start, shorter steps"]),
        (Activations(hidden=SIGMOID, start_weights=WIDE, step_size=0.3), facts.related["sigmoid"]),
        (Repairs(), lenet.as_posted),
        (Repairs(clipping=CLIPPED), facts.related["clipping"]),
        (Repairs(softmax=SAFE, start_weights=SCALED), facts.related["stable softmax, scaled start"]),
    ],
)
def test_a_session_trains_what_the_case_knows(session, expected):
    assert session.experiment.but(steps=expected.steps) == expected


def test_the_first_step_is_the_last_and_the_line_says_which_operation():
    panel = not_a_number.panel()
    assert "NaN" not in panel.status.value + panel.live.alt
    panel.session.advance()
    assert panel.session.finished
    assert panel.status.value == "step 1 of 100: NaN. The first inf or NaN: exp, in the softmax"
    assert "e^z: 0 to 2.8e+17, 2 inf" in panel.live.alt
    panel.session.back()
    assert "loss 357.9" in panel.status.value
    assert panel.error.value == ""


def test_with_a_stable_softmax_a_layer_breaks():
    session = Softmaxes(seed=1)
    session.advance(10)
    assert session.headline().endswith("NaN. The first inf or NaN: matmul, forward, layer 5")


def test_the_run_ends_with_the_step_that_breaks_the_weights_and_shows_it():
    session = Softmaxes(seed=4)
    session.advance(4)
    assert not np.isfinite(session.moment.loss)
    assert not session.finished
    assert session.headline() == "step 4 of 50: weights are numbers, the loss of some picture is not"
    session.advance(10)
    found = lenet.early(facts.related["stable softmax"]).births[4]
    assert (session.step, session.finished) == (found.step, True)
    assert session.headline().endswith(f"{found.operation}, {found.way}, layer {found.layer}")
    assert not session.ranges()[f"z {found.layer}"].finite
    session.back()
    assert all(stage.finite for stage in session.ranges().values())


def test_what_is_told_of_a_step_is_what_it_computed():
    session = Repairs(start_weights=SCALED, step_size=0.03, seed=0)
    assert session.ranges() == {}
    session.advance(3)
    alone = train(session.experiment.but(steps=2), 0).params
    before = [layer.each(lambda array: array[0]) for layer in alone]
    x, t = lenet.as_posted.dataset.inputs[2:3], lenet.as_posted.dataset.targets[2:3]
    assert session.ranges() == ranges(session.experiment, before, x, t)
    found = session.maps()
    np.testing.assert_array_equal(found.picture, x.reshape(16, 16))
    np.testing.assert_array_equal(found.first, maps(session.experiment.network, before, x)[0][0])
    np.testing.assert_array_equal(
        found.filters, filters(session.experiment.network, session.moment.params)[:, 0]
    )
    assert session.shown().startswith(f"picture 3:\na {lenet.LEARN.labels[2]}, taken")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, not_a_number.IN_SOFTMAX),
        ({"softmax": SAFE, "seed": 1}, not_a_number.IN_SUM),
        ({"softmax": SAFE, "seed": 0}, not_a_number.STAYED_DEAD),
        ({"start_weights": SCALED, "step_size": 0.03}, not_a_number.STAYED_ALIVE),
    ],
)
def test_what_became_of_the_numbers(settings, words):
    session = Repairs(**settings)
    session.advance(15)
    assert not_a_number.stable.seen.right(session) == words


def test_what_was_seen_of_the_others():
    session = Precisions()
    session.advance(5)
    assert not_a_number.double.seen.right(session) == not_a_number.SOON
    assert not_a_number.first_operation.seen.right(session) == not_a_number.SOON
    session.digits = SINGLE
    session.advance(5)
    assert not_a_number.double.seen.right(session) == not_a_number.AT_ONCE
    both = Activations()
    both.advance(40)
    assert not_a_number.innocent.seen.right(both) == not_a_number.RELU_FIRST
    both.hidden = SIGMOID
    both.step_size, both.start_weights = 0.3, WIDE
    both.advance(3)
    assert not_a_number.innocent.seen.right(both) == not_a_number.NEITHER
    repairs = Repairs()
    repairs.advance()
    assert not_a_number.repaired.seen.right(repairs) == not_a_number.GONE
    assert not repairs.repaired
    repairs.softmax = SAFE
    repairs.advance(20)
    assert repairs.repaired
    assert not_a_number.repaired.seen.right(repairs) == not_a_number.GUESSING


def test_two_repairs_reach_the_goal():
    panel = not_a_number.repair_panel(goal=not_a_number.learned(), start_weights=SCALED, step_size=0.03)
    assert panel.goal.state != "reached"
    panel.session.advance(200)
    assert panel.goal.state == "reached"
    assert not_a_number.repaired.seen.right(panel.session) == not_a_number.MOST_RIGHT


def bars(session):
    picture = RangeBars(new_figure(6, 3).add_subplot(), session)
    return picture, picture.show(session)


def test_bars_of_a_step_that_breaks():
    session = LeNet()
    picture, news = bars(session)
    assert len(picture.bars.get_paths()) == 0
    assert set(news["range_words"]) == {""}
    session.advance()
    news = picture.show(session)
    words = dict(zip(picture.names, news["range_words"], strict=True))
    assert (words["e^z"], words["dy"], words["z 5"]) == ("inf", "NaN", "")
    assert words["dW 1"] == "", "said once"
    first, last = (picture.names.index(name) for name in ("dy", "dW 1"))
    assert picture.words[first].get_position()[0] == (first + last) / 2
    tops = [path.vertices[:, 1].max() for path in picture.bars.get_paths()]
    assert tops[:6] == pytest.approx(sorted(tops[:6]), abs=1)
    assert max(tops[:6]) < min(tops[6:])
    assert len({tuple(colour) for colour in picture.bars.get_facecolors()[6:]}) == 1
    mark = picture.artists["exponential_limit"]
    assert news.get("exponential_limit", mark.get_data()) is not None


def test_bars_of_a_dead_network_are_gone_on_the_way_back():
    session = Softmaxes()
    session.advance(15)
    picture, news = bars(session)
    words = dict(zip(picture.names, news["range_words"], strict=True))
    assert words["dW 1"] == "0"
    colours = {tuple(np.round(colour, 2)) for colour in picture.bars.get_facecolors()}
    assert len(picture.bars.get_paths()) < len(picture.names)
    assert len(colours) <= len({BLUE, GREEN, VERMILION}) - 1


def test_the_limits_are_those_of_the_precision():
    session = Precisions(digits=DOUBLE)
    picture, news = bars(session)
    high = news["exponential_limit"][1][0]
    assert picture.lines["double"].get_linestyle() == "-"
    session.digits = SINGLE
    news = picture.show(session)
    assert news["exponential_limit"][1][0] < high
    assert (picture.lines["single"].get_linestyle(), picture.lines["double"].get_linestyle()) == ("-", ":")


def test_filters_are_framed_and_what_is_no_number_is_told():
    session = LeNet()
    picture = FiltersAndMaps(new_figure(4, 4).add_subplot(), session)
    news = picture.show(session)
    tile = news["filters"]
    first = session.maps().filters[0]
    assert tile[0, 0] == FRAME
    assert np.isnan(tile[0]).any()
    assert tile[1, 1] == pytest.approx(first[0, 0] / 2)  # the scale is ±2
    session.advance()
    news = picture.show(session)
    assert news["filters"][1, 1] == NONE
    assert "no number is left" in news["filter_words"][1]
    assert "what they see: up to ±" in news["filter_words"][2]


def overwriting(z):
    z -= z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not attempted yet"),
        (lambda z: None, "not attempted yet"),
        (lambda z: z.sum(), "not yet: z has shape (4, 3), your answer ()"),
        (lambda z: z.nothing, "it raised AttributeError"),
        (lambda z: z - np.log(np.exp(z).sum(-1, keepdims=True)), "[1000.0, 0.0, -1000.0] it makes"),
        (lambda z: z - z.max(-1, keepdims=True), "of the row [1.0, 2.0, 3.0] it makes [-2. -1.  0.]"),
        (overwriting, "it writes into an array that it is given"),
        (lambda z: z - z.max() - np.log(np.exp(z - z.max()).sum(-1, keepdims=True)), "not all numbers"),
        (lambda z: z - np.logaddexp.reduce(z, axis=-1, keepdims=True), "right"),
    ],
)  # fmt: skip
def test_the_check_of_the_logarithm(answer, words):
    assert words in not_a_number.check_log_softmax(answer)
