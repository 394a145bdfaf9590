"""`train` remembers: the same recipe and seeds give the same Run, within a bound of memory."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from workbook import CASES, FAULTS, Dataset, Experiment, Network, train
from workbook.data.datasets import xor
from workbook.parts import Activation
from workbook.training.memory import Memory
from workbook.training.training import RUNS, _bytes


def recipe(**changes):
    return Experiment(xor(), Network((2, 3, 1)), steps=5).but(**changes)


@pytest.fixture(autouse=True)
def nothing_remembered():
    RUNS.forget()
    yield
    RUNS.forget()


def trained(monkeypatch, *calls):
    """How often training was begun in all these calls."""
    begun = []
    init = Network.init
    monkeypatch.setattr(Network, "init", lambda self, seeds: begun.append(seeds) or init(self, seeds))
    for call in calls:
        call()
    return len(begun)


def test_the_same_recipe_and_seeds_are_trained_once(monkeypatch):
    assert trained(monkeypatch, lambda: train(recipe(), range(3)), lambda: train(recipe(), [0, 1, 2])) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"step_size": 0.2},
        {"hidden": "relu"},
        {"hidden": Activation("tanh", np.tanh, lambda z, y: y)},
        {"dataset": Dataset(xor().inputs, 1 - xor().targets, "XOR")},
        {"loss": replace(recipe().loss, gradient=lambda y, t: 2 * (y - t))},
    ],
)
def test_another_recipe_is_trained_anew(monkeypatch, other):
    """Also where only a function differs and not its name."""
    assert trained(monkeypatch, lambda: train(recipe()), lambda: train(recipe(**other))) == 2


def test_other_seeds_another_start_and_a_keyword_train_anew(monkeypatch):
    params = recipe().network.init(0)
    count = trained(
        monkeypatch,
        lambda: train(recipe(), range(2)),
        lambda: train(recipe(), [1, 0]),
        lambda: train(recipe(), range(2), remember=False),
    )
    assert count == 3
    assert not np.array_equal(
        train(recipe(), 0, [layer.each(np.ones_like) for layer in params]).losses, train(recipe(), 0).losses
    )


def test_a_fault_planted_twice_is_trained_once(monkeypatch):
    def planted():
        return train(FAULTS["wrong sign"].plant(recipe()))

    assert trained(monkeypatch, planted, planted) == 1


def test_what_is_remembered_equals_what_is_trained():
    for experiment in (recipe(), CASES["parity"].as_posted.but(steps=20)):
        kept, fresh = train(experiment, range(3)), train(experiment, range(3), remember=False)
        np.testing.assert_array_equal(kept.losses, fresh.losses)
        assert kept.outcomes == fresh.outcomes


def test_a_remembered_run_cannot_be_spoilt():
    run = train(recipe(), range(2))
    with pytest.raises(ValueError, match="read-only"):
        run.losses[0, 0] = 7
    run.params.clear()
    run.diverged[0] = 1
    assert len(train(recipe(), range(2)).params) == 2
    assert train(recipe(), range(2)).diverged == {}
    train(recipe(), range(2), remember=False).losses[0, 0] = 7


def test_memory_is_bounded_and_forgets_what_was_used_longest_ago():
    memory = Memory(10, len)
    for key in "abc":
        memory.get(key, lambda: "four")
    assert memory.held == 8
    assert memory.get("c", lambda: "new!") == "four"
    assert memory.get("a", lambda: "new!") == "new!"
    memory.get("large", lambda: "more than ten bytes")
    assert memory.held <= 10
    assert len(memory) == 2


def test_a_run_weighs_its_arrays_and_its_data():
    run = train(recipe(), range(100))
    assert _bytes(run) == 8 * (6 * 100 + 100 * (6 + 3 + 3 + 1) + 8 + 4 + 6)


def test_two_threads_wait_for_one_computation():
    memory, computed, ready = Memory(100, len), [], threading.Event()

    def compute():
        computed.append(1)
        ready.wait(5)
        return "once"

    threads = [threading.Thread(target=memory.get, args=("key", compute)) for _ in range(4)]
    for thread in threads:
        thread.start()
    ready.set()
    for thread in threads:
        thread.join()
    assert len(computed) == 1


def test_a_value_from_elsewhere_is_kept_and_nobody_waits_to_offer_it():
    memory, busy, go_on = Memory(100, len), threading.Event(), threading.Event()
    memory.made = lambda key, compute: compute() + ", made"
    assert memory.offer("a", lambda: "here") == "here"
    assert memory.offer("a", lambda: "again") == memory.get("a", lambda: "again") == "here"
    assert memory.get("b", lambda: "new") == "new, made"
    thread = threading.Thread(target=memory.get, args=("c", lambda: str(busy.set() or go_on.wait(60))))
    thread.start()
    assert busy.wait(60)
    assert memory.offer("c", lambda: "elsewhere") is None
    go_on.set()
    thread.join()
    assert memory.offer("c", lambda: "elsewhere") == "True, made"
    assert memory._working == {}


def test_what_raises_is_not_remembered():
    memory = Memory(100, len)
    with pytest.raises(ZeroDivisionError):
        memory.get("key", lambda: 1 // 0)
    assert memory.get("key", lambda: "well") == "well"
