"""A sine to learn, and a valley to walk in: the data, and every experiment that the chapter speaks of."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.measures.output_unit import hinges
from workbook.measures.valley import Valley
from workbook.measures.valley import valley as valley_around
from workbook.network import Network
from workbook.parts import explicit
from workbook.training import Run, train

ROWS = 100  # so many points of the sine; an epoch of one row at a time has as many steps
STARTS = 1000  # start weights are counted over so many seeds: nothing is trained
EPOCHS = 50  # of the chapter's runs; the posted ones have 10 000
X = np.linspace(0, 2 * np.pi, ROWS).reshape(-1, 1)
MIDDLE = np.pi


def sine(x: np.ndarray, name: str) -> Dataset:
    """Return one period of the sine with x (100, 1), whatever its unit, as the input."""
    return Dataset(x, np.sin(X), name, input_names=("x",))


AS_IT_IS, DIVIDED, SHIFTED, STANDARDISED = "0 to 2π, as posted", "x / 2π", "x - π", "standardised"
DOUBLED = "2 (x - π)"  # as large as x, and in the middle
DATA = {
    AS_IT_IS: sine(X, "sine of x"),
    DIVIDED: sine(X / (2 * np.pi), "sine of 2π x"),
    SHIFTED: sine(X - MIDDLE, "sine of x + π"),
    DOUBLED: sine(2 * (X - MIDDLE), "sine of x / 2 + π"),
    STANDARDISED: sine(X, "sine of x").standardised(),
}
as_posted = Experiment(
    DATA[AS_IT_IS],
    Network((1, 50, 1), "tanh", initializer="normal(1)", bias_initializer="normal(1)"),
    loss="quadratic cost",
    step_size=0.0001,
    momentum=0.9,
    batch_size=1,
    steps=10_000 * ROWS,
    record_every=100 * ROWS,
    solved_below=0.05**2 / 2,  # a typical error of 0.05
)
short = as_posted.but(steps=EPOCHS * ROWS, record_every=10 * ROWS)
CHANGES: dict[str, dict[str, Any]] = {  # each one thing; the input is one of them
    "as posted": {},
    "200 hidden units": {"sizes": (1, 200, 1)},
    "steps of 0.00001": {"step_size": 0.00001},
    "steps of 0.001": {"step_size": 0.001},
    "input divided by 2π": {"dataset": DATA[DIVIDED]},
    "input minus π": {"dataset": DATA[SHIFTED]},
    "twice that, 2 (x - π)": {"dataset": DATA[DOUBLED]},
    "start biases N(0, 3)": {"bias_initializer": ("normal(3)", "normal(1)")},
    "small start, N(0, 0.1)": {"initializer": "normal(0.1)", "bias_initializer": "normal(0.1)"},
}
ADVICE = {name: short.but(**changes) for name, changes in CHANGES.items()}
PLAIN = short.but(step_size=0.001, momentum=0.0)  # as far a step as momentum 0.9 comes to with 0.0001
middle = short.but(dataset=DATA[STANDARDISED])
batches = {  # x standardised: how many rows in each step, how many steps, and how long they are
    name: middle.but(batch_size=rows, steps=steps, step_size=size, record_every=steps)
    for name, (rows, steps, size) in {
        "one, 500 steps": (1, 500, 0.001),
        "ten, 500 steps": (10, 500, 0.001),  # 50 epochs, too
        "all, 500 steps": (None, 500, 0.001),
        "ten, 50 epochs": (10, 500, 0.0001),
        "all, 50 epochs": (None, 50, 0.0001),
    }.items()
}
long = middle.but(step_size=0.01, steps=40 * ROWS)  # and then ten epochs of shorter steps
cooling = middle.but(step_size=0.001, steps=10 * ROWS)
every_row = middle.but(batch_size=None, momentum=0.0, steps=300, record_every=1)  # all rows in each step
EDGE = (0.04, 0.1, 0.15)  # step sizes for it
TRIED: dict[str, dict[str, Any]] = {  # what may cure a curve
    "steps ten times as long": {"step_size": 10},
    "steps a tenth as long": {"step_size": 0.1},
    "three times as many epochs": {"steps": 3},
    "start values from N(0, 1)": {},
}
ALIKE = {"initializer": "constant(0.1)", "bias_initializer": "constant(0.1)"}
MYSTERIES = {  # recorded often: what matters is how rough a curve is
    name: one.but(steps=10 * ROWS, record_every=20)
    for name, one in {
        "A": middle.but(step_size=0.00001),
        "B": short.but(step_size=0.01),
        "C": middle.but(step_size=0.003),
        "D": middle.but(step_size=0.003, **ALIKE),
    }.items()
}


def treated(mystery: Experiment, treatment: str) -> Experiment:
    """Return the experiment with one thing of TRIED changed: its steps' size or number, or its start."""
    times = TRIED[treatment]
    if not times:
        return mystery.but(initializer="normal(1)", bias_initializer="normal(1)")
    return mystery.but(**{name: by * getattr(mystery, name) for name, by in times.items()})


def off_by(experiment: Experiment, params: list[Layer]) -> np.ndarray:
    """Return the typical error of each member, (...): the root of the mean squared error over the rows."""
    with np.errstate(all="ignore"):
        return np.sqrt(np.square(experiment.outputs(params) - experiment.dataset.targets).mean((-2, -1)))


def error(run: Run) -> np.ndarray:
    """Return the typical error of each seed in the end, (n_seeds,)."""
    return off_by(run.experiment, run.params)


def bending(experiment: Experiment) -> tuple[float, float]:
    """Return how many hidden units turn over in the left and in the right half of the data, on average."""
    places, x = hinges(experiment.network.init(range(STARTS))), experiment.dataset.inputs
    left, centre, right = x.min(), (x.min() + x.max()) / 2, x.max()
    counts = ((low < places) & (places < high) for low, high in ((left, centre), (centre, right)))
    first, second = (float(count.sum(-1).mean()) for count in counts)
    return first, second


LARGE, SMALL = "10 times as large", "as large"
SIZES = {LARGE: 10.0, "3 times as large": 3.0, SMALL: 1.0}
TURNED = 45.0  # degrees, of the valley that does not lie along the axes
WAYS = {  # of walking down, each with a step that the valley of the larger inputs holds
    "plain": "gradient descent(0.019)",
    "momentum": "momentum(0.01, 0.9)",
    "Nesterov": "nesterov(0.01, 0.9)",
    "RMSprop": "rmsprop(0.01)",
    "Adam": "adam(0.1)",
}


def bowl(size: float = SIZES[LARGE], turned: float = 0.0) -> Experiment:
    """Return a linear unit, two inputs, no bias: its loss is a parabola with the bottom at 0.

    Its curvature is 1 one way and `size` squared the other: size is that of the first input, the second's
    being 1. turned: by so many degrees it lies askew to the two weights. The start is at 1 both ways.
    """
    angle = np.deg2rad(turned)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    inputs = np.sqrt(2) * np.array([[size, 0], [-size, 0], [0, 1], [0, -1]]) @ turn
    return Experiment(
        Dataset(inputs, np.zeros((4, 1)), f"inputs {size:g} and 1, turned by {turned:g} degrees"),
        Network((2, 1), output="identity", bias=False, initializer=explicit(turn.T @ [[1.0], [1.0]])),
        loss="quadratic cost",
        step_size=0.01,
        steps=400,
    )


def longest(optimizer: str, rounds: int = 12) -> float:
    """Return the longest step with which an optimizer comes down a valley of curvature 1, by halving.

    optimizer: its name and what follows the step size, such as "momentum({}, 0.9)".
    """
    low, high = 0.5, 8.0
    for _ in range(rounds):
        tried = (low + high) / 2
        losses = train(bowl(1.0).but(optimizer=optimizer.format(tried), steps=200), 0).losses
        low, high = (tried, high) if losses[-1] < losses[0] else (low, tried)
    return low


def steps_down(way: str, turned: float, share: float = 1e-8) -> int:
    """Return how many steps of one of WAYS it takes until the loss stays below a share of the first.

    -1 where a thousand are not enough.
    """
    walk = bowl(SIZES[LARGE], turned).but(optimizer=WAYS[way], steps=1000)
    losses = train(walk, 0).losses[:, 0]
    last = int(np.flatnonzero(~(losses < share * losses[0]))[-1])
    return last + 1 if last + 1 < len(losses) else -1


@cache
def valley(size: float, turned: float) -> Valley:
    """Return the valley of `bowl`, for its picture."""
    walk = bowl(size, turned)
    start = walk.network.init(0)
    return valley_around(walk, [layer.each(np.zeros_like) for layer in start], start)
