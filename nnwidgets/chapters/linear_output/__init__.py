"""The linear-output chapter: its panel, predictions, goals and exercises."""

from nnwidgets.chapters.linear_output.exercises import (
    beyond_one,
    check_stuck,
    climb,
    line_error,
    output_table,
)
from nnwidgets.chapters.linear_output.panel import SquareFitPanel, panel
from nnwidgets.chapters.linear_output.questions import (
    bend,
    ends,
    how_much_slower,
    in_300_steps,
    relu_leaves,
    spread,
    which_change,
)
from nnwidgets.chapters.linear_output.session import SquareFit
from nnwidgets.chapters.linear_output.table import OutputTable

__all__ = [
    "OutputTable",
    "SquareFit",
    "SquareFitPanel",
    "bend",
    "beyond_one",
    "check_stuck",
    "climb",
    "ends",
    "how_much_slower",
    "in_300_steps",
    "line_error",
    "output_table",
    "panel",
    "relu_leaves",
    "spread",
    "which_change",
]
