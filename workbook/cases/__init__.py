"""The cases: questions that people asked; sums and gradients hold the experiments of two of them."""

from workbook.cases import bias, dead_relu, gradient_checking, input_scaling, linear_output
from workbook.cases.case import Case, Cases, Claim

CASES = Cases(
    {
        module.case.name: module.case
        for module in (bias, linear_output, dead_relu, gradient_checking, input_scaling)
    }
)

__all__ = ["CASES", "Case", "Claim"]
