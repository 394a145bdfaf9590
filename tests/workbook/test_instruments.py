"""Every instrument over every kind of network: right shapes, no warning, a population its members."""

import numpy as np
import pytest
from hypothesis import given, settings

from workbook import Dataset, Experiment, Network
from workbook.layers import Convolution, Picture, member
from workbook.measures import (
    accuracy,
    bend,
    curvature,
    dependence,
    flow,
    output_unit,
    plateau,
    saturation,
    scale,
    surface,
    symmetry,
    unit_life,
)
from workbook.measures.answers import said

from .random_experiments import ROWS, experiments

SEEDS = 3


# Each gives an array; its shape is what stands beside it, with the axis of seeds where the dots are.
OF_NETWORKS = {
    "said": (said, "... rows outputs"),
    "gradient_lengths": (flow.gradient_lengths, "layers ..."),
    "update_ratios": (flow.update_ratios, "layers ..."),
    "z_scales": (scale.z_scales, "layers ..."),
    "output_spread": (scale.output_spread, "..."),
    "output_offset": (scale.output_offset, "..."),
    "oddness": (symmetry.oddness, "..."),
    "oddness and constant": (lambda e, p: symmetry.oddness(e, p, plus_constant=True), "..."),
    "homogeneity": (symmetry.homogeneity, "..."),
    "share_by_rows": (dependence.share_by_rows, "..."),
    "loss_without_inputs": (dependence.loss_without_inputs, "..."),
    "rows_apart": (dependence.rows_apart, "..."),
    "loss_rows_apart": (dependence.loss_rows_apart, "..."),
    "output unit's z": (lambda e, p: output_unit.output_unit(e, p).z, "... places"),
    "output unit's at_z": (lambda e, p: output_unit.output_unit(e, p, last(e)).at_z, "... places"),
    "starts_below_zero": (output_unit.starts_below_zero, "..."),
    "fall": (output_unit.fall, "..."),
    "longest_steps": (curvature.longest_steps, "..."),
    "share_right": (lambda e, p: accuracy.share_right(e.network, p, e.dataset.inputs, LABELS), "..."),
    "classes_named": (lambda e, p: accuracy.classes_named(e.network, p, e.dataset.inputs), "... rows"),
}
OF_HIDDEN_LAYERS = {
    "hidden_outputs": (saturation.hidden_outputs, "... places units"),
    "slopes": (saturation.slopes, "... places units"),
    "saturated_share": (lambda e, p, n: saturation.saturated_share(saturation.slopes(e, p, n)), "..."),
    "bends": (bend.bends, "... units"),
    "slope_ranges": (bend.slope_ranges, "... units"),
    "active_rows": (unit_life.active_rows, "... units"),
    "rows_seen": (unit_life.rows_seen, "... rows"),
    "unit_gradients": (unit_life.unit_gradients, "... units"),
}
LABELS = np.array([0, 1, 0, 1, 0])


def last(experiment):
    return experiment.network.layers[-1].units - 1


def shape(words, experiment, layer, seeds):
    """The shape that words stand for, with these seeds in place of the dots."""
    network = experiment.network
    at = network.layers[layer]
    numbers = {
        "rows": ROWS,
        "layers": len(network.layers),
        "outputs": network.widths[-1],
        "units": at.units,
        "places": ROWS * (at.map.height * at.map.width if isinstance(at, Convolution) else 1),
    }
    return tuple(n for word in words.split() for n in (seeds if word == "..." else (numbers[word],)))


def agree(ask, words, experiment, params, layer=-1):
    together = np.asarray(ask(experiment, params))
    axis = words.split().index("...")
    assert together.shape == shape(words, experiment, layer, (SEEDS,))
    for seed in range(SEEDS):
        alone = np.asarray(ask(experiment, member(params, seed)))
        assert alone.shape == shape(words, experiment, layer, ())
        np.testing.assert_allclose(np.take(together, seed, axis), alone, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", OF_NETWORKS)
@settings(deadline=None, max_examples=30)
@given(experiments())
def test_a_population_is_its_members_in_every_measure(name, experiment):
    ask, words = OF_NETWORKS[name]
    if name == "share_right" and experiment.network.widths[-1] > 2:
        return  # it has other labels
    agree(ask, words, experiment, experiment.network.init(range(SEEDS)))


@pytest.mark.parametrize("name", OF_HIDDEN_LAYERS)
@settings(deadline=None, max_examples=30)
@given(experiments())
def test_and_in_every_measure_of_a_hidden_layer(name, experiment):
    ask, words = OF_HIDDEN_LAYERS[name]
    params, hidden = experiment.network.init(range(SEEDS)), len(experiment.network.sizes) - 2
    for layer in range(hidden):
        agree(lambda e, p, layer=layer: ask(e, p, layer), words, experiment, params, layer)
    for layer in (-1, hidden):
        with pytest.raises(ValueError, match=rf"no (number|hidden layer) {layer}"):
            ask(experiment, params, layer)


@settings(deadline=None, max_examples=60)
@given(experiments(start=("lecun", "normal(1)")))
def test_what_is_of_one_network_only(experiment):
    params = experiment.network.init(0)
    found = curvature.eigenvalues(experiment, params)
    count = sum(array.size for layer in params for array in layer if array is not None)
    assert found.shape == (count,)
    assert (np.diff(found) >= 0).all()
    flat = plateau.plateau(experiment, params)
    assert (flat.smallest, flat.largest) == pytest.approx((found[0], found[-1]), abs=1e-12)
    assert flat.gradient_apart <= flat.gradient * (1 + 1e-9)
    place = surface.Place(0, "W", (0, 0))
    up = surface.Place(len(params) - 1, "W", (params[-1].W.shape[0] - 1, 0))
    values = [np.array([surface.value_at(params, at), 1.0]) for at in (place, up)]
    table = surface.loss_surface(experiment, params, (place, values[0]), (up, values[1]))
    assert table[0, 0] == pytest.approx(float(experiment.loss_at(params)))
    symmetry.can_only_be(experiment.network)


@settings(deadline=None, max_examples=60)
@given(experiments(start=("normal(1e200)",)))
def test_overflow_is_data_and_no_warning_escapes(experiment):
    params = experiment.network.init(range(SEEDS))
    for ask, _ in OF_NETWORKS.values():
        if ask is not OF_NETWORKS["share_right"][0]:
            ask(experiment, params)
    for ask, _ in OF_HIDDEN_LAYERS.values():
        for layer in range(len(experiment.network.sizes) - 2):
            ask(experiment, params, layer)
    plateau.plateau(experiment, member(params, 0))
    curvature.extremes(experiment, member(params, 0))
    curvature.condition(experiment, member(params, 0))


def test_without_hidden_layers_an_instrument_of_hidden_units_says_so():
    one = Experiment(Dataset([[1.0], [2], [3]], [[1.0], [2], [3]]), Network((1, 1)), steps=2)
    params = one.network.init(range(2))
    for ask in (saturation.saturated, saturation.saturated_layers, unit_life.active_rows, bend.bends):
        with pytest.raises(ValueError, match="has 0"):
            ask(one, params)
    for ask in (unit_life.deaths, unit_life.dead_after):
        with pytest.raises(ValueError, match="has 0"):
            ask(one, 0, 1)
    with pytest.raises(ValueError, match="hidden units; this network has none"):
        output_unit.hinges(params)
    for ask in (lambda: unit_life.starts(one, 0), lambda: unit_life.diary(one, 0, 1)):
        with pytest.raises(ValueError, match=r"one dense hidden layer and one output.*not \(1, 1\)"):
            ask()


def test_of_a_convolution_that_needs_a_dense_layer_too():
    network = Network((Picture(2, 2), Convolution(2, 1), 1), "relu")
    experiment = Experiment(Dataset(np.eye(4), np.eye(4)[:, :1]), network, steps=1)
    with pytest.raises(ValueError, match="one dense hidden layer"):
        unit_life.starts(experiment, range(2))
    assert unit_life.deaths(experiment, range(2), 1).shape == (2, 2)
