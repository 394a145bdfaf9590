"""What a saved notebook shows where its widgets live no longer."""

import copy
import json

import pytest

from workbook.course.coming_back import WIDGET_VIEW, describe_pictures, shown, without_additions
from workbook.course.progress import NAME, Progress

KEY = "bias/settles"


def view(model="m1", **more):
    data = {
        WIDGET_VIEW: {"model_id": model, "version_major": 2, "version_minor": 0},
        "text/plain": "Panel(1)",
    }
    return {"output_type": "display_data", "metadata": {}, "data": data | more}


def question():
    html = '<style>p {}</style><div class="workbook-static"><p>Where does it settle?</p></div>'
    about = {"workbook": {"key": KEY}}
    return {"output_type": "display_data", "metadata": about, "data": {"text/plain": "?", "text/html": html}}


def picture():
    data = {"image/png": "iVBORw0KGgo=\n", "text/plain": "A picture"}
    return {"output_type": "display_data", "metadata": {"image/png": {"alt": 'a "map" & more'}}, "data": data}


def notebook(*outputs):
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "text"}
    return {
        "cells": [markdown, {"cell_type": "code", "metadata": {}, "source": "", "outputs": list(outputs)}]
    }


def asked(shown_notebook):
    return shown_notebook["cells"][1]["outputs"][1]["data"]["text/html"]


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def test_a_widget_that_lives_stays_and_nothing_is_added(progress):
    progress.keep(KEY, "at 0")
    before = notebook(view(), question(), picture())
    for living in ({"m1"}, None):
        assert shown(copy.deepcopy(before), living, progress) == before


def test_a_widget_that_lives_no_longer_gives_way_to_question_answer_and_picture(progress):
    progress.keep(KEY, "at <0>", right=True, confidence="sure")
    after = shown(notebook(view(), question(), picture()), {"another"}, progress)
    assert WIDGET_VIEW not in json.dumps(after)
    assert "<b>Your answer:</b> at &lt;0&gt; (sure), right." in asked(after)
    assert asked(after).endswith("</div>")
    assert 'alt="a &quot;map&quot; &amp; more" src="data:image/png;base64,iVBORw0KGgo="' in json.dumps(
        after
    ).replace('\\"', '"')


def test_of_two_widgets_in_a_cell_the_one_that_lives_stays(progress):
    after = shown(notebook(view("dead"), view("alive")), {"alive"}, progress)
    left = [output["data"].get(WIDGET_VIEW, {}).get("model_id") for output in after["cells"][1]["outputs"]]
    assert left == [None, "alive"]


def test_without_an_answer_nothing_is_said_about_it(progress):
    assert "Your answer" not in asked(shown(notebook(view(), question()), set(), progress))


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("at 0", "at 0."),
        ([{"answer": "at 1", "right": False, "confidence": "guess"}], "at 1 (guess), not right."),
        ([{"answer": {"a": "b", "c": 2}}], "a: b; c: 2."),
        ([{"answer": ["x", "y"], "right": "?"}], "x; y."),
    ],
)
def test_answers_of_every_form(progress, kept, said):
    progress.path.with_name(NAME).write_text(json.dumps({KEY: kept}))
    assert f"<b>Your answer:</b> {said}<" in asked(shown(notebook(view(), question()), set(), progress))


def test_what_was_added_is_taken_away_again_and_never_adds_up(progress):
    progress.keep(KEY, "at 0")
    stored = notebook(question(), picture())
    once = shown(copy.deepcopy(stored), set(), progress)
    twice = shown(copy.deepcopy(once), set(), progress)
    assert once == twice != stored
    assert without_additions(copy.deepcopy(twice)) == stored
    for output in twice["cells"][1]["outputs"]:  # as JupyterLab may send it
        output["data"]["text/html"] = output["data"]["text/html"].splitlines(keepends=True)
    assert without_additions(twice) == stored


def test_a_picture_that_has_no_words_or_has_html_already_is_left():
    wordless, described = picture(), picture()
    wordless["metadata"] = {}
    described["data"]["text/html"] = "<p>mine</p>"
    before = copy.deepcopy([wordless, described])
    describe_pictures([wordless, described])
    assert [wordless, described] == before


def test_outputs_of_others_are_left(progress):
    stream = {"output_type": "stream", "name": "stdout", "text": "7\n"}
    odd = {"output_type": "display_data", "metadata": {}, "data": {WIDGET_VIEW: "broken", "text/plain": "x"}}
    after = shown(notebook(stream, odd), set(), progress)
    assert after["cells"][1]["outputs"] == [
        stream,
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "x"}},
    ]
