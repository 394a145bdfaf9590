"""The bias chapter from the first cell to the last, by keys alone."""

import pytest
from playwright.sync_api import expect

from workbook.course.progress import NAME as PROGRESS
from workbook.course.progress import Progress

from .keyboard import Keyboard
from .learner import journey, status, step

NOTEBOOK = "02_bias.ipynb"


def watch_a_run(keys: Keyboard) -> None:
    keys.to("about 0.50 and 0.50: I think so")
    keys.press("Enter")
    keys.lands("Play")
    panel = keys.chapter.panel(0)
    keys.press("Space")
    keys.lands("Pause")
    keys.press("Enter")
    keys.lands("Play")
    keys.press("Space")
    keys.chapter.wait_until(lambda: step(panel) == 800, "the end of the run", 40)
    expect(panel.locator(".workbook-verdict")).to_contain_text("It came out otherwise")
    keys.to("both end on one side of ½")
    keys.press("Space")
    expect(panel.locator(".workbook-seen")).to_contain_text("So it was")
    keys.lands("Again")


def choose_a_start(keys: Keyboard) -> None:
    keys.to("1/8: I am guessing")
    keys.press("Space")
    keys.lands("Play")
    keys.to("start w₁", "Shift+Tab", "slider")
    keys.press("Home")
    keys.chapter.wait_until(lambda: keys.focus()["said"] == "−18.00", "the slider to say its number")
    keys.to("More")
    keys.press("Enter")
    keys.to("seed (0 to 9999)", "Shift+Tab")
    keys.press("Control+A")
    keys.type("7\t")
    keys.chapter.wait_until(lambda: "step 0 of" in status(keys.chapter.panel(1)), "another start")
    keys.to("step size", "Shift+Tab", "slider")
    keys.press("ArrowRight")
    keys.chapter.wait_until(lambda: keys.focus()["said"] == "7", "the slider to say the number shown")


def add_a_bias(keys: Keyboard) -> None:
    keys.to("on the output neuron: I am sure")
    keys.press("Enter")
    keys.lands("Play")
    keys.to("bias", "Shift+Tab")
    keys.press("b")  # a letter chooses in a list, and inserts no cell
    keys.chapter.wait_until(lambda: keys.focus()["said"] == "both", "both biases")
    keys.to("Play")
    keys.press("Space")
    panel = keys.chapter.panel(2)
    expect(panel.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=30_000)
    keys.to("they end on two sides of ½")
    keys.press("Enter")
    expect(panel.locator(".workbook-seen")).to_contain_text("So it was")


def move_a_threshold(keys: Keyboard) -> None:
    keys.to("bias")
    keys.press("ArrowDown")
    keys.chapter.wait_until(lambda: keys.focus()["said"] == "one", "a bias")
    keys.to("start b", type="slider")
    keys.press("ArrowLeft")
    keys.to("Play")
    keys.press("Space")
    expect(keys.chapter.panel(3).locator(".workbook-goal-reached")).to_be_visible(timeout=30_000)


def answer_a_number(keys: Keyboard) -> None:
    for answer in ("3", "9"):
        keys.to("your answer", "Tab" if answer == "3" else "Shift+Tab")
        keys.press("Control+A")
        keys.type(answer)
        keys.to("Check")
        keys.press("Space")
        verdict = "Not yet" if answer == "3" else "Right"
        keys.chapter.wait_until(lambda verdict=verdict: verdict in said(keys), verdict)


def choose_an_answer(keys: Keyboard) -> None:
    keys.to("0 → 0 and 1 → 5")
    keys.press("Space", "ArrowDown", "ArrowDown")
    keys.to("Check")
    keys.press("Enter")
    keys.chapter.wait_until(lambda: "Not yet" in said(keys), "a verdict")
    keys.to("Hint (1 of 2)")
    keys.press("Enter")
    keys.lands("Hint (2 of 2)")
    keys.press("Enter")
    keys.lands("Check")  # the hints are at an end, and their button takes no focus


def predict_alone(keys: Keyboard) -> None:
    keys.to("both: I think so")
    keys.press("Enter")
    keys.chapter.wait_until(lambda: "It came out otherwise" in said(keys), "the verdict", 40)
    assert keys.focus()["inside"]


def said(keys: Keyboard) -> str:
    """Return what the card says that has the focus."""
    card = "document.activeElement.closest('.workbook-card')"
    return keys.page.evaluate(
        f"[...{card}.querySelectorAll('.workbook-live')].map(e => e.innerText).join(' ')"
    )


TASKS = {
    "bias.panel(bias.settles())": watch_a_run,
    "bias.panel(bias.how_low(), bias.the_corner())": choose_a_start,
    'bias.panel(bias.where(), bias.copy_the_bit(), bound=True, compare="no bias")': add_a_bias,
    "bias.threshold_panel(goal=bias.six_numbers())": move_a_threshold,
    "bias.intercept()": answer_a_number,
    "bias.which_gate()": predict_alone,
    "bias.hopeless()": choose_an_answer,
}


@pytest.fixture
def keys(chapter) -> Keyboard:
    (chapter.lab.folder / PROGRESS).unlink(missing_ok=True)
    chapter.open(NOTEBOOK, 1280, 800)
    chapter.page.evaluate("notebook.content.activeCellIndex = 0; notebook.content.activate()")
    return Keyboard(chapter)


@journey
def test_a_whole_chapter_by_keys_alone(keys):
    page, left = keys.page, dict(TASKS)
    cells = page.evaluate("notebook.content.widgets.length")
    sources = page.evaluate("notebook.content.widgets.map(cell => cell.model.sharedModel.source)")
    while page.evaluate("notebook.content.activeCellIndex") < cells - 1:
        here = keys.run()
        if task := left.pop(sources[here], None):
            keys.go_in(here)
            task(keys)
            keys.leave(here)
    assert not left
    assert page.evaluate("notebook.content.widgets.length") == cells, "a key has inserted or cut a cell"
    kept = Progress(keys.chapter.lab.folder)
    assert kept.get("bias/intercept") == "9"
    assert kept.best("bias/settles").confidence == "think so"
    assert keys.chapter.errors() == []


def test_shift_enter_in_a_panel_goes_on_and_leaves_what_was_played(chapter):
    code = "import nnwidgets\nfrom workbook import CASES\nnnwidgets.explore(CASES['two-neurons'].as_posted)"
    chapter.open(chapter.lab.write_notebook("on.ipynb", "1", code, "2")).run_all()
    keys, panel = Keyboard(chapter), chapter.panel(0)
    step = panel.get_by_role("button", name="Step", exact=True)
    canvas = panel.locator("canvas")
    for take_hold in (step.click, lambda: canvas.click(position={"x": 5, "y": 5})):
        take_hold()
        chapter.wait_until(lambda: "step 1 of" in status(panel), "one step")
        keys.press("Shift+Enter")
        chapter.wait_until(lambda: keys.focus()["here"] == 2, "the next cell")
        chapter.page.wait_for_timeout(500)
        assert "step 1 of" in status(panel)
    assert chapter.page.evaluate("notebook.content.activeCellIndex") == 2
