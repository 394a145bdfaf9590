"""The loss over a plane of two parameters: against single losses, and what is no place for one."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network
from workbook.measures.surface import Place, loss_surface, value_at

X = np.random.RandomState(0).standard_normal((6, 2))
DEEP = Experiment(Dataset(X, X[:, :1]), Network((2, 3, 3, 1), "tanh", bias=(True, False, True)))
PARAMS = DEEP.network.init(0)
PLACES = [Place(0, "W", (1, 2)), Place(0, "b", (0, 1)), Place(1, "W", (2, 0)), Place(2, "b", (0, 0))]


@pytest.mark.parametrize("across", PLACES)
@pytest.mark.parametrize("up", PLACES)
def test_each_point_is_the_loss_there(across, up):
    if across == up:
        return
    rows, columns = np.array([-1.0, 0, 2]), np.array([0.5, 3])
    found = loss_surface(DEEP, PARAMS, (across, columns), (up, rows))
    assert found.shape == (3, 2)
    for i, j in np.ndindex(3, 2):
        changed = [layer.each(np.copy) for layer in PARAMS]
        getattr(changed[across.layer], across.kind)[across.index] = columns[j]
        getattr(changed[up.layer], up.kind)[up.index] = rows[i]
        assert found[i, j] == pytest.approx(float(DEEP.loss_at(changed)))
        assert value_at(changed, up) == rows[i]


@pytest.mark.parametrize(
    "place",
    [
        Place(3, "W", (0, 0)),
        Place(-1, "W", (0, 0)),
        Place(0, "z", (0, 0)),
        Place(0, "W", (2, 0)),
        Place(0, "b", (1, 0)),
    ],
)
def test_no_parameter_is_there(place):
    with pytest.raises(ValueError, match="is no parameter"):
        value_at(PARAMS, place)
    with pytest.raises(ValueError, match="is no parameter"):
        loss_surface(DEEP, PARAMS, (PLACES[0], X[:, 0]), (place, X[:, 1]))


def test_a_bias_that_there_is_not():
    place = Place(1, "b", (0, 0))
    assert np.isnan(value_at(PARAMS, place))
    with pytest.raises(ValueError, match="layer 1 has no bias"):
        loss_surface(DEEP, PARAMS, (place, X[:, 0]), (PLACES[0], X[:, 1]))


def test_a_population_has_as_many_surfaces_as_members():
    many = DEEP.network.init(range(2))
    with pytest.raises(ValueError, match=r"that of one network, but W has the shape \(2, 2, 3\)"):
        loss_surface(DEEP, many, (PLACES[0], X[:, 0]), (PLACES[2], X[:, 1]))
    with pytest.raises(ValueError, match="that of one network"):
        value_at(many, PLACES[0])
