"""Gradient checking: of experiments (check), and of functions of one's own (own)."""

from workbook.gradcheck.check import check_gradients, check_some
from workbook.gradcheck.own import THRESHOLD
from workbook.gradcheck.report import GradientReport, Parameter, relative_error

__all__ = ["THRESHOLD", "GradientReport", "Parameter", "check_gradients", "check_some", "relative_error"]
