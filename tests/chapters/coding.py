"""The exercises in code as the tests see them: a cell with a solution, and the check that follows it."""

import ast
import json
from typing import NamedTuple

from .notebooks import NOTEBOOKS, cells, source

BEGIN = "### BEGIN SOLUTION"
WRONG = {
    "backpropagation-by-hand-gradient": "def gradient(x, z, dy):\n    return x.T @ dy",
    "bias-copy-by-hand": "def copy_by_hand():\n    return 1.0, 1.0, 1.0",
    "linear-output-below-on-every-row": "def below_on_every_row(z):\n    return (z <= 0).any(axis=-1)",
    "dead-relu-perfect-weights": "def perfect_weights():\n    return [[1, 1]] * 5, [1, -1]",
    "dead-relu-relu-derivative": "def relu_derivative(z):\n    return (z < 0).astype(float)",
    "gradient-checking-slope": "def slope(loss, p, h):\n    return (loss(p + h) - loss(p)) / h",
    "input-scaling-undo": "def undo(x):\n    return np.where(x < 0, x + 1, x)",
    "conditioning-standardise": "def standardise(train, other):\n"
    "    return [(rows - rows.mean(0)) / (rows.std(0) + 1e-9) for rows in (train, other)]",
    "step-size-and-momentum-momentum-step": "def momentum_step(w, v, g, s, m):\n"
    "    v = m * v - s * g\n    return w - v, v",
    "not-a-number-log-softmax": "def log_softmax(z):\n    e = np.exp(z - z.max(-1, keepdims=True))\n"
    "    return np.log(e / e.sum(-1, keepdims=True))",
}
"""A learner's wrong answer to each: what is likely."""


class Coding(NamedTuple):
    """An exercise in code: its chapter, the cell to fill in, and the next code cell, if there is one."""

    chapter: str
    cell: dict
    check: dict | None

    @property
    def grade_id(self):
        return self.cell["metadata"].get("nbgrader", {}).get("grade_id", "without an id")

    @property
    def wrong(self):
        """A wrong answer; KeyError where WRONG has none."""
        return WRONG[self.grade_id]


def exercises(path):
    """A notebook's exercises in code, in order."""
    code = cells(path, "code")
    pairs = zip(code, [*code[1:], None], strict=True)
    return [Coding(path.stem, cell, after) for cell, after in pairs if BEGIN in source(cell)]


EXERCISES = [exercise for path in NOTEBOOKS for exercise in exercises(path)]


def imports_only(text):
    return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.parse(text).body)


def filled_in(content, answer):
    """Return a notebook (JSON) with answer(grade_id), unless it is None, in each exercise's cell."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and (text := answer(about["grade_id"])) is not None:
            cell["source"] = text
    return json.dumps(notebook)
