"""What does the network really see? The chapter's panel, its pictures of bytes, and its questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.axes import Axes

from nnwidgets.accessible import Accessible
from nnwidgets.chapters import compute_ahead
from nnwidgets.live_figure import LiveFigure
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.hidden_outputs import HiddenOutputs
from nnwidgets.pictures.images import Images, ImagesSeen
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.share_right import ShareRight
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Most,
    Prediction,
    PredictionCard,
    UpTo,
    Which,
    goal,
)
from nnwidgets.questions.verdict import graded
from nnwidgets.session.history import Moment
from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.training import Session
from nnwidgets.session.watched import locked
from workbook import Dataset, Experiment, Layer
from workbook.cases import input_scaling as facts
from workbook.cases.digit_reader import DATA, HELD_OUT, LEARN, recipe
from workbook.data import mnist
from workbook.data.digits import ENCODINGS, Pictures, as_signed, dataset, encode
from workbook.measures.accuracy import classes_named, share_right
from workbook.plots import BLUE, VERMILION, new_figure, tidy

SMALL, LARGE = "8 x 8 digits", "MNIST, 5 000 of them"
UNITS = {SMALL: 15, LARGE: 30}
KNOWN, ASKED = 5000, 1000  # pictures of MNIST: all of them would not fit into a history
MOMENTS = 65  # remembered in a run, each with all its outputs
BETTER = 0.6  # what somebody would call cured, or not ill


class DigitReader(Session):
    """A network with one hidden layer of sigmoids learns to read digits, and is tested on others.

    encoding: how it is handed the bytes of the pictures. Where real MNIST is found there is one knob more,
    `data`.
    """

    encoding = Choice({name: name for name in ENCODINGS}, "encoding", facts.POSTED)
    compare = Choice({"nothing": None} | {name: name for name in ENCODINGS}, "compare with")
    at_once = Choice({"10": 10, "1": 1}, "digits a step")
    step_size = LogSlider(1e-4, 30, 3, "step size", restarts=False)
    deviation = LogSlider(1e-3, 10, 1, "start weights")
    speed = LogSlider(1, 100_000, 500, "speed", unit="1/s", restarts=False)

    def __init__(self, **settings: Any) -> None:
        self._pictures: dict[str, tuple[Pictures, Pictures]] = {SMALL: (LEARN, HELD_OUT)}
        self._datasets: dict[tuple[str, str, bool], Dataset] = {}
        self._shares: dict[tuple[str, int], tuple[list[Layer], float]] = {}
        if mnist.find():
            self.add_traits(data=Choice({SMALL: None, LARGE: None}, "data"))
        super().__init__(**settings)

    @property
    def stride(self) -> int:
        """Training steps between two remembered moments."""
        return max(1, self.steps // MOMENTS)

    @property
    def source(self) -> str:
        """Where the digits come from."""
        return getattr(self, "data", SMALL)

    @property
    def held_out(self) -> Pictures:
        """The digits that the network is tested on and never trained with."""
        return self._both()[1]

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen encoding, and with the one to compare it with."""
        names = [self.encoding] + [self.compare] * (self.compare not in ("nothing", self.encoding))
        self._datasets = {
            key: data
            for key, data in self._datasets.items()
            if key[0] == self.source and key[1] in names  # those of MNIST are large
        }
        return {name: self._experiment(name) for name in names}

    @locked
    def reset(self) -> None:
        """Go back to the start: the same knobs, the same seed, the same weights."""
        self._shares = {}
        super().reset()

    def headline(self) -> str:
        """Say where training stands, and how many held-out digits are right."""
        share = self.share(self.encoding, self.moment)
        return f"{super().headline()}, {share:.0%} of {len(self.held_out)} held-out digits right"

    def share(self, name: str, moment: Moment) -> float:
        """Return the share of the held-out digits that the network gets right at a moment of its history."""
        params, share = self._shares.get((name, moment.step), (None, 0.0))
        if params is not moment.params:
            network, asked = self.histories[name].trainer.experiment.network, self._dataset(name, known=False)
            share = float(share_right(network, moment.params, asked.inputs, self.held_out.labels))
            self._shares[name, moment.step] = moment.params, share
        return share

    def seen(self) -> Images:
        """Return the first held-out picture of each digit as the network gets it."""
        inputs, side = self._dataset(self.encoding, known=False).inputs, self.held_out.side
        return Images(inputs[self._rows()].reshape(-1, side, side), np.arange(10))

    def answers(self) -> np.ndarray:
        """Return which digit the network takes each of these for, (10,)."""
        inputs = self._dataset(self.encoding, known=False).inputs[self._rows()]
        return classes_named(self.experiment.network, self.moment.params, inputs)

    def _rows(self) -> list[int]:
        return [int(np.flatnonzero(self.held_out.labels == digit)[0]) for digit in range(10)]

    def _experiment(self, encoding: str) -> Experiment:
        experiment = recipe(self._dataset(encoding), UNITS[self.source], self.meaning("at_once"))
        start = f"normal({self.deviation:g})"
        return experiment.but(step_size=self.step_size, initializer=start, record_every=experiment.steps)

    def _both(self) -> tuple[Pictures, Pictures]:
        if self.source not in self._pictures:
            known, asked = mnist.load()
            self._pictures[self.source] = known[:KNOWN], asked[:ASKED]
        return self._pictures[self.source]

    def _dataset(self, encoding: str, known: bool = True) -> Dataset:
        key = self.source, encoding, known
        if key not in self._datasets:
            pictures = self._both()[0 if known else 1]
            self._datasets[key] = dataset(pictures, encoding, self._both()[0].pixels)
        return self._datasets[key]


def panel(
    prediction: PredictionCard | None = None,
    goal: GoalLine | None = None,
    slopes: bool = False,
    **settings: Any,
) -> TrainingPanel:
    """Return a panel: the digits as the network sees them, its hidden outputs, how many it gets right.

    slopes: say for how many hidden outputs the sigmoid is flat. settings: the session's knobs.
    """
    session = DigitReader(**settings)
    figure = new_figure(9.2, 3.5)
    digits, hidden, right = figure.subplots(1, 3, width_ratios=(2, 1, 1.15))
    pictures: list[Picture] = [
        ImagesSeen(digits, session),
        HiddenOutputs(hidden, session, slopes),
        ShareRight(right, session, session.share, "held-out digits"),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


class Byte(ipywidgets.VBox):
    """A slider for the eight bits, and what they mean to a program that reads them unsigned, and signed."""

    def __init__(self, value: int = 200) -> None:
        self.slider = ipywidgets.IntSlider(
            value, 0, 255, description="byte", layout={"width": "auto", "max_width": "420px"}
        )
        self.readings = ipywidgets.HTML()
        super().__init__([self.slider, self.readings, Accessible()])
        self.add_class("workbook-panel")
        self.slider.observe(lambda _: self._read(), "value")
        self._read()

    def __repr__(self) -> str:
        return f"Byte({self.slider.value}: read as signed {self.signed})"

    @property
    def signed(self) -> int:
        """What a signed char makes of the byte."""
        return int(as_signed(np.array([self.slider.value]))[0])

    def _read(self) -> None:
        byte = self.slider.value
        lines = "<br>".join(
            f"{name}: {self._sum(first)} = <b>{number}</b>, divided by 255: {number / 255:.3f}"
            for name, first, number in (("unsigned", 128, byte), ("signed", -128, self.signed))
        )
        self.readings.value = f"bits: <code>{byte:08b}</code><br>{lines}".replace("-", "\N{MINUS SIGN}")

    def _sum(self, first: int) -> str:
        """Return the values of the bits that are set, where the first of the eight is worth `first`."""
        values = [first, *(2**place for place in range(6, -1, -1))]
        bits = f"{self.slider.value:08b}"
        return " + ".join(str(v) for v, bit in zip(values, bits, strict=True) if bit == "1") or "0"


def readings() -> LiveFigure:
    """Draw what both readings make of every byte, and how often each input then occurs."""
    figure = new_figure(9.2, 3)
    bytes_, before, after = figure.subplots(1, 3, width_ratios=(1.2, 1, 1))
    every = np.arange(256, dtype=np.uint8)
    tidy(bytes_, "what a byte becomes", "byte in the file", "input of the network")
    bytes_.plot(every, encode(every, facts.RIGHT), color=BLUE, label="unsigned")
    signed = encode(every, facts.POSTED)
    for part in (slice(0, 128), slice(128, 256)):
        bytes_.plot(every[part], signed[part], color=VERMILION, linestyle="--")
    bytes_.plot([], [], color=VERMILION, linestyle="--", label="signed")
    bytes_.legend(frameon=False)
    _histogram(before, DATA[facts.RIGHT].inputs, BLUE, "ink, read unsigned")
    _histogram(after, DATA[facts.POSTED].inputs, VERMILION, "ink, read signed")
    return LiveFigure(
        figure,
        alt="Unsigned, a byte b becomes b/255, a straight line. Signed, the line breaks at 128 and starts "
        "again at -0.5, ending just below 0 for 255. The histogram of inked pixels, highest at 1 before, "
        "is cut at a half, and its highest bar moves to 0.",
    )


def _histogram(axes: Axes, inputs: np.ndarray, colour: str, title: str) -> None:
    """Count the inputs that are not paper: almost half of all pixels are, and would hide the others."""
    tidy(axes, title, "input", "share of inked pixels, %")
    levels, counts = np.unique(inputs[LEARN.pixels > 0], return_counts=True)
    axes.bar(levels, 100 * counts / counts.sum(), 0.05, color=colour)
    axes.axvline(0, color="0.5", linewidth=0.8, linestyle=":")
    axes.set_xlim(-0.6, 1.05)
    axes.set_ylim(0, 20)


stuck = Prediction(
    facts.stuck,
    "After ten epochs, on how many of the digits that it has never seen will this network be right?",
    UpTo(
        {"under 20 %": 0.2, "20 to 35 %": 0.35, "35 to 50 %": 0.5, "50 to 60 %": 0.6, "over 60 %": 1.0},
    ),
    "That is the median of forty seeds. A network that learns something makes this bug hard to see.",
)
least_saturated = Prediction(
    facts.least_saturated,
    "Before any training: with which encoding are the fewest hidden outputs saturated, where the sigmoid "
    "is flat?",
    Most(ENCODINGS, of="shares", least=True),
    "So saturation cannot be what is wrong with it.",
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
)


@goal("get more than 85 % of the held-out digits right. Any control may be used.")
def read_the_digits(session: DigitReader) -> bool:
    """More than 85 % of the held-out digits, by any means."""
    return session.share(session.encoding, session.moment) > 0.85


@goal("keep the digits inverted, and get more than 88 % right.")
def invert_and_win(session: DigitReader) -> bool:
    """Inverted digits nearly as good as the others."""
    return session.encoding == facts.INVERTED and session.share(session.encoding, session.moment) > 0.88


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
    },
)
spread_by_hand = Exercise(
    facts.spread_by_hand,
    "A picture has 400 pixels of value 1, all others are 0. The weights come from N(0, 1), there is no "
    "bias. What is the standard deviation of a hidden unit's weighted sum?",
    within=0.01,
    hints=["The variances of the 400 terms add up.", "Each term w · 1 has variance 1."],
    because="20: the bound 4.6 is only 0.23 standard deviations away, so about four units in five are "
    "saturated.",
    wrong={400: "That is the variance. The standard deviation is its root."},
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
    },
)
which_check = Exercise(
    facts.which_check,
    "Which of these, looked at before training, tells signed bytes from right ones?",
    Most(facts.CHECKS, of="tells"),
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


compute_ahead(facts.case, [f"{facts.RIGHT}, small start weights"])
