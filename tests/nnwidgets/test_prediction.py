"""Predictions: answered once, scored by what is measured, kept."""

import pytest

from nnwidgets.questions import Prediction
from workbook.cases import Finding
from workbook.course.progress import NAME, Progress

from .front_end import Told, press, say


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def asked(progress, measure=lambda: "two", because="For <reasons>.", options=("one", "two", "three")):
    return Prediction(Finding("c/q", measure, "..."), "Which & why?", Told(options), because)(progress)


def answer(prediction, option):
    say(prediction.choice, index=list(prediction.choice.options).index(option))
    press(prediction.button)


def test_the_question_stands_there_unanswered(progress):
    prediction = asked(progress)
    assert repr(prediction) == "Prediction(c/q: open)"
    assert "Which &amp; why?" in prediction.children[0].value
    assert prediction.choice.options == ("one", "two", "three")
    assert prediction.choice.value is None
    assert prediction.button.disabled
    assert not prediction.answered
    assert prediction.result.value == ""


def test_choosing_is_not_yet_answering(progress):
    prediction = asked(progress)
    say(prediction.choice, index=0)
    assert not prediction.button.disabled
    assert not prediction.answered
    say(prediction.choice, index=2)
    assert not prediction.answered
    assert progress.get("c/q") is None


def test_answering_locks_and_keeps(progress):
    prediction = asked(progress)
    answer(prediction, "three")
    assert prediction.answered
    assert prediction.choice.disabled
    assert prediction.button.disabled
    assert repr(prediction) == "Prediction(c/q: answered)"
    assert progress.get("c/q") == "three"
    assert "two" not in prediction.result.value  # nothing is given away


def test_a_press_without_a_choice_answers_nothing(progress):
    prediction = asked(progress)
    press(prediction.button)
    assert not prediction.answered
    assert progress.get("c/q") is None


def test_an_answer_is_given_once(progress):
    prediction = asked(progress)
    answer(prediction, "three")
    answer(prediction, "two")  # a message that comes late, or a forged one
    assert progress.get("c/q") == "three"


@pytest.mark.parametrize(("option", "right"), [("two", True), ("one", False)])
def test_the_score(progress, option, right):
    prediction = asked(progress)
    answer(prediction, option)
    prediction.reveal()
    assert prediction.right is right
    verdict = "You were right" if right else "It came out otherwise"
    assert prediction.result.value == f"<b>{verdict}:</b> two. For &lt;reasons&gt;."
    assert repr(prediction) == f"Prediction(c/q: {'right' if right else 'wrong'})"


def test_measuring_waits_for_the_answer_and_happens_once(progress):
    calls = []
    prediction = asked(progress, lambda: calls.append(1) or "one")
    prediction.reveal()
    say(prediction.choice, index=1)
    prediction.reveal()
    assert calls == []
    assert prediction.right is None
    press(prediction.button)
    prediction.reveal()
    prediction.reveal()
    assert calls == [1]


def test_a_measure_that_is_not_an_option(progress):
    prediction = asked(progress, lambda: "four")
    answer(prediction, "one")
    with pytest.raises(ValueError, match="'c/q' came out as 'four', which is not among the options"):
        prediction.reveal()
    assert prediction.right is None


def test_a_long_measurement_is_announced_and_a_broken_one_is_not_left_announced(progress):
    said = []

    def measure():
        said.append(prediction.result.value)
        raise OSError("no data")

    prediction = asked(progress, measure)
    answer(prediction, "one")
    with pytest.raises(OSError, match="no data"):
        prediction.reveal()
    assert said == ["Measuring the answer …"]
    assert prediction.result.value == "The answer could not be measured."


@pytest.mark.parametrize("options", [(), ("one",), ("one", "one"), ("one", "two", "one")])
def test_too_few_options(progress, options):
    with pytest.raises(ValueError, match="two different options or more"):
        asked(progress, options=options)


def test_the_answer_comes_back(progress):
    answer(asked(progress), "two")
    again = asked(progress)
    assert again.answered
    assert again.choice.value == "two"
    assert again.choice.disabled
    assert again.button.disabled
    again.reveal()
    assert again.right


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
    assert "could not be saved" in prediction.result.value
    prediction.reveal()
    assert prediction.right


def test_the_default_is_the_folder_of_the_chapter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer(asked(None), "one")
    assert (tmp_path / NAME).is_file()
