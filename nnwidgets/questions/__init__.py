"""What a learner is asked: predictions, exercises, goals; and the answers that are kept."""

from nnwidgets.questions.card import Card
from nnwidgets.questions.exercise import Exercise, ExerciseCard
from nnwidgets.questions.goal import Goal, GoalLine, goal
from nnwidgets.questions.matching import Matching, MatchingCard
from nnwidgets.questions.observation import Observation
from nnwidgets.questions.prediction import Prediction, PredictionCard
from nnwidgets.questions.rules import Most, Nearest, Said, UpTo, Which
from workbook.course.progress import Progress

__all__ = [
    "Card",
    "Exercise",
    "ExerciseCard",
    "Goal",
    "GoalLine",
    "Matching",
    "MatchingCard",
    "Most",
    "Nearest",
    "Observation",
    "Prediction",
    "PredictionCard",
    "Progress",
    "Said",
    "UpTo",
    "Which",
    "goal",
]
