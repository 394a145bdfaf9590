"""What a chapter says in prose was computed, and what a learner is handed works."""

import ast
import contextlib
import importlib
import io
import json
import pkgutil
import re
import shutil
from pathlib import Path

import pytest

import nnwidgets
import workbook
from workbook import CASES
from workbook.course.checking import check
from workbook.course.handout import for_learner

from .notebooks import FOLDER as CHAPTERS
from .notebooks import NOTEBOOKS, cells, printed, source

PROSE_ONLY = re.compile(
    r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|<[^>]*>|\]\([^)]*\)|CC BY \d\.\d|95 % interval", re.DOTALL
)
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)")
COUNT = re.compile(r"\b(\d[\d ]*) of (?:the )?(\d[\d ]*\d|\d)\b")
WIDGETS = {module.name for module in pkgutil.iter_modules(nnwidgets.__path__)}

every_chapter = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def own_modules(path):
    """Return the text of the modules of nnwidgets that belong to the chapter: they hold its questions."""
    imported = set()
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.ImportFrom) and node.module == "nnwidgets":
                imported |= {alias.name for alias in node.names} & WIDGETS
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("nnwidgets."):
                imported.add(node.module.split(".")[1])
    texts = []
    for name in imported:
        module = importlib.import_module(f"nnwidgets.{name}")
        files = [module.__file__]
        if hasattr(module, "__path__"):
            files += [
                found.module_finder.find_spec(found.name).origin
                for found in pkgutil.iter_modules(module.__path__)
            ]
        for file in files:
            with open(file, encoding="utf-8") as text:
                texts.append(text.read())
    return "\n".join(texts)


def evidence(path):
    """Return all that a chapter's numbers may come from: outputs, code, the tested claims of its cases."""
    claims = [
        text
        for case in CASES.values()
        if case.chapter == path.name
        for text in (case.question, *(claim.statement for claim in case.claims))
    ]
    code = [source(cell) for cell in cells(path, "code")]
    return "\n".join([printed(path), *claims, *code, own_modules(path)])


def prose(path):
    return [PROSE_ONLY.sub(" ", source(cell)) for cell in cells(path, "markdown")]


def rounds_to(number, known):
    """Whether a known number, rounded as `number` is, gives it; one like 0.5 has to be there as it is."""
    digits = len(number.partition(".")[2])
    coarse = len(number.replace(".", "").strip("0")) < 2
    return number in known or (not coarse and any(f"{float(text):.{digits}f}" == number for text in known))


@every_chapter
def test_every_decimal_number_in_prose_is_a_number_that_was_computed(path):
    known = set(re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", evidence(path)))
    for text in prose(path):
        for number in DECIMAL.findall(text):
            assert rounds_to(number, known), f"{number} in: {text}"


@every_chapter
def test_every_count_in_prose_was_counted(path):
    """ "28 of 300" stands in an output or in a claim."""
    known = re.sub(r"(?<=\d) (?=\d{3}\b)", "", evidence(path))
    for text in prose(path)[1:]:  # the first cell quotes what somebody else has counted
        for count, total in COUNT.findall(re.sub(r"(?<=\d) (?=\d{3}\b)", "", text)):
            assert re.search(rf"\b{count} of (?:the )?{total}\b", known), f"{count} of {total} in: {text}"


@every_chapter
def test_every_picture_has_a_text_alternative(path):
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                alt = output["metadata"].get("image/png", {}).get("alt", "")
                assert len(alt) > 20, source(cell)


def imports_only(text):
    return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.parse(text).body)


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


def test_a_copy_of_the_engine_without_a_planted_bug_is_green(tmp_path, monkeypatch):
    """The control for test_planted: it is the plant that turns a chapter red, and not the copy."""
    shutil.copytree(Path(workbook.__file__).parent, tmp_path / "workbook")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTEST_ADDOPTS", "-q")
    assert check([CHAPTERS / "02_bias.ipynb"]) == 0
