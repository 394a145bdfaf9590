"""A network that reads digits, as in a well-known book: the small digits, or real MNIST, in any encoding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

import numpy as np

from workbook.data import mnist
from workbook.data.datasets import Dataset
from workbook.data.digits import ENCODINGS, Pictures, dataset, digits, encode
from workbook.experiment import Experiment
from workbook.gradcheck import check_gradients
from workbook.measures.accuracy import nearest_labels, share_right
from workbook.measures.saturation import (
    SATURATED,
    expected_deviation,
    measured_deviation,
    saturated,
    squared_length,
)
from workbook.network import Network
from workbook.tables import share_table, table
from workbook.training import Run, Trainer, train

SEEDS, EPOCHS = 40, 10
LEARN, HELD_OUT = digits()
DATA = {name: dataset(LEARN, name) for name in ENCODINGS}
# For each data set that is learned: the held-out digits in the same encoding.
ASKED = {data: dataset(HELD_OUT, name, LEARN.pixels) for name, data in DATA.items()}


def recipe(data: Dataset, units: int = 15, batch_size: int = 10) -> Experiment:
    """Return the network as posted, for ten epochs: sigmoids, quadratic cost, parameters from N(0, 1).

    Steps of size 3 with mini-batches of 10, or of size 1 with one picture at a time: the asker tried both.
    """
    return Experiment(
        data,
        Network((data.inputs.shape[1], units, 10), "sigmoid", "sigmoid", True, "normal(1)", "normal(1)"),
        loss="quadratic cost",
        step_size=1.0 if batch_size == 1 else 3.0,
        batch_size=batch_size,
        steps=EPOCHS * -(-len(data) // batch_size),
        solved_below=0.1,
    )


def held_out_accuracy(run: Run) -> np.ndarray:
    """Return the share of the 497 held-out digits that each seed's network gets right, (n_seeds,)."""
    asked = ASKED[run.experiment.dataset]
    return share_right(run.experiment.network, run.params, asked.inputs, HELD_OUT.labels)


def nearest_neighbour_accuracy(encoding: str) -> float:
    """Return how many held-out digits are right if each is called what the nearest known digit is.

    Multiples of 1/255 are compared as whole numbers, which they are not if standardised.
    """
    known = DATA[encoding]
    named = nearest_labels(np.rint(255 * known.inputs), LEARN.labels, np.rint(255 * ASKED[known].inputs))
    return float((named == HELD_OUT.labels).mean())


def median_right(experiment: Experiment, seeds: int = SEEDS) -> float:
    """Return the share of the held-out digits that the median seed gets right."""
    return float(np.median(held_out_accuracy(train(experiment, range(seeds)))))


def start_table(experiments: Mapping[str, Experiment], seeds: int = SEEDS) -> str:
    """Return what each does before any training: its inputs, the deviation of z, what saturates."""
    rows = []
    for name, experiment in experiments.items():
        inputs, params = experiment.dataset.inputs, experiment.network.init(range(seeds))
        measured = measured_deviation(experiment, params)
        numbers = (squared_length(inputs), expected_deviation(inputs), measured)
        rows.append(
            [
                name,
                f"{inputs.min():.2f} to {inputs.max():.2f}",
                *(f"{number:,.3g}" if number < 1000 else f"{number:,.0f}" for number in numbers),
                f"{saturated(experiment, params):.0%}",
            ]
        )
    return table(
        ["", "inputs", "sum of squares", "expected sd of z", "measured", f"slope < {SATURATED}"], rows
    )


def accuracy_table(runs: Mapping[str, Run]) -> str:
    """Return how many held-out digits each run gets right, by the names of the runs."""
    return share_table({name: held_out_accuracy(run) for name, run in runs.items()})


@cache
def real_mnist() -> tuple[Pictures, Pictures]:
    """Return MNIST: 60 000 pictures to learn from, 10 000 held out. Raises ValueError where there is none."""
    return mnist.load()


def on_mnist(encoding: str, seeds: Iterable[int], epochs: int = 1, batch_size: int = 10) -> np.ndarray:
    """Return the share of MNIST's 10 000 held-out pictures that each seed's 784-30-10 gets right, (n_seeds,).

    A second for each epoch and seed, six with one picture at a time. Raises ValueError without MNIST.
    """
    known, asked = real_mnist()
    experiment = recipe(dataset(known, encoding), 30, batch_size).but(record_every=10**9)
    trainer = Trainer(experiment, seeds)
    trainer.advance(epochs * trainer.batches)
    inputs = encode(asked.pixels, encoding, known.pixels)
    return share_right(experiment.network, trainer.params, inputs, asked.labels)


def squares_on_mnist(encoding: str) -> float:
    """Return the sum of a picture's squared inputs, averaged over the 60 000 of MNIST."""
    pixels = real_mnist()[0].pixels
    how_often = np.bincount(pixels.ravel(), minlength=256) / len(pixels)
    return float(how_often @ encode(np.arange(256, dtype=np.uint8), encoding, pixels) ** 2)


def in_common_on_mnist(encoding: str) -> float:
    """Return x · x', averaged over all pairs of MNIST's pictures: the squares of the average picture.

    For encodings that take the average of bytes to the average of inputs, which signed bytes do not.
    """
    pixels = real_mnist()[0].pixels
    return float(np.square(encode(pixels.mean(0), encoding, pixels)).sum())


def _shape(data: Dataset) -> tuple[int, ...]:
    return data.inputs.shape


def _limits(data: Dataset) -> tuple[float, float]:
    return float(data.inputs.min()), float(data.inputs.max())


def _has_nan(data: Dataset) -> bool:
    return bool(np.isnan(data.inputs).any())


def _gradients_agree(data: Dataset) -> bool:
    few = Dataset(data.inputs[:5], data.targets[:5])
    return check_gradients(recipe(few, batch_size=1).but(batch_size=None), seed=0).passed


CHECKS: dict[str, Callable[[Dataset], object]] = {
    "the shape of the inputs": _shape,
    "the smallest and the largest input": _limits,
    "a gradient check": _gradients_agree,
    "whether any input is not a number": _has_nan,
}
