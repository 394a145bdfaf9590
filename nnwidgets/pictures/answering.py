"""What pictures of answers ask of a session, and which rows of a large data set they draw."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from nnwidgets.session.history import Moment
from workbook import Experiment


class Asked(Protocol):
    """A session whose network can be asked for other inputs."""

    @property
    def experiment(self) -> Experiment: ...

    def answer_to(self, inputs: np.ndarray) -> np.ndarray:
        """Return the answers to other inputs (m, n_in), (m, n_out)."""
        ...


class Answering(Asked, Protocol):
    """A session that gives answers in the units of the targets: of a logit, the probability."""

    @property
    def moment(self) -> Moment: ...

    def said(self) -> np.ndarray:
        """Return the answers to all rows at the step that is shown, (n, n_out)."""
        ...

    def answers_named(self) -> np.ndarray:
        """Return the class that each row is taken for, (n,)."""
        ...


def evenly(rows: int, most: int) -> np.ndarray:
    """Return which rows are drawn: at most so many, evenly spread."""
    return np.linspace(0, rows - 1, min(rows, most)).round().astype(int)
