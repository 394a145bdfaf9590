"""Due: which predictions are asked again today, and how often a learner was right when sure.

What was missed comes back the next day, what was known after a fixed number of days, again and again. With
equal spacing one remembers as much as with spacing that grows, as long as it is wide: J. D. Karpicke and
A. Bauernschmidt 2011, "Spaced retrieval: absolute spacing enhances learning regardless of relative spacing".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from workbook.course.progress import CONFIDENCES, Try
from workbook.rates import Rate

SPACING = 3  # days


def due(answers: Mapping[str, Sequence[Try]], now: datetime) -> list[str]:
    """Return the keys of the predictions that are due: the missed ones first, and each time the oldest first.

    answers: tries by question, the oldest first, as `Progress.all` gives them. now: with a time zone, whose
    days count. A prediction whose answer never showed is not due, nor is one that was answered today.
    """
    found = []
    for key, tries in answers.items():
        known = [bool(one.right) for one in tries if one.right is not None]
        if known and is_prediction(tries):
            days = (now.date() - _day(tries[-1], now)).days
            if days >= (SPACING if known[-1] else 1):
                found.append((known[-1], -days, key))
    return [key for *_, key in sorted(found)]


def is_prediction(tries: Iterable[Try]) -> bool:
    """Whether these are tries at a prediction: only those are made with a confidence."""
    return any(one.confidence in CONFIDENCES for one in tries)


def calibration(tries: Iterable[Try]) -> dict[str, Rate]:
    """Return how often the tries were right that were made with each confidence; none is left out.

    Tries of which it is not known whether they were right do not count.
    """
    known = [one for one in tries if one.right is not None]
    groups = {word: [bool(one.right) for one in known if one.confidence == word] for word in CONFIDENCES}
    return {word: Rate(sum(right), len(right)) for word, right in groups.items() if right}


def _day(one: Try, now: datetime) -> date:
    """Return the day of a try, where the learner is; long ago, where the file does not tell."""
    try:
        at = datetime.fromisoformat(str(one.at))
        return (at.astimezone(now.tzinfo) if at.tzinfo else at).date()
    except (ValueError, OverflowError):
        return date.min
