"""Chapters, walked with Shift+Enter as a learner would: no answer before its question, and no error.

Three are walked here. Where WORKBOOK_FULL is 1, all are, and what learners do in each is played in journeys.
"""

import pytest

from ..chapters.notebooks import NOTEBOOKS
from .learner import FULL, begin

WALKED = NOTEBOOKS if FULL else [NOTEBOOKS[n] for n in (0, 1, -1)]


@pytest.mark.parametrize("notebook", [path.name for path in WALKED])
def test_a_chapter_keeps_its_secrets(chapter, notebook):
    begin(chapter, notebook)
    assert chapter.errors() == []
