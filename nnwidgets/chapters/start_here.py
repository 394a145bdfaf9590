"""The first page: a prediction, a panel and an exercise, to see how the workbook works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nnwidgets.chapters.again import again
from nnwidgets.chapters.standing import calibration, chapters
from nnwidgets.live_figure import Arrangement, arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.map import AnswerMap
from nnwidgets.pictures.network import NetworkDrawing
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Nearest,
    Observation,
    Prediction,
    PredictionCard,
    UpTo,
    goal,
)
from nnwidgets.session.exploration import Exploration
from nnwidgets.session.knobs import Choice
from nnwidgets.session.training import Session
from workbook.cases import start_here as facts
from workbook.cases.start_here import DOTS, SEEDS, STARTS, UNITS, alike, dots_right
from workbook.measures.twins import different_units
from workbook.plots import BLUE

__all__ = ["again", "calibration", "chapters", "edges", "every_dot", "millionth", "panel"]


class Dots(Exploration):
    """Eight hidden units, a disc in a ring, and a choice of start weights."""

    title = "eight hidden units that start alike"
    recipe = alike
    turnable: Mapping[str, str] = {"initializer": "weights"}
    reach = ("weights",)

    weights = Choice(STARTS, "start weights")

    @property
    def right(self) -> int:
        """How many dots are on their right side, at the step that is shown."""
        return int(dots_right(self.experiment, self.moment.outputs))

    @property
    def different(self) -> int:
        """How many different hidden units there are, at the step that is shown."""
        return int(different_units(self.experiment, self.moment.params))

    @property
    def began_alike(self) -> bool:
        """Whether all weights of the hidden layer started at the same number."""
        return bool(np.ptp(self.main.at(0).params[0].W) == 0)

    def headline(self) -> str:
        """Say where training stands, how many dots are right, and how many units are different."""
        return (
            f"{Session.headline(self)}; {self.right} of {DOTS} dots right; "
            f"{self.different} different of {UNITS} hidden units"
        )


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return the panel of the eight units. settings: its knobs, such as weights="random"."""
    session = Dots(**settings)
    figure, axes = arranged(
        "NAL",
        (1.6, 1.15, 0.85),
        middle=Arrangement("NA;NL", (1.2, 1), (1.25, 1)),
        stacked=Arrangement("N;A;L", (), (2, 1.1, 0.8)),
    )
    pictures: list[Picture] = [
        NetworkDrawing(axes["N"], session, session.move),
        AnswerMap(axes["A"], session),
        LossOverTraining(axes["L"], session, (0.01, 1), (BLUE, BLUE)),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


TOGETHER, APART, PARTED = "all the same thing", "each something else", "some of them the same"


def _did(session: Dots) -> str:
    """Return what the hidden units said at the step that is shown."""
    return {1: TOGETHER, UNITS: APART}.get(session.different, PARTED)


edges = Prediction(
    facts.edges,
    "All weights of the eight hidden units start at the same number, 0.5, and training may change every one "
    "of them. How will the trained network part the inner dots from the outer ones?",
    Nearest(
        {
            "not at all: nothing moves": 0,
            "by one straight edge": 1,
            "by a corner of two or three edges": 2.5,
            "by a closed curve around the inner dots": UNITS,
        },
        of="different",
    ),
    "Eight units, and they do the work of one.",
    {
        "not at all: nothing moves": "So it would be if all weights were 0. From 0.5 they move, and all of "
        "them alike.",
        "by a corner of two or three edges": "A compromise is a sensible guess. But units that get the same "
        "gradient are never parted, not even two of them.",
        "by a closed curve around the inner dots": "Eight units are plenty for that, and training could move "
        "each of them anywhere. But it gives all of them the same push.",
    },
    Observation("What did the eight hidden units say in the end?", [TOGETHER, APART, PARTED], _did),
    shows=lambda session: session.began_alike,
    do="Press Play",
)
millionth = Exercise(
    facts.millionth,
    f"Now each start weight is 0.5 and up to a millionth more, drawn at random. How many of {SEEDS} such "
    "networks get every dot right in 800 steps? (The panel has these weights, too.)",
    UpTo({"none": 0, "about half of them": 0.9 * SEEDS, "all of them": SEEDS}, of="learned"),
    hints=[
        "In the panel, choose these start weights and press Play. Look at the loss, and wait.",
        "A pencil that stands on its tip: how much does it take?",
    ],
    because="Equal units are a balance like a pencil on its tip: whatever parts two of them grows, step by "
    "step. For a long time nothing shows, and then everything happens at once.",
    wrong={
        "none": "A millionth is next to nothing, and for half of the run nothing happens. Did you watch it "
        "to its end?",
        "about half of them": "That would be luck, as with starts that may be good or bad. Try a few seeds "
        "in the panel: is it luck?",
    },
)


@goal(f"all {DOTS} dots right, with other start weights.")
def every_dot(session: Dots) -> bool:
    """Whether every dot is on its right side."""
    return session.right == DOTS
