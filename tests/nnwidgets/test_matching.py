"""Matching without a browser: a table of lists, checked together, kept, and brought back."""

import pytest

from nnwidgets.questions import Matching, Progress
from nnwidgets.questions.matching import OPEN
from workbook.cases import Finding

from .front_end import press, say

PAIRS = {"a < b": "less", "b > a": "more", "a = a": "same"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Answers are kept in the working folder."""
    monkeypatch.chdir(tmp_path)


def matching(finding=None, **settings):
    given = {
        "finding": finding or Finding("chapter/signs", lambda: {"pairs": PAIRS}, "Signs."),
        "question": "Which word goes with which?",
        "rows": list(PAIRS),
        "options": ["less", "more", "same"],
        "of": "pairs",
        "hints": ["Read it aloud.", "Again."],
        "because": "That is what < means.",
        "wrong": {("a < b", "more"): "more is >"},
    }
    return Matching(**given | settings)


def choose(card, row, option):
    field = card.fields[row]
    say(field, index=list(field.options).index(option))


def test_rows_are_checked_together():
    card = matching()()
    press(card.button)
    assert card.result.value == "Not attempted yet."
    choose(card, "a < b", "more")
    choose(card, "b > a", "less")
    choose(card, "a = a", "same")
    press(card.button)
    assert card.result.value == ("1 of 3 rows are right.<br>✗ a &lt; b: more is &gt;<br>✗ b &gt; a: not less")
    assert repr(card) == "Matching(chapter/signs: 1 of 3 right)"
    choose(card, "a < b", "less")
    choose(card, "b > a", "more")
    press(card.button)
    assert card.result.value == "<b>✓ Right.</b> That is what &lt; means."
    assert repr(card) == "Matching(chapter/signs: 3 of 3 right)"


def test_some_rows_may_stay_open():
    card = matching()()
    choose(card, "b > a", "more")
    press(card.button)
    assert card.result.value == "1 of 3 rows are right."
    choose(card, "b > a", OPEN)
    press(card.button)
    assert card.result.value == "Not attempted yet."
    assert card.right == 0


def test_the_finding_may_be_the_pairs_themselves():
    assert matching(Finding("chapter/signs", lambda: PAIRS, "Signs."), of="").right() == PAIRS


def test_answers_come_back():
    card = matching()()
    choose(card, "a < b", "less")
    choose(card, "b > a", "less")
    press(card.button)
    again = matching()()
    assert [field.value for field in again.fields.values()] == ["less", "less", OPEN]
    assert again.result.value.startswith("1 of 3 rows are right.")


def test_nothing_is_computed_before_an_answer():
    def compute():
        raise AssertionError("too early")

    card = matching(Finding("chapter/signs", compute, "Signs."))()
    assert "0 of 3" in repr(card)
    choose(card, "a < b", "less")
    press(card.button)
    assert "could not be checked: AssertionError: too early" in card.result.value


@pytest.mark.parametrize("kept", [
    {"gone": "less", "a < b": "gone"}, {"a < b": []}, {"a < b": {}}, {"a < b": None}, {"a < b": 1},
    "text", ["a < b"], 3, None, [], {},
])  # fmt: skip
def test_what_was_kept_otherwise_does_no_harm(kept):
    Progress().keep("chapter/signs", kept)
    card = matching()()
    assert {field.value for field in card.fields.values()} == {OPEN}
    assert card.result.value == ""
    assert Progress().get("chapter/signs") == kept


def test_what_still_fits_comes_back_alone():
    Progress().keep("chapter/signs", {"a < b": "less", "b > a": ["more"], "gone": "same"})
    card = matching()()
    assert [field.value for field in card.fields.values()] == ["less", OPEN, OPEN]
    assert card.right == 1


def test_hints_one_after_the_other():
    card = matching()()
    for said in ("Hint 1: Read it aloud.", "Hint 1: Read it aloud.<br>Hint 2: Again."):
        press(card.hint_button)
        assert card.hint.value == said
    assert card.hint_button.disabled


def test_mistakes_of_an_author_are_refused():
    with pytest.raises(ValueError, match="'a < b' with option 'gone'"):
        matching(wrong={("a < b", "gone"): "!"})
    with pytest.raises(ValueError, match="no row 'gone'"):
        matching(wrong={("gone", "less"): "!"})
    with pytest.raises(ValueError, match="gives 'same' for the row"):
        matching(options=["less", "more"], wrong={}).right()
