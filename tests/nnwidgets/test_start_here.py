"""The first page: eight units that start alike, what is asked again, and where a learner stands."""

import html
import json
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nnwidgets.chapters import again as coming_back
from nnwidgets.chapters import start_here
from nnwidgets.chapters.again import MOST, again
from nnwidgets.chapters.standing import FEW, advice, calibration, chapters, done
from nnwidgets.chapters.start_here import APART, PARTED, TOGETHER, Dots
from nnwidgets.questions import Prediction, Progress
from workbook.cases.start_here import ALIKE, DOTS, MILLIONTH, RANDOM, UNITS
from workbook.course import progress as keeping
from workbook.course.due import SPACING
from workbook.course.lab import shipped_chapters
from workbook.course.syllabus import syllabus
from workbook.measures.surface import Place
from workbook.rates import Rate

from .front_end import press

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
BIAS = ("bias/settles", "bias/where", "bias/how-low", "bias/which-gate")


@pytest.fixture
def progress(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Progress(tmp_path)


@pytest.fixture
def kept(progress, monkeypatch):
    """Keep a prediction as if it had been answered so many days ago."""

    def keep(key, answer, right, days, confidence="sure"):
        at = NOW - timedelta(days=days)

        class Then(datetime):
            @classmethod
            def now(cls, tz=None):
                return at

        with monkeypatch.context() as patch:
            patch.setattr(keeping, "datetime", Then)
            progress.keep(key, answer, right, confidence, again=True)

    return keep


# --- eight units


def test_equal_units_stay_equal_to_the_last_step_and_random_ones_do_not():
    session = Dots()
    assert session.began_alike
    for _ in range(4):
        session.advance(200)
        W, b = session.moment.params[0]
        assert np.ptp(W, axis=1).max() == np.ptp(b) == 0
    assert session.finished
    assert (session.different, start_here._did(session)) == (1, TOGETHER)
    assert "35 of 50 dots right; 1 different of 8 hidden units" in session.headline()
    session.turn(weights=RANDOM)
    session.advance(800)
    assert not session.began_alike
    assert (session.right, session.different, start_here._did(session)) == (DOTS, UNITS, APART)


def test_a_single_weight_that_is_dragged_parts_one_unit_from_the_others():
    session = Dots()
    session.move(Place(0, "W", (0, 2)), 0.6)
    assert not session.began_alike
    session.advance(800)
    assert (session.different, start_here._did(session)) == (2, PARTED)
    assert session.right < DOTS


def test_the_verdict_waits_for_a_run_from_equal_weights(progress):
    card = start_here.edges(progress)
    panel = start_here.panel(card, start_here.every_dot(progress))
    assert "with other start weights" in panel.goal.value
    press(card.options.buttons["by one straight edge", "sure"])
    panel.session.turn(weights=MILLIONTH)
    panel.session.advance(800)
    assert panel.goal.state == "reached"
    assert (card.result.value, card.state) == ("", "answered")
    panel.session.turn(weights=ALIKE)
    panel.session.advance(800)
    card.wait()
    assert card.state == "right"
    press(card.seen.buttons[TOGETHER])
    assert "So it was" in card.seen.words.value


def test_the_map_shows_one_straight_edge():
    """What the network says to the plane depends on one direction alone: on w . x."""
    session = Dots()
    session.advance(800)
    w = session.moment.params[0].W[:, 0]
    across = np.array([-w[1], w[0]])
    places = np.random.RandomState(0).uniform(-1.5, 1.5, (20, 2))
    np.testing.assert_allclose(session.answer_to(places), session.answer_to(places + across), atol=1e-12)


# --- again


def asked(card):
    """What a card asks now."""
    return card.cards[-1].key if len(card.children) > 2 else None


def test_a_first_visit_is_welcomed(progress):
    card = again(progress, NOW)
    assert repr(card) == "Again()"
    assert asked(card) is None
    assert "Welcome. From your next visit on" in card.words.value


def test_nothing_is_due(progress, kept):
    kept("bias/settles", "about ½ and ½", False, 0)
    assert "Nothing is due today" in again(progress, NOW).words.value


def test_what_is_due_is_asked_once_with_a_verdict_and_a_place_to_look(progress, kept):
    kept("bias/how-low", "1/8", True, SPACING)
    kept("bias/settles", "about ½ and ½", False, 2)
    card = again(progress, NOW)
    assert asked(card) == "bias/settles", "what was missed comes first"
    assert "1 of 2, from <i>Why does a neuron need a bias?</i>" in card.words.value
    assert card.next.layout.display == "none"
    first = card.cards[0]
    assert first.said.value == "", "what was said before is not shown"
    press(first.options.buttons["about 0.59 and 0.67", "guess"])
    first.wait()
    assert "You were right" in first.result.value
    assert "It is told in 02_bias." in first.result.value
    assert card.next.layout.display is None
    press(card.next)
    assert asked(card) == "bias/how-low"
    assert card.next.description == "Done"
    press(card.cards[1].options.buttons["0", "sure"])
    card.cards[1].wait()
    press(card.next)
    assert asked(card) is None
    assert "Thank you: 1 of 2 right" in card.words.value
    tries = progress.all()
    assert [one[:3] for one in tries["bias/settles"]] == [
        ("about ½ and ½", False, "sure"),
        ("about 0.59 and 0.67", True, "guess"),
    ]
    assert progress.get("bias/how-low") == "1/8", "a right answer is not lost"
    assert "Nothing is due" in again(progress).words.value, "today it was asked"


def test_skip_ends_it_and_leaves_everything_due(progress, kept):
    kept("bias/settles", "about ½ and ½", False, 2)
    before, card = progress.all(), again(progress, NOW)
    press(card.skip)
    assert asked(card) is None
    assert "Skipped" in card.words.value
    assert progress.all() == before
    assert asked(again(progress, NOW)) == "bias/settles"


def test_three_at_most_and_only_what_a_chapter_still_asks(progress, kept):
    for number, key in enumerate(BIAS):
        kept(key, "x", False, 20 - number)
    kept("gone/settles", "x", False, 30)
    kept("bias/gone", "x", False, 30)
    kept("../bias", "x", False, 30)
    card = again(progress, NOW)
    assert [prediction.finding.key for _, prediction in card.asked] == list(BIAS[:MOST])


def test_every_prediction_of_every_chapter_can_come_back(progress, monkeypatch):
    monkeypatch.setattr(coming_back, "MOST", 1000)
    keys = [key for chapter in syllabus(shipped_chapters()) for key in chapter.predictions]
    long_ago = [{"answer": "x", "right": False, "confidence": "sure"}]
    progress.path.write_text(json.dumps(dict.fromkeys(keys, long_ago)))
    found = coming_back.came_back(progress, NOW)
    assert [prediction.finding.key for _, prediction in found] == sorted(keys)
    assert all(isinstance(prediction, Prediction) for _, prediction in found)


def test_an_answer_that_cannot_be_measured_is_said(progress, kept, monkeypatch):
    kept("bias/settles", "about ½ and ½", False, 2)
    card = again(progress, NOW)
    (only,) = card.cards

    def fail(_):
        raise OSError("no more memory")

    monkeypatch.setattr(Prediction, "right", fail)
    monkeypatch.setattr(type(only.prediction.finding), "known", property(lambda _: False))
    press(only.options.buttons["about 0.59 and 0.67", "guess"])
    only.wait()
    assert "could not be measured: OSError: no more memory" in only.result.value
    press(card.next)
    assert "Thank you: 0 of 1 right" in card.words.value


# --- where one stands


def test_the_table_of_chapters_has_a_link_to_each():
    others = syllabus(shipped_chapters())[1:]
    table = chapters(Progress("nowhere"))
    assert repr(table) == f"Chapters({len(others)})"
    markup = table._repr_html_()
    assert re.findall(r'href="([^"]+)"', markup) == [chapter.file for chapter in others]
    assert markup.count("not begun") == len(others)
    for chapter in others:
        assert html.escape(chapter.title) in markup
        assert html.escape(chapter.about) in markup


def test_what_has_been_done_in_a_chapter(progress):
    (bias,) = [chapter for chapter in syllabus(shipped_chapters()) if chapter.name == "bias"]
    assert done(bias, progress.all()) == "not begun"
    progress.keep("bias/settles", "x", False, "sure")
    progress.keep("bias/where", "x", True, "sure")
    progress.keep("bias/settles/seen", "x", True)
    progress.keep("bias/at-zero", "0.73", True)
    progress.keep("bias/the-corner", True, True)
    progress.keep("bias-other/goal", True, True)
    assert done(bias, progress.all()) == (
        f"2 of {len(bias.predictions)} predictions, 1 right<br>"
        f"1 of {len(bias.exercises)} exercises right<br>1 goal reached"
    )
    for key in (*bias.predictions, *bias.exercises):
        progress.keep(key, "y", True, "sure")
    assert done(bias, progress.all()).startswith("✓ ")


def test_calibration_shows_each_confidence_with_its_interval(progress, kept):
    assert "That shows here once you were sure 5 times" in calibration(progress)._repr_html_()
    for number in range(FEW):
        kept(f"a/{number}", "x", number > 2, 1)
        kept(f"b/{number}", "x", True, 1, "guess")
    progress.keep("an/exercise", "x", False)
    markup = calibration(progress)._repr_html_()
    assert "“I am sure”" in markup
    assert str(Rate(2, FEW)) in markup
    assert "“I am guessing”" in markup
    assert "I think so" not in markup
    assert "sure more often than you are right" in markup


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ({}, "That shows here"),
        ({"sure": Rate(0, FEW - 1)}, "That shows here"),
        ({"sure": Rate(1, FEW)}, "more often than you are right"),
        ({"sure": Rate(FEW, FEW)}, "you can be relied on"),
        ({"sure": Rate(16, 20)}, "you can be relied on"),
        ({"sure": Rate(12, 20)}, "more often than you are right"),
        ({"guess": Rate(9, 10)}, "better than you think"),
        ({"guess": Rate(5, 10), "sure": Rate(9, 10)}, "you can be relied on"),
    ],
)
def test_what_follows_from_it(rates, words):
    assert words in advice(rates)
