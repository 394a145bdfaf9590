"""What every notebook keeps to, so that nbval can see what it says and a learner can read it."""

import contextlib
import io
import json
import re

import pytest

from workbook.course.checking import WIDGET_VIEW, stored_form
from workbook.course.handout import for_learner

from .coding import imports_only
from .notebooks import NOTEBOOKS, cells, source

FORBIDDEN = re.compile(r"\binteract|\bOutput\(|pyplot|clear_output|\bawait\b|^%|^!|;\s*$", re.MULTILINE)

every_chapter = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_are_chapters():
    assert "02_bias" in [path.stem for path in NOTEBOOKS]


@every_chapter
def test_every_code_cell_has_been_executed_in_order(path):
    code = cells(path, "code")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))


@every_chapter
def test_code_cells_are_short_and_keep_to_what_nbval_can_check(path):
    for cell in cells(path, "code"):
        lines = [line for line in source(cell).splitlines() if line.strip() and "SOLUTION" not in line]
        assert 1 <= len(lines) <= 8, source(cell)
        assert not FORBIDDEN.search(source(cell)), source(cell)
        assert "tags" not in cell["metadata"], source(cell)


@every_chapter
def test_no_cell_ended_in_an_error_or_a_warning(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", source(cell)
            assert output.get("name") != "stderr", source(cell)


@every_chapter
def test_what_is_stored_is_small_and_the_same_on_every_machine(path):
    text = path.read_text(encoding="utf-8")
    assert len(text) < 600_000
    assert text == stored_form(text)
    assert WIDGET_VIEW not in text
    identities = [cell["id"] for cell in json.loads(text)["cells"]]
    assert len(set(identities)) == len(identities)


@every_chapter
def test_a_picture_never_stands_without_a_text(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            data = output.get("data", {})
            assert "image/png" not in data or "".join(data["text/plain"]).strip(), source(cell)


@every_chapter
def test_solutions_are_marked_in_pairs_and_a_learner_gets_none(path):
    for cell in cells(path, "code"):
        assert source(cell).count("### BEGIN SOLUTION") == source(cell).count("### END SOLUTION")
    handed_out = for_learner(path.read_bytes())
    assert b"SOLUTION" not in handed_out
    assert len(json.loads(handed_out)["cells"]) == len(cells(path, "code")) + len(cells(path, "markdown"))


@every_chapter
def test_every_picture_has_a_text_alternative(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                alt = output["metadata"].get("image/png", {}).get("alt", "")
                assert len(alt) > 20, source(cell)


@every_chapter
def test_a_learner_who_has_not_begun_is_told_so(path, tmp_path, monkeypatch):
    """The cell after an exercise in code can be run at once, and says "not attempted yet"."""
    monkeypatch.chdir(tmp_path)
    marked = [
        number for number, cell in enumerate(cells(path, "code")) if "### BEGIN SOLUTION" in source(cell)
    ]
    handed = [
        "".join(cell["source"])
        for cell in json.loads(for_learner(path.read_bytes()))["cells"]
        if cell["cell_type"] == "code"
    ]
    names = {}
    for text in filter(imports_only, handed):
        exec(compile(text, path.name, "exec"), names)
    for number in marked:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            for text in handed[number : number + 2]:
                exec(compile(text, path.name, "exec"), names)
        assert "not attempted yet" in said.getvalue(), handed[number + 1]
