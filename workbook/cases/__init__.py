"""The cases: questions that people asked. A module each, named like the chapter that tells of it."""

from workbook.cases import (
    backpropagation_by_hand,
    bias,
    conditioning,
    dead_relu,
    gradient_checking,
    input_scaling,
    linear_output,
    not_a_number,
    relu_dvalue,
    step_size_and_momentum,
)
from workbook.cases.case import Case
from workbook.cases.finding import Finding, Findings
from workbook.parts import Catalogue

CASES = Catalogue(
    "case",
    (
        (module.case.name, module.case)
        for module in (
            backpropagation_by_hand,
            relu_dvalue,
            bias,
            linear_output,
            dead_relu,
            gradient_checking,
            input_scaling,
            conditioning,
            step_size_and_momentum,
            not_a_number,
        )
    ),
)

__all__ = ["CASES", "Case", "Finding", "Findings"]
