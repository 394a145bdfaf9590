"""The first page: eight hidden units that start alike, and what becomes of them. Nobody asked; it is ours."""

from __future__ import annotations

import numpy as np

from workbook.cases.finding import Findings
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.measures.answers import all_right
from workbook.measures.twins import different_units
from workbook.network import Network
from workbook.training import Run, train

SEEDS, DOTS, UNITS = 100, 50, 8
LIFTED = 0.4  # a loss below this: the answers have left the best straight edge behind

fact = Findings("start_here")


def disc_in_a_ring() -> Dataset:
    """Return dots (50, 2): every second one in a disc, target 1, the others in a ring around it, target 0."""
    random, inside = np.random.RandomState(0), np.arange(DOTS) % 2 == 0
    angles = 2 * np.pi * np.arange(DOTS) / DOTS + 0.05 * random.standard_normal(DOTS)
    disc, ring = 0.15 + 0.45 * random.random_sample(DOTS), 1.1 + 0.4 * random.random_sample(DOTS)
    radii = np.where(inside, disc, ring)
    dots = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
    return Dataset(dots, inside[:, None].astype(float), "a disc in a ring")


alike = Experiment(
    disc_in_a_ring(),
    Network((2, UNITS, 1), hidden="tanh", output="sigmoid", initializer="constant(0.5)"),
    loss="binary cross-entropy",
    step_size=1.0,
    steps=800,
)
STARTS = {  # what the start weights are called -> how they are drawn
    "all 0.5": "constant(0.5)",
    "0.5, and up to a millionth more": "uniform(0.5, 0.500001)",
    "random": "glorot",
}
ALIKE, MILLIONTH, RANDOM = STARTS


def trained(start: str, seeds: int = SEEDS) -> Run:
    """Return the run from start weights of that name, on seeds 0 to seeds - 1."""
    return train(alike.but(initializer=STARTS[start]), range(seeds))


def dots_right(experiment: Experiment, outputs: np.ndarray) -> np.ndarray:
    """Return how many dots are on their right side, (...), by the network's outputs (..., n, 1)."""
    says = np.round(experiment.loss.says(outputs))
    return np.asarray((says == experiment.dataset.targets).sum((-2, -1)))


def flat_stretch(run: Run) -> np.ndarray:
    """Return for each seed after how many steps the loss is below LIFTED, (n_seeds,)."""
    return np.asarray(run.steps)[(run.losses < LIFTED).argmax(0)]


@fact(
    "All weights start at 0.5: after 800 steps the 8 hidden units are {different: 1} unit, which gets "
    "{right: 35} of 50 dots right, and the loss is {loss: 0.57}."
)
def edges() -> dict[str, float]:
    run = trained(ALIKE, seeds=1)
    outputs, _ = run.experiment.network.forward(run.params, run.experiment.dataset.inputs)
    moved = run.losses[-1, 0] < run.losses[0, 0]
    return {
        "different": int(moved * different_units(run.experiment, run.params)[0]),
        "right": int(dots_right(run.experiment, outputs)[0]),
        "loss": float(run.losses[-1, 0]),
    }


@fact(
    "Start weights of 0.5 and up to a millionth more: {learned: 100} of 100 networks get every dot right. "
    "The loss stays above 0.4 for {flat: 400} steps and more, and then falls."
)
def millionth() -> dict[str, int]:
    run = trained(MILLIONTH)
    flat = 100 * (flat_stretch(run).min() // 100)  # said in hundreds
    return {"learned": int(all_right(run).sum()), "flat": int(flat)}


@fact(
    "Random start weights: {learned: 100} of 100 networks get every dot right. The loss stays above 0.4 for "
    "{flat: 100} steps at most."
)
def random_start() -> dict[str, int]:
    run = trained(RANDOM)
    flat = 100 * -(-flat_stretch(run).max() // 100)
    return {"learned": int(all_right(run).sum()), "flat": int(flat)}


given = """
1 to the inner dots and 0 to the outer ones
blue above 0
about 45 minutes
starts below 0
input 0
"""
