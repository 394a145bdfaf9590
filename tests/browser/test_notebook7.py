"""Jupyter Notebook 7, which has none of the settings of `workbook lab`: what holds there all the same."""

import json
from itertools import takewhile

import pytest
from playwright.sync_api import expect

from workbook.course.lab import copy_chapters, shipped_chapters

from . import lab as labs
from .chapter import LISTEN, READY, Chapter
from .learner import button, journey, predict, seen, step, walk

pytest.importorskip("notebook", "7")

CHAPTER, NEXT = "02_bias.ipynb", "## 2"
OPEN_LAB = "from workbook.course.lab import open_lab"
OPEN_NOTEBOOK = """from notebook.app import main

def open_lab(folder, _, arguments):
    return main([f"--ServerApp.root_dir={folder}", "--ServerApp.answer_yes=True", *arguments])
"""
ARGUMENTS = ["--no-browser", "--port=0", "--allow-root", "--JupyterNotebookApp.expose_app_in_browser=True"]
# The first, Notebook says of its own settings, also where an empty notebook is opened; the second, JupyterLab
# of each widget that is gone: it is told to the console, too.
THEIRS = ("reading 'schema'", "widget model not found")


class Window(Chapter):
    """A notebook in Notebook 7, which opens each in a page of its own."""

    def open(self, name, width=1280, height=800, theme="light", touch=False):
        self.close()
        self._errors = []
        self.page = self.browser.new_context(viewport={"width": width, "height": height}).new_page()
        self.prepare()
        self.page.goto(f"{self.lab.url}notebooks/{name}?token={self.lab.token}")
        return self.listen()

    def listen(self):
        self.page.wait_for_function(READY, timeout=60_000)
        self.page.evaluate(LISTEN)
        return self

    def errors(self):
        return [error for error in super().errors() if not any(words in error for words in THEIRS)]

    def save(self):
        self.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
        return json.loads((self.lab.folder / CHAPTER).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def notebook7(tmp_path_factory):
    """A running Notebook 7."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labs, "START", labs.START.replace(OPEN_LAB, OPEN_NOTEBOOK))
        patch.setattr(labs, "ARGUMENTS", ARGUMENTS)
        server = labs.Lab(tmp_path_factory.mktemp("notebook7"))
    yield server
    server.close()


@pytest.fixture
def window(browser, notebook7):
    """The first section of a chapter, which nobody has answered yet, in a learner's folder."""
    copy_chapters(shipped_chapters(), notebook7.folder)
    path = notebook7.folder / CHAPTER
    content = json.loads(path.read_text(encoding="utf-8"))
    first = takewhile(lambda cell: not "".join(cell["source"]).startswith(NEXT), content["cells"])
    path.write_text(json.dumps(content | {"cells": list(first)}), encoding="utf-8")
    window = Window(notebook7, browser)
    yield window.open(CHAPTER)
    window.close()


def stored(content):
    """The pictures that a notebook has stored."""
    outputs = [output for cell in content["cells"] for output in cell.get("outputs", [])]
    return [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]


@journey
def test_a_chapter_keeps_its_secrets_is_played_and_opened_again(window):
    page, prose = window.page, window.page.locator(".jp-RenderedMarkdown")
    explanation = prose.filter(has_text="The weight is multiplied by 0")
    heading = page.locator(".jp-Notebook-cell").filter(has=page.get_by_role("heading", name="What happened"))
    expect(prose.locator("mjx-container").first).to_be_visible()
    expect(explanation).to_be_hidden()
    heading.get_by_text("3 cells hidden").click()
    expect(explanation).to_be_visible()
    heading.hover()
    heading.locator(".jp-collapseHeadingButton").click()
    expect(explanation).to_be_hidden()
    assert walk(window) == 1
    expect(explanation).to_be_visible()

    before = stored(window.save())
    panel = predict(window, "about 0.50 and 0.50", sure="I am sure")
    expect(panel).to_contain_text("You said: about 0.50 and 0.50 (sure). Press Play, and see.")
    with window.picture_changes(panel.locator("canvas")):
        button(panel, "Play").click()
    window.wait_until(lambda: step(panel) == 800, "the end of the run", timeout=60)
    expect(panel).to_contain_text("It came out otherwise: about 0.59 and 0.67")
    seen(panel, "they end on two sides of ½")
    expect(panel).to_contain_text("It was: both end on one side of ½")
    window.wait_until(lambda: stored(window.save()) != before, "the last picture to be stored")

    page.reload()
    window.listen()
    button(window.panel(0), "Back").click()
    window.wait_until(lambda: step(window.panel(0)) == 799, "one step back")
    assert window.errors() == []

    window.open(CHAPTER)  # the kernel has ended
    output = window.page.locator(".jp-OutputArea").filter(has_text="After 800 steps, what will")
    expect(output.get_by_text("After 800 steps, what will")).to_be_visible()
    expect(output.get_by_text("Run All Cells brings this to life")).to_be_visible()
    expect(output.locator("img")).to_be_visible()
    lost = window.page.get_by_text("model not found")
    assert not any(each.is_visible() for each in lost.all())
    window.run_all()
    expect(window.panel(0)).to_contain_text("You said: about 0.50 and 0.50 (sure).")
    expect(output.get_by_text("Run All Cells brings this to life")).to_be_hidden()
    assert window.errors() == []
