"""Exercises: checked at once, hints in order, answers kept."""

import pytest

from nnwidgets.questions import Exercise
from workbook.cases import Finding
from workbook.course.progress import NAME, Progress

from .front_end import Told, press, say

HINTS = ("Think.", "Think <harder>.", "It is 1/4.")


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def asked(key, compute, question, progress, **more):
    return Exercise(Finding(key, compute, "..."), question, **more)(progress)


def number(progress, answer=0.25, within=0.01, hints=HINTS):
    compute = answer if callable(answer) else lambda: answer
    return asked(
        "c/n", compute, "How much & why?", progress, within=within, hints=hints, because="A <quarter>."
    )


def choice(progress, answer="b"):
    return asked("c/c", lambda: answer, "Which?", progress, rule=Told("abc"), because="Because.")


def attempt(exercise, text):
    say(exercise.field, value=text)
    press(exercise.button)
    return exercise.result.value


def test_nothing_attempted(progress):
    for exercise in (number(progress), choice(progress)):
        assert not exercise.right
        assert repr(exercise).endswith(": open)")
        press(exercise.button)
        assert exercise.result.value == "Not attempted yet."
    assert not progress.path.exists()


@pytest.mark.parametrize(
    "text", ["0.25", " .25 ", "0,25", "2.5e-1", "0.2599", "0.2401", "1/4", "1 / 4", "25%", "25 %"]
)
def test_right_numbers(progress, text):
    exercise = number(progress)
    assert attempt(exercise, text) == "<b>✓ Right.</b> A &lt;quarter&gt;."
    assert repr(exercise) == "Exercise(c/n: right)"
    assert progress.get("c/n") == text


@pytest.mark.parametrize(
    "text", ["0.2601", "0.2399", "-0.25", "\N{MINUS SIGN}0.25", "25", "nan", "inf", "1e999"]
)
def test_wrong_numbers(progress, text):
    exercise = number(progress)
    assert attempt(exercise, text) == "Not yet. The hints lead there step by step."
    assert not exercise.right
    assert progress.get("c/n") == text


def test_a_typographic_minus(progress):
    assert "Right" in attempt(number(progress, answer=-3.0), "\N{MINUS SIGN}3")


@pytest.mark.parametrize(
    "text", ["a quarter", "1/0", "1/", "1/2/3", "0.25 m", "--1", "<b>", "%", "25 % of", "   ", "0.2.5"]
)
def test_what_is_not_a_number(progress, text):
    exercise = number(progress)
    said = attempt(exercise, text)
    assert "is not a number. Write it like 0.25." in said or said == "Not attempted yet."
    assert "<b>" not in said
    assert not exercise.right
    assert progress.get("c/n") is None


@pytest.mark.parametrize("text", ["65025", "65 025", "65\N{NO-BREAK SPACE}025", "65,025", "65,025.0"])
def test_thousands(progress, text):
    assert "Right" in attempt(number(progress, answer=65025, within=0), text)
    assert "Right" not in attempt(number(progress, answer=65, within=0), text)


def test_a_comma_may_mean_either(progress):
    for answer in (1.25, 1250):
        assert "Right" in attempt(number(progress, answer=answer, within=0), "1,250")
    assert "Right" not in attempt(number(progress, answer=250, within=0), "0,250")


def test_a_likely_wrong_answer_is_told_why(progress):
    known = {20: "That is the <sum>.", 0.5: "Half of it."}
    exercise = asked(
        "c/w", lambda: 0.25, "How much?", progress, within=0.01, wrong=known, otherwise="Divide."
    )
    assert attempt(exercise, "20") == "Not yet. That is the &lt;sum&gt;."
    assert attempt(exercise, "1/2") == "Not yet. Half of it."
    assert attempt(exercise, "3") == "Not yet. Divide."
    chosen = asked("c/o", lambda: "b", "Which?", progress, rule=Told("ab"), wrong={"a": "No, because."})
    chosen.field.value = "a"
    press(chosen.button)
    assert chosen.result.value == "Not yet. No, because."
    with pytest.raises(ValueError, match="'z' is not among the options"):
        asked("c/o", lambda: "b", "Which?", progress, rule=Told("ab"), wrong={"z": "?"})


def test_trying_again(progress):
    exercise = number(progress)
    attempt(exercise, "3")
    assert "Right" in attempt(exercise, "0.25")
    assert "Not yet" in attempt(exercise, "4")
    assert not exercise.right
    assert "not a number" in attempt(exercise, "x")


def test_something_that_is_no_number_after_a_right_answer_is_not_right(progress):
    exercise = number(progress)
    attempt(exercise, "0.25")
    attempt(exercise, "x")
    assert not exercise.right
    attempt(exercise, "0.25")
    attempt(exercise, "")
    assert not exercise.right


def test_choices(progress):
    exercise = choice(progress)
    for index, verdict in ((0, "Not yet"), (1, "Right"), (2, "Not yet")):
        say(exercise.field, index=index)
        press(exercise.button)
        assert verdict in exercise.result.value
        assert exercise.right is (index == 1)
    assert "Your right answer is kept" in exercise.result.value
    assert progress.get("c/c") == "b"
    assert choice(progress).right


def test_the_answer_is_computed_only_when_it_is_needed(progress):
    calls = []
    exercise = number(progress, answer=lambda: calls.append(1) or 0.25)
    exercise.show_hint()
    press(exercise.button)
    assert calls == []
    attempt(exercise, "0.25")
    assert calls


def test_an_answer_that_is_no_option_is_said(progress):
    exercise = choice(progress, "d")
    say(exercise.field, index=1)
    press(exercise.button)
    assert "came out as &#x27;d&#x27;, which is not among the options" in exercise.result.value


def test_hints_come_one_by_one_and_stay(progress):
    exercise = number(progress)
    assert exercise.hint.value == ""
    assert exercise.hint_button.description == "Hint (1 of 3)"
    press(exercise.hint_button)
    assert exercise.hint.value == "Hint 1: Think."
    assert exercise.hint_button.description == "Hint (2 of 3)"
    press(exercise.hint_button)
    assert exercise.hint.value == "Hint 1: Think.<br>Hint 2: Think &lt;harder&gt;."
    assert not exercise.hint_button.disabled
    press(exercise.hint_button)
    press(exercise.hint_button)  # once more than there are
    assert exercise.hint.value.count("Hint") == 3
    assert exercise.hint_button.disabled
    assert exercise.hint_button.description == "Hint (3 of 3)"


def test_without_hints_there_is_no_button_for_them(progress):
    exercise = number(progress, hints=())
    buttons = [child for row in exercise.children for child in getattr(row, "children", ())]
    assert exercise.button in buttons
    assert exercise.hint_button not in buttons


def test_the_answer_comes_back(progress):
    attempt(number(progress), "0.25")
    again = number(progress)
    assert again.field.value == "0.25"
    assert again.right
    say((first := choice(progress)).field, index=0)
    press(first.button)
    again = choice(progress)
    assert again.field.value == "a"
    assert not again.right


@pytest.mark.parametrize("kept", ["d", 3, True, None, ["a"], {"a": 1}])
def test_a_kept_answer_that_fits_no_more(progress, kept):
    progress.keep("c/c", kept)
    progress.keep("c/n", kept)
    assert choice(progress).field.value is None
    assert not number(progress).right


def test_an_answer_that_cannot_be_saved_is_checked_all_the_same(tmp_path):
    exercise = number(Progress(tmp_path / "nowhere"))
    said = attempt(exercise, "0.25")
    assert exercise.right
    assert "Right" in said
    assert "could not be saved" in said


def test_an_answer_that_cannot_be_computed_is_said(progress):
    exercise = number(progress, answer=lambda: float("x"))
    said = attempt(exercise, "0.25")
    assert not exercise.right
    assert said == "This could not be checked: ValueError: could not convert string to float: &#x27;x&#x27;"


@pytest.mark.parametrize("value", [None, 3, [], float("nan")])
def test_hostile_messages(progress, value):
    exercise = number(progress)
    attempt(exercise, value)
    assert not exercise.right
    assert "Right" in attempt(exercise, "0.25")


def test_the_default_is_the_folder_of_the_chapter(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    attempt(number(None), "1")
    assert (tmp_path / NAME).is_file()
