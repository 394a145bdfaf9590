"""Fixtures for journeys in a real JupyterLab in a real Chromium.

    def test_a_slider_moves_the_picture(chapter):
        chapter.open("01_title.ipynb").run_all()
        with chapter.picture_changes(chapter.panel(0).locator("canvas")):
            chapter.control("step size").press("ArrowRight")
        assert chapter.errors() == []

The browser is WORKBOOK_BROWSER or an installed Chromium. Without one the tests are skipped, unless
WORKBOOK_REQUIRE_BROWSER is 1: then they fail.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from workbook.course.lab import copy_chapters, shipped_chapters

from .chapter import Chapter, find_browser, start_browser
from .lab import Lab

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[Lab]:
    """A JupyterLab whose folder holds the chapters."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        copy_chapters(shipped_chapters(), lab.folder)
        yield lab
    finally:
        lab.close()


# Not for the whole session: while Playwright is active, asyncio.run is refused in the tests of other folders.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        sentence = "no Chromium found: install one, or name it in WORKBOOK_BROWSER"
        if os.environ.get("WORKBOOK_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = start_browser(playwright.chromium, path)
        yield browser
        browser.close()


@pytest.fixture
def chapter(browser: Browser, lab: Lab) -> Iterator[Chapter]:
    """A window on the Lab with a kernel of its own, both gone after the test."""
    chapter = Chapter(lab, browser)
    yield chapter
    chapter.close()
