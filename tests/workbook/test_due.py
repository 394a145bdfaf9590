"""Due: which predictions come back, and how often a learner was right when sure; over any history."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.course.due import SPACING, calibration, due
from workbook.course.progress import CONFIDENCES, Progress, Try

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def made(right, days=0.0, confidence="sure", answer="one"):
    """A try so many days ago."""
    return Try(answer, right, confidence, (NOW - timedelta(days=days)).isoformat(timespec="seconds"))


tries = st.lists(
    st.builds(
        made, st.sampled_from([True, False, None]), st.floats(0, 20), st.sampled_from([*CONFIDENCES, None])
    ),
    min_size=1,
    max_size=5,
).map(lambda history: sorted(history, key=lambda one: one.at))
histories = st.dictionaries(st.text("abc/", min_size=1, max_size=4), tries, max_size=8)


def days_since(history):
    return (NOW.date() - datetime.fromisoformat(history[-1].at).date()).days


def last_known(history):
    return next((one.right for one in reversed(history) if one.right is not None), None)


@given(histories)
def test_what_is_due_in_any_history(answers):
    found = due(answers, NOW)
    for key, history in answers.items():
        known, days = last_known(history), days_since(history)
        predicted = any(one.confidence for one in history)
        wanted = predicted and ((known is False and days >= 1) or (known is True and days >= SPACING))
        assert (key in found) == wanted
    assert len(found) == len(set(found))
    order = [(last_known(answers[key]), -days_since(answers[key])) for key in found]
    assert order == sorted(order), "the missed ones first, the oldest first"


@given(histories)
def test_nothing_is_due_twice_a_day_and_everything_known_is_due_again(answers):
    for key in due(answers, NOW):
        for right in (True, False, None):
            again = answers | {key: [*answers[key], made(right)]}
            assert key not in due(again, NOW)
        assert key not in due(answers | {key: [*answers[key], made(True)]}, NOW + timedelta(days=SPACING - 1))
        assert key in due(answers | {key: [*answers[key], made(True)]}, NOW + timedelta(days=SPACING))
        assert key in due(answers | {key: [*answers[key], made(False)]}, NOW + timedelta(days=1))


def test_the_days_are_those_where_the_learner_is():
    """Eleven in the evening in Auckland is the same day there, and another one in Greenwich."""
    auckland = timezone(timedelta(hours=13))
    evening, morning = (datetime(2026, 11, day, hour, tzinfo=auckland) for day, hour in ((27, 9), (28, 8)))
    missed = Try("one", False, "sure", evening.astimezone(UTC).isoformat())
    assert due({"a/b": [missed]}, evening.replace(hour=23)) == []
    assert due({"a/b": [missed]}, morning) == ["a/b"]


@pytest.mark.parametrize("at", [None, "", "yesterday", 3, "0001-01-01T00:00:00+14:00", "2020-01-01"])
def test_a_time_that_cannot_be_read_was_long_ago(at):
    assert due({"a/b": [Try("one", True, "sure", at)]}, NOW) == ["a/b"]


def test_a_clock_that_was_ahead():
    assert due({"a/b": [made(False, days=-400)]}, NOW) == []


@given(histories)
def test_calibration_counts_every_try_that_is_known(answers):
    every = [one for history in answers.values() for one in history]
    rates = calibration(every)
    for word in CONFIDENCES:
        known = [one.right for one in every if one.confidence == word and one.right is not None]
        assert (word in rates) == bool(known)
        if known:
            assert (rates[word].count, rates[word].total) == (known.count(True), len(known))
    assert list(rates) == [word for word in CONFIDENCES if word in rates]


def test_asking_again_is_one_more_try_of_the_same_question(tmp_path):
    progress = Progress(tmp_path)
    progress.keep("a/b", "one", confidence="sure")
    progress.keep("a/b", "one", True)
    progress.keep("a/b", "one", confidence="guess", again=True)
    assert [one[:3] for one in progress.all()["a/b"]] == [("one", True, "sure"), ("one", None, "guess")]
    progress.keep("a/b", "one", False)  # completes the second
    progress.keep("a/b", "two", confidence="think so", again=True)
    assert [one[:3] for one in progress.all()["a/b"]] == [
        ("one", True, "sure"),
        ("one", False, "guess"),
        ("two", None, "think so"),
    ]
    assert progress.best("a/b")[:3] == ("one", True, "sure"), "a right answer is never lost"
