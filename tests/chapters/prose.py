"""Every number in a chapter's prose is accounted for: printed by the chapter, found by its case, or given.

A number is *given* where one of the phrases that the case lists stands in the prose word for word: what was
posted, defined, or quoted, and formulas. All others have to be evident: the chapter prints, or a finding
says, the same number (or one that rounds to it) beside one of the same words or numbers; a single digit,
beside two. So "75 solve it" is evident from "75 of 300 solve it", and "76 solve it" is not.

Blocks of Python are no prose: `tests/workbook/test_now_yours.py` runs them.

    python -m tests.chapters.prose bias     prints what is not accounted for, and which changes pass
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from typing import NamedTuple

from .notebooks import cells, chapter_path, source

NOT_PROSE = re.compile(r"</?\w[^<>]*>|\]\([^)]*\)|```python\n.*?```", re.DOTALL)
TOKEN = re.compile(
    r"(?P<name>\\?[^\W\d_](?:\w|_\{[^}]*\})*)"  # words; w_1, w_{10} and relu2 are names, not numbers
    r"|(?P<number>\d+(?:\.\d+)?(?:e[-+]?\d+|/\d+)?)"
    r"|(?P<end>[.!?:;](?=\s)|\n\s*\n|\n(?=[-|#])|\|)"
)
# Words that stand beside any number, and so say nothing of it.
EMPTY = """
    a an the of and or in on at to by with for from is are was it its that this than as not no all each only
    about nearly just after before when where what which has have had be been but so if then they them there
    one two both other more most less over under up down out first last same
"""
NAME = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "\\_{}")
NEAR = 2  # how many words or numbers on either side count as beside


class Number(NamedTuple):
    """A number in a text, where it stands, and what stands beside it."""

    text: str
    start: int
    beside: frozenset[str]


def plain(text: str) -> str:
    """Return a text of the same meaning in which each number is one piece."""
    text = text.replace("\N{MINUS SIGN}", "-").replace("\\,", " ").replace("\N{NO-BREAK SPACE}", " ")
    text = re.sub(r"(?<![\d.])(\d{1,3})((?: \d{3})+)(?![\d])", lambda m: m[1] + m[2].replace(" ", ""), text)
    text = re.sub(r"(?<![\d.])(\d{1,3})((?:,\d{3})+)(?![\d])", lambda m: m[1] + m[2].replace(",", ""), text)
    return re.sub(r"\\[td]?frac(\d)(\d)", r" \1/\2 ", text)


def numbers(text: str) -> Iterator[Number]:
    """Find the numbers of a text that is plain."""
    tokens = [(m.lastgroup, m.group(), m.start()) for m in TOKEN.finditer(text)]
    for place, (kind, word, start) in enumerate(tokens):
        if kind == "number":
            left, right = tokens[:place][::-1], tokens[place + 1 :]
            yield Number(word, start, frozenset([*_beside(left), *_beside(right)]))


def _beside(tokens: list[tuple[str | None, str, int]]) -> Iterator[str]:
    found = 0
    for kind, word, _ in tokens:
        if kind == "end" or found == NEAR:
            return
        if word.lower() not in EMPTY.split():
            found += 1
            yield stem(word)


def stem(word: str) -> str:
    """Return what words of one kind have in common: solved, solves -> solv; w_2, w₂ -> w2; 0.10 -> 0.1."""
    if word[0].isdigit():
        return word if "/" in word else f"{float(word):g}"
    word = word.lower().translate(NAME)
    return re.sub(r"(ed|es|s|e|ing)$", "", word) or word


@cache
def rounds_to(number: str, known: str) -> bool:
    """Whether the known number, written with the digits of `number`, is `number`."""
    nothing = not number.strip("0.")  # 00 and 0.00 are not other ways to write 0
    if number == known or nothing or "/" in number or "/" in known:
        return number == known
    digits = number.partition("e")[0].partition(".")[2]
    if "e" in number or len(number.replace(".", "").strip("0")) < 2:
        return float(number) == float(known)
    return len(known) > len(number) and f"{float(known):.{len(digits)}f}" == number


def table_rows(text: str) -> Iterator[str]:
    """Return each number of a printed table in a line of its own, with its row's and its column's names."""
    lines = text.splitlines()
    for head, line in ((h, li) for at, h in enumerate(lines) for li in lines[at + 1 :] if "  " in h.strip()):
        label, *_ = re.split(r"\s{2,}", line.strip(), maxsplit=1)
        columns = [(m.start(), m.end(), m.group()) for m in re.finditer(r"\S+(?: \S+)*", head)]
        for cell in re.finditer(r"\S+(?: \S+)*", line):
            names = [name for start, end, name in columns if start < cell.end() and cell.start() < end]
            if re.search(r"\d", cell.group()) and names:
                yield f"{names[0]} {cell.group()} {names[0]} . "
                yield f"{label} {cell.group()} {label} . "


class Prose:
    """A chapter's prose and its evidence."""

    def __init__(self, chapter: str) -> None:
        self.path = chapter_path(chapter)
        facts = importlib.import_module(f"workbook.cases.{chapter}")
        self.findings = facts.fact
        given = facts.case.given if hasattr(facts, "case") else facts.given
        self.texts = [plain(NOT_PROSE.sub(" ", source(cell))) for cell in cells(self.path, "markdown")]
        phrases = [phrase for phrase in re.split(r"\s{2,}|\n", given) if phrase]
        self.given = {phrase: self._searched(plain(phrase)) for phrase in phrases}

    @staticmethod
    def _searched(phrase: str) -> re.Pattern[str]:
        words = r"\s+".join(re.escape(word) for word in phrase.split())
        return re.compile(rf"(?<![\d.]){words}(?!\d|\.\d)")

    @cached_property
    def evidence(self) -> list[Number]:
        """The numbers that the chapter prints and that its findings say."""
        said = [plain(finding.statement) for finding in self.findings.values()]
        for cell in cells(self.path, "code"):
            for output in cell["outputs"]:
                text = "".join(output.get("text", output.get("data", {}).get("text/plain", "")))
                said += [plain(line) for line in text.splitlines()]
                said += [plain(row) for row in table_rows(text)]
        return [number for text in said for number in numbers(text)]

    def unaccounted(self, text: str) -> list[Number]:
        """Return the numbers of one cell's text that are neither given nor evident."""
        spans = [m.span() for phrase in self.given.values() for m in phrase.finditer(text)]
        spans += counted(text)
        return [
            number
            for number in numbers(text)
            if not any(start <= number.start < end for start, end in spans) and not self.evident(number)
        ]

    def evident(self, number: Number) -> bool:
        """Return whether a number is printed or found, beside one of the same words or numbers."""
        wanted = 2 if len(number.text) == 1 else 1
        return any(len(number.beside & beside) >= wanted for beside in self._known(number.text))

    def _known(self, text: str) -> list[frozenset[str]]:
        if text not in self._matches:
            self._matches[text] = [known.beside for known in self.evidence if rounds_to(text, known.text)]
        return self._matches[text]

    @cached_property
    def _matches(self) -> dict[str, list[frozenset[str]]]:
        return {}

    def idle(self) -> list[str]:
        """Return the given phrases that account for no number: everything is evident without them."""
        return [phrase for phrase in self.given if not self._needed(phrase)]

    def _needed(self, phrase: str) -> bool:
        kept, searched = self.given, self.given[phrase]
        self.given = {other: pattern for other, pattern in kept.items() if other != phrase}
        try:
            return any(self.unaccounted(text) for text in self.texts if searched.search(text))
        finally:
            self.given = kept

    def order(self) -> list[str]:
        """Return the headings whose numbers do not count up."""
        found = [m for text in self.texts for m in re.findall(r"^## (\d+) (.*)", text, re.MULTILINE)]
        return [f"## {n} {title}" for at, (n, title) in enumerate(found, 1) if int(n) != at]

    def survivors(self) -> tuple[list[str], int]:
        """Change each digit of each number, one at a time; return what passes, and how many there were."""
        passed, made = [], 0
        for at, text in enumerate(self.texts):
            for number, changed in changes(text):
                made += 1
                mutant = [*self.texts[:at], changed, *self.texts[at + 1 :]]
                if not self.unaccounted(changed) and not _out_of_order(mutant):
                    passed.append(_around(changed, number.start))
        return passed, made


def counted(text: str) -> list[tuple[int, int]]:
    """The places of numbers that only count: sections, which `order` checks, and hints from 1 on."""
    places = [m.span(1) for m in re.finditer(r"^## (\d+) ", text, re.MULTILINE)]
    hints = list(re.finditer(r"Hint (\d+) ", text))
    places += [m.span(1) for at, m in enumerate(hints, 1) if int(m[1]) == at]
    return places


def _out_of_order(texts: Iterable[str]) -> bool:
    found = [int(n) for text in texts for n in re.findall(r"^## (\d+) ", text, re.MULTILINE)]
    return found != list(range(1, len(found) + 1))


def changes(text: str) -> Iterator[tuple[Number, str]]:
    """Change each digit of each number by one, and by five."""
    for number in numbers(text):
        for at, digit in enumerate(number.text):
            if digit.isdigit():
                for by in (1, 5):
                    place = number.start + at
                    yield number, text[:place] + str((int(digit) + by) % 10) + text[place + 1 :]


def _around(text: str, start: int) -> str:
    return " ".join(text[max(0, start - 40) : start + 45].split())


def main(chapter: str) -> None:
    prose = Prose(chapter)
    for text in prose.texts:
        for number in prose.unaccounted(text):
            print(f"not accounted for: {number.text:8} in: {_around(text, number.start)}")
    for heading in prose.order():
        print(f"out of order: {heading}")
    for phrase in prose.idle():
        print(f"given, and not needed: {phrase}")
    passed, made = prose.survivors()
    for text in passed:
        print(f"a change passes: {text}")
    print(f"{made - len(passed)} of {made} changes turn the check red ({1 - len(passed) / made:.1%})")


if __name__ == "__main__":
    main(sys.argv[1])
