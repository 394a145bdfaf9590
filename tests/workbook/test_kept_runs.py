"""Kept runs: what one process has trained, the next reads, and nothing else is ever taken for it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, train
from workbook.course import kept_runs
from workbook.course.kept_runs import KeptRuns, fingerprint
from workbook.data.datasets import xor
from workbook.layers import Convolution, Picture, arrays
from workbook.parts import Initializer, explicit
from workbook.training import RUNS

RECIPE = Experiment(xor(), Network((2, 3, 1)), steps=5)
NAMES = """
from workbook import CASES
from workbook.course.kept_runs import fingerprint

for case in CASES.values():
    for experiment in case.experiments.values():
        print(fingerprint((experiment, (0, 1))))
"""


def zeros(random, shape, fans, layer):
    return np.zeros(shape)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which runs are kept, with nothing remembered besides."""
    RUNS.forget()
    monkeypatch.setattr(RUNS, "kept", KeptRuns(tmp_path / "runs").kept)
    yield tmp_path / "runs"
    RUNS.forget()


@pytest.fixture
def trained(monkeypatch):
    """The seeds of every training that was begun."""
    begun = []
    init = Network.init
    monkeypatch.setattr(Network, "init", lambda self, seeds: begun.append(seeds) or init(self, seeds))
    return begun


def again(experiment, seeds):
    """Train as the next process would, which remembers nothing."""
    RUNS.forget()
    return train(experiment, seeds)


@pytest.mark.parametrize(
    "experiment",
    [
        RECIPE,
        RECIPE.but(bias=(False, True), batch_size=2),
        RECIPE.but(step_size=1e200, steps=30),  # overflows
        RECIPE.but(shortest_step=1.0),  # stops at once
        RECIPE.but(initializer=explicit(np.ones((2, 3)), np.ones((3, 1)))),
    ],
)
def test_what_is_read_is_what_was_trained(experiment, folder, trained):
    first = train(experiment, range(4))
    assert len(trained) == 1
    second = again(experiment, range(4))
    assert len(trained) == 1
    for one, two in zip((first.steps, first.losses), (second.steps, second.losses), strict=True):
        np.testing.assert_array_equal(one, two)
    for one, two in zip(arrays(first.params), arrays(second.params), strict=True):
        np.testing.assert_array_equal(one, two)
        assert not two.flags.writeable
    assert (first.diverged, first.stopped, first.seeds) == (second.diverged, second.stopped, second.seeds)
    assert second.experiment is experiment


def test_convolutions_too(folder, trained):
    data = Dataset(np.arange(32.0).reshape(2, 16), np.eye(2))
    experiment = Experiment(data, Network((Picture(4, 4), Convolution(2, 3, pool="max"), 2)), steps=2)
    first = train(experiment)
    np.testing.assert_array_equal(again(experiment, 0).losses, first.losses)
    assert len(trained) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"steps": 6},
        {"step_size": 0.2},
        {"hidden": "relu"},
        {"record_every": 2},
        {"dataset": Dataset(xor().inputs, 1 - xor().targets, "XOR")},
        {"initializer": explicit(np.ones((2, 3)), np.ones((3, 1)))},
    ],
)
def test_another_recipe_has_another_name(other):
    assert fingerprint((RECIPE.but(**other), (0,))) != fingerprint((RECIPE, (0,)))


def test_other_seeds_have_another_name():
    assert fingerprint((RECIPE, (0,))) != fingerprint((RECIPE, (0, 1)))


def test_what_was_computed_on_the_way_is_no_part_of_the_recipe():
    before = fingerprint((RECIPE.but(), (0,)))
    used = RECIPE.but()
    hash(used), used.network.layers, used.network.widths, used.dataset.labels
    assert fingerprint((used, (0,))) == before


def test_every_process_gives_every_recipe_the_same_name():
    said = subprocess.run([sys.executable, "-c", NAMES], capture_output=True, text=True, check=True)
    found: list[str] = []
    exec(NAMES, {"print": found.append})
    assert said.stdout.split() == found
    assert len(found) > 50


def test_another_version_trains_anew(folder, trained, monkeypatch):
    train(RECIPE)
    monkeypatch.setattr(kept_runs, "_version", lambda: b"another")
    again(RECIPE, 0)
    assert len(trained) == 2


def test_the_version_is_that_of_the_source(monkeypatch):
    version = kept_runs._version.__wrapped__
    before = version()
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Nehalem")
    assert version() != before


@pytest.mark.parametrize("draw", [zeros, lambda *settings: np.zeros(settings[1])], ids=["named", "lambda"])
def test_what_may_change_without_a_version_is_not_kept(draw, folder, trained):
    experiment = RECIPE.but(initializer=Initializer("mine", draw))
    train(experiment)
    again(experiment, 0)
    assert len(trained) == 2
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_a_broken_file_is_trained_anew_and_mended(content, folder, trained):
    train(RECIPE)
    (kept,) = folder.glob("*.npz")
    kept.write_bytes(content)
    again(RECIPE, 0)
    again(RECIPE, 0)
    assert len(trained) == 2


def test_where_nothing_can_be_written_all_is_trained(folder, trained):
    folder.write_text("a file is in the way")
    train(RECIPE)
    assert again(RECIPE, 0).losses.shape == (6, 1)
    assert len(trained) == 2


def test_what_was_used_longest_ago_goes_first(tmp_path, trained, monkeypatch):
    train(RECIPE, remember=False)
    monkeypatch.setattr(RUNS, "kept", KeptRuns(tmp_path / "one").kept)
    again(RECIPE, 0)
    (size,) = (path.stat().st_size for path in (tmp_path / "one").iterdir())
    monkeypatch.setattr(RUNS, "kept", KeptRuns(tmp_path / "two", most=2 * size + size // 2).kept)
    for seed in (0, 1, 2):
        again(RECIPE, seed)
        for path in (tmp_path / "two").iterdir():
            at = path.stat().st_mtime - 10
            os.utime(path, (at, at))
    trained.clear()
    again(RECIPE, 2)
    again(RECIPE, 1)
    assert not trained
    again(RECIPE, 0)
    assert len(trained) == 1
    RUNS.forget()


def test_a_variable_names_the_folder_or_none(tmp_path, monkeypatch):
    before = RUNS.kept
    monkeypatch.setattr(RUNS, "kept", before)
    monkeypatch.setenv("WORKBOOK_RUNS", "0")
    kept_runs.keep_runs()
    assert RUNS.kept is before
    monkeypatch.setenv("WORKBOOK_RUNS", str(tmp_path / "here"))
    kept_runs.keep_runs()
    again(RECIPE, 0)
    assert len(list((tmp_path / "here").iterdir())) == 1
    RUNS.forget()
