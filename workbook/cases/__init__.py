"""The cases: questions that people asked; sums and gradients hold the experiments of two of them."""

from workbook.cases import mnist_57, parity, square, sum_of_inputs, two_neurons
from workbook.cases.case import Case, Cases, Claim

CASES = Cases(
    {module.case.name: module.case for module in (two_neurons, square, sum_of_inputs, parity, mnist_57)}
)

__all__ = ["CASES", "Case", "Claim"]
