"""Every planted bug does what its symptom says, and only those of the gradient fail a gradient check."""

from dataclasses import replace

import numpy as np
import pytest

from workbook import CASES, FAULTS, Dataset, Experiment, Network, Trainer, check_gradients, train
from workbook.cases.checked_square import x_squared
from workbook.data.datasets import xor
from workbook.faults.trial import ALIVE, CHECKED, small_network, trial_of
from workbook.parts import Activation, Loss, Penalty

NET = small_network()
SEED = ALIVE
GRADIENT = [name for name, fault in FAULTS.items() if fault.kind == "gradient"]
SIMPLE = Experiment(xor(), Network((2, 3, 1), "tanh", "identity", bias_initializer="normal"))


def wrong(name, experiment=NET):
    """The places, (layer, kind), in which the check finds an error."""
    report = check_gradients(FAULTS[name].plant(experiment), SEED)
    return {(row.layer, row.kind) for row in report.parameters if row.error > 1e-5}


def gradients(name, experiment=NET):
    """Analytic and numeric gradient with the fault planted, each layer by layer: {(layer, kind): (2, n)}."""
    rows = check_gradients(FAULTS[name].plant(experiment), SEED).parameters
    places = {(row.layer, row.kind) for row in rows}
    return {
        place: np.array([(r.analytic, r.numeric) for r in rows if (r.layer, r.kind) == place]).T
        for place in places
    }


def test_the_named_ones_are_there():
    wanted = set(CHECKED) | {
        "missing bias",
        "ReLU on the output",
        "relu gradient by value",
        "weight where the input belongs",
        "missing output derivative",
        "decay missing from the gradient",
        "decay by sum of weights",
        "signed pixels",
        "forgotten mean over the batch",
        "bias gradient is 0",
        "initial weights all equal",
    }
    assert wanted <= set(FAULTS)
    assert all(name == fault.name for name, fault in FAULTS.items())
    assert {fault.kind for fault in FAULTS.values()} == {"model", "gradient", "update", "data"}
    assert all(fault.symptom.endswith(".") for fault in FAULTS.values())


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(TypeError, match="Did you mean 'missing bias'"):
        FAULTS["mising bias"]


def test_only_gradient_faults_fail_the_check():
    reports = {name: check_gradients(fault.plant(trial_of(name)), SEED) for name, fault in FAULTS.items()}
    assert {name for name, report in reports.items() if not report.passed} == set(GRADIENT)
    assert all(check_gradients(trial_of(name), SEED).passed for name in FAULTS)
    assert min(reports[name].relative_error for name in GRADIENT) > 1e-3


@pytest.mark.parametrize("name", FAULTS)
def test_planting_changes_a_copy_and_can_be_repeated(name):
    right = trial_of(name)
    before = repr(right)
    planted = FAULTS[name].plant(right)
    assert repr(right) == before
    assert planted != right == trial_of(name)
    assert planted == FAULTS[name].plant(trial_of(name))
    assert hash(planted) == hash(FAULTS[name].plant(trial_of(name)))
    assert train(planted.but(steps=3), range(2)).steps[-1] == 3


@pytest.mark.parametrize("name", GRADIENT)
def test_a_gradient_fault_leaves_the_loss_alone(name):
    params = NET.network.init(SEED)
    if name != "decay by sum of weights":
        assert FAULTS[name].plant(NET).loss_at(params) == NET.loss_at(params)


@pytest.mark.parametrize(
    ("name", "experiment", "sentence"),
    [
        ("missing bias", SIMPLE.but(bias=False), "no bias to miss"),
        ("ReLU on the output", SIMPLE.but(output="relu"), "already"),
        ("initial weights all equal", CASES["parity"].as_posted, "no hidden layer of two units"),
        ("relu gradient by value", SIMPLE, "no ReLU"),
        ("missing output derivative", SIMPLE, "linear output"),
        ("missing output derivative", SIMPLE.but(sizes=(2, 1), output="tanh"), "no hidden layer"),
        ("derivative at the output", SIMPLE.but(hidden="relu"), "same slope at y as at z"),
        ("derivative at the output", SIMPLE.but(sizes=(2, 1)), "same slope at y as at z"),
        ("decay missing from the gradient", SIMPLE, "no decay"),
        ("decay by sum of weights", SIMPLE, "no weight decay"),
        ("forgotten mean over the batch", SIMPLE.but(loss="summed squared error"), "no mean"),
        ("forgotten mean over the batch", SIMPLE.but(loss="summed sigmoid cross-entropy"), "no mean"),
        ("forgotten mean over the batch", SIMPLE.but(batch_size=1), "one row"),
        (
            "initial weights all equal",
            SIMPLE.but(initializer="constant(2)", bias_initializer="zeros"),
            "equal",
        ),
        ("bias gradient is 0", SIMPLE.but(bias=False), "no bias"),
        ("signed pixels", replace(SIMPLE, dataset=Dataset([[0, 0.3]] * 4, xor().targets)), "not bytes"),
        ("signed pixels", replace(SIMPLE, dataset=Dataset([[0, 127 / 255]] * 4, xor().targets)), "over 127"),
        ("targets one row off", replace(SIMPLE, dataset=Dataset(xor().inputs, np.ones((4, 1)))), "equal"),
        (
            "targets one row off",
            replace(SIMPLE, dataset=Dataset(np.ones((4, 2)), xor().targets)),
            "own target",
        ),
    ],
)
def test_planting_where_it_makes_no_difference(name, experiment, sentence):
    with pytest.raises(ValueError, match=sentence) as error:
        FAULTS[name].plant(experiment)
    assert name in str(error.value)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_planted_once(name):
    """Two wrong signs would be right, two weights for the input another fault."""
    planted = FAULTS[name].plant(trial_of(name))
    with pytest.raises(ValueError, match=f"{name}.*cannot be planted here"):
        FAULTS[name].plant(planted)


def test_a_part_is_known_by_what_it_does_and_not_by_its_name():
    """A ReLU of one's own has a kink; an activation that is only called like one has none."""
    own = Activation("mine", lambda z: np.maximum(z, 0), lambda z, y: (z > 0) * 1.0)
    planted = FAULTS["relu gradient by value"].plant(NET.but(hidden=own))
    assert not check_gradients(planted, SEED).passed
    smooth = Activation("relu", np.tanh, lambda z, y: 1 - y * y)
    with pytest.raises(ValueError, match="no ReLU"):
        FAULTS["relu gradient by value"].plant(NET.but(hidden=smooth))
    sums = Penalty(
        "weight decay(0.01)", lambda W: 0.01 * np.abs(W).sum((-2, -1)), lambda W: 0.01 * np.sign(W)
    )
    with pytest.raises(ValueError, match="no weight decay"):
        FAULTS["decay by sum of weights"].plant(NET.but(penalty=sums))
    with pytest.raises(ValueError, match="no decay in it"):
        FAULTS["decay missing from the gradient"].plant(NET.but(penalty="weight decay(0)"))


def test_decay_is_summed_before_it_is_forgotten():
    forgotten = FAULTS["decay missing from the gradient"].plant(NET)
    with pytest.raises(ValueError, match="plant this fault first"):
        FAULTS["decay by sum of weights"].plant(forgotten)
    with pytest.raises(ValueError, match="no decay in it"):
        FAULTS["decay missing from the gradient"].plant(forgotten)


def test_missing_bias_is_harmless_for_xor_and_fatal_for_xnor():
    for gate, solved in (("XOR", 100), ("XNOR", 0)):
        right = CASES["two-neurons"].related[f"{gate} tanh-identity, bias"]
        run = train(FAULTS["missing bias"].plant(right), range(100))
        assert run.rate().count == solved


def test_relu_on_the_output_stays_where_it_starts():
    stuck = FAULTS["ReLU on the output"].plant(
        x_squared(16, 21).but(output="identity", steps=200, step_size=0.1)
    )
    run = train(stuck, range(40))
    start = stuck.outputs(stuck.network.init(range(40)))
    below = (start <= 0).all((-2, -1))
    still = np.array(
        [
            (w[m] == v[m]).all()
            for m in range(40)
            for w, v in [(run.params[0].W, stuck.network.init(range(40))[0].W)]
        ]
    )
    assert 10 < below.sum() < 30
    assert (still == below).all()
    assert run.outputs.min() >= 0


def test_equal_weights_stay_equal():
    params = train(FAULTS["initial weights all equal"].plant(SIMPLE.but(steps=300)), 0).params
    assert np.ptp(params[0].W, axis=-1).max() == 0
    assert np.ptp(params[1].W, axis=-2).max() == 0
    free = train(SIMPLE.but(steps=300), 0).params
    assert np.ptp(free[0].W, axis=-1).max() > 0.1


def test_relu_by_value_spoils_what_lies_below_the_relu():
    assert wrong("relu gradient by value") == {(0, "W"), (0, "b"), (1, "W"), (1, "b")}
    leaky = NET.but(hidden="leaky relu")
    assert wrong("relu gradient by value", leaky) == {(0, "W"), (0, "b"), (1, "W"), (1, "b")}


def test_weight_for_input_spoils_all_weights_and_no_bias():
    assert wrong("weight where the input belongs") == {(0, "W"), (1, "W"), (2, "W")}


def test_missing_output_derivative_spoils_the_layers_below():
    assert wrong("missing output derivative") == {(0, "W"), (0, "b"), (1, "W"), (1, "b")}
    analytic, numeric = gradients("missing output derivative", CASES["parity"].repairs["right gradients"])[
        0, "b"
    ]
    assert abs(analytic / numeric) > 4  # s'(z) is 1/4 at most


def test_two_ways_back_can_be_wrong_at_once():
    both = FAULTS["missing output derivative"].plant(FAULTS["weight where the input belongs"].plant(NET))
    other = FAULTS["weight where the input belongs"].plant(FAULTS["missing output derivative"].plant(NET))
    data, params = NET.dataset, NET.network.init(SEED)
    one, two = (e.loss_and_gradient(params, data.inputs, data.targets)[1] for e in (both, other))
    assert all(np.array_equal(a.W, b.W) and np.array_equal(a.b, b.b) for a, b in zip(one, two, strict=True))
    rows = check_gradients(both, SEED).parameters
    assert {(r.layer, r.kind) for r in rows if r.error < 1e-6} == {(2, "b")}


def test_a_faulty_network_trains_as_a_population():
    planted = CASES["parity"].as_posted.but(steps=50)
    together, alone = train(planted, range(3)), train(planted, 2)
    assert np.array_equal(together.params[0].W[2], alone.params[0].W[0])
    assert planted.but(hidden="tanh").network.way_back == planted.network.way_back


def test_derivative_at_the_output_spoils_every_layer():
    assert {layer for layer, _ in wrong("derivative at the output")} == {0, 1, 2}
    # At s(z) between 0 and 1 the slope of a sigmoid is between 0.196 and 0.25, wherever z is.
    sigmoid = FAULTS["derivative at the output"].plant(NET).network.output
    z = np.linspace(-20, 20, 101)
    slopes = sigmoid.derivative(z, sigmoid.value(z))
    assert slopes.min() > 0.19
    assert slopes.max() <= 0.25


def test_decay_missing_is_off_by_rate_times_weight():
    params = NET.network.init(SEED)
    for (layer, kind), (analytic, numeric) in gradients("decay missing from the gradient").items():
        off = 0.01 * params[layer].W.ravel() if kind == "W" else 0.0
        np.testing.assert_allclose(numeric - analytic, off, atol=1e-8)
    planted = FAULTS["decay missing from the gradient"].plant(NET.but(steps=100))
    np.testing.assert_array_equal(
        train(planted, 0).params[0].W, train(NET.but(penalty="none", steps=100), 0).params[0].W
    )


def test_decay_by_sum_changes_the_loss_and_not_the_training():
    planted = FAULTS["decay by sum of weights"].plant(NET.but(steps=100))
    np.testing.assert_array_equal(train(planted, 0).params[0].W, train(NET.but(steps=100), 0).params[0].W)
    down = [layer._replace(W=layer.W - 100) for layer in NET.network.init(SEED)]
    assert planted.loss_at(down) < 0 < NET.loss_at(down)
    assert all(kind == "W" for _, kind in wrong("decay by sum of weights"))


def test_forgotten_mean_is_too_long_by_the_number_of_rows():
    for analytic, numeric in gradients("forgotten mean over the batch", SIMPLE).values():
        np.testing.assert_allclose(analytic, 4 * numeric, atol=1e-8)
    planted = FAULTS["forgotten mean over the batch"].plant(SIMPLE)
    one = Trainer(planted.but(step_size=0.01), 0).advance(5).params
    other = Trainer(SIMPLE.but(step_size=0.04), 0).advance(5).params
    np.testing.assert_allclose(one[0].W, other[0].W, rtol=1e-12)


def test_bias_gradient_is_0():
    assert wrong("bias gradient is 0") == {(0, "b"), (1, "b"), (2, "b")}
    planted = FAULTS["bias gradient is 0"].plant(NET.but(steps=50))
    for layer, start in zip(train(planted, 0).params, NET.network.init([0]), strict=True):
        assert np.array_equal(layer.b, start.b)
        assert not np.array_equal(layer.W, start.W)


def test_bias_gradient_is_0_hides_where_every_bias_sits_on_a_kink():
    assert check_gradients(FAULTS["bias gradient is 0"].plant(x_squared(16, 21))).passed
    drawn = x_squared(16, 21).but(bias_initializer="normal(0.1)")
    assert not check_gradients(FAULTS["bias gradient is 0"].plant(drawn)).passed


@pytest.mark.parametrize(
    "loss",
    [
        "quadratic cost",
        "mean absolute error",
        "huber(0.5)",
        "softmax cross-entropy",
        "sigmoid cross-entropy",
        "binary cross-entropy",
        "categorical cross-entropy",
        Loss(
            "mine",
            lambda y, t: np.abs(y - t).mean((-2, -1)),
            lambda y, t: np.sign(y - t) / np.prod(t.shape[-2:]),
        ),
    ],
)
def test_every_loss_that_takes_a_mean_can_forget_it(loss):
    two = Dataset(xor().inputs, np.hstack([xor().targets, 1 - xor().targets]))
    right = replace(SIMPLE, dataset=two, network=SIMPLE.network.but(sizes=(2, 3, 2)), loss=loss)
    planted = FAULTS["forgotten mean over the batch"].plant(right.but(output="sigmoid"))
    y = np.array([[0.1, 0.7], [0.6, 0.3], [0.2, 0.9], [0.5, 0.4]])
    np.testing.assert_allclose(
        planted.loss.gradient(y, two.targets), 4 * right.loss.gradient(y, two.targets), rtol=1e-12
    )
    assert planted.loss.says == right.loss.says
    np.testing.assert_array_equal(
        planted.loss.best_constant(two.targets), right.loss.best_constant(two.targets)
    )


@pytest.mark.parametrize("activation", ["softplus", "silu", "gelu", "elu(2)", "softmax"])
def test_the_derivative_at_the_output_is_another_for_every_curve(activation):
    right = SIMPLE.but(hidden=activation, output="identity")
    planted = FAULTS["derivative at the output"].plant(right)
    assert check_gradients(right).passed
    assert check_gradients(planted).relative_error > 1e-4


def test_each_layer_keeps_its_own_activation():
    right = NET.but(hidden=("relu", "tanh"), output="identity")
    assert [a.name for a in FAULTS["relu gradient by value"].plant(right).network.activations] == [
        "relu, relu gradient by value",
        "tanh",
        "identity",
    ]
    assert [a.name for a in FAULTS["derivative at the output"].plant(right).network.activations] == [
        "relu",
        "tanh, derivative at the output",
        "identity",
    ]


def test_signed_pixels_are_read_from_both_files():
    data = Dataset([[0, 200 / 255]] * 4, xor().targets, "bytes", ([[1, 10 / 255]], [[1.0]]))
    planted = FAULTS["signed pixels"].plant(replace(SIMPLE, dataset=data))
    assert np.rint(255 * planted.dataset.held_out.inputs).tolist() == [[-1, 10]]


def test_wrong_sign_is_wrong_by_exactly_one_and_climbs():
    planted = FAULTS["wrong sign"].plant(SIMPLE)
    assert {round(row.error, 9) for row in check_gradients(planted).parameters} == {1.0}
    losses = train(planted.but(steps=20), range(20)).losses
    assert (losses[-1] > losses[0]).all()


def test_signed_pixels():
    levels = np.array([[0, 1, 127, 128, 254, 255]])
    data = Dataset(levels / 255, [[1.0]])
    planted = FAULTS["signed pixels"].plant(Experiment(data, Network((6, 1))))
    assert np.rint(255 * planted.dataset.inputs).tolist() == [[0, 1, 127, -128, -2, -1]]
    assert planted.dataset.name != data.name


def test_targets_one_row_off_are_learned_as_well_and_answer_wrongly():
    right = CASES["two-neurons"].related["XOR tanh-identity, bias"]
    planted = FAULTS["targets one row off"].plant(right)
    run = train(planted, range(100))
    assert planted.dataset.targets[:, 0].tolist() == [0, 0, 1, 1]
    assert run.rate().count >= 95
    assert (np.round(run.outputs) == right.dataset.targets).all((-2, -1)).sum() == 0
