"""A start that is moved by hand, one weight or bias at a time."""

import numpy as np
import pytest

from nnwidgets.session.moved_start import MovedStart
from workbook.measures.surface import Place, value_at

from .front_end import LineSession

WEIGHT, BIAS = Place(0, "W", (0, 2)), Place(1, "b", (0, 0))


class Moved(MovedStart, LineSession):
    """A line, fitted twice, whose start can be moved."""


def starts(session):
    """Return the weight and the bias at the start of each run."""
    return [
        [value_at(history.at(0).params, place) for place in (WEIGHT, BIAS)]
        for history in session.histories.values()
    ]


def test_what_is_not_moved_is_as_the_seed_draws_it():
    session, drawn = Moved(seed=4), LineSession(seed=4)
    assert starts(session) == starts(drawn)
    assert not session.moved
    session.move(WEIGHT, 3.5)
    session.move(BIAS, -2)
    assert session.moved
    assert starts(session) == [[3.5, -2.0]] * 2
    first, after = drawn.moment.params[0].W.copy(), session.moment.params[0].W
    assert np.flatnonzero(first != after).tolist() == [2]


def test_a_moved_start_is_another_run_which_begins_anew():
    session, drawn = Moved(), LineSession()
    session.advance(10)
    session.playing = True
    session.move(WEIGHT, 3.5)
    assert (session.step, session.last, session.playing) == (0, 0, False)
    for each in (session, drawn):
        each.advance(60)
    assert session.finished
    assert session.moment.loss != drawn.moment.loss


def test_reset_keeps_it():
    session = Moved()
    session.move(WEIGHT, 3.5)
    session.advance(10)
    session.reset()
    assert (session.step, starts(session)[0][0]) == (0, 3.5)
    session.step_size = 0.1  # it restarts nothing
    session.reset()
    assert starts(session)[0][0] == 3.5


@pytest.mark.parametrize(
    "forget",
    [
        LineSession.new_seed,
        lambda session: session.turn(slope=2),
        lambda session: setattr(session, "biased", False),
    ],
    ids=["new seed", "turned together", "a knob"],
)
def test_another_seed_or_knob_forgets_it(forget):
    session, drawn = Moved(), LineSession()
    session.move(WEIGHT, 3.5)
    for each in (session, drawn):
        forget(each)
    assert not session.moved
    np.testing.assert_array_equal(starts(session), starts(drawn))
