"""The checks of the chapter on gradient checking: with a choice of faults, or with one that is not named."""

from __future__ import annotations

import functools
from typing import Any

import ipywidgets
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure

from nnwidgets.panel.checking import CheckPanel
from nnwidgets.pictures.gradient_check import ErrorAgainstWidth, ErrorMap, NumericAgainstAnalytic
from nnwidgets.pictures.picture import Picture
from nnwidgets.questions import Exercise, ExerciseCard, Progress, Said
from nnwidgets.questions.static import Static
from nnwidgets.session.check import Check
from nnwidgets.session.knobs import Choice
from workbook import Experiment
from workbook.cases import Finding
from workbook.cases import gradient_checking as facts
from workbook.cases.checked_square import x_squared
from workbook.faults import FAULTS
from workbook.faults.trial import CHECKED, small_network
from workbook.plots import new_figure

SMALL, PARITY = "2-3-2-1: ReLU, sigmoid output", "parity 1-1-1: sigmoids"
XOR, SQUARE = "XOR 2-4-1: tanh, linear output", "x² 1-16-1: leaky ReLU"
NETWORKS = {
    PARITY: facts.mended,
    XOR: facts.xor,
    SMALL: small_network().but(penalty="none"),
    SQUARE: x_squared(16, 21, "normal(0.5)"),
}
DECAYS = {"none": "none", "0.00000001": "weight decay(1e-8)", "0.01": "weight decay(0.01)"}
SUSPECTS = sorted(name for name in CHECKED if FAULTS[name].kind == "gradient")
SEEN = {  # in the chapter's mysteries; what stands in braces is computed, for their seed
    "missing output derivative": "The quotients analytic / numeric are large, {missing: 11 to 28}: "
    "s' is missing.",
    "relu gradient by value": "The quotients analytic / numeric differ from unit to unit, "
    "{relu: 0.27 to 1.75}.",
    "derivative at the output": "Every parameter is off, and the biases' quotients are {output: 4.2 to 4.3}.",
    "forgotten mean over the batch": "The biases' quotients are all {mean: 30}, the number of rows.",
    "wrong sign": "The biases' quotients are all {sign: -1}.",
    "decay missing from the gradient": "Weights only: numeric minus analytic is 0.01 times the weight.",
    "decay by sum of weights": "Weights only: numeric minus analytic is 0.005 minus 0.01 times the weight.",
}


@functools.cache
def refusal(network: str, decay: str, fault: str) -> str:
    """Say why a fault cannot be planted in one of the networks; nothing where it can."""
    try:
        FAULTS[fault].plant(NETWORKS[network].but(penalty=DECAYS[decay]))
    except ValueError as error:
        return str(error)
    return ""


class GradientCheck(Check):
    """A check with a choice of networks, faults and decay."""

    network = Choice(NETWORKS, "network")
    fault = Choice({"none": None} | FAULTS, "fault")
    decay = Choice(DECAYS, "decay")

    def experiment(self) -> Experiment:
        """Return the network's experiment with the decay and the fault that the knobs say."""
        experiment = self.meaning("network").but(penalty=self.meaning("decay"))
        fault = self.meaning("fault")
        return fault.plant(experiment) if fault else experiment

    def offered(self, name: str) -> list[str]:
        """Return the options of a choice: of the faults, those that can be planted here."""
        every = super().offered(name)
        if name != "fault":
            return every
        return [fault for fault in every if fault == "none" or not refusal(self.network, self.decay, fault)]

    def turned(self, change: Any) -> None:
        """Follow a knob; a fault that another network or decay has no place for is taken out, and said."""
        with self.lock:
            fault = self.fault
            if change.name in ("network", "decay") and fault not in self.offered("fault"):
                self.fault = "none"  # which makes the check anew
                why = refusal(self.network, self.decay, fault).split(": ")[1]
                self.remark = f"The fault is none now: “{fault}” cannot be planted where {why}. "
                self.changed += 1
            else:
                super().turned(change)


class Mystery(Check):
    """A check of the 2-3-2-1 network with decay 0.01; `number` decides which fault it hides."""

    title = "a gradient check with a hidden fault"
    reach = ("width",)

    def __init__(self, number: int, **settings: Any) -> None:
        self.number = number
        super().__init__(**settings)

    def experiment(self) -> Experiment:
        """Return the experiment with the hidden fault."""
        return FAULTS[culprit(self.number)].plant(small_network())


class MysteryPanel(CheckPanel):
    """A check, and below it the question which fault it hides."""

    def __init__(self, check: Mystery, question: ExerciseCard) -> None:
        self.question = question
        super().__init__(check, *pictured(check))

    def _rows(self) -> list[ipywidgets.Widget]:
        return [*super()._rows(), self.question]

    def _ipython_display_(self) -> None:
        exercise = self.question.exercise
        display(Static(self.question.key, exercise.question, exercise.options, "Exercise."))
        super()._ipython_display_()


def pictured(check: Check) -> tuple[Figure, list[Picture]]:
    """Return a figure of any check: a map of the network, a mark for each parameter, error over width."""
    figure = new_figure(9.2, 3.4)
    axes = figure.subplot_mosaic("MNW", width_ratios=(1.25, 0.95, 1.1))
    return figure, [
        ErrorMap(axes["M"], check.look_at),
        NumericAgainstAnalytic(axes["N"]),
        ErrorAgainstWidth(axes["W"], check.move_width),
    ]


def culprit(number: int) -> str:
    """Return the name of the fault that mystery `number` hides."""
    return SUSPECTS[np.random.RandomState(number).randint(len(SUSPECTS))]


def mystery(number: int, **settings: Any) -> MysteryPanel:
    """Return the panel of a check with a fault that it does not name, and the question which it is."""
    return MysteryPanel(Mystery(number, **settings), name_it(number))


def signs(fault: str) -> str:
    """Return what gives a fault away in a mystery."""
    seen = Finding(facts.quotients.key, facts.quotients, SEEN.get(fault, ""))
    return f"{FAULTS[fault].symptom} {seen}".strip()


def name_it(number: int, progress: Progress | None = None) -> ExerciseCard:
    """Ask which fault mystery `number` hides."""
    key = f"{facts.fact.chapter}/name-it-{number}".replace("_", "-")
    exercise = Exercise(
        Finding(key, functools.partial(culprit, number), "It hides: {fault: a fault}."),
        "Which fault is hidden in this network?",
        Said("{fault: a fault}", SUSPECTS),
        hints=[
            "First the map: is a whole layer right? Are all weights wrong and all biases right?",
            "Then the marks: do the wrong ones lie on another straight line, on an axis, or anywhere?",
            "Press some wrong lines and divide: analytic by numeric. Or subtract: is the difference 0.01 "
            "times the weight?",
            "Two faults leave the output layer right and spoil all below. The output's s' is at most 1/4: "
            "without it each row of data counts at least four times too much. With a ReLU's value in the "
            "place of its slope, each unit's gradients have a factor of their own, above 1 or below.",
        ],
        because=signs(culprit(number)),
        wrong={name: f"The signs of that fault: {signs(name)}" for name in SUSPECTS},
    )
    return exercise(progress)
