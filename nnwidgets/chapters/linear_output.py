"""What belongs at the output? The chapter's panels, its questions, and the check of its code exercise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.output_classes import at_the_start, classes_panel, table, transfer, twice
from nnwidgets.live_figure.arrangement import arranged
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.fit import Fit
from nnwidgets.pictures.output_unit import Gradients, LossAndLine, WeightedSum, state
from nnwidgets.pictures.picture import Picture
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Nearest,
    Observation,
    Prediction,
    PredictionCard,
    Which,
    goal,
)
from nnwidgets.questions.verdict import asked, graded
from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.cases import linear_output as facts
from workbook.measures.output_unit import output_unit, starts_below_zero, straight_line_error

__all__ = [
    "at_the_start",
    "check_stuck",
    "classes_panel",
    "climb",
    "ends",
    "in_few_steps",
    "line_error",
    "panel",
    "relu",
    "slower",
    "spread",
    "table",
    "transfer",
    "twice",
    "wall",
    "which_change",
]

MOMENTS = 1000  # remembered in a run, so that a long one is not slowed down by its history
SHORT = 1e-4  # 500 such steps lead as far as the posted 50 000 of 0.000001
COMPARED: dict[str, dict[str, Any]] = {
    "nothing": {},
    **{name: {"output": unit} for name, unit in facts.OUTPUTS.items()},
    "linear, step 0.0001": {"output": facts.OUTPUTS["linear"], "step_size": SHORT},
}
AT_HAND = {
    "ends": ("length", "step_size"),
    "slower": ("slope", "step_size", "compare"),
    "which-change": ("output", "step_size", "compare"),
    "relu": ("output", "step_size", "biases"),
    "spread": ("biases", "step_size", "output"),
    "wall": ("output", "targets", "step_size"),
}
"""The controls in reach, by the question that a panel asks."""


class LinearOutputSession(Session):
    """1-64-1, hidden units leaky, as posted; the learner chooses the output unit, the step, the start.

    slope: that of the output unit below 0, where it is leaky. compare: the same seed with another output
    unit beside it, or with a linear one and steps that lead as far as posted. biases: all at 0, where every
    unit bends at x = 0, or spread over (-1, 1).
    """

    title = "a network that should learn x squared"

    output = Choice(facts.OUTPUTS, "output")
    slope = LogSlider(1e-4, 1, 0.01, "leaky slope")
    compare = Choice(COMPARED, "compare with")
    step_size = LogSlider(1e-8, 1, SHORT, "step size", restarts=False)
    length = Choice(
        {"500": 500, "2 000": 2000, "20 000": 20_000, "50 000, as posted": 50_000},
        "steps",
    )
    biases = Choice({"0, as posted": "zeros", "from -1 to 1": facts.SPREAD}, "start biases")
    targets = Choice({"x²": (1, 0), "4 x²": (4, 0), "x² - ½": (1, -0.5)}, "targets")

    @property
    def stride(self) -> int:
        """Steps between two remembered moments: 1 in a short run."""
        return max(1, self.steps // MOMENTS)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen output unit, and the one to compare it with."""
        scale, shift = self.meaning("targets")
        chosen = facts.as_posted.but(
            dataset=facts.square(scale=scale, shift=shift),
            bias_initializer=self.meaning("biases"),
            step_size=self.step_size,
            steps=self.meaning("length"),
        )
        both = {f"{self.output} output": chosen.but(output=self._unit(self.meaning("output")))}
        if changes := self.meaning("compare"):
            changes = changes | {"output": self._unit(changes["output"])}
            both[self.compare] = chosen.but(**changes)
        return both

    def idle(self) -> set[str]:
        """Return the slope where no output unit is leaky."""
        leaky = facts.LEAKY in (self.meaning("output"), self.meaning("compare").get("output"))
        return set() if leaky else {"slope"}

    def headline(self) -> str:
        """Say where training stands, and on how many rows the output unit is at 0 or below."""
        z = output_unit(self.experiment, self.moment.params).z
        return f"{super().headline()}, z at 0 or below on {(z <= 0).sum()} of {z.size} rows"

    def bent(self) -> list[bool]:
        """Return for the network, and for the one beside it, whether it is clearly bent at this step."""
        scale, _ = self.meaning("targets")
        limit = facts.as_posted.solved_below * scale**2
        return [bool(history.at(self.step).loss < limit) for history in self.histories.values()]

    def _unit(self, unit: str) -> str:
        return f"leaky relu({self.slope:g})" if unit == facts.LEAKY else unit


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return a panel: the fit, the output unit from inside, the loss. settings: the session's knobs."""
    session = LinearOutputSession(**settings)
    if prediction:
        session.reach = AT_HAND[prediction.key.rpartition("/")[2]]
    figure, axes = arranged("FZL;FGL", (1.3, 1.05, 1), middle="FZ;LG", stacked="F;Z;G;L", size=(9.2, 3.5))
    pictures: list[Picture] = [
        Fit(axes["F"], session, facts.FAR),
        WeightedSum(axes["Z"], session),
        Gradients(axes["G"], session),
        LossAndLine(axes["L"], session, (1e-4, 1)),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


NEITHER = "neither"


def end_of_run(session: LinearOutputSession) -> str:
    """Return what the fit has become: about 0, nearly straight, or neither."""
    x, y = session.experiment.dataset.inputs[:, 0], session.moment.outputs[:, 0]
    span = np.ptp(session.experiment.dataset.targets)
    if not np.isfinite(y).all():
        return NEITHER
    if np.abs(y).max() < 0.1 * span:
        return "about 0 everywhere"
    off = np.abs(np.polyval(np.polyfit(x, y, 1), x) - y).max()
    return "nearly a straight line" if off < 0.06 * span else NEITHER


def way_of_z(session: LinearOutputSession) -> str:
    """Return how the output unit's weighted sum z went on most rows, up to the step that is shown."""
    start, now = output_unit(session.experiment, session.main.at(0).params).z, state(session).z
    if np.median(start) > 0:
        return "it was above 0 from the start"
    return "it came above 0 on the way" if np.median(now) > 0 else "it stayed at 0 or below"


def which_is_bent(session: LinearOutputSession) -> str:
    """Return which of the two curves is clearly bent."""
    solid, *dashed = session.bent()
    found = {(True, False): "only the solid one", (False, True): "only the dashed one"}
    return found.get((solid, any(dashed)), "both or neither")


def moved(session: LinearOutputSession) -> str:
    """Return whether the answers ever changed, up to the step that is shown."""
    start = session.main.at(0).outputs
    same = all(np.array_equal(moment.outputs, start) for moment in session.main.until(session.step))
    return "it never moved" if same else "it moved"


def way_of_the_loss(session: LinearOutputSession) -> str:
    """Return whether the loss more than doubled, up to the step that is shown."""
    first, *later = (moment.loss for moment in session.main.until(session.step))
    rose = not all(loss <= 2 * first for loss in later)
    return "it first rose to more than double" if rose else "it never rose that far"


def above_one(session: LinearOutputSession) -> str:
    """Return what the network says where the target is clearly above 1."""
    targets, y = session.experiment.dataset.targets, session.moment.outputs
    rows = targets[:, 0] > 1.05
    said, wanted = y[rows], targets[rows]
    if len(said) and ((said > 0.8) & (said <= 1)).all():
        return "nearly 1"
    close = len(said) and np.abs(said - wanted).mean() < 0.05 * np.ptp(targets)
    return "nearly the target" if close else NEITHER


ends = Prediction(
    facts.ends,
    "64 hidden units, 50 000 steps of 0.000001: what will the network say in the end, between 0 and 1?",
    Which(
        ["stuck", "line"],
        {
            "close to x²": (False, False),
            "a straight line, whatever the seed": (False, True),
            "about 0 everywhere, whatever the seed": (True, False),
            "a straight line or about 0, as the seed decides": (True, True),
        },
        above=facts.SEEDS / 10,
    ),
    "About half of a hundred seeds stay near 0, as seed 3 does; the others get a line (seeds 0, 1 and 2).",
    tempting={
        "close to x²": "64 units can draw x² well, so this is sensible. None of a hundred seeds got there.",
        "a straight line, whatever the seed": "true for those that start with z above 0; seed 3 does not.",
        "about 0 everywhere, whatever the seed": "true of seed 3. Press New seed until z starts above 0.",
    },
    seen=Observation(
        "What did the fit become?", ["about 0 everywhere", "nearly a straight line", NEITHER], end_of_run
    ),
)
slower = Prediction(
    facts.slower,
    "The slope of the output unit is 0.01 instead of 1, and the error of its answer is the same. "
    "How much more slowly does the loss fall?",
    Nearest({"10 times": 10, "100 times": 100, "10 000 times": 10_000, "1 000 000 times": 1e6}, of="times"),
    "The slope counts twice: once on the way back, once on the way forward.",
    tempting={
        "10 times": "that would be the root of a hundred. Nothing takes a root here.",
        "100 times": "the natural answer: the gradient is multiplied by 0.01. But then the answer also "
        "follows the weights only a hundredth as far.",
        "1 000 000 times": "that would be three factors of a hundred. There are two.",
    },
    seen=Observation(
        "Where did z, the weighted sum, go?",
        ["it came above 0 on the way", "it stayed at 0 or below", "it was above 0 from the start"],
        way_of_z,
    ),
    then="Shift+Enter or a click opens “Why”.",
)
which_change = Prediction(
    facts.which_change,
    "You may change one thing only: a linear output and the short steps (dashed), or the leaky output and "
    "steps of 0.03, 300 times as long (solid). Which lets most seeds bend clearly, to a loss below 0.004?",
    Which(
        ["linear", "longer"],
        {
            "a linear output": (True, False),
            "longer steps": (False, True),
            "either will do": (True, True),
            "neither is enough": (False, False),
        },
        above=facts.SEEDS / 2,
    ),
    "With a linear output no seed stalls, but with the short steps none gets even as far as the best line.",
    tempting={
        "a linear output": "so the answer on the site says, and the stall does go. The steps are as short "
        "as before.",
        "either will do": "each does help, but a linear output against the stall only.",
        "neither is enough": "a leaky unit below 0 sounds hopeless; but with long steps it comes out.",
    },
    seen=Observation(
        "Which curve is clearly bent in the end?",
        ["only the solid one", "only the dashed one", "both or neither"],
        which_is_bent,
    ),
)
relu = Prediction(
    facts.relu,
    "A plain ReLU at the output, and weights for which it starts below 0 on every row. How many such "
    "seeds ever get away from 0?",
    Nearest({"none": 0, "about half": 0.5, "nearly all": 1}, of="share"),
    "Below 0 its slope is 0, and so is every gradient behind it.",
    tempting={
        "about half": "half of all seeds start above 0, and those move. These are the others.",
        "nearly all": "a leaky unit comes out in time. A slope of 0 is not small: it is nothing at all.",
    },
    seen=Observation("What did the fit do?", ["it never moved", "it moved"], moved),
    then="Shift+Enter or a click opens “Why”.",
)
spread = Prediction(
    facts.spread,
    "A linear output and 500 steps of 0.03: with start biases of 0, about a third of the seeds bend "
    "clearly. Now they are drawn between -1 and 1, and nothing else changes. How many bend clearly?",
    Nearest({"hardly any": 0, "about as many": 35, "two thirds": 67, "nearly all": 100}, of="spread"),
    "The hinges lie everywhere from the start and need not travel.",
    tempting={
        "hardly any": "random numbers sound like harm. But the network learns around them.",
        "about as many": "biases are learned, so the start seems not to matter. 500 steps hardly do that.",
        "two thirds": "they help more than that.",
    },
    seen=Observation(
        "How did the loss go?",
        ["it never rose that far", "it first rose to more than double"],
        way_of_the_loss,
    ),
)
wall = Prediction(
    facts.wall,
    "The targets are now 4x², from 0 to 4, and the output is a sigmoid. What will the network say?",
    Which(
        ["under", "pressed"],
        {
            "4x²: training finds weights for that": (True, False),
            "4x² as far as that is below 1, and then nearly 1": (False, True),
            "about the mean of the targets everywhere": (False, False),
        },
        above=10,
    ),
    "A sigmoid cannot say more than 1, and each of twenty seeds presses against it.",
    tempting={
        "4x²: training finds weights for that": "weights can make z as large as you like. But the answer "
        "is the sigmoid of z.",
        "about the mean of the targets everywhere": "the mean is 1.3: out of reach as well. Where the "
        "target is below 1, it follows.",
    },
    seen=Observation(
        "What does it say where the target is above 1?", ["nearly 1", "nearly the target", NEITHER], above_one
    ),
)


@goal("a loss below 0.0003 in 500 steps. Any control may be used.")
def in_few_steps(session: LinearOutputSession) -> bool:
    """Get a good fit in few steps, by any means."""
    return session.targets == "x²" and session.steps == 500 and session.moment.loss < 0.0003


line_error = Exercise(
    facts.line_error,
    "What is the mean squared error of the best straight line on x², over [0, 1]? Two significant digits "
    "will do.",
    within=0.0002,
    hints=[
        "The best line on [0, 1] is x - 1/6: it is as steep as the chord from (0, 0) to (1, 1).",
        "So the error is the mean of (x² - x + 1/6)², which is the variance of x² - x.",
        "Mean of (x² - x)²: 1/5 - 1/2 + 1/3 = 1/30. Mean of x² - x: -1/6. So 1/30 - 1/36.",
    ],
    because="1/180, about 0.0056; on 201 rows a trifle more.",
    wrong={
        straight_line_error(facts.square(21)): "That is on 21 rows. Take the whole interval.",
        straight_line_error(facts.square(), True): "That line goes through the origin; it need not.",
        1 / 30: "That is the mean of (x² - x)². The line may also be lower: take the mean away first.",
        (1 / 180) ** 0.5: "That is the root of it. The mean squared error keeps the square.",
    },
    otherwise="Find the line first, then the mean of the squared distance. The hints do it step by step.",
)
climb = Exercise(
    facts.climb,
    "An output unit of slope 0.1 starts below 0 and comes above it after 10 steps. About how many steps "
    "will it need with a slope of 0.01? (It is z that has to climb, not the loss that has to fall.)",
    within=30.0,
    hints=[
        "How far z moves in a step goes with the gradient at z. How often does the slope enter there?",
        "Once: the error from above is hardly changed, and it is multiplied by the slope.",
    ],
    because="Ten times as many. The answer y = a z moves a hundred times more slowly, and so does the loss.",
    wrong={
        1000.0: "That is how the loss goes. It feels the slope twice, z only once.",
        10.0: "The gradient at z is ten times smaller, so each step takes z a tenth as far.",
    },
    otherwise="A step takes z as far as the gradient at z is large. How much smaller is that with 0.01?",
)


@graded
def check_stuck(find: Callable[[np.ndarray], Any]) -> str:
    """Return a verdict on find(z), which should say which members of a population are stuck below 0."""
    params = facts.as_posted.network.init(range(200))
    z = output_unit(facts.as_posted, params).z
    found, truth = asked(find, z), starts_below_zero(facts.as_posted, params)
    if found.shape != truth.shape:
        return f"expected one truth value a seed, shape {truth.shape}; got shape {found.shape}"
    wrong = int((found.astype(bool) != truth).sum())
    if wrong:
        return f"not yet: {wrong} seeds are judged wrong"
    return f"right: {truth.sum()} of {len(truth)} seeds"


compute_ahead(facts.case, facts.related, facts.SEEDS)
