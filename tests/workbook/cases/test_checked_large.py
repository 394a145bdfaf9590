"""Checks of a large network, in float32, and of a step that is not followed."""

import numpy as np
import pytest

from workbook import check_gradients
from workbook.cases import checked_large as large
from workbook.cases import gradient_checking as facts
from workbook.gradcheck import THRESHOLD
from workbook.measures.step_check import check_steps


def test_directions_cost_two_losses_each():
    report = check_gradients(large.reader, directions=4)
    assert len(report.parameters) == 4
    assert [(row.layer, row.kind) for row in report.parameters] == [(0, "W"), (0, "b"), (1, "W"), (1, "b")]
    assert large.parameters(large.reader) == 64 * 30 + 30 + 30 * 10 + 10


def test_one_wrong_weight_is_wrong_and_nothing_else():
    params = large.reader.network.init(0)
    right, wrong = large._gradient(large.reader, params), large._one_wrong(params)
    off = [
        (layer, kind, tuple(place))
        for layer, pair in enumerate(zip(right, wrong, strict=True))
        for kind in "Wb"
        for place in np.argwhere(getattr(pair[0], kind) != getattr(pair[1], kind))
    ]
    ((layer, kind, place),) = off
    assert (layer, kind) == (0, "W")
    assert wrong[0].W[place] == -right[0].W[place] != 0
    assert large.one_wrong_weight(0).relative_error > THRESHOLD


@pytest.mark.parametrize(("kind", "best"), [(np.float64, 1e-5), (np.float32, 1e-2)])
def test_each_precision_has_its_best_width(kind, best):
    errors = {width: large.typical_error(facts.xor, width, kind) for width in (1e-1, 1e-2, 1e-3, 1e-5, 1e-6)}
    assert min(errors, key=errors.get) == best
    assert (errors[best] > THRESHOLD) == (kind is np.float32)


def test_only_the_step_check_finds_what_was_overwritten():
    found = large.overwritten_tests(THRESHOLD)
    assert [name for name, finds in found.items() if finds] == [large.TESTS[2]]
    repaired = large.parity_of_bits.related["added"]
    assert check_steps(repaired).passed
