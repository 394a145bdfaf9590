"""The experiment: its gradients against automatic differentiation, and changed copies."""

from dataclasses import FrozenInstanceError

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Layer, Network
from workbook.data.datasets import xor
from workbook.parts import ACTIVATIONS, LOSSES

XOR = Experiment(xor(), Network((2, 4, 1)))

# The forward pass once more, written for automatic differentiation: nothing here comes from the package.
ORACLE_ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: (1 + anp.tanh(z / 2)) / 2,
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "leaky relu(0.2)": lambda z: anp.where(z > 0, z, 0.2 * z),
}
ORACLE_LOSSES = {
    "summed squared error": lambda y, t: anp.sum((y - t) ** 2),
    "half summed squared error": lambda y, t: anp.sum((y - t) ** 2) / 2,
    "mean squared error": lambda y, t: anp.mean((y - t) ** 2),
    "quadratic cost": lambda y, t: anp.mean(anp.sum((y - t) ** 2, axis=1)) / 2,
}


def oracle_loss(layers, x, t, hidden, output, loss, decay):
    """layers: one (W, b) each, b None where there is no bias; decay: 0 for no penalty."""
    weights = 0.0
    for number, (W, b) in enumerate(layers):
        z = anp.dot(x, W) + (0 if b is None else b)
        x = ORACLE_ACTIVATIONS[output if number == len(layers) - 1 else hidden](z)
        weights = weights + anp.sum(W**2)
    return ORACLE_LOSSES[loss](x, t) + decay * weights / 2


@st.composite
def recipes(draw):
    """A random experiment, its parameters, and the settings in the oracle's words."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    random = np.random.RandomState(draw(st.integers(0, 10_000)))
    rows, decay = draw(st.integers(1, 7)), draw(st.sampled_from([0, 0.01, 1.5]))
    words = {
        "hidden": draw(st.sampled_from(sorted(ORACLE_ACTIVATIONS))),
        "output": draw(st.sampled_from(sorted(ORACLE_ACTIVATIONS))),
        "loss": draw(st.sampled_from(sorted(ORACLE_LOSSES))),
    }
    network = Network(
        sizes,
        words["hidden"],
        words["output"],
        bias=tuple(draw(st.booleans()) for _ in sizes[1:]),
        initializer=draw(st.sampled_from(["he", "xavier", "lecun", "uniform(-1, 1)"])),
        bias_initializer="normal",
    )
    data = Dataset(random.randn(rows, sizes[0]), random.randn(rows, sizes[-1]))
    penalty = f"weight decay({decay})" if decay else "none"
    experiment = Experiment(data, network, loss=words["loss"], penalty=penalty)
    seeds = draw(
        st.one_of(st.integers(0, 99), st.lists(st.integers(0, 99), min_size=1, max_size=3, unique=True))
    )
    return experiment, seeds, {**words, "decay": decay}


def members(params):
    """A population's parameters, one list of (W, b) for each member; just one for a single network."""
    if params[0].W.ndim == 2:
        return [list(map(tuple, params))]
    return [[(W[k], None if b is None else b[k]) for W, b in params] for k in range(len(params[0].W))]


def flat(layers):
    return np.concatenate([array.ravel() for layer in layers for array in layer if array is not None])


@settings(max_examples=300)
@given(recipes())
def test_loss_and_gradient_agree_with_automatic_differentiation(recipe):
    experiment, seeds, words = recipe
    x, t = experiment.dataset.inputs, experiment.dataset.targets
    params = experiment.network.init(seeds)
    losses, gradient = experiment.loss_and_gradient(params, x, t)
    for loss, layers, parts in zip(np.atleast_1d(losses), members(params), members(gradient), strict=True):
        oracle, shapes = (
            autograd.value_and_grad(
                lambda arrays, like: oracle_loss(
                    [(W, b if has else None) for (W, b), has in zip(arrays, like, strict=True)], x, t, **words
                )
            ),
            [b is not None for _, b in layers],
        )
        expected, slopes = oracle([(W, np.zeros(1) if b is None else b) for W, b in layers], shapes)
        slopes = [(W, b if has else None) for (W, b), has in zip(slopes, shapes, strict=True)]
        assert loss == pytest.approx(expected, rel=1e-12, abs=1e-14)
        scale = np.linalg.norm(flat(slopes))
        assert np.linalg.norm(flat(parts) - flat(slopes)) <= 1e-10 * scale + 1e-14


def test_the_oracle_knows_every_part():
    assert {name.partition("(")[0] for name in ORACLE_ACTIVATIONS} == set(ACTIVATIONS)
    assert set(ORACLE_LOSSES) == set(LOSSES)


def test_loss_at_is_the_loss_on_all_rows_with_the_penalty():
    experiment = XOR.but(penalty="weight decay(0.5)", loss="summed squared error")
    params = experiment.network.init(range(3))
    y = experiment.outputs(params)
    expected = np.square(y - experiment.dataset.targets).sum((1, 2)) + 0.25 * sum(
        np.square(W).sum((1, 2)) for W, _ in params
    )
    np.testing.assert_allclose(experiment.loss_at(params), expected, rtol=1e-13)
    assert experiment.penalised
    assert not XOR.penalised
    assert y.shape == (3, 4, 1)


def test_loss_at_of_one_network_is_one_number():
    assert np.ndim(XOR.loss_at(XOR.network.init(0))) == 0


def test_overflow_is_no_warning():
    experiment = XOR.but(hidden="sigmoid", output="sigmoid", penalty="weight decay(1)")
    params = [Layer(-1e200 * np.ones_like(W), b - 1e200) for W, b in experiment.network.init(0)]
    experiment.outputs(params)
    loss, _ = experiment.loss_and_gradient(params, experiment.dataset.inputs, experiment.dataset.targets)
    assert loss == experiment.loss_at(params) == np.inf


def test_nothing_is_changed_in_place():
    experiment = XOR.but(penalty="weight decay(0.5)")
    params = experiment.network.init(0)
    before = flat(params)
    experiment.loss_and_gradient(params, experiment.dataset.inputs, experiment.dataset.targets)
    experiment.loss_at(params)
    np.testing.assert_array_equal(flat(params), before)


def test_but_changes_a_copy_and_reaches_the_network():
    other = XOR.but(step_size=0.01, hidden="relu", bias=False, loss="quadratic cost")
    assert (other.step_size, other.network.hidden.name, other.network.bias) == (0.01, "relu", False)
    assert other.loss.name == "quadratic cost"
    assert (XOR.step_size, XOR.network.hidden.name, XOR.network.bias) == (0.1, "tanh", True)
    assert other.dataset is XOR.dataset
    assert other.network.sizes == XOR.network.sizes
    assert XOR.but() == XOR


def test_but_takes_a_network_and_its_fields_at_once():
    other = XOR.but(network=Network((2, 3, 1), hidden="relu"), output="sigmoid")
    assert other.network == Network((2, 3, 1), hidden="relu", output="sigmoid")


def test_data_and_sizes_change_together():
    other = XOR.but(dataset=Dataset([[1, 2, 3]], [[1, 2]]), sizes=(3, 5, 2))
    assert other.network.sizes == (3, 5, 2)


def test_experiments_are_values():
    assert XOR.but(steps=5).but(steps=1000) == XOR
    assert hash(XOR.but(steps=5).but(steps=1000)) == hash(XOR)
    assert XOR.but(steps=5) != XOR
    with pytest.raises(FrozenInstanceError):
        XOR.steps = 5


def test_optimizer_follows_the_fields():
    assert XOR.but(step_size=0.5).optimizer.name == "gradient descent(0.5)"
    assert XOR.but(step_size=0.5, momentum=0.75).optimizer.name == "momentum(0.5, 0.75)"
