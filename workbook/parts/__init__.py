"""The parts that an experiment is put together from, one kind a file."""

from workbook.parts.activations import ACTIVATIONS, Activation
from workbook.parts.clippings import CLIPPINGS, Clipping
from workbook.parts.initializers import INITIALIZERS, Initializer, explicit
from workbook.parts.losses import LOSSES, Loss
from workbook.parts.optimizers import OPTIMIZERS, Optimizer
from workbook.parts.orders import ORDERS, Order
from workbook.parts.penalties import PENALTIES, Penalty
from workbook.parts.precisions import PRECISIONS, Precision
from workbook.parts.registry import Catalogue, Each, Named, Part, Registry, each, nearest

__all__ = [
    "ACTIVATIONS",
    "CLIPPINGS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "ORDERS",
    "PENALTIES",
    "PRECISIONS",
    "Activation",
    "Catalogue",
    "Clipping",
    "Each",
    "Initializer",
    "Loss",
    "Named",
    "Optimizer",
    "Order",
    "Part",
    "Penalty",
    "Precision",
    "Registry",
    "each",
    "explicit",
    "nearest",
]
