"""The error of a gradient check: how it depends on the width, on kinks, and on rounding."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbook.experiment import Experiment
from workbook.gradcheck import GradientReport, check_gradients, relative_error
from workbook.layers import Layer, member
from workbook.training import train

WIDTHS = np.logspace(-13, 0, 27)


def checks_by_width(
    experiment: Experiment, params: list[Layer], widths: Iterable[float] = WIDTHS
) -> list[GradientReport]:
    """Return one report for each width of the difference."""
    return [check_gradients(experiment, 0, params, width) for width in widths]


def gradients(report: GradientReport) -> tuple[np.ndarray, np.ndarray]:
    """Return the analytic and the numeric gradient as vectors, parameters at a kink included, (n,) each."""
    analytic, numeric = np.array([(row.analytic, row.numeric) for row in report.parameters]).T
    return analytic, numeric


def lengths(report: GradientReport) -> tuple[float, float]:
    """Return the length of the analytic gradient, and that of its difference from the numeric one."""
    analytic, numeric = gradients(report)
    return float(np.linalg.norm(analytic)), float(np.linalg.norm(analytic - numeric))


def error_with_kinks(report: GradientReport) -> float:
    """Return the relative error over all parameters, those at a kink included, as a plain check has it."""
    analytic, numeric = gradients(report)
    return float(relative_error(*(np.linalg.norm(v) for v in (analytic - numeric, analytic, numeric))))


def rounding_error(experiment: Experiment, params: list[Layer], widths: Iterable[float]) -> np.ndarray:
    """Return the relative error to expect from rounding alone at each of the widths, (n_widths,).

    The loss is a rounded number, off by about a quarter of the gap to the next one. Two such losses,
    divided by 2 width, for each of the n parameters and independent of each other, make a vector of length
    sqrt(2 n) * gap / 4 / (2 width), which is compared with twice the length of the gradient.
    """
    report = check_gradients(experiment, 0, params)
    length, _ = lengths(report)
    gap = np.spacing(float(experiment.loss_at(params)))
    with np.errstate(divide="ignore"):
        return np.sqrt(2 * len(report.parameters)) * gap / 4 / (2 * np.asarray(widths)) / (2 * length)


def params_after(experiment: Experiment, steps: int, seed: int = 0) -> list[Layer]:
    """Return the parameters of one network after so many steps, shapes without a seed axis."""
    return member(train(experiment.but(steps=steps, record_every=max(1, steps)), seed).params, 0)


def in_words(errors: np.ndarray) -> str:
    """Return the range of some relative errors; below 1e-5, where rounding has a share, in powers of ten."""
    if errors.max() < 1e-5:
        low, high = np.floor(np.log10(errors.min())), np.ceil(np.log10(errors.max()))
        return f"between 1e{low:.0f} and 1e{high:.0f}"
    least, most = f"{errors.min():.1g}", f"{errors.max():.1g}"
    return f"{least} to {most}" if least != most else f"about {least}"
