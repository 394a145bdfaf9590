"""Rates: the interval against its definition, and against figures from tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import Rate

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # Wilson's 95 % interval, worked out elsewhere
        (0, 10, 0.0000, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (1, 20, 0.0089, 0.2361),
        (10, 10, 0.7225, 1.0000),
        (28, 300, 0.0654, 0.1316),
    ],
)
def test_interval_of_known_counts(count, total, low, high):
    assert Rate(count, total).interval == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_bounds_are_where_the_score_test_just_rejects(case):
    count, total = case
    rate = Rate(count, total)
    for bound in rate.interval:
        if 1e-12 < bound < 1 - 1e-12:  # at the ends the interval is cut off
            deviations = (rate.value - bound) / (bound * (1 - bound) / total) ** 0.5
            assert abs(deviations) == pytest.approx(1.959963984540054, rel=1e-6)


@given(counts)
def test_interval_holds_the_share_and_mirrors(case):
    count, total = case
    low, high = Rate(count, total).interval
    assert 0 <= low <= count / total + 1e-12
    assert count / total - 1e-12 <= high <= 1
    assert Rate(total - count, total).interval == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_more_seeds_make_surer():
    widths = [high - low for low, high in (Rate(k, 4 * k).interval for k in (1, 10, 100))]
    assert widths == sorted(widths, reverse=True)


def test_text():
    assert str(Rate(28, 300)) == "28 of 300 (7 to 13 %)"
    assert str(Rate(0, 10)) == "0 of 10 (0 to 28 %)"
    assert Rate(1, 4).value == 0.25


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "hardly any"), (6, "hardly any"), (7, "some"), (20, "about half"), (30, "most"), (40, "nearly all")],
)
def test_a_share_in_words(count, words):
    assert Rate(count, 40).in_words == words
