"""Questions about where the weights start: too small, too large, and far from the frequency that is asked."""

from __future__ import annotations

import numpy as np

from workbook.data.datasets import Dataset, xor
from workbook.experiment import Experiment
from workbook.network import Network
from workbook.questions.pictures import pixels, scaled
from workbook.questions.question import Posed, question


@question(
    "xor-tiny-start",
    "Stack Overflow, on XOR with cross-entropy",
    "start too small",
    seeds=30,
)
def xor_tiny_start() -> Posed:
    """XOR with cross-entropy, 2-5-1 sigmoids, weights a hundredth of N(0, 1): a million steps, loss log 2.

    The answer advises larger weights, longer steps and random biases, all at once. Steps alone do nothing,
    and small biases little: the start is a saddle, its gradient right and short, and nothing is saturated.
    """
    posted = Experiment(
        xor(),
        Network((2, 5, 1), "sigmoid", "identity", initializer="normal(0.01)"),
        loss="sigmoid cross-entropy",
        step_size=0.03,
        steps=1_000_000,
    )
    longer = posted.but(step_size=1.0, steps=30_000)  # as far as a million short ones
    return Posed(
        posted,
        {
            "larger weights": longer.but(initializer="normal(1)"),
            "random biases": longer.but(bias_initializer="normal(1)"),
        },
        {"longer steps": longer, "small random biases": longer.but(bias_initializer="normal(0.1)")},
    )


def cosine(times: int) -> Dataset:
    """Return cos(times x) at 200 points of [-1, 1]."""
    x = np.linspace(-1, 1, 200).reshape(-1, 1)
    return Dataset(x, np.cos(times * x), f"cos {times}x")


@question(
    "high-frequency",
    "Cross Validated 156854",
    "start too small",
    seeds=5,
)
def high_frequency() -> Posed:
    """1-65-1, tanh and a linear output, for a cosine of five waves: it says nearly 0, whatever the input.

    The best answer takes it for as good as it gets. No unit bends inside the data: the first layer's weights
    are far too small for such short waves, which is the opposite of saturation.
    """
    posted = Experiment(
        cosine(16),
        Network(
            (1, 65, 1),
            "tanh",
            initializer=("uniform(-0.7, 0.7)", "uniform(-0.12, 0.12)"),
            bias_initializer=("uniform(-0.7, 0.7)", "uniform(-0.12, 0.12)"),
        ),
        loss="quadratic cost",
        step_size=0.05,
        batch_size=1,
        steps=200_000,
    )
    wide = ("uniform(-16, 16)", "uniform(-0.12, 0.12)")
    return Posed(
        posted,
        {"wide first layer": posted.but(initializer=wide, bias_initializer=wide, step_size=0.01)},
        {"cos 4x": posted.but(dataset=cosine(4))},
    )


@question(
    "all-positive-start",
    "Cross Validated 286424",
    "start too large",
    seeds=3,
)
def all_positive_start() -> Posed:
    """MNIST, 784-15-10 sigmoids, one picture at a time: 10 % where all weights start between 0 and 1.

    The asker finds that -0.5 to 0.5 works and concludes that some weights must be negative. A hundredth of
    the posted ones works as well: every hidden unit was saturated before the first step.
    """
    data = scaled(30_000)

    def started(bounds: str) -> Network:
        start = f"uniform({bounds})"
        return Network((pixels(data), 15, 10), "sigmoid", "sigmoid", True, start, start)

    posted = Experiment(
        data,
        started("0, 1"),
        loss="quadratic cost",
        step_size=0.5,
        batch_size=1,
        steps=60_000,
        record_every=60_000,
        solved_below=0.1,
    )
    return Posed(
        posted,
        {
            "-0.5 to 0.5": posted.but(network=started("-0.5, 0.5")),
            "0 to 0.01": posted.but(network=started("0, 0.01")),
        },
    )


questions = (xor_tiny_start, high_frequency, all_positive_start)
