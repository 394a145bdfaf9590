"""Filters and maps of convolutions, as pictures."""

import numpy as np
import pytest

from workbook import Network
from workbook.layers import Convolution, Picture
from workbook.measures.maps import filters, maps

NETWORK = Network(
    (Picture(5, 4, 2), Convolution(3, 2), Convolution(2, 2, pad=1, pool="max"), 2), hidden="relu"
)
PARAMS = NETWORK.init(0)
ROWS = np.random.RandomState(0).rand(6, 40)


def test_a_map_is_its_filter_laid_on_the_picture_place_by_place():
    (first, second), kernels = maps(NETWORK, PARAMS, ROWS), filters(NETWORK, PARAMS)
    assert (first.shape, second.shape, kernels.shape) == ((6, 3, 4, 3), (6, 2, 5, 4), (3, 2, 2, 2))
    picture = ROWS[1].reshape(5, 4, 2)
    window = np.moveaxis(picture[2:4, 1:3], -1, 0)
    assert first[1, 2, 2, 1] == pytest.approx(max(0, (window * kernels[2]).sum()))


def test_a_population():
    params = NETWORK.init(range(3))
    alone = maps(NETWORK, NETWORK.init(2), ROWS)[1]
    np.testing.assert_allclose(maps(NETWORK, params, ROWS)[1][2], alone, rtol=1e-12)
    assert filters(NETWORK, params, 2).shape == (3, 2, 3, 2, 2)


@pytest.mark.parametrize("layer", [0, 3, 4])
def test_what_is_no_convolution(layer):
    with pytest.raises(ValueError, match=f"layer {layer} of a network .* is no convolution"):
        filters(NETWORK, PARAMS, layer)
