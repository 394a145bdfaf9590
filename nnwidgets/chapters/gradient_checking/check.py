"""The gradient check as something that a learner can turn: which network, which fault, how wide."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets

from nnwidgets.session.knobs import Choice, LogSlider, Whole, knobs
from workbook import CASES, FAULTS, Experiment, check_gradients
from workbook.cases.gradient_checking import right_gradients
from workbook.cases.gradients import checks_by_width, small_network, trained, with_decay, x_squared
from workbook.gradcheck import GradientReport, Parameter
from workbook.parts import nearest

NETWORKS = {
    "2-3-2-1: ReLU, sigmoid output": small_network().but(penalty="none"),
    "parity 1-1-1: sigmoids": right_gradients,
    "XOR 2-4-1: tanh, linear output": CASES["two-neurons"].related["XOR tanh-identity, bias"],
    "x² 1-16-1: leaky ReLU": x_squared(16, 21, "normal(0.5)"),
}
DECAYS = {"none": 0.0, "0.00000001": 1e-8, "0.01": 0.01}
TRAINED = {"not at all": 0, "100 steps": 100, "1000 steps": 1000, "3000 steps": 3000}
THRESHOLD = 1e-6
WRONG = 1e-2


def verdict(parameter: Parameter) -> str:
    """Say what a row of the report means: "kink", "agrees", "doubtful" or "wrong"."""
    if parameter.kink:
        return "kink"
    if parameter.error <= THRESHOLD:
        return "agrees"
    return "doubtful" if parameter.error <= WRONG else "wrong"


def locked(method: Callable) -> Callable:
    """Let one thread at a time into a check."""

    @functools.wraps(method)
    def alone(self: Check, *args: Any) -> Any:
        with self.lock:
            return method(self, *args)

    return alone


class Planted(traitlets.HasTraits):
    """The knobs that say what is checked; they stand before those that say how."""

    network = Choice(NETWORKS, "network")
    fault = Choice({"none": None} | {name: name for name in FAULTS}, "fault")
    decay = Choice(DECAYS, "decay")


class Check(traitlets.HasTraits):
    """A gradient check that is made anew whenever a knob turns. Subclasses say of which experiment.

    report: the check at `width`. by_width: one report for each of WIDTHS. chosen: the number of the
    parameter that is looked at. shown: whether the outcome may be seen yet. changed counts up whenever
    there is something new to show.
    """

    playing = False  # a check is done at once: there is nothing to play

    width = LogSlider(1e-13, 1, 1e-5, "width h")
    trained = Choice(TRAINED, "trained for")
    seed = Whole(0, 9999, 0, "seed")

    chosen = traitlets.Int(0)
    shown = traitlets.Bool(True)
    changed = traitlets.Int(0)

    def __init__(self, **settings: Any) -> None:
        self.lock = threading.RLock()
        self.report_error: Callable[[Exception], None] | None = None
        for name in settings:
            if name not in knobs(self):
                raise TypeError(f"{type(self).__name__} has no setting {name!r}.{nearest(name, knobs(self))}")
        super().__init__(**settings)
        self._start()
        self.observe(self._turned, list(knobs(self)))
        self.observe(self._tell, ["chosen", "shown"])

    def experiment(self) -> Experiment:
        """Return the experiment whose gradient is checked, the fault planted."""
        raise NotImplementedError

    @property
    def parameter(self) -> Parameter:
        """The row of the report that is looked at."""
        return self.report.parameters[self.chosen]

    @property
    def value(self) -> float:
        """The value of the parameter that is looked at."""
        row = self.parameter
        return float(getattr(self.params[row.layer], row.kind)[row.index])

    def new_seed(self) -> None:
        """Draw other parameters: the next seed."""
        self.seed = (self.seed + 1) % 10_000

    @locked
    def _start(self) -> None:
        """Draw the parameters, train them if asked to, and check at every width."""
        experiment = self.experiment()
        self.params = trained(experiment, TRAINED[self.trained], self.seed)
        self.checked = experiment
        self.by_width = checks_by_width(experiment, self.params)
        self._measure()

    def _measure(self) -> None:
        self.report: GradientReport = check_gradients(
            self.checked, 0, self.params, width=self.width, threshold=THRESHOLD
        )
        if self.chosen >= len(self.report.parameters):
            self.chosen = 0

    @locked
    def _turned(self, change: Any) -> None:
        if change.name == "width":
            self._measure()
        else:
            try:
                self._start()
            except ValueError:
                setattr(self, change.name, change.old)  # what cannot be planted is taken back, and said
                raise
        self.changed += 1

    def _tell(self, _: Any) -> None:
        self.changed += 1


class GradientCheck(Check, Planted):
    """A check with a choice of networks, faults and decay."""

    def experiment(self) -> Experiment:
        """Return the network's experiment with the decay and the fault that the knobs say."""
        experiment = NETWORKS[self.network]
        if self.fault.startswith("decay") and not DECAYS[self.decay]:
            raise ValueError(f"the fault {self.fault!r} needs a loss with decay: choose a decay first")
        if DECAYS[self.decay]:
            experiment = with_decay(experiment, DECAYS[self.decay])
        return experiment if self.fault == "none" else FAULTS[self.fault].plant(experiment)


def suspects() -> list[str]:
    """Return the names of all gradient faults."""
    return [name for name, fault in FAULTS.items() if fault.kind == "gradient"]


def culprit(number: int) -> str:
    """Return the name of the fault that mystery `number` hides."""
    names = sorted(suspects())
    return names[np.random.RandomState(number).randint(len(names))]


class Mystery(Check):
    """A check of a network with a fault that is not named; `number` decides which."""

    def __init__(self, number: int, **settings: Any) -> None:
        self.number = number
        super().__init__(**settings)

    def experiment(self) -> Experiment:
        """Return the 2-3-2-1 network, with decay 0.01 and the hidden fault."""
        return FAULTS[culprit(self.number)].plant(small_network())
