"""A part in which a member of a population would depend on the others is refused, whoever wrote it."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, train
from workbook.layers import POOLS, Convolution, Picture
from workbook.parts import (
    ACTIVATIONS,
    CLIPPINGS,
    LOSSES,
    OPTIMIZERS,
    PENALTIES,
    Activation,
    Clipping,
    Loss,
    Optimizer,
    Penalty,
)
from workbook.parts.optimizers import nothing

MSE = LOSSES["mean squared error"]
REFUSED_VALUES = {
    "one number for all": lambda y, t: np.float64(1),
    "t.size": lambda y, t: np.square(y - t).sum((-2, -1)) / t.size,
    "len(t)": lambda y, t: np.square(y - t).sum((-2, -1)) / len(t),
    "y.shape[0]": lambda y, t: np.square(y - t).sum((-2, -1)) / y.shape[0],
    "a sum over everything": lambda y, t: np.square(y - t).sum(),
    "a mean over everything": lambda y, t: np.mean((y - t) ** 2),
    "a mean over axis 0": lambda y, t: np.square(y - t).mean(0),
    "sums over the axes 0 and 1": lambda y, t: np.square(y - t).sum((0, 1)),
    "the largest of all": lambda y, t: np.square((y - t) / np.abs(y).max()).sum((-2, -1)),
    "a second output, counted from the front": lambda y, t: np.square(y[:, 1] - t[:, 1]).mean(-1),
    "a second target, counted from the front": lambda y, t: np.square(y - t[:, 1:]).mean((-2, -1)),
    "something else once a number is negative": lambda y, t: MSE.value(
        np.abs(y) if (y < 0).any() else 2 * y, t
    ),
    "a matrix product": lambda y, t: np.trace(y.T @ t),
    "many outputs": lambda y, t: MSE.value(y, t) * (t.size if t.shape[-1] > 1 else 1),
    "one output": lambda y, t: MSE.value(y, t) * (t.size if t.shape[-1] == 1 else 1),
    "how much larger y is than t": lambda y, t: MSE.value(y, t) * (y.size / t.size),
}
REFUSED_GRADIENTS = {
    "t.size": lambda y, t: 2 * (y - t) / t.size,
    "len(t)": lambda y, t: 2 * (y - t) / len(t),
    "centred over axis 0": lambda y, t: (y - t) - (y - t).mean(0),
    "its own length": lambda y, t: (y - t) / np.linalg.norm(y - t),
    "a reshaped row": lambda y, t: (y - t).reshape(-1, t.shape[-1]),
}


@pytest.mark.parametrize("what", REFUSED_VALUES)
def test_a_loss_with_this_value_is_refused(what):
    with pytest.raises(ValueError, match="the value of the loss 'mine' is another for two networks"):
        Loss("mine", REFUSED_VALUES[what], MSE.gradient)


@pytest.mark.parametrize("what", REFUSED_GRADIENTS)
def test_a_loss_with_this_gradient_is_refused(what):
    with pytest.raises(ValueError, match="the gradient of the loss 'mine' is another"):
        Loss("mine", MSE.value, REFUSED_GRADIENTS[what])


@pytest.mark.parametrize("shape", [(2,), (3,), (10,), (4, 1), (50, 1), (5, 3)])
@pytest.mark.parametrize("rows", [np.size, len])
def test_weights_of_its_own_are_no_way_round(shape, rows):
    weights = np.ones(shape)
    Loss("mine", lambda y, t: (weights * (y - t) ** 2).sum((-2, -1)) / t.shape[-2], MSE.gradient)
    with pytest.raises(ValueError, match="the value of the loss 'mine' is another for two networks"):
        Loss("mine", lambda y, t: (weights * (y - t) ** 2).sum((-2, -1)) / rows(t), MSE.gradient)
    with pytest.raises(ValueError, match="the gradient of the loss 'mine' is another for two networks"):
        Loss("mine", MSE.value, lambda y, t: weights * (y - t) / rows(t))


def test_a_right_loss_of_ones_own_works_for_any_number_of_networks():
    weights = np.array([1.0, 2.0, 0.5])  # a weight for each of three outputs: it takes no other number
    loss = Loss(
        "weighted",
        lambda y, t: (weights * (y - t) ** 2).sum((-2, -1)),
        lambda y, t: 2 * weights * (y - t),
    )
    random = np.random.RandomState(0)
    data = Dataset(random.randn(6, 2), random.randn(6, 3))
    for batch_size in (None, 4):
        experiment = Experiment(
            data, Network((2, 3, 3)), loss, step_size=0.01, steps=9, batch_size=batch_size
        )
        company = train(experiment, range(3))
        for seed in range(3):
            alone = train(experiment, seed)
            np.testing.assert_allclose(company.losses[:, seed], alone.losses[:, 0], rtol=1e-12)


def test_a_loss_that_is_no_number_here_is_let_through():
    with np.errstate(all="ignore"):
        Loss("logarithm", lambda y, t: -(t * np.log(y)).sum((-2, -1)), lambda y, t: -t / y)


def test_rounding_is_no_difference_even_beside_what_is_no_number():
    Loss("rounded", lambda y, t: np.log(y).sum((-2, -1)) * (1 + 1e-14 * (y.ndim - 2)), MSE.gradient)


@pytest.mark.parametrize(
    ("what", "value", "derivative"),
    [
        ("value", lambda z: np.exp(z) / np.exp(z).sum(0), lambda z, y: y * (1 - y)),
        ("value", lambda z: np.exp(z) / np.exp(z).sum(1, keepdims=True), lambda z, y: y * (1 - y)),
        ("value", lambda z: z / z.max(), lambda z, y: np.ones_like(z)),
        ("value", lambda z: (z - z.mean(0)) / z.std(0), lambda z, y: np.ones_like(z)),
        ("value", lambda z: z * np.arange(1, 4) / z.max(), lambda z, y: np.ones_like(z)),
        ("derivative", np.tanh, lambda z, y: (1 - y * y) / len(y)),
        ("derivative", np.tanh, lambda z, y: 1 - (y * y).mean()),
    ],
)
def test_an_activation_that_mixes_members_is_refused(what, value, derivative):
    with pytest.raises(ValueError, match=f"the {what} of the activation 'mine' is another"):
        Activation("mine", value, derivative)


def test_an_activations_way_back_that_mixes_members_is_refused():
    with pytest.raises(ValueError, match="the way back of the activation 'mine' is another"):
        Activation("mine", np.tanh, lambda z, y: 1 - y * y, lambda dy, z, y: y * (dy - (y * dy).sum()))


def test_a_right_activation_of_ones_own_works():
    over_rows = Activation(  # over the rows of one network: a fault, but each member's own
        "softmax over the rows",
        lambda z: np.exp(z) / np.exp(z).sum(-2, keepdims=True),
        lambda z, y: y * (1 - y),
    )
    slopes = np.array([0.1, 0.2, 0.3])  # one for each of three units
    own = Activation(
        "own slopes", lambda z: np.where(z > 0, z, slopes * z), lambda z, y: np.where(z > 0, 1.0, slopes)
    )
    network = Network((2, 3, 3), hidden=own, output=over_rows)
    y, _ = network.forward(network.init(range(2)), np.ones((4, 2)))
    np.testing.assert_allclose(y.sum(-2), np.ones((2, 3)))


def test_other_parts_that_mix_members_are_refused():
    for value, derivative in (
        (lambda W: np.square(W).sum(), lambda W: 2 * W),
        (lambda W: np.square(W).sum((-2, -1)), lambda W: 2 * W / np.linalg.norm(W)),
    ):
        with pytest.raises(ValueError, match="the penalty 'mine' is another"):
            Penalty("mine", value, derivative)
    with pytest.raises(ValueError, match="the step of the optimizer 'mine' is another"):
        Optimizer("mine", 0.1, nothing, lambda g, s: (-0.1 * g / np.linalg.norm(g), s), lambda a, b: None)
    for most in (1, 1000):
        with pytest.raises(ValueError, match="under the clipping 'mine' is another"):
            Clipping("mine", lambda arrays, most=most: [g * min(1, most / np.linalg.norm(g)) for g in arrays])


def test_what_is_tried_out_stays_as_it_is():
    def value(y, t):
        y -= t
        return np.square(y).sum((-2, -1))

    for _ in range(2):
        Loss("in place", value, MSE.gradient)
    Loss("right", MSE.value, MSE.gradient)


def test_what_changes_its_numbers_in_place_is_tried_out_too():
    def value(y, t):
        y -= t
        return np.square(y).sum()

    with pytest.raises(ValueError, match="the value of the loss 'mine' is another"):
        Loss("mine", value, MSE.gradient)


# Every part of the workbook, trained in company and alone

RANDOM = np.random.RandomState(0)
DATA = Dataset(RANDOM.randn(7, 2), np.eye(3)[RANDOM.randint(0, 3, 7)])
BASE = Experiment(DATA, Network((2, 4, 3), bias_initializer="normal"), step_size=0.05, steps=12)
SEEDS = [0, 5, 2**32 - 1]
CHANGES = (
    *[{"hidden": name} for name in ACTIVATIONS],
    *[{"output": name} for name in ACTIVATIONS],
    *[{"loss": name, "output": "sigmoid"} for name in LOSSES],
    *[{"optimizer": f"{name}(0.05)"} for name in OPTIMIZERS],
    *[{"clipping": "none" if name == "none" else f"{name}(0.1)"} for name in CLIPPINGS],
    *[{"penalty": name} for name in ("none", "weight decay(0.1)")],
    {"optimizer": "adam", "clipping": "norm(0.1)", "penalty": "weight decay(0.1)", "loss": "huber(0.2)"},
)


def assert_as_alone(experiment):
    company = train(experiment, SEEDS, remember=False)
    for member, seed in enumerate(SEEDS):
        alone = train(experiment, seed, remember=False)
        for layer, twin in zip(company.params, alone.params, strict=True):
            for array, other in zip(layer, twin, strict=True):
                np.testing.assert_allclose(array[member], other[0], rtol=1e-11, atol=1e-14)
        recorded = len(alone.losses) - 1  # alone, a seed that stops ends its record there
        np.testing.assert_allclose(company.losses[:recorded, member], alone.losses[:recorded, 0], rtol=1e-11)
        np.testing.assert_allclose(company.losses[-1, member], alone.losses[-1, 0], rtol=1e-11)
        assert company.stopped.get(seed) == alone.stopped.get(seed)


@pytest.mark.parametrize("shortest_step", [0, 0.05])
@pytest.mark.parametrize("batch_size", [None, 3])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ", ".join(map(str, change.values())))
def test_a_member_comes_out_as_alone_with_every_part(change, batch_size, shortest_step):
    assert_as_alone(BASE.but(batch_size=batch_size, shortest_step=shortest_step, **change))


def test_every_penalty_is_among_them():
    assert set(PENALTIES) == {"none", "weight decay"}


@pytest.mark.parametrize("batch_size", [None, 3])
@pytest.mark.parametrize("pool", list(POOLS))
def test_a_member_of_convolutional_networks_comes_out_as_alone(pool, batch_size):
    sizes = (Picture(5, 4, 2), Convolution(3, 2, pad=1, pool=pool), 3)
    data = Dataset(RANDOM.randn(7, 40), DATA.targets)
    assert_as_alone(BASE.but(dataset=data, sizes=sizes, batch_size=batch_size, hidden="silu"))
