"""The cases: questions that people asked. A module each, named like the chapter that tells of it."""

from workbook.cases import bias, dead_relu, gradient_checking, input_scaling, linear_output
from workbook.cases.case import Case
from workbook.cases.finding import Finding, Findings
from workbook.parts import Catalogue

CASES = Catalogue(
    "case",
    (
        (module.case.name, module.case)
        for module in (bias, linear_output, dead_relu, gradient_checking, input_scaling)
    ),
)

__all__ = ["CASES", "Case", "Finding", "Findings"]
