"""A network that reads handwritten digits and is right on 57 %: its pixels were read as signed bytes."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from workbook.cases import rare_class, scaled_pixels
from workbook.cases.case import Case
from workbook.cases.digit_reader import (
    CHECKS,
    DATA,
    EPOCHS,
    HELD_OUT,
    LEARN,
    SEEDS,
    in_common_on_mnist,
    median_right,
    nearest_neighbour_accuracy,
    on_mnist,
    recipe,
    squares_on_mnist,
)
from workbook.cases.finding import Findings
from workbook.data import mnist
from workbook.data.digits import as_signed
from workbook.experiment import Experiment
from workbook.measures.by_step import by_step
from workbook.measures.saturation import (
    SATURATED,
    expected_deviation,
    measured_deviation,
    saturated,
    squared_length,
)
from workbook.parts import ACTIVATIONS, Initializer

DARK, SWAPPED, LARGE, NOTHING = (
    "the darker half of the ink is below 0",
    "ink and paper have changed places",
    "they are too large for these weights",
    "nothing: the mistake is elsewhere",
)
POSTED, RIGHT, RAW, INVERTED = "signed overflow", "0 to 1", "raw 0 to 255", "inverted"
# What the findings call the encodings.
SHORT = {
    "right": RIGHT,
    "signed": POSTED,
    "raw": RAW,
    "standardised": "standardised",
    "inverted": INVERTED,
}


def first_divided(
    random: np.random.RandomState, shape: tuple[int, int], fans: tuple[int, int], layer: int
) -> np.ndarray:
    """Draw from N(0, 1), and divide the first layer's weights by 255.

    With raw bytes, z then starts just where it starts with right ones, and the second layer is the same.
    """
    return random.standard_normal(shape) / (1 if layer else 255)


encoded = {name: recipe(data) for name, data in DATA.items()}
small = {
    name: encoded[name].but(initializer="lecun", bias_initializer="zeros") for name in (RIGHT, POSTED, RAW)
}
divided = encoded[RAW].but(initializer=Initializer("normal(1), the first layer's over 255", first_divided))
alone = {name: recipe(DATA[name], batch_size=1) for name in (POSTED, RIGHT)}
as_posted = encoded[POSTED]
repairs = {RIGHT: encoded[RIGHT]}
related = (
    {name: encoded[name] for name in (RAW, "standardised", INVERTED)}
    | {f"{name}, small start weights": experiment for name, experiment in small.items()}
    | {f"{RAW}, first weights divided by 255": divided}
    | {f"{name}, one at a time": experiment for name, experiment in alone.items()}
)
fact = Findings("input_scaling")


def saturated_at_first(experiment: Experiment) -> float:
    """Return the share of hidden units and rows that starts out saturated, over all seeds."""
    return saturated(experiment, experiment.network.init(range(SEEDS)))


@fact("As posted, the median seed gets {right: 38 to 42 %} of the held-out digits right after ten epochs.")
def stuck() -> float:
    return median_right(as_posted)


@fact("With the bytes read as 0 to 255 and divided by 255, the median seed gets {right: 88 to 92 %} right.")
def repaired() -> float:
    return median_right(encoded[RIGHT])


@fact(
    "What is wrong with the numbers that reach the posted network: {wrong: the darker half of the ink is "
    "below 0}."
)
def illness() -> dict[str, str]:
    inputs, pixels = DATA[POSTED].inputs, LEARN.pixels
    found = {
        DARK: bool((inputs[pixels > 127] < 0).all() and (inputs[pixels < 128] >= 0).all()),
        SWAPPED: bool((inputs[pixels == 0] == 1).all()),
        LARGE: bool(np.abs(inputs).max() > 1),
    }
    return {"wrong": next((what for what, true in found.items() if true), NOTHING)}


@fact(
    "Read as a signed byte, 200 becomes {ink: -56} and 255, full ink, becomes {full: -1}, and after the "
    "division {full_input: -0.004}. Past 127 the input jumps from {before: 0.498} to {after: -0.502}."
)
def signed_bytes() -> dict[str, float]:
    signed = as_signed(np.array([200, 255, 127, 128])).astype(float)
    ink, full, before, after = signed.tolist()
    return {
        "ink": ink,
        "full": full,
        "full_input": full / 255,
        "before": before / 255,
        "after": after / 255,
    }


@fact("129 becomes, read as a signed byte, {it: -127}.")
def one_byte() -> float:
    return float(as_signed(np.array([129]))[0])


@fact(
    "The nearest known digit is the right one for {right: 96 %} of the held-out digits with inputs 0 to "
    "1, and for {signed: 55 %} with signed bytes."
)
def nearest_neighbours() -> dict[str, float]:
    return {name: nearest_neighbour_accuracy(SHORT[name]) for name in ("right", "signed")}


@fact(
    "The sigmoid's slope falls below 0.01 at z = {z: 4.6}; for sigma = 4 a quarter of all normal z lies "
    "beyond that: {beyond: 0.25}."
)
def flat_beyond() -> dict[str, float]:
    sigmoid, z = ACTIVATIONS["sigmoid"], np.linspace(0, 12, 12_001)
    edge = float(z[sigmoid.derivative(z, sigmoid.value(z)) < SATURATED][0])
    return {"z": edge, "beyond": math.erfc(edge / 4 / math.sqrt(2))}


@fact(
    "Before training, the slope is below 0.01 for {right: 24 %} of hidden units and rows with inputs 0 "
    "to 1, for {signed: 1 %} with signed bytes, for {raw: 100 %} with raw ones, for "
    "{standardised: 56 %} with standardised inputs."
)
def least_saturated() -> dict[str, object]:
    shares = {name: saturated_at_first(experiment) for name, experiment in encoded.items()}
    return {"shares": shares} | {name: shares[encoding] for name, encoding in SHORT.items()}


@fact(
    "The measured deviation of z is {ratio: 0.95 to 1.05} times the root of the sum of squared inputs plus 1."
)
def deviations() -> list[float]:
    starts = [(one, one.network.init(range(SEEDS))) for one in encoded.values()]
    return [
        measured_deviation(one, params) / expected_deviation(one.dataset.inputs) for one, params in starts
    ]


@fact("Of 400 inputs of 1 and weights from N(0, 1), the weighted sum has a standard deviation of {it: 20}.")
def spread_by_hand() -> float:
    return expected_deviation(np.ones((1, 400)), bias=False)


@fact(
    "Raw bytes end at chance, {raw: 8 to 13 %}. Inverted and standardised digits do not show the "
    "symptom: medians of {inverted: 84 to 89 %} and {standardised: 86 to 91 %}."
)
def same_symptom() -> dict[str, float]:
    return {name: median_right(encoded[encoding]) for name, encoding in SHORT.items()}


@fact(
    "Small start weights leave signed bytes at {signed: 38 to 45 %} and raw ones at {raw: 8 to 13 %}, "
    "though with signed bytes {signed_saturated: 0 %} is then saturated; with raw ones it is "
    "{raw_saturated: 97 %}."
)
def small_weights() -> dict[str, float]:
    return {
        "signed": median_right(small[POSTED]),
        "raw": median_right(small[RAW]),
        "signed_saturated": saturated_at_first(small[POSTED]),
        "raw_saturated": saturated_at_first(small[RAW]),
    }


@fact(
    "With raw bytes and the best of nine start weights and step sizes, the share that is right is "
    "{best: below 50 %}."
)
def raw_at_best() -> float:
    raw = encoded[RAW]
    return max(
        median_right(raw.but(initializer=f"normal({deviation})", step_size=step_size), 6)
        for deviation in (1, 0.1, 1 / 255)
        for step_size in (3, 0.3, 0.03)
    )


@fact(
    "With the first layer's start weights divided by 255, raw bytes saturate as little as right ones, "
    "{before: 24 %}, and {after: above 99 %} after a single step; right ones then {right: 23 to 27 %}."
)
def divided_weights() -> dict[str, object]:
    """The saturated shares after 0, 1, 2 and 10 steps too, by encoding."""
    starts = {RIGHT: encoded[RIGHT], f"{RAW}, first weights divided by 255": divided}
    shares = {
        name: by_step(one, range(SEEDS), (0, 1, 2, 10), partial(saturated, one))
        for name, one in starts.items()
    }
    right, raw = shares.values()
    return {"shares": shares, "before": [right[0], raw[0]], "after": raw[1:], "right": right[1]}


@fact(
    "A step moves z by the sum of squares: the factor is {right: 15}; with raw bytes it is {raw: 0.98} "
    "million."
)
def factors() -> dict[str, float]:
    return {"right": squared_length(DATA[RIGHT].inputs), "raw": squared_length(DATA[RAW].inputs) / 1e6}


@fact("Raw inputs are 255 times as large; with the same δ, a step moves z {times: 65025} times as far.")
def how_much_longer() -> float:
    return squared_length(DATA[RAW].inputs) / squared_length(DATA[RIGHT].inputs)


@fact("Of four checks before training, {telling: 1} tells signed bytes from right ones.")
def which_check() -> dict[str, object]:
    tells = {name: check(DATA[POSTED]) != check(DATA[RIGHT]) for name, check in CHECKS.items()}
    return {"tells": tells, "telling": sum(tells.values())}


@fact(
    "As unsigned bytes, 50 - 60 gives {it: 246}, and 200 + 100 gives {sum: 44}. With 60 taken away like that "
    "from every pixel, the nearest known digit is right for {nearest: 70 %}, and the median seed gets "
    "{right: 40 to 50 %} right."
)
def wrap() -> dict[str, float]:
    asked = scaled_pixels.without(HELD_OUT.pixels) / 255
    return {
        "it": float(scaled_pixels.without(np.array([50]))[0]),
        "sum": float((np.array([200], np.uint8) + np.array([100], np.uint8))[0]),
        "nearest": scaled_pixels.nearest_wrapped(),
        "right": scaled_pixels.right_on(scaled_pixels.wrapped(), asked),
    }


@fact("NumPy, asked for 30 - 100 in unsigned bytes, says {it: 186}.")
def byte_difference() -> float:
    return float(scaled_pixels.without(np.array([30]), 100)[0])


@fact(
    "Of 64 pixels, {constant: 3} are paper in all 1 300 digits: each pixel standardised by itself, they are "
    "0 / 0. With a small number added to the deviations they are 0; the largest input is then "
    "{largest: 36}, the sum of squares {squares: 61}, and the median seed gets {right: 87 to 91 %} right."
)
def each_pixel() -> dict[str, float]:
    return scaled_pixels.pixel_by_pixel()


@fact(
    "Held-out digits that are scaled by their own mean and deviation, each pixel by itself: right are "
    "{all: 87 to 91 %} of them all together, {ten: 85 to 90 %} ten at a time, and {one: 7 to 12 %} one at a "
    "time. One at a time, but all pixels of the picture together: {whole: 86 to 91 %}."
)
def by_itself() -> dict[str, float]:
    return scaled_pixels.on_their_own()


@fact(
    "Of rows that are a no, {posted: below 10 %} are found as posted, and {shorter: 35 to 55 %} with shorter "
    "steps; numbers from 0 to 1 and longer steps find {smaller: 95 to 100 %} of both answers. With equally "
    "many of both, each seed says nearly always the same: the mean of both is {balanced: below 60 %}."
)
def transfer() -> dict[str, object]:
    """For each change, too, the share of the two answers, on average, that the worst seed finds."""
    found = {name: rare_class.found(name) for name in rare_class.CHANGED}
    return {
        "posted": found["as posted"][:, 0],
        "smaller": found[rare_class.SMALLER],
        "shorter": found[rare_class.SHORTER][:, 0],
        "balanced": found[rare_class.BALANCED].mean(1),
        "worst": {name: float(both.mean(1).min()) for name, both in found.items()},
        "found": found,
    }


def found() -> bool:
    """Whether there is real MNIST here."""
    return mnist.find() is not None


def minutes() -> bool:
    """False: it takes minutes, so tests/benchmarks/mnist.py computes it, for whoever wants to wait."""
    return False


@fact(
    "Real MNIST: sum of squares {right: 88} with inputs 0 to 1, sum of squares {signed: 6.8} with "
    "signed overflow, sum of squares {raw: 5.7} million raw, sum of squares {standardised: 784} "
    "standardised, sum of squares {inverted: 667} inverted. On average x · x' is {inverted_common: 614} "
    "for inverted digits, and {standardised_common: 229} for standardised ones.",
    due=found,
)
def mnist_sums() -> dict[str, float]:
    squares = {name: squares_on_mnist(encoding) for name, encoding in SHORT.items()}
    common = {f"{name}_common": in_common_on_mnist(SHORT[name]) for name in ("inverted", "standardised")}
    return squares | common | {"raw": squares["raw"] / 1e6}


@fact(
    "Real MNIST, ten digits a step, after one epoch: right with inputs 0 to 1 {right: 80 to 93 %}; "
    "right with signed overflow {signed: 19 to 26 %}; right raw {raw: 5 to 40 %}; right standardised "
    "{standardised: 65 to 93 %}; right inverted {inverted: 5 to 75 %}.",
    due=found,
)
def one_epoch() -> dict[str, np.ndarray]:
    return {name: on_mnist(encoding, range(2)) for name, encoding in SHORT.items()}


@fact(
    "One digit at a time, right bytes are {right: above 90 %} after the first epoch.",
    due=found,
)
def one_epoch_alone() -> np.ndarray:
    return on_mnist(RIGHT, [0], batch_size=1)


@fact(
    "MNIST after ten epochs: signed bytes {signed: 43 to 47 %} against {raw: 8 to 25 %} with raw ones. "
    "Of six seeds with inverted digits, the worst gets {worst: below 40 %}; the best "
    "{best: above 57 %}.",
    due=minutes,
)
def ten_epochs() -> dict[str, object]:
    inverted = on_mnist(INVERTED, range(6), EPOCHS)
    return {
        "signed": on_mnist(POSTED, range(2), EPOCHS),
        "raw": on_mnist(RAW, range(2), EPOCHS),
        "worst": inverted.min(),
        "best": inverted.max(),
    }


@fact(
    "MNIST, one digit at a time: signed bytes reach {signed: 52 to 56 %} after ten epochs.",
    due=minutes,
)
def ten_epochs_alone() -> np.ndarray:
    return on_mnist(POSTED, range(2), EPOCHS, batch_size=1)


# Phrases of the chapter's text whose numbers are posted, defined, or formulas.
GIVEN = r"""
    784 pixels in, 30 hidden units, 10 outputs  stayed at 57 %: 5 734 of 10 000 digits after ten epochs
    about 45 minutes  1 797 of 8 × 8 pixels, their 17 greys stretched to bytes from 0 to 255  CC BY 4.0
    with steps of size 1, and mini-batches with steps of size 3; we take ten digits a step and size 3
    expect exactly 57 %  ten of the held-out digits, 0 to 9 in this order
    white is 0, blue is positive  the book's 90 %  one byte: 0 is paper, 255 is full ink
    counts −128 instead of 128. Every byte over 127 loses 256  from 127 to 128, the input jumps
    among the 1 300:  *0 to 1*, the right one  1 minus the right input, so that paper is 1 and ink is 0
    s'(z) = s(z)\,\bigl(1 - s(z)\bigr) \le \tfrac14  when $z$ is far from 0  How far from 0 is $z$
    \operatorname{var}(z) = \sum_i x_i^2 \operatorname{var}(w_i) + \operatorname{var}(b) = \sum_i x_i^2 + 1
    2\,\Phi(-4.6/\sigma)  a unit that says 0 to some and 1 to others
    the saturated share after 0, 1, 2 and 10 steps of training  \Bigl(\sum_i x_i^2\Bigr)
    the bias adds 1 to the sum  whose inputs are between 0 and 1 as ever
    past 255 it begins again at 0, below 0 at 255  says what it does: 0 / 0 is *nan*  counts 36 there
    One epoch of 784-30-10, ten digits a step, step size 3  *0 to 1*: sum
    With one digit a step and step size 1, as the asker had it  the question's 57 %  Here, 57 % could have
    guessed from the 57 %  the right ones, between 0 and 1  Such a byte lost 256 before the
    division by 255. np.where(x &lt; 0, ..., x)  three seeds, 500 steps
    with 86 % a yes  a 255 is a forgotten division
"""


case = Case(
    name="mnist-57",
    question="A network reads handwritten digits and is stuck at 57 %.",
    source='"MNIST - Training stuck", Stack Overflow',
    chapter="input_scaling",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    findings=fact,
    verdict=(
        "The asker found it: signed bytes. They are the whole cause, but not by saturation: before "
        "training 24 % of hidden units are saturated with right bytes, and hardly any with signed "
        "ones."
    ),
    given=GIVEN,
    seeds=SEEDS,
)
