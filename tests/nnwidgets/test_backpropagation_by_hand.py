"""The chapter on backpropagation by hand without a browser: its panels, its questions, its check of code."""

import numpy as np
import pytest

from nnwidgets.chapters import backpropagation_by_hand as chapter
from nnwidgets.chapters.backpropagation_by_hand_panels import PostedGradients, ThreeLayers, WorkedExample
from nnwidgets.session.stepping import LAYER, PRODUCT, UNIT
from workbook.cases import backpropagation_by_hand as facts
from workbook.measures.by_hand import Quantity


@pytest.fixture(autouse=True)
def no_answers_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (chapter.panel, {"target": 0.0, "zoom": PRODUCT}),
        (chapter.panel, {"target": 0.1, "zoom": LAYER}),
        (chapter.relu_panel, {"first": -3, "second": 3, "target": 30, "zoom": UNIT}),
        (chapter.relu_panel, {"first": 0, "second": 0, "target": -10, "zoom": LAYER}),
    ],
)
def test_every_step_at_the_ends_of_the_controls(make, settings):
    panel = make(**settings)
    while not panel.session.finished:
        panel.session.advance()
        assert panel.error.value == ""
    assert panel.play.description == "Again"
    assert "new y" in panel.live.alt


def test_the_panels_show_the_posted_example_and_our_relus():
    assert WorkedExample().experiment() == facts.as_posted
    assert ThreeLayers().experiment() == facts.three_layers
    ends = {target: WorkedExample(target=target) for target in (1.0, 0.1)}
    new = {t: s.work.values[Quantity("new y", 2, (0,))] for t, s in ends.items()}
    assert new[1.0] == pytest.approx(facts.one_step()["after"], rel=1e-12)
    assert new[0.1] == pytest.approx(facts.one_step()["mended"], rel=1e-12)


def test_before_its_prediction_a_panel_shows_nothing_that_is_computed():
    for make, question in ((chapter.panel, chapter.one_step), (chapter.relu_panel, chapter.passes)):
        panel = make(question())
        network, line = panel.pictures
        assert panel.locked
        assert panel.desk.layout.display == "none"
        for name in ("sums", "arrives", "slopes", "new_says", "gradients", "new"):
            assert {text.get_text() for text in network.artists[name]} == {""}
        assert {text.get_text() for text in line.letters} == {""}
        assert "0.8" not in panel.live.alt


def test_the_check_shows_its_outcome_after_the_prediction_only():
    panel = chapter.check_panel(chapter.ratios(), chapter.found_target())
    assert not panel.session.shown
    assert "trained" not in panel.controls
    panel.prediction.answer("always the same number, but not -1")
    panel.check.click()
    panel.prediction.wait()
    assert panel.prediction.state == "right"
    assert panel.session.outcome() == "FAILED, relative error 1.0e+00"
    assert panel.goal.state == "open"
    panel.session.target = 0.1
    assert panel.session.outcome().startswith("passed")
    assert panel.goal.state == "reached"


def test_a_run_with_another_row_does_not_score_the_prediction():
    panel = chapter.relu_panel(chapter.passes())
    panel.prediction.answer("those of both units")
    panel.session.second = 0
    panel.session.go_to(panel.session.steps)
    assert panel.prediction.state == "answered"
    panel.session.second = 1
    panel.session.reset()
    panel.session.go_to(panel.session.steps)
    panel.prediction.wait()
    assert panel.prediction.state == "wrong"


def test_what_was_seen_is_told_from_what_was_watched():
    seen = chapter.one_step.seen
    assert [seen.right(WorkedExample(target=target)) for target in (1.0, 0.1)] == [chapter.NINTH] * 2
    marks = chapter.ratios.seen
    assert [marks.right(PostedGradients(target=target)) for target in (1.0, 0.5, 0.1)] == [
        chapter.LINE,
        chapter.LINE,
        chapter.DIAGONAL,
    ]
    gate = chapter.passes.seen
    assert gate.right(ThreeLayers()) == "k₁"
    assert gate.right(ThreeLayers(second=-1, target=23)) == chapter.BOTH_ALIKE  # nothing is sent


def test_the_goals_are_reached_by_what_they_ask_for_only():
    targets = np.arange(0, 1.01, 0.05)
    found = [t for t in targets if chapter.found_target.reached(PostedGradients(target=float(t)))]
    assert np.allclose(found, [0.1])
    hidden = PostedGradients(target=0.1)
    hidden.shown = False
    assert not chapter.found_target.reached(hidden)
    reached = chapter.nothing_arrives.reached
    assert not reached(ThreeLayers())
    assert reached(ThreeLayers(first=-3, second=0))
    assert not reached(ThreeLayers(first=-3, second=0, target=1))  # there y has nothing to learn either


def right(x, z, dy):
    return x.T @ (dy * (1 - np.tanh(z) ** 2))


def test_the_check_of_code():
    check = chapter.check_gradient
    assert check(right).startswith("right: ")
    assert check(None) == check(...) == check(lambda x, z, dy: None) == "not attempted yet"
    for wrong, said in (
        (lambda x, z, dy: x.T @ dy, "slope of tanh at z is missing"),
        (lambda x, z, dy: x.T @ (dy * (1 - np.tanh(np.tanh(z)) ** 2)), "taken at tanh(z)"),
        (lambda x, z, dy: x.T @ (1 - np.tanh(z) ** 2), "dy, is missing"),
        (lambda x, z, dy: right(x, z, dy) / len(x), "the sum"),
        (lambda x, z, dy: -right(x, z, dy), "uphill"),
        (lambda x, z, dy: right(x, z, dy).T, "a row for each input"),
        (lambda x, z, dy: dy, "dW has the shape of W, (3, 2); yours has (4, 2)"),
        (lambda x, z, dy: 2 * right(x, z, dy), "for the first weight it gives"),
    ):
        assert check(wrong).startswith("not yet")
        assert said in check(wrong)
    assert "ValueError" in check(lambda x, z, dy: x @ dy)


def test_the_check_of_code_keeps_its_own_numbers():
    def spoil(x, z, dy):
        answer = right(x, z, dy)
        x[:] = z[:] = dy[:] = 0
        return answer

    assert chapter.check_gradient(spoil).startswith("not yet: it writes into")
    assert chapter.check_gradient(right).startswith("right")
