"""A chapter exported to HTML, for readers who have no kernel: questions, pictures and their descriptions."""

import base64
import io
import json
from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert import HTMLExporter
from PIL import Image
from traitlets.config import Config

from nnwidgets.questions.static import Static
from workbook.course.lab import SETTINGS

from .notebooks import NOTEBOOKS, cells

NONE = "No description has been provided for this image"  # what nbconvert writes where there is none
OURS = Config({"HTMLExporter": {"preprocessors": ["workbook.course.export.described"]}})


def exported(notebook, config=None):
    """The page that nbconvert makes of a notebook."""
    return HTMLExporter(config=config).from_notebook_node(notebook)[0]


class Pictures(HTMLParser):
    """Collects the alternative texts of pictures."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.texts.append(dict(attributes).get("alt"))


def pictures(page):
    """The alternative texts of the pictures on a page."""
    parser = Pictures()
    parser.feed(page)
    return parser.texts


def alternatives(path):
    """The alternative texts that a chapter's cells have stored with their pictures."""
    outputs = [output for cell in cells(path, "code") for output in cell["outputs"]]
    stored = [
        output
        for output in outputs
        if "image/png" in output.get("data", {}) and "text/html" not in output["data"]
    ]
    return [output["metadata"]["image/png"]["alt"] for output in stored]


def blank():
    """A notebook as a panel leaves it: its live widget, its question, its last picture."""
    file = io.BytesIO()
    Image.new("RGB", (3, 2)).save(file, "PNG")
    png = base64.b64encode(file.getvalue()).decode()
    question, about = Static(
        "test/settles", "Where will <it> settle?", ["at 0", "at 1 & 2"]
    )._repr_mimebundle_()
    bundles = [
        ({"text/plain": "Panel(step 0)", "text/html": "<div></div>"}, {}),
        (question, about),
        ({"text/plain": "A picture", "image/png": png}, {"image/png": {"alt": 'a "blue" line'}}),
    ]
    outputs = [nbformat.v4.new_output("display_data", data, metadata=metadata) for data, metadata in bundles]
    formula = nbformat.v4.new_markdown_cell(r"so $y = \frac{1}{2}$")
    return nbformat.v4.new_notebook(cells=[formula, nbformat.v4.new_code_cell("panel", outputs=outputs)])


def test_a_question_its_options_and_its_picture_are_on_the_page():
    page = exported(blank(), OURS)
    for text in ("Where will &lt;it&gt; settle?", "<li>at 0</li>", "<li>at 1 &amp; 2</li>", r"\frac{1}{2}"):
        assert text in page
    assert pictures(page) == ['a "blue" line']
    assert "Panel(step 0)" not in page  # a text for nbval


def test_without_our_step_nbconvert_forgets_the_alternative_text():
    """The day this fails, the step is no longer needed."""
    assert pictures(exported(blank())) == [NONE]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_picture_of_a_chapter_keeps_its_alternative_text(path):
    page = exported(nbformat.read(path, 4), OURS)
    assert pictures(page) == alternatives(path)


@pytest.mark.parametrize("name", ["jupyter_server_config.json", "jupyter_nbconvert_config.json"])
def test_workbook_lab_takes_the_step_by_itself(name):
    assert json.loads((SETTINGS / name).read_text())["HTMLExporter"] == OURS["HTMLExporter"]
