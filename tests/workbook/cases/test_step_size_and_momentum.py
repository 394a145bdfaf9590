"""The chapter on the step size: closed forms beside what its findings measure."""

import numpy as np
import pytest

from workbook import train
from workbook.cases import step_size_and_momentum as facts
from workbook.cases.sine import (
    ADVICE,
    AS_IT_IS,
    DATA,
    DIVIDED,
    DOUBLED,
    MYSTERIES,
    SHIFTED,
    STANDARDISED,
    TRIED,
    as_posted,
    bending,
    bowl,
    error,
    longest,
    short,
    treated,
    valley,
)
from workbook.measures.curvature import eigenvalues


@pytest.mark.parametrize("share", [0, 0.5, 0.9])
def test_the_longest_steps_are_those_of_the_formulas(share):
    plain = "gradient descent({})" if share == 0 else f"momentum({{}}, {share})"
    assert longest(plain) == pytest.approx(2 * (1 + share), rel=0.01)
    assert longest(f"nesterov({{}}, {share})") == pytest.approx(2 * (1 + share) / (1 + 2 * share), rel=0.01)


@pytest.mark.parametrize("turned", [0, 30, 45])
def test_a_bowl_is_as_curved_as_it_says_however_it_lies(turned):
    walk = bowl(10, turned)
    start = walk.network.init(0)
    assert eigenvalues(walk, start) == pytest.approx([1, 100], rel=1e-6)
    assert walk.loss_at(start) == pytest.approx((1 + 100) / 2)
    found = valley(10, turned)
    assert found.condition == pytest.approx(100, rel=1e-5)
    assert np.abs(found.coordinates(start)) == pytest.approx([1, 1], rel=1e-4)


@pytest.mark.parametrize(
    ("name", "left", "middle", "right"),
    [
        (AS_IT_IS, 0, np.pi, 2 * np.pi),
        (DIVIDED, 0, 0.5, 1),
        (SHIFTED, -np.pi, 0, np.pi),
        (DOUBLED, -2 * np.pi, 0, 2 * np.pi),
    ],
)
def test_units_turn_over_where_the_quotient_of_two_normal_numbers_lies(name, left, middle, right):
    expected = 50 / np.pi * np.diff(np.arctan([left, middle, right]))
    assert bending(short.but(dataset=DATA[name])) == pytest.approx(expected, abs=0.35)


def test_inputs_differ_in_unit_and_place_only():
    for name, data in DATA.items():
        assert np.array_equal(data.targets, DATA[AS_IT_IS].targets), name
        assert np.corrcoef(data.inputs[:, 0], DATA[AS_IT_IS].inputs[:, 0])[0, 1] == pytest.approx(1)
    assert (DATA[DIVIDED].inputs.min(), DATA[DIVIDED].inputs.max()) == (0, 1)
    assert DATA[SHIFTED].inputs.mean() == pytest.approx(0, abs=1e-12)
    assert DATA[STANDARDISED].inputs.std() == pytest.approx(1)


def test_the_experiments_as_posted():
    assert (as_posted.step_size, as_posted.momentum, as_posted.batch_size) == (0.0001, 0.9, 1)
    assert as_posted.steps == 10_000 * len(as_posted.dataset)
    assert as_posted.network.sizes == (1, 50, 1)


def test_a_treatment_changes_one_thing():
    for name, mystery in MYSTERIES.items():
        longer, shorter, more, start = (treated(mystery, cure) for cure in TRIED)
        assert longer == mystery.but(step_size=10 * mystery.step_size), name
        assert shorter.step_size == pytest.approx(mystery.step_size / 10)
        assert more == mystery.but(steps=3 * mystery.steps)
        assert start.network.initializer == as_posted.network.initializer
        assert (start == mystery) == (name != "D")


def test_the_typical_error_is_the_root_of_twice_the_quadratic_cost():
    run = train(short.but(steps=200), range(3))
    assert error(run) == pytest.approx(np.sqrt(2 * run.losses[-1]))


def test_the_small_start_is_the_best_straight_line():
    small = facts.median(facts.trained(ADVICE["small start, N(0, 0.1)"]))
    assert small == pytest.approx(facts.settles()["line"], rel=0.03)


def test_every_treatment_has_a_row_and_what_overflowed_says_so():
    rows = facts.treatments()
    assert [row[0] for row in rows] == ["as it is", *TRIED]
    assert [len(row) for row in rows] == [5] * 5
    assert rows[1][3] == "overflow"
