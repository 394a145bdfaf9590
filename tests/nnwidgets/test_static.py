"""What stands in for live widgets in a saved notebook."""

import base64
from html.parser import HTMLParser

from nnwidgets.panel import stored
from nnwidgets.panel.stored import StoredPicture
from nnwidgets.questions import static
from nnwidgets.questions.static import Static


class Seen(HTMLParser):
    """The tags and the text of a piece of HTML, without its style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, text):
        if self.tags[-1] != "style":
            self.words.append(text)


def test_a_question_with_its_options_as_text():
    bundle, about = Static("bias/settles", "Where is\n<z>?", ["at 0 & 1", "<b>"])._repr_mimebundle_()
    assert bundle["text/plain"] == "Predict (bias/settles): Where is <z>?"
    seen = Seen(bundle["text/html"])
    assert seen.words == ["Predict.", " Where is\n<z>?", "at 0 & 1", "<b>", seen.words[-1]]
    assert "Run All Cells" in seen.words[-1]
    assert seen.tags.count("li") == 2
    assert bundle["text/html"].endswith("</div>")  # before which a kept answer is put
    assert about == {"workbook": {"key": "bias/settles"}}


def test_an_exercise_without_options_and_a_panel_without_a_question():
    bundle, _ = Static("bias/loss", "Which loss?", kind="Exercise.")._repr_mimebundle_()
    assert bundle["text/plain"] == "Exercise (bias/loss): Which loss?"
    assert "<ul>" not in bundle["text/html"]
    bundle, about = Static()._repr_mimebundle_()
    assert bundle["text/plain"] == "A panel."
    assert Seen(bundle["text/html"]).tags == ["style", "div", "p", "small"]
    assert about == {"workbook": {"key": ""}}


def test_the_live_widget_comes_first_and_shows_nothing_where_it_is_gone(monkeypatch):
    shown = []
    monkeypatch.setattr(static, "display", lambda thing, raw=False: shown.append((thing, raw)))
    question = Static("bias/settles", "Where?", ["a", "b"])
    question.show_after({"widget-view": 1, "text/plain": "Panel()"})
    assert shown == [
        ({"widget-view": 1, "text/plain": "Panel()", "text/html": "<div></div>"}, True),
        (question, False),
    ]


class Publisher:
    def __init__(self):
        self.display_pub, self.said = self, []

    def publish(self, data, metadata, transient, update):
        self.said.append((data, metadata, transient["display_id"], update))


def test_a_picture_is_shown_and_replaced_in_its_place(monkeypatch):
    shell = Publisher()
    monkeypatch.setattr(stored, "get_ipython", lambda: shell)
    first, second = StoredPicture(), StoredPicture()
    first.show(b"one", "a line")
    first.refresh(b"two", "two lines")
    second.show(b"three", "none")
    (data, about, place, update), (later, about_later, same, updated), (_, _, other, _) = shell.said
    assert [base64.b64decode(picture["image/png"]) for picture in (data, later)] == [b"one", b"two"]
    assert [about, about_later] == [{"image/png": {"alt": "a line"}}, {"image/png": {"alt": "two lines"}}]
    assert data["text/plain"] == later["text/plain"]  # nbval compares it
    assert (update, updated) == (False, True)
    assert place == same != other


def test_a_plain_script_shows_nothing(monkeypatch):
    monkeypatch.setattr(stored, "get_ipython", lambda: None)
    StoredPicture().show(b"one", "a line")
