"""What a network of one input says to whole numbers and between them, and what its hidden units say."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from nnwidgets.session.history import Moment
from workbook import Experiment
from workbook.plots import BLUE, SKY, VERMILION, tidy


class Answering(Protocol):
    """A session whose answers are right or wrong."""

    @property
    def experiment(self) -> Experiment: ...

    @property
    def moment(self) -> Moment: ...

    @property
    def right(self) -> np.ndarray:
        """Whether each row gets the right answer, (n,)."""
        ...


class OutputOverNumbers:
    """The output over the number that it is about: a dot where it is right, a cross where it is wrong.

    numbers: consecutive, one a row; the network sees them in some scale, which the data set tells. On the
    axes `units`, the outputs of the last hidden layer, unit by unit.
    """

    def __init__(self, axes: Axes, units: Axes, numbers: np.ndarray, targets: np.ndarray) -> None:
        self.axes = tidy(axes, "", "number", "output")
        tidy(units, "last hidden layer", "number", "output of each unit")
        for each in (axes, units):
            each.set_xlim(numbers[0] - 0.5, numbers[-1] + 0.5)
            each.set_xticks(numbers)
        axes.set_ylim(-0.07, 1.07)
        units.set_ylim(-1.1, 1.1)
        axes.plot(numbers, targets, "o", color="black", markersize=4, label="target")
        (curve,) = axes.plot([], [], color=SKY, linewidth=1.6)
        (right,) = axes.plot([], [], "o", color=BLUE, markersize=7, label="right")
        (wrong,) = axes.plot([], [], "X", color=VERMILION, markersize=7, label="wrong")
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(-0.04, 0.98),
            ncols=3,
            frameon=False,
            handletextpad=0.1,
            columnspacing=0.8,
            fontsize=9,
        ).set_in_layout(False)
        hidden = units.add_collection(LineCollection([], colors=[BLUE], linewidths=1.2, alpha=0.8))
        self.artists = {"curve": curve, "right": right, "wrong": wrong, "hidden": hidden}
        self.numbers = numbers
        self.grid = np.linspace(numbers[0] - 0.5, numbers[-1] + 0.5, 10 * len(numbers) + 1)

    def show(self, session: Answering) -> dict[str, Any]:
        """Ask the network for every number on the grid."""
        experiment, moment = session.experiment, session.moment
        first, second = experiment.dataset.inputs[:2, 0]
        inputs = first + (self.grid - self.numbers[0]) * (second - first)
        y, trace = experiment.network.forward(moment.params, inputs.reshape(-1, 1))
        outputs, right = moment.outputs[:, 0], session.right
        return {
            "curve": (self.grid, y[:, 0]),
            "right": (self.numbers[right], outputs[right]),
            "wrong": (self.numbers[~right], outputs[~right]),
            "hidden": [np.column_stack([self.grid, unit]) for unit in trace[-1].x.T],
        }

    def said(self, session: Answering) -> str:
        """Say the outputs for the numbers."""
        outputs, right = session.moment.outputs[:, 0], session.right
        said = ", ".join(f"{y:.2f}" for y in outputs)
        low, high = self.numbers[[0, -1]]
        return f"Outputs for {low} to {high}: {said}. {right.sum()} of {len(right)} right when rounded."
