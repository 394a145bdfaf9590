"""Which output goes with which target: the part of the chapter about classes, its panel and its questions."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnwidgets.live_figure.arrangement import arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.class_bars import ClassBars, PictureInHand, handed_on, probabilities
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.questions import (
    Exercise,
    Matching,
    Most,
    Observation,
    Prediction,
    PredictionCard,
    Which,
)
from nnwidgets.session.knobs import Choice, LogSlider, Whole
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.cases import digit_classes, output_pairs
from workbook.cases import linear_output as facts
from workbook.classes import accuracy
from workbook.plots import BLUE, VERMILION


class ClassesSession(Session):
    """Ten digits, 64-15-10, and a loss that takes a softmax of whatever the output layer hands it.

    hands: the weighted sums themselves (logits), or a softmax of them. picture: the one in hand, from 1.
    """

    title = "a network that should tell ten digits apart"
    reach = ("hands", "weights", "compare")

    hands = Choice({"logits (linear)": "identity", "softmax": "softmax"}, "output layer")
    weights = Choice({"He": "he", "standard deviation 2": digit_classes.WIDE}, "start weights")
    step_size = LogSlider(0.01, 10, 0.5, "step size", restarts=False)
    compare = Choice({"nothing": None, "logits (linear)": "identity", "softmax": "softmax"}, "compare with")
    picture = Whole(1, digit_classes.PICTURES, 1, "picture", restarts=False)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen output layer, and the one to compare it with."""
        chosen = digit_classes.logits.but(initializer=self.meaning("weights"), step_size=self.step_size)
        both = {self.hands: chosen.but(output=self.meaning("hands"))}
        if other := self.meaning("compare"):
            both[f"{self.compare}, compared"] = chosen.but(output=other)
        return both

    def turned(self, change: Any) -> None:
        """Another picture in hand changes nothing in training."""
        if change.name == "picture":
            self.changed += 1
        else:
            super().turned(change)

    def headline(self) -> str:
        """Say where training stands, and the share of the pictures that is right."""
        labels = digit_classes.SEEN.labels
        share = float(accuracy(self.moment.outputs, labels))
        return f"{super().headline()}, {share:.0%} of {len(labels)} pictures right"


def classes_panel(prediction: PredictionCard | None = None, **settings: Any) -> TrainingPanel:
    """Return a panel: a picture, what the output layer hands on, what the loss makes of it, the loss."""
    session = ClassesSession(**settings)
    figure, axes = arranged("PHL;PSL", (1, 1.2, 1.2), middle="PH;LS", stacked="P;H;S;L", size=(9.2, 3.5))
    loss = LossOverTraining(axes["L"], session, (0.01, 10), (BLUE, VERMILION))
    loss.axes.axhline(digit_classes.alike(digit_classes.CLASSES), color="0.5", linewidth=1.2, linestyle=":")
    loss.axes.set_title("loss; dotted: all classes alike", loc="left", fontsize=10.5)
    loss.axes.set_ylabel("")
    pictures: list[Picture] = [
        PictureInHand(axes["P"], session),
        ClassBars(axes["H"], session, "handed to the loss", handed_on, (-3, 3)),
        ClassBars(axes["S"], session, "probabilities in the loss", probabilities, (0, 1)),
        loss,
    ]
    return TrainingPanel(session, figure, pictures, prediction)


def end_of_loss(session: ClassesSession) -> str:
    """Return where the loss of the network with ten classes has come."""
    loss = session.moment.loss
    return "below 0.5" if loss < 0.5 else "above 1.4" if loss > 1.4 else "in between"


twice = Prediction(
    facts.twice,
    "The output layer is a softmax, and then the loss takes a softmax as well, as in many libraries. Ten "
    "classes, 300 steps: what will happen?",
    Which(
        ["twice", "twice_loss"],
        {
            "nothing special: a softmax of a softmax is a softmax": (True, False),
            "it learns, but the loss stays above 1": (True, True),
            "it learns nothing: one picture in ten is right": (False, True),
            "the numbers overflow": (False, False),
        },
    ),
    "No error, no warning: it is worse, and a loss that stops there looks like a task that is too hard.",
    tempting={
        "nothing special: a softmax of a softmax is a softmax": "both give probabilities. But the second "
        "is fed with numbers from 0 to 1 only, and makes all classes nearly alike.",
        "it learns nothing: one picture in ten is right": "the order of the classes survives two softmaxes, "
        "so it does learn.",
        "the numbers overflow": "the other way round: a softmax keeps its numbers between 0 and 1.",
    },
    seen=Observation("Where did the loss end?", ["below 0.5", "in between", "above 1.4"], end_of_loss),
)


at_the_start = Exercise(
    facts.at_the_start,
    "Four classes, and a network that knows nothing and gives each the same probability. What is its "
    "cross-entropy? Two digits after the point.",
    within=0.006,
    hints=["The loss of a row is minus the logarithm of the probability of the right class.", "It is 1/4."],
    because="ln 4 = 1.39. A first loss far above it means that the network is sure, and wrong.",
    wrong={
        float(np.log10(4)): "That is the logarithm to the base of 10. A loss takes the natural one.",
        0.25: "That is the probability. The loss is minus its logarithm.",
        -digit_classes.alike(4): "That is the logarithm itself; the loss is minus that, and above 0.",
        digit_classes.alike(10): "That is for ten classes.",
        digit_classes.alike(2): "That is for two classes.",
        4 * digit_classes.alike(4): "That counts every class. Only the right one is in the sum.",
    },
    otherwise="Of four equal probabilities each is 1/4. Take minus the natural logarithm of that.",
)
transfer = Exercise(
    facts.transfer,
    "Somebody reads digits with 64 ReLU units and one output, a sigmoid, with the yes-or-no cross-entropy. "
    "The targets are the labels, 0 to 9. The loss falls to -56, and 10 % are right. Which change "
    "helps most?",
    Most(digit_classes.TOLD.values(), of="told"),
    hints=["What can this output say, and what is it asked to say?", "A loss below 0: is that a distance?"],
    because="A sigmoid cannot say 2 to 9, so it says 1 to everything, which is right for the ones; for "
    "a target above 1 this loss has no floor. Labels are names, not quantities: give each an output.",
    wrong={
        digit_classes.TOLD["step"]: "The loss falls all right, only without end. It says 1 to everything, "
        "a little later.",
        digit_classes.TOLD[
            "units"
        ]: "However many units there are: what does the last one do with their sum?",
        digit_classes.TOLD["inputs"]: "The inputs are from 0 to 1 already. Look at the other end.",
        digit_classes.TOLD[
            "linear"
        ]: "You have found that the range is wrong. But a 4 is no mixture of 3 and 5: "
        "it gets about a quarter right.",
    },
)


def fault(target: str, output: str) -> str:
    """Say what is wrong with an output that is not the one to take for a target."""
    says, wanted = output_pairs.PAIRS[output].says, output_pairs.WANTED[target]
    if not says.covers(wanted):
        return f"{output} cannot say every target"
    if not output_pairs.PAIRS[output].cancels():
        return f"{output} can say it, but its slope stays in: where it is sure and wrong, it hardly learns"
    return f"{output} can also say what the target never is, and another pair cannot"


table = Matching(
    facts.table,
    "Which output, with its loss, goes with which target? First: it can say every target. Second: its slope "
    "cancels. Where several are left, the one that says least besides. One of the five is never right.",
    list(output_pairs.WANTED),
    list(output_pairs.PAIRS),
    of="pairs",
    hints=[
        "Ask first: which numbers can the target be? An output that cannot say them all is out.",
        "For which pair does the slope stay in the gradient at z? That one is out for every row.",
        "Several probabilities that must add up to 1 depend on each other; the output must know that.",
    ],
    because="A linear output can say -300 degrees and a position of 2, and that does little harm: clip its "
    "answer. A tanh would keep to the limits, but learn little where it is sure and wrong.",
    wrong={
        (target, output): fault(target, output)
        for target in output_pairs.WANTED
        for output in output_pairs.PAIRS
    },
)
