"""The workbook's controls and pictures: ipywidgets over the engine in `workbook`.

Read it in this order: session (what is turned), pictures (what is shown), live_figure (how pictures move),
panel (both together), questions (what is asked), chapters (one module each). explore makes a panel for any
experiment.
"""

from nnwidgets.explore import explore
from nnwidgets.live_figure import LiveFigure
from nnwidgets.questions import Exercise, Goal, Prediction, Progress

__all__ = ["Exercise", "Goal", "LiveFigure", "Prediction", "Progress", "explore"]
