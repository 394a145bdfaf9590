"""The bar that shows how far a cell is."""

import pytest

from nnwidgets import waiting as module
from nnwidgets.waiting import Waiting
from workbook import train
from workbook.training import RUNS

from .front_end import LineSession


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_what_is_soon_over_shows_no_bar(clock):
    bar = Waiting()
    for share in (0.0, 0.3, 0.9):
        bar.tell(share)
        clock[0] += 0.1
        assert bar.share == -1


def test_what_takes_its_time_shows_how_far_it_is_and_then_goes(clock):
    bar, seen = Waiting(), []
    bar.observe(lambda change: seen.append(change.new), "share")
    for share in (0.0, 0.2, 0.4, 0.6, 1.0):
        bar.tell(share)
        clock[0] += 0.4
    assert seen == [0.4, 0.6, -1.0]


def test_training_tells_who_listens_where_nobody_else_does(monkeypatch):
    heard, asked = [], []
    monkeypatch.setattr(RUNS, "tell", heard.append)
    experiment = LineSession().experiment
    train(experiment, range(3), remember=False)
    assert (heard[0], heard[-1]) == (0.0, 1.0)
    train(experiment, range(3), remember=False, progress=asked.append)
    assert asked[-1] == 1.0
    assert heard.count(1.0) == 1
