"""Why does a neuron need a bias? The chapter's panel, its questions, and the check of its code exercise."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.network import NetworkDrawing
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.surface import LossSurface
from nnwidgets.pictures.training import LossOverTraining, OutputsOverTraining
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Most,
    Nearest,
    Prediction,
    PredictionCard,
    Said,
    Which,
    goal,
)
from nnwidgets.questions.verdict import graded
from nnwidgets.session.knobs import Choice, LogSlider, Slider
from nnwidgets.session.training import Session
from workbook import Experiment, Layer
from workbook.cases import bias as facts
from workbook.measures.surface import Place
from workbook.plots import new_figure

BIASED = {"output only": (False, True), "hidden only": (True, False), "both": True}
WEIGHTS = {facts.W1: "w1", facts.W2: "w2"}
NAMES = {facts.W1: "w₁", facts.W2: "w₂", Place(0, "b", (0, 0)): "b₁", Place(1, "b", (0, 0)): "b₂"}
LIMIT = 18.0  # of both start weights


class BiasSession(Session):
    """y = s(w1 x + b1), z = s(w2 y + b2), trained to copy a bit. The biases start at 0.

    w1 and w2 are the start weights; a new seed draws them, the learner may change them.
    """

    bias = Choice({"none": False} | BIASED, "bias")
    compare = Choice({"nothing": None, "no bias": False} | BIASED, "compare with")
    w1 = Slider(-LIMIT, LIMIT, 0.05, 0, "start w₁")
    w2 = Slider(-LIMIT, LIMIT, 0.05, 0, "start w₂")
    step_size = LogSlider(0.01, 100, 5, "step size", restarts=False)
    length = Choice({"800, as posted": 800, "10 000": 10_000}, "steps")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**drawn_weights(settings.get("seed", 0)) | settings)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen bias, and with the one to compare it with."""
        posted = facts.as_posted.but(
            step_size=self.step_size, steps=self.meaning("length"), shortest_step=0.0
        )
        chosen = {f"bias: {self.bias}": posted.but(bias=self.meaning("bias"))}
        if self.compare != "nothing":
            chosen[f"compared: {self.compare}"] = posted.but(bias=self.meaning("compare"))
        return chosen

    def start(self, experiment: Experiment) -> list[Layer]:
        """Return w1 and w2 as the knobs say, the biases 0."""
        return [
            Layer(np.full((1, 1, 1), weight), np.zeros((1, 1, 1)) if biased else None)
            for weight, biased in zip((self.w1, self.w2), experiment.network.biased, strict=True)
        ]

    def new_seed(self) -> None:
        """Draw both start weights anew."""
        self.seed = (self.seed + 1) % 10_000

    def turned(self, change: Any) -> None:
        """Follow a knob; the seed draws the start weights."""
        if change.name == "seed" and not self._together:
            self.turn(**drawn_weights(change.new))
        else:
            super().turned(change)

    def set_weight(self, place: Place, value: float) -> None:
        """Start with another weight, inside its bounds; biases cannot be set."""
        if place in WEIGHTS:
            self.turn(**{WEIGHTS[place]: float(np.clip(value, -LIMIT, LIMIT))})

    def start_at(self, w1: float, w2: float) -> None:
        """Start with these weights."""
        self.turn(w1=w1, w2=w2)


def drawn_weights(seed: int) -> dict[str, float]:
    """Return the start weights that a seed draws, by the names of their knobs."""
    first, second = facts.as_posted.network.init(seed)
    return {"w1": float(first.W[0, 0]), "w2": float(second.W[0, 0])}


def panel(
    prediction: PredictionCard | None = None,
    goal: GoalLine | None = None,
    bound: bool = False,
    **settings: Any,
) -> TrainingPanel:
    """Return a panel of two neurons. bound: draw the lowest loss without bias, which answers a prediction."""
    session = BiasSession(**settings)
    figure = new_figure(9.2, 3.5)
    axes = figure.subplot_mosaic("SON;SOL", width_ratios=(1.2, 1, 1))
    places = {"w₁": facts.W1, "w₂": facts.W2}
    loss = LossOverTraining(axes["L"], session, (1e-5, 1))
    if bound:
        loss.mark(facts.INFIMUM, "1/8")
    pictures: list[Picture] = [
        LossSurface(axes["S"], session, places, (-LIMIT, LIMIT), session.start_at),
        OutputsOverTraining(axes["O"], session),
        NetworkDrawing(axes["N"], session, session.set_weight, NAMES, "xyz", 2 * LIMIT),
        loss,
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


settles = Prediction(
    facts.settles,
    "After 800 steps, what will the network say to input 0, and what to input 1?",
    Said(
        "about {zero: 0.00} and {one: 0.00}",
        ["about 0.00 and 0.50", "about 0.50 and 0.50", "about 0.59 and 0.67", "about 0.33 and 0.67"],
    ),
    "All of 200 seeds agree on that to three digits. Step back and watch: both outputs rise "
    "or fall together nearly all the way, though one should rise and the other fall.",
)
how_low = Prediction(
    facts.how_low,
    "Choose w₁ and w₂ freely, without any bias. How low can the loss be brought, at best?",
    Nearest({"0": 0, "1/16": 1 / 16, "1/8": 1 / 8, "0.227": 0.227}, of="lowest"),
    "It comes as near as you like, and never there.",
)
where = Prediction(
    facts.where,
    "You may add one bias. Where must it go, for the network to copy the bit?",
    Which(
        ["hidden", "output"],
        {
            "on the hidden neuron": (True, False),
            "on the output neuron": (False, True),
            "on either, it does not matter": (True, True),
            "one is not enough": (False, False),
        },
        above=facts.SEEDS / 2,
    ),
    "Try both places: choose “output only”, then “hidden only”, and look where the outputs end.",
)
which_gate = Prediction(
    facts.which_gate,
    "A 2-4-1 network with tanh hidden units and a linear output loses all its biases. "
    "What can it still learn?",
    Which(
        ["xor", "xnor"],
        {
            "XOR only": (True, False),
            "XNOR only": (False, True),
            "both": (True, True),
            "neither": (False, False),
        },
        above=facts.SEEDS / 2,
    ),
)


@goal("make the network copy the bit: a loss under 0.01. Any control may be used.")
def copy_the_bit(session: BiasSession) -> bool:
    """Bring the loss under 0.01, by any means."""
    return session.moment.loss < 0.01


@goal("without any bias, train until the loss is within 0.005 of the lowest there is.")
def the_corner(session: BiasSession) -> bool:
    """Train to nearly the lowest loss without any bias; which that is, the sentence must not tell."""
    return session.bias == "none" and session.step > 0 and session.moment.loss < facts.INFIMUM + 0.005


at_zero = Exercise(
    facts.at_zero,
    "Without biases, and with w₂ = 2: what does the network say to input 0? Three digits will do.",
    within=0.0015,
    hints=[
        "Input 0 makes w₁ · 0, whatever w₁ is.",
        "So the hidden neuron says s(0). What number is that?",
        "The output is s(2 · 1/2) = s(1) = 1 / (1 + 1/e).",
    ],
    because="s(1) = 0.731. And w₁ has no say in it.",
    wrong={
        0.5: "That is what the hidden neuron says. The output neuron still multiplies it by w₂.",
        1: "That is the sum inside the output neuron. Its sigmoid is still to come.",
        0.881: "That is s(2). But the hidden neuron says s(0) to input 0, which is not 1.",
        0: "That is what it should say. Put x = 0 into both equations.",
    },
)
hopeless = Exercise(
    facts.hopeless,
    "ReLU hidden units, linear output, no biases, a thousand units wide. Which data can it not fit?",
    Most(facts.PAIRS, of="errors"),
    hints=["What does such a network say to input 0?", "relu(0) = 0, layer after layer."],
    because="It says 0 to input 0, however wide it is. Two units are enough for each of the others.",
    wrong={
        "0 → 0 and 1 → 5": "It says 0 to input 0 anyway. One unit with weights 1 and 5 does the rest.",
        "1 → 2 and -2 → 7": "One unit can serve the inputs above 0, and another those below.",
        "-1 → 3 and 1 → 3": "relu(x) + relu(-x) is |x|, and three times that goes through both points.",
    },
)
intercept = Exercise(
    facts.intercept,
    "Inputs spread evenly over [-1, 1], targets 4x + 3, and the line y = w x without a bias. "
    "What is the lowest mean squared error?",
    within=1e-6,
    hints=["The best slope is 4. What is the error then, at every point?", "It is 3 at every point."],
    because="The intercept squared: 3² = 9.",
    wrong={
        3: "That is the error at one point. Square it.",
        0: "Then the line would go through every point. What does it say at x = 0, and what should it?",
        4: "That is the best slope. What error does it leave at every point?",
    },
)


@graded
def check_by_hand(weights: tuple[float, float, float] | None) -> str:
    """Return a verdict on w1, w2 and b2 for two neurons with an output bias that should copy the bit."""
    if weights is None or weights is ...:
        return "not attempted yet"
    try:
        w1, w2, b2 = (float(weight) for weight in weights)
    except (TypeError, ValueError):
        return f"expected three numbers, w1, w2 and b2; got {weights!r}"
    params = [Layer(np.array([[w1]]), None), Layer(np.array([[w2]]), np.array([[b2]]))]
    zero, one = facts.repairs["output bias"].outputs(params)[:, 0]
    verdict = "right" if zero < 0.1 and one > 0.9 else "not yet"
    return f"{verdict}: the outputs are {zero:.3f} and {one:.3f}"


compute_ahead(facts.case, facts.case.experiments)
