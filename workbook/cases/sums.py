"""Adding up five inputs: the data, the experiments, and what the answers are measured by."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.measures.curvature import longest_steps
from workbook.measures.unit_life import starts
from workbook.network import Layer, Network
from workbook.parts import explicit
from workbook.training import Run

SEEDS = 300
SEEDS_C = 40  # a thousand rows make a seed five hundred times as dear
BUG = FAULTS["relu gradient by value"]


def data_a() -> Dataset:
    """Two rows that differ in their last input only, and their sums."""
    return Dataset([[1, 2, 3, 4, 5], [1, 2, 3, 4, 6]], [[15], [16]], "A")


def data_b() -> Dataset:
    """One row of positive and one of negative inputs, and their sums."""
    return Dataset([[1, 2, 3, 4, 5], [-1, -2, -3, -4, -6]], [[15], [-16]], "B")


def data_c(rows: int = 1000) -> Dataset:
    """Rows of five inputs from N(0, 1), and their sums."""
    x = np.random.RandomState(0).standard_normal((rows, 5))
    return Dataset(x, x.sum(axis=1, keepdims=True), "C")


def scaled(dataset: Dataset) -> Dataset:
    """The same rows, with all inputs divided by the largest of them; targets as they were."""
    return Dataset(dataset.inputs / np.abs(dataset.inputs).max(), dataset.targets, f"{dataset.name}, scaled")


as_posted = Experiment(
    data_a(),
    Network((5, 2, 1), hidden="relu", output="identity", initializer="he", bias_initializer="he"),
    loss="summed squared error",
    step_size=0.01,
    steps=1000,
)
SINGLE = {  # each changes one thing, and not the step size
    "positive initial bias": {"bias_initializer": "constant(1)"},
    "20 hidden units": {"sizes": (5, 20, 1)},
    "leaky ReLU": {"hidden": "leaky relu(0.1)"},
    "mean loss": {"loss": "mean squared error"},
    "scaled inputs": {"dataset": scaled(data_a())},
}
repairs = {"smaller step": as_posted.but(step_size=0.001)}
repairs |= {name: as_posted.but(**changes) for name, changes in SINGLE.items()}
repairs["scaled inputs, 20 units"] = repairs["scaled inputs"].but(sizes=(5, 20, 1))
repairs["smaller step, 5 000 steps"] = repairs["smaller step"].but(steps=5000, record_every=100)

perfect = as_posted.but(
    initializer=explicit([[1, -1]] * 5, [[1], [-1]]), bias_initializer="zeros", step_size=0.001
)
flat = as_posted.but(  # another solution of data A: x5 + 10, with a small output weight
    initializer=explicit([[0, 0]] * 4 + [[1 / 0.3, 0]], [[0.3], [0]]),
    bias_initializer=explicit([[0.5 - 5 / 0.3, -1]], [[15 - 0.3 * 0.5]]),
)
on_b = as_posted.but(dataset=data_b(), step_size=0.001, steps=5000, record_every=100)
on_c = as_posted.but(dataset=data_c(), record_every=100)
related = {f"{name}, step 0.001": repairs[name].but(step_size=0.001) for name in SINGLE} | {
    "longer step": as_posted.but(step_size=0.1),
    "posted derivative": BUG.plant(as_posted),
    "posted derivative, longer step": BUG.plant(as_posted.but(step_size=0.1)),
    "posted derivative, smaller step": BUG.plant(repairs["smaller step"]),
    "perfect weights": perfect,
    "data B": on_b,
    "data C, summed, step 0.001": on_c.but(step_size=0.001),
    "data C, summed, step 0.0001": on_c.but(step_size=0.0001),
    "data C, mean, step 0.1": on_c.but(step_size=0.1, loss="mean squared error"),
}


def nudged(by: float, experiment: Experiment = perfect) -> list[Layer]:
    """The perfect weights with the first weight moved by a little, for one seed: W (1, 5, 2), ..."""
    first, *others = experiment.network.init([0])
    W = first.W.copy()
    W[0, 0, 0] += by
    return [Layer(W, first.b), *others]


def neighbours(params: list[Layer], count: int, distance: float) -> list[Layer]:
    """Return `count` copies of the first member with all parameters moved at random, by N(0, distance)."""
    random = np.random.RandomState(0)

    def moved(array: np.ndarray) -> np.ndarray:
        return array[:1] + distance * random.standard_normal((count, *array.shape[1:]))

    return [Layer(moved(layer.W), moved(layer.b)) for layer in params]


def answers(run: Run, inputs: ArrayLike) -> np.ndarray:
    """Return what each seed's network says to these inputs (n, 5) in the end, (n_seeds, n)."""
    with np.errstate(all="ignore"):
        return run.experiment.network.forward(run.params, np.array(inputs, float))[0][:, :, 0]


def r_squared(run: Run, dataset: Dataset | None = None) -> np.ndarray:
    """The share of the targets' variance that each seed explains, (n_seeds,); nan where it diverged.

    dataset: other data than the run's own, with five inputs and one target.
    """
    data = dataset or run.experiment.dataset
    with np.errstate(all="ignore"):
        errors = answers(run, data.inputs) - data.targets[:, 0]
        return 1 - np.square(errors).mean(1) / data.targets.var()


def finds_the_sum(run: Run) -> np.ndarray:
    """Whether each seed has come to the perfect weights, up to scale, (n_seeds,): 2 units, ReLU, one output.

    A unit may trade size with its output weight, so that the products count: all within 0.05 of 1.
    """
    products = run.params[0].W * run.params[1].W.swapaxes(-1, -2)
    return (np.abs(products - 1) < 0.05).all((1, 2))


def starts_hold(experiment: Experiment) -> np.ndarray:
    """Return 2 / (largest eigenvalue of the Hessian) at each start that is not dead, of SEEDS seeds."""
    params, alive = experiment.network.init(range(SEEDS)), starts(experiment, range(SEEDS)) != "dead"
    return longest_steps(experiment, params)[alive]


def solutions_hold(run: Run) -> np.ndarray:
    """Return how long a step each of the solutions holds that the seeds of a run have found."""
    solved = run.losses[-1] <= run.experiment.solved_below
    return longest_steps(run.experiment, run.params)[solved]


def same_answer(run: Run, answer: float = 15.5) -> int:
    """How many seeds say `answer`, to 0.01, to every row."""
    with np.errstate(all="ignore"):
        return int((np.abs(run.outputs - answer) < 0.01).all((1, 2)).sum())
