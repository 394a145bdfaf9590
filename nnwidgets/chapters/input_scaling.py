"""What does the network really see? The chapter's questions, goals and check of code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.byte_readings import Byte, readings
from nnwidgets.chapters.input_scaling_panels import (
    DigitReader,
    MendedReader,
    PostedReader,
    mended_panel,
    panel,
    posted_panel,
)
from nnwidgets.pictures.hidden_outputs import ROWS
from nnwidgets.questions import Exercise, Most, Observation, Prediction, Said, UpTo, Which, goal
from nnwidgets.questions.verdict import asked, graded
from workbook.cases import input_scaling as facts
from workbook.cases import rare_class
from workbook.cases.digit_reader import CHECKS, HELD_OUT
from workbook.data.digits import ENCODINGS, encode
from workbook.measures.saturation import saturated

SHOWN = (Byte, readings, panel, posted_panel, mended_panel)
"""What a notebook shows besides questions."""

BETTER = 0.6  # what somebody would call cured, or not ill
APART = 0.3  # shares that differ by more than this are clearly apart

ALL_ABOVE, SOME_BELOW, ALL_BELOW = "all above 0", "above and below 0", "all below 0"


def _sides(session: PostedReader) -> str:
    """Return on which side of 0 the numbers of the ink lie."""
    below = (session.ink() < 0).mean()
    return SOME_BELOW if 0 < below < 1 else ALL_BELOW if below else ALL_ABOVE


CLEAR, NOT_CLEAR, ONE = "by more than 30 points", "by less", "I watched only one"


def _apart(session: MendedReader) -> str:
    """Return how far the two networks that were watched are apart."""
    first, *others = (session.share(name, one.at(session.step)) for name, one in session.histories.items())
    if not others:
        return ONE
    return CLEAR if abs(first - others[0]) > APART else NOT_CLEAR


NEARLY_ALL, MANY, FEW = "more than 90 %", "half to 90 %", "less than half"


def _flat(session: DigitReader) -> str:
    """Return for how many hidden outputs the sigmoid is flat at the step that is shown."""
    share = saturated(session.experiment, session.moment.params, 0, ROWS)
    return NEARLY_ALL if share > 0.9 else MANY if share >= 0.5 else FEW


stuck = Prediction(
    facts.stuck,
    "After ten epochs, on how many of the digits that it has never seen will this network be right?",
    UpTo(
        {"under 20 %": 0.2, "20 to 35 %": 0.35, "35 to 50 %": 0.5, "50 to 60 %": 0.6, "over 60 %": 1.0},
    ),
    "That is the median of forty seeds. A network that learns something makes its fault hard to see.",
    {
        "under 20 %": "Something is wrong, so you expect guessing, which is one in ten. It does learn: four "
        "times as much as that.",
        "20 to 35 %": "It is stuck, so you went low. It learns more than that, which makes the fault look "
        "like "
        "a lack of training.",
        "50 to 60 %": "That is what the asker had. Here digits are fewer and smaller, and it costs some "
        "points.",
        "over 60 %": "The network and the training are sound, as the book promises. Then what is not?",
    },
    Observation("Point at the ink. Its numbers are", [ALL_ABOVE, SOME_BELOW, ALL_BELOW], _sides),
)
illness = Prediction(
    facts.illness,
    "Point at pixels: at the edge of a stroke, in its middle, and at the paper. What is wrong with the "
    "numbers?",
    Said("{wrong: nothing}", [facts.DARK, facts.SWAPPED, facts.LARGE, facts.NOTHING]),
    "From the edge of a stroke inwards the numbers rise to a half, jump below 0, and end near 0, like paper.",
    {
        facts.SWAPPED: "A plausible slip, and pictures would look just as odd. But the paper is 0, as it "
        "should.",
        facts.LARGE: "That is the fault one hears of most. But no number here is much beyond a half.",
        facts.NOTHING: "The pictures do look like digits, as long as you do not ask where the ink is "
        "darkest.",
    },
    Observation("At the end, the two curves were apart", [CLEAR, NOT_CLEAR, ONE], _apart),
)
least_saturated = Prediction(
    facts.least_saturated,
    "Before any training: with which encoding are the fewest hidden outputs saturated, where the sigmoid "
    "is flat?",
    Most(ENCODINGS, of="shares", least=True),
    "It has the smallest squares, so its z spread least. So saturation cannot be what is wrong with it.",
    {
        facts.RIGHT: "It learns best, so one expects the most gradient. It is second: its inputs go up to 1.",
        "raw 0 to 255": "Hidden outputs of just 0 or 1 may look decided. They are where the sigmoid is flat.",
        "standardised": "Mean 0 sounds like small numbers. But paper is then -0.81 and no longer 0, and most "
        "of a picture is paper.",
        facts.INVERTED: "It has the same range as 0 to 1. But paper is now 1, and there is more paper than "
        "ink.",
    },
)
same_symptom = Prediction(
    facts.same_symptom,
    "Somebody forgets to divide by 255 (raw 0 to 255). Somebody else has ink and paper the wrong way "
    "round (inverted). Whose network stays below 60 %?",
    Which(
        ["raw", "inverted"],
        {
            "neither: both learn well": (True, True),
            "raw 0 to 255 only": (False, True),
            "inverted only": (True, False),
            "both fail": (False, False),
        },
        above=BETTER,
    ),
    "Raw bytes saturate every hidden unit at the start, inverted digits about half of them.",
    {
        "neither: both learn well": "The pictures are the same to us, and weights could be 255 times "
        "smaller. "
        "With raw bytes, training does not find them.",
        "inverted only": "It is tempting that order matters and size does not, after the signed bytes. Here "
        "it is size.",
        "both fail": "Both are mistakes, and both saturate units. Half of the units are enough to learn "
        "with.",
    },
    Observation(
        "At the end, how many of the hidden outputs had a slope below 0.01?", [NEARLY_ALL, MANY, FEW], _flat
    ),
)
small_weights = Prediction(
    facts.small_weights,
    "Divide all start weights of a unit by the square root of its number of inputs, and start the biases "
    "at 0. Which encoding does that bring over 60 %?",
    Which(
        ["signed", "raw"],
        {
            "the signed bytes only": (True, False),
            "the raw bytes only": (False, True),
            "both": (True, True),
            "neither": (False, False),
        },
        above=BETTER,
    ),
    "Signed bytes had next to no saturation to be cured of; raw ones are so large that most of it stays.",
    {
        "the signed bytes only": "Their numbers are small already, and smaller weights change no order.",
        "the raw bytes only": "Saturation is their illness, and smaller weights are its usual cure. These "
        "are "
        "only eight times smaller; the inputs are 255 times too large.",
        "both": "It is the standard start, so one hopes that it helps everywhere. It helps where weights "
        "were "
        "the only fault.",
    },
    Observation(
        "At the end, how many of the hidden outputs had a slope below 0.01?", [NEARLY_ALL, MANY, FEW], _flat
    ),
)
by_itself = Prediction(
    facts.by_itself,
    "A network learned from digits whose pixels were standardised one by one. Now the held-out digits are "
    "scaled by their own means and deviations. When is it right on less than 60 %?",
    Which(
        ["all", "ten", "one"],
        {
            "never": (True, True, True),
            "one digit at a time": (True, True, False),
            "one or ten at a time": (True, False, False),
            "even all 497 together": (False, False, False),
        },
        above=BETTER,
    ),
    "A single row is its own mean: every pixel becomes 0, and the network says the same to all digits.",
    {
        "never": "The digits look alike, so their means should, too. But a single row has no spread at all.",
        "one or ten at a time": "Ten rows make poor means, which is why one should not. It costs only 2 "
        "points.",
        "even all 497 together": "Other rows, other means: but 497 rows of the same kind have nearly the "
        "same.",
    },
)
transfer = Prediction(
    facts.transfer,
    "A 2-110-1 network (tanh, then a sigmoid; Xavier start, step 0.1) gets two numbers from 0 to 100: is "
    "their sum above 50? 864 of its 1 000 rows are a yes. It says yes to nearly everything. Which single "
    "change makes it find over 90 % of both answers?",
    Most(list(rare_class.CHANGED)[1:], of="worst"),
    "Sums of squares near 7 000 saturate the tanh units and make every step a leap.",
    {
        rare_class.BALANCED: "The asker thought so, too: the no's are rare. With as many of each, it says "
        "yes "
        "to nearly all, or no to nearly all, as the seed decides.",
        rare_class.SHORTER: "The steps are too long, for such inputs. Shorter ones find less than half of "
        "the "
        "no's in the same time.",
    },
)


@goal("get more than 85 % of the held-out digits right. Any control may be used.")
def read_the_digits(session: PostedReader) -> bool:
    """More than 85 % of the held-out digits, by any means."""
    return session.right > 0.85


@goal("keep the digits inverted, and get more than 88 % right.")
def invert_and_win(session: DigitReader) -> bool:
    """Inverted digits nearly as good as the others."""
    return session.encoding == facts.INVERTED and session.right > 0.88


one_byte = Exercise(
    facts.one_byte,
    "The byte 129 is read into a signed char. Which number is it then?",
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
        -56: "That is what becomes of 200.",
    },
    otherwise="129 is 128 + 1. Only the first of the two bits means something else: set the slider to 129.",
)
byte_difference = Exercise(
    facts.byte_difference,
    "An array of type uint8 contains 30. You subtract the whole number 100. What does NumPy say?",
    hints=["An unsigned byte cannot be negative: below 0 it begins again at 255.", "-1 would be 255."],
    because="-70 + 256 = 186. Turn bytes into floats before you calculate: x.astype(float).",
    wrong={
        -70: "So it should be. But the result is an unsigned byte again, and has no minus sign.",
        0: "It does not stop at 0, as pictures on a screen do: it begins again at 255.",
        185: "Count again: -1 is 255, so what is -70?",
        70: "The sign is not dropped: below 0 it begins again at 255.",
    },
    otherwise="The right difference is -70. Numbers that are apart by 256 have the same eight bits.",
)
spread_by_hand = Exercise(
    facts.spread_by_hand,
    "A picture has 400 pixels of value 1, all others are 0. The weights come from N(0, 1), there is no "
    "bias. What is the standard deviation of a hidden unit's weighted sum?",
    within=0.01,
    hints=["The variances of the 400 terms add up.", "Each term w · 1 has variance 1."],
    because="20: the bound 4.6 is only 0.23 standard deviations away, so about four units in five are "
    "saturated.",
    wrong={
        400: "That is the variance. The standard deviation is its root.",
        1: "That is the deviation of one term. There are 400 of them, and their variances add up.",
        0: "That is the mean: the terms cancel on average, and only on average.",
        160000: "Variances add up; they are not multiplied.",
    },
    otherwise="Add up 400 variances of 1, and take the root of the sum.",
)
how_much_longer = Exercise(
    facts.how_much_longer,
    "Raw bytes are 255 times as large as bytes divided by 255. With the same δ: how many times as "
    "far does one step move the first layer's weighted sums?",
    within=0.5,
    hints=[
        "The gradient of a weight is its input times δ.",
        "The weight then moves 255 times as far. And what is it multiplied by, in the next forward pass?",
    ],
    because="255 · 255 = 65 025. Start weights divided by 255 take the saturation away, but not this.",
    wrong={
        255: "That is how far a weight moves. The input that multiplies it is larger, too.",
        510: "The two factors do not add up: they multiply.",
        1: "δ is the same, but a weight's gradient is its input times δ.",
    },
    otherwise="Look at the sum of squares in the formula for the new z: what does it become?",
)
which_check = Exercise(
    facts.which_check,
    "Which of these, looked at before training, tells signed bytes from right ones?",
    Most(CHECKS, of="tells"),
    hints=["A gradient check compares two gradients of the same loss, on the same inputs."],
    because="Before any standardising, no pixel is negative: minimum and maximum show this bug.",
    wrong={
        "the shape of the inputs": "Signed or not, there are as many pixels.",
        "a gradient check": "It passes: the gradient is right for the inputs that it gets.",
        "whether any input is not a number": "Every byte, read either way, is a number.",
    },
)


@graded
def check_undo(undo: Callable[[np.ndarray], np.ndarray | None]) -> str:
    """Return a verdict on a function that should turn wrongly read inputs back into what they should be."""
    wrong, right = (encode(HELD_OUT.pixels, name) for name in (facts.POSTED, facts.RIGHT))
    undone = asked(undo, wrong)
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


compute_ahead(facts.case, [f"{facts.RIGHT}, small start weights"])
