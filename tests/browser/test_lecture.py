"""A lecture: one panel on the whole screen, led by keys."""

import pytest

from .learner import button, status

CELLS = (
    "import nnwidgets\nfrom workbook import CASES",
    "nnwidgets.explore(CASES['two-neurons'].as_posted, step_size=True)",
    "nnwidgets.explore(CASES['two-neurons'].as_posted, step_size=True, seed=7)",
)
WHOLE = "[...document.querySelectorAll('.workbook-panel')].indexOf(document.fullscreenElement)"
LETTERS = """panel => [...panel.querySelectorAll('button, label, select, .widget-html-content')]
  .filter(element => element.checkVisibility() && element.innerText.trim())
  .map(element => parseFloat(getComputedStyle(element).fontSize))"""


@pytest.fixture
def lecture(chapter):
    chapter.lab.write_notebook("lecture.ipynb", *CELLS)
    chapter.open("lecture.ipynb").run_all()
    return chapter


def test_one_key_fills_the_screen_and_the_arrows_lead(lecture):
    page, (first, second) = lecture.page, (lecture.panel(0), lecture.panel(1))
    lecture.panel(0)
    small = first.locator("canvas").bounding_box()["width"]
    button(first, "Reset").focus()
    page.keyboard.press("f")
    lecture.wait_until(lambda: page.evaluate(WHOLE) == 0, "the panel to fill the screen")
    lecture.wait_until(lambda: min(first.evaluate(LETTERS)) >= 22, "letters for the last row")
    lecture.wait_until(lambda: first.locator("canvas").bounding_box()["width"] > small, "a larger picture")
    density = "canvas => canvas.width / canvas.getBoundingClientRect().width"
    lecture.wait_until(lambda: first.locator("canvas").evaluate(density) > 1.9, "twice the density")
    for key, step in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        lecture.wait_until(lambda step=step: f"step {step} of" in status(first), f"step {step}")
    page.keyboard.press("ArrowDown")
    lecture.wait_until(lambda: page.evaluate(WHOLE) == 1, "the next panel")
    page.keyboard.press("Space")
    lecture.wait_until(lambda: "step 0 of" not in status(second), "it to play")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    lecture.wait_until(lambda: page.evaluate(WHOLE) == 0, "the first panel again")
    assert "step 1 of" in status(first)
    assert lecture.errors() == []


def test_the_key_types_a_letter_where_letters_are_typed(lecture):
    first = lecture.panel(0)
    button(first, "More").click()
    seed = first.locator("input[type=number]").first
    seed.wait_for()
    seed.press("f")
    lecture.page.wait_for_timeout(300)
    assert lecture.page.evaluate(WHOLE) == -1
