"""A network that reads handwritten digits and is right on 57 %: its pixels were read as signed bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from workbook.cases.case import Case, Claim
from workbook.data.datasets import Dataset
from workbook.data.digits import ENCODINGS, accuracy, as_signed, dataset, digits, encode
from workbook.experiment import Experiment
from workbook.measures.saturation import (
    SATURATED,
    expected_deviation,
    saturated,
    saturated_by_step,
    spread,
    squared_length,
)
from workbook.network import Layer, Network
from workbook.parts import Initializer
from workbook.rates import Rate
from workbook.tables import table
from workbook.training import Run, train

SEEDS = 40
EPOCHS = 10
GOOD, GUESSING = 0.8, 0.2
POSTED, RIGHT, RAW = "signed overflow", "0 to 1", "raw 0 to 255"
DIVIDED = f"{RAW}, first weights divided by 255"
LEARN, HELD_OUT = digits()
# z then starts with raw bytes just where it starts with right ones, and the second layer is the same.
FIRST_DIVIDED = Initializer(
    "normal(1), the first layer's divided by 255",
    lambda random, shape, fan_in, layer: random.standard_normal(shape) / (1 if layer else 255),
)
DATA = {name: dataset(LEARN, name) for name in ENCODINGS}


def recipe(data: Dataset, units: int = 15, batch_size: int = 10) -> Experiment:
    """Return the network as posted, for ten epochs: sigmoids, quadratic cost, parameters from N(0, 1).

    Steps of size 3 with mini-batches of 10, or of size 1 with one picture at a time: the asker tried both.
    """
    steps_an_epoch = -(-len(data) // batch_size)
    sizes = (data.inputs.shape[1], units, 10)
    return Experiment(
        data,
        Network(sizes, "sigmoid", "sigmoid", True, "normal(1)", "normal(1)"),
        loss="quadratic cost",
        step_size=1.0 if batch_size == 1 else 3.0,
        batch_size=batch_size,
        steps=EPOCHS * steps_an_epoch,
        solved_below=0.1,
    )


as_posted = recipe(DATA[POSTED])
repairs = {RIGHT: recipe(DATA[RIGHT])}
others = {name: recipe(DATA[name]) for name in ENCODINGS if name not in (POSTED, RIGHT)}
small = {"initializer": "lecun", "bias_initializer": "zeros"}
related = (
    others
    | {f"{name}, small start weights": recipe(DATA[name]).but(**small) for name in (POSTED, RIGHT, RAW)}
    | {DIVIDED: recipe(DATA[RAW]).but(initializer=FIRST_DIVIDED)}
    | {f"{name}, one at a time": recipe(DATA[name], batch_size=1) for name in (POSTED, RIGHT)}
)


def experiment_of(name: str) -> Experiment:
    """Return the experiment of an encoding, whether it is the posted one, a repair, or related."""
    return {POSTED: as_posted, **repairs, **related}[name]


def encoding_of(name: str) -> str:
    """Return the encoding of the experiment of that name; all but one begin with it."""
    return POSTED if name == "as posted" else name.split(",")[0]


def held_out_accuracy(run: Run, encoding: str) -> np.ndarray:
    """Return the share of the 497 held-out digits that each seed's network gets right, (n_seeds,)."""
    inputs = encode(HELD_OUT.pixels, encoding, LEARN.pixels)
    return share_right(run.experiment, run.params, inputs, HELD_OUT.labels)


def share_right(
    experiment: Experiment, params: list[Layer], inputs: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """Return the share of the rows (n, n_in) whose largest output is their label's, (...)."""
    with np.errstate(all="ignore"):
        return accuracy(experiment.network.forward(params, inputs)[0], labels)


def nearest_neighbour_accuracy(encoding: str) -> float:
    """Return how many held-out digits are right if each is called what the nearest known digit is.

    It trains nothing, so it shows what the encoding alone does. Multiples of 1/255 are compared as whole
    numbers: ties are then the same on every machine.
    """
    known, asked = (
        np.rint(255 * encode(pictures.pixels, encoding, LEARN.pixels)) for pictures in (LEARN, HELD_OUT)
    )
    distances = np.square(known).sum(-1) - 2 * asked @ known.T
    return float((LEARN.labels[distances.argmin(-1)] == HELD_OUT.labels).mean())


def start_table(encodings: Iterable[str] = ENCODINGS, seeds: int = SEEDS) -> str:
    """Return what each encoding does before any training: its inputs, the spread of z, what saturates."""
    rows = []
    for name in encodings:
        experiment = experiment_of(name)
        params, inputs = experiment.network.init(range(seeds)), experiment.dataset.inputs
        numbers = (squared_length(experiment), expected_deviation(experiment), spread(experiment, params))
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
    """Return how many held-out digits each run gets right; the runs by the names of their experiments.

    The median of the seeds, the middle 90 % of them, and how many get more than 80 % right. Near guessing the
    digits stay out: raw bytes magnify rounding errors, which differ from one processor to the next.
    """
    rows = []
    for name, run in runs.items():
        shares = held_out_accuracy(run, encoding_of(name))
        low, middle, high = np.percentile(shares, (5, 50, 95))
        known = (
            [f"{middle:.0%}", f"{low:.0%} to {high:.0%}"] if high > GUESSING else ["about 10%", "under 20%"]
        )
        rows.append([name, *known, Rate(int((shares > GOOD).sum()), len(shares))])
    return table(["", "right", "middle 90 % of seeds", "seeds over 80 %"], rows)


def right_with_sum(encoding: str, sum_of_squares: float, seeds: int = 20) -> float:
    """Return the median share right with inputs multiplied until their squares have this sum on average."""
    experiment = experiment_of(encoding)
    factor = np.sqrt(sum_of_squares / squared_length(experiment))
    larger = Dataset(factor * experiment.dataset.inputs, experiment.dataset.targets)
    run = train(experiment.but(dataset=larger), range(seeds))
    asked = factor * encode(HELD_OUT.pixels, encoding, LEARN.pixels)
    return float(np.median(share_right(run.experiment, run.params, asked, HELD_OUT.labels)))


def _accuracies(name: str, seeds: int = 10) -> np.ndarray:
    return held_out_accuracy(train(experiment_of(name), range(seeds)), encoding_of(name))


def _between(low: float, name: str, high: float, seeds: int = 10) -> bool:
    """Whether the median seed gets a share between low and high right."""
    return bool(low < np.median(_accuracies(name, seeds)) < high)


def _saturates(name: str, percent: int) -> bool:
    experiment = experiment_of(name)
    return round(100 * saturated(experiment, experiment.network.init(range(SEEDS)))) == percent


def _first_step(name: str, before: int, low: int, high: int) -> bool:
    start, after = saturated_by_step(experiment_of(name), (0, 1), range(SEEDS))
    return round(100 * start) == before and low < 100 * after < high


def _spread_as_expected(name: str) -> bool:
    experiment = experiment_of(name)
    measured = spread(experiment, experiment.network.init(range(SEEDS)))
    return abs(measured / expected_deviation(experiment) - 1) < 0.05


def raw_at_best(
    deviations: Iterable[float] = (1, 0.1, 1 / 255), steps: Iterable[float] = (3, 0.3, 0.03)
) -> float:
    """Return the best median share that raw bytes reach with these start weights and step sizes."""
    raw = experiment_of(RAW)
    tried = [raw.but(initializer=f"normal({d})", step_size=step) for d in deviations for step in steps]
    return max(float(np.median(held_out_accuracy(train(one, range(6)), RAW))) for one in tried)


claims = (
    Claim(
        "Read as a signed byte, 200 becomes -56 and 255, full ink, becomes -1.",
        lambda: as_signed(np.array([200, 255])).tolist() == [-56, -1],
    ),
    Claim(
        "As posted, the median seed gets 40 % of the held-out digits right after ten epochs.",
        lambda: _between(0.38, POSTED, 0.42),
    ),
    Claim(
        "With the bytes read as 0 to 255 and divided by 255, the median seed gets 90 % right.",
        lambda: _between(0.88, RIGHT, 0.92),
    ),
    Claim(
        "One at a time with step 1, it is the same: 44 % signed, 91 % right.",
        lambda: (
            _between(0.42, f"{POSTED}, one at a time", 0.46, 3)
            and _between(0.89, f"{RIGHT}, one at a time", 0.93, 3)
        ),
    ),
    Claim(
        "Before training, the slope is below 0.01 for 24 % of hidden units and rows with inputs 0 to 1, "
        "for 1 % with signed bytes, for 100 % with raw ones.",
        lambda: _saturates(RIGHT, 24) and _saturates(POSTED, 1) and _saturates(RAW, 100),
    ),
    Claim(
        "The spread of z is the root of the sum of squared inputs plus 1, within 5 %, for every encoding.",
        lambda: all(_spread_as_expected(name) for name in ENCODINGS),
    ),
    Claim(
        "The nearest known digit is the right one for 96 % of the held-out digits, with signed bytes 55 %.",
        lambda: (
            [round(100 * nearest_neighbour_accuracy(name)) for name in (RIGHT, RAW, "inverted", POSTED)]
            == [96, 96, 96, 55]
        ),
    ),
    Claim(
        "Signed bytes stay below 45 % with start weights that saturate nothing.",
        lambda: (
            _saturates(f"{POSTED}, small start weights", 0)
            and _between(0.38, f"{POSTED}, small start weights", 0.45)
        ),
    ),
    Claim(
        "The same small start weights leave 97 % saturated with raw bytes.",
        lambda: _saturates(f"{RAW}, small start weights", 97),
    ),
    Claim(
        "Raw bytes end at chance, 10 %; with none of nine start weights and step sizes do they reach 50 %.",
        lambda: _between(0.08, RAW, 0.13) and raw_at_best() < 0.5,
    ),
    Claim(
        "With the first layer's start weights divided by 255, raw bytes saturate as little as right ones, "
        "24 %, and over 99 % after a single step.",
        lambda: _first_step(DIVIDED, 24, 99, 100) and _first_step(RIGHT, 24, 23, 27),
    ),
    Claim(
        "Standardised and inverted inputs do not show the symptom here: medians of 89 and 86 %.",
        lambda: _between(0.86, "standardised", 0.91) and _between(0.84, "inverted", 0.89),
    ),
    Claim(
        "Multiplied until the sum of squares is 670, as on real MNIST, inverted digits fall below 70 %, and "
        "digits from 0 to 1 stay above 75 %: medians of 20 seeds.",
        lambda: right_with_sum("inverted", 670) < 0.7 and right_with_sum(RIGHT, 670) > 0.75,
    ),
)

case = Case(
    name="mnist-57",
    question="A network reads handwritten digits and is stuck at 57 %.",
    source="'MNIST - Training stuck', Stack Overflow",
    chapter="06_input_scaling.ipynb",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    claims=claims,
    seeds=SEEDS,
)
