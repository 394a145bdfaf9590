"""The command that opens a notebook for a learner's own table."""

import ast
import json
import re

import numpy as np
import pytest

from workbook.course import cli
from workbook.course.explore import read, write_notebook

RANDOM = np.random.RandomState(0)
ROWS = RANDOM.standard_normal((40, 3)).round(3)
NUMBERS = "a,b,price\n" + "".join(f"{a},{b},{a * b + 100:.3f}\n" for a, b, _ in ROWS)
TABLES = {
    "numbers": (NUMBERS, "price"),
    "decimal commas": (NUMBERS.replace(",", ";").replace(".", ","), "price"),
    "names of classes": (
        "a\tb\tkind\n" + "".join(f"{a}\t{b}\t{'ros'[i % 3]}\n" for i, (a, b, _) in enumerate(ROWS)),
        "kind",
    ),
    "yes or no": ("sick,age\n" + "".join(f"{i % 2},{20 + i}\n" for i in range(300)), "sick"),
    "few rows": ("x,y\n1,2\n2,4\n3,6\n", None),
    "names in quotes": ('"the x","it\'s ""y"""\n' + "".join(f"{i},{i % 7}\n" for i in range(20)), None),
}  # fmt: skip


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_of_the_notebook_runs(name, tmp_path, monkeypatch, capsys):
    text, target = TABLES[name]
    (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
    path = write_notebook(read(tmp_path / "mine.csv", target))
    assert path == tmp_path / "mine-explored.ipynb"
    monkeypatch.chdir(tmp_path)
    names = {}
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert len(cell["source"]) <= 8
            exec(compile("".join(cell["source"]), "cell", "exec"), names)
    said = capsys.readouterr().out
    assert "best constant" in said
    assert "the gradient is right: True" in said
    assert ("held out" in said) == (name != "few rows")
    assert names["run"].losses[-1].min() < names["run"].losses[0].min()


def test_no_notebook_is_written_over(tmp_path):
    (tmp_path / "mine.csv").write_text(NUMBERS)
    table = read(tmp_path / "mine.csv")
    written = [write_notebook(table), write_notebook(table), write_notebook(table, tmp_path / "elsewhere")]
    assert [path.name for path in written] == [
        "mine-explored.ipynb", "mine-explored-2.ipynb", "mine-explored.ipynb"
    ]  # fmt: skip
    beside, _, elsewhere = ("".join(cells(path)[3]["source"]) for path in written)
    assert "from_csv('mine.csv'" in beside
    assert str(tmp_path / "mine.csv") in ast.literal_eval(
        elsewhere.partition("from_csv(")[2].partition(",")[0]
    )


@pytest.fixture
def opened(monkeypatch):
    calls = []
    monkeypatch.setattr(cli, "open_lab", lambda *arguments: calls.append(arguments) or 0)
    return calls


def test_the_command_opens_what_it_has_written(tmp_path, opened, capsys):
    (tmp_path / "mine.csv").write_text(NUMBERS)
    assert cli.main(["explore", str(tmp_path / "mine.csv"), "--no-browser", "--port", "9"]) == 0
    assert opened == [(tmp_path, "mine-explored.ipynb", ["--no-browser", "--port=9"])]
    assert "Dataset('mine', 40 rows, 2 -> 1), predicting 'price'" in capsys.readouterr().out


def test_options_of_jupyterlab_go_on_to_it(tmp_path, opened, capsys):
    (tmp_path / "mine.csv").write_text(NUMBERS)
    assert cli.main(["explore", str(tmp_path / "mine.csv"), "--allow-root"]) == 0
    assert opened[0][2] == ["--allow-root"]
    assert cli.main(["explore", str(tmp_path / "mine.csv"), "another.csv"]) == 2
    assert "explore takes one file, and 'another.csv' is one more" in capsys.readouterr().err


REFUSED = {
    "no file": (None, [], "cannot be read: No such file or directory"),
    "no such column": (NUMBERS, ["--target", "prize"], "no column 'prize'. Did you mean 'price'"),
    "a missing value": ("a,b\n1,2\n,3\n", [], "column 'a' of .* is empty in line 3; fill the cell"),
    "NA": ("a,b\n1,2\nNA,3\n", [], "has 'NA' in line 3, which is no number"),
    "no header": ("1,2\n3,4\n", [], "must name its columns in the first row"),
    "one column": ("a\n1\n2\n", [], "no column left for the inputs"),
    "texts among the inputs": ("a,b\nred,2\nblue,3\n", [], "one column of 0 and 1 for each"),
    "empty": ("", [], "is empty"),
    "port": (NUMBERS, ["--port", "99999"], "--port takes a whole number, 0 to 65535"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_explored_is_said_before_anything_starts(name, tmp_path, opened, capsys):
    text, options, said = REFUSED[name]
    if text is not None:
        (tmp_path / "mine.csv").write_text(text)
    assert cli.main(["explore", str(tmp_path / "mine.csv"), *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith("workbook: ")
    assert len(error.splitlines()) == 1
    assert re.search(said, error)
    assert opened == []
    assert not list(tmp_path.glob("*.ipynb"))


def test_a_folder_that_cannot_be_used(tmp_path, opened, capsys):
    (tmp_path / "mine.csv").write_text(NUMBERS)
    assert cli.main(["explore", str(tmp_path / "mine.csv"), "--folder", str(tmp_path / "mine.csv")]) == 2
    assert "could not be written" in capsys.readouterr().err
    assert opened == []
