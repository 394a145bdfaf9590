"""How many rows of classes are named rightly: by a network, and by their nearest neighbours."""

from __future__ import annotations

import numpy as np

from workbook.classes import accuracy, named
from workbook.layers import Layer
from workbook.network import Network


def share_right(network: Network, params: list[Layer], inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the share of the rows (n, n_in) that are named rightly, (...): see `workbook.classes`.

    Of one output, 1/2 and above is a yes. Raises ValueError for labels (n,) that are no classes of it.
    """
    return accuracy(network.forward(params, inputs)[0], labels)


def classes_named(network: Network, params: list[Layer], inputs: np.ndarray) -> np.ndarray:
    """Return which class a network takes each row (n, n_in) for, (..., n); -1 where it says NaN."""
    return named(network.forward(params, inputs)[0])


def nearest_labels(known: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return for each asked row (m, n_in) the label of the known row (n, n_in) that is nearest to it, (m,).

    It trains nothing, so it shows what the inputs alone are good for. Of two that are equally near, the
    first counts; whole numbers are compared exactly, so that ties are the same on every machine.
    """
    distances = np.square(known).sum(-1) - 2 * asked @ known.T
    return labels[distances.argmin(-1)]
