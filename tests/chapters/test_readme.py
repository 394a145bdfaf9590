"""The README's table of questions says what the cases say, and its chapters are those that there are."""

import re
from pathlib import Path

import pytest

from workbook import CASES

from .notebooks import NOTEBOOKS
from .prose import Prose, plain

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells[1:]
    for line in README.splitlines()
    if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 3 and cells[1].startswith("`")
}


def test_every_chapter_is_named():
    assert {path.stem for path in NOTEBOOKS} == set(re.findall(r"`(\d\d_\w+)`", README))


def test_every_question_is_there_with_its_chapter_and_the_verdict():
    numbers = {path.stem[3:]: path.stem for path in NOTEBOOKS}
    told = {case.source: [f"`{numbers[case.chapter]}`", case.verdict] for case in CASES.values()}
    assert told == ROWS


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_number_of_a_verdict_is_found(case):
    assert [number.text for number in Prose(case.chapter).unaccounted(plain(case.verdict))] == []
