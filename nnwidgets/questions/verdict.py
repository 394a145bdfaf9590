"""Verdicts on exercises in code: a sentence for the learner, and an error for what grades."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

Given = ParamSpec("Given")

GRADING = "NBGRADER_EXECUTION"
"""The environment variable that nbgrader sets for the kernel in which it autogrades or validates."""


class NotRightError(AssertionError):
    """An answer that is graded and not right; the message is the verdict."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to show the verdict and not the way through our code to it."""
        return [str(self)]


def graded(check: Callable[Given, str]) -> Callable[Given, str]:
    """Let a check raise NotRightError where nbgrader grades: it gives full marks to what does not raise.

    check: returns "right", or "right: ..." with more about it, for a right answer, and any other sentence
    for one that is not, or that is missing. Everywhere else the sentence is what a learner gets.
    """

    @wraps(check)
    def verdict(*given: Given.args, **named: Given.kwargs) -> str:
        sentence = check(*given, **named)
        if os.environ.get(GRADING) and sentence.partition(":")[0] != "right":
            raise NotRightError(sentence)
        return sentence

    return verdict
