"""The exercises of the chapter on input scaling, and the check of its code exercise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnwidgets.questions.exercise import Exercise
from workbook import Dataset, check_gradients
from workbook.cases.input_scaling import DATA, HELD_OUT, POSTED, RIGHT, experiment_of
from workbook.data.digits import as_signed, encode


def one_byte() -> Exercise:
    """What 129 becomes."""
    return Exercise(
        "input-scaling/one-byte",
        "The byte 129 is read into a signed char. Which number is it then?",
        lambda: float(as_signed([129])[0]),
        hints=[
            "The first of the eight bits is worth 128 unsigned, and -128 signed.",
            "So every byte over 127 loses 256.",
        ],
        because="129 - 256 = -127. From 127 to 129 the ink gets darker by 2 and the number smaller by 254.",
        wrong={
            129: "That is the unsigned reading.",
            127: "That is how far it is from 0. On which side?",
            -1: "The first bit is no minus sign: it counts -128, and the last one still adds 1.",
            1: "The first bit is not lost: it counts -128.",
        },
    )


def spread_by_hand() -> Exercise:
    """The standard deviation of z for a simple picture."""
    return Exercise(
        "input-scaling/spread-by-hand",
        "A picture has 400 pixels of value 1, all others are 0. The weights come from N(0, 1), there is no "
        "bias. What is the standard deviation of a hidden unit's weighted sum?",
        lambda: float(np.sqrt(400 * 1.0**2)),
        within=0.01,
        hints=["The variances of the 400 terms add up.", "Each term w · 1 has variance 1."],
        because="20: the bound 4.6 is only 0.23 standard deviations away, so about four units in five are "
        "saturated.",
        wrong={400: "That is the variance. The standard deviation is its root."},
    )


def how_much_longer() -> Exercise:
    """How much longer a step becomes when inputs are multiplied by 255."""
    return Exercise(
        "input-scaling/how-much-longer",
        "Raw bytes are 255 times as large as bytes divided by 255. With the same δ: how many times as "
        "far does one step move the first layer's weighted sums?",
        lambda: 255.0**2,
        within=0.5,
        hints=[
            "The gradient of a weight is its input times δ.",
            "The weight then moves 255 times as far. And what is it multiplied by, in the next forward pass?",
        ],
        wrong={
            255: "That is how far a weight moves. The input that multiplies it is larger, too.",
            510: "The two factors do not add up: they multiply.",
        },
        because="255 · 255 = 65 025. Start weights divided by 255 take the saturation away, but not this.",
    )


def which_check() -> Exercise:
    """Which check tells signed bytes from right ones before any training?"""
    checks: dict[str, Callable[[str], object]] = {
        "the shape of the inputs": lambda name: DATA[name].inputs.shape,
        "the smallest and the largest input": lambda name: (DATA[name].inputs.min(), DATA[name].inputs.max()),
        "a gradient check": _gradients_agree,
        "whether any input is not a number": lambda name: bool(np.isnan(DATA[name].inputs).any()),
    }

    def answer() -> str:
        (telling,) = [check for check, look in checks.items() if look(RIGHT) != look(POSTED)]
        return telling

    return Exercise(
        "input-scaling/which-check",
        "Which of these, looked at before training, tells signed bytes from right ones?",
        answer,
        options=list(checks),
        hints=["A gradient check compares two gradients of the same loss, on the same inputs."],
        wrong={
            "the shape of the inputs": "Signed or not, there are as many pixels.",
            "a gradient check": "It passes: the gradient is right for the inputs that it gets.",
            "whether any input is not a number": "Every byte, read either way, is a number.",
        },
        because="Before any standardising, no pixel is negative: minimum and maximum show this bug.",
    )


def _gradients_agree(encoding: str) -> bool:
    data = DATA[encoding]
    few = Dataset(data.inputs[:5], data.targets[:5])
    return bool(check_gradients(experiment_of(encoding).but(dataset=few, batch_size=None), seed=0).passed)


def check_undo(undo: Callable[[np.ndarray], np.ndarray | None]) -> str:
    """Return a verdict on a function that should turn wrongly read inputs back into what they should be."""
    wrong, right = (encode(HELD_OUT.pixels, name) for name in (POSTED, RIGHT))
    try:
        undone = undo(wrong.copy())
    except Exception as error:
        return f"not yet: it raises {type(error).__name__}: {error}"
    if undone is None or undone is ...:
        return "not attempted yet"
    undone = np.asarray(undone)
    if undone.shape != right.shape:
        return f"not yet: the result has shape {undone.shape}, the inputs {right.shape}"
    off = np.abs(undone - right) > 1e-9
    if off.any():
        first = tuple(np.argwhere(off)[0])
        return (
            f"not yet: {off.mean():.0%} of the pixels are wrong; {wrong[first]:.3f} should become "
            f"{right[first]:.3f}, not {undone[first]:.3f}"
        )
    return "right: every pixel is back"
