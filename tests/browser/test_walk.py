"""Every chapter, walked with Shift+Enter as a learner would: no answer before its question, and no error.

What learners then do in each is played in journeys of their own, where WORKBOOK_FULL is 1.
"""

import pytest

from ..chapters.notebooks import NOTEBOOKS
from .learner import begin


@pytest.mark.parametrize("notebook", [path.name for path in NOTEBOOKS])
def test_a_chapter_keeps_its_secrets(chapter, notebook):
    begin(chapter, notebook)
    assert chapter.errors() == []
