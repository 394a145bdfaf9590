"""What is left: errors by parts, and curves whose roughness and fall are known."""

import numpy as np
import pytest

from workbook.measures.what_is_left import error_by_parts, fell, roughness

STEPS = np.arange(101)


def test_errors_by_parts_follow_the_input_and_not_the_rows():
    x = np.array([3.0, 1, 2, 0])
    wanted = np.zeros((4, 2))
    says = np.repeat(x, 2).reshape(4, 2)
    assert error_by_parts(x, says, wanted).tolist() == [0, 1, 2, 3]
    assert error_by_parts(x, says, wanted, 2) == pytest.approx([np.sqrt(1 / 2), np.sqrt(13 / 2)])
    with pytest.raises(ValueError, match=r"a number of x for each of 4 rows.*got 3 numbers and 4 parts"):
        error_by_parts(x[:3], says, wanted)
    with pytest.raises(ValueError, match="got 4 numbers and 5 parts"):
        error_by_parts(x, says, wanted, 5)


def test_a_smooth_curve_has_no_roughness_and_falls_as_it_says():
    curve = 0.5 ** (STEPS / 10)
    assert roughness(curve) == pytest.approx(0, abs=1e-12)
    assert fell(curve) == pytest.approx(2**4.1, rel=1e-6)  # from the middle to ten losses before the end
    assert fell(np.full(101, 3.0)) == 1
    assert fell(curve[::-1]) < 1


def test_roughness_is_that_of_the_logarithm():
    zigzag = np.exp(0.3 * (-1.0) ** STEPS)
    assert roughness(zigzag) == pytest.approx(0.6)
    assert roughness(1000 * zigzag) == pytest.approx(0.6)
    assert roughness(np.concatenate([zigzag[:50], np.ones(51)])) == 0  # only the second half counts


def test_each_curve_of_a_population_by_itself():
    curves = np.stack([0.5 ** (STEPS / 10), np.exp(0.3 * (-1.0) ** STEPS)], axis=1)
    assert roughness(curves) == pytest.approx([0, 0.6], abs=1e-12)
    assert fell(curves)[0] == pytest.approx(fell(curves[:, 0]))
    curves[-1, 0] = np.inf
    assert not np.isfinite(roughness(curves)[0])
    assert roughness(curves)[1] == pytest.approx(0.6)


@pytest.mark.parametrize("bad", [[1.0] * 5, [1.0] * 9 + [0.0], []])
def test_too_few_losses_and_losses_of_0_are_refused(bad):
    for measure in (fell, roughness):
        with pytest.raises(ValueError, match=r"6 losses or more, all above 0; got \d+ of them"):
            measure(bad)
