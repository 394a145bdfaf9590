"""What a learner does with a chapter, and reads from it."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile

import pytest
from playwright.sync_api import Locator, TimeoutError

from workbook.course.progress import NAME as PROGRESS

from ..chapters.notebooks import FOLDER, cells
from .chapter import Chapter

FULL = os.environ.get("WORKBOOK_FULL") == "1"
journey = pytest.mark.skipif(not FULL, reason="a journey through a chapter: WORKBOOK_FULL=1")
NOW_YOURS = re.compile(r"## .*Now yours")
# What can be seen below cell n: for each cell in view, its text.
BELOW = """n => {
  const all = notebook.content;
  const view = all.node.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  const seen = ({node}) => {
    const {top, bottom, height} = node.getBoundingClientRect();
    return node.isConnected && node.checkVisibility() && height > 0 && bottom > view.top && top < view.bottom;
  };
  return all.widgets.slice(n + 1).filter(seen).map(cell => cell.model.sharedModel.source);
}"""
ASKS = """n => [...notebook.content.widgets[n].node.querySelectorAll('.workbook-options')]
  .some(options => options.checkVisibility())"""
BEGINS = """n => {
  const asking = notebook.content.widgets[n].node.querySelector('.workbook-asking').getBoundingClientRect();
  const view = notebook.content.node.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  return asking.top >= view.top - 1 && asking.bottom <= view.bottom + 1;
}"""
# The cell in hand can be seen, or the question that stands before it.
IN_SIGHT = """n => {
  const seen = (node) => {
    const {top, bottom} = node.getBoundingClientRect();
    const view = notebook.content.node.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
    return bottom > view.top && top < view.bottom && bottom > top;
  };
  const options = notebook.content.widgets[n].node.querySelector('.workbook-options');
  return seen(notebook.content.activeCell.node) || (options?.checkVisibility() && seen(options));
}"""
# Pixels from the upper edge of Play to the lower edge of the panel (0 without a Play), and of the view.
FROM_PLAY = """(e => {
  const play = e.querySelector('.workbook-transport');
  return play ? e.getBoundingClientRect().bottom - play.getBoundingClientRect().top : 0;
})(e)"""
VIEW = "notebook.content.node.querySelector('.jp-WindowedPanel-outer').clientHeight"
DONE = """n => {
  const {model} = notebook.content.widgets[n], {kernel} = notebook.sessionContext.session;
  const run = model.type !== 'code' || model.executionCount !== null;
  return run && kernel.status === 'idle' && notebook.content.activeCellIndex !== n;
}"""


def begin(chapter: Chapter, notebook: str, whole: bool = True) -> Chapter:
    """Open a chapter as a learner who has answered nothing yet, and walk through it with Shift+Enter.

    Where a prediction is asked, nothing below it may be seen but headings. whole=False runs all at once, and
    leaves out the cells that only print what was measured, and the end: for second journeys.
    """
    folder = chapter.lab.folder
    (folder / PROGRESS).unlink(missing_ok=True)
    if not whole:
        name = notebook.removesuffix(".ipynb").partition("_")[2]
        content = json.loads((folder / notebook).read_text(encoding="utf-8"))
        early = takewhile(lambda cell: not NOW_YOURS.match("".join(cell["source"])), content["cells"])
        content["cells"] = [cell for cell in early if _plays(cell, name)]
        notebook = f"short-{notebook}"
        (folder / notebook).write_text(json.dumps(content), encoding="utf-8")
    chapter.open(notebook, 1280, 800)
    if whole:
        assert walk(chapter) == predictions(notebook), "every prediction asks before it can be passed"
    else:
        chapter.run_all()
        chapter.page.evaluate("jupyterapp.commands.execute('notebook:expand-all-headings')")
    return chapter


def _plays(cell: dict, name: str) -> bool:
    """Return whether a cell is anything but one that trains, or prints what was trained or found."""
    source = "".join(cell["source"])
    if not re.search(r"\b(train|facts|case|runs|gates|long|short|digit_reader|found|dead|patient)\b", source):
        return True
    return cell["cell_type"] != "code" or bool(re.search(rf"(?m)^def |\bimport\b|\b{name}\.", source))


def predictions(notebook: str) -> int:
    """Return how many cells of a chapter ask for a prediction, by what they have shown."""
    shown = [json.dumps(cell["outputs"]) for cell in cells(FOLDER / notebook, "code")]
    return sum('"Predict (' in outputs for outputs in shown)


def walk(chapter: Chapter) -> int:
    """Press Shift+Enter from the first cell to the last; return how many predictions were met."""
    page, met = chapter.page, 0
    page.evaluate("notebook.content.activeCellIndex = 0; notebook.content.activate()")
    last = page.evaluate("notebook.content.widgets.length") - 1
    while (here := page.evaluate("notebook.content.activeCellIndex")) < last:
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(DONE, arg=here, timeout=120_000)
        page.wait_for_function(IN_SIGHT, arg=here, timeout=10_000)
        if page.evaluate(ASKS, here):
            met += 1
            page.wait_for_timeout(800)  # until the notebook has scrolled
            assert page.evaluate(BEGINS, here), "an open prediction is out of sight"
            told = [text for text in page.evaluate(BELOW, here) if not re.fullmatch(r"#{1,3} .+", text)]
            assert not told, f"below an open prediction one can read {told}"
    return met


def card(chapter: Chapter, text: str) -> Locator:
    """Return the prediction or exercise that says this."""
    found = chapter.page.locator(".workbook-card").filter(has_text=text).first
    found.scroll_into_view_if_needed()
    return found


def predict(chapter: Chapter, option: str, question: str = "", sure: str = "I think so") -> Locator:
    """Answer the first prediction that has this option, and asks this; return its panel, or its card."""
    places = chapter.page.locator(".workbook-panel, .workbook-card")
    asks = """(places, [name, question]) => places.findIndex(place => place.textContent.includes(question)
      && [...place.querySelectorAll('button')].some(b => b.title === name && b.checkVisibility()))"""
    wanted = [f"{option}: {sure}", question]
    what = f"somebody to ask {question!r} with the option {option!r}"
    number = int(str(chapter.wait_until(lambda: places.evaluate_all(asks, wanted) + 1, what))) - 1
    place = places.nth(number)
    place.scroll_into_view_if_needed()
    place.get_by_role("button", name=f"{option}: {sure}", exact=True).click()
    return place


def pause(place: Locator) -> None:
    """Press Pause, if the run has not come to its end by itself."""
    with suppress(TimeoutError):
        button(place, "Pause").click(timeout=2000)


def drag(chapter: Chapter, panel: Locator, across: float, down: float, by: float) -> None:
    """Take hold of the picture, in shares of its width and height, and drag upwards by so many pixels."""
    canvas = panel.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
    mouse = chapter.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y - by, steps=8)
    mouse.up()


@contextmanager
def in_place(panel: Locator) -> Iterator[None]:
    """See that the picture of a panel stays where it is while a run is watched and its verdict comes."""
    play, canvas = panel.locator(".workbook-play"), panel.locator("canvas").first
    play.scroll_into_view_if_needed()
    before = canvas.bounding_box()["y"]
    yield
    assert abs(canvas.bounding_box()["y"] - before) < 2, "the page has moved"


def seen(place: Locator, option: str) -> None:
    """Say what was seen in the run."""
    button(place, option).click()


def button(place: Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def status(place: Locator) -> str:
    """Return the panel's line that says where it stands."""
    return place.locator(".workbook-status").inner_text()


def told(place: Locator, pattern: str) -> float:
    """Return a number from that line."""
    return float(re.search(pattern, status(place)).group(1))


def step(place: Locator) -> int:
    return int(told(place, r"step (\d+) of"))


def loss(place: Locator) -> float:
    return told(place, r"loss ([\d.e+-]+)")


def looks_right(chapter: Chapter, place: Locator) -> None:
    """No label is cut off and nothing sticks out, on a laptop, light, and on a wide screen, dark.

    On the laptop all from Play to the verdict, and to the question what was seen, can be seen at once.
    """
    for width, height, theme in ((1280, 800, "light"), (1920, 1000, "dark")):
        chapter.page.set_viewport_size({"width": width, "height": height})
        chapter.set_theme(theme)
        place.scroll_into_view_if_needed()
        for label in place.locator(".widget-label:visible, button:visible").all():
            assert label.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), label.inner_text()
        assert place.evaluate("e => e.scrollWidth <= e.clientWidth")
        if height == 800 and place.evaluate(f"e => {FROM_PLAY} > 0"):
            chapter.wait_until(
                lambda: place.evaluate(f"e => {FROM_PLAY} <= {VIEW}"), "Play and verdict in one view"
            )
