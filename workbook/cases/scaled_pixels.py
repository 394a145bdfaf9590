"""Digits that are scaled as people do it: bytes that wrap, each pixel by itself, other rows' statistics."""

from __future__ import annotations

from functools import cache

import numpy as np

from workbook.cases.digit_reader import DATA, HELD_OUT, LEARN, SEEDS, recipe
from workbook.data.datasets import Dataset
from workbook.data.digits import one_hot, standardised
from workbook.experiment import Experiment
from workbook.measures.accuracy import nearest_labels, share_right
from workbook.measures.saturation import squared_length
from workbook.training import train

TAKEN_AWAY = 60  # a whole number near the average of all bytes
EPSILON = 1e-8  # so that a pixel that never changes is divided by something


def without(pixels: np.ndarray, number: int = TAKEN_AWAY) -> np.ndarray:
    """Return bytes minus a number, as unsigned bytes give it: below 0, they begin again at 255."""
    return np.asarray(pixels, np.uint8) - np.uint8(number)


def each_pixel(pixels: np.ndarray, seen: np.ndarray, epsilon: float = EPSILON) -> np.ndarray:
    """Return bytes minus each pixel's mean, divided by its deviation plus epsilon, over the bytes `seen`.

    Without an epsilon, a pixel that is the same in all of them becomes 0 / 0: nan.
    """
    with np.errstate(all="ignore"):
        scaled: np.ndarray = (pixels - seen.mean(0)) / (seen.std(0) + epsilon)
    return scaled


@cache
def wrapped() -> Experiment:
    """Return the posted network with wrapped bytes, divided by 255."""
    return recipe(Dataset(without(LEARN.pixels) / 255, one_hot(LEARN.labels), "wrapped"))


@cache
def by_pixel() -> Experiment:
    """Return the posted network with each pixel standardised by itself."""
    inputs = each_pixel(LEARN.pixels, LEARN.pixels)
    return recipe(Dataset(inputs, one_hot(LEARN.labels), "each pixel by itself"))


def right_on(experiment: Experiment, inputs: np.ndarray) -> float:
    """Return the share of the held-out digits, as these inputs, that the median seed gets right."""
    params = train(experiment, range(SEEDS)).params
    return float(np.median(share_right(experiment.network, params, inputs, HELD_OUT.labels)))


def nearest_wrapped() -> float:
    """Return for how many held-out digits, as wrapped bytes, the nearest known digit is the right one."""
    known, asked = (without(pictures.pixels).astype(float) for pictures in (LEARN, HELD_OUT))
    return float((nearest_labels(known, LEARN.labels, asked) == HELD_OUT.labels).mean())


def by_own_statistics(at_once: int, together: bool = False) -> np.ndarray:
    """Return the held-out digits scaled by their own mean and deviation, so many at once.

    Each pixel by its own, or all pixels of all of them together.
    """
    scale = standardised if together else each_pixel
    places = range(at_once, len(HELD_OUT), at_once)
    return np.concatenate([scale(pixels, pixels) for pixels in np.split(HELD_OUT.pixels, places)])


def pixel_by_pixel() -> dict[str, float]:
    """Return what comes of each pixel standardised by itself.

    constant: pixels that never change; largest: the largest input; squares: the sum of a row's squared
    inputs; right: the share of the held-out digits that is right.
    """
    pixels, inputs = LEARN.pixels, by_pixel().dataset.inputs
    return {
        "constant": float(np.isnan(each_pixel(pixels, pixels, 0.0)).any(0).sum()),
        "largest": float(np.abs(inputs).max()),
        "squares": squared_length(inputs),
        "right": right_on(by_pixel(), each_pixel(HELD_OUT.pixels, pixels)),
    }


def on_their_own() -> dict[str, float]:
    """Return which share of the held-out digits is right if they are scaled by their own statistics.

    Each pixel by itself: all of them together, ten at a time, one; whole: one at a time, all its pixels.
    """
    sizes = {"all": len(HELD_OUT), "ten": 10, "one": 1}
    shares = {name: right_on(by_pixel(), by_own_statistics(at_once)) for name, at_once in sizes.items()}
    whole = right_on(recipe(DATA["standardised"]), by_own_statistics(1, together=True))
    return shares | {"whole": whole}
