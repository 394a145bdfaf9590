"""A population: each member comes out as if it had been trained alone.

A stack of matrices is multiplied one matrix at a time, each by the same call as alone, and the rest is done
number by number; with the multiplication routines of today's processors that is the same to the last bit.
Those of older ones (OPENBLAS_CORETYPE=Prescott) add in an order that depends on where in memory a matrix
begins, and training multiplies that last bit: 1e-11 after 150 steps was seen. Hence the tolerance.
"""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, train
from workbook.data.datasets import xor

RANDOM = np.random.RandomState(0)
SMALL = Experiment(xor(), Network((2, 5, 1), bias_initializer="normal"), step_size=0.3, steps=60)
WIDE = Experiment(  # large enough for the multiplication's fast kernels, odd enough for their edges
    Dataset(RANDOM.rand(53, 37), RANDOM.rand(53, 7)),
    Network((37, 31, 7), hidden="sigmoid", output="sigmoid"),
    loss="quadratic cost",
    step_size=0.5,
    steps=25,
)
MIXED = SMALL.but(  # some seeds overflow, others do not
    hidden="leaky relu", loss="summed squared error", step_size=0.15, steps=150, initializer="normal(2)"
)
RECIPES = {
    "full batch": SMALL,
    "two layers, leaky": SMALL.but(sizes=(2, 3, 4, 1), hidden="leaky relu", bias=(True, False, True)),
    "momentum": SMALL.but(momentum=0.9),
    "weight decay": SMALL.but(penalty="weight decay(0.01)"),
    "shortest step": SMALL.but(shortest_step=0.02, momentum=0.5),
    "in order": SMALL.but(batch_size=3, order="in order"),
    "shuffled": SMALL.but(batch_size=3, order="shuffled"),
    "at random": SMALL.but(batch_size=3, order="at random", momentum=0.5),
    "one at a time": SMALL.but(batch_size=1, penalty="weight decay(0.01)"),
    "wide": WIDE,
    "wide, batches": WIDE.but(batch_size=10, momentum=0.9),
    "wide, one at a time": WIDE.but(batch_size=1),
    "some diverge": MIXED,
    "some diverge, batches": MIXED.but(batch_size=3, momentum=0.5, penalty="weight decay(0.01)"),
    "some diverge, stopping": MIXED.but(shortest_step=1e-3),
}
SEEDS = [0, 1, 2, 3, 11, 2**32 - 1]


def assert_same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def arrays(params):
    return [array for layer in params for array in layer if array is not None]


@pytest.mark.parametrize("name", RECIPES)
def test_a_member_comes_out_as_alone(name):
    experiment = RECIPES[name]
    company = train(experiment, SEEDS)
    for member, seed in enumerate(SEEDS):
        alone = train(experiment, seed)
        for array, twin in zip(arrays(company.params), arrays(alone.params), strict=True):
            assert_same(array[member], twin[0])
        # Alone, a seed that stops ends its record there; in company its last loss is repeated.
        recorded = len(alone.losses) - 1
        assert_same(company.losses[:recorded, member], alone.losses[:recorded, 0])
        assert_same(company.losses[-1, member], alone.losses[-1, 0])
        assert company.diverged.get(seed) == alone.diverged.get(seed)
        assert company.stopped.get(seed) == alone.stopped.get(seed)


@pytest.mark.parametrize("name", [name for name in RECIPES if name.startswith("some diverge")])
def test_some_of_them_really_diverge(name):
    assert 0 < len(train(RECIPES[name], SEEDS).diverged) < len(SEEDS)


def test_some_of_them_really_stop_at_different_steps():
    stopped = train(RECIPES["shortest step"], SEEDS).stopped
    assert len(set(stopped.values())) > 1
    assert all(step < 60 for step in stopped.values())


def test_the_order_of_the_seeds_does_not_matter():
    forwards, backwards = train(WIDE.but(batch_size=10), SEEDS), train(WIDE.but(batch_size=10), SEEDS[::-1])
    for array, twin in zip(arrays(forwards.params), arrays(backwards.params), strict=True):
        assert_same(array, twin[::-1])
    assert_same(forwards.losses, backwards.losses[:, ::-1])


def test_a_large_population_is_no_different():
    company = train(SMALL.but(steps=10), range(500))
    for seed in (0, 123, 499):
        for array, twin in zip(
            arrays(company.params), arrays(train(SMALL.but(steps=10), seed).params), strict=True
        ):
            assert_same(array[seed], twin[0])
