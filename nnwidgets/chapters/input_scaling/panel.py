"""The panel of the chapter on input scaling."""

from __future__ import annotations

from typing import Any

from nnwidgets.chapters.input_scaling.pictures import DigitsSeen, HiddenOutputs, ShareRight
from nnwidgets.chapters.input_scaling.session import DigitReader
from nnwidgets.panel.panel import Panel
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from workbook.plots import new_figure


class DigitReaderPanel(Panel):
    """The digits as the network sees them, its hidden outputs, and how many it gets right."""

    def __init__(
        self,
        prediction: Prediction | None = None,
        goal: Goal | None = None,
        slopes: bool = False,
        **settings: Any,
    ) -> None:
        session = DigitReader(**settings)
        figure = new_figure(9.2, 3.5)
        digits, hidden, right = figure.subplots(1, 3, width_ratios=(2, 1, 1.15))
        outputs = HiddenOutputs(hidden, session, slopes)
        pictures = [DigitsSeen(digits, session), outputs, ShareRight(right, session)]
        super().__init__(session, figure, pictures, prediction, goal)
        self._draw()

    def headline(self) -> str:
        """Say in one line where the session stands."""
        session = self.session
        share = session.share(session.encoding, session.moment)
        return f"{super().headline()}, {share:.0%} of {len(session.held_out)} held-out digits right"


def panel(
    prediction: Prediction | None = None, goal: Goal | None = None, slopes: bool = False, **settings: Any
) -> DigitReaderPanel:
    """Return the chapter's panel.

    slopes: say for how many hidden outputs the sigmoid is flat. settings: the session's knobs, such as
    encoding="0 to 1".
    """
    return DigitReaderPanel(prediction, goal, slopes, **settings)
