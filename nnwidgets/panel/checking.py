"""The panel of a gradient check: it is made at once, so there is nothing to play."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets
from matplotlib.figure import Figure

from nnwidgets.panel.panel import Panel
from nnwidgets.pictures.picture import Picture
from nnwidgets.questions.goal import GoalLine
from nnwidgets.questions.prediction import PredictionCard
from nnwidgets.session.check import Check


class CheckPanel(Panel[Check]):
    """A view of one check. With a prediction, the outcome shows once that is answered and Check pressed."""

    next_step = "Press Check"

    def __init__(
        self,
        check: Check,
        figure: Figure,
        pictures: Sequence[Picture],
        prediction: PredictionCard | None = None,
        goal: GoalLine | None = None,
    ) -> None:
        check.shown = prediction is None
        super().__init__(check, figure, pictures, prediction, goal)

    def __repr__(self) -> str:
        # The stored line is compared on other processors, where rounding errors are others.
        return f"{type(self).__name__}({self.session.outcome()})"

    def buttons(self) -> list[ipywidgets.Widget]:
        """Return Check, Worst and New seed."""
        check = self.session
        self.check = self.button("Check", "check", "compare the two gradients", self._check)
        self.worst = self.button(
            "Worst", "exclamation", "look at the parameter with the largest error", check.look_at_worst
        )
        seed = self.button("New seed", "random", "other parameters", check.new_seed)
        return [self.check, self.worst, *[seed] * check.seeded]

    def refresh(self) -> None:
        """Bring everything but the picture up to date; a check that is shown scores the prediction."""
        shown = self.session.shown
        self.check.disabled = shown or self.locked
        self.worst.disabled = not shown
        super().refresh()
        if self.prediction and shown:
            self.prediction.watched(self.session)

    def _check(self) -> None:
        self.session.shown = True
        self.store()
