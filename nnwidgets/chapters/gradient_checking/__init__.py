"""The gradient checking chapter: its panels, predictions, goals and exercises."""

from nnwidgets.chapters.gradient_checking.check import Check, GradientCheck, Mystery
from nnwidgets.chapters.gradient_checking.exercises import (
    check_slope,
    decay_left_out,
    hidden_by_kinks,
    name_it,
    twice_as_wide,
)
from nnwidgets.chapters.gradient_checking.panel import CheckPanel, mystery, panel
from nnwidgets.chapters.gradient_checking.parity import Parity, ParityPanel
from nnwidgets.chapters.gradient_checking.predictions import (
    all_nine,
    all_nine_with_few,
    at_a_kink,
    best_width,
    fewest_units,
    right_gradients_help,
    settles,
    the_one_it_finds,
    trained_network,
    which_layer,
)

__all__ = [
    "Check",
    "CheckPanel",
    "GradientCheck",
    "Mystery",
    "Parity",
    "ParityPanel",
    "all_nine",
    "all_nine_with_few",
    "at_a_kink",
    "best_width",
    "check_slope",
    "decay_left_out",
    "fewest_units",
    "hidden_by_kinks",
    "mystery",
    "name_it",
    "panel",
    "right_gradients_help",
    "settles",
    "the_one_it_finds",
    "trained_network",
    "twice_as_wide",
    "which_layer",
]
