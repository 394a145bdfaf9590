"""Explore: one line gives a live panel for any experiment, on any data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.against_targets import AgainstTargets, ClassTable
from nnwidgets.pictures.hidden_spread import HiddenSpread
from nnwidgets.pictures.images import Images, ImagesSeen
from nnwidgets.pictures.loss_beside import LossBesideConstant
from nnwidgets.pictures.map import AnswerMap
from nnwidgets.pictures.network import NetworkDrawing
from nnwidgets.pictures.over_input import OverInput
from nnwidgets.pictures.picture import Picture
from nnwidgets.pictures.unit_lives import UnitLives
from nnwidgets.questions import GoalLine, PredictionCard
from nnwidgets.session.exploration import Exploration, exploration
from workbook import Experiment, Network
from workbook.checked import shown
from workbook.layers import Dense
from workbook.layers import Picture as Shape
from workbook.plots import new_figure

IMAGES = 10  # rows that are shown as pictures
LEAST_SIDE = 5  # of a square that is taken for a picture
LANES = 32  # hidden units whose lives still have room
UNITS, WEIGHTS = 14, 40  # of a network that is drawn
MISSING = {
    "Network": ", which has no data and no loss: Experiment(dataset, network) has",
    "Dataset": ", which has no network: Experiment(dataset, network) has",
    "Run": ": run.experiment may be explored",
    "Trainer": ": trainer.experiment may be explored",
}


class PictureExploration(Exploration):
    """An exploration of rows that are pictures: the first of each class is shown."""

    def seen(self) -> Images:
        """Return the pictures as the network gets them, (n, height, width), channels averaged."""
        data, (height, width, channels) = self.experiment.dataset, picture_shape(self.recipe) or Shape(0, 0)
        rows = self._rows()
        pixels = data.inputs[rows].reshape(len(rows), height, width, channels).mean(-1)
        return Images(pixels, self._labels()[rows])

    def answers(self) -> np.ndarray:
        """Return what the network takes each of them for."""
        return self.answers_named()[self._rows()]

    def _rows(self) -> np.ndarray:
        return np.unique(self._labels(), return_index=True)[1][:IMAGES]

    def _labels(self) -> np.ndarray:
        labels = self.experiment.dataset.labels
        return np.zeros(len(self.experiment.dataset), int) if labels is None else labels


def explore(
    experiment: Experiment,
    prediction: PredictionCard | None = None,
    goal: GoalLine | None = None,
    seed: int = 0,
    **fields: Any,
) -> TrainingPanel:
    """Return a live panel of the experiment: train it, turn its fields, watch what it says.

    fields: those of the experiment or of its network that get a control. True: a sensible range around the
    experiment's own value; a list: these options; a pair (low, high): a slider. None at all: four usual ones.
    The pictures are chosen by the data: a curve over one input, a map of two, pictures where the inputs are
    some, a table of classes, or else the answers against the targets; beside them hidden units and the loss.

    Raises TypeError for what is no experiment and for an unknown field, ValueError for what makes no control.
    """
    if not isinstance(experiment, Experiment):
        kind = type(experiment).__name__
        given = f"a {kind}{MISSING[kind]}" if kind in MISSING else shown(experiment)
        raise TypeError(f"explore(experiment) shows an Experiment, not {given}")
    pictured = picture_shape(experiment) is not None
    made = exploration(experiment, fields, PictureExploration if pictured else Exploration)
    session = made(seed=seed)
    figure, pictures = drawn(session)
    return TrainingPanel(session, figure, pictures, prediction, goal)


def picture_shape(experiment: Experiment) -> Shape | None:
    """Return the shape of the pictures that the rows are, None where they are not classes of pictures.

    The network may say so, and otherwise a square of 5 x 5 or more is one, unless its columns have names.
    """
    first, data = experiment.network.sizes[0], experiment.dataset
    if data.labels is None:
        return None
    if isinstance(first, Shape):
        return first
    side = math.isqrt(data.inputs.shape[1])
    square = side >= LEAST_SIDE and side * side == data.inputs.shape[1] and not data.input_names
    return Shape(side, side) if square else None


def drawn(session: Exploration) -> tuple[Figure, list[Picture]]:
    """Return a figure and the pictures in it, by what the data and the network allow."""
    network, hidden = session.experiment.network, len(session.experiment.network.sizes) > 2
    small = _small(network) and "sizes" not in session.turnable
    figure = new_figure(9.6, 3.7)
    above = "H" if hidden else "L"
    rows = [f"A{'N' * small}{above}", f"A{'N' * small}L"]
    axes = figure.subplot_mosaic("\n".join(rows), width_ratios=[1.15, *[1.4] * small, 1.1])
    pictures: list[Picture] = [_answers(axes["A"], session)]
    if small:
        pictures.append(_network(axes["N"], session))
    if hidden:
        pictures.append(_hidden(axes["H"], session))
    return figure, [*pictures, LossBesideConstant(axes["L"], session)]


def _answers(axes: Any, session: Exploration) -> Picture:
    """Return the picture of what the network says."""
    data = session.experiment.dataset
    if isinstance(session, PictureExploration):
        return ImagesSeen(axes, session)
    if data.inputs.shape[1] == 1:
        return OverInput(axes, session)
    if data.inputs.shape[1] == 2:
        return AnswerMap(axes, session)
    return ClassTable(axes, session) if data.labels is not None else AgainstTargets(axes, session)


def _hidden(axes: Any, session: Exploration) -> Picture:
    """Return the lives of units that can die, where there is room for them, or else what all of them say."""
    network = session.experiment.network
    first, options = network.layers[0], getattr(session.traits().get("sizes"), "options", {})
    lanes = max([first.units, *(sizes[1] for sizes in options.values())])
    if "relu" in network.activations[0].name and isinstance(first, Dense) and lanes <= LANES:
        lives = UnitLives(axes, session, lanes)
        axes.set_title("active rows of each unit", loc="left", fontsize=10.5)
        return lives
    return HiddenSpread(axes, session)


def _network(axes: Any, session: Exploration) -> Picture:
    """Return the drawing of the network, whose start weights can be dragged."""
    return NetworkDrawing(axes, session, session.move)


def _small(network: Network) -> bool:
    """Whether the network has few enough units and weights to be drawn."""
    dense = all(isinstance(layer, Dense) for layer in network.layers)
    weights = sum(W[0] * W[1] for W, _ in network.shapes)
    return dense and sum(network.widths) <= UNITS and weights <= WEIGHTS
