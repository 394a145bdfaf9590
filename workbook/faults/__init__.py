"""Faults: bugs that people really make, each as a value that can be planted into an experiment.

Four kinds: "model" (another network or loss than the one meant), "gradient" (the derivative does not belong
to the loss), "update" (the gradient is right, and the step that is made of it is not) and "data" (other
numbers than the ones meant). A gradient check finds the second kind only.
"""

from workbook.faults import (
    broadcast,
    cross_entropy,
    data,
    derivatives,
    model,
    pairing,
    softmax,
    update,
    way_back,
)
from workbook.faults.fault import Fault
from workbook.parts import Catalogue

_MODULES = (model, softmax, cross_entropy, broadcast, way_back, derivatives, update, data, pairing)
FAULTS = Catalogue("fault", ((fault.name, fault) for module in _MODULES for fault in module.faults))

__all__ = ["FAULTS", "Fault"]
