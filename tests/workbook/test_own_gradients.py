"""The gradient check of functions of one's own: numbers in, numbers out, whatever they are made with."""

import re

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, check_gradients
from workbook.data.datasets import xor
from workbook.gradcheck.structures import leaves, like_leaves

RANDOM = np.random.RandomState(0)
X, T = RANDOM.randn(7, 3), RANDOM.randn(7, 2)


def loss(params):
    """A network of two layers by hand, its parameters in a dict, mean squared error."""
    return np.square(np.tanh(X @ params["W1"] + params["b1"]) @ params["W2"] - T).mean()


def gradient(params):
    hidden = np.tanh(X @ params["W1"] + params["b1"])
    dy = 2 * (hidden @ params["W2"] - T) / T.size
    dz = dy @ params["W2"].T * (1 - hidden**2)
    return {"W2": hidden.T @ dy, "W1": X.T @ dz, "b1": dz.sum(0)}


def start(seed=0, kind=float):
    random = np.random.RandomState(seed)
    shapes = {"W1": (3, 4), "b1": (4,), "W2": (4, 2)}
    return {name: random.randn(*shape).astype(kind) for name, shape in shapes.items()}


def squares(params):
    return np.square(params).sum()


def twice(params):
    return 2 * np.asarray(params)


@pytest.mark.parametrize("seed", range(5))
def test_a_right_gradient_passes_and_wrong_ones_name_their_array(seed):
    report = check_gradients(loss=loss, gradient=gradient, params=start(seed))
    assert report.passed
    assert report.relative_error < 1e-8
    assert (report.width, report.threshold) == (1e-5, 1e-6)
    assert [(row.layer, row.kind, row.parameters) for row in report.by_layer()] == [
        (None, "W1", 12), (None, "b1", 4), (None, "W2", 8),
    ]  # fmt: skip
    wrong = check_gradients(
        loss=loss, gradient=lambda p: {**gradient(p), "b1": gradient(p)["b1"] / 7}, params=start(seed)
    )
    assert not wrong.passed
    assert "wrong in b1" in repr(wrong)
    assert [row.passed for row in wrong.by_layer()] == [True, False, True]


def test_it_agrees_with_the_check_of_an_experiment():
    experiment = Experiment(xor(), Network((2, 4, 3, 1), bias=(True, False, True)))
    x, t = experiment.dataset.inputs, experiment.dataset.targets
    own = check_gradients(
        loss=experiment.loss_at,
        gradient=lambda params: experiment.gradient(params, x, t),
        params=experiment.network.init(1),
    )
    ours = check_gradients(experiment, 1)
    assert [(p.layer, p.kind, p.index, p.analytic) for p in own.parameters] == [
        (p.layer, p.kind, p.index, p.analytic) for p in ours.parameters
    ]
    np.testing.assert_allclose(
        [p.numeric for p in own.parameters], [p.numeric for p in ours.parameters], atol=1e-9
    )


@pytest.mark.parametrize(
    ("params", "rows"),
    [
        (np.arange(1.0, 4), [(None, "params", (i,)) for i in range(3)]),
        (np.array(2.0), [(None, "params", ())]),
        (3, [(None, "params", ())]),
        (np.ones((2, 1, 2)), [(None, "params", (i, 0, j)) for i in (0, 1) for j in (0, 1)]),
    ],
)
def test_one_array_of_any_shape(params, rows):
    report = check_gradients(loss=squares, gradient=twice, params=params)
    assert [(p.layer, p.kind, p.index) for p in report.parameters] == rows
    assert report.passed
    assert not check_gradients(loss=squares, gradient=lambda p: 3 * p, params=params).passed


def test_lists_tuples_and_whole_numbers():
    for kind in (list, tuple):
        params = kind([np.arange(3), np.array(2), [1, 2]])
        seen = []

        def value(given, seen=seen):
            seen.append(given)
            return sum(map(squares, given))

        report = check_gradients(loss=value, gradient=lambda given: [*map(twice, given)], params=params)
        assert {type(given) for given in seen} == {kind}
        assert {array.dtype for given in seen for array in given} == {np.dtype(float)}
        assert [(p.layer, p.kind, p.index) for p in report.parameters] == [
            (0, "params", (0,)), (0, "params", (1,)), (0, "params", (2,)), (1, "params", ()),
            (2, "params", (0,)), (2, "params", (1,)),
        ]  # fmt: skip
        assert report.passed
        wrong = check_gradients(
            loss=value, gradient=lambda given: [2 * given[0], 5 * given[1], 0 * given[2]], params=params
        )
        assert "wrong in params[1] and params[2]" in repr(wrong)


def test_structures_are_taken_apart_and_put_together():
    nested = {"a": [Layer(np.ones((1, 2)), None), 3.0], "b": (np.zeros(2),)}
    assert list(leaves(nested)) == [("a", 0, "W"), ("a", 1), ("b", 0)]
    again = like_leaves(nested, [np.full(1, float(k)) for k in range(3)])
    assert again == {"a": [Layer(0.0, None), 1.0], "b": (2.0,)}
    assert isinstance(again["a"][0], Layer)


def test_what_is_handed_over_stays_as_it_is():
    params = {"W": np.ones((2, 2))}
    params["W"].flags.writeable = False

    def greedy(given):
        given["W"] *= 2
        return np.square(given["W"]).sum()

    def greedy_gradient(given):
        given["W"] *= 8
        return given

    assert check_gradients(loss=greedy, gradient=greedy_gradient, params=params).passed
    assert (params["W"] == 1).all()


def test_what_they_hand_over_may_be_written_to_again():
    """As a library does that keeps its gradients in place."""
    kept = np.zeros(3)

    def value(params):
        kept[:] = 0
        return squares(params)

    def slopes(params):
        kept[:] = 2 * params
        return kept

    assert check_gradients(loss=value, gradient=slopes, params=np.arange(1.0, 4)).passed


# What is refused


FORMS = r"check_gradients\(experiment, seed=0\).*check_gradients\(loss=f, gradient=g, params=arrays\)"
XOR = Experiment(xor(), Network((2, 2, 1)))


def noisy(params, random=np.random.RandomState(0)):  # noqa: B008, one stream for all calls
    return squares(params * (random.rand(3) > 0.5))


def noisy_slopes(params, random=np.random.RandomState(0)):  # noqa: B008, one stream for all calls
    return random.rand(3)


REFUSED = {
    "nothing": (lambda: check_gradients(), TypeError, f"nothing was given.*{FORMS}"),
    "a network": (lambda: check_gradients(XOR.network), TypeError, f"Network.*no data and no loss.*{FORMS}"),
    "a data set": (lambda: check_gradients(XOR.dataset), TypeError, f"no network and no loss.*{FORMS}"),
    "a function": (lambda: check_gradients(squares), TypeError, f"loss=.*{FORMS}"),
    "both": (lambda: check_gradients(XOR, loss=squares), TypeError, f"loss given beside an exp.*{FORMS}"),
    "loss alone": (lambda: check_gradients(loss=squares), TypeError, f"gradient and params not.*{FORMS}"),
    "no gradient": (lambda: check_gradients(loss=squares, params=3.0), TypeError, f"gradient not.*{FORMS}"),
    "params alone": (lambda: check_gradients(params=3.0), TypeError, f"nothing was given.*{FORMS}"),
    "no function": (
        lambda: check_gradients(loss=squares, gradient=np.ones(3), params=np.ones(3)), TypeError,
        r"gradient must be a function of params, not an array of shape \(3,\)",
    ),
    "shape": (
        lambda: check_gradients(loss=squares, gradient=lambda p: p[:2], params=np.ones(3)), ValueError,
        r"gradient\(params\) has shape \(2,\) where params has \(3,\)",
    ),
    "shape of one": (
        lambda: check_gradients(loss=loss, gradient=lambda p: {**gradient(p), "b1": 1.0}, params=start()),
        ValueError, r"shape \(\) where b1 has \(4,\)",
    ),
    "names": (
        lambda: check_gradients(loss=loss, gradient=lambda p: {"W1": p["W1"]}, params=start()), ValueError,
        "has the names W1, where params have W1, b1, W2",
    ),
    "fewer": (
        lambda: check_gradients(
            loss=lambda p: squares(p[0]), gradient=lambda p: p[:1], params=[np.ones(2)] * 2
        ),
        ValueError, "has 1 array, where params have 2",
    ),
    "an array": (
        lambda: check_gradients(loss=np.square, gradient=twice, params=np.ones(3)), ValueError,
        r"loss\(params\) must return one number, not an array of shape \(3,\)",
    ),
    "None": (
        lambda: check_gradients(loss=lambda p: None, gradient=twice, params=np.ones(3)), ValueError,
        "one number, not None",
    ),
    "not a number": (
        lambda: check_gradients(loss=lambda p: np.nan, gradient=twice, params=np.ones(3)), ValueError,
        r"loss\(params\) is nan at these params",
    ),
    "noisy": (
        lambda: check_gradients(loss=noisy, gradient=twice, params=np.array([1.0, 2, 4])), ValueError,
        r"loss\(params\) is another at each call, .* and then .*dropout",
    ),
    "noisy gradient": (
        lambda: check_gradients(
            loss=squares, gradient=lambda p: noisy_slopes(p), params=np.ones(3)
        ),
        ValueError, r"gradient\(params\) is another at each call, with",
    ),
    "text": (
        lambda: check_gradients(loss=squares, gradient=twice, params={"W": np.array("a")}), ValueError,
        "W must hold numbers of float32 or float64, not str",
    ),
    "half precision": (
        lambda: check_gradients(loss=squares, gradient=twice, params=np.ones(2, np.float16)), ValueError,
        "float32 or float64, not float16",
    ),
    "no numbers": (
        lambda: check_gradients(loss=squares, gradient=twice, params=np.ones((0, 2))), ValueError,
        "params must hold a number or more",
    ),
    "too narrow": (
        lambda: check_gradients(loss=squares, gradient=twice, params=np.array([1e12]), width=1e-5),
        ValueError,
        r"a width of 1e-05 is lost beside a parameter of size 1e\+12",
    ),
    "directions": (lambda: check_gradients(XOR, directions=0), ValueError, "directions must be a whole"),
    "threshold": (lambda: check_gradients(XOR, threshold=np.nan), ValueError, "threshold must be finite"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    mistake, error, message = REFUSED[name]
    with pytest.raises(error) as raised:
        mistake()
    assert re.search(message, str(raised.value), re.S), str(raised.value)


def test_a_function_that_counts_its_calls_is_no_fault():
    calls = []
    check_gradients(loss=lambda p: calls.append(1) or squares(p), gradient=twice, params=np.ones(3))
    assert calls


# Kinks


@pytest.mark.parametrize("width", [1e-5, 1e-3])
def test_kinks_within_the_width_are_found_wherever_they_are(width):
    """|p - c|, c anywhere from -width to width beside p; and none further off."""
    for share in np.linspace(-0.97, 0.97, 60):
        report = check_gradients(
            loss=lambda p, c=share * width: abs(p - c).sum() + 3 * p.sum(),
            gradient=lambda p, c=share * width: np.sign(p - c) + 3,
            params=np.zeros(1),
            width=width,
        )
        assert report.parameters[0].kink, share
    for share in (-1.05, 1.05, 3, 1e4):
        report = check_gradients(
            loss=lambda p, c=share * width: abs(p - c).sum() + 3 * p.sum(),
            gradient=lambda p, c=share * width: np.sign(p - c) + 3,
            params=np.zeros(1),
            width=width,
        )
        assert not report.parameters[0].kink
        assert report.passed


def relu_loss(params):
    return np.square(np.maximum(X @ params[0] + params[1], 0) @ params[2] - T).mean()


def relu_gradient(params):
    z = X @ params[0] + params[1]
    dy = 2 * (np.maximum(z, 0) @ params[2] - T) / T.size
    dz = dy @ params[2].T * (z > 0)
    return [X.T @ dz, dz.sum(0), np.maximum(z, 0).T @ dy]


def test_a_relu_network_by_hand_has_the_kinks_that_ours_has():
    data = Dataset(X, T)
    experiment = Experiment(data, Network((3, 4, 2), "relu", bias=(True, False)))
    found = 0
    for seed in range(20):
        random = np.random.RandomState(seed)
        W1, W2 = random.randn(3, 4), random.randn(4, 2)
        b1 = -(X[seed % 7] @ W1) + 1e-5 * random.uniform(-3, 3, 4)  # each unit near its kink in one row
        own = check_gradients(loss=relu_loss, gradient=relu_gradient, params=[W1, b1, W2], width=1e-5)
        ours = check_gradients(experiment, params=[Layer(W1, b1[None]), Layer(W2, None)])
        assert [row.kink for row in own.parameters] == [row.kink for row in ours.parameters]
        assert own.passed
        found += sum(row.kink for row in own.parameters)
    assert found > 50
    wrong = check_gradients(
        loss=relu_loss, gradient=lambda p: [relu_gradient(p)[0] * 1.01, *relu_gradient(p)[1:]],
        params=[W1, b1, W2],
    )  # fmt: skip
    assert not wrong.passed


@pytest.mark.parametrize("often", [1, 10, 100])
def test_curvature_is_no_kink(often):
    for scale in (1e-6, 1.0, 1e6):
        report = check_gradients(
            loss=lambda p, scale=scale: scale * np.sin(often * p).sum(),
            gradient=lambda p, scale=scale: scale * often * np.cos(often * p),
            params=np.concatenate([np.linspace(-2, 2, 41), [np.pi / 2 / often, np.pi / often]]),
        )
        assert not [row.index for row in report.parameters if row.kink]
        assert report.passed


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6])
def test_rounding_is_no_kink(offset):
    """The larger the number from which the loss is taken away again, the fewer digits are left of it."""
    report = check_gradients(
        loss=lambda p: (offset + np.square(p).sum()) - offset,
        gradient=twice,
        params=np.random.RandomState(1).randn(200),
        threshold=1e-3,
    )
    assert sum(row.kink for row in report.parameters) == 0
    assert report.passed


# float32


def single(function):
    """The same function, computed in float32 and handed over as numbers of Python or float64."""
    return lambda params: function({name: array.astype(np.float32) for name, array in params.items()})


X32, T32 = X.astype(np.float32), T.astype(np.float32)


def loss32(params):
    hidden = np.tanh(X32 @ params["W1"] + params["b1"])
    return np.square(hidden @ params["W2"] - T32).mean()


def gradient32(params):
    hidden = np.tanh(X32 @ params["W1"] + params["b1"])
    dy = np.float32(2 / T.size) * (hidden @ params["W2"] - T32)
    dz = dy @ params["W2"].T * (1 - hidden**2)
    return {"W1": X32.T @ dz, "b1": dz.sum(0), "W2": hidden.T @ dy}


def bug(name, change):
    return lambda params: {**gradient32(params), name: change(gradient32(params)[name])}


@pytest.mark.parametrize("directions", [None, 12])
def test_float32_has_a_width_and_a_threshold_that_fit(directions):
    for seed in range(30):
        params = start(seed, np.float32)
        report = check_gradients(loss=loss32, gradient=gradient32, params=params, directions=directions)
        assert report.passed, seed
        assert (report.width, report.threshold) == (5e-3, 1e-2)
        assert "float32" in repr(report)
        assert "5e-03" in repr(report)
        for change in (lambda g: 1.1 * g, lambda g: 0 * g, lambda g: -g):
            for name in ("W1", "W2"):
                wrong = check_gradients(
                    loss=loss32, gradient=bug(name, change), params=params, directions=directions
                )
                (row,) = (row for row in wrong.by_layer() if row.kind == name)
                assert not row.passed, (seed, name)
                assert f"{name}" in repr(wrong), (seed, name)
        wrong = check_gradients(
            loss=loss32,
            gradient=lambda p: {k: np.float32(1.1) * g for k, g in gradient32(p).items()},
            params=params,
            directions=directions,
        )
        assert not wrong.passed, seed


def test_float32_in_the_middle_is_known_by_the_values():
    """Parameters and gradients are float64, and yet no value of the loss has more digits than float32."""
    for seed in range(10):
        report = check_gradients(
            loss=lambda p: float(single(loss32)(p)),
            gradient=lambda p: {k: v.astype(float) for k, v in single(gradient32)(p).items()},
            params=start(seed),
        )
        assert (report.width, report.threshold) == (5e-3, 1e-2)
        assert report.passed
    assert check_gradients(loss=loss32, gradient=gradient32, params=start()).width == 1e-5  # mixes to float64


def test_width_and_threshold_may_be_given():
    params = start(0, np.float32)
    report = check_gradients(loss=loss32, gradient=gradient32, params=params, width=0.02, threshold=0.05)
    assert (report.width, report.threshold) == (0.02, 0.05)
    assert not check_gradients(loss=loss32, gradient=gradient32, params=params, width=1e-6).passed


def test_the_width_goes_with_the_size_of_a_parameter():
    """1e9 has no neighbour at a distance of 1e-5 * eps; the way that is really gone is what counts."""
    params = np.array([1e9, 1.0, 1e-3])
    report = check_gradients(loss=squares, gradient=twice, params=params)
    assert report.passed
    assert report.parameters[0].error < 1e-7


# Directions


def test_directions_go_through_one_array_each():
    report = check_gradients(loss=loss, gradient=gradient, params=start(), directions=9)
    assert report.passed
    assert report.directions
    assert [(row.kind, row.parameters) for row in report.by_layer()] == [("W1", 3), ("b1", 3), ("W2", 3)]
    wrong = check_gradients(
        loss=loss, gradient=lambda p: {**gradient(p), "W2": 1.001 * gradient(p)["W2"]}, params=start(),
        directions=9,
    )  # fmt: skip
    assert "wrong in W2" in repr(wrong)


def test_directions_cost_calls_by_their_number_only():
    calls = []
    check_gradients(
        loss=lambda p: calls.append(1) or squares(p), gradient=twice, params=np.ones(10_000), directions=3
    )
    assert len(calls) < 50
