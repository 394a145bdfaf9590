"""The questions of the chapter on input scaling. What is right is computed, never written down."""

from __future__ import annotations

import numpy as np

from nnwidgets.chapters.input_scaling.session import DigitReader
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook import train
from workbook.cases.input_scaling import (
    POSTED,
    RAW,
    encoding_of,
    experiment_of,
    held_out_accuracy,
)
from workbook.data.digits import ENCODINGS
from workbook.measures.saturation import saturated

SEEDS = range(10)


def median_right(name: str) -> float:
    """Return the share of the held-out digits that the median of ten seeds gets right."""
    return float(np.median(held_out_accuracy(train(experiment_of(name), SEEDS), encoding_of(name))))


def stuck() -> Prediction:
    """How many digits does the posted network get right?"""
    at_most = {
        "under 20 %": 0.2,
        "20 to 35 %": 0.35,
        "35 to 50 %": 0.5,
        "50 to 60 %": 0.6,
        "over 60 %": 1.0,
    }

    def measure() -> str:
        right = median_right(POSTED)
        return next(option for option, limit in at_most.items() if right <= limit)

    return Prediction(
        "input-scaling/stuck",
        "After ten epochs, on how many of the digits that it has never seen will this network be right?",
        list(at_most),
        measure,
        "That is the median of ten seeds. A network that learns something makes this bug hard to see.",
    )


def least_saturated() -> Prediction:
    """Which encoding saturates the fewest hidden outputs before training?"""

    def measure() -> str:
        experiments = {name: experiment_of(name) for name in ENCODINGS}
        shares = {name: saturated(one, one.network.init(SEEDS)) for name, one in experiments.items()}
        return min(shares, key=shares.get)

    return Prediction(
        "input-scaling/least-saturated",
        "Before any training: with which encoding are the fewest hidden outputs saturated, where the sigmoid "
        "is flat?",
        list(ENCODINGS),
        measure,
        "So saturation cannot be what is wrong with it.",
    )


def same_symptom() -> Prediction:
    """Which other encodings get fewer than 60 % right?"""
    answers = {
        (False, False): "neither: both learn well",
        (True, False): "raw 0 to 255 only",
        (False, True): "inverted only",
        (True, True): "both fail",
    }

    def measure() -> str:
        return answers[median_right(RAW) < 0.6, median_right("inverted") < 0.6]

    return Prediction(
        "input-scaling/same-symptom",
        "Somebody forgets to divide by 255 (raw 0 to 255). Somebody else has ink and paper the wrong way "
        "round (inverted). Whose network stays below 60 %?",
        list(answers.values()),
        measure,
        "Raw bytes saturate every hidden unit at the start, inverted digits about half of them.",
    )


def small_weights() -> Prediction:
    """Do small start weights repair signed bytes, or raw ones?"""
    answers = {
        (True, False): "the signed bytes only",
        (False, True): "the raw bytes only",
        (True, True): "both",
        (False, False): "neither",
    }

    def measure() -> str:
        better = (median_right(f"{name}, small start weights") > 0.6 for name in (POSTED, RAW))
        return answers[tuple(better)]

    return Prediction(
        "input-scaling/small-weights",
        "Divide all start weights of a unit by the square root of its number of inputs, and start the biases "
        "at 0. Which encoding does that bring over 60 %?",
        list(answers.values()),
        measure,
        "Signed bytes had next to no saturation to be cured of; raw ones are so large that most of it stays.",
    )


def read_the_digits() -> Goal:
    """More than 85 % of the held-out digits, by any means."""
    return Goal(
        "input-scaling/read-the-digits",
        "get more than 85 % of the held-out digits right. Any control may be used.",
        lambda session: right_now(session) > 0.85,
    )


def invert_and_win() -> Goal:
    """Inverted digits nearly as good as the others."""

    def reached(session: DigitReader) -> bool:
        return session.encoding == "inverted" and right_now(session) > 0.88

    return Goal(
        "input-scaling/invert-and-win", "keep the digits inverted, and get more than 88 % right.", reached
    )


def right_now(session: DigitReader) -> float:
    """Return the share of the held-out digits that is right at the step that is shown."""
    return session.share(session.encoding, session.moment)
