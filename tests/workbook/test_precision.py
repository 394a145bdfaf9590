"""Precision: a network in float32 computes with nothing else, and one in float64 does as ever."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, Trainer, check_gradients, train
from workbook.layers import POOLS, Convolution, Picture, arrays
from workbook.parts import (
    ACTIVATIONS,
    CLIPPINGS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    PENALTIES,
    PRECISIONS,
    Activation,
)

RANDOM = np.random.RandomState(0)
DATA = Dataset(RANDOM.rand(7, 36), np.eye(3)[RANDOM.randint(3, size=7)])
SIZES = (Picture(6, 6), Convolution(3, 3, pad=1, pool="max"), Convolution(2, 2, pool="mean"), 5, 3)
SINGLE = Experiment(
    DATA,
    Network(SIZES, hidden="relu", precision="single"),
    loss="softmax cross-entropy",
    step_size=0.1,
    batch_size=2,
    steps=9,
)


def kinds(*groups):
    return {array.dtype.name for group in groups for array in group}


def of_a_step(experiment, seeds):
    """The arrays of a pass forward and back from the start, and of the loss."""
    network, x, t = experiment.network, DATA.inputs, DATA.targets
    params = network.init(seeds)
    y, trace = network.forward(params, x)
    loss, gradient = experiment.loss_and_gradient(params, x, t)
    steps = [array for step in trace for array in step]
    return [y, np.asarray(loss), *arrays(params), *steps, *arrays(gradient)]


CHANGES = [
    *({"hidden": name} for name in ACTIVATIONS),
    *({"loss": name, "output": "sigmoid"} for name in LOSSES),
    *({"optimizer": name} for name in OPTIMIZERS),
    *({"clipping": name} for name in CLIPPINGS),
    *({"initializer": name} for name in INITIALIZERS),
    *({"penalty": f"{name}(0.1)" if name != "none" else name} for name in PENALTIES),
    *({"sizes": (Picture(6, 6), Convolution(3, 3, pool=name), 3)} for name in POOLS),
    {"momentum": 0.9, "shortest_step": 1e-3},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: ", ".join(map(str, changes.values())))
def test_every_part_stays_in_single_precision(changes):
    experiment = SINGLE.but(**changes)
    assert kinds(of_a_step(experiment, 0), of_a_step(experiment, range(2))) == {"float32"}
    run = train(experiment, range(2))
    assert kinds(arrays(run.params), [run.losses], [run.outputs]) == {"float32"}


def test_a_part_that_says_float64_is_rounded():
    rough = Activation("rough", lambda z: np.where(z > 0, 1.0, 0.0) * z, lambda z, y: (z > 0).astype(float))
    assert kinds(of_a_step(SINGLE.but(hidden=rough), 0)) == {"float32"}


def test_params_that_are_handed_over_are_rounded_too():
    params = Network(SIZES).init(0)
    assert kinds(arrays(Trainer(SINGLE, 0, params).advance().params)) == {"float32"}


@pytest.mark.parametrize("batch_size", [None, 2])
def test_a_member_comes_out_as_alone(batch_size):
    company = train(SINGLE.but(batch_size=batch_size), range(4))
    for seed in range(4):
        alone = train(SINGLE.but(batch_size=batch_size), seed)
        for array, twin in zip(arrays(company.params), arrays(alone.params), strict=True):
            np.testing.assert_allclose(array[seed], twin[0], rtol=1e-3, atol=1e-6)


def test_double_is_what_was_not_said_and_differs_by_rounding_only():
    double = SINGLE.but(precision="double")
    assert double.network == Network(SIZES, hidden="relu")
    assert kinds(of_a_step(double, 0)) == {"float64"}
    for array, rounded in zip(of_a_step(double, 0), of_a_step(SINGLE, 0), strict=True):
        np.testing.assert_allclose(rounded, array, rtol=1e-3, atol=1e-6)
    start = zip(arrays(double.network.init(0)), arrays(SINGLE.network.init(0)), strict=True)
    assert all(np.array_equal(array.astype(np.float32), rounded) for array, rounded in start)


def test_a_gradient_check_is_made_in_double_precision():
    checks = [check_gradients(one, seed=1) for one in (SINGLE, SINGLE.but(precision="double"))]
    assert all(check.passed and check.relative_error < 1e-7 for check in checks)


def test_what_is_too_large():
    single, double = PRECISIONS["single"], PRECISIONS["double"]
    for precision, exponent in ((single, 88.7), (double, 709.8)):
        assert round(precision.largest_exponent, 1) == exponent
        with np.errstate(over="ignore"):
            below, above = np.exp(precision.of(np.array([exponent - 0.1, exponent + 0.1])))
        assert np.isfinite(below)
        assert np.isinf(above)
    assert f"{single.largest:.2g} {double.largest:.2g}" == "3.4e+38 1.8e+308"


def test_an_unknown_precision_names_the_nearest():
    with pytest.raises(TypeError, match="Did you mean 'single'"):
        SINGLE.but(precision="float32")
