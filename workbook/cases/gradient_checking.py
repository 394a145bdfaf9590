"""One neuron a layer should tell even numbers from odd ones; its gradients are wrong, and so is its shape."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbook.cases import gradients
from workbook.cases.case import Case, Claim
from workbook.cases.gradients import small_network, with_decay, x_squared
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.gradcheck import check_gradients
from workbook.network import Layer, Network
from workbook.training import Run, train

SEEDS = 200
NUMBERS = np.arange(1, 10)
EVEN = (NUMBERS % 2 == 0).astype(float)
CONSTANT = float(np.var(EVEN))  # the mean squared error of always saying 4/9
INFIMUM = 2 / 9  # no monotone function has a lower mean squared error


def numbers(scale: float, shift: float = 0.0) -> Dataset:
    """The numbers 1 to 9 as (number - shift) / scale; the target is 1 where the number is even."""
    return Dataset(((NUMBERS - shift) / scale).reshape(-1, 1), EVEN.reshape(-1, 1), "even or odd")


right_gradients = Experiment(
    numbers(9),
    Network((1, 1, 1), hidden="sigmoid", output="sigmoid", initializer="uniform(-1, 1)"),
    loss="half summed squared error",
    step_size=0.1,
    batch_size=1,
    order="at random",
    steps=10_000,
    solved_below=0.045,  # half the sum of nine: a mean squared error of 0.01
)


def wider(*hidden: int) -> Experiment:
    """Return a network with these hidden layers of tanh units, trained in a way that can succeed.

    Beside the width, these differ from the question: centred inputs, a wider start, all rows in each step,
    momentum, and a longer step.
    """
    network = Network((1, *hidden, 1), "tanh", "sigmoid", True, "normal(1)", "normal(1)")
    return Experiment(numbers(4, 5), network, step_size=1.0, momentum=0.95, steps=3000, record_every=3000)


def with_posted_gradients(experiment: Experiment) -> Experiment:
    """Return the experiment with both mistakes of the question planted."""
    wrong = FAULTS["weight where the input belongs"].plant(experiment)
    return FAULTS["missing output derivative"].plant(wrong)


as_posted = with_posted_gradients(right_gradients)
repairs = {"right gradients": right_gradients, "1-8-1": wider(8)}
related = (
    {
        "weight where the input belongs": FAULTS["weight where the input belongs"].plant(right_gradients),
        "missing output derivative": FAULTS["missing output derivative"].plant(right_gradients),
        "1-1-1, trained as 1-8-1": wider(1),
        "chain of five": wider(1, 1, 1, 1),
    }
    | {f"1-{hidden}-1": wider(hidden) for hidden in (3, 4, 5, 6, 16)}
    | {
        "1-4-4-1": wider(4, 4),
        "1-8-1, gradients as posted": with_posted_gradients(wider(8)),
        "1-8-1, missing output derivative": FAULTS["missing output derivative"].plant(wider(8)),
        "small network": small_network(),
        "x squared": x_squared(),
        "x squared, decay 0.01": with_decay(x_squared(), 0.01),
        "x squared, decay 0.01 as posted": with_decay(x_squared(), 0.01, posted=True),
    }
)


def mean_squared_errors(run: Run) -> np.ndarray:
    """Return each seed's mean squared error, whatever loss it was trained with, (n_seeds,)."""
    return np.square(run.outputs - run.experiment.dataset.targets).mean((-2, -1))


def all_right(run: Run) -> int:
    """Return how many seeds get all nine numbers right, when outputs are rounded to 0 or 1."""
    return int((np.round(run.outputs) == run.experiment.dataset.targets).all((-2, -1)).sum())


def called_odd(experiment: Experiment, tried: list[int]) -> np.ndarray:
    """Return how many of 200 seeds call each of these numbers odd; experiment: one of `wider`, (n,)."""
    inputs = (np.array(tried).reshape(-1, 1) - 5) / 4
    said, _ = experiment.network.forward(train(experiment, range(SEEDS)).params, inputs)
    return (said[:, :, 0] < 0.5).sum(axis=0)


def chain(first: float, second: float, first_bias: float, second_bias: float) -> list[Layer]:
    """Return the parameters of a 1-1-1 network."""
    pairs = ((first, first_bias), (second, second_bias))
    return [Layer(np.array([[weight]]), np.array([[bias]])) for weight, bias in pairs]


def random_chains(n: int, scale: float) -> np.ndarray:
    """Return the mean squared errors of n 1-1-1 networks with parameters from N(0, scale), (n,)."""
    random = np.random.RandomState(0)
    params = [
        Layer(*(scale * random.standard_normal((n, 1, 1)) for _ in "Wb"))
        for _ in right_gradients.network.biased
    ]
    return right_gradients.but(loss="mean squared error").loss_at(params)


def _errors(experiment: Experiment, seeds: Iterable[int]) -> np.ndarray:
    return np.array([check_gradients(experiment, seed).relative_error for seed in seeds])


def _settles(experiment: Experiment, low: float, high: float, median: float) -> bool:
    run = train(experiment.but(record_every=10_000), range(SEEDS))
    errors = mean_squared_errors(run)
    inside = low < run.outputs.min() and run.outputs.max() < high
    return bool(inside and abs(np.median(errors) - median) < 0.0005 and errors.min() > CONSTANT - 0.0005)


def _wrong(name: str) -> set[tuple[int, str]]:
    """The layers and kinds of parameter in which the check of seed 0 finds an error."""
    report = check_gradients(related[name], 0)
    return {(p.layer, p.kind) for p in report.parameters if p.error > report.threshold}


def _learn(name: str, low: int, high: int) -> bool:
    """Whether between low and high of the seeds learn it."""
    experiment = (repairs | related)[name]
    return low <= train(experiment, range(SEEDS)).rate().count <= high


claims = (
    Claim(
        "The posted gradients fail the check at every start: relative errors of 0.05 and more; "
        "the right ones pass with less than 0.00000001.",
        lambda: bool(
            _errors(as_posted, range(50)).min() > 0.05 and _errors(right_gradients, range(50)).max() < 1e-8
        ),
    ),
    Claim(
        "The weight in the place of the input spoils both layers' weights and no bias.",
        lambda: _wrong("weight where the input belongs") == {(0, "W"), (1, "W")},
    ),
    Claim(
        "The missing output derivative spoils the hidden layer, and the output layer not at all.",
        lambda: _wrong("missing output derivative") == {(0, "W"), (0, "b")},
    ),
    Claim(
        "As posted, all 200 seeds end near a constant: outputs between 0.35 and 0.52.",
        lambda: _settles(as_posted, 0.35, 0.52, 0.2472),
    ),
    Claim(
        "With the right gradients it is no better: outputs between 0.34 and 0.54.",
        lambda: _settles(right_gradients, 0.34, 0.54, 0.2473),
    ),
    Claim(
        "No chain of one-unit layers gets under a mean squared error of 2/9; 20 000 drawn at random do not.",
        lambda: bool(random_chains(20_000, 20).min() >= INFIMUM - 1e-12),
    ),
    Claim(
        "Five hidden units are the fewest with which one of 200 seeds learned it; four never did.",
        lambda: _learn("1-4-1", 0, 0) and _learn("1-5-1", 8, 40),
    ),
    Claim("With eight hidden units, about nine seeds in ten learn it.", lambda: _learn("1-8-1", 170, 190)),
    Claim(
        "With the posted gradients eight hidden units never learn it; with the missing derivative alone, "
        "about one seed in ten does.",
        lambda: (
            _learn("1-8-1, gradients as posted", 0, 0) and _learn("1-8-1, missing output derivative", 8, 32)
        ),
    ),
    Claim(
        "Beyond 9 the answer stays what it was at 9, odd: with eight hidden units, nearly all of 200 seeds "
        "call 16 and 17 odd.",
        lambda: bool((called_odd(repairs["1-8-1"], [16, 17]) >= SEEDS - 2).all()),
    ),
    *gradients.claims,
)


case = Case(
    name="parity",
    question="One neuron a layer should tell even from odd, and says nearly the same to every number.",
    source="a question on a Stack Exchange site, title not known to us",
    chapter="05_gradient_checking.ipynb",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    claims=claims,
    seeds=SEEDS,
)
