"""The answers of a class, from its progress files: one table, and what became of each prediction."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import category

from workbook.course.progress import CONFIDENCES, NAME, Progress, Try

COLUMNS = ("who", "chapter", "question", "answer", "confidence", "right", "tries", "first", "time")
FORMULA, NUMBER = re.compile(r"\s*[=+\-@＝＋－＠]"), re.compile(r"[+-]?[\d.,]+(e[+-]?\d+)?", re.ASCII)
LONGEST_LABEL, LONGEST_BAR = 60, 20  # with what stands around them, they fit 100 columns


class Answered(NamedTuple):
    """One learner's tries at one question, the oldest first."""

    who: str
    key: str
    tries: list[Try]

    @property
    def predicted(self) -> bool:
        """Whether the question is a prediction: only those are answered with a confidence."""
        return any(one.confidence in CONFIDENCES for one in self.tries)

    @property
    def counts(self) -> Try:
        """The try that counts: of a prediction the first, of others the first right one, or the last."""
        if self.predicted:
            return self.tries[0]
        return next((one for one in self.tries if one.right is True), self.tries[-1])


def collect(folder: str | os.PathLike[str]) -> tuple[list[Answered], list[str]]:
    """Return what the learners in a folder have answered, and a sentence for each file that is no use.

    A learner is whoever a folder in `folder` is named after, however deep in it the progress files lie;
    several of one learner count together. A file in `folder` itself is its owner's. Raises ValueError if
    there is no folder, or no progress file in it.
    """
    if not os.path.isdir(folder):
        raise ValueError(f"there is no folder {os.fspath(folder)!r} with learners' folders in it")
    troubles: list[str] = []
    known: dict[tuple[str, str], list[Try]] = {}
    paths = _progress_files(Path(folder), troubles)
    if not paths and not troubles:
        raise ValueError(f"there is no {NAME} in {folder}, nor in any folder in it")
    for path in paths:
        who, *_ = path.relative_to(folder).parent.parts or (Path(folder).resolve().name,)
        answers = Progress(path.parent).all()
        if not answers:
            troubles.append(f"{path} is left out: no answers can be read in it")
        for key, tries in answers.items():
            before = known.setdefault((who, key), [])
            before += [one for one in map(_sound, tries) if one not in before]
    made = [Answered(*names, sorted(tries, key=_when)) for names, tries in known.items()]
    return sorted(made), troubles


def as_csv(answers: Iterable[Answered]) -> bytes:
    """Return comma-separated values, one line an answer, in UTF-8 with the mark that spreadsheets look for.

    confidence: of predictions. right: yes or no, empty where it is not known. tries: how many. first, time:
    when the first try was made, and the one that counts (`Answered.counts`), in ISO 8601, UTC. What a
    spreadsheet would take for a formula gets an apostrophe before it: a learner may have written anything.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for answered in answers:
        one, (chapter, _, question) = answered.counts, answered.key.partition("/")
        right = {True: "yes", False: "no", None: ""}[one.right]
        said = (answered.who, chapter, question, one.answer, one.confidence or "", right)
        table.writerow(
            map(_cell, (*said, str(len(answered.tries)), answered.tries[0].at or "", one.at or ""))
        )
    return text.getvalue().encode("utf-8-sig")


def class_summary(answers: Iterable[Answered]) -> str:
    """Return what the class predicted, a histogram for each prediction: who was right, and how sure.

    Options that nobody chose are not shown: only the chapters know them.
    """
    answers = sorted(answers, key=lambda answered: answered.key)
    keys = {answered.key for answered in answers if answered.predicted}
    asked = [answered for answered in answers if answered.key in keys]
    if not asked:
        return "Nobody has predicted anything yet."
    parts = [
        _of_one(key, [answered.counts for answered in group])
        for key, group in groupby(asked, key=lambda answered: answered.key)
    ]
    return "\n\n".join(
        [*parts, f"All predictions: {_by_confidence([answered.counts for answered in asked])}"]
    )


def _of_one(key: str, tries: Sequence[Try]) -> str:
    """Return the summary of one prediction, of which each learner's try is given."""
    counts = Counter(_text(one.answer) for one in tries)
    right = {_text(one.answer) for one in tries if one.right}
    labels = {text: textwrap.shorten(text, LONGEST_LABEL, placeholder=" ...") or "?" for text in counts}
    width, most = max(map(len, labels.values())), max(counts.values())
    unit = max(1.0, most / LONGEST_BAR)
    lines = [
        f"  {labels[text]:{width}}  {'#' * max(1, round(number / unit)):{round(most / unit)}} {number:4}"
        + "  right" * (text in right)
        for text, number in counts.most_common()
    ]
    head = textwrap.shorten(_text(key), LONGEST_LABEL, placeholder=" ...")
    answers = f"{len(tries)} answer{'s' * (len(tries) != 1)}"
    return "\n".join([f"{head}: {answers}, {_share(tries)}", *lines, f"  {_by_confidence(tries)}"])


def _by_confidence(tries: Sequence[Try]) -> str:
    """Return how many were right of those who guessed, thought so, were sure: "guess, 1 of 3 right; ..."."""
    groups = {word: [one for one in tries if one.confidence == word] for word in CONFIDENCES}
    return "; ".join(f"{word}, {_share(group)}" for word, group in groups.items() if group)


def _share(tries: Sequence[Try]) -> str:
    """Return how many of those of which it is known were right."""
    known = [one.right for one in tries if one.right is not None]
    if not known:
        return "result not known"
    return f"{sum(known)} of {len(known)} right ({100 * sum(known) / len(known):.0f} %)"


def _progress_files(folder: Path, troubles: list[str]) -> list[Path]:
    """Return the progress files in a folder, without hidden ones; folders that are closed are told."""

    def closed(error: OSError) -> None:
        troubles.append(f"{error.filename} is left out: {error.strerror}")

    found = []
    for name, folders, files in os.walk(folder, onerror=closed):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        found += [Path(name, NAME)] * (NAME in files)
    return found


def _sound(one: Try) -> Try:
    """Return a try without what we cannot have written: the file lay in the learner's hands."""
    right = one.right if isinstance(one.right, bool) else True if one.answer is True else None
    confidence = one.confidence if one.confidence in CONFIDENCES else None
    try:
        at = datetime.fromisoformat(str(one.at)).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        at = None
    return Try(one.answer, right, confidence, at)


def _when(one: Try) -> str:
    return one.at or ""


def _text(answer: Any) -> str:
    """Return an answer on one line: a goal's is true, a matching's is written as JSON."""
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return "".join(_shown(letter) if category(letter) in ("Cc", "Cs") else letter for letter in text)


def _shown(control: str) -> str:
    """Return what stands for a character that a terminal would obey, or that is half of one."""
    return " " if control.isspace() else "\ufffd"


def _cell(content: Any) -> str:
    """Return the text of a cell, with an apostrophe before what a spreadsheet would compute."""
    text = _text(content)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text
