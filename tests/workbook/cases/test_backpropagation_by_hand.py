"""The worked example and the ReLUs, by other ways than the findings."""

import numpy as np
import pytest

from workbook import CASES, FAULTS, check_gradients, train
from workbook.cases import backpropagation_by_hand as facts
from workbook.cases import relu_dvalue as relu
from workbook.measures.by_hand import Quantity

POSTED = facts.as_posted


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_the_posted_recipe():
    first, second = POSTED.network.init(0)
    assert POSTED.dataset.inputs.tolist() == [[0, 0.5, 1]]
    assert POSTED.dataset.targets.tolist() == [[1.0]]
    assert first.W.T.tolist() == [[0.1, 0.15, 0.2], [0.3, 0.35, 0.4]]
    assert first.b.tolist() == [[0.25, 0.45]]
    assert (second.W.ravel().tolist(), second.b.item()) == ([0.5, 0.55], 0.6)
    assert (POSTED.step_size, POSTED.loss.name) == (1.0, "quadratic cost")
    assert [activation.name for activation in POSTED.network.activations] == ["sigmoid", "sigmoid"]


@pytest.mark.parametrize(("target", "says"), [(1.0, 0.8004347), (0.1, 0.74862305)])
def test_one_step_written_out_in_plain_numbers(target, says):
    """Without the engine: every product by itself."""
    w, b, v, c = [[0.1, 0.15, 0.2], [0.3, 0.35, 0.4]], [0.25, 0.45], [0.5, 0.55], 0.6
    x = (0, 0.5, 1)

    def forward(w, b, v, c):
        h = [sigmoid(sum(xi * wi for xi, wi in zip(x, row, strict=True)) + b[j]) for j, row in enumerate(w)]
        return h, sigmoid(sum(hj * vj for hj, vj in zip(h, v, strict=True)) + c)

    h, y = forward(w, b, v, c)
    assert y == pytest.approx(0.78900331, abs=5e-9)
    dz = (y - target) * y * (1 - y)
    dh = [dz * vj * hj * (1 - hj) for vj, hj in zip(v, h, strict=True)]
    w = [[wi - xi * d for xi, wi in zip(x, row, strict=True)] for row, d in zip(w, dh, strict=True)]
    b = [bj - d for bj, d in zip(b, dh, strict=True)]
    v, c = [vj - hj * dz for vj, hj in zip(v, h, strict=True)], c - dz
    assert forward(w, b, v, c)[1] == pytest.approx(says, abs=5e-8)


def test_of_the_posted_digits_all_are_those_of_the_target_a_tenth():
    """Eight significant digits each, as single precision rounds them."""
    ours, posted = facts.gradient(facts.mended), facts.flat(facts.POSTED)
    assert np.allclose(ours, posted, rtol=2**-24, atol=0)
    for target in (0.09, 0.11, 0.2, 1.0):
        assert not np.allclose(facts.gradient(facts.with_target(target)), posted, rtol=1e-3, atol=0)


def test_no_other_target_of_the_slider_passes_the_check():
    passing = [
        round(target, 2)
        for target in np.arange(0, 1.01, 0.05)
        if check_gradients(facts.with_posted_gradient(float(round(target, 2))), 0).passed
    ]
    assert passing == [0.1]


def test_the_relus_on_paper():
    step = relu.by_hand(relu.three_layers)
    values = step.values
    assert [values[Quantity("z", 1, (n,))] for n in (0, 1)] == [2 + 1, 2 - 3]
    assert [values[Quantity("z", 2, (n,))] for n in (0, 1)] == [3 - 1, 3 * 0.5 + 1]
    assert values[Quantity("y", 3, (0,))] == 2 * 2 - 2 * 2.5 + 3
    assert [values[Quantity("dy", 2, (n,))] for n in (0, 1)] == [-4, 4]
    assert [values[Quantity("dy", 1, (n,))] for n in (0, 1)] == [-4 + 2, -8 - 4]
    assert check_gradients(relu.three_layers, 0).passed
    assert check_gradients(relu.faded, 0).passed


def test_what_is_left_out_is_the_gradient_from_above_and_nothing_else():
    right, left_out = relu.right.network.hidden, relu.left_out_of.network.hidden
    z = np.array([[-1.0, 0.5, 2.0]])
    y = right.value(z)
    assert np.array_equal(left_out.value(z), y)
    assert left_out.back(np.array([[5.0, -5.0, 7.0]]), z, y).tolist() == [[0, 1, 1]]
    assert relu.by_value == FAULTS["relu gradient by value"].plant(relu.right)
    assert not check_gradients(relu.left_out_of, 0).passed


def test_without_the_gradient_from_above_hidden_weights_only_fall():
    run = train(relu.left_out_of, range(20))
    for after, before in zip(run.params[:2], relu.right.network.init(range(20))[:2], strict=True):
        assert (after.W <= before.W).all()
        assert (after.b <= before.b).all()


def test_the_layer_of_the_exercise():
    layer = facts.hidden_layer()
    dz = layer["dy"] * (1 - np.tanh(layer["z"]) ** 2)
    assert np.allclose(layer["x"].T @ dz, layer["right"])
    slips = [layer[name] for name in ("no slope", "slope at y", "no dy", "mean", "sign")]
    assert all(not np.allclose(slip, layer["right"], rtol=0.01) for slip in slips)


def test_the_cases_are_there():
    assert CASES["worked-example"].repairs["target 0.1"] == facts.mended
    assert CASES["relu-dvalue"].as_posted == relu.left_out_of
