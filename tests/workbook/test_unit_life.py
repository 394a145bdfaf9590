"""The life of hidden units: by hand, and what is refused."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Trainer, train
from workbook.cases import dead_relu as facts
from workbook.layers import Convolution, Picture
from workbook.measures import unit_life

THREE = Experiment(Dataset([[1], [-1]], [[1], [0]]), Network((1, 3, 1), "relu"), "summed squared error")
BY_HAND = [
    Layer(np.array([[1.0, 1, -1]]), np.array([[0.0, 5, -5]])),
    Layer(np.array([[2.0], [1], [1]]), np.zeros((1, 1))),
]


def test_lives_by_hand():
    assert unit_life.active_rows(THREE, BY_HAND).tolist() == [1, 2, 0]
    assert unit_life.rows_seen(THREE, BY_HAND).tolist() == [1, 1]
    lower = [Layer(BY_HAND[0].W, -3 + BY_HAND[0].b), BY_HAND[1]]
    assert unit_life.rows_seen(THREE, lower).tolist() == [1, 1]
    # Outputs 8 and 4; dy 14 and 8. Unit 0: row 0 only, dz 28, dW 28, db 28. Unit 1: dz 14, 8; dW 6, db 22.
    expected = [28 * np.sqrt(2), np.hypot(6, 22), 0]
    assert unit_life.unit_gradients(THREE, BY_HAND).tolist() == pytest.approx(expected)


def test_the_dead_never_move_again():
    experiment = facts.related["longer step"]
    trainer = Trainer(experiment, range(300)).advance(4)
    before = trainer.params
    assert (unit_life.unit_gradients(experiment, before) == 0).all()
    assert (unit_life.active_rows(experiment, before) == 0).all()
    after = trainer.advance(500).params
    assert np.array_equal(before[0].W, after[0].W)
    assert np.array_equal(before[0].b, after[0].b)
    assert np.array_equal(before[1].W, after[1].W)


@pytest.mark.parametrize("bias", [True, False])
def test_any_layer_and_populations(bias):
    x = np.random.RandomState(0).standard_normal((10, 2))
    deep = Experiment(Dataset(x, x[:, :1]), Network((2, 4, 3, 1), "relu", bias=bias))
    params = deep.network.init(range(5))
    trace = deep.network.forward(params, x)[1]
    for layer, size in enumerate((4, 3)):
        counts = unit_life.active_rows(deep, params, layer)
        assert counts.shape == (5, size)
        assert np.array_equal(counts, (trace[layer].z > 0).sum(-2))
        assert unit_life.unit_gradients(deep, params, layer).shape == (5, size)
        assert unit_life.deaths(deep, range(5), 1, layer).shape == (5, size)


def test_who_is_dead_after_so_many_steps_died_by_then():
    experiment = facts.related["longer step"]
    died = unit_life.deaths(experiment, range(30), 4)
    for steps in range(5):
        dead = unit_life.dead_after(experiment, range(30), steps)
        assert np.array_equal(dead, (died >= 0) & (died <= steps))
    run = train(experiment.but(steps=4), range(30))
    counts = unit_life.layer_deaths(died)
    assert [*unit_life.last_deaths(run, watched=3).values()] == [
        counts.get(step, 0) for step in (0, 1, 2, 3, 4, -1)
    ]


def test_a_network_without_the_layer_is_refused_in_a_sentence():
    line = Experiment(Dataset([[1], [2]], [[1], [2]]), Network((1, 1)))
    for ask in (unit_life.active_rows, unit_life.rows_seen, unit_life.unit_gradients):
        with pytest.raises(ValueError, match=r"no hidden layer 0: a network of sizes \(1, 1\) has 0"):
            ask(line, line.network.init(0))
        with pytest.raises(ValueError, match=r"no hidden layer 1: .* has 1"):
            ask(THREE, BY_HAND, 1)
    with pytest.raises(ValueError, match="no hidden layer"):
        unit_life.deaths(line, 0, 1)
    with pytest.raises(ValueError, match="no hidden layer"):
        unit_life.dead_after(line, 0, 1)
    for ask in (unit_life.starts, lambda e, seed: unit_life.diary(e, seed, 1)):
        with pytest.raises(
            ValueError, match=r"one dense hidden layer and one output, such as \(5, 2, 1\), not \(1, 1\)"
        ):
            ask(line, 0)


def test_uphill_needs_every_step():
    experiment = facts.as_posted.but(steps=20)
    assert set(unit_life.uphill(train(experiment, range(20)))) == {"dead", "only negative", "positive"}
    with pytest.raises(ValueError, match="20 steps with 3 recorded losses"):
        unit_life.uphill(train(experiment.but(record_every=10), range(20)))
    with pytest.raises(ValueError, match="2 steps with 2 recorded losses"):
        unit_life.uphill(train(experiment.but(steps=2, record_every=2), range(20)))


def test_the_diary_tells_what_the_instruments_say():
    experiment = facts.related["longer step"]
    lines = unit_life.diary(experiment, seed=1, steps=2)
    params = Trainer(experiment, 1).advance(1).params
    step, loss, rows, weight, gradient, *_ = lines[1]
    assert (step, loss) == (1, f"{experiment.loss_at(params)[0]:.3g}")
    assert rows == str(unit_life.active_rows(experiment, params)[0, 0])
    assert weight == f"{params[1].W[0, 0, 0]:.3g}"
    assert gradient == f"{unit_life.unit_gradients(experiment, params)[0, 0]:.3g}"


def test_a_filter_is_a_unit_and_each_of_its_places_a_row():
    """One filter of 1 x 1 that takes 2 x 2 pixels one by one, and a second of the opposite sign."""
    network = Network((Picture(2, 2), Convolution(2, 1), 1), "relu", bias=False)
    pictures = np.array([[0, 0, 0, 0], [1, 1, 1, -1], [0, 0, 2, 0.0]])
    experiment = Experiment(Dataset(pictures, pictures[:, :1]), network)
    first = Layer(np.array([[1.0, -1.0]]), None)
    params = [first, Layer(np.ones((8, 1)), None)]
    assert unit_life.active_rows(experiment, params).tolist() == [4, 1]
    assert unit_life.rows_seen(experiment, params).tolist() == [0, 1, 1]
    both = [Layer(np.stack([first.W, 0 * first.W]), None), Layer(np.ones((2, 8, 1)), None)]
    assert unit_life.rows_seen(experiment, both).tolist() == [[0, 1, 1], [0, 0, 0]]
