"""The first page, as a new learner meets it, and as one who comes back."""

import json
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from workbook.course.progress import NAME as PROGRESS

from .learner import begin, button, card, in_place, journey, looks_right, predict, seen

NOTEBOOK = "00_start_here.ipynb"
SHOWN = "name => jupyterapp.shell.currentWidget?.context?.path === name"
OPEN = "name => { jupyterapp.commands.execute('docmanager:open', {path: name}); }"
HAS_THE_KEYS = "() => notebook.content.activeCell.node.contains(document.activeElement)"
TOP = "heading => heading.closest('.jp-Notebook-cell').scrollIntoView({block: 'start'})"


@journey
def test_five_minutes(chapter):
    begin(chapter, NOTEBOOK)
    expect(chapter.page.locator(".workbook-card").first).to_contain_text("From your next visit on")
    panel = predict(chapter, "by a closed curve around the inner dots", sure="I am sure")
    with in_place(panel):
        button(panel, "Play").click()
        expect(panel).to_contain_text("It came out otherwise: by one straight edge", timeout=60_000)
    expect(panel.locator(".workbook-status")).to_contain_text("35 of 50 dots right; 1 different of 8")
    looks_right(chapter, panel)  # while there is most to be seen below the picture
    seen(panel, "all the same thing")
    expect(panel).to_contain_text("So it was")
    chapter.control("start weights", panel).select_option("random")
    button(panel, "Play").click()
    expect(panel.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    question = card(chapter, "up to a millionth more")
    for option, verdict in (("none", "half of the run"), ("all of them", "Right. Equal units")):
        question.get_by_label(option, exact=True).click()
        button(question, "Check").click()
        expect(question).to_contain_text(verdict, timeout=60_000)
    assert chapter.errors() == []


def test_what_was_missed_comes_back_and_links_lead_to_chapters(chapter):
    at = (datetime.now(UTC) - timedelta(days=2)).isoformat(timespec="seconds")
    missed = {"answer": "something else", "right": False, "confidence": "sure", "at": at}
    path = chapter.lab.folder / PROGRESS
    path.write_text(json.dumps({"bias/settles": [missed], "dead-relu/settles": [missed]}), encoding="utf-8")
    page = chapter.open(NOTEBOOK, 1280, 800).run_all().page

    again = page.locator(".workbook-card").first
    expect(again).to_contain_text("1 of 2, from Why does a neuron need a bias?")
    again.get_by_role("button", name="about 0.59 and 0.67: I am sure", exact=True).click()
    expect(again).to_contain_text("You were right: about 0.59 and 0.67", timeout=60_000)
    button(again, "Next").click()
    expect(again).to_contain_text("2 of 2, from Why does my network say 15.5 to everything?")
    button(again, "Skip").click()
    expect(again).to_contain_text("Thank you: 1 of 1 right")
    tries = json.loads(path.read_text(encoding="utf-8"))
    assert [one["right"] for one in tries["bias/settles"]] == [False, True]
    assert tries["dead-relu/settles"] == [missed]

    for title, cells in (("3 From what you see", "1 cell hidden"), ("2 The chapters", "3 cells hidden")):
        page.get_by_role("heading", name=title).evaluate(TOP)
        page.get_by_role("button", name=cells).last.click()
    page.wait_for_function(HAS_THE_KEYS)  # so that Shift+Enter goes on where a fold was opened
    bias = page.get_by_role("row").filter(has_text="02 Why does a neuron")
    expect(bias).to_contain_text("1 of 4 predictions, 0 right")  # as it was when the page was run
    assert chapter.errors() == []
    bias.get_by_role("link").click()
    page.wait_for_function(SHOWN, arg="02_bias.ipynb")
    expect(page.get_by_role("heading", name="Why does a neuron need a bias?")).to_be_visible()
    for _ in range(2):  # JupyterLab opens a chapter at its top; in one that is open it goes to the section
        page.evaluate(OPEN, NOTEBOOK)
        page.wait_for_function(SHOWN, arg=NOTEBOOK)
        page.get_by_role("link", name="When does a unit die, and of what?").click()
        page.wait_for_function(SHOWN, arg="04_dead_relu.ipynb")
        section = page.get_by_role("heading", name="3 When does a unit die")
        expect(section).to_be_attached()
    expect(section).to_be_in_viewport()
