"""Shares: the same Run in any split; what is lost is done again, and what is wrong is said at once."""

import pickle
import tracemalloc
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, Workers, train
from workbook.parts import Activation, Loss
from workbook.training import RUNS, WorkerError, work
from workbook.training.shares import Stopped, shares, train_share
from workbook.training.work import train_shares

from .examples import ROWS, XOR, assert_same
from .test_population import RECIPES, SMALL

SPLITS = {
    **RECIPES,
    "adam, clipped": SMALL.but(optimizer="adam(0.01)", clipping="norm(0.1)", hidden="relu"),
    "rare records": SMALL.but(record_every=7),
}


def assert_equal(run, other):
    """To the last bit, and in the order of the seeds."""
    assert run.seeds == other.seeds
    np.testing.assert_array_equal(run.steps, other.steps)
    np.testing.assert_array_equal(run.losses, other.losses)
    assert_same(run.params, other.params)
    assert (run.diverged, run.stopped) == (other.diverged, other.stopped)
    assert run.outcomes == other.outcomes


def split(experiment, seeds, size, executor=None, progress=lambda share: None):
    """Train the seeds in shares of this size."""
    parts = [seeds[start : start + size] for start in range(0, len(seeds), size)]
    return work.joined(experiment, train_shares(experiment, parts, executor, progress))


@pytest.fixture(scope="module")
def workers():
    with Workers(2) as executor:
        yield executor


@pytest.fixture(autouse=True)
def small_shares(monkeypatch):
    """As if the experiments were large: 32 shares, where there are seeds enough."""
    monkeypatch.setattr("workbook.training.shares.FEWEST_NUMBERS", 0)
    RUNS.forget()


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("name", SPLITS)
def test_any_split_gives_the_same_run(name, size):
    seeds = [0, 1, 2, 3, 11, 2**32 - 1, 5]
    assert_equal(split(SPLITS[name], seeds, size), train_share(SPLITS[name], seeds))


@pytest.mark.parametrize("name", SPLITS)
def test_threads_and_processes_give_the_same_run(name, workers):
    here = train(SPLITS[name], range(40), remember=False)
    with ThreadPoolExecutor(3) as threads:
        for executor in (threads, workers):
            assert_equal(train(SPLITS[name], range(40), remember=False, executor=executor), here)


def test_a_share_that_stops_early_goes_on_with_its_last_loss():
    stopping = SMALL.but(shortest_step=0.02, momentum=0.5, record_every=7)
    together, apart = train_share(stopping, range(9)), split(stopping, range(9), 1)
    assert len({len(train_share(stopping, [seed]).steps) for seed in range(9)}) > 1
    assert_equal(apart, together)


def test_shares_fit_a_cache_and_serve_many_workers(workers, monkeypatch):
    seeds = list(range(100_000))
    for executor in (None, workers):
        parts = shares(XOR, seeds, executor)
        assert [seed for part in parts for seed in part] == seeds
        assert max(map(len, parts)) * 4 * 4 <= 100_000  # four rows, four units
        assert len(parts) >= (32 if executor else 16)
    monkeypatch.setattr("workbook.training.shares.FEWEST_NUMBERS", 5000)
    assert len(shares(XOR, seeds[:300], workers)) == 1  # so small that sharing them would take longer


# Progress


def told(experiment, seeds=range(6), **named):
    """The shares that were told of while training."""
    heard = []
    train(experiment, seeds, progress=heard.append, **named)
    return heard


@pytest.mark.parametrize(
    "experiment", [XOR, XOR.but(steps=0), XOR.but(steps=1234), SMALL.but(shortest_step=9)]
)
@pytest.mark.parametrize("size", [1, 10_000_000])
def test_progress_rises_from_0_to_1(experiment, size, monkeypatch, workers):
    monkeypatch.setattr("workbook.training.shares.NUMBERS_AT_ONCE", size)
    for named in ({"executor": workers}, {"params": experiment.network.init(0)}, {}):
        heard = told(experiment, remember=False, **named)
        assert heard[0] == 0
        assert heard[-1] == 1
        assert (np.diff(heard) > 0).all()
    if experiment.steps == 1234:
        assert len(heard) >= 90


def test_a_remembered_run_is_done_at_once():
    assert told(XOR)[0] == 0
    assert told(XOR) == [1]


# What goes wrong


class Failing(Executor):
    """Does what it is asked at once, unless `fails` says how it ends: call number -> exception or None."""

    def __init__(self, fails):
        self.fails, self.calls = fails, 0

    def submit(self, function, /, *values, **named):
        self.calls += 1
        error = self.fails(self.calls)
        if isinstance(error, RuntimeError) and not isinstance(error, BrokenExecutor):
            raise error
        future = Future()
        if error is None:
            future.set_result(pickle.loads(pickle.dumps(function(*values, **named))))
        elif error == "cancelled":
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_exception(error)
        return future


@pytest.mark.parametrize(
    "error", [BrokenExecutor("lost"), OSError("reset"), "cancelled", Exception("closed")]
)
def test_what_is_lost_is_done_again(error):
    executor = Failing(lambda call: error if call in (1, 5, 33) else None)
    heard = []
    run = train(ROWS, range(64), remember=False, executor=executor, progress=heard.append)
    assert_equal(run, train(ROWS, range(64), remember=False))
    assert executor.calls == 32 + 3
    assert (np.diff(heard) > 0).all()


def test_what_is_lost_three_times_is_given_up():
    executor = Failing(lambda call: BrokenExecutor("killed") if call == 1 or call > 32 else None)
    with pytest.raises(WorkerError, match=r"2 seeds were given to a worker 3 times, .*: killed"):
        train(ROWS, range(64), remember=False, executor=executor)
    assert executor.calls == 32 + 2


@pytest.mark.parametrize("last", [1, 20, 31])
def test_what_an_executor_takes_no_more_is_done_here(last):
    executor = Failing(lambda call: RuntimeError("cannot schedule") if call > last else None)
    heard = []
    run = train(ROWS, range(64), remember=False, executor=executor, progress=heard.append)
    assert_equal(run, train(ROWS, range(64), remember=False))
    assert heard[-1] == 1
    assert (np.diff(heard) > 0).all()


def test_an_executor_that_takes_nothing_says_so():
    with ThreadPoolExecutor(1) as threads:
        pass
    with pytest.raises(RuntimeError, match="after shutdown"):
        train(ROWS, range(64), remember=False, executor=threads)


def test_large_data_are_not_all_on_their_way_at_once(monkeypatch):
    """Each share carries the data set with it."""
    monkeypatch.setattr(work, "BYTES_AT_ONCE", 20 * 11 * 5 * 8)
    begun, most = [], []

    class Late(Failing):
        def submit(self, function, /, *values, **named):
            begun.append(Future())
            most.append(sum(not future.done() for future in begun))
            begun[-1].answer = function(*values, **named)
            if most[-1] == 20 or len(begun) == 32:
                for future in begun:
                    if not future.done():
                        future.set_result(future.answer)
            return begun[-1]

    run = train(ROWS, range(64), remember=False, executor=Late(None))
    assert_equal(run, train(ROWS, range(64), remember=False))
    assert max(most) == 20
    assert len(begun) == 32


class OwnError(Exception):
    pass


@pytest.mark.parametrize("error", [ValueError, OSError, MemoryError, OwnError])
def test_an_error_of_training_is_raised_at_once(error, monkeypatch):
    begun = []

    def fail(*arguments):
        begun.append(arguments)
        raise error("of the loss")

    monkeypatch.setattr(work, "train_share", fail)
    with pytest.raises(error, match="of the loss") as raised, ThreadPoolExecutor(1) as threads:
        train(ROWS, range(64), remember=False, executor=threads)
    assert len(begun) <= 32  # and none of them twice
    assert len({tuple(seeds) for _, seeds in begun}) == len(begun)
    assert "raised by a worker" in raised.value.__notes__[0]


def test_control_c_gives_the_shares_that_are_done(monkeypatch):
    def interrupt(share):
        if share >= 0.5:
            raise KeyboardInterrupt

    monkeypatch.setattr("workbook.training.shares.NUMBERS_AT_ONCE", 12 * 4)  # four seeds a share
    whole_run = train(ROWS, range(40), remember=False)
    for executor in (None, Failing(lambda call: None)):
        with pytest.raises(Stopped) as stopped:
            train(ROWS, range(40), remember=False, executor=executor, progress=interrupt)
        run = stopped.value.run
        assert 16 <= stopped.value.done == len(run.seeds) <= 22
        np.testing.assert_array_equal(run.losses, whole_run.losses[:, run.seeds])


def test_control_c_before_there_is_a_share():
    with pytest.raises(Stopped) as stopped:
        train(ROWS, 0, remember=False, executor=Failing(lambda call: KeyboardInterrupt()))
    assert (stopped.value.run, stopped.value.done) == (None, 0)
    assert pickle.loads(pickle.dumps(stopped.value)).run is None


# What cannot travel

LOSS = ROWS.loss
MINE = ROWS.but(loss=Loss("mine", lambda y, t: LOSS.value(y, t), lambda y, t: LOSS.gradient(y, t)))


def test_a_part_that_cannot_travel_is_named():
    error = pickle.PicklingError("not found as __main__.<lambda>")
    for experiment, named in (
        (MINE, "the loss 'mine'"),
        (ROWS.but(hidden=Activation("bent", lambda z: z, lambda z, y: z)), "the activation 'bent'"),
        (ROWS, "the experiment"),
    ):
        said = f"{named} cannot be sent to another process: define its functions at the top of a module"
        executor = Failing(lambda call: error if call == 7 else None)
        if experiment is MINE:
            executor = Failing(lambda call: error)
        with pytest.raises(TypeError, match=said):
            train(experiment, range(64), remember=False, executor=executor)


# Memory


def peak(steps):
    """The largest number of bytes that training held at one time."""
    experiment = Experiment(
        Dataset(np.linspace(-1, 1, 51)[:, None], np.linspace(-1, 1, 51)[:, None] ** 2),
        Network((1, 16, 1), hidden="tanh"),
        batch_size=17,
        steps=steps,
        record_every=50,
    )
    train(experiment.but(steps=10), range(60), remember=False)
    tracemalloc.start()
    train(experiment, range(60), remember=False)
    try:
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_steps(monkeypatch):
    monkeypatch.setattr(
        "workbook.training.trainer.keep_freed_memory", lambda: None
    )  # which asks for more than this
    recorded = 8 * 60 * (600 - 150) // 50
    assert 0 < peak(600) - peak(150) < 5 * recorded  # the rows' order is drawn anew after 60 steps
