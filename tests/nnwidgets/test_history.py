"""History: which moments are remembered, and that going back forgets what came after."""

import numpy as np
import pytest

from nnwidgets.session.history import MOST, History
from workbook import Trainer
from workbook.data.datasets import xor

from .front_end import LineSession, same

STEPS = LineSession.length


def history(**changes):
    return History(Trainer(LineSession().experiments()["mini-batches"].but(**changes), 3))


def advance(history, steps):
    for _ in range(steps):
        history.trainer.advance()
        history.record()
    return history


def test_the_first_moment():
    made = history()
    moment = made.at(0)
    experiment = made.trainer.experiment
    assert (moment.step, made.last) == (0, 0)
    assert [layer.W.ndim for layer in moment.params] == [2, 2]
    assert np.array_equal(moment.outputs, experiment.outputs(experiment.network.init(3)))
    assert moment.loss == pytest.approx(np.mean((moment.outputs - experiment.dataset.targets) ** 2))


def test_a_layer_without_bias_has_none():
    made = history(bias=(True, False))
    assert made.at(0).params[0].b is not None
    assert made.at(0).params[1].b is None


def test_each_step_is_remembered():
    made = advance(history(), 20)
    assert made.last == 20
    assert [moment.step for moment in made.until(12)] == list(range(13))
    assert [made.at(step).step for step in (0, 7, 20)] == [0, 7, 20]


@pytest.mark.parametrize(("step", "found"), [(-5, 0), (0, 0), (9, 0), (10, 10), (25, 20), (999, 40)])
def test_the_nearest_at_or_before(step, found):
    made = history()
    for _ in range(4):
        made.trainer.advance(10)
        made.record()
    assert made.at(step).step == found
    assert made.until(step)[-1].step == found
    assert made.until(step)[0].step == 0


def test_recording_twice_replaces():
    made = advance(history(), 3)
    made.record()
    assert [moment.step for moment in made.until(99)] == [0, 1, 2, 3]


def test_moments_do_not_change_afterwards():
    made = advance(history(), 5)
    kept = made.at(5)
    before = [array.copy() for layer in kept.params for array in layer]
    advance(made, 5)
    assert all(
        np.array_equal(a, b) for a, b in zip(before, [a for layer in kept.params for a in layer], strict=True)
    )


def test_resuming_forgets_and_goes_on_bit_for_bit():
    """Mini-batches, momentum, several epochs: the velocity and the order of rows must come back too."""
    straight = advance(history(), 40)
    bent = advance(history(), 31)
    bent.resume(17)
    assert bent.last == bent.trainer.step == 17
    advance(bent, 23)
    for step in range(41):
        assert same(bent.at(step), straight.at(step)), step


def test_resuming_at_the_end_changes_nothing():
    made = advance(history(), 5)
    params = made.trainer.params
    made.resume(5)
    made.resume(99)
    assert made.last == 5
    assert made.trainer.params is params


def test_a_long_run_is_remembered_coarsely_but_evenly():
    """At any length the whole run can be seen: no part of it is remembered by one moment only."""
    made = history(steps=100_000, batch_size=None, dataset=xor(), sizes=(2, 1))
    for steps in (MOST + 1, 4 * MOST, 5 * MOST):
        advance(made, steps - made.last)
        found = [moment.step for moment in made.until(steps)]
        assert (found[0], found[-1]) == (0, steps)
        assert MOST / 3 < len(found) <= MOST
        assert np.diff(found).max() <= 4 * steps / MOST
        assert np.all(np.diff(found) > 0)


def test_a_short_run_is_remembered_step_by_step():
    made = advance(history(steps=5000, batch_size=None, dataset=xor(), sizes=(2, 1)), MOST - 1)
    assert [moment.step for moment in made.until(MOST)] == list(range(MOST))


def test_going_back_in_a_long_run_goes_on_bit_for_bit():
    steps = 2 * MOST
    straight = advance(history(steps=steps), steps)
    bent = advance(history(steps=steps), steps)
    bent.resume(steps // 2)
    assert 0 < bent.last <= steps // 2
    advance(bent, steps - bent.last)
    assert same(bent.at(steps), straight.at(steps))


def test_a_diverged_run_is_remembered():
    made = advance(history(step_size=1e8, hidden="relu"), 60)
    assert not np.isfinite(made.at(60).loss)
    assert np.isfinite(made.at(0).loss)
