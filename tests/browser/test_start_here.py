"""The first page, as a new learner meets it, and as one who comes back."""

import json
import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from workbook.course.progress import NAME as PROGRESS

from .learner import begin, button, card, looks_right, predict, seen

NOTEBOOK = "00_start_here.ipynb"
LINKED = "() => jupyterapp.shell.currentWidget?.context?.path"


def test_five_minutes_and_the_day_after(chapter):
    begin(chapter, NOTEBOOK)
    notebook = chapter.page.locator(".jp-Notebook")
    expect(notebook).to_contain_text("Welcome. From your next visit on")
    panel = predict(chapter, "by a closed curve around the inner dots", sure="I am sure")
    button(panel, "Play").click()
    expect(panel).to_contain_text("It came out otherwise: by one straight edge", timeout=60_000)
    expect(panel.locator(".workbook-status")).to_contain_text("35 of 50 dots right; 1 different of 8")
    seen(panel, "all the same thing")
    expect(panel).to_contain_text("So it was")
    chapter.control("start weights", panel).select_option("random")
    button(panel, "Play").click()
    expect(panel.locator(".workbook-goal-reached")).to_contain_text("Goal reached", timeout=60_000)
    looks_right(chapter, panel)
    question = card(chapter, "up to a millionth more")
    for option, verdict in (("none", "half of the run"), ("all of them", "Right. Equal units")):
        question.get_by_label(option, exact=True).click()
        button(question, "Check").click()
        expect(question).to_contain_text(verdict, timeout=60_000)
    assert chapter.errors() == []

    path = chapter.lab.folder / PROGRESS
    answers = json.loads(path.read_text(encoding="utf-8"))
    at = (datetime.now(UTC) - timedelta(days=2)).isoformat(timespec="seconds")
    missed = {"answer": "the weights", "right": False, "confidence": "sure", "at": at}
    answers |= {"bias/settles": [missed], "dead-relu/settles": [missed], "dead-relu/at-all": [missed]}
    path.write_text(json.dumps(answers), encoding="utf-8")
    chapter.open(NOTEBOOK, 1280, 800).run_all()
    again = chapter.page.locator(".workbook-card").first
    expect(again).to_contain_text("Do you still know?")
    expect(again).to_contain_text("1 of 2, from Why does a neuron need a bias?")
    again.get_by_role("button", name="about 0.59 and 0.67: I am sure", exact=True).click()
    expect(again).to_contain_text("You were right: about 0.59 and 0.67", timeout=60_000)
    button(again, "Next").click()
    expect(again).to_contain_text("2 of 2, from Why does my network say 15.5 to everything?")
    button(again, "Skip").click()
    expect(again).to_contain_text("Thank you: 1 of 1 right")
    assert [one["right"] for one in json.loads(path.read_text(encoding="utf-8"))["bias/settles"]] == [
        False,
        True,
    ]

    chapter.page.evaluate("jupyterapp.commands.execute('notebook:expand-all-headings')")
    table = notebook.get_by_role("table").filter(has_text="The question behind it")
    table.scroll_into_view_if_needed()
    expect(table.get_by_role("row", name=re.compile("02 Why does a neuron"))).to_contain_text(
        "1 of 4 predictions, 1 right"
    )
    assert chapter.errors() == []
    notebook.get_by_role("link", name="when a unit dies").click()
    chapter.page.wait_for_function(f"({LINKED})() === '04_dead_relu.ipynb'")
    heading = chapter.page.get_by_role("heading", name="3 When does a unit die, and of what?")
    expect(heading).to_be_in_viewport()
    chapter.page.evaluate("jupyterapp.commands.execute('application:activate-previous-tab')")
    table.get_by_role("link", name=re.compile("^02 ")).click()
    chapter.page.wait_for_function(f"({LINKED})() === '02_bias.ipynb'")
    expect(chapter.page.get_by_role("heading", name="Why does a neuron need a bias?").first).to_be_visible()
