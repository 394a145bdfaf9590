"""Findings: computed once, compared with what their sentence says, written as it says it."""

import threading

import numpy as np
import pytest

from workbook.cases.finding import Findings, agrees, written


@pytest.fixture
def fact():
    return Findings("some_chapter")


def test_it_is_computed_once_and_by_name(fact):
    calls = []

    @fact("{count: 3} of 5 did it")
    def who_did_it():
        calls.append(1)
        return 3

    assert calls == []
    assert [who_did_it(), who_did_it(), who_did_it.value("count")] == [3, 3, 3]
    assert who_did_it.holds()
    assert calls == [1]
    assert fact["who_did_it"] is who_did_it
    assert who_did_it.key == "some-chapter/who-did-it"
    assert repr(who_did_it) == "Finding(some-chapter/who-did-it)"
    assert who_did_it.__doc__ == who_did_it.statement == "3 of 5 did it"


def test_a_name_is_taken_once(fact):
    fact("{a: 1}")(settles := lambda: 1)
    with pytest.raises(ValueError, match="some_chapter has a finding '<lambda>' already"):
        fact("{a: 1}")(settles)


def test_threads_wait_for_one_computation(fact):
    calls, go = [], threading.Event()

    @fact("{a: 1}")
    def slow():
        calls.append(1)
        go.wait(5)
        return 1

    threads = [threading.Thread(target=slow) for _ in range(4)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert calls == [1]


def test_what_raises_is_computed_again(fact):
    attempts = []

    @fact("{a: 1}")
    def fragile():
        attempts.append(1)
        return 1 / (len(attempts) - 1)

    with pytest.raises(ZeroDivisionError):
        fragile()
    assert fragile() == 1


def test_it_says_what_was_computed_and_what_should_be(fact):
    @fact("outputs {zero: 0.590} and {one: 0.674}, {right: 40 %} right, loss {loss: below 0.01}")
    def ends():
        return {"zero": 0.5904, "one": np.array([0.6736, 0.6744]), "right": 0.396, "loss": 0.002}

    assert ends.holds()
    assert ends.statement == "outputs 0.590 and 0.674, 40 % right, loss below 0.01"
    assert str(ends) == "outputs 0.590 and 0.674, 40 % right, loss below 0.01"


def test_a_long_sentence_is_broken_between_words(fact):
    @fact("{count: 3} of 5 " + "did it, and then some more of them as well " * 5)
    def many():
        return 3

    lines = str(many).splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 92
    assert " ".join(lines) == many.statement.strip()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, "3"),
        (np.int64(3), "3"),
        (0.59049, "0.590"),
        (1.314e-4, "1.31e-4"),
        (-0.0001, "0.00"),
        (0.396, "40 %"),
        (np.array([0.5901, 0.5899]), "0.590"),
        (0.003, "below 0.004"),
        (0.005, "above 0.004"),
        (2, "1 to 3"),
        (np.array([1, 3]), "1 to 3"),
        (0.25, "20 to 30 %"),
        ("dead", "dead"),
        (True, "1"),
    ],
)
def test_what_agrees(value, expected):
    assert agrees(value, expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (4, "3"),
        (3.6, "3"),
        (0.5911, "0.590"),
        (1.316e-4, "1.31e-4"),
        (0.41, "40 %"),
        (np.array([0.5901, 0.5911]), "0.590"),
        (0.004, "below 0.004"),
        (np.array([0.001, 0.01]), "below 0.004"),
        (0.004, "above 0.004"),
        (3.01, "1 to 3"),
        (0.31, "20 to 30 %"),
        ("alive", "dead"),
        (np.nan, "3"),
        (np.array([]), "3"),
        (np.array([]), "below 3"),
        (np.array([]), "1 to 3"),
        (np.nan, "below 1"),
        (np.nan, "1 to 3"),
    ],
)
def test_what_does_not(value, expected):
    assert not agrees(value, expected)


@pytest.mark.parametrize(
    ("value", "like", "text"),
    [
        (0.5904, "0.590", "0.590"),
        (np.array([0.1, 0.26]), "0.2", "0.1 to 0.3"),
        (0.396, "40 %", "40 %"),
        (0.0001314, "1.31e-4", "1.31e-4"),
        (0.0021, "below 0.004", "below 0.004"),
        (0.0051, "below 0.004", "0.005"),
        ("dead", "alive", "dead"),
    ],
)
def test_written(value, like, text):
    assert written(value, like) == text


def test_a_number_needs_an_example():
    with pytest.raises(ValueError, match="cannot be written like 'few'"):
        written(3, "few")
