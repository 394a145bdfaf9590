"""Maps: the filters of a convolution as pictures, and the pictures that they make of a picture."""

from __future__ import annotations

import numpy as np

from workbook.layers import Convolution, Layer
from workbook.network import Network


def filters(network: Network, params: list[Layer], layer: int = 1) -> np.ndarray:
    """Return the filters of a convolution, (..., units, channels, size, size); layer: counted from 1.

    Raises ValueError for a layer that is no convolution.
    """
    convolution = network.layers[layer - 1] if 1 <= layer <= len(network.layers) else None
    if not isinstance(convolution, Convolution):
        raise ValueError(f"layer {layer} of a network of sizes {network.sizes} is no convolution")
    W = params[layer - 1].W.swapaxes(-1, -2)
    return W.reshape(*W.shape[:-1], convolution.below.channels, convolution.size, convolution.size)


def maps(network: Network, params: list[Layer], x: np.ndarray) -> list[np.ndarray]:
    """Return what the filters of each convolution make of each row of x, before pooling.

    One array a convolution, (..., n, units, height, width).
    """
    _, trace = network.forward(params, x)
    return [
        np.moveaxis(step.y.reshape(*step.y.shape[:-2], -1, *layer.map), -1, -3)
        for layer, step in zip(network.layers, trace, strict=True)
        if isinstance(layer, Convolution)
    ]
