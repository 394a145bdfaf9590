"""How far a cell is that takes its time: a bar at the edge of the notebook, there only while it is needed."""

from __future__ import annotations

import time
from pathlib import Path

import anywidget
import traitlets
from IPython.display import display

from nnwidgets.questions.static import EMPTY, stand_in

PATIENCE = 0.5  # seconds after which one wants to know
EVERY = 0.1  # seconds between two messages


class Waiting(anywidget.AnyWidget):
    """A bar that follows `tell`, a listener to training. share: from 0 to 1; -1 while there is no bar."""

    _esm = Path(__file__).with_name("waiting.js")
    share = traitlets.Float(-1.0).tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self._begun = self._said = 0.0

    def __repr__(self) -> str:
        return "Waiting()"

    def _ipython_display_(self) -> None:
        """Show the bar; where a saved notebook has it no longer, nothing is seen in its place."""
        bundle, _ = self._repr_mimebundle_() or ({}, {})
        display({**bundle, "text/html": EMPTY}, raw=True)
        display({"text/plain": repr(self), "text/html": stand_in()}, raw=True)

    def tell(self, share: float) -> None:
        """Follow one training after the other: what is soon over is not worth a bar."""
        now = time.monotonic()
        if share <= 0:
            self._begun = now
        elif share >= 1:
            self.share = -1.0
        elif now - self._begun > PATIENCE and now - self._said > EVERY:
            self.share, self._said = share, now
