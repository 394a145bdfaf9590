"""The exercises of the linear-output chapter. What is right is computed, never written down."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nnwidgets.chapters.linear_output.table import OutputTable
from nnwidgets.questions.exercise import Exercise
from workbook import CASES, Trainer
from workbook.cases.linear_output import below_zero_start, brief, square
from workbook.measures.output_unit import output_unit, starts_below_zero, straight_line_error

POSTED = CASES["square"].as_posted


def line_error() -> Exercise:
    """The error of the best straight line."""
    fewer_rows, through_origin = straight_line_error(square(21)), straight_line_error(square(), True)
    return Exercise(
        "linear-output/line-error",
        "What is the mean squared error of the best straight line on x², over [0, 1]? Two significant digits "
        "will do.",
        lambda: straight_line_error(square()),
        within=0.0002,
        hints=[
            "The best line on [0, 1] is x - 1/6: it is as steep as the chord from (0, 0) to (1, 1).",
            "So the error is the mean of (x² - x + 1/6)², which is the variance of x² - x.",
            "Mean of (x² - x)²: 1/5 - 1/2 + 1/3 = 1/30. Mean of x² - x: -1/6. So 1/30 - 1/36.",
        ],
        because="1/180, about 0.0056; on 201 rows a trifle more.",
        wrong={
            fewer_rows: "That is on 21 rows. Take the whole interval.",
            through_origin: "That line goes through the origin; it need not.",
        },
    )


def climb() -> Exercise:
    """How the time until the unit comes above 0 goes with its slope."""

    def measure() -> float:
        steep, flat = (_steps_until_free(slope) for slope in (0.1, 0.01))
        return float(10 ** round(math.log10(flat / steep)))

    return Exercise(
        "linear-output/climb",
        "An output unit of slope 0.1 starts below 0 and comes above it after 10 steps. About how many steps "
        "will it need with a slope of 0.01? (It is z that has to climb, not the loss that has to fall.)",
        lambda: 10 * measure(),
        within=30.0,
        hints=[
            "How far z moves in a step goes with the gradient at z. How often does the slope enter there?",
            "Once: the error from above is hardly changed, and it is multiplied by the slope.",
        ],
        because="Ten times as many. The answer y = a z moves a hundred times more slowly, and so does the "
        "loss.",
        wrong={1000.0: "That is how the loss goes. It feels the slope twice, z only once."},
    )


def _steps_until_free(slope: float) -> int:
    """Median steps until z is above 0 at x = 1, for seeds that start below."""
    start = below_zero_start(20)
    experiment = brief(f"leaky relu({slope})", 0.003, 5000)
    trainer = Trainer(experiment, range(len(start[0].W)), start)
    while np.median(output_unit(experiment, trainer.params).z[:, -1]) <= 0 and trainer.step < 5000:
        trainer.advance(5)
    return trainer.step


def beyond_one() -> Exercise:
    """How much of 4 x^2 a tanh cannot say."""
    return Exercise(
        "linear-output/beyond-one",
        "Targets 4x² for x spread evenly over [0, 1], and a tanh at the output. For what share of the rows "
        "is the target out of its reach?",
        lambda: float((square(scale=4).targets >= 1).mean()),
        within=0.02,
        hints=["Which answers can a tanh give? Those between -1 and 1.", "For which x is 4x² more than 1?"],
        because="Half of them: 4x² > 1 for x > 1/2. No training changes that.",
        wrong={50.0: "As a share, please: between 0 and 1."},
    )


def output_table() -> OutputTable:
    """Which output goes with which loss and target."""
    return OutputTable(
        "linear-output/table",
        hints=[
            "Ask first: which numbers can the target be? An output that cannot say them all is out.",
            "Among those that can, take the one that can say nothing else: it need not learn the limits.",
            "Several probabilities that must add up to 1 depend on each other; the output must know that.",
        ],
    )


def check_stuck(find: Callable) -> str:
    """Return a verdict on find(z), which should say which members of a population are stuck below 0."""
    params = POSTED.network.init(range(200))
    z = output_unit(POSTED, params).z
    try:
        found = find(z)
    except Exception as error:
        return f"your function raised {type(error).__name__}: {error}"
    if found is None or found is ...:
        return "not attempted yet"
    found, truth = np.asarray(found), starts_below_zero(POSTED, params)
    if found.shape != truth.shape:
        return f"expected one truth value a seed, shape {truth.shape}; got shape {found.shape}"
    wrong = int((found.astype(bool) != truth).sum())
    return (
        f"right: {truth.sum()} of {len(truth)} seeds"
        if not wrong
        else f"not yet: {wrong} seeds are judged wrong"
    )
