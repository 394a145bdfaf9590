"""A tablet: a finger taps, drags what can be dragged, and scrolls the page everywhere else."""

import re

import pytest
from playwright.sync_api import expect

from workbook.course.progress import NAME as PROGRESS

from .learner import button, step

CELLS = (
    "from nnwidgets.chapters import bias",
    "bias.panel(bias.settles())",
    'bias.threshold_panel(bias="one")',
    *["1"] * 20,
)
TOP = "document.querySelector('.jp-WindowedPanel-outer').scrollTop"


@pytest.fixture
def tablet(chapter):
    (chapter.lab.folder / PROGRESS).unlink(missing_ok=True)
    chapter.lab.write_notebook("touch.ipynb", *CELLS)
    chapter.open("touch.ipynb", 768, 1024, touch=True)
    chapter.page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    return chapter.run_all()


def swipe(page, start, end):
    """Put a finger down at `start`, as parts of the picture's width and height, and move it to `end`."""
    touch, (x, y), (dx, dy) = (
        page.context.new_cdp_session(page),
        start,
        (end[0] - start[0], end[1] - start[1]),
    )
    for n in range(12):
        place = {"x": x + dx * n / 11, "y": y + dy * n / 11}
        kind = "touchMove" if n else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        page.wait_for_timeout(16)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def stays(page, canvas):
    """Return whether the picture is where it was half a second ago."""
    before = canvas.bounding_box()
    page.wait_for_timeout(500)
    return canvas.bounding_box() == before


def places(canvas, *parts):
    """Return places on the page, given as parts of the picture's width and height."""
    box = canvas.bounding_box()
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in parts]


def test_a_finger_taps_drags_and_scrolls(tablet):
    page, first = tablet.page, tablet.panel(0)
    button(first, "about 0.50 and 0.50: I think so").tap()
    expect(button(first, "Play")).to_be_enabled()
    boxes = [control.bounding_box() for control in first.locator("button:visible").all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 36, "a button for a finger"
    button(first, "Play").tap()
    tablet.wait_until(lambda: step(first) > 1, "training")
    button(first, "Pause").tap()
    expect(button(first, "Play")).to_be_visible()

    canvas, start = first.locator("canvas"), tablet.control("start w₁", first)
    page.evaluate(f"{TOP} = 150")
    tablet.wait_until(lambda: stays(page, canvas), "a picture that has its size")
    before = page.evaluate(TOP)
    swipe(page, *places(canvas, (0.41, 0.152), (0.41, 0.07)))  # the line of w₁ in the drawing
    tablet.wait_until(lambda: float(start.get_attribute("aria-valuenow")) > 1, "the weight to follow")
    page.touchscreen.tap(*places(canvas, (0.15, 0.8))[0])
    tablet.wait_until(lambda: float(start.get_attribute("aria-valuenow")) < -4, "a start in the corner")
    assert page.evaluate(TOP) == before, "the page stays where it is while something is dragged"
    stands = start.get_attribute("aria-valuenow")
    swipe(page, *places(canvas, (0.8, 0.85), (0.8, 0.6)))  # on the loss, which cannot be dragged
    tablet.wait_until(lambda: page.evaluate(TOP) > before + 50, "the page to scroll")
    assert start.get_attribute("aria-valuenow") == stands

    canvas = tablet.panel(1).locator("canvas")
    canvas.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    before = page.evaluate(TOP)
    swipe(page, *places(canvas, (0.21, 0.14), (0.36, 0.2)))
    moved = re.compile(r"one half at [12]\.")
    expect(canvas).to_have_attribute("aria-label", moved)
    assert page.evaluate(TOP) == before
    assert tablet.errors() == []
