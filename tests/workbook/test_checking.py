"""Checking chapters: green as long as they say the same, red as soon as they do not."""

import json
import os
import signal
import subprocess
import sys

import pytest

from workbook.course import checking
from workbook.course.checking import WIDGET_VIEW, ExecutionError, check, store, stored_form


def cell(source, *outputs, count=1, **metadata):
    return {
        "cell_type": "code",
        "id": f"c{count}",
        "metadata": metadata,
        "source": source,
        "execution_count": count,
        "outputs": list(outputs),
    }


def text(said):
    return {"output_type": "stream", "name": "stdout", "text": said}


def result(said, count=1, **data):
    return {
        "output_type": "execute_result",
        "execution_count": count,
        "metadata": {},
        "data": {"text/plain": said, **data},
    }


def notebook(*cells):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    )


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q")


def test_stored_form_has_no_live_widget_and_nothing_of_this_machine():
    made = notebook(
        cell("panel", result("Panel(½)", **{WIDGET_VIEW: {"model_id": "1f"}}, **{"image/png": "x"}),
             execution={"iopub.execute_input": "2026-01-01"}, editable=False),
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "½"},
    )  # fmt: skip
    content = json.loads(made)
    content["metadata"] |= {
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
        "language_info": {"name": "python", "version": "3.99.1"},
    }
    stored = stored_form(json.dumps(content))
    assert WIDGET_VIEW not in stored
    assert "widget-state" not in stored
    assert "3.99" not in stored
    assert "2026" not in stored
    found = json.loads(stored)
    assert found["metadata"]["kernelspec"]["name"] == "python3"
    assert found["cells"][0]["metadata"] == {"editable": False}
    assert found["cells"][0]["outputs"][0]["data"] == {"text/plain": "Panel(½)", "image/png": "x"}
    assert found["cells"][1] == content["cells"][1]
    assert "½" in stored  # and not as a code
    assert stored.endswith("}\n")
    assert stored_form(stored) == stored


GOOD = [cell("x = 21\nprint(2 * x)", text("42\n")), cell("x + 1", result("22", 2), count=2)]


def test_green_as_long_as_it_says_the_same(tmp_path, quiet, capfd):
    (tmp_path / "good.ipynb").write_text(notebook(*GOOD))
    before = (tmp_path / "good.ipynb").read_bytes()
    assert check([tmp_path / "good.ipynb"]) == 0
    assert (tmp_path / "good.ipynb").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["good.ipynb"]
    assert "2 passed" in capfd.readouterr().out


RED = {
    "printed": cell("print(42)", text("43\n"), count=3),
    "shown": cell("42", result("43", 4), count=4),
    "nothing stored": cell("print(42)", count=5),
    "nothing printed": cell("y = 42", text("42\n"), count=6),
    "a picture's text": cell("x", result("Panel(loss 0.2)", 7, **{"image/png": "x"}), count=7),
    "warning": cell("import warnings\nwarnings.warn('mind the step')", count=8),
    "error": cell("1 / 0", count=9),
}


def test_red_as_soon_as_it_does_not(tmp_path, quiet, capfd):
    """Whatever has changed, one cell for each: all of them fail, and the two good ones pass."""
    (tmp_path / "red.ipynb").write_text(notebook(*GOOD, *RED.values()))
    assert check([tmp_path / "red.ipynb"]) == 1
    assert f"{len(RED)} failed, 2 passed" in capfd.readouterr().out


def test_nothing_to_check_is_no_success(tmp_path, quiet, monkeypatch, capfd):
    """And it does not go looking for other tests either."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "test_other.py").write_text("def test_it(): pass")
    with pytest.raises(ValueError, match="no notebook to check"):
        check([])
    assert "passed" not in capfd.readouterr().out


def test_two_chapters_of_one_name_are_both_checked(tmp_path, quiet, capfd):
    for folder, content in (("a", RED["printed"]), ("b", GOOD[0])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.ipynb").write_text(notebook(content))
    assert check([tmp_path / folder / "same.ipynb" for folder in "ab"]) == 1
    capfd.readouterr()


def test_store_writes_what_it_says_now(tmp_path, quiet, capfd):
    path = tmp_path / "one.ipynb"
    path.write_text(notebook(cell("x = 21\nprint(2 * x)"), cell("x + 1", count=2)))
    assert store([path]) == 0
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["cells"][0]["outputs"] == [text(["42\n"])]
    assert stored["cells"][1]["outputs"][0]["data"] == {"text/plain": ["22"]}
    assert path.read_text(encoding="utf-8") == stored_form(path.read_text(encoding="utf-8"))


def test_panels_are_told_that_their_pictures_are_stored_and_only_then(tmp_path, quiet, capfd):
    path = tmp_path / "a.ipynb"
    path.write_text(
        notebook(cell("import os\nprint(os.environ.get('WORKBOOK_STORING'))", text("1"))), encoding="utf-8"
    )
    assert store([path]) == 0
    assert '"1\\n"' in path.read_text(encoding="utf-8")
    assert check([path]) == 1  # there it says None


def test_store_leaves_a_chapter_that_fails_as_it_was(tmp_path, quiet, capfd):
    path = tmp_path / "bad.ipynb"
    path.write_text(notebook(cell("1 / 0")))
    before = path.read_bytes()
    with pytest.raises(ExecutionError, match=r"(?s)bad\.ipynb stays as it was: .*1 / 0.*ZeroDivisionError"):
        store([path])
    assert path.read_bytes() == before
    assert capfd.readouterr().err == ""


def test_store_says_why_where_it_comes_to_no_cell(tmp_path, monkeypatch):
    path = tmp_path / "one.ipynb"
    path.write_text(notebook(cell("1")))
    program = "import sys; sys.exit('Traceback:\\n  File x\\nmodule.NoSuchKernel: no kernel\\n  more')"
    execute = checking._execute
    monkeypatch.setattr(
        checking, "_execute", lambda command, of: execute([sys.executable, "-c", program], of)
    )
    with pytest.raises(ExecutionError, match=r"could not be executed\. module\.NoSuchKernel: no kernel$"):
        store([path])


@pytest.mark.skipif(os.name == "nt", reason="no such names on Windows")
def test_odd_names(tmp_path, quiet, capfd):
    """pytest takes what is in brackets for a parameter, nbconvert for a pattern."""
    paths = [tmp_path / name for name in ("a[1].ipynb", "-b.ipynb", "c::d*.ipynb", "\u00e9 (2).json")]
    for path in paths:
        path.write_text(notebook(GOOD[0]))
    assert check(paths) == 0
    assert "4 passed" in capfd.readouterr().out
    paths[0].write_text(notebook(cell("print(42)")))
    assert store(paths[:1]) == 0
    assert json.loads(paths[0].read_text())["cells"][0]["outputs"] == [text(["42\n"])]


@pytest.mark.parametrize("code", [2, 5, -15])
def test_whatever_goes_wrong_is_a_failure(tmp_path, monkeypatch, code):
    (tmp_path / "good.ipynb").write_text(notebook(*GOOD))
    monkeypatch.setattr(checking, "_relay", lambda command: code)
    assert check([tmp_path / "good.ipynb"]) == 1


TIDYING = """
import signal, sys, time
from pathlib import Path
def tidy(*_):
    time.sleep(0.6)
    Path(sys.argv[1]).write_text("tidy")
    sys.exit(0)
signal.signal(signal.SIGINT, tidy)
Path(sys.argv[1]).touch()
print("ready", flush=True)
print("ready", flush=True, file=sys.stderr)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal")
@pytest.mark.parametrize("act", ["_relay(command)", "_execute(command, 'a notebook')"])
def test_control_c_waits_until_all_is_tidied_up(tmp_path, act):
    start = (
        "import signal, sys, threading; from workbook.course.checking import _execute, _relay\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "command = [sys.executable, *sys.argv[1:]]\n"
        f"try: {act}\n"
        "except KeyboardInterrupt: sys.exit(130)"
    )
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", start, "-c", TIDYING, str(tmp_path / "said")],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout.readline() == b"ready\n"
    os.killpg(process.pid, signal.SIGINT)
    process.stdout.close()
    assert process.wait(20) == 130
    assert (tmp_path / "said").read_text() == "tidy"


def test_what_a_cell_prints_is_stored_in_one_piece_however_it_came():
    """So that the same text is the same file, and a difference in git is one for the reader."""

    def stream(text, name="stdout"):
        return {"output_type": "stream", "name": name, "text": text}

    shown = {"output_type": "display_data", "data": {"text/plain": ["x"]}, "metadata": {}}
    cell = {"cell_type": "code", "metadata": {}, "source": []}
    came = [stream(["a\n", "b"]), stream(["c\n"]), stream(["!"], "stderr"), shown, stream(["d"])]
    content = json.loads(stored_form(json.dumps({"cells": [cell | {"outputs": came}]})))
    whole = [stream(["a\n", "bc\n"]), stream(["!"], "stderr"), shown, stream(["d"])]
    assert content["cells"][0]["outputs"] == whole
