"""Training that is watched: the order of rows, stopping, going back; nothing is changed in place."""

import math

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Trainer, train
from workbook.parts import OPTIMIZERS
from workbook.training.trainer import MOST_RECORDED

from .examples import BOWL, ROWS, XOR, arrays, assert_same

# Order and batches


def shown(order, batch_size, steps, seed=0):
    """The sum of the targets shown at each step; the targets are 1, 2, 4, ..., so it says which rows."""
    rows = 7
    data = Dataset(np.ones((rows, 1)), 2.0 ** np.arange(rows)[:, None])
    experiment = Experiment(
        data, Network((1, 1), initializer="zeros", bias=False), loss="half summed squared error",
        step_size=1, batch_size=batch_size, order=order,
    )  # fmt: skip
    trainer = Trainer(experiment, [seed])
    sums = []
    for _ in range(steps):
        trainer.goto(trainer.step, [Layer(np.zeros((1, 1, 1)), None)])
        sums.append(trainer.advance().params[0].W.item())
    return sums


@pytest.mark.parametrize("batch_size", [1, 3, 7])
@pytest.mark.parametrize("order", ["in order", "shuffled"])
def test_an_epoch_shows_each_row_once_and_its_last_batch_is_the_rest(order, batch_size):
    batches = math.ceil(7 / batch_size)
    sums = shown(order, batch_size, 3 * batches)
    for epoch in range(3):
        assert sum(sums[epoch * batches : (epoch + 1) * batches]) == 2**7 - 1
    sizes = [bin(int(total)).count("1") for total in sums[:batches]]
    assert sizes == [batch_size] * (7 // batch_size) + [7 % batch_size] * (7 % batch_size > 0)


def test_in_order_goes_down_the_rows():
    assert shown("in order", 1, 9) == [1, 2, 4, 8, 16, 32, 64, 1, 2]


def test_shuffled_differs_from_epoch_to_epoch_and_seed_to_seed():
    sums = shown("shuffled", 1, 14)
    assert sums[:7] != sums[7:] != sorted(sums[7:])
    assert sums != shown("shuffled", 1, 14, seed=1)
    assert sums == shown("shuffled", 1, 14)


@pytest.mark.parametrize("batch_size", [1, 7])
def test_at_random_repeats_rows(batch_size):
    sums = shown("at random", batch_size, 7)
    assert sum(sums) != (2**7 - 1) * (batch_size if batch_size == 7 else 1)
    assert len(set(sums)) > 1


def test_the_order_does_not_touch_the_full_batch():
    runs = [train(XOR.but(order=order)) for order in ("in order", "shuffled", "at random")]
    assert_same(runs[0].params, runs[1].params)
    assert_same(runs[0].params, runs[2].params)


def test_the_mean_is_over_the_batch():
    data = Dataset([[1.0], [1.0], [1.0]], [[1.0], [1.0], [1.0]])
    net = Network((1, 1), initializer="zeros", bias=False)
    for batch_size in (1, 2, 3):
        run = train(Experiment(data, net, batch_size=batch_size, step_size=0.25, steps=1))
        assert run.params[0].W.item() == 0.5


# Stopping and going back


def test_stops_when_the_step_is_too_short():
    run = train(BOWL.but(step_size=0.5, shortest_step=1e-3, steps=100), [4])
    # The k-th step is 0.5^k long, and 0.5^10 is the first below 0.001.
    assert run.stopped == {4: 10}
    assert run.steps[-1] == 10
    assert run.params[0].W.item() == 0.5**10
    assert train(BOWL.but(step_size=0.5, steps=100)).stopped == {}


def test_the_shortest_step_is_over_all_parameters():
    data = Dataset(np.eye(4), np.zeros((4, 4)))
    net = Network((4, 4), initializer=BOWL.network.initializer, bias=False)
    run = train(BOWL.but(dataset=data, network=net, step_size=0.5, shortest_step=1e-3, steps=100))
    # Sixteen weights of 0.5^k each are a vector four times as long: two steps more.
    assert run.stopped == {0: 12}


VARIANTS = {
    "full": XOR,
    **{name: XOR.but(optimizer=f"{name}(0.05)") for name in OPTIMIZERS},
    **{f"{name}, batches": ROWS.but(optimizer=f"{name}(0.05)") for name in OPTIMIZERS},
    "clipped, batches": ROWS.but(optimizer="adam", clipping="norm(0.1)", loss="huber"),
    "stopping with adam": BOWL.but(optimizer="adam(0.3)", shortest_step=0.1, steps=20),
    "momentum": XOR.but(momentum=0.9),
    "batches": ROWS,
    "at random": ROWS.but(order="at random", momentum=0.5),
    "one at a time": ROWS.but(batch_size=1, penalty="weight decay(0.1)"),
    "stopping": BOWL.but(step_size=0.5, shortest_step=1e-3, steps=20),
    "stopping with momentum": BOWL.but(step_size=0.5, momentum=0.2, shortest_step=1e-2, steps=20),
}


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("moment", [0, 1, 7, 12, 19])
def test_going_back_to_a_moment_continues_exactly(name, moment):
    experiment = VARIANTS[name]
    trainer = Trainer(experiment, [2, 9])
    history = [(trainer.step, trainer.params, trainer.state)]
    for _ in range(experiment.steps):
        trainer.advance()
        history.append((trainer.step, trainer.params, trainer.state))
    end = trainer.run()
    trainer.goto(*history[moment])
    assert trainer.step == history[moment][0]
    again = trainer.advance(experiment.steps - moment).run()
    assert_same(again.params, end.params)
    np.testing.assert_array_equal(again.losses[-1], end.losses[-1])
    assert again.stopped == end.stopped
    assert again.steps[0] >= history[moment][0]


def test_divergence_lies_in_the_future_again_after_going_back():
    experiment = BOWL.but(step_size=6)  # leaves float64 at step 221
    trainer = Trainer(experiment, [4]).advance(100)
    early = (trainer.step, trainer.params)
    late = trainer.advance(150)
    late = (late.step, late.params)
    trainer.goto(*early)
    assert trainer.run().diverged == {}
    assert trainer.advance(150).run().diverged == {4: 221}
    trainer.goto(*late)
    assert trainer.advance(10).run().diverged == {4: 221}


def test_looking_changes_nothing():
    trainer = Trainer(BOWL.but(step_size=6, record_every=100), [4]).advance(250)
    assert trainer.run().diverged == {4: 250}  # the last step is always looked at
    assert trainer.advance(100).run().diverged == {4: 300}


def test_another_trainer_can_take_over():
    first = Trainer(ROWS.but(momentum=0.5), [3]).advance(7)
    second = Trainer(ROWS.but(momentum=0.5), [3])
    second.goto(first.step, first.params, first.state)
    assert_same(second.advance(9).params, first.advance(9).params)


def test_an_optimizer_without_its_state_starts_anew():
    experiment = ROWS.but(optimizer="adam(0.05)")
    trainer = Trainer(experiment, [3]).advance(7)
    step, params, state = trainer.step, trainer.params, trainer.state
    on = trainer.advance(1).params
    trainer.goto(step, params)
    assert trainer.state[0][2] == 0
    assert abs(trainer.advance(1).params[0].W - on[0].W).max() > 1e-3
    trainer.goto(step, params, state)
    assert_same(trainer.advance(1).params, on)


def test_in_parts_is_the_same_as_at_once():
    trainer = Trainer(ROWS, [0, 1])
    for steps in (1, 5, 0, 14):
        trainer.advance(steps)
    once, parts = train(ROWS, [0, 1]), trainer.run()
    assert_same(once.params, parts.params)
    np.testing.assert_array_equal(once.losses, parts.losses)
    np.testing.assert_array_equal(once.steps, parts.steps)


# Nothing is changed in place


@pytest.mark.parametrize("name", VARIANTS)
def test_parameters_handed_in_and_handed_out_stay(name):
    experiment = VARIANTS[name]
    start = experiment.network.init([2, 9])
    for array in arrays(start):
        array.flags.writeable = False
    trainer = Trainer(experiment, [2, 9], start).advance(3)
    run, state = trainer.run(), trainer.state
    handed_out = (*arrays(run.params), *(array for own in state for array in own), run.losses, run.steps)
    kept = [np.copy(array) for array in handed_out]
    diverged, stopped = dict(run.diverged), dict(run.stopped)
    trainer.advance(15)
    for array, copy in zip(handed_out, kept, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert (run.diverged, run.stopped) == (diverged, stopped)
    assert_same(start, experiment.network.init([2, 9]))


def test_one_start_serves_every_seed():
    start = ROWS.network.init(5)
    run = train(ROWS, [0, 1], start)
    assert run.losses.shape == (8, 2)
    assert sum(run.outcomes.values()) == 2
    assert (run.losses[0] == run.losses[0, 0]).all()
    assert run.losses[-1, 0] != run.losses[-1, 1]  # the seeds decide the order of the rows
    for member, seed in enumerate([0, 1]):
        alone = train(ROWS, seed, start)
        for array, twin in zip(arrays(run.params), arrays(alone.params), strict=True):
            np.testing.assert_allclose(array[member], twin[0], rtol=1e-12)


# What is recorded


@pytest.mark.parametrize(
    ("steps", "every", "recorded"), [(10_000, 1, 10_001), (10_001, 2, 5002), (25_000, 3, 8335), (1, 1, 2)]
)
def test_a_long_run_keeps_so_many_losses_and_says_of_which_steps(steps, every, recorded):
    run = train(BOWL.but(step_size=1e-3, steps=steps), remember=False)
    assert run.losses.shape == (recorded, 1)
    assert recorded <= MOST_RECORDED + 1
    assert run.steps.tolist() == [*range(0, steps, every), steps]
    np.testing.assert_allclose(run.losses[:, 0], (1 - 1e-3) ** (2 * run.steps) / 2, rtol=1e-9)


def test_who_asks_for_every_loss_gets_it():
    run = train(BOWL.but(step_size=1e-3, steps=10_500, record_every=1), remember=False)
    assert len(run.losses) == 10_501


def test_batches_are_recorded_once_an_epoch():
    assert train(ROWS.but(steps=7)).steps.tolist() == [0, 3, 6, 7]
    assert train(ROWS.but(steps=7, batch_size=11)).steps.tolist() == list(range(8))


@pytest.mark.parametrize("order", ["shuffled", "at random"])
def test_no_block_of_epochs_repeats_another(monkeypatch, order):
    """Orders are drawn some epochs at a time: the first epoch of the next block is another again."""
    monkeypatch.setattr("workbook.training.trainer.ROWS_AT_ONCE", 22)  # two epochs of ROWS
    orders = {}
    for epoch in range(5):
        trainer = Trainer(ROWS.but(batch_size=11, order=order), [3])
        trainer.goto(epoch, trainer.params)
        orders[epoch] = trainer.batch(trainer.step)[0].tobytes()
    assert len(set(orders.values())) == 5
