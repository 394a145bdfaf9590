"""Verdicts on exercises in code: a sentence for the learner, and an error for what grades."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import numpy as np

Given = ParamSpec("Given")

GRADING = "NBGRADER_EXECUTION"
"""The environment variable that nbgrader sets for the kernel in which it autogrades or validates."""
NOT_ATTEMPTED = "not attempted yet"


class NotRightError(AssertionError):
    """An answer that is graded and not right; the message is the verdict."""

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to show the verdict and not the way through our code to it."""
        return [str(self)]


def graded(check: Callable[Given, str]) -> Callable[Given, str]:
    """Let a check raise NotRightError where nbgrader grades: it gives full marks to what does not raise.

    check: returns "right", or "right: ..." with more about it, for a right answer, and any other sentence
    for one that is not, or that is missing. Everywhere else the sentence is what a learner gets. The check
    itself may raise NotRightError too, as `asked` does.
    """

    @wraps(check)
    def verdict(*given: Given.args, **named: Given.kwargs) -> str:
        try:
            sentence = check(*given, **named)
        except NotRightError as error:
            sentence = str(error)
        if os.environ.get(GRADING) and sentence.partition(":")[0] != "right":
            raise NotRightError(sentence)
        return sentence

    return verdict


def numbers(answer: Any) -> np.ndarray:
    """Return an answer as an array of numbers."""
    return np.asarray(answer, float)


def two(answer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return an answer as two arrays of numbers."""
    first, second = answer
    return numbers(first), numbers(second)


def asked(
    function: Callable | None, *arguments: Any, read: Callable[[Any], Any] = numbers, in_place: bool = False
) -> Any:
    """Return what a learner's function answers to copies of the arguments, as `read` reads it.

    in_place: whether it may write into its arguments. Raises NotRightError, with a verdict, where nothing is
    attempted, where the function or the reading raises, and where it writes and may not.
    """
    given = [np.copy(each) if isinstance(each, np.ndarray) else each for each in arguments]
    try:
        with np.errstate(all="ignore"):
            answer = None if function is None or function is ... else function(*given)
            found = None if answer is None or answer is ... else read(answer)
    except Exception as error:
        raise NotRightError(f"it raised {type(error).__name__}: {error}") from error
    if found is None:
        raise NotRightError(NOT_ATTEMPTED)
    written = any(not np.array_equal(*pair) for pair in zip(arguments, given, strict=True))
    if written and not in_place:
        raise NotRightError(
            "not yet: it writes into an array that it is given, and whoever called it still needs that one "
            "(z -= 1 writes into z; z = z - 1 does not)"
        )
    return found
