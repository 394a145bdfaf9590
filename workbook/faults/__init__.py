"""Faults: bugs that people really make, each as a value that can be planted into an experiment.

Three kinds: "model" (another network than the one meant), "gradient" (the derivative does not belong to
the loss) and "data" (other numbers than the ones meant). A gradient check finds the second kind only.
"""

from workbook.faults import data, derivatives, model, way_back
from workbook.faults.fault import Fault
from workbook.parts import Catalogue

FAULTS = Catalogue(
    "fault",
    ((fault.name, fault) for module in (model, way_back, derivatives, data) for fault in module.faults),
)

__all__ = ["FAULTS", "Fault"]
