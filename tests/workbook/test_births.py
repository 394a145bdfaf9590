"""Births: each planted overflow is found where it was planted."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, Trainer
from workbook.data.datasets import xor
from workbook.faults import FAULTS
from workbook.layers import Convolution, Picture
from workbook.measures.births import BACK, FORWARD, LOSS, UPDATE, birth, births
from workbook.outcomes import finite
from workbook.parts import Activation

TWO = Dataset([[1.0, 0.5], [1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]])
SMALL = Experiment(
    TWO, Network((2, 2, 2), hidden="relu", initializer="constant(1)"), loss="softmax cross-entropy"
)
CUBE = Activation("cube", lambda z: z**3, lambda z, y: 3 * z**2)
SQUARED = {"loss": "mean squared error"}
STEEP = Activation("steep", lambda z: z, lambda z, y: np.exp(1000 * z))


def started(experiment):
    return birth(
        experiment, experiment.network.init(0), *(experiment.dataset.inputs, experiment.dataset.targets)
    )


@pytest.mark.parametrize(
    ("changes", "fault", "way", "layer", "operation"),
    [
        ({"initializer": "constant(200)"}, "naive softmax", LOSS, None, "exp"),
        ({"initializer": ("constant(1)", "normal(600)")}, "naive log", LOSS, None, "divide"),
        ({"initializer": "constant(1e160)"}, None, FORWARD, 2, "matmul"),
        ({"initializer": "constant(1e308)"}, None, FORWARD, 1, "matmul"),
        ({"hidden": CUBE, "initializer": "constant(1e120)"}, None, FORWARD, 1, "power"),
        (SQUARED | {"hidden": STEEP}, None, BACK, 1, "exp"),
        (SQUARED | {"initializer": "constant(1e110)"}, None, BACK, 2, "matmul"),
        (SQUARED | {"initializer": "constant(1e70)", "step_size": 1e200}, None, UPDATE, None, "multiply"),
        ({"initializer": "constant(20)", "precision": "single"}, "naive softmax", LOSS, None, "exp"),
    ],
)  # fmt: skip
def test_what_is_planted_is_found(changes, fault, way, layer, operation):
    experiment = SMALL.but(**changes)
    made = started(FAULTS[fault].plant(experiment) if fault else experiment)
    assert made is not None
    assert (made.way, made.layer, made.operation) == (way, layer, operation)
    assert made.taken.finite
    assert not made.made.finite


def test_a_healthy_step_has_none():
    assert started(SMALL) is None


def test_an_inf_that_does_no_harm_is_passed_by():
    """e^-z is inf inside of a sigmoid of -800, and the sigmoid is 0."""
    experiment = SMALL.but(hidden="sigmoid", initializer="constant(-800)")
    assert started(experiment) is None
    made = started(
        FAULTS["naive softmax"].plant(
            experiment.but(initializer="constant(-1e3)", loss="softmax cross-entropy")
        )
    )
    assert made is None


def test_the_row_and_the_numbers_are_told():
    made = started(FAULTS["naive softmax"].plant(SMALL.but(initializer="constant(12)")))
    assert made is not None
    assert made.row == 1  # its inputs are twice as large
    assert (made.taken.greatest, made.made.infs) == (12 * 2 * 12 * 3, 2)
    assert str(made) == "step 1, loss: exp of 432 to 864 gives 4.12e+187 to 4.12e+187, 2 inf"


def test_the_row_of_a_convolution_is_that_of_the_data():
    pictures = Dataset([[0.0] * 16, [1e200] * 16], [[0.0], [0.0]])
    sizes = (Picture(4, 4), Convolution(1, 2), 1)
    made = started(Experiment(pictures, Network(sizes, initializer="constant(1e200)")))
    assert made is not None
    assert (made.way, made.layer, made.row) == (FORWARD, 1, 1)


@pytest.mark.parametrize("batch_size", [None, 1])
def test_births_are_found_in_the_step_that_ends_a_seed(batch_size):
    experiment = Experiment(
        xor(), Network((2, 5, 1), "leaky relu", initializer="normal(2)"), loss="summed squared error",
        step_size=0.15, batch_size=batch_size,
    )  # fmt: skip
    found = births(experiment, range(20), 150)
    assert 0 < len(found) < 20
    for seed, made in found.items():
        before, after = (Trainer(experiment, seed).advance(made.step - back).params for back in (1, 0))
        assert finite(before).all()
        assert not finite(after).any()


def test_params_that_are_broken_before_are_refused():
    params = [layer.each(lambda array: array * np.nan) for layer in SMALL.network.init(0)]
    with pytest.raises(ValueError, match="must be finite"):
        birth(SMALL, params, TWO.inputs, TWO.targets)
