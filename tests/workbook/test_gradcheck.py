"""The gradient checker: it must pass what is right and fail what is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import FAULTS, Dataset, Experiment, Layer, Network, check_gradients
from workbook.data.datasets import xnor, xor
from workbook.gradcheck import GradientReport, Parameter
from workbook.layers import Convolution, Picture
from workbook.parts import Activation, Loss, Penalty

NET = Network((2, 4, 3, 1), bias_initializer="normal")
XOR = Experiment(xor(), NET)
TWISTED = {  # right values with wrong derivatives
    "wrong sign": Activation("tanh", np.tanh, lambda z, y: y * y - 1),
    "forgotten": Activation("tanh", np.tanh, lambda z, y: np.ones_like(z)),
    "at the output instead of z": Activation("tanh", np.tanh, lambda z, y: 1 - np.tanh(y) ** 2),
    "relu by value": Activation("relu", lambda z: np.maximum(z, 0), lambda z, y: y),
}


@pytest.mark.parametrize("loss", ["summed squared error", "quadratic cost"])
@pytest.mark.parametrize("penalty", ["none", "weight decay(0.1)"])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "identity", "relu", "leaky relu(0.2)"])
def test_right_gradients_pass(hidden, penalty, loss):
    report = check_gradients(XOR.but(hidden=hidden, penalty=penalty, loss=loss))
    assert report.passed
    assert report.relative_error < 1e-8
    assert "passed" in repr(report)


def test_a_derivative_that_needs_z_passes():
    """The sine's slope cannot be told from its value: cos z, not sqrt(1 - y^2)."""
    sine = Activation("sine", np.sin, lambda z, y: np.cos(z))
    assert check_gradients(XOR.but(hidden=sine, output=sine, initializer="normal(3)")).passed


def test_default_initializers_pass():
    assert check_gradients(Experiment(xor(), Network((2, 4, 1)))).passed


@pytest.mark.parametrize("mistake", TWISTED)
@pytest.mark.parametrize("place", ["hidden", "output"])
def test_a_wrong_activation_derivative_fails(mistake, place):
    report = check_gradients(XOR.but(**{place: TWISTED[mistake]}))
    assert not report.passed
    assert report.relative_error > 1e-3
    assert "FAILED" in repr(report)


def test_a_wrong_loss_gradient_fails():
    assert not check_gradients(
        XOR.but(loss=Loss("off", lambda y, t: ((y - t) ** 2).sum((-2, -1)), lambda y, t: y - t))
    ).passed


def test_a_wrong_penalty_derivative_fails_on_weights_only():
    sums = Penalty("sums w", lambda W: 0.05 * W.sum((-2, -1)), lambda W: 0.1 * W)
    report = check_gradients(XOR.but(penalty=sums))
    assert not report.passed
    assert max(p.error for p in report.parameters if p.kind == "b") < 1e-6 < report.worst().error
    assert report.worst().kind == "W"


def test_one_row_for_each_parameter_in_order():
    report = check_gradients(XOR.but(bias=(True, False, True)))
    expected = [
        (layer, kind, index)
        for layer, kind, shape in [
            (0, "W", (2, 4)), (0, "b", (1, 4)), (1, "W", (4, 3)), (2, "W", (3, 1)), (2, "b", (1, 1)),
        ]
        for index in np.ndindex(shape)
    ]  # fmt: skip
    assert [(p.layer, p.kind, p.index) for p in report.parameters] == expected


def test_rows_hold_the_analytic_gradient_and_the_slope_of_the_loss():
    params = NET.init(5)
    _, gradient = XOR.loss_and_gradient(params, XOR.dataset.inputs, XOR.dataset.targets)
    for row in check_gradients(XOR, seed=5).parameters:
        array = getattr(params[row.layer], row.kind)
        slopes = []
        for sign in (1, -1):
            moved = array.copy()
            moved[row.index] += sign * 1e-5
            nudged = list(params)
            nudged[row.layer] = params[row.layer]._replace(**{row.kind: moved})
            slopes.append(XOR.loss_at(nudged))
        assert row.analytic == getattr(gradient[row.layer], row.kind)[row.index]
        assert row.numeric == pytest.approx((slopes[0] - slopes[1]) / 2e-5, rel=1e-9, abs=1e-12)
        assert row.error == pytest.approx(
            abs(row.analytic - row.numeric) / (abs(row.analytic) + abs(row.numeric)), rel=1e-9
        )


def test_relative_error_is_of_the_two_vectors():
    report = check_gradients(XOR.but(hidden=TWISTED["forgotten"]))
    analytic, numeric = (
        np.array([getattr(p, k) for p in report.parameters]) for k in ("analytic", "numeric")
    )
    expected = np.sqrt(np.sum((analytic - numeric) ** 2)) / (
        np.sqrt(np.sum(analytic**2)) + np.sqrt(np.sum(numeric**2))
    )
    assert report.relative_error == pytest.approx(expected, rel=1e-12)


def test_seed_and_params_say_where():
    assert check_gradients(XOR, seed=3).parameters == check_gradients(XOR, params=NET.init(3)).parameters
    assert check_gradients(XOR, seed=3).parameters != check_gradients(XOR, seed=4).parameters


def test_params_stay_as_they_are():
    params = NET.init(0)
    before = [array.copy() for layer in params for array in layer]
    for layer in params:
        for array in layer:
            array.flags.writeable = False
    check_gradients(XOR, params=params)
    for array, kept in zip((array for layer in params for array in layer), before, strict=True):
        np.testing.assert_array_equal(array, kept)


@given(st.integers(1, 200))
def test_the_size_of_a_block_changes_no_number(size):
    patch = pytest.MonkeyPatch()
    whole = check_gradients(XOR, seed=1)
    with patch.context() as context:
        context.setattr("workbook.gradcheck.check.NUMBERS_AT_ONCE", size)
        assert check_gradients(XOR, seed=1).parameters == whole.parameters


def test_both_gradients_0_is_no_error():
    flat = Experiment(
        xor(), Network((2, 2, 1), hidden="relu", initializer="zeros", bias_initializer="constant(-1)")
    )
    report = check_gradients(flat)
    dead = [p for p in report.parameters if p.layer == 0]
    assert {(p.analytic, p.numeric, p.error) for p in dead} == {(0, 0, 0)}
    assert report.passed


def kinked(bias):
    """One ReLU unit whose pre-activation is `bias` at a row whose loss pulls it up."""
    experiment = Experiment(Dataset([[0.0]], [[1.0]]), Network((1, 1, 1), hidden="relu"))
    params = [Layer(np.array([[1.0]]), np.array([[bias]])), Layer(np.array([[1.0]]), np.array([[0.0]]))]
    return check_gradients(experiment, params=params)


def test_at_a_kink_the_slope_is_the_mean_of_both_sides():
    (row,) = (p for p in kinked(0.0).parameters if (p.layer, p.kind) == (0, "b"))
    assert row.analytic == 0
    assert row.numeric == pytest.approx(-1, rel=1e-4)  # -2 to the right, 0 to the left


def test_rows_at_a_kink_are_named_and_left_out():
    report = kinked(0.0)
    assert [(p.layer, p.kind) for p in report.parameters if p.kink] == [(0, "b")]
    assert report.passed
    assert repr(report).endswith("; 1 at a kink left out)")
    assert not report.worst().kink


@pytest.mark.parametrize(("bias", "at_kink"), [(2e-5, 0), (-2e-5, 0), (0.5e-5, 1), (-0.5e-5, 1)])
def test_a_kink_counts_within_the_width(bias, at_kink):
    report = kinked(bias)
    assert sum(p.kink for p in report.parameters) == at_kink
    assert report.passed


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_zeros_put_relus_at_their_kinks(seed):
    experiment = Experiment(xnor(), Network((2, 4, 1), hidden="relu"))
    report = check_gradients(experiment, seed)
    assert report.passed
    assert {(p.layer, p.kind) for p in report.parameters if p.kink} == {(0, "b")}
    assert not check_gradients(experiment.but(hidden=TWISTED["relu by value"]), seed).passed


def test_nothing_compared_is_not_passed():
    rows = [p for p in kinked(0.0).parameters if p.kink]
    assert not GradientReport(rows, width=1e-5, threshold=1e-6).passed


def test_not_a_number_fails():
    params = [Layer(np.full_like(W, np.nan), b) for W, b in NET.init(0)]
    report = check_gradients(XOR, params=params)
    assert not report.passed
    assert np.isnan(report.worst().error)


def test_not_a_number_is_the_worst():
    rows = check_gradients(XOR).parameters
    report = GradientReport(
        [*rows[:3], replace(rows[3], error=np.nan), *rows[4:]], width=1e-5, threshold=1e-6
    )
    assert report.worst().index == rows[3].index


def test_threshold_decides():
    error = check_gradients(XOR).relative_error
    assert check_gradients(XOR, threshold=error).passed
    assert not check_gradients(XOR, threshold=error / 2).passed


def test_a_wider_step_errs_with_its_square():
    errors = [check_gradients(XOR, width=width).relative_error for width in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.05)


def test_the_default_threshold_is_one_in_a_million():
    """A gradient that is too long by a factor of 1 + 2e has a relative error of e."""
    rows = [Parameter(0, "W", (0, 0), 1 + 2 * error, 1.0, error, False) for error in (0.97e-6, 1.03e-6)]
    threshold = check_gradients(XOR).threshold
    assert [GradientReport([row], 1e-5, threshold).passed for row in rows] == [True, False]


@pytest.mark.parametrize("width", [1e-3, 0.01, 0.1, 0.5])
def test_smooth_units_have_no_kinks_however_wide_the_difference(width):
    """Their derivatives differ by more than 0.01 then, but by less than their z do."""
    for hidden in ("tanh", "sigmoid", "gelu", "silu", "softplus"):
        experiment = XOR.but(hidden=hidden, initializer="normal(1.5)")
        assert not any(row.kink for row in check_gradients(experiment, width=width).parameters), hidden


def test_a_softmax_has_no_kinks():
    three = Dataset(np.eye(4), np.eye(3)[[0, 1, 2, 0]])
    net = Network((4, 5, 3), output="softmax", initializer="normal(2)")
    for loss in ("mean squared error", "categorical cross-entropy"):
        for width in (1e-5, 0.01):
            report = check_gradients(Experiment(three, net, loss), width=width)
            assert not any(row.kink for row in report.parameters)
    assert check_gradients(Experiment(three, net)).passed


# Kinks of the loss itself


def one_output(loss, y, t=0.0, width=None):
    """The check of a network of a single bias, whose output is y."""
    experiment = Experiment(Dataset([[0.0]], [[t]]), Network((1, 1)), loss)
    report = check_gradients(experiment, 0, [Layer(np.array([[1.0]]), np.array([[y]]))], width)
    return report.parameters[1]


@pytest.mark.parametrize("apart", [0.0, 0.1e-5, -0.4e-5, 0.6e-5, -0.95e-5])
def test_an_absolute_error_has_a_kink_at_the_target(apart):
    assert one_output("mean absolute error", 0.5 + apart, 0.5).kink
    assert one_output("huber(1e-7)", 0.5 + apart, 0.5).kink  # as good as the absolute error


@pytest.mark.parametrize("loss", ["mean absolute error", "huber(1e-7)", "huber(1)", "mean squared error"])
@pytest.mark.parametrize("apart", [1.2e-5, -1.2e-5, 0.3])
def test_off_the_target_no_loss_has_a_kink(loss, apart):
    row = one_output(loss, 0.5 + apart, 0.5)
    assert not row.kink
    assert row.error < 1e-6


def test_huber_is_smooth_at_the_target_and_bends_where_it_becomes_straight():
    assert not one_output("huber(1)", 0.5, 0.5).kink
    assert one_output("huber(1)", 1.0, 0.0).kink
    assert not one_output("huber(1)", 1.0 - 2e-5, 0.0).kink


def test_a_clipped_cross_entropy_has_a_kink_where_it_is_clipped():
    assert one_output("binary cross-entropy(0.01)", 0.01, 1.0).kink
    assert not one_output("binary cross-entropy(0.01)", 0.0101, 1.0).kink


@pytest.mark.parametrize(
    "loss", ["softmax cross-entropy", "sigmoid cross-entropy", "mean squared error", "huber(1)"]
)
@pytest.mark.parametrize("width", [1e-13, 1e-9, 1e-5, 1e-3])
def test_smooth_losses_have_no_kinks_at_any_width(loss, width):
    three = Dataset(np.eye(4), np.eye(3)[[0, 1, 2, 0]])
    for start in ("normal(0.5)", "normal(3)"):
        report = check_gradients(Experiment(three, Network((4, 5, 3), initializer=start), loss), width=width)
        assert not any(row.kink for row in report.parameters)


def test_outputs_of_a_row_are_looked_at_together():
    """The slope at one output may bend where it hardly changes, for a softmax depends on the others too."""
    three = Dataset(np.eye(4), np.eye(3)[[0, 1, 2, 0]])
    for start in ("normal(0.5)", "normal(1)", "normal(3)"):
        experiment = Experiment(three, Network((4, 5, 3), initializer=start), "softmax cross-entropy")
        for seed in range(6):
            report = check_gradients(experiment, seed, width=0.01)
            assert not any(row.kink for row in report.parameters)


def test_a_penalty_may_have_kinks():
    absolute = Penalty("sum of sizes", lambda W: 0.1 * abs(W).sum((-2, -1)), lambda W: 0.1 * np.sign(W))
    params = [Layer(np.array([[0.0], [3e-6], [0.2]]), np.array([[0.0]]))]
    report = check_gradients(
        Experiment(Dataset(np.eye(3), np.ones((3, 1))), Network((3, 1)), penalty=absolute), params=params
    )
    assert [row.kink for row in report.parameters] == [True, True, False, False]
    assert report.passed


# Pools


def pooled(corners, pool="max(2)"):
    """One filter of 1 x 1 with weight 1 on a picture of four pixels, then its pool, then one output."""
    net = Network((Picture(2, 2), Convolution(1, 1, pool=pool), 1), hidden="identity")
    params = [
        Layer(np.array([[1.0]]), np.array([[0.0]])),
        Layer(np.array([[1.0]]), np.array([[0.0]])),
    ]
    return check_gradients(Experiment(Dataset([corners], [[0.0]]), net), params=params)


def test_a_largest_pool_has_a_kink_where_another_corner_becomes_the_largest():
    """0.7 w and 0.7 w + 0: one grows with the weight as the other does, and a tie of equals is no kink."""
    assert not any(row.kink for row in pooled([0.7, 0.7, 0.1, 0.2]).parameters)
    two = Network((Picture(2, 2, 2), Convolution(1, 1, pool="max(2)"), 1), hidden="identity")
    for apart, at_kink in ((0.0, True), (3e-6, True), (1e-4, False)):
        # The first corner has its value from channel 0, the second from channel 1, the others nothing.
        data = Dataset([[1.0, 0, 0, 1.0, 0, 0, 0, 0]], [[0.0]])
        params = [
            Layer(np.array([[0.5], [0.5 + apart]]), np.array([[0.1]])),
            Layer(np.array([[1.0]]), np.array([[0.0]])),
        ]
        report = check_gradients(Experiment(data, two), params=params)
        kinks = [(row.layer, row.kind) for row in report.parameters if row.kink]
        assert kinks == ([(0, "W")] * 2 if at_kink else [])
        assert report.passed
        mean = two.but(sizes=(Picture(2, 2, 2), Convolution(1, 1, pool="mean(2)"), 1))
        smooth = check_gradients(Experiment(data, mean), params=params)
        assert len(smooth.smooth) == len(smooth.parameters)


@pytest.mark.parametrize("pool", ["max(2)", "mean(2)", "none"])
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_convolutions_pass_and_their_faults_fail(pool, hidden):
    random = np.random.RandomState(0)
    net = Network((Picture(6, 6), Convolution(2, 3, 0, pool), 3), hidden, initializer="normal(0.7)")
    experiment = Experiment(Dataset(random.randn(3, 36), np.eye(3)), net, "softmax cross-entropy")
    for seed in range(3):
        report = check_gradients(experiment, seed)
        assert report.passed
        assert len(report.smooth) > 0.8 * len(report.parameters)
        for fault in ("weight where the input belongs", "bias gradient is 0"):
            assert not check_gradients(FAULTS[fault].plant(experiment), seed).passed


# Types


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_parameters_are_taken_as_float64(kind):
    params = [Layer(W.astype(kind), b.astype(kind)) for W, b in NET.init(2)]
    report = check_gradients(XOR, params=params)
    assert report.relative_error < 1e-8
    assert params[0].W.dtype == kind
    assert report.parameters[0].analytic == pytest.approx(check_gradients(XOR, 2).parameters[0].analytic, 0.1)


def test_whole_numbers_and_plain_pairs_are_parameters_too():
    pairs = [(np.rint(2 * W).astype(int), np.rint(b).astype(int)) for W, b in NET.init(2)]
    assert check_gradients(XOR, params=pairs).relative_error < 1e-8
    assert not check_gradients(XOR.but(hidden=TWISTED["forgotten"]), params=pairs).passed


# Noise


def test_what_is_rounding_on_both_sides_is_no_error():
    """At the saddle of XOR every slope is 0 for mirrored rows, but not to the last digit."""
    rows = [
        Parameter(0, "W", (0, 0), 1e-17, -3e-12, 0.0, False),
        Parameter(0, "W", (1, 0), 0.0, 0.0, 0.0, False),
    ]
    assert GradientReport(rows, 1e-5, 1e-6, noise=1e-11).passed
    assert not GradientReport(rows, 1e-5, 1e-6, noise=1e-12).passed
    signs = Dataset([[-0.3, 0.7], [0.7, -0.3], [0.9, 0.2]], [[0.3], [0.3], [0.7]])
    mean = Layer(np.zeros((2, 1)), np.array([[1.3 / 3]]))
    report = check_gradients(Experiment(signs, Network((2, 1))), params=[mean])
    (bias,) = (row for row in report.parameters if row.kind == "b")
    assert abs(bias.analytic) < 1e-15
    assert bias.error == 0
    assert report.passed


def test_noise_grows_with_the_loss_and_hides_no_mistake():
    report = check_gradients(XOR.but(loss="summed squared error"))
    assert 1e-12 < report.noise / 4 < 1e-9
    assert check_gradients(XOR, width=1e-12).noise < 1e-9  # a width that is too narrow is no excuse
    assert not check_gradients(XOR, width=1e-12).passed


# Directions


def test_directions_are_rows_through_one_array_each():
    report = check_gradients(XOR, directions=14)
    assert [row.index for row in sorted(report.parameters, key=lambda row: row.index)] == [
        (k,) for k in range(14)
    ]
    assert [(row.layer, row.kind, row.parameters) for row in report.by_layer()] == [
        (0, "W", 3), (0, "b", 3), (1, "W", 2), (1, "b", 2), (2, "W", 2), (2, "b", 2),
    ]  # fmt: skip
    assert report.passed
    assert report.relative_error < 1e-8
    assert "along 14 random directions" in repr(report)
    assert report.parameters == check_gradients(XOR, directions=14).parameters
    params = NET.init(0)
    again = check_gradients(XOR, 1, params, directions=14)
    pairs = zip(again.parameters, report.parameters, strict=True)
    assert all(one.analytic != other.analytic for one, other in pairs if one.array != (2, "b"))


def test_a_direction_is_of_unit_length():
    """Then slopes along it are no larger than the gradient, and of its size over the root of n on average."""
    rows = check_gradients(XOR, directions=600).parameters
    gradient = XOR.gradient(NET.init(0), XOR.dataset.inputs, XOR.dataset.targets)
    for layer, kind in [(0, "W"), (1, "W"), (2, "b")]:
        array = getattr(gradient[layer], kind)
        slopes = np.array([row.analytic for row in rows if (row.layer, row.kind) == (layer, kind)])
        assert abs(slopes).max() <= np.linalg.norm(array) * (1 + 1e-12)
        assert np.square(slopes).mean() == pytest.approx(np.square(array).mean(), rel=0.4)


@pytest.mark.parametrize("fault", ["missing output derivative", "bias gradient is 0", "wrong sign"])
def test_directions_find_faults_and_name_the_arrays(fault):
    experiment = FAULTS[fault].plant(XOR.but(output="sigmoid"))
    whole, along = check_gradients(experiment), check_gradients(experiment, directions=12)
    assert not along.passed
    assert [row.passed for row in along.by_layer()] == [row.passed for row in whole.by_layer()]


@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_lenet_in_twenty_directions(hidden):
    random = np.random.RandomState(0)
    sizes = (Picture(28, 28), Convolution(6, 5, 2, "max(2)"), Convolution(16, 5, 0, "max(2)"), 120, 84, 10)
    data = Dataset(random.rand(5, 784), np.eye(10)[:5])
    experiment = Experiment(data, Network(sizes, hidden, initializer="he"), "softmax cross-entropy")
    report = check_gradients(experiment, directions=20)
    assert sum(array.size for layer in experiment.network.init(0) for array in layer) == 61_706
    assert report.passed
    assert all(row.passed for row in report.by_layer())
    wrong = FAULTS["bias gradient is 0"].plant(experiment)
    assert "wrong in b of layers 0, 1, 2, 3 and 4" in repr(check_gradients(wrong, directions=20))


# What is said


def test_by_layer_counts_and_judges_each_array():
    report = check_gradients(XOR.but(penalty=Penalty("sums", lambda W: W.sum((-2, -1)), lambda W: W)))
    rows = report.by_layer()
    assert [(row.layer, row.kind) for row in rows] == [(n, kind) for n in range(3) for kind in "Wb"]
    assert [row.parameters for row in rows] == [8, 4, 12, 3, 3, 1]
    assert [row.passed for row in rows] == [False, True] * 3
    for row in rows:
        mine = [p for p in report.parameters if (p.layer, p.kind) == (row.layer, row.kind)]
        a, n = np.array([(p.analytic, p.numeric) for p in mine]).T
        error = np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))
        assert row.relative_error == pytest.approx(error)
    assert "FAILED" in repr(report)
    assert "wrong in W of layers 0, 1 and 2" in repr(report)


def test_kinks_are_counted_by_array():
    rows = {(row.layer, row.kind): row for row in kinked(0.0).by_layer()}
    assert rows[0, "b"].kinks == 1
    assert not rows[0, "b"].passed
    assert rows[0, "W"].kinks == 0
    assert "not compared" in kinked(0.0).table()


def test_the_table_has_a_line_an_array():
    report = check_gradients(XOR.but(hidden=TWISTED["forgotten"]))
    head, *lines = report.table().splitlines()
    assert head.split() == ["relative", "error", "parameters", "at", "a", "kink"]
    assert [line[:12] for line in lines[:2]] == ["W of layer 0", "b of layer 0"]
    assert [line.split()[-1] for line in lines] == ["FAILED"] * 4 + ["passed"] * 2
    assert str(report) == f"{report!r}\n{report.table()}"


def test_the_worst_is_named_where_one_is():
    assert "worst" not in repr(check_gradients(XOR))
    assert "worst" not in repr(check_gradients(FAULTS["wrong sign"].plant(XOR)))
    assert "wrong in every array" in repr(check_gradients(FAULTS["wrong sign"].plant(XOR)))
    rows = check_gradients(XOR).parameters
    one = replace(rows[3], analytic=2 * rows[3].numeric, error=1 / 3)
    said = repr(GradientReport([*rows[:3], one, *rows[4:]], 1e-5, 1e-6))
    assert "wrong in W of layer 0; worst W[0, 3] of layer 0" in said
    assert "nothing was compared" in repr(
        GradientReport([p for p in kinked(0.0).parameters if p.kink], 1e-5, 1e-6)
    )
