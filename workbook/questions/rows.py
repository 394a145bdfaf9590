"""Questions about data that were right before they were shuffled, or reshaped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbook.data.datasets import Dataset
from workbook.data.digits import dataset, digits
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.network import Network
from workbook.questions.question import Posed, question

CALLS = 10  # of the shuffle, one before each epoch: hardly two different rows are left


def flowers() -> Dataset:
    """Return a stand-in for Fisher's irises: three Gaussian classes of 50 rows, 4 columns, a fifth held out.

    Middles and spreads are of their kind; one class lies apart, and two touch.
    """
    middles = [[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]]
    random = np.random.RandomState(0)
    x = np.concatenate([random.normal(middle, 0.35, (50, 4)) for middle in middles])
    return Dataset(x, np.repeat(np.eye(3), 50, axis=0), "three flowers").split(0.2).standardised()


def swapped_as_views(rows: np.ndarray, calls: int) -> np.ndarray:
    """Return rows after so many of Python's random.shuffle, which swaps rows: x[i], x[j] = x[j], x[i].

    Of an array, x[i] is a view: when x[j] gets it, it is x[j] already. One of the two is lost.
    """
    rows, random = rows.copy(), np.random.RandomState(0)
    for _ in range(calls):
        for i in range(len(rows) - 1, 0, -1):
            rows[i] = rows[random.randint(i + 1)]
    return rows


def overwritten(data: Dataset, calls: int, with_targets: bool = False) -> Dataset:
    """Return the data after so many calls on the inputs, or on a table of inputs and targets."""
    together = np.hstack([data.inputs, data.targets])
    found, columns = swapped_as_views(together, calls), data.inputs.shape[1]
    targets = found[:, columns:] if with_targets else data.targets
    name = f"{data.name}, {'rows' if with_targets else 'inputs'} overwritten {calls} times"
    return replace(data, inputs=found[:, :columns], targets=targets, name=name)


@question(
    "shuffled-apart",
    "Stack Overflow, on shuffling the rows of an array",
    "wrong data",
    seeds=20,
)
def shuffled_apart() -> Posed:
    """Before each epoch random.shuffle on an array of inputs, while the labels stay where they are: two bugs.

    The shuffle swaps views, so that rows are overwritten, after some epochs all with the same one; and labels
    do not move along. Each of the usual replies repairs one. As posted: the data as they are before the
    eleventh epoch, for no order of rows remembers the epochs before.
    """
    data = flowers()
    right = Experiment(
        data,
        Network((4, 10, 3), "tanh", "identity"),
        loss="softmax cross-entropy",
        step_size=0.1,
        batch_size=10,
        steps=12_000,
        solved_below=0.1,
    )
    apart = FAULTS["rows shuffled apart"].plant(right)
    return Posed(
        right.but(dataset=overwritten(data, CALLS)),
        {"rows moved, labels along": right},
        {
            "one call": right.but(dataset=overwritten(data, 1)),
            "labels along, rows overwritten": right.but(dataset=overwritten(data, CALLS, True)),
            "rows moved, labels left": FAULTS["rows shuffled apart anew"].plant(right),
            "moved apart once": apart,
            "moved apart once, 60 units": apart.but(sizes=(4, 60, 3)),
        },
    )


def turned(data: Dataset) -> Dataset:
    """Return pictures mirrored along their diagonal, held-out ones as well."""
    side = round(data.inputs.shape[1] ** 0.5)
    inputs = data.inputs.reshape(-1, side, side).swapaxes(1, 2).reshape(len(data), -1)
    held_out = None if data.held_out is None else turned(data.held_out)
    return replace(data, inputs=inputs, name=f"{data.name}, turned", held_out=held_out)


@question(
    "reshaped-images",
    "A course's forum",
    "wrong data",
    seeds=10,
)
def reshaped_images() -> Posed:
    """Pictures (209, 64, 64, 3) become columns by reshape(-1, 209): the shape is right, the numbers are not.

    Each column has numbers of many pictures. Here with the 8 x 8 digits, which come with the workbook.
    Mirroring every picture, which looks as wrong, is harmless.
    """
    learn, asked = digits()
    right = Experiment(
        replace(dataset(learn), held_out=dataset(asked)),
        Network((64, 15, 10), "sigmoid", "sigmoid", True, "normal(1)", "normal(1)"),
        loss="quadratic cost",
        step_size=3.0,
        batch_size=10,
        steps=3_900,
        record_every=1_300,
        solved_below=0.1,
    )
    posted = FAULTS["images reshaped"].plant(right)
    return Posed(
        posted,
        {"reshaped and turned": right},
        {"every picture mirrored": right.but(dataset=turned(right.dataset))},
    )


questions = (shuffled_apart, reshaped_images)
