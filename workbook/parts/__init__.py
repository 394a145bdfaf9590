"""The parts that an experiment is put together from, one kind a file."""

from workbook.parts.activations import ACTIVATIONS, Activation
from workbook.parts.initializers import INITIALIZERS, Initializer, explicit
from workbook.parts.losses import LOSSES, Loss
from workbook.parts.optimizers import Optimizer, gradient_descent, momentum
from workbook.parts.orders import ORDERS, Order
from workbook.parts.penalties import PENALTIES, Penalty
from workbook.parts.registry import Catalogue, Named, Part, Registry, nearest

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "ORDERS",
    "PENALTIES",
    "Activation",
    "Catalogue",
    "Initializer",
    "Loss",
    "Named",
    "Optimizer",
    "Order",
    "Part",
    "Penalty",
    "Registry",
    "explicit",
    "gradient_descent",
    "momentum",
    "nearest",
]
