"""Where a learner stands: the chapters with what was done in each, and how often one was right when sure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from nnwidgets.questions import Progress
from nnwidgets.questions.options import CONFIDENCE
from workbook.course.due import calibration as calibrated
from workbook.course.due import is_prediction
from workbook.course.lab import shipped_chapters
from workbook.course.progress import Try
from workbook.course.syllabus import Chapter, syllabus
from workbook.plots import BLUE, SKY
from workbook.rates import Rate

SURE = 0.9  # who is sure means that it comes out so nine times in ten, or oftener
FEW = 5  # answers: nobody should conclude anything from fewer
STYLE = "text-align: left; vertical-align: top; padding-right: 1em"

Answers = Mapping[str, Sequence[Try]]


class Shown:
    """A part of the page: HTML for a reader, a short text for who compares notebooks."""

    def __init__(self, name: str, markup: str) -> None:
        self.name, self.markup = name, markup

    def __repr__(self) -> str:
        return self.name

    def _repr_html_(self) -> str:
        return self.markup


def chapters(progress: Progress | None = None) -> Shown:
    """Return the table of the other chapters: a link to each, what it is about, what has been done in it."""
    answers = (progress or Progress()).all()
    others = [chapter for chapter in syllabus(shipped_chapters()) if chapter.about]
    rows = [
        _row(
            f'<a href="{chapter.file}">{chapter.file[:2]} {html.escape(chapter.title)}</a>',
            html.escape(chapter.about),
            f'<span style="white-space: nowrap">{done(chapter, answers)}</span>',
        )
        for chapter in others
    ]
    heads = _row("Chapter", "The question behind it", "You", tag="th")
    markup = f"<table><thead>{heads}</thead><tbody>{''.join(rows)}</tbody></table>"
    return Shown(f"Chapters({len(others)})", markup)


def done(chapter: Chapter, answers: Answers) -> str:
    """Say what has been done in a chapter: predictions made and right, exercises right, goals reached."""

    def right(keys: Sequence[str]) -> int:
        return sum(any(one.right is True for one in answers.get(key, ())) for key in keys)

    made = sum(key in answers for key in chapter.predictions)
    exercises = right(chapter.exercises)
    asked = {*chapter.predictions, *chapter.exercises}
    begun = f"{chapter.name}/".replace("_", "-")
    goals = sum(
        key.startswith(begun) and key not in asked and any(one.answer is True for one in tries)
        for key, tries in answers.items()
    )
    if not made + exercises + goals:
        return "not begun"
    words = [f"{made} of {len(chapter.predictions)} predictions, {right(chapter.predictions)} right"]
    if chapter.exercises:
        words.append(f"{exercises} of {len(chapter.exercises)} exercises right")
    if goals:
        words.append(f"{goals} goal{'s' * (goals != 1)} reached")
    complete = made == len(chapter.predictions) and exercises == len(chapter.exercises)
    return "✓ " * complete + "<br>".join(words)


def calibration(progress: Progress | None = None) -> Shown:
    """Return how often the learner was right with each degree of confidence, and what follows from it."""
    answers = (progress or Progress()).all()
    rates = calibrated(one for tries in answers.values() if is_prediction(tries) for one in tries)
    rows = "".join(_of_one(CONFIDENCE[word], rate) for word, rate in reversed(rates.items()))
    table = f"<table><tbody>{rows}</tbody></table>" if rows else ""
    return Shown("Calibration()", f"{table}<p>{html.escape(advice(rates))}</p>")


def advice(rates: Mapping[str, Rate]) -> str:
    """Say what the counts tell of a learner's confidence, as far as there are enough of them."""
    sure, guess = rates.get("sure"), rates.get("guess")
    if sure and sure.total >= FEW and sure.interval[1] < SURE:
        return (
            "You are sure more often than you are right. Before you say so, look for the one thing that "
            "would prove you wrong."
        )
    if guess and guess.total >= FEW and guess.interval[0] > 1 / 2:
        return "Your guesses are better than you think: you know more than you say."
    if sure and sure.total >= FEW:
        return "When you are sure, you can be relied on, as far as so few answers tell."
    return f"How often are you right when you are sure? That shows here once you were sure {FEW} times."


def _row(*contents: str, tag: str = "td") -> str:
    """Return a row of a table. contents: HTML; tag: th for the heads of columns."""
    cells = (f'<{tag} style="{STYLE}">{content}</{tag}>' for content in contents)
    return f"<tr>{''.join(cells)}</tr>"


def _of_one(words: str, rate: Rate) -> str:
    """Return a row: what was said, a bar with the share and its interval, and both in numbers."""
    low, high = (100 * bound for bound in rate.interval)
    bar = _bar(0, 100, "rgba(128, 128, 128, 0.2)") + _bar(low, high, SKY)
    bar += _bar(100 * rate.value - 1, 100 * rate.value + 1, BLUE)
    bar = f'<div style="position: relative; width: 200px; height: 14px" aria-hidden="true">{bar}</div>'
    return _row(f"“{words}”", bar, f"{rate} right")


def _bar(low: float, high: float, colour: str) -> str:
    """Return a piece of a bar, from so many hundredths of its width to so many."""
    place = f"left: {low:.0f}%; width: {high - low:.0f}%; height: 100%"
    return f'<div style="position: absolute; {place}; background: {colour}"></div>'
