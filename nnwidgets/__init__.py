"""The workbook's controls and pictures: ipywidgets over the engine in `workbook`.

Each chapter has a folder of its own: bias, linear_output, dead_relu, gradient_checking, input_scaling.
What they share stands beside this file.
"""

from nnwidgets.live_figure import LiveFigure
from nnwidgets.questions.exercise import Exercise
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from nnwidgets.questions.progress import Progress

__all__ = ["Exercise", "Goal", "LiveFigure", "Prediction", "Progress"]
