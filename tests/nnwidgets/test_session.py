"""Sessions: training that is played, paused, taken back, changed and watched, without any view."""

import asyncio
import math
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
import traitlets

from nnwidgets.session import training
from nnwidgets.session.training import Session

from .front_end import LineSession, Long, Strides, in_thread, same


def test_a_session_starts_at_step_0():
    session = LineSession(seed=4)
    assert (session.step, session.last, session.playing, session.finished) == (0, 0, False, False)
    assert session.steps == LineSession.length
    start = session.main.trainer.experiment.network.init(4)
    assert np.array_equal(session.moment.params[0].W, start[0].W)


def test_unknown_settings_are_named():
    with pytest.raises(TypeError, match=r"LineSession has no setting 'slop'\. Did you mean 'slope'"):
        LineSession(slop=2)
    with pytest.raises(TypeError, match="no setting 'step'"):
        LineSession(step=3)  # a read-out is no setting


def test_bad_settings_are_refused():
    with pytest.raises(traitlets.TraitError, match="slope is a number from -2 to 2, not 3"):
        LineSession(slope=3)


def test_a_bare_session_has_no_experiment():
    with pytest.raises(NotImplementedError):
        Session()


def test_step_and_back():
    session = LineSession()
    session.advance()
    session.advance(4)
    assert (session.step, session.last) == (5, 5)
    session.back()
    session.back()
    assert (session.step, session.last) == (3, 5)
    for _ in range(9):
        session.back()
    assert (session.step, session.last) == (0, 5)


def test_advance_stops_at_the_end():
    session = LineSession()
    session.advance(10_000)
    assert (session.step, session.last, session.finished) == (60, 60, True)
    before = session.moment
    session.advance()
    assert session.moment is before


def test_finished_is_a_matter_of_what_is_shown():
    session = LineSession()
    session.advance(60)
    session.back()
    assert not session.finished
    session.go_to(60)
    assert session.finished
    session.reset()
    assert not session.finished


@pytest.mark.parametrize(("step", "shown"), [(7, 7), (0, 0), (-3, 0), (99, 20), (20, 20)])
def test_scrubbing(step, shown):
    session = LineSession()
    session.advance(20)
    session.go_to(step)
    assert (session.step, session.last) == (shown, 20)
    assert session.moment.step == shown


@pytest.mark.parametrize("kind", [LineSession, Strides])
@pytest.mark.parametrize("back_to", [0, 1, 13, 14, 35])
def test_going_back_and_training_on_is_training_through(kind, back_to):
    straight, bent = kind(seed=2), kind(seed=2)
    straight.advance(60)
    bent.advance(40 // bent.stride)
    bent.go_to(back_to)
    bent.advance(60)
    for name in straight.histories:
        assert same(bent.histories[name].at(60), straight.histories[name].at(60))


def test_training_on_from_an_earlier_step_forgets_the_later_ones():
    session = LineSession()
    session.advance(30)
    session.go_to(10)
    session.advance()
    assert (session.step, session.last) == (11, 11)
    assert {history.last for history in session.histories.values()} == {11}


def test_a_changed_step_size_from_the_middle_on():
    """What was before stays; what comes after is as if the experiment had been changed there."""
    session = LineSession()
    session.advance(20)
    earlier = session.main.at(20)
    session.step_size = 0.001
    assert session.step == 20
    assert session.main.at(20) is earlier
    session.advance()
    slow = session.main.at(21)
    session.back()
    session.step_size = 0.05
    session.advance()
    through = LineSession()
    through.advance(21)
    assert same(session.main.at(21), through.main.at(21))
    assert not same(slow, through.main.at(21))


def test_a_knob_that_restarts():
    session = LineSession()
    session.advance(20)
    session.slope = -1
    assert (session.step, session.last) == (0, 0)
    assert np.allclose(session.main.trainer.experiment.dataset.targets[-1], 0)


def test_reset_gives_the_same_run_again():
    session = LineSession(seed=9)
    session.advance(30)
    first = session.moment
    session.reset()
    assert (session.step, session.last) == (0, 0)
    session.advance(30)
    assert same(session.moment, first)


def test_new_seed_draws_other_weights():
    session = LineSession(seed=9999)
    first = session.moment
    session.new_seed()
    assert session.seed == 0
    assert not same(session.moment, first)
    session.seed = 9999
    assert same(session.moment, first)


def test_turning_several_knobs_starts_once():
    session = LineSession()
    session.advance(3)
    changes = []
    session.observe(changes.append, "changed")
    session.turn(slope=2, hidden="ReLU", seed=7)
    assert len(changes) == 1
    assert (session.slope, session.hidden, session.seed, session.step) == (2, "ReLU", 7, 0)
    assert session.main.trainer.experiment.network.hidden.name == "relu"
    session.slope = 1  # and one alone does its work again
    assert len(changes) == 2


def test_turning_several_knobs_one_of_them_wrong():
    session = LineSession()
    with pytest.raises(traitlets.TraitError):
        session.turn(hidden="ReLU", slope=99)
    assert session.slope == 1
    assert session.main.trainer.experiment.network.hidden.name == type(session).hidden.options[session.hidden]
    session.slope = 2
    assert np.allclose(session.main.trainer.experiment.dataset.targets[-1], 3)


def test_turning_a_knob_that_there_is_not():
    with pytest.raises(TypeError, match="no setting 'slop'"):
        LineSession().turn(slop=2)


def test_compared_runs_start_from_the_same_weights_and_keep_step():
    session = LineSession(seed=5)
    one, other = session.histories.values()
    assert np.array_equal(one.at(0).params[0].W, other.at(0).params[0].W)
    session.advance(10)
    assert one.last == other.last == 10
    assert not np.array_equal(one.at(10).params[0].W, other.at(10).params[0].W)


def test_strides():
    session = Strides()
    session.advance(3)
    assert [moment.step for moment in session.main.until(99)] == [0, 7, 14, 21]
    session.advance(99)
    assert (session.step, session.finished) == (60, True)  # the last stride is shorter
    session.back()
    assert session.step == 56


def test_divergence_is_no_error():
    session = LineSession(step_size=1e9, hidden="ReLU")
    session.advance(60)
    assert (session.step, session.finished) == (16, True)
    assert not math.isfinite(session.moment.loss)
    assert session.headline() == "step 16 of 60: the numbers have overflowed, and training stops"
    session.back()
    assert not session.finished


def test_a_run_that_stops_early_is_finished():
    class Short(LineSession):
        shortest_step = 0.5

    session = Short()
    session.advance(60)
    assert 0 < session.step < 60
    assert session.finished
    stopped = session.step
    session.advance()
    assert session.step == stopped
    session.back()
    assert not session.finished


def test_changed_counts_what_there_is_to_show():
    session = LineSession()
    seen = []
    session.observe(lambda change: seen.append(session.step), "changed")
    session.advance(3)
    session.back()
    session.go_to(2)  # it is there already
    session.reset()
    assert seen == [3, 2, 0]


def played(session, act, seconds=60.0):
    """Play, let `act` do something (a coroutine), wait for the end; return nothing."""

    async def scene():
        session.play()
        await act()
        deadline = time.perf_counter() + seconds
        while session.playing and time.perf_counter() < deadline:
            await asyncio.sleep(0.005)
        assert not session.playing

    asyncio.run(scene())


async def until(condition, seconds=60.0):
    deadline = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < deadline, "it never came to that"
        await asyncio.sleep(0.002)


def test_play_trains_to_the_end_as_stepping_does():
    session, stepped = LineSession(speed=100_000), LineSession()
    shown = []
    session.observe(lambda change: shown.append(session.step), "changed")
    played(session, lambda: asyncio.sleep(0))
    stepped.advance(60)
    assert (session.step, session.finished) == (60, True)
    assert shown == sorted(shown)
    assert same(session.moment, stepped.moment)


def test_play_needs_an_event_loop():
    session = LineSession()
    with pytest.raises(RuntimeError, match="event loop"):
        session.play()
    assert not session.playing


def test_play_at_the_end_does_nothing():
    session = LineSession()
    session.advance(60)
    session.play()
    assert not session.playing


def test_pause_acts_at_once_and_play_goes_on():
    session = Long(speed=100_000)

    async def scene():
        session.play()
        await until(lambda: session.step > 50)
        session.pause()
        stopped = session.step
        await asyncio.sleep(0.06)
        assert session.step == session.main.last == stopped
        session.play()
        await until(lambda: session.step > stopped)
        session.pause()

    asyncio.run(scene())
    assert not session.finished


class Clock:
    """Time that passes only while somebody sleeps, so that no busy machine can disturb it."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(training, "time", clock)
    loop = SimpleNamespace(**{name: getattr(asyncio, name) for name in ("get_running_loop", "current_task")})
    loop.sleep = clock.sleep
    monkeypatch.setattr(training, "asyncio", loop)
    return clock


async def seconds_pass(clock, seconds):
    end = clock.now + seconds
    while clock.now < end:
        await asyncio.sleep(0)


def test_the_speed_is_kept(clock):
    session = Long(speed=200)
    session.advance(1000)  # past the slow start

    async def scene():
        session.play()
        await seconds_pass(clock, 0.5)
        session.pause()

    asyncio.run(scene())
    made = session.step - 1000
    assert made == pytest.approx(200 * clock.now, abs=200 / training.PICTURES_A_SECOND + 1)


def test_the_first_steps_can_be_seen_and_later_ones_are_fast(clock):
    session, at = Long(), {}

    async def scene():
        session.play()
        while session.step < 1000:
            at.setdefault(session.step, clock.now)
            await asyncio.sleep(0)
        session.pause()

    asyncio.run(scene())
    assert at[3] - at[1] > 0.4
    assert clock.now < 8


def test_playing_again_soon_after_a_pause_does_not_train_twice_as_fast(clock):
    session = Long(speed=100)
    session.advance(1000)

    async def scene():
        session.play()
        for _ in range(5):
            await seconds_pass(clock, 0.002)
            session.pause()
            session.play()
        step, started = session.step, clock.now
        await seconds_pass(clock, 1)
        session.pause()
        return (session.step - step) / (clock.now - started)

    assert asyncio.run(scene()) == pytest.approx(100, abs=4)


def test_playing_twice_is_playing_once():
    async def scene():
        session = Long()
        session.play()
        before = len(asyncio.all_tasks())
        session.play()
        assert len(asyncio.all_tasks()) == before
        session.pause()

    asyncio.run(scene())


def test_a_knob_turned_in_play():
    session = Long(speed=100_000)

    async def scene():
        session.play()
        await until(lambda: session.step > 20)
        session.step_size = 0.002
        before = session.step
        await until(lambda: session.step > before)
        assert session.playing
        assert session.main.trainer.experiment.step_size == 0.002
        session.slope = 0.5  # this one starts anew
        await asyncio.sleep(0.03)
        assert (session.playing, session.step) == (False, 0)

    asyncio.run(scene())


def test_going_back_in_play_pauses_there():
    session = Long(speed=100_000)

    async def scene():
        session.play()
        await until(lambda: session.step > 20)
        session.go_to(7)
        await asyncio.sleep(0.03)
        assert (session.playing, session.step) == (False, 7)

    asyncio.run(scene())


def test_the_event_loop_is_served_while_training():
    """Between two pictures others have several turns, as many as a message from the browser needs."""
    session, turns = Long(speed=100_000), []

    async def scene():
        session.play()
        while session.step < 100:
            turns.append(session.step)
            await asyncio.sleep(0)
        session.pause()

    asyncio.run(scene())
    served = [turns.count(step) for step in dict.fromkeys(turns)]
    assert len(served) >= 2
    assert min(served[1:]) >= training.TURNS


def test_other_threads_turn_knobs_while_training():
    """As callbacks do, which come in a thread of their own: nothing breaks, and the last word counts."""
    session = Long(speed=100_000)
    stop = threading.Event()
    errors = []
    torn = []

    def look(change):
        if session.moment.step != session.step or session.last != session.main.last:
            torn.append((session.moment.step, session.step))

    session.observe(look, "changed")

    def turn():
        number = 0
        while not stop.is_set() or number % 3:
            number += 1
            session.step_size = [0.001, 0.01, 0.1][number % 3]
            session.go_to(max(0, session.step - 2))
            session.speed = 100_000 - number % 3

    async def scene():
        thread = threading.Thread(target=lambda: errors.extend(in_thread(turn)))
        thread.start()
        end = time.perf_counter() + 0.5
        while time.perf_counter() < end:
            session.play()
            await asyncio.sleep(0.01)
        session.pause()
        stop.set()
        await asyncio.to_thread(thread.join)

    asyncio.run(scene())
    assert errors == []
    assert torn == []
    assert session.step_size == session.main.trainer.experiment.step_size == 0.001
    assert len({history.last for history in session.histories.values()}) == 1
    session.advance()
    assert session.moment.step == session.step


def test_no_thread_sees_a_knob_that_is_not_followed_yet():
    """Who holds the session sees the old value until the new one can be followed at once."""
    session = LineSession()
    thread = threading.Thread(target=lambda: session.set_trait("slope", -1.0))
    with session.lock:
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
        assert session.slope == 1
    thread.join(60)
    assert session.slope == -1


def test_an_error_while_training_is_reported_and_ends_the_play():
    session = Long(speed=100_000)
    reported = []
    session.report_error = reported.append
    session.observe(lambda change: 1 / 0 if session.step > 5 else None, "changed")
    played(session, lambda: asyncio.sleep(0))
    assert [type(error) for error in reported] == [ZeroDivisionError]
    assert not session.playing
