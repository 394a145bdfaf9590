"""Dask: a real cluster of two processes on this machine, one of which is killed on the way."""

import logging
import os
import signal

import pytest

from workbook import Experiment, Network, train
from workbook.course.cli import FAILED, main
from workbook.data.datasets import xor
from workbook.parts import Loss

from .examples import ROWS
from .test_shares import SPLITS, assert_equal

distributed = pytest.importorskip("distributed", reason='Dask is not installed: pip install ".[cluster]"')

LONG = Experiment(xor(), Network((2, 8, 1), hidden="tanh"), steps=150)


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2, 60)
        yield client


@pytest.fixture(autouse=True)
def small_shares(monkeypatch):
    """As if the experiments were large: 32 shares, where there are seeds enough."""
    monkeypatch.setattr("workbook.training.shares.FEWEST_NUMBERS", 0)


@pytest.mark.parametrize("name", ["full batch", "shuffled", "wide, batches", "some diverge, stopping"])
def test_a_cluster_gives_the_same_run(client, name):
    here = train(SPLITS[name], range(40), remember=False)
    heard = []
    run = train(
        SPLITS[name], range(40), remember=False, executor=client.get_executor(), progress=heard.append
    )
    assert_equal(run, here)
    assert (heard[0], heard[-1]) == (0, 1)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_worker_that_is_killed_on_the_way_changes_nothing(client):
    pids, seeds, killed = list(client.run(os.getpid).values()), range(320), []

    def kill(share):
        if 0 < share < 1 and not killed:
            killed.append(share)
            os.kill(pids[0], signal.SIGKILL)

    run = train(LONG, seeds, remember=False, executor=client.get_executor(), progress=kill)
    assert killed
    client.wait_for_workers(2, 60)
    assert pids[0] not in client.run(os.getpid).values()
    assert_equal(run, train(LONG, seeds, remember=False))


def test_functions_of_nowhere_travel(client):
    own = ROWS.but(loss=Loss("mine", lambda y, t: ROWS.loss.value(y, t), ROWS.loss.gradient))
    run = train(own, range(40), remember=False, executor=client.get_executor())
    assert_equal(run, train(own, range(40), remember=False))


def test_an_error_of_training_is_raised_as_it_is(client):
    def refuse(y, t):
        if y.shape[-2] == 11:  # on all rows
            raise ValueError("not this one")
        return ROWS.loss.value(y, t)

    own = ROWS.but(loss=Loss("mine", refuse, ROWS.loss.gradient))
    with pytest.raises(ValueError, match="not this one"):
        train(own, range(64), remember=False, executor=client.get_executor())


def test_the_command_line_asks_a_scheduler(cluster, capsys):
    run = ["run", "two-neurons", "--seeds", "300", "--set", "steps=20"]
    printed = []
    for options in ([], ["--scheduler", cluster.scheduler_address]):
        assert main([*run, *options]) == 0
        printed.append(capsys.readouterr())
    assert printed[0] == printed[1]


def test_nobody_answers(capsys, monkeypatch):
    monkeypatch.setattr("workbook.course.executors.PATIENCE", 0.5)
    assert main(["run", "two-neurons", "--scheduler", "tcp://127.0.0.1:9"]) == FAILED
    err = capsys.readouterr().err
    assert err.startswith("workbook: no Dask scheduler answers at tcp://127.0.0.1:9: ")
    assert err.count("\n") == 1
