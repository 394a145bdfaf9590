"""The gradient check, examined: how its error depends on the width, on kinks, and on the decay term."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbook.cases.bias import related as two_neurons
from workbook.cases.case import Claim
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.gradcheck import GradientReport, check_gradients, relative_error
from workbook.network import Layer, Network
from workbook.training import train

POSTED_WIDTH, POSTED_THRESHOLD = 1e-7, 2e-7
CHECKED = range(10)  # the starts that claims are about
WIDTHS = np.logspace(-13, 0, 27)
ALIVE = 13  # a seed of the small network with no dead unit, so that every parameter has a gradient


def x_squared(hidden: int = 64, points: int = 201, biases: str = "zeros") -> Experiment:
    """Return the posted network for x^2 on [0, 1]: leaky ReLUs on both layers, without decay."""
    x = np.linspace(0, 1, points).reshape(-1, 1)
    network = Network((1, hidden, 1), "leaky relu", "leaky relu", True, "he", biases)
    return Experiment(Dataset(x, x**2, "x squared"), network, step_size=1e-6, steps=50_000)


def with_decay(experiment: Experiment, rate: float, posted: bool = False) -> Experiment:
    """Return the experiment with weight decay; posted: the loss adds sum(w), and the gradient nothing."""
    decayed = experiment.but(penalty=f"weight decay({rate:g})")
    if not posted:
        return decayed
    by_sum = FAULTS["decay by sum of weights"].plant(decayed)
    return FAULTS["decay missing from the gradient"].plant(by_sum)


def small_network() -> Experiment:
    """Return a 2-3-2-1 network with ReLUs, a sigmoid output, decay, and bytes as inputs: any fault fits."""
    inputs = np.random.RandomState(5).randint(0, 256, (30, 2)) / 255
    targets = (inputs.sum(axis=1, keepdims=True) > 1).astype(float)
    network = Network((2, 3, 2, 1), "relu", "sigmoid", True, "normal(1)", "normal(0.5)")
    return Experiment(Dataset(inputs, targets, "bright or dark"), network, penalty="weight decay(0.01)")


def fault_checks(seed: int = ALIVE) -> dict[str, GradientReport]:
    """Return the check of the small network with each fault in turn, by the fault's name."""
    return {name: check_gradients(fault.plant(small_network()), seed) for name, fault in FAULTS.items()}


def error_with_kinks(report: GradientReport) -> float:
    """Return the relative error over all parameters, those at a kink included, as a plain check has it."""
    analytic, numeric = np.array([(p.analytic, p.numeric) for p in report.parameters]).T
    lengths = (np.linalg.norm(vector) for vector in (analytic - numeric, analytic, numeric))
    return float(relative_error(*lengths))


def posted_check(experiment: Experiment, seeds: Iterable[int]) -> np.ndarray:
    """Return each seed's relative error as the question about x^2 checked: width 1e-7, kinks included."""
    return np.array(
        [error_with_kinks(check_gradients(experiment, seed, width=POSTED_WIDTH)) for seed in seeds]
    )


def checks_by_width(
    experiment: Experiment, params: list[Layer], widths: Iterable[float] = WIDTHS
) -> list[GradientReport]:
    """Return one report for each width of the difference."""
    return [check_gradients(experiment, 0, params, width) for width in widths]


def rounding_error(experiment: Experiment, params: list[Layer], widths: Iterable[float]) -> np.ndarray:
    """Return the relative error to expect from rounding alone at each of the widths, (n_widths,).

    The loss is a rounded number, off by about a quarter of the gap to the next one. Two such losses,
    divided by 2 width, for each of the n parameters and independent of each other, make a vector of length
    sqrt(2 n) * gap / 4 / (2 width), which is compared with twice the length of the gradient.
    """
    report = check_gradients(experiment, 0, params)
    length = np.linalg.norm([parameter.analytic for parameter in report.parameters])
    gap = np.spacing(float(experiment.loss_at(params)))
    with np.errstate(divide="ignore"):
        return np.sqrt(2 * len(report.parameters)) * gap / 4 / (2 * np.asarray(widths)) / (2 * length)


def trained(experiment: Experiment, steps: int, seed: int = 0) -> list[Layer]:
    """Return the parameters of one network after so many steps, shapes without a seed axis."""
    run = train(experiment.but(steps=steps, record_every=max(1, steps)), seed)
    return [Layer(layer.W[0], None if layer.b is None else layer.b[0]) for layer in run.params]


def lengths(report: GradientReport) -> tuple[float, float]:
    """Return the length of the analytic gradient, and that of its difference from the numeric one."""
    analytic, numeric = np.array([(p.analytic, p.numeric) for p in report.parameters]).T
    return float(np.linalg.norm(analytic)), float(np.linalg.norm(analytic - numeric))


def in_words(errors: np.ndarray) -> str:
    """Return the range of some relative errors; below 1e-5, where rounding has a share, in powers of ten."""
    if max(errors) < 1e-5:
        low, high = np.floor(np.log10(min(errors))), np.ceil(np.log10(max(errors)))
        return f"between 1e{low:.0f} and 1e{high:.0f}"
    low, high = f"{min(errors):.1g}", f"{max(errors):.1g}"
    return f"{low} to {high}" if low != high else f"about {low}"


def _truncation_alone(experiment: Experiment) -> bool:
    params = trained(experiment, 3000)
    reports = [check_gradients(experiment, params=params, width=width) for width in (1e-4, 1e-5, 1e-6)]
    differences = [lengths(report)[1] for report in reports]
    return bool(
        not any(report.passed for report in reports)
        and lengths(reports[0])[0] < 1e-13
        and np.allclose(differences, [4.08e-9, 4.08e-11, 4.08e-13], rtol=0.02, atol=0)
    )


def _within(values: np.ndarray, low: float, high: float) -> bool:
    return bool(low < values.min() and values.max() < high)


def _times_shorter() -> np.ndarray:
    """How much longer each gradient with positive outputs is than each with negative ones, (n, m)."""
    squares = x_squared()
    starts = [squares.network.init(seed) for seed in CHECKED]
    long = np.array([lengths(check_gradients(squares, 0, params))[0] for params in starts])
    positive = np.array([squares.outputs(params).mean() > 0 for params in starts])
    return long[positive, None] / long[~positive]


claims = (
    Claim(
        "XOR after 3000 steps: the check fails by truncation alone. The difference falls a hundredfold each "
        "time that the width gets ten times narrower, from 4e-9 at 1e-4, and the gradient is below 1e-13.",
        lambda: _truncation_alone(two_neurons["XOR tanh-identity, bias"]),
    ),
    Claim(
        "x squared, checked as posted: errors from 1e-11 to 1e-7 without decay, and from 5e-9 to 1e-6 at the "
        "question's own decay of 1e-8: nowhere near 0.6.",
        lambda: (
            _within(posted_check(x_squared(), CHECKED), 1e-11, 1e-7)
            and _within(posted_check(with_decay(x_squared(), 1e-8, posted=True), CHECKED), 5e-9, 1e-6)
        ),
    ),
    Claim(
        "x squared: where the outputs start negative, the gradient is roughly 20 to 100 times shorter.",
        lambda: _within(_times_shorter(), 15, 120),
    ),
    Claim(
        "With decay 0.01 as posted, the same check gives anything from 0.007 to 0.6, by the seed.",
        lambda: in_words(posted_check(with_decay(x_squared(), 0.01, posted=True), CHECKED)) == "0.007 to 0.6",
    ),
)
