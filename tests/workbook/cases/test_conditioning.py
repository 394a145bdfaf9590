"""The measured figures of the 124 lines, by other ways than the findings."""

import numpy as np
import pytest

from workbook import CASES, train
from workbook.cases import conditioning as facts
from workbook.cases import lines_124 as lines
from workbook.measures import curvature

CASE = CASES["linear-124"]
POSTED = CASE.as_posted


def test_the_data():
    X, T = POSTED.dataset.inputs, POSTED.dataset.targets
    assert (X.shape, T.shape) == ((200, 4), (200, 124))
    assert T[:3, 0].tolist() == [1000, 1020, 1040]
    assert np.diff(T[:, 1])[0] == 30
    assert [int(column) for column in np.flatnonzero(np.ptp(X, axis=0))] == [3]
    assert X[[0, -1], 3].tolist() == [0, 199]
    for data in lines.INPUTS.values():
        assert np.array_equal(data.targets, T)
    assert len(lines.FEW) == 40


def test_two_eigenvalues_in_closed_form():
    """Of ((c, m), (m, q)): c the squares of the constants and the bias, m and q of what Z has beside them."""
    squares, z = 1 + 9 + 25 + 49, lines.z
    matrix = [[squares, np.sqrt(squares) * z.mean()], [np.sqrt(squares) * z.mean(), np.square(z).mean()]]
    flattest, steepest = np.linalg.eigvalsh(matrix)
    assert facts.spectrum()["smallest"] == pytest.approx(flattest, rel=1e-4)
    assert facts.spectrum()["largest"] == pytest.approx(steepest, rel=1e-6)
    assert lines.limit(lines.RAW) == pytest.approx(2 / steepest)


def test_each_direction_shrinks_by_its_own_factor():
    valley = lines.valley_of(lines.RAW, 0)
    start, end = (
        valley.coordinates(params) for params in (POSTED.network.init([0]), train(POSTED, 0).params)
    )
    factors = 1 - POSTED.step_size * np.array(valley.curvatures)
    assert end[0, 0] == pytest.approx(start[0, 0] * factors[0] ** 100, rel=1e-4)
    assert abs(end[0, 1]) < 1e-6 * abs(start[0, 1])


def test_the_longest_step_is_two_over_the_largest_eigenvalue_of_every_version():
    for data in [*lines.INPUTS.values(), lines.STANDARDISED]:
        experiment = lines.walk(data)
        held = curvature.longest_step(experiment, experiment.network.init(0))
        assert held == pytest.approx(lines.limit(data), rel=1e-5)


def test_the_mean_over_outputs_changes_every_eigenvalue_and_not_their_ratio():
    other = POSTED.but(loss="mean squared error")
    params = other.network.init(0)
    assert curvature.longest_step(other, params) == pytest.approx(62 * lines.limit(lines.RAW))
    assert curvature.condition(other, params) == pytest.approx(facts.conditions()["raw"], rel=1e-3)


def test_the_worst_answer_is_told_in_raw_units():
    wrong = lines.STANDARDISED.targets + 0.0
    wrong[7, 3] += 2
    assert lines.worst(lines.STANDARDISED, wrong) == pytest.approx(2 * lines.T[:, 3].std())
    few = lines.FEW.targets + 0.0
    few[-1, 0] -= 3
    assert lines.worst(lines.FEW, few) == pytest.approx(3 * lines.T[::5, 0].std())
    assert lines.worst(lines.RAW, np.stack([lines.T, lines.T + 5])).tolist() == [0, 5]


def test_the_smaller_question():
    assert len(facts.sums(facts.BALANCED).dataset) == 125 + 8 * 14
    assert facts.sums("as posted").dataset.inputs.max() > 90
    assert facts.sums(facts.EVEN).dataset.inputs.std(0) == pytest.approx([1, 1])
