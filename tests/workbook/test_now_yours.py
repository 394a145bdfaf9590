"""Now yours: the lines at the end of each chapter, asked of every network that the chapter pastes there."""

import ast
import builtins
import re
import symtable
from itertools import takewhile
from typing import NamedTuple

import numpy as np
import pytest

from workbook import Network
from workbook.measures import answers, neighbours, output_unit, saturation, symmetry, unit_life

from ..chapters.notebooks import NOTEBOOKS, cells, source

DATA = {"X", "T", "labels", "hidden", "output"}  # the learner's own, whatever the network
FENCED = re.compile(r"```python\n(.*?)```", re.DOTALL)
PASTED = re.compile(r"<details><summary>([^<]*)</summary>\n\n```python\n(.*?)```\n</details>", re.DOTALL)
X = np.linspace(-2, 2, 21).reshape(-1, 1)


class Names(NamedTuple):
    """The names of a piece of code: those that it binds at its top, by import or else, and those it finds."""

    imported: set[str]
    made: set[str]
    found: set[str]


def names(code):
    tables = [symtable.symtable(code, "now yours", "exec")]
    top = tables[0].get_symbols()
    imported = {symbol.get_name() for symbol in top if symbol.is_imported()}
    made = {symbol.get_name() for symbol in top if symbol.is_assigned()} - imported
    used = {symbol.get_name() for symbol in top if symbol.is_referenced()}
    for table in tables:
        tables += table.get_children()
        if table is not tables[0]:
            used |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return Names(imported, made, used - imported - made - set(dir(builtins)))


class NowYours(NamedTuple):
    """The section of a chapter, as code."""

    imports: str  # the chapter's first cell
    before: str  # data and network, and what is asked of an experiment of the workbook alone
    asks: str  # what is asked of any network: the last cell, or a block that stands outside of <details>
    pasted: dict[str, str]  # networks, by the summary above each
    said: list[str]  # the lines that the last cell has printed

    @property
    def known(self):
        """What stands in the kernel whichever network is asked."""
        before = names(self.before)
        return names(self.imports).imported | before.imported | (before.made & DATA)

    @property
    def needed(self):
        """What a network has to bring, for the asking lines."""
        return names(self.asks).found - self.known


def section(path):
    every = cells(path)
    (start,) = [at for at, cell in enumerate(every) if re.match(r"## .*Now yours", source(cell))]
    here = list(takewhile(lambda cell: not source(cell).startswith("## "), every[start + 1 :]))
    text = "\n".join(source(cell) for cell in here if cell["cell_type"] == "markdown")
    code = [cell for cell in here if cell["cell_type"] == "code"]
    pieces = [*map(source, code), *FENCED.findall(PASTED.sub("", text))]
    said = "".join(line for output in code[-1]["outputs"] for line in output["text"])
    imports = source(cells(path, "code")[0])
    return NowYours(
        imports, "\n".join(pieces[:-1]), pieces[-1], dict(PASTED.findall(text)), said.splitlines()
    )


CHAPTERS = [path for path in NOTEBOOKS if not path.stem.startswith("00")]
SECTIONS = {path.stem: section(path) for path in CHAPTERS}
PIECES = [(chapter, summary) for chapter, found in SECTIONS.items() for summary in found.pasted]
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
every_piece = pytest.mark.parametrize(("chapter", "summary"), PIECES)


def labels(lines):
    """What stands in front of each line's numbers and verdicts."""
    return [re.split(r"[\d:]", line)[0] for line in lines]


@every_piece
def test_the_lines_run_on_what_is_pasted(chapter, summary, capsys):
    """In a fresh kernel after the import cell; what the chapter's own network left there is taken away."""
    found, space = SECTIONS[chapter], {}
    for part in (found.imports, found.before):
        exec(compile(part, chapter, "exec"), space)
    for name in names(found.before).made - DATA:
        space.pop(name, None)
    if torch := "import torch" in found.pasted[summary]:
        pytest.importorskip("torch")
    capsys.readouterr()
    exec(compile(found.pasted[summary], f"{chapter}: {summary}", "exec"), space)
    capsys.readouterr()
    exec(compile(found.asks, f"{chapter}: asks", "exec"), space)
    said = capsys.readouterr().out.splitlines()
    assert len(said) >= 3
    assert "nan" not in "".join(said)
    assert torch or labels(said) == labels(found.said)[: len(said)]


@every_piece
def test_what_is_pasted_brings_what_is_needed_and_needs_only_what_is_there(chapter, summary):
    """Also of those for PyTorch, which most who run the tests do not have."""
    found, piece = SECTIONS[chapter], SECTIONS[chapter].pasted[summary]
    assert found.needed <= names(piece).made
    assert names(piece).found <= found.known
    lines = [line for line in piece.splitlines() if line and "import" not in line]
    assert 2 <= len(lines) <= (9 if "torch" in piece else 8)


@every_chapter
def test_a_learner_is_told_what_the_lines_need(path):
    """In the first line, a comment, of the cell that asks."""
    found = SECTIONS[path.stem]
    first = set(re.findall(r"\w+", found.asks.splitlines()[0]))
    asked = found.needed | (names(found.asks).found & DATA)
    assert first & (names(found.before).made | found.needed) == asked
    assert any("import torch" in piece for piece in found.pasted.values())
    assert "torch" not in found.imports + found.before + found.asks


@every_chapter
def test_the_lines_are_few(path):
    found = SECTIONS[path.stem]
    statements = [ast.unparse(statement) for statement in ast.parse(found.before).body]
    asking = [statement for statement in statements if "print(" in statement]
    assert 6 <= len("\n".join([*asking, ast.unparse(ast.parse(found.asks))]).splitlines()) <= 8


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_python_stands_as_text_only_where_it_is_run(path):
    """So that its numbers need no other account: tests/chapters/prose.py."""
    text = "\n".join(map(source, cells(path, "markdown")))
    found = SECTIONS.get(path.stem)
    run = [*found.pasted.values(), found.asks] if found else []
    assert text.count("```") == 2 * sum(piece in text for piece in run)


class Tensor:
    """As much of a tensor of PyTorch as matters here: with a gradient, NumPy may not have it."""

    def __init__(self, array, grad=True):
        self.array, self.grad = np.asarray(array), grad

    def detach(self):
        return Tensor(self.array, False)

    def cpu(self):
        return self

    def numpy(self):
        if self.grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy()")
        return self.array

    def __array__(self, dtype=None, copy=None):
        return self.numpy()


def test_tensors_and_lists_will_do():
    z = np.array([[1.0, -1, 0], [2, -3, 0]])
    for kind in (Tensor, np.ndarray.tolist):
        assert unit_life.rows_of_units(kind(z)).tolist() == [2, 0, 0]
        assert saturation.saturated_at(kind(10 * z), "tanh") == pytest.approx(4 / 6)
        assert answers.beside_constant(kind(z), kind(z)).loss == 0
    assert symmetry.at_zero(lambda x: Tensor(x + 1), X).tolist() == [1]


def test_symmetry_of_functions_by_hand():
    assert symmetry.even_share(np.sin, X) == pytest.approx(0, abs=1e-12)
    assert symmetry.even_share(np.cos, X) == pytest.approx(1)
    assert symmetry.even_share(lambda x: x + 3, X, plus_constant=True) == pytest.approx(0, abs=1e-12)
    assert symmetry.off_homogeneous(lambda x: np.maximum(x, 0.1 * x), X) == pytest.approx(0, abs=1e-12)
    assert symmetry.off_homogeneous(np.square, X) == pytest.approx(4 / (16 + 4))
    assert symmetry.at_zero(np.cos, X).tolist() == [1]


def test_instruments_on_arrays_are_those_on_experiments():
    network = Network((1, 6, 1), "relu", bias_initializer="normal(1)")
    params = network.init(0)
    np.testing.assert_array_equal(output_unit.hinge_places(*params[0]), output_unit.hinges(params))
    as_torch = params[0].W.T, params[0].b.ravel()
    np.testing.assert_array_equal(output_unit.hinge_places(*as_torch), output_unit.hinges(params))
    assert output_unit.out_of_reach(4 * X**2, "sigmoid") == pytest.approx(
        np.mean((4 * X**2 - np.clip(4 * X**2, 0, 1)) ** 2)
    )
    assert output_unit.no_better_than_zero(0 * X, X)
    assert not output_unit.no_better_than_zero(0.5 * X, X)
    rows = np.random.RandomState(0).standard_normal((500, 40)) * 3
    W = np.random.RandomState(1).standard_normal((40, 300)) * 0.2
    assert saturation.expected_z(rows, W) == pytest.approx(saturation.measured_z(rows @ W), rel=0.03)
    assert neighbours.nearest_right([[0], [0.1], [5], [5.2]], ["a", "a", "b", "c"]) == 0.5
    beside = answers.beside_constant([[1], [1], [1]], [[0], [3], [6]], "mean absolute error")
    assert (beside.constant.item(), beside.loss, beside.constant_loss) == (3, pytest.approx(8 / 3), 2)
    assert str(beside) == (
        "it says 1 on average, over a range of 0; the best constant is 3. Loss 2.67, of the constant 2"
    )


def test_a_relu_is_not_called_saturated():
    z = np.random.RandomState(0).standard_normal((100, 8))
    for name in ("relu", "leaky relu(0.001)", "softplus", "elu"):
        with pytest.raises(ValueError, match=r"flat on one side by design.*rows_of_units\(z\)"):
            saturation.saturated_at(z, name)
    assert saturation.saturated_at(100 * z, "sigmoid") > 0.9
    assert saturation.saturated_at(100 * z, "identity") == 0


MISTAKES = {
    "flat targets": (lambda: answers.beside_constant(X, X[:, 0]), ValueError, r"T must.*T.reshape\(-1, 1\)"),
    "other rows": (lambda: answers.beside_constant(X, X[1:]), ValueError, r"Y has the shape \(21, 1\) and T"),
    "flat inputs": (lambda: symmetry.at_zero(np.sin, X[:, 0]), ValueError, r"X must have the shape \(n, in"),
    "no function": (lambda: symmetry.at_zero(X, X), TypeError, r"f must be a function of X.*array of shape"),
    "one number": (lambda: symmetry.even_share(np.sum, X), ValueError, r"f\(X\) must have the shape .n, out"),
    "fewer rows": (lambda: symmetry.even_share(lambda x: x[1:], X), ValueError, "20 rows where X has 21"),
    "texts": (lambda: unit_life.rows_of_units([["a"]]), TypeError, "z must be numbers that np.asarray can"),
    "ragged": (lambda: unit_life.rows_of_units([[1], [1, 2]]), TypeError, "z must be numbers"),
    "no biases": (lambda: output_unit.hinge_places(np.ones((1, 3)), [1]), ValueError, "3 numbers and b has"),
    "two inputs": (lambda: output_unit.hinge_places(np.ones((2, 3)), [1]), ValueError, "units with one"),
    "turned W": (lambda: saturation.expected_z(np.ones((5, 4)), np.ones((7, 4))), ValueError, r"keeps.*W\.T"),
    "other W": (lambda: saturation.expected_z(np.ones((5, 4)), np.ones((7, 3))), ValueError, "X has 4 in"),
    "one-hot labels": (lambda: neighbours.nearest_right(np.eye(3), np.eye(3)), ValueError, r"T\.argmax\(1\)"),
    "no activation": (lambda: saturation.slopes_at(X, "rellu"), TypeError, "Did you mean 'relu'"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_a_sentence(name):
    call, kind, said = MISTAKES[name]
    with pytest.raises(kind, match=said) as caught:
        call()
    assert len(str(caught.value)) < 300
