"""The dead ReLU chapter: its panels, predictions, goals and exercises."""

from nnwidgets.chapters.dead_relu.exercises import (
    check_mask,
    check_perfect,
    dead_answer,
    long_step,
    rows_and_steps,
    second_weight,
)
from nnwidgets.chapters.dead_relu.panel import DeadReluPanel, panel, perfect_panel, rates, repair_panel
from nnwidgets.chapters.dead_relu.questions import (
    alive_and_solved,
    perfect_start,
    settles,
    solved_with_long_steps,
    the_bug,
    when,
    which_repair,
)
from nnwidgets.chapters.dead_relu.session import PerfectWeights, Repairs, SumOfInputs

__all__ = [
    "DeadReluPanel",
    "PerfectWeights",
    "Repairs",
    "SumOfInputs",
    "alive_and_solved",
    "check_mask",
    "check_perfect",
    "dead_answer",
    "long_step",
    "panel",
    "perfect_panel",
    "perfect_start",
    "rates",
    "repair_panel",
    "rows_and_steps",
    "second_weight",
    "settles",
    "solved_with_long_steps",
    "the_bug",
    "when",
    "which_repair",
]
