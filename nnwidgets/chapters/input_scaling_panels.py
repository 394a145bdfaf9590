"""The panels of the chapter on input scaling: a network that reads digits, and is tested on others."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnwidgets.live_figure import arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.hidden_outputs import HiddenOutputs
from nnwidgets.pictures.images import Images, ImagesSeen
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.share_right import ShareRight
from nnwidgets.pictures.units_as_pictures import UnitsAsPictures
from nnwidgets.questions import GoalLine, PredictionCard
from nnwidgets.session.history import Moment
from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.training import Session
from nnwidgets.session.watched import locked
from workbook import Dataset, Experiment, Layer
from workbook.cases.digit_reader import HELD_OUT, LEARN, recipe
from workbook.cases.input_scaling import POSTED, RIGHT
from workbook.data import mnist
from workbook.data.digits import ENCODINGS, Pictures, dataset
from workbook.measures.accuracy import classes_named, share_right

SMALL, LARGE = "8 x 8 digits", "MNIST, 5 000 of them"
UNITS = {SMALL: 15, LARGE: 30}
KNOWN, ASKED = 5000, 1000  # pictures of MNIST: all of them would not fit into a history
MOMENTS = 65  # remembered in a run, each with all its outputs
NUMBERS = {"as posted": POSTED, "mended": RIGHT}


class PostedReader(Session):
    """A network with one hidden layer of sigmoids learns to read digits, as posted, and is tested on others.

    Where real MNIST is found there is one knob more, `data`.
    """

    title = "a network that reads digits"
    reach = ("at_once", "step_size", "deviation", "data")

    at_once = Choice({"10": 10, "1": 1}, "digits a step")
    step_size = LogSlider(1e-4, 30, 3, "step size", restarts=False)
    deviation = LogSlider(1e-3, 10, 1, "start weights")

    def __init__(self, **settings: Any) -> None:
        self._pictures: dict[str, tuple[Pictures, Pictures]] = {SMALL: (LEARN, HELD_OUT)}
        self._datasets: dict[tuple[str, str, bool], Dataset] = {}
        self._shares: dict[tuple[str, int], tuple[list[Layer], float]] = {}
        if mnist.find():
            self.add_traits(data=Choice({SMALL: None, LARGE: None}, "data"))
        super().__init__(**settings)

    def readings(self) -> dict[str, str]:
        """Return how the bytes are encoded, by the name that is shown; the first is that of the pictures."""
        return {"as posted": POSTED}

    @property
    def encoded(self) -> str:
        """The encoding of the pictures that are shown."""
        return next(iter(self.readings().values()))

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

    @property
    def right(self) -> float:
        """The share of the held-out digits that the first network gets right at the step that is shown."""
        return self.share(next(iter(self.readings())), self.moment)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen encoding, and with the one to compare it with."""
        chosen = self.readings()
        self._datasets = {
            key: data
            for key, data in self._datasets.items()
            if key[0] == self.source and key[1] in chosen.values()  # those of MNIST are large
        }
        return {name: self._experiment(encoding) for name, encoding in chosen.items()}

    @locked
    def reset(self) -> None:
        """Go back to the start: the same knobs, the same seed, the same weights."""
        self._shares = {}
        super().reset()

    def headline(self) -> str:
        """Say where training stands, and how many held-out digits are right."""
        return f"{super().headline()}, {self.right:.0%} of {len(self.held_out)} held-out digits right"

    def share(self, name: str, moment: Moment) -> float:
        """Return the share of the held-out digits that the network gets right at a moment of its history."""
        params, share = self._shares.get((name, moment.step), (None, 0.0))
        if params is not moment.params:
            network = self.histories[name].trainer.experiment.network
            asked = self._dataset(self.readings()[name], known=False)
            share = float(share_right(network, moment.params, asked.inputs, self.held_out.labels))
            self._shares[name, moment.step] = moment.params, share
        return share

    def seen(self) -> Images:
        """Return the first held-out picture of each digit as the network gets it."""
        inputs, side = self._dataset(self.encoded, known=False).inputs, self.held_out.side
        return Images(inputs[self._rows()].reshape(-1, side, side), np.arange(10))

    def ink(self) -> np.ndarray:
        """Return what the network gets where those pictures are no paper, (n,)."""
        rows = self._rows()
        return self._dataset(self.encoded, known=False).inputs[rows][self.held_out.pixels[rows] > 0]

    def answers(self) -> np.ndarray:
        """Return which digit the network takes each of these for, (10,)."""
        inputs = self._dataset(self.encoded, known=False).inputs[self._rows()]
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


class MendedReader(PostedReader):
    """The same with the numbers as posted, or mended: which are then compared with those as posted."""

    reach = ("numbers", "at_once", "step_size", "deviation")

    numbers = Choice(NUMBERS, "numbers")

    def readings(self) -> dict[str, str]:
        """Return the chosen numbers, and those as posted."""
        return {self.numbers: self.meaning("numbers"), "as posted": POSTED}


class DigitReader(PostedReader):
    """The same in any encoding of the bytes, and in another one to compare it with."""

    reach = ("encoding", "compare", "step_size", "deviation")

    encoding = Choice({name: name for name in ENCODINGS}, "encoding", POSTED)
    compare = Choice({"nothing": None} | {name: name for name in ENCODINGS}, "compare with")

    def readings(self) -> dict[str, str]:
        """Return the chosen encoding, and the one to compare it with."""
        names = [self.encoding] + [self.compare] * (self.compare not in ("nothing", self.encoding))
        return {name: name for name in names}


def posted_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return a panel of the network as posted. settings: the session's knobs."""
    return _three_pictures(PostedReader(**settings), prediction, goal)


def mended_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return a panel of the network as posted, whose numbers can be mended. settings: the session's knobs."""
    return _three_pictures(MendedReader(**settings), prediction, goal)


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return a panel of any encoding, with the hidden outputs too. settings: the session's knobs."""
    session = DigitReader(**settings)
    figure, axes = arranged("DUR;DUH", (1.4, 1.2, 1), middle="DU;RH")
    pictures: list[Picture] = [
        ImagesSeen(axes["D"], session),
        UnitsAsPictures(axes["U"], session),
        HiddenOutputs(axes["H"], session, slopes=True),
        ShareRight(axes["R"], session, session.share, "held-out digits"),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


def _three_pictures(
    session: PostedReader, prediction: PredictionCard | None, goal: GoalLine | None
) -> TrainingPanel:
    """Return a panel of the digits that the network sees, its hidden units, and how many it gets right."""
    figure, axes = arranged("DUR", (1.4, 1.2, 1), middle="DU;RR")
    pictures: list[Picture] = [
        ImagesSeen(axes["D"], session),
        UnitsAsPictures(axes["U"], session),
        ShareRight(axes["R"], session, session.share, "held-out digits"),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)
