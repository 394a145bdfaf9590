"""What a run reports: against held-out rows, against constants and lines, class by class."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, train
from workbook.baselines import constant_loss, line_answers, squared_distance
from workbook.outcomes import outcomes
from workbook.parts import LOSSES
from workbook.training.run import joined
from workbook.training.trainer import Trainer

RANDOM = np.random.RandomState(0)
TARGETS = np.abs(RANDOM.randn(40, 2)) + 0.01
FLAT = Experiment(
    Dataset([[0.0], [1], [2], [3]], [[0.0], [0], [0], [1]], held_out=([[9.0]], [[1.0]])), Network((1, 1))
)


def of(experiment, *weights):
    """A run of no steps in which each seed has its weight and bias."""
    W, b = np.array(weights, float).T.reshape(2, -1, 1, 1)
    return Trainer(experiment, range(len(W)), [Layer(W, b)]).run()


@pytest.mark.parametrize("name", [*LOSSES, "huber(0.2)"])
def test_no_constant_is_better_than_the_best(name):
    loss = LOSSES[name]
    targets = np.eye(2)[RANDOM.randint(2, size=30)] if "entropy" in name else TARGETS
    data = Dataset(np.zeros((len(targets), 1)), targets)
    best = loss.best_constant(targets)
    assert best.shape == (1, 2)
    found = constant_loss(loss, data)
    assert found == pytest.approx(float(loss.value(np.broadcast_to(best, targets.shape), targets)))
    for width in (0.3, 0.01):
        for nudge in width * RANDOM.randn(50, 1, 2):
            other = np.broadcast_to(best + nudge, targets.shape)
            if "cross-entropy(" in name:
                other = np.clip(other, 0.01, 0.99)
            assert loss.value(other, targets) >= found - 1e-9


def test_the_best_constant_of_classes_is_how_frequent_they_are():
    data = Dataset(np.zeros((4, 1)), np.eye(3)[[0, 0, 0, 1]])
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert constant_loss(LOSSES["softmax cross-entropy"], data) == pytest.approx(entropy)
    assert constant_loss(LOSSES["sigmoid cross-entropy"], data) == pytest.approx(2 * entropy)
    assert of(FLAT, (0, 0.25)).constant_loss == pytest.approx(3 / 16)


@pytest.mark.parametrize("scale", [1, 1e-6, 1e9])
def test_the_best_line_is_that_of_least_squares(scale):
    x = RANDOM.randn(50, 3) * [1, scale, 0] + [5, 0, 7]
    data = Dataset(x, TARGETS.repeat(2, 0)[:50])
    design = np.c_[x - x.mean(0), np.ones(50)] / [1, scale, 1, 1]
    best = design @ np.linalg.lstsq(design, data.targets, rcond=None)[0]
    np.testing.assert_allclose(line_answers(data), best, atol=1e-9)
    assert squared_distance(np.stack([best, data.targets]), data.targets).shape == (2,)


def test_held_out_rows_have_a_loss_of_their_own():
    run = of(FLAT.but(penalty="weight decay(100)"), (1, 0), (0, 1))
    np.testing.assert_allclose(run.held_out_loss, [64, 0])
    with pytest.raises(ValueError, match=r"no held-out rows; data\.split\(\)"):
        _ = of(Experiment(Dataset([[1.0]], [[1.0]]), Network((1, 1))), (1, 0)).held_out_loss


def test_classes_are_counted():
    run = of(FLAT, (0, 0), (1, -2.4), (0, 1))
    np.testing.assert_allclose(run.accuracy(), [0.75, 1, 0.25])
    np.testing.assert_allclose(run.recall(), [[1, 0], [1, 1], [0, 1]])
    np.testing.assert_allclose(run.commonest_share(), [1, 0.75, 1])
    np.testing.assert_allclose(run.accuracy(held_out=True), [0, 1, 1])
    with pytest.raises(ValueError, match="no classes"):
        of(Experiment(Dataset([[1.0]], [[2.0]]), Network((1, 1))), (1, 0)).accuracy()


def test_logits_are_answers_once_they_are_probabilities():
    run = of(FLAT.but(loss="sigmoid cross-entropy"), (100, -250), (0, 0.1))
    np.testing.assert_allclose(run.answers[0, :, 0], [0, 0, 0, 1], atol=1e-9)
    np.testing.assert_allclose(run.accuracy(), [1, 0.25])
    assert run.outcomes == {"solved": 1, "constant": 1}
    assert run.constants == {"a plateau": 1}


def test_runs_of_other_seeds_are_joined():
    experiment = FLAT.but(steps=30, step_size=5.0, shortest_step=1e-3)
    whole = train(experiment, range(5), remember=False)
    parts = [train(experiment, seeds, remember=False) for seeds in ([0, 1], [2], [3, 4])]
    run = joined(experiment, parts)
    assert run.seeds == whole.seeds
    np.testing.assert_array_equal(run.losses, whole.losses)
    np.testing.assert_array_equal(run.params[0].W, whole.params[0].W)
    assert (run.diverged, run.stopped, run.outcomes) == (whole.diverged, whole.stopped, whole.outcomes)
    assert repr(run) == repr(whole)


def test_what_many_seeds_came_to_is_told_in_parts(monkeypatch):
    experiment = FLAT.but(steps=30, step_size=5.0)
    whole = train(experiment, range(20), remember=False).came_to.tolist()
    monkeypatch.setattr("workbook.training.run.NUMBERS_AT_ONCE", 12)  # three members' outputs
    parts = train(experiment, range(20), remember=False)
    asked = []
    monkeypatch.setattr(
        "workbook.training.run.outcomes",
        lambda e, params, curve: asked.append(len(params[0].W)) or outcomes(e, params, curve),
    )
    assert parts.came_to.tolist() == whole
    assert asked == [3] * 6 + [2]
