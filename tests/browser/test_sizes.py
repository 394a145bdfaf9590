"""A panel on every screen: Play and picture together, nothing cut, letters that can be read."""

import re

import pytest
from playwright.sync_api import expect

from workbook.course.progress import NAME as PROGRESS

from ..chapters.notebooks import cells, chapter_path, source
from ..chapters.table import CHAPTERS
from .learner import FULL, button

# The picture has been laid out anew for the room there is: at most 1400 pixels.
LAID_OUT = """panel => {
  const {width} = panel.querySelector('canvas').getBoundingClientRect();
  return width <= panel.clientWidth && width > Math.min(panel.clientWidth - 40, 1390);
}"""
SCREENS = {
    "laptop": (1280, 800),
    "desk": (1920, 1080),
    "projector": (1024, 768),
    "150 %": (853, 533),
    "tablet": (768, 1024),
}
VIEW = "document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect().toJSON()"
TEXTS = "button, label, select, .widget-html-content, .widget-readout"
# A button of which only the icon is left has no letters: its size is 0.
SMALLEST = f"""panel => Math.min(...[...panel.querySelectorAll('{TEXTS}')]
  .filter(element => element.checkVisibility() && element.textContent.trim())
  .map(element => parseFloat(getComputedStyle(element).fontSize)).filter(size => size > 0))"""
CUT = f"""panel => [...panel.querySelectorAll('{TEXTS}')]
  .filter(element => element.checkVisibility() && element.textContent.trim()
    && element.scrollWidth > element.clientWidth + 1 && element.tagName !== 'SELECT')
  .map(element => element.textContent)"""
OUTSIDE = """panel => [...panel.querySelectorAll('button, select, .widget-inline-hbox')]
  .filter(each => each.checkVisibility() && each.getBoundingClientRect().right
    > each.closest('.workbook-row, .workbook-transport, .workbook-panel').getBoundingClientRect().right + 1)
  .map(each => each.textContent)"""
REACH = """panel => [...panel.querySelectorAll('.widget-inline-hbox:not(.widget-html), .widget-checkbox')]
  .filter(control => control.checkVisibility() && !control.closest('.workbook-transport')).length"""


def _reach(play, drawn):
    """Return how many pixels lie between the upper edge of Play and the lower one of the picture."""
    box = drawn.bounding_box()
    return box["y"] + box["height"] - play.bounding_box()["y"]


def _panels():
    """Return the imports of each chapter and the cell of its first panel; WORKBOOK_FULL=1: of all panels."""
    for name in CHAPTERS:
        texts = [*map(source, cells(chapter_path(name), "code"))]
        found = [text for text in texts if re.search(rf"^{name}\.(\w*panel|mystery)\(", text, re.MULTILINE)]
        for number, text in enumerate(found if FULL else found[:1], 1):
            yield pytest.param([texts[0], text], number, id=f"{name}-{number}")


@pytest.mark.parametrize(("code", "number"), list(_panels()))
def test_a_panel_on_every_screen(chapter, code, number):
    (chapter.lab.folder / PROGRESS).unlink(missing_ok=True)
    chapter.lab.write_notebook("sizes.ipynb", *code)
    chapter.open("sizes.ipynb").run_all()
    page, panel = chapter.page, chapter.panel(0)
    options = panel.locator(".workbook-asking .workbook-options button")
    expect(panel.locator("canvas").or_(options).first).to_be_visible()
    if number == 1 or options.first.is_visible():
        assert panel.locator(".workbook-play, .workbook-check").first.is_hidden()
        options.first.click()
    play, drawn = panel.locator(".workbook-transport"), panel.locator("canvas")
    expect(play).to_be_visible()
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)  # JupyterLab takes its time to follow
        chapter.wait_until(lambda: panel.evaluate(LAID_OUT), f"a picture for the {screen}")
        page.wait_for_timeout(300)
        play.scroll_into_view_if_needed()
        view = page.evaluate(VIEW)
        chapter.wait_until(
            lambda high=view["height"]: _reach(play, drawn) <= high, f"Play and picture together, {screen}"
        )
        canvas, whole = drawn.bounding_box(), panel.bounding_box()
        assert canvas["width"] <= whole["width"], screen
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth"), screen
        assert panel.evaluate(CUT) == [], screen
        assert panel.evaluate(OUTSIDE) == [], screen
        assert panel.evaluate(SMALLEST) >= 11, screen
        assert panel.evaluate(REACH) <= 4, screen
        if screen == "laptop":
            assert whole["height"] <= view["height"], "question, Play, picture and goal in one view"
        if screen == "desk":
            assert canvas["width"] > 1100, "the width is used"
    assert button(panel, "More").is_visible()
    assert chapter.errors() == []
