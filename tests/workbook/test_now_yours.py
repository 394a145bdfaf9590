"""Now yours: the lines at the end of each chapter, asked of a network of ours and of a hand-written one."""

import re
from pathlib import Path

import numpy as np
import pytest

from workbook import Network
from workbook.measures import answers, neighbours, output_unit, saturation, symmetry, unit_life

FOLDER = Path(__file__).parents[1] / "now_yours"
FILES = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
X = np.linspace(-2, 2, 21).reshape(-1, 1)


def parts(path):
    """The parts of a file by name: data, workbook, numpy, pytorch, now yours."""
    _, *found = re.split(r"^# %% (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(found[::2], found[1::2], strict=True))


def test_each_chapter_but_the_first_has_its_lines():
    chapters = {path.stem for path in (FOLDER.parents[1] / "chapters").glob("*.ipynb")}
    assert {path.stem for path in FILES} == {name for name in chapters if not name.startswith("00")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("network", ["workbook", "numpy"])
def test_the_lines_run(path, network, capsys):
    found = parts(path)
    names = {}
    for part in ("data", network, "now yours"):
        exec(compile(found[part], f"{path.name}: {part}", "exec"), names)
    said = capsys.readouterr().out
    assert len(said.splitlines()) >= 4
    assert "nan" not in said


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_lines_are_few_and_those_for_pytorch_are_python(path):
    found = parts(path)
    assert 6 <= len([line for line in found["now yours"].splitlines() if line]) <= 8
    text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in found["pytorch"].splitlines())
    compile(text, "pytorch", "exec")
    assert "torch" not in "".join(found[part] for part in ("data", "workbook", "numpy", "now yours"))


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
