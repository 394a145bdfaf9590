"""A learner's own table as a notebook that is filled in: read, scaled, a network, a panel, twenty seeds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from workbook.course.files import reason
from workbook.course.lab import FolderError
from workbook.data.datasets import Dataset
from workbook.data.from_file import names_in

UNITS, STEPS, SEEDS = 16, 1000, 20
FEW, MANY = 10, 200  # below so few rows nothing is held out; from so many on, a step takes a batch
MOST = 5000  # rows whose nearest neighbours are found in a second or two
BATCH = 32


class Table(NamedTuple):
    """A learner's table that has been read, and the column that is to be predicted."""

    path: Path
    target: str
    data: Dataset


def read(file: str | os.PathLike[str], target: str | None = None) -> Table:
    """Read a CSV file; without a target, its last column is one.

    Raises ValueError or TypeError, as `Dataset.from_csv` does, for a table that no network can be given.
    """
    path = Path(os.path.expanduser(file))
    wanted = names_in(path)[-1] if target is None else target
    return Table(path, wanted, Dataset.from_csv(path, wanted))


def write_notebook(table: Table, folder: str | os.PathLike[str] | None = None) -> Path:
    """Write the notebook into the folder, or beside the table, under the next free name; return its path.

    No file is ever written over. Raises FolderError where the folder cannot be used.
    """
    where = Path(os.path.abspath(table.path)).parent if folder is None else Path(os.path.expanduser(folder))
    content = (json.dumps(_notebook(_cells(table, where)), indent=1, ensure_ascii=False) + "\n").encode()
    try:
        where.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            path = (
                where.resolve()
                / f"{table.data.name or 'table'}-explored{'' if number == 1 else f'-{number}'}.ipynb"
            )
            try:
                with open(path, "xb") as file:
                    file.write(content)
                return path
            except FileExistsError:
                number += 1
    except OSError as error:
        raise FolderError(
            f"The notebook could not be written to {where}: {reason(error)}. --folder DIR is for another."
        ) from error


def _cells(table: Table, where: Path) -> list[tuple[str, str]]:
    """Return the cells of the notebook, each ("markdown" or "code", text)."""
    data = table.data
    classes = data.labels is not None
    held_out = ", held_out=0.2" if len(data) >= FEW else ""
    read = f"Dataset.from_csv({_file(table.path, where)!r}, target={table.target!r}{held_out})"
    loss = "mean squared error"
    if classes:
        loss = "sigmoid cross-entropy" if data.targets.shape[1] == 1 else "softmax cross-entropy"
    batch = f", batch_size={BATCH}" if len(data) >= MANY else ""
    sizes = (data.inputs.shape[1], UNITS, data.targets.shape[1])
    scaled = "" if classes else "targets=True"
    return [
        ("markdown", f"# {data.name}: what is its {table.target}?\n\n{ABOUT}"),
        ("code", IMPORTS),
        ("markdown", SCALED),
        ("code", f"table = {read}\ndata = table.standardised({scaled})\ndata"),
        ("markdown", CLASSES if classes else NUMBERS),
        (
            "code",
            f'network = Network({sizes}, hidden="tanh", initializer="xavier")\n'
            f'mine = Experiment(data, network, loss="{loss}", step_size=0.1{batch}, steps={STEPS})',
        ),
        ("markdown", PANEL),
        ("code", "nnwidgets.explore(mine)"),
        ("markdown", OVER_SEEDS),
        ("code", f"run = train(mine, seeds=range({SEEDS}))\nprint(summary(run))"),
        ("markdown", YOURS),
        *(("code", code) for code in QUESTIONS[len(data) > MOST :]),
    ]


def _file(path: Path, where: Path) -> str:
    """Return how the notebook names the table: by its name alone where it lies beside it."""
    whole = Path(os.path.realpath(path))
    return whole.name if whole.parent == Path(os.path.realpath(where)) else str(whole)


def _notebook(cells: list[tuple[str, str]]) -> dict[str, object]:
    code: dict[str, object] = {"execution_count": None, "outputs": []}
    return {
        "cells": [
            {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text.splitlines(True)}
            | (code if kind == "code" else {})
            for number, (kind, text) in enumerate(cells)
        ],
        "metadata": {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


ABOUT = """\
This notebook was filled in for your table, and it is yours: change anything. Shift+Enter runs a cell."""
IMPORTS = """\
import nnwidgets
from workbook import Dataset, Experiment, Network, check_gradients, train
from workbook.measures.answers import beside_constant
from workbook.measures.neighbours import nearest_error
from workbook.measures.saturation import expected_z, measured_z, saturated_at
from workbook.measures.symmetry import can_only_be
from workbook.tables import summary"""
SCALED = """\
Some rows are held out, if there are enough: training never sees them. Each column then gets mean 0 and
deviation 1, by the numbers of the training rows alone."""
CLASSES = """\
The target has classes, so the network says a logit, and the loss turns it into a probability."""
NUMBERS = """\
The target is a number. It was scaled as well, so the best constant answer has a loss of 1."""
PANEL = """\
Turn a control, press Play. The dotted line is the loss of the best answer that is the same for every row: a
network that stays there has learned nothing of the inputs. The controls are fields of `mine`; you may name
others: `nnwidgets.explore(mine, step_size=True, hidden=["tanh", "relu"], momentum=(0, 0.9))`."""
OVER_SEEDS = """\
One run is one draw of start weights. Over twenty seeds:"""
YOURS = """\
## Now yours

The questions of the chapters, asked of your network. Which of the answers surprises you?"""
QUESTIONS = [
    """\
print("what the inputs alone are good for, the error of the nearest row:", round(nearest_error(data), 3))""",
    """\
print("what the network can only be, whatever its weights are:", can_only_be(network))
print(beside_constant(mine.network.forward(run.params, data.inputs)[0][0], data.targets, mine.loss))""",
    """\
W, b = network.init(0)[0]
z = data.inputs @ W + b
print(f"z should be about {expected_z(data.inputs, W, b):.2g} in size, and is {measured_z(z):.2g}")
print(f"saturated at the start: {saturated_at(z, 'tanh'):.0%}")
print("the gradient is right:", check_gradients(mine, directions=20).passed)""",
    """\
better = mine.but(hidden="relu", initializer="he")  # your turn: which change helps?
print(summary(train(better, seeds=range(20))))""",
]
