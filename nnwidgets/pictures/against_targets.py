"""What a network says to rows of any number of inputs, against what is right: numbers, or classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from nnwidgets.pictures.answering import Answering, evenly
from workbook import Dataset
from workbook.plots import BLUE, SERIES, tidy

ROWS = 150
OUTPUTS = 4
NUMBERED = 10  # classes whose counts still have room
SHARE = LinearSegmentedColormap.from_list("share", ["white", BLUE])


class AgainstTargets:
    """Each answer over its target, the first four outputs in their own colours. On the diagonal it is right.

    Answers beyond the frame stand at its edge. Dotted: the mean target, the best constant for squared errors.
    """

    def __init__(self, axes: Axes, session: Answering) -> None:
        data = session.experiment.dataset
        count = data.targets.shape[1]
        self.outputs = range(min(OUTPUTS, count))
        self.axes = tidy(axes, "on the line: right", "target", "what the network says")
        axes.axline((0, 0), slope=1, color="0.6", linewidth=0.9, zorder=1)
        self.mean = axes.axhline(0, color="0.4", linewidth=0.9, linestyle=":")
        self.dots = [
            axes.plot([], [], "o", color=SERIES[k], markersize=4.5, alpha=0.7)[0] for k in self.outputs
        ]
        if count > 1:
            names = (data.target_names or tuple(f"output {k + 1}" for k in range(count)))[: len(self.dots)]
            axes.set_title("", loc="left")
            axes.legend(
                self.dots, names, loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=4, frameon=False,
                handletextpad=0.1, columnspacing=0.8, borderaxespad=0.1,
            )  # fmt: skip
        self.artists = {"answers": self.dots, "mean": self.mean}
        self._data: Dataset | None = None

    def show(self, session: Answering) -> dict[str, Any]:
        """Follow the session at the step that is shown."""
        data, news = session.experiment.dataset, {}
        if self._data is not data:
            self._data = data
            self._frame(data)
            mean = float(data.targets[:, self.outputs].mean())
            news["mean"] = ([0, 1], [mean, mean])
        rows, margin = evenly(len(data), ROWS), 0.02 * (self.high - self.low)
        said = np.clip(session.said()[rows], self.low + margin, self.high - margin)
        return news | {"answers": [(data.targets[rows, k], said[:, k]) for k in self.outputs]}

    def said(self, session: Answering) -> str:
        """Say the first answers beside their targets."""
        pairs = zip(session.said()[:3, 0], session.experiment.dataset.targets[:3, 0], strict=True)
        return "Answers: " + ", ".join(f"{y:.4g} where {t:.4g} is right" for y, t in pairs) + "."

    def _frame(self, data: Dataset) -> None:
        targets = data.targets[:, self.outputs]
        room = 0.3 * (float(np.ptp(targets)) or 1.0)
        self.low, self.high = float(targets.min()) - room, float(targets.max()) + room
        self.axes.set_xlim(self.low, self.high)
        self.axes.set_ylim(self.low, self.high)


class ClassTable:
    """A square for each pair of class and answer, the darker the larger its share of the class's rows.

    On the diagonal it is right. Up to ten classes, the number of rows stands in it.
    """

    def __init__(self, axes: Axes, session: Answering) -> None:
        data = session.experiment.dataset
        self.count = data.classes
        names = data.target_names if len(data.target_names) == self.count else range(self.count)
        self.axes = axes
        axes.set_title("rows of each class, by what they are taken for", loc="left", fontsize=10.5)
        axes.set_xlabel("taken for")
        axes.set_ylabel("class")
        few = self.count <= NUMBERED
        ticks = range(self.count) if few else range(0, self.count, 5)
        labels = [str(list(names)[k])[:10] for k in ticks]
        axes.set_xticks(ticks, labels, rotation=30 if max(map(len, labels)) > 3 else 0)
        axes.set_yticks(ticks, labels)
        self.image = axes.imshow(
            np.zeros((self.count, self.count)), cmap=SHARE, vmin=0, vmax=1, aspect="auto"
        )
        places = [(row, column) for row in range(self.count) for column in range(self.count)] if few else []
        self.texts = [axes.text(c, r, "", ha="center", va="center", fontsize=9) for r, c in places]
        self.artists = {"table": self.image, "counts": self.texts} if few else {"table": self.image}

    def show(self, session: Answering) -> dict[str, Any]:
        """Count the rows."""
        counts = self._counts(session)
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        news: dict[str, Any] = {"table": shares}
        if self.texts:
            news["counts"] = [str(count) if count else "" for count in counts.ravel()]
            for text, share in zip(self.texts, shares.ravel(), strict=True):
                text.set_color("white" if share > 0.55 else "black")
        return news

    def said(self, session: Answering) -> str:
        """Say how many of each class are found."""
        counts = self._counts(session)
        found = ", ".join(
            f"{counts[k, k]} of {counts[k].sum()} of class {k}" for k in range(min(self.count, NUMBERED))
        )
        return f"Found: {found}."

    def _counts(self, session: Answering) -> np.ndarray:
        """Return how many rows of a class are taken for which, (classes, classes); no answer, no count."""
        labels, chosen = session.experiment.dataset.labels, session.answers_named()
        counts = np.zeros((self.count, self.count), int)
        if labels is not None:
            told = chosen >= 0
            np.add.at(counts, (labels[told], chosen[told]), 1)
        return counts
