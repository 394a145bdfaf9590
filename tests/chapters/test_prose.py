"""Every number in prose is accounted for, and a wrong digit is noticed."""

import pytest

from .prose import Prose
from .table import CHAPTERS

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


@every_chapter
def test_every_number_is_printed_found_or_given(chapter):
    prose = Prose(chapter)
    assert [number.text for text in prose.texts for number in prose.unaccounted(text)] == []
    assert prose.order() == []
    assert prose.idle() == [], "given, and not needed"


@every_chapter
def test_a_changed_digit_turns_the_check_red(chapter):
    passed, made = Prose(chapter).survivors()
    assert made > (10 if chapter == "start_here" else 100)
    assert len(passed) <= 0.01 * made, passed
