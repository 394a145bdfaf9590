"""Knobs: what they take, what they refuse, and what they say about it."""

import math

import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from nnwidgets.session.knobs import Choice, LogSlider, Slider, Switch, Whole, knobs


class Board(traitlets.HasTraits):
    gap = Slider(-2.5, 4, 0.5, 1, "gap", unit="cm")
    rate = LogSlider(1e-4, 20, 0.1, "rate", restarts=False)
    count = Whole(1, 30, 3, "count")
    kind = Choice({"none": False, "all": True}, "kind")
    loud = Switch(False, "loud")
    note = traitlets.Unicode("not a knob")


class Larger(Board):
    last = Switch(True, "last")
    gap = Slider(0, 1, 0.1, 0.5, "narrow gap")


def refusal(name, value) -> str:
    board = Board()
    before = getattr(board, name)
    with pytest.raises(traitlets.TraitError) as caught:
        setattr(board, name, value)
    assert getattr(board, name) == before
    return str(caught.value)


def test_defaults_and_descriptions():
    board = Board()
    assert (board.gap, board.rate, board.count, board.kind, board.loud) == (1, 0.1, 3, "none", False)
    assert (Board.gap.label, Board.gap.unit, Board.gap.restarts) == ("gap", "cm", True)
    assert not Board.rate.restarts
    assert Choice({"a": 1, "b": 2}, "letter", "b").default_value == "b"


def test_knobs_in_the_order_of_declaration():
    assert list(knobs(Board())) == ["gap", "rate", "count", "kind", "loud"]


def test_a_subclass_adds_and_replaces():
    found = knobs(Larger())
    assert list(found) == ["gap", "rate", "count", "kind", "loud", "last"]
    assert found["gap"].label == "narrow gap"


@pytest.mark.parametrize("value", [-2.5, 4, 0, 1.25, np.float64(3)])
def test_slider_takes_its_range_and_both_ends(value):
    board = Board(gap=value)
    assert board.gap == value
    assert type(board.gap) is float


@pytest.mark.parametrize(("value", "end"), [(4 + 1e-12, 4), (-2.5 - 1e-12, -2.5)])
def test_slider_forgives_a_rounding_error(value, end):
    assert Board(gap=value).gap == end


@pytest.mark.parametrize(
    ("value", "stop"), [(1.000000000000001, 1), (-2.5 + 3e-10, -2.5), (3.4999999999, 3.5)]
)
def test_a_number_beside_a_stop_is_the_stop(value, stop):
    """As a slider in a browser makes it of 1."""
    board = Board()
    board.gap = value
    assert board.gap == stop
    board.gap = 0.7  # between two of them
    assert board.gap == 0.7


@pytest.mark.parametrize(
    "value", [4.01, -2.6, math.nan, math.inf, -math.inf, "1", None, True, [1], 1j, 10**400]
)
def test_slider_refuses(value):
    assert refusal("gap", value) == f"gap is a number from -2.5 to 4, not {value!r}"


@pytest.mark.parametrize("value", [1e-4, 20, 0.37])
def test_log_slider_takes_any_number_in_its_range(value):
    assert Board(rate=value).rate == value


@pytest.mark.parametrize("value", [0, -1, 9e-5, 21, math.nan, "fast"])
def test_log_slider_refuses(value):
    assert refusal("rate", value) == f"rate is a number from 0.0001 to 20, not {value!r}"


@given(st.floats(1e-4, 20))
def test_stops_hold_the_value_the_ends_and_round_numbers(value):
    stops = Board.rate.stops(value)
    assert value in stops
    assert stops == sorted(set(stops))
    assert min(stops) == 1e-4
    assert max(stops) == 20
    assert {0.001, 0.0015, 0.1, 1, 7, 10} <= set(stops)
    assert len(stops) <= 1 + len(Board.rate.stops(1e-4))


def test_stops_are_the_decimal_numbers_themselves():
    """0.3, and not 3 * 0.1, which is another number."""
    assert 0.3 in Board.rate.stops(1)
    assert 0.0003 in Board.rate.stops(1)


@pytest.mark.parametrize("value", [1, 30, 17])
def test_whole_takes(value):
    assert Board(count=value).count == value


@pytest.mark.parametrize("value", [0, 31, 2.0, 2.5, math.nan, "3", True, None])
def test_whole_refuses(value):
    assert refusal("count", value) == f"count is a whole number from 1 to 30, not {value!r}"


@pytest.mark.parametrize("value", ["some", "", None, False, 1, ["none"], {}])
def test_choice_refuses(value):
    assert refusal("kind", value) == f"kind is one of 'none', 'all', not {value!r}"


@pytest.mark.parametrize("value", [1, 0, None, "True", np.float64(1)])
def test_switch_refuses(value):
    assert refusal("loud", value) == f"loud is True or False, not {value!r}"


def test_every_label_of_a_choice_is_taken():
    for label in Board.kind.options:
        assert Board(kind=label).kind == label
