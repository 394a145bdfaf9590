"""LeNet-5 with ReLUs, and a smaller sibling of it: the pictures, the recipes, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from workbook.cases.digit_reader import real_mnist
from workbook.data.datasets import Dataset
from workbook.data.digits import Pictures, digits, one_hot
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.faults.fault import With, best_constant_of, value_of
from workbook.layers import Convolution, Picture, member
from workbook.measures.births import Birth, births_of
from workbook.network import Network
from workbook.outcomes import dead_units, finite
from workbook.parts import LOSSES, Loss
from workbook.rates import Rate
from workbook.training import Trainer, train

SEEDS = 40  # of each rate
EARLY = 15  # examples within which what happens early is looked for
EXAMPLES, ROWS, MANY = 100, 400, 1000  # that LeNet and the sibling learn from; that NaN may need
STEP, SHORT = 0.3, 0.03
KNOWN = 1.6  # a loss below it counts as learning; guessing costs 2.30
STABLE = LOSSES["softmax cross-entropy"]
OUTCOMES = ("learns", "NaN", f"finite, not below {KNOWN}")


def lenet(side: int) -> tuple[Any, ...]:
    """Return the sizes of LeNet-5 over a picture of side x side: 6 and 16 filters of 5 x 5, 120, 84, 10."""
    filters = (Convolution(6, 5, pool="max"), Convolution(16, 5, pool="max"))
    return (Picture(side, side), *filters, 120, 84, 10)


def enlarged(pictures: Pictures, times: int) -> Dataset:
    """Return the pictures, inputs 0 to 1, each pixel as a square of times x times."""
    squares = pictures.pixels.reshape(-1, pictures.side, pictures.side).repeat(times, 1).repeat(times, 2)
    name = f"{pictures.name}, {times} times as wide"
    return Dataset(squares.reshape(len(pictures), -1) / 255, one_hot(pictures.labels), name)


def framed(pictures: Pictures, pixels: int) -> Dataset:
    """Return the pictures, inputs 0 to 1, in a frame of so many pixels of 0."""
    squares = pictures.pixels.reshape(-1, pictures.side, pictures.side)
    around = np.pad(squares, [(0, 0), (pixels, pixels), (pixels, pixels)])
    return Dataset(
        around.reshape(len(pictures), -1) / 255, one_hot(pictures.labels), f"{pictures.name}, framed"
    )


def standardised(data: Dataset) -> Dataset:
    """Return the pictures with one mean and one deviation for all pixels taken out: mean 0, deviation 1."""
    x = data.inputs
    return Dataset((x - x.mean()) / x.std(), data.targets, f"{data.name}, standardised")


def posted(data: Dataset, sizes: tuple[Any, ...], initializer: str = "normal(0.5)") -> Experiment:
    """Return the network as posted: ReLU, one example at a time, and e^z over its sum as the formula stands.

    Only the gradient is naive. The loss that is recorded is computed safely, so that it can be told.
    """
    right = Experiment(
        data,
        Network(sizes, hidden="relu", initializer=initializer, precision="single"),
        loss=STABLE,
        step_size=STEP,
        batch_size=1,
        order="in order",
        steps=len(data),
        record_every=len(data),
        solved_below=KNOWN,
    )
    gradient = FAULTS["naive softmax"].plant(right).loss.gradient
    value, constant = With(value_of, STABLE), With(best_constant_of, STABLE)
    return right.but(loss=Loss(f"{STABLE.name}, naive gradient", value, gradient, STABLE.says, constant))


LEARN = digits()[0]
as_posted = posted(enlarged(LEARN[:EXAMPLES], 2), lenet(16))
SMALL = (Picture(8, 8), Convolution(6, 5, pool="max"), Convolution(16, 2), 30, 20, 10)
sibling = posted(enlarged(LEARN[:ROWS], 1), SMALL, "normal(1)")
moderate = posted(standardised(enlarged(LEARN[:MANY], 1)), SMALL, "he")
"""The sibling with a start that fits, on standardised pixels: what the asker describes happens here."""
SOFTMAX, STEPS, START, CLIPPING = "stable softmax", "shorter steps", "scaled start", "clipping"
CHANGES: dict[str, dict[str, Any]] = {
    SOFTMAX: {"loss": STABLE},
    STEPS: {"step_size": SHORT},
    START: {"initializer": "he"},
    CLIPPING: {"clipping": "norm(1)"},
}
PAIRS = [(one, other) for number, one in enumerate(CHANGES) for other in list(CHANGES)[number + 1 :]]


def changed(experiment: Experiment, *names: str) -> Experiment:
    """Return the experiment with these of the four repairs."""
    changes: dict[str, Any] = {}
    for name in names:
        changes |= CHANGES[name]
    return experiment.but(**changes)


class Early(NamedTuple):
    """What became of the seeds within the early examples: how many are dead, how many alive.

    births: seed -> where the first inf or NaN was made. Dead: some hidden layer passes no gradient back, for
    any of the pictures.
    """

    births: dict[int, Birth]
    dead: int
    alive: int


@cache
def early(experiment: Experiment, seeds: int = SEEDS) -> Early:
    """Return what becomes of so many seeds within the early examples."""
    trainer = Trainer(experiment, range(seeds))
    found = births_of(trainer, EARLY)
    others = [member(trainer.params, seed) for seed in range(seeds) if seed not in found]
    dead = sum(any(layer.all() for layer in dead_units(experiment, params)) for params in others)
    return Early(found, dead, len(others) - dead)


def outcome(experiment: Experiment) -> dict[str, Rate]:
    """Return for each of OUTCOMES how many of the seeds came to it."""
    run = train(experiment, range(SEEDS))
    learns, broken = run.rate(), run.rate("diverged")
    return dict(
        zip(OUTCOMES, (learns, broken, Rate(SEEDS - learns.count - broken.count, SEEDS)), strict=True)
    )


def broken(experiment: Experiment, pictures: int) -> Rate:
    """Return how many of the seeds are NaN after so many pictures."""
    return train(experiment.but(steps=pictures, record_every=pictures), range(SEEDS)).rate("diverged")


def outcome_rows(experiments: Mapping[str, Experiment]) -> list[list[object]]:
    """Return a line for each: its name, the rate that learns, and the counts of the other outcomes."""
    found = {name: list(outcome(one).values()) for name, one in experiments.items()}
    return [[name, learns, *(rate.count for rate in others)] for name, (learns, *others) in found.items()]


def on_mnist(pictures: int = 1000, **changes: Any) -> Experiment:
    """Return LeNet-5 as posted, on so many pictures of MNIST in a frame of two pixels: 32 x 32.

    Raises ValueError where there is no MNIST.
    """
    return posted(framed(real_mnist()[0][:pictures], 2), lenet(32)).but(**changes)


def right_on_the_last(experiment: Experiment, last: int = 200, seeds: Iterable[int] = (0,)) -> np.ndarray:
    """Return the share of the last pictures that is right after training on those before, (n_seeds,)."""
    data, trainer = experiment.dataset, Trainer(experiment, seeds)
    trainer.advance(len(data) - last)
    outputs = experiment.network.forward(trainer.params, data.inputs[-last:])[0]
    right = outputs.argmax(-1) == data.targets[-last:].argmax(-1)
    return np.where(finite(trainer.params), right.mean(-1), 0.0)
