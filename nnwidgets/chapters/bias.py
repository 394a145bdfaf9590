"""Why does a neuron need a bias? The chapter's panel, its questions, and the check of its code exercise."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.live_figure.arrangement import arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.network import NetworkDrawing
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.surface import LossSurface
from nnwidgets.pictures.threshold import Threshold
from nnwidgets.pictures.training import LossOverTraining, OutputsOverTraining
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Most,
    Nearest,
    Observation,
    Prediction,
    PredictionCard,
    Said,
    Which,
    goal,
)
from nnwidgets.questions.verdict import NOT_ATTEMPTED, graded
from nnwidgets.session.knobs import Choice, LogSlider, Slider
from nnwidgets.session.training import Session
from workbook import Experiment, Layer
from workbook.cases import bias as facts
from workbook.measures.surface import Place

BIASED = {"output only": (False, True), "hidden only": (True, False), "both": True}
STARTS = {facts.W1: "w1", facts.W2: "w2", facts.B1: "b1", facts.B2: "b2"}
NAMES = {facts.W1: "w₁", facts.W2: "w₂", facts.B1: "b₁", facts.B2: "b₂"}
AT_HAND = {"settles": ("step_size", "length"), "how-low": ("w1", "w2", "step_size")}
"""The controls in reach, by the questions before the one of the bias; a bias would answer that one."""
LIMIT, FAR = 18.0, 54.0  # of every start weight and bias; of the bias that moves a threshold


class BiasSession(Session):
    """y = s(w1 x + b1), z = s(w2 y + b2), trained to copy a bit.

    w1, w2, b1, b2: the start. A new seed draws the weights, and the biases start at 0; the learner may change
    all of them.
    """

    title = "two neurons that should copy a bit"
    reach: tuple[str, ...] = ("bias", "compare", "step_size", "length")

    bias = Choice({"none": False} | BIASED, "bias")
    compare = Choice({"nothing": None, "no bias": False} | BIASED, "compare with")
    w1 = Slider(-LIMIT, LIMIT, 0.05, 0, "start w₁")
    w2 = Slider(-LIMIT, LIMIT, 0.05, 0, "start w₂")
    b1 = Slider(-LIMIT, LIMIT, 0.05, 0, "start b₁")
    b2 = Slider(-LIMIT, LIMIT, 0.05, 0, "start b₂")
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
        """Return weights and biases as the knobs say; those of the compared network start alike."""
        return [
            Layer(np.full((1, 1, 1), weight), np.full((1, 1, 1), bias) if biased else None)
            for weight, bias, biased in zip(
                (self.w1, self.w2), (self.b1, self.b2), experiment.network.biased, strict=True
            )
        ]

    def idle(self) -> set[str]:
        """Return the biases that the network does not have."""
        hidden, output = self.experiment.network.biased
        return {name for name, there in (("b1", hidden), ("b2", output)) if not there}

    def new_seed(self) -> None:
        """Draw both start weights anew."""
        self.seed = (self.seed + 1) % 10_000

    def turned(self, change: Any) -> None:
        """Follow a knob; the seed draws the start weights."""
        if change.name == "seed" and not self._together:
            self.turn(**drawn_weights(change.new))
        else:
            super().turned(change)

    def set_start(self, place: Place, value: float) -> None:
        """Start with another weight or bias, inside its bounds."""
        self.turn(**{STARTS[place]: float(np.clip(value, -LIMIT, LIMIT))})

    def start_at(self, w1: float, w2: float) -> None:
        """Start with these weights."""
        self.turn(w1=w1, w2=w2)


def drawn_weights(seed: int) -> dict[str, float]:
    """Return the start weights that a seed draws, by the names of their knobs."""
    first, second = facts.as_posted.network.init(seed)
    return {"w1": float(first.W[0, 0]), "w2": float(second.W[0, 0])}


class OneUnit(Session):
    """z = s(w x + b) on the numbers 0 to 6: is x above 3? w and b are the start."""

    title = "one neuron that should tell numbers above 3"
    reach = ("bias", "w", "b", "step_size")
    seeded = False

    bias = Choice({"none": False, "one": True}, "bias")
    w = Slider(-LIMIT, LIMIT, 0.05, 2, "start w")
    b = Slider(-FAR, FAR, 0.05, 0, "start b")
    step_size = LogSlider(0.01, 10, 0.3, "step size", restarts=False)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with or without the bias."""
        chosen = facts.threshold.but(bias=self.meaning("bias"), step_size=self.step_size)
        return {f"bias: {self.bias}": chosen}

    def start(self, experiment: Experiment) -> list[Layer]:
        """Return w and b as the knobs say."""
        biased = self.meaning("bias")
        return [Layer(np.full((1, 1, 1), self.w), np.full((1, 1, 1), self.b) if biased else None)]

    def idle(self) -> set[str]:
        """Return the bias where there is none."""
        return set() if self.meaning("bias") else {"b"}

    def set_start(self, place: Place, value: float) -> None:
        """Start with another weight or bias, inside its bounds."""
        name, limit = ("w", LIMIT) if place.kind == "W" else ("b", FAR)
        self.turn(**{name: float(np.clip(value, -limit, limit))})

    def move(self, x: float) -> None:
        """Start with the bias that puts the threshold at x. Raises ValueError where there is no bias."""
        if not self.meaning("bias"):
            raise ValueError("Without a bias the threshold stays at 0, whatever the weight is.")
        self.set_start(facts.B1, -self.w * x)


def panel(
    prediction: PredictionCard | None = None,
    goal: GoalLine | None = None,
    bound: bool = False,
    **settings: Any,
) -> TrainingPanel:
    """Return a panel of two neurons. bound: draw the lowest loss without bias, which answers a prediction."""
    session = BiasSession(**settings)
    if prediction:
        session.reach = AT_HAND.get(prediction.key.rpartition("/")[2], session.reach)
    figure, axes = arranged(
        "SNN;SOL", (1.2, 1, 1), (1.15, 1), middle="NN;SO;SL", stacked="N;S;O;L", size=(9.2, 3.4)
    )
    places = {"w₁": facts.W1, "w₂": facts.W2}
    loss = LossOverTraining(axes["L"], session, (1e-5 if bound else 0.01, 1))
    if bound:
        loss.mark(facts.INFIMUM, "1/8")
    pictures: list[Picture] = [
        LossSurface(axes["S"], session, places, (-LIMIT, LIMIT), session.start_at),
        OutputsOverTraining(axes["O"], session),
        NetworkDrawing(axes["N"], session, session.set_start, NAMES, "xyz", 2 * LIMIT),
        loss,
    ]
    axes["O"].set_ylabel("output")
    return TrainingPanel(session, figure, pictures, prediction, goal)


def threshold_panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return a panel of one neuron, whose threshold can be dragged. settings: its knobs: bias="one"."""
    session = OneUnit(**settings)
    figure, axes = arranged("TNL", width_ratios=(1.3, 1, 1), size=(9.2, 2.6))
    names = {facts.W1: "w", facts.B1: "b"}
    pictures: list[Picture] = [
        Threshold(axes["T"], session, session.move),
        NetworkDrawing(axes["N"], session, session.set_start, names, "xz", 2 * LIMIT),
        LossOverTraining(axes["L"], session, (1e-4, 10)),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


def outputs_went(session: BiasSession) -> str:
    """Return how the two outputs ended: the options of what one may have seen."""
    zero, one = session.moment.outputs[:, 0]
    if max(zero, one) <= 0.51 or min(zero, one) >= 0.49:
        return "both end on one side of ½"
    return "they end on two sides of ½"


ENDS = Observation(
    "Where did the two outputs end?",
    ["both end on one side of ½", "they end on two sides of ½"],
    outputs_went,
)


def fell_to(session: BiasSession) -> str:
    """Return where the loss ended, as the picture shows it."""
    loss = session.moment.loss
    if loss < facts.INFIMUM:
        return "below 1/8"
    return "between 1/8 and 0.2" if loss < 0.2 else "above 0.2"


def starts_elsewhere(session: BiasSession) -> bool:
    """Return whether it starts elsewhere than the seed says, by more than a slider in a browser rounds."""
    drawn = drawn_weights(session.seed).items()
    return any(abs(getattr(session, name) - weight) > BiasSession.w1.step for name, weight in drawn)


settles = Prediction(
    facts.settles,
    "After 800 steps, what will the network say to input 0, and what to input 1?",
    Said(
        "about {zero: 0.00} and {one: 0.00}",
        ["about 0.00 and 0.50", "about 0.50 and 0.50", "about 0.59 and 0.67", "about 0.33 and 0.67"],
    ),
    "All of 200 seeds agree on that to three digits.",
    tempting={
        "about 0.00 and 0.50": "one answer right and one given up is a fair compromise, and it exists. "
        "But look where it starts, and which way is down from there.",
        "about 0.50 and 0.50": "a network that knows nothing says ½ to both. This one knows a little.",
        "about 0.33 and 0.67": "it is even-handed. But the two inputs do not have the same choices here.",
    },
    seen=ENDS,
)
how_low = Prediction(
    facts.how_low,
    "Choose w₁ and w₂ freely, without any bias. How low can the loss be brought, at best?",
    Nearest({"0": 0, "1/16": 1 / 16, "1/8": 1 / 8, "0.227": 0.227}, of="lowest"),
    "The loss comes as near to 1/8 as you like, and never gets there.",
    tempting={
        "0": "two weights for two examples can be enough. Here one has no say in one answer.",
        "1/16": "something lower does lie out there, and one expects more of it.",
        "0.227": "200 seeds agreed on it, which looks like the best there is. But all of them started "
        "on one side of the surface.",
    },
    shows=starts_elsewhere,
    do="Choose another start, press Play",
    seen=Observation("Where did your loss end?", ["below 1/8", "between 1/8 and 0.2", "above 0.2"], fell_to),
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
    "With it there every seed copies the bit, with it on the hidden neuron none does: both answers then stay "
    "on one side of ½. Try both places.",
    tempting={
        "on the hidden neuron": "that is where w₁ loses its say. But a bias there only moves ½ to another "
        "positive number.",
        "on either, it does not matter": "biases are usually given to all alike. Each does another job.",
        "one is not enough": "usual networks have one on each. One is enough here, in the right place.",
    },
    shows=lambda session: session.bias != "none",
    do="Give it a bias, press Play",
    seen=ENDS,
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
    "It says 0 to the input (0, 0), whatever its weights: XOR wants that, XNOR wants 1.",
    tempting={
        "XNOR only": "you saw that something must break. It is the one that wants 1 where all inputs are 0.",
        "both": "four hidden units seem plenty, and one table mirrors the other. Not at (0, 0).",
        "neither": "after the two neurons one expects it. But what 0 should give is no trouble for XOR.",
    },
)


@goal("make the network copy the bit: a loss under 0.01. Any control may be used.")
def copy_the_bit(session: BiasSession) -> bool:
    """Bring the loss under 0.01, by any means."""
    return session.moment.loss < 0.01


@goal("without any bias, train until the loss is within 0.005 of the lowest there is.")
def the_corner(session: BiasSession) -> bool:
    """Train to nearly the lowest loss without any bias; which that is, the sentence must not tell."""
    return session.bias == "none" and session.step > 0 and session.moment.loss < facts.INFIMUM + 0.005


@goal("a threshold at 3, and all six numbers right: a loss under 0.1. By hand or by training.")
def six_numbers(session: OneUnit) -> bool:
    """Bring the loss under 0.1, by any means."""
    return session.moment.loss < 0.1


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
    otherwise="Put x = 0 into the first equation, and what it says into the second. The hints help.",
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
    otherwise="With the best slope, 4, the line runs parallel to the points. How far below them?",
)
prior = Exercise(
    facts.prior,
    "5 % of the rows are ones, the rest are zeros. Which bias of a sigmoid output makes the network say 0.05 "
    "from the start, when nothing else is added to it?",
    within=0.011,
    hints=[
        "Solve s(b) = 0.05 for b.",
        "1 / (1 + exp(-b)) = 0.05, so exp(-b) = 19.",
        "The log-odds: b = ln(0.05 / 0.95).",
    ],
    because="-ln 19 = -2.94: the log-odds of the share of ones. The network then begins with the best "
    "constant answer, and its first steps need not be spent on it.",
    wrong={
        0.05: "That is what it should say. Which b does the sigmoid turn into it?",
        2.94: "The size is right. On which side of 0 does a sigmoid say less than one half?",
        19: "That is exp(-b).",
        -19: "That is exp(-b), with a sign. The logarithm is missing.",
    },
    otherwise="A sigmoid says 0.5 at 0, and less below it. The hints lead to the formula.",
)
one_change = Exercise(
    facts.one_change,
    "Somebody else: 50 points, one input from -π to π, ten sigmoid hidden units, a sigmoid output. It "
    "learns (1 + sin x) / 2, and never (1 + cos x) / 2, nor x². The program sums weights times inputs, and "
    "nothing else. One change lets it learn the cosine. Which?",
    Most(facts.CHANGES, of="solved"),
    hints=[
        "s(a) - ½ is odd. So what is a weighted sum of such units?",
        "A constant plus an odd function. The sine is one. Is the cosine?",
        "Which of the changes makes a hidden unit something else than ½ plus an odd function of x?",
    ],
    because="s(wx) is ½ plus an odd function, so a weighted sum of such units is a constant plus an odd "
    "function. A bias inside, s(wx + b), shifts a unit away from 0, and that is gone.",
    wrong={
        "a bias on the output unit": "There is a constant in the sum already: ½ from each unit. What "
        "is missing is alike on both sides of 0.",
        "forty hidden units": "A natural thought. But a sum of forty odd functions is as odd as one of ten.",
        "smaller steps, and more of them": "What a network cannot be, no step size brings.",
    },
)


@graded
def check_by_hand(weights: tuple[float, float, float] | None) -> str:
    """Return a verdict on w1, w2 and b2 for two neurons with an output bias that should copy the bit."""
    if weights is None or weights is ...:
        return NOT_ATTEMPTED
    try:
        w1, w2, b2 = (float(weight) for weight in weights)
    except (TypeError, ValueError):
        return f"expected three numbers, w1, w2 and b2; got {weights!r}"
    params = [Layer(np.array([[w1]]), None), Layer(np.array([[w2]]), np.array([[b2]]))]
    zero, one = facts.repairs["output bias"].outputs(params)[:, 0]
    verdict = "right" if zero < 0.1 and one > 0.9 else "not yet"
    return f"{verdict}: the outputs are {zero:.3f} and {one:.3f}"


compute_ahead(facts.case, facts.case.experiments)
