"""Every link of a chapter leads to something that is there: a notebook, a heading, a name in the code."""

import importlib
import re
from urllib.parse import unquote

import pytest

from .notebooks import FOLDER, NOTEBOOKS, cells, source

LINK = re.compile(r"\[([^\]]+)\]\(((?:\d\d_\w+\.ipynb)?(?:#[^)\s]*)?)\)")
NAME = re.compile(r"`(\w+)\.(\w+)\(")

every_chapter = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def prose(path):
    return "\n\n".join(source(cell) for cell in cells(path, "markdown"))


def anchors(path):
    """What JupyterLab calls the headings of a notebook."""
    return {title.replace(" ", "-") for title in re.findall(r"^#{1,6} +(.+)$", prose(path), re.MULTILINE)}


@every_chapter
def test_a_link_leads_to_a_chapter_and_a_heading(path):
    for text, target in LINK.findall(prose(path)):
        file, _, anchor = unquote(target).partition("#")
        leads_to = FOLDER / file if file else path
        assert leads_to in NOTEBOOKS, text
        assert not anchor or anchor in anchors(leads_to), text


def test_the_first_page_names_only_instruments_that_there_are():
    found = NAME.findall(prose(NOTEBOOKS[0]))
    assert len(found) > 8
    for module, name in found:
        if module != "X":  # an array
            assert hasattr(importlib.import_module(f"workbook.measures.{module}"), name), name


def test_the_first_page_leads_to_most_chapters():
    """From its table of symptoms; and to each of them from its list."""
    leads_to = {target.partition("#")[0] for _, target in LINK.findall(prose(NOTEBOOKS[0]))}
    assert {path.name for path in NOTEBOOKS if path.name[:2] in ("02", "03", "04", "05", "06")} <= leads_to
