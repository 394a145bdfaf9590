"""Why does a neuron need a bias? The chapter's panel and questions."""

from nnwidgets.chapters.bias.panel import TwoNeuronsPanel, panel
from nnwidgets.chapters.bias.questions import (
    at_zero,
    check_by_hand,
    copy_the_bit,
    hopeless,
    how_low,
    intercept,
    settles,
    the_corner,
    where,
    which_gate,
)
from nnwidgets.chapters.bias.session import TwoNeurons

__all__ = [
    "TwoNeurons",
    "TwoNeuronsPanel",
    "at_zero",
    "check_by_hand",
    "copy_the_bit",
    "hopeless",
    "how_low",
    "intercept",
    "panel",
    "settles",
    "the_corner",
    "where",
    "which_gate",
]
