"""What belongs at the output? The chapter's panel, its questions, and the check of its code exercise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.fit import Fit
from nnwidgets.pictures.output_unit import Gradients, LossAndLine, WeightedSum
from nnwidgets.pictures.picture import Picture
from nnwidgets.questions import (
    Exercise,
    GoalLine,
    Matching,
    Nearest,
    Prediction,
    PredictionCard,
    Which,
    goal,
)
from nnwidgets.questions.verdict import graded
from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.training import Session
from workbook import Experiment
from workbook.cases import linear_output as facts
from workbook.measures.output_unit import Span, output_unit, starts_below_zero, straight_line_error
from workbook.plots import new_figure

MOMENTS = 1000  # remembered in a run, so that a long one is not slowed down by its history


class LinearOutputSession(Session):
    """1-64-1, hidden units leaky, as posted; the learner chooses the output unit, the step, the start.

    slope: that of the output unit below 0, where it is leaky. compare: the same seed with another output
    unit beside it. biases: all at 0, where every unit bends at x = 0, or spread over (-1, 1).
    """

    output = Choice(facts.OUTPUTS, "output")
    slope = LogSlider(1e-4, 1, 0.01, "leaky slope")
    compare = Choice({"nothing": None} | facts.OUTPUTS, "compare with")
    step_size = LogSlider(1e-8, 1, 1e-6, "step size", restarts=False)
    length = Choice(
        {"300": 300, "2 000": 2000, "20 000": 20_000, "50 000, as posted": 50_000},
        "steps",
        "50 000, as posted",
    )
    biases = Choice({"0, as posted": "zeros", "spread": facts.SPREAD}, "start biases")
    targets = Choice({"x²": (1, 0), "4 x²": (4, 0), "x² - ½": (1, -0.5)}, "targets")

    @property
    def stride(self) -> int:
        """Steps between two remembered moments: 1 in a short run."""
        return max(1, self.steps // MOMENTS)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen output unit, and with the one to compare it with."""
        scale, shift = self.meaning("targets")
        chosen = facts.as_posted.but(
            dataset=facts.square(scale=scale, shift=shift),
            bias_initializer=self.meaning("biases"),
            step_size=self.step_size,
            steps=self.meaning("length"),
        )
        both = {f"{self.output} output": chosen.but(output=self._unit("output"))}
        if self.meaning("compare"):
            both[f"compared: {self.compare}"] = chosen.but(output=self._unit("compare"))
        return both

    def idle(self) -> set[str]:
        """Return the slope where no output unit is leaky."""
        leaky = facts.LEAKY in (self.meaning("output"), self.meaning("compare"))
        return set() if leaky else {"slope"}

    def headline(self) -> str:
        """Say where training stands, and on how many rows the output unit is at 0 or below."""
        z = output_unit(self.experiment, self.moment.params).z
        return f"{super().headline()}, z at 0 or below on {(z <= 0).sum()} of {z.size} rows"

    def _unit(self, knob: str) -> str:
        unit = self.meaning(knob)
        return f"leaky relu({self.slope:g})" if unit == facts.LEAKY else unit


def panel(
    prediction: PredictionCard | None = None, goal: GoalLine | None = None, **settings: Any
) -> TrainingPanel:
    """Return a panel: the fit, the output unit from inside, the loss. settings: the session's knobs."""
    session = LinearOutputSession(**settings)
    figure = new_figure(9.2, 3.6)
    axes = figure.subplot_mosaic("FZL;FGL", width_ratios=(1.3, 1.05, 1))
    pictures: list[Picture] = [
        Fit(axes["F"], session, facts.FAR),
        WeightedSum(axes["Z"], session),
        Gradients(axes["G"], session),
        LossAndLine(axes["L"], session, (1e-5, 1e3)),
    ]
    return TrainingPanel(session, figure, pictures, prediction, goal)


ends = Prediction(
    facts.ends,
    "64 hidden units, 50 000 steps: what will the network say in the end, between 0 and 1?",
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
    "Seed 3 is one of those that stay near 0. Press New seed until z starts above 0, and play again: "
    "those give a line.",
)
slower = Prediction(
    facts.slower,
    "The slope of the output unit is 0.01 instead of 1, and the error of its answer is the same. "
    "How much more slowly does the loss fall?",
    Nearest({"10 times": 10, "100 times": 100, "10 000 times": 10_000, "1 000 000 times": 1e6}, of="times"),
    "The slope counts twice. Why, is worked out below.",
)
which_change = Prediction(
    facts.which_change,
    "You may change one thing only: make the output linear, or make the steps 30 000 times longer (and "
    "then only 300 of them). Which lets most seeds bend clearly, to a loss below 0.004?",
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
    "With a linear output no seed stalls, but in the posted time none gets even as far as the best line.",
)
relu = Prediction(
    facts.relu,
    "A plain ReLU at the output, and weights for which it starts below 0 on every row. How many such "
    "seeds ever get away from 0?",
    Nearest({"none": 0, "about half": 0.5, "nearly all": 1}, of="share"),
)
spread = Prediction(
    facts.spread,
    "A linear output and 300 steps of 0.03: about one seed in ten is clearly bent, a loss below 0.004. "
    "Now only the start biases change: drawn between -1 and 1 instead of 0. How many seeds bend clearly?",
    Nearest(
        {
            "about as many": facts.SEEDS / 10,
            "about half": facts.SEEDS / 2,
            "nearly all": facts.SEEDS,
        },
        of="spread",
    ),
)


@goal("keep the leaky output and its slope of 0.01, and get a clearly bent fit: a loss below 0.004.")
def bend(session: LinearOutputSession) -> bool:
    """Get clearly beyond a straight line with the posted output unit."""
    kept = session.output == "leaky" and session.slope <= 0.01 and session.targets == "x²"
    return kept and session.moment.loss < facts.as_posted.solved_below


@goal("a loss below 0.0005 on x² with steps set to 300. Any other control may be used.")
def in_300_steps(session: LinearOutputSession) -> bool:
    """Get a good fit in few steps, by any means."""
    return session.targets == "x²" and session.steps == 300 and session.moment.loss < 0.0005


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
    },
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
    wrong={1000.0: "That is how the loss goes. It feels the slope twice, z only once."},
)
beyond_one = Exercise(
    facts.beyond_one,
    "Targets 4x² for x spread evenly over [0, 1], and a tanh at the output. For what share of the rows "
    "is the target out of its reach?",
    within=0.02,
    hints=["Which answers can a tanh give? Those between -1 and 1.", "For which x is 4x² more than 1?"],
    because="Half of them: 4x² > 1 for x > 1/2. No training changes that.",
    wrong={50.0: "As a share, please: between 0 and 1."},
)


def fault(output: Span, target: Span) -> str:
    """Say what is wrong with an output that is not the tightest for the target."""
    return "can also say what the target never is" if output.covers(target) else "cannot say every target"


table = Matching(
    facts.table,
    "Which output goes with which target? Take the one that can say every target and as little else as "
    "possible. Fill in every row.",
    list(facts.WANTED),
    list(facts.SAYABLE),
    of="pairs",
    hints=[
        "Ask first: which numbers can the target be? An output that cannot say them all is out.",
        "Among those that can, take the one that can say nothing else: it need not learn the limits.",
        "Several probabilities that must add up to 1 depend on each other; the output must know that.",
    ],
    because="Each output can say all that its target can be, and of the five that can it says least besides; "
    "and in all of these pairs but the one with tanh the gradient at z is simply y - t.",
    wrong={
        (target, output): f"{output} {fault(says, wanted)}"
        for target, wanted in facts.WANTED.items()
        for output, says in facts.SAYABLE.items()
    },
)


@graded
def check_stuck(find: Callable[[np.ndarray], Any]) -> str:
    """Return a verdict on find(z), which should say which members of a population are stuck below 0."""
    params = facts.as_posted.network.init(range(200))
    z = output_unit(facts.as_posted, params).z
    try:
        found = find(z)
    except Exception as error:
        return f"your function raised {type(error).__name__}: {error}"
    if found is None or found is ...:
        return "not attempted yet"
    found, truth = np.asarray(found), starts_below_zero(facts.as_posted, params)
    if found.shape != truth.shape:
        return f"expected one truth value a seed, shape {truth.shape}; got shape {found.shape}"
    wrong = int((found.astype(bool) != truth).sum())
    if wrong:
        return f"not yet: {wrong} seeds are judged wrong"
    return f"right: {truth.sum()} of {len(truth)} seeds"


compute_ahead(facts.case, facts.related, facts.SEEDS)
