"""Coming back: after a reload, after the kernel has ended, and to a notebook that another version saved."""

import base64
import json

import pytest
from playwright.sync_api import expect

from workbook.course.coming_back import BEGIN, WIDGET_VIEW
from workbook.course.progress import NAME as PROGRESS

from .chapter import LISTEN, READY

TOOLS = """import io
import ipywidgets
from PIL import Image
from nnwidgets.panel.stored import StoredPicture
from nnwidgets.questions.static import Static
from workbook.course.progress import Progress

def png(width):
    file = io.BytesIO()
    Image.new("RGB", (width, 20), "blue").save(file, "PNG")
    return file.getvalue()"""

PANEL = """picture, label = StoredPicture(), ipywidgets.Label("at step 0")
button = ipywidgets.Button(description="Train")
def train(_):
    label.value = "at step 9"
    Progress().keep("test/settles", "at <0>", right=True, confidence="sure")
    picture.refresh(png(90), "the picture at step 9")
button.on_click(train)
panel = ipywidgets.VBox([button, label]).add_class("workbook-panel")
Static("test/settles", "Where will it settle?", ["at <0>", "at 1"]).show_after(panel._repr_mimebundle_())
picture.show(png(30), "the picture at step 0")"""

GONE = """gone = {"model_id": "gone", "version_major": 2, "version_minor": 0}
Static("test/gone", "Is it gone?").show_after(
    {"application/vnd.jupyter.widget-view+json": gone, "text/plain": "Panel()"})"""


@pytest.fixture
def played(lab, chapter):
    """A chapter that was run, played, answered and saved; its window is open, its kernel lives."""
    (lab.folder / PROGRESS).unlink(missing_ok=True)
    chapter.open(lab.write_notebook("day.ipynb", TOOLS, PANEL)).run_all()
    chapter.control("Train").click()
    chapter.panel(0).get_by_text("at step 9").wait_for()
    chapter.wait_until(lambda: width(saved(chapter), 1) == 90, "the picture of step 9 to be saved")
    assert chapter.errors() == []
    return chapter


def saved(chapter):
    """Save, and return the notebook as it stands in its file."""
    chapter.page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    return json.loads((chapter.lab.folder / "day.ipynb").read_text())


def width(notebook, cell):
    """The width of the picture that a cell has stored, as a PNG says it; 0 where it has none."""
    for output in notebook["cells"][cell]["outputs"]:
        if "image/png" in output["data"]:
            return int.from_bytes(base64.b64decode("".join(output["data"]["image/png"]))[16:20], "big")
    return 0


def reload(chapter):
    chapter.page.reload()
    chapter.page.wait_for_function(READY, timeout=60_000)
    chapter.page.evaluate(LISTEN)


def outputs(chapter):
    return chapter.page.locator(".jp-Notebook .jp-OutputArea")


def is_live(chapter):
    """The panel is there, and what stands in for it is not seen."""
    expect(chapter.panel(0)).to_be_visible()
    expect(outputs(chapter).get_by_text("Where will it settle?")).to_be_hidden()
    expect(outputs(chapter).locator("img")).to_be_hidden()
    expect(chapter.page.get_by_text("model not found")).to_have_count(0)


def is_stored(chapter, answer="at <0> (sure), right."):
    """The question, its options, the kept answer, the last picture and how to go on are seen, no error."""
    output = outputs(chapter)
    for text in (
        "Where will it settle?",
        "at 1",
        f"Your answer: {answer}",
        "Run All Cells brings this to life",
    ):
        expect(output.get_by_text(text).first).to_be_visible()
    picture = output.get_by_role("img", name="the picture at step 9")
    expect(picture).to_be_visible()
    assert picture.evaluate("e => e.naturalWidth") == 90
    chapter.page.wait_for_timeout(3000)  # JupyterLab looks for a widget two seconds long before it complains
    expect(chapter.page.get_by_text("model not found")).to_have_count(0)
    expect(outputs(chapter).get_by_text("VBox(")).to_have_count(0)
    assert chapter.errors() == []


def test_a_page_loaded_again_while_the_kernel_lives(played):
    reload(played)
    is_live(played)
    played.panel(0).get_by_text("at step 9").wait_for()
    played.control("Train").click()
    assert played.errors() == []


def test_the_day_after_a_chapter_shows_what_was_left(played):
    played.open("day.ipynb")  # in a new window; the kernel of the old one has ended
    is_stored(played)
    reload(played)  # there is a session now, whose kernel knows nothing of yesterday
    is_stored(played)
    assert BEGIN not in json.dumps(saved(played))
    played.run_all()
    is_live(played)
    assert played.errors() == []


def test_a_kernel_that_was_started_afresh_does_not_have_the_old_widgets(played):
    saved(played)
    (session,) = played.lab.api("sessions")
    played.lab.api(f"kernels/{session['kernel']['id']}/restart", "POST")
    reload(played)
    is_stored(played)


def test_a_chapter_that_another_version_saved(played):
    content = saved(played)
    view = {"model_id": "of another version", "version_major": 2, "version_minor": 0}
    for output in content["cells"][1]["outputs"]:
        if WIDGET_VIEW in output["data"]:
            output["data"][WIDGET_VIEW] = view
    old = {"output_type": "execute_result", "execution_count": 2, "metadata": {}}
    content["cells"][0]["outputs"] = [{**old, "data": {WIDGET_VIEW: view, "text/plain": "Prediction(test)"}}]
    (played.lab.folder / "day.ipynb").write_text(json.dumps(content))
    (played.lab.folder / PROGRESS).write_text(json.dumps({"test/settles": "at 1"}))
    reload(played)
    is_stored(played, "at 1.")
    expect(outputs(played).get_by_text("Prediction(test)")).to_be_visible()


def test_where_the_server_is_not_ours_the_question_hides_the_error(lab, chapter):
    """A widget without a model, as plain JupyterLab and Notebook would be given."""
    chapter.open(lab.write_notebook("gone.ipynb", TOOLS, GONE)).run_all()
    expect(chapter.page.get_by_text("model not found")).to_have_count(1)
    expect(chapter.page.get_by_text("model not found")).to_be_hidden()
    expect(outputs(chapter).get_by_text("Is it gone?")).to_be_visible()


def test_prose_keeps_its_width_and_formulas_need_no_network(lab, chapter):
    name = lab.write_notebook("prose.ipynb", "1")
    content = json.loads((lab.folder / name).read_text())
    text = "words and words " * 50 + r"and $y = \frac{1}{2} x^2$"
    prose = {"cell_type": "markdown", "id": "prose", "metadata": {}, "source": text}
    (lab.folder / name).write_text(json.dumps(content | {"cells": [prose, *content["cells"]]}))
    chapter.open(name, width=1920)
    expect(chapter.page.locator("mjx-container")).to_be_visible()
    assert 600 < chapter.page.locator(".jp-RenderedMarkdown p").evaluate("e => e.offsetWidth") < 800
    assert chapter.errors() == []  # a request to any other machine is one
