"""Predictions: answered once, with a confidence, scored by what is measured, kept."""

import pytest

from nnwidgets.questions import Observation, Prediction
from nnwidgets.questions.options import CONFIDENCE
from workbook.cases import Finding
from workbook.course.progress import NAME, Progress

from .front_end import Told, press

TEMPTING = {"one": "It <looks> so.", "three": "Twice as many."}


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def asked(progress, measure=lambda: "two", options=("one", "two", "three"), panel=True, **more):
    more = {"because": "For <reasons>.", "tempting": TEMPTING, "then": "Go & see."} | more
    card = Prediction(Finding("c/q", measure, "..."), "Which & why?", Told(options), **more)(progress)
    if panel:
        card.stand_in("Press Play")
    return card


def answer(prediction, option, confidence="sure"):
    press(prediction.options.buttons[option, confidence])


def test_the_question_stands_there_unanswered(progress):
    prediction = asked(progress)
    assert repr(prediction) == "Prediction(c/q: open)"
    assert "Which &amp; why?" in prediction.question.value
    assert list(prediction.options.buttons) == [
        (option, confidence) for option in ("one", "two", "three") for confidence in CONFIDENCE
    ]
    assert not prediction.answered
    assert (prediction.said.value, prediction.result.value) == ("", "")


@pytest.mark.parametrize("confidence", CONFIDENCE)
def test_one_click_answers_and_says_how_sure_one_is(progress, confidence):
    prediction = asked(progress)
    answer(prediction, "three", confidence)
    assert prediction.answered
    assert prediction.options.layout.display == "none"
    assert prediction.said.value == f"You said: three ({confidence}). Press Play, and see."
    assert repr(prediction) == "Prediction(c/q: answered)"
    assert progress.best("c/q")[:3] == ("three", None, confidence)
    assert prediction.result.value == ""  # nothing is given away


def test_every_button_says_its_option_to_who_does_not_see_the_row(progress):
    names = [button.tooltip for button in asked(progress).options.buttons.values()]
    assert names[:3] == ["one: I am guessing", "one: I think so", "one: I am sure"]
    assert len(set(names)) == 9


def test_an_answer_is_given_once(progress):
    prediction = asked(progress)
    answer(prediction, "three")
    answer(prediction, "two")  # a message that comes late, or a forged one
    prediction.answer("two")
    assert [one.answer for one in progress.all()["c/q"]] == ["three"]


def test_an_answer_that_is_no_option_is_refused(progress):
    with pytest.raises(ValueError, match="'four' is not among the options"):
        asked(progress).answer("four")


def test_the_score_when_it_was_right(progress):
    prediction = asked(progress)
    answer(prediction, "two")
    prediction.reveal()
    prediction.wait()
    assert prediction.right is True
    said = "<b>✓ You were right:</b> two. For &lt;reasons&gt;. <i>Go &amp; see.</i>"
    assert prediction.result.value == said
    assert prediction.said.value == "You said: two (sure)."
    assert repr(prediction) == "Prediction(c/q: right)"
    assert progress.best("c/q")[:3] == ("two", True, "sure")


def test_the_score_when_it_was_wrong_says_why_it_was_tempting(progress):
    prediction = asked(progress)
    answer(prediction, "one", "guess")
    prediction.reveal()
    prediction.wait()
    assert prediction.right is False
    assert prediction.result.value == (
        "<b>✗ It came out otherwise:</b> two. For &lt;reasons&gt;. You said “one”. It &lt;looks&gt; so. "
        "<i>Go &amp; see.</i>"
    )
    assert progress.all()["c/q"][0][:3] == ("one", False, "guess")


def test_alone_the_verdict_comes_with_the_answer(progress):
    prediction = asked(progress, panel=False)
    answer(prediction, "two")
    prediction.wait()
    assert prediction.right
    assert "Press" not in prediction.said.value


def test_measuring_waits_for_the_answer_and_happens_once(progress):
    calls = []
    prediction = asked(progress, lambda: calls.append(1) or "one")
    prediction.reveal()
    assert calls == []
    answer(prediction, "one")
    assert calls == []
    for _ in range(3):
        prediction.reveal()
        prediction.wait()
    assert calls == [1]


def test_a_long_measurement_shows_that_it_goes_on(progress):
    said = []
    prediction = asked(progress, lambda: said.append(prediction.result.value) or "two")
    answer(prediction, "one")
    prediction.reveal()
    prediction.wait()
    assert said == ["Measuring the answer … <progress></progress>"]


@pytest.mark.parametrize(("gives", "said"), [(OSError("no <data>"), "no &lt;data&gt;"), ("four", "among")])
def test_what_cannot_be_measured_is_said(progress, gives, said):
    def measure():
        if isinstance(gives, Exception):
            raise gives
        return gives

    prediction = asked(progress, measure)
    answer(prediction, "one")
    prediction.reveal()
    prediction.wait()
    assert prediction.result.value.startswith("The answer could not be measured: ")
    assert said in prediction.result.value
    assert prediction.right is None


@pytest.mark.parametrize("options", [(), ("one",), ("one", "one"), ("one", "two", "one")])
def test_too_few_options(progress, options):
    with pytest.raises(ValueError, match="two different options or more"):
        asked(progress, options=options, tempting={})
    with pytest.raises(ValueError, match="two different options or more"):
        Observation("What?", options, lambda session: "one")


def test_a_tempting_option_has_to_be_one(progress):
    with pytest.raises(ValueError, match="'c/q': 'four' is not among"):
        asked(progress, tempting={"four": "?"})


def test_the_answer_comes_back_with_its_confidence(progress):
    answer(asked(progress), "two", "think so")
    again = asked(progress)
    assert again.answered
    assert again.options.layout.display == "none"
    assert again.said.value == "You said: two (think so). Press Play, and see."
    assert again.right is None
    again.reveal()
    again.wait()
    assert again.right
    assert len(progress.all()["c/q"]) == 1


def test_a_verdict_comes_back(progress):
    first = asked(progress)
    answer(first, "one")
    first.reveal()
    first.wait()
    again = asked(progress)
    again.wait()
    assert again.right is False
    assert again.result.value == first.result.value


def test_what_is_measured_already_is_said_at_once(progress):
    finding = Finding("c/q", lambda: "two", "...")
    finding()
    card = Prediction(finding, "Which?", Told(["one", "two"]))(progress)
    answer(card, "two")
    assert card.right


@pytest.mark.parametrize("kept", ["four", 3, None, True, ["one"], {"one": 1}])
def test_a_kept_answer_that_is_no_option_any_more(progress, kept):
    progress.keep("c/q", kept)
    prediction = asked(progress)
    assert not prediction.answered
    answer(prediction, "one")
    assert progress.get("c/q") == "one"


def test_an_answer_that_cannot_be_saved_counts(tmp_path):
    prediction = asked(Progress(tmp_path / "nowhere"))
    answer(prediction, "two")
    assert prediction.answered
    assert "could not be saved" in prediction.said.value
    prediction.reveal()
    prediction.wait()
    assert prediction.right


def test_the_default_is_the_folder_of_the_chapter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer(asked(None), "one")
    assert (tmp_path / NAME).is_file()


def test_readers_without_a_kernel_see_the_question_and_its_options(progress):
    data, metadata = asked(progress).static()._repr_mimebundle_()
    assert all(option in data["text/html"] for option in ("Which &amp; why?", "one", "two", "three"))
    assert metadata == {"workbook": {"key": "c/q"}}


def test_a_run_that_shows_nothing_of_it_gives_no_verdict(progress):
    seen = Observation("What?", ["low", "high"], lambda level: "low" if level < 5 else "high")
    prediction = asked(progress, seen=seen, shows=lambda level: level > 2, do="Turn it up")
    answer(prediction, "two")
    assert prediction.said.value == "You said: two (sure). Turn it up, and see."
    prediction.watched(1)
    assert (prediction.right, prediction.seen.layout.display) == (None, "none")
    prediction.watched(3)
    prediction.wait()
    assert (prediction.right, prediction.seen.right) == (True, "low")


def test_asked_again_it_forgets_what_was_said_and_keeps_a_new_try(progress):
    answer(first := asked(progress, panel=False), "one", "guess")
    first.wait()
    again = first.prediction(progress, again=True)
    assert (again.state, again.said.value, again.result.value) == ("open", "", "")
    answer(again, "one")
    again.wait()
    assert [one[:3] for one in progress.all()["c/q"]] == [("one", False, "guess"), ("one", False, "sure")]


def test_to_open_a_chapter_is_no_try(progress):
    """Neither of what was right and missed when it was asked again, nor of what was missed twice."""
    for said, right in (("two", True), ("one", False)):
        progress.keep("c/q", said, right, "sure", again=True)
    before = progress.all()
    card = asked(progress)
    card.wait()
    assert (card.chosen, card.right) == ("two", True)
    assert progress.all() == before
