"""The session of the chapter on input scaling: digits, the way in which they are encoded, training."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnwidgets.session.history import History, Moment
from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.session import Session, locked
from workbook import Dataset, Experiment, Layer
from workbook.cases.input_scaling import POSTED, recipe, share_right
from workbook.data import mnist
from workbook.data.digits import ENCODINGS, Pictures, dataset, digits
from workbook.measures.saturation import hidden_outputs

SMALL, LARGE = "8 x 8 digits", "MNIST, 5 000 of them"
UNITS = {SMALL: 15, LARGE: 30}
KNOWN, ASKED = 5000, 1000  # pictures of MNIST: all of them would not fit into a history
MOMENTS = 65  # remembered in a run, each with all its outputs
SHOWN = 200  # rows whose hidden outputs are counted


class DigitReader(Session):
    """A network with one hidden layer of sigmoids learns to read digits, and is tested on others.

    encoding: how it is handed the bytes of the pictures. Where real MNIST is found there is one knob more,
    `data`.
    """

    encoding = Choice({name: name for name in ENCODINGS}, "encoding", POSTED)
    compare = Choice({"nothing": None} | {name: name for name in ENCODINGS}, "compare with")
    at_once = Choice({"10": 10, "1": 1}, "digits a step")
    step_size = LogSlider(1e-4, 30, 3, "step size", restarts=False)
    deviation = LogSlider(1e-3, 10, 1, "start weights")
    speed = LogSlider(1, 100_000, 500, "speed", unit="1/s", restarts=False)

    def __init__(self, **settings: Any) -> None:
        self._pictures: dict[str, tuple[Pictures, Pictures]] = {SMALL: digits()}
        self._datasets: dict[tuple[str, str], Dataset] = {}
        self._shares: dict[str, dict[int, tuple[list[Layer], float]]] = {}
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

    def share(self, name: str, moment: Moment) -> float:
        """Return the share of the held-out digits that the network gets right at a moment of its history."""
        kept = self._shares.setdefault(name, {}).get(moment.step)
        if kept is None or kept[0] is not moment.params:
            experiment, asked = self.histories[name].trainer.experiment, self._dataset(name, known=False)
            right = float(share_right(experiment, moment.params, asked.inputs, self.held_out.labels))
            kept = self._shares[name][moment.step] = moment.params, right
        return kept[1]

    def seen(self, rows: np.ndarray) -> np.ndarray:
        """Return these held-out digits as the network gets them, (n, pixels)."""
        return self._dataset(self.encoding, known=False).inputs[rows]

    def answers(self, rows: np.ndarray) -> np.ndarray:
        """Return which digit the network takes each of these held-out ones for, (n,)."""
        with np.errstate(all="ignore"):
            network = self.main.trainer.experiment.network
            return network.forward(self.moment.params, self.seen(rows))[0].argmax(-1)

    def hidden(self, history: History) -> np.ndarray:
        """Return what the hidden units say to the first digits at the step that is shown, (rows, units)."""
        return hidden_outputs(history.trainer.experiment, history.at(self.step).params, SHOWN)

    def _experiment(self, encoding: str) -> Experiment:
        at_once = type(self).at_once.options[self.at_once]
        experiment = recipe(self._dataset(encoding), UNITS[self.source], at_once)
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
