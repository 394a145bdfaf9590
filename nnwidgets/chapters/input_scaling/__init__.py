"""What the chapter on input scaling shows and asks."""

from nnwidgets.chapters.input_scaling.byte import Byte
from nnwidgets.chapters.input_scaling.evidence import flat_ends, readings
from nnwidgets.chapters.input_scaling.exercises import (
    check_undo,
    how_much_longer,
    one_byte,
    spread_by_hand,
    which_check,
)
from nnwidgets.chapters.input_scaling.panel import DigitReaderPanel, panel
from nnwidgets.chapters.input_scaling.questions import (
    invert_and_win,
    least_saturated,
    read_the_digits,
    same_symptom,
    small_weights,
    stuck,
)
from nnwidgets.chapters.input_scaling.session import DigitReader

__all__ = [
    "Byte",
    "DigitReader",
    "DigitReaderPanel",
    "check_undo",
    "flat_ends",
    "how_much_longer",
    "invert_and_win",
    "least_saturated",
    "one_byte",
    "panel",
    "read_the_digits",
    "readings",
    "same_symptom",
    "small_weights",
    "spread_by_hand",
    "stuck",
    "which_check",
]
