"""Why does my network say 15.5 to everything? The chapter's questions, goals and checks of code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nnwidgets.chapters import compute_ahead
from nnwidgets.chapters.dead_relu_panels import (
    BothDerivatives,
    Repairs,
    SumOfInputs,
    bug_panel,
    data_panel,
    mended_panel,
    panel,
    perfect_panel,
    repair_panel,
)
from nnwidgets.questions import Exercise, Most, Nearest, Observation, Prediction, UpTo, Which, goal
from nnwidgets.questions.verdict import NOT_ATTEMPTED, asked, graded
from workbook import Layer
from workbook.cases import dead_relu as facts
from workbook.cases.sum_of_inputs import DATA, SINGLE, as_posted
from workbook.outcomes import dead_units

PANELS = (panel, bug_panel, mended_panel, perfect_panel, data_panel, repair_panel)
"""The chapter's panels, in its order; a notebook calls them by their names."""

LEARNED, DIED, OTHERWISE = "it learned: 15 and 16", "all its units died", "something else"


def _became(session: SumOfInputs) -> str:
    """Return what became of the network that was watched, at the step that is shown."""
    if session.moment.loss < 0.01:
        return LEARNED
    return DIED if dead_units(session.experiment, session.moment.params)[0].all() else OTHERWISE


what_became = Observation("What became of the network that you watched?", [LEARNED, DIED, OTHERWISE], _became)
SAME, NOT_THE_SAME, ALONE = "the same", "not the same", "I watched only one"


def _together(session: BothDerivatives) -> str:
    """Return whether both networks say the same."""
    first, *others = (history.at(session.step).outputs for history in session.histories.values())
    if not others:
        return ALONE
    return SAME if np.allclose(first, others[0], rtol=0, atol=0.1) else NOT_THE_SAME


NEGATIVE, POSITIVE, NEITHER = (
    "the one with v below 0 at the start",
    "the one with v above 0 at the start",
    "neither: both at once, or none",
)


def _killed_first(session: SumOfInputs) -> str:
    """Return the sign of the output weight, at the start, of the unit that training killed first."""
    start, *later = session.main.until(session.step)
    begun = dead_units(session.experiment, start.params)[0]
    for moment in later:
        killed = dead_units(session.experiment, moment.params)[0] & ~begun
        if killed.any():
            (output_weight, *others) = start.params[1].W[killed, 0]
            return NEITHER if others else (NEGATIVE if output_weight < 0 else POSITIVE)
    return NEITHER


settles = Prediction(
    facts.settles,
    "It is trained 300 times, each time from other start weights. How many of the 300 networks end at 15.5 "
    "and 15.5, as the asker's did?",
    UpTo({"0 to 99": 99, "100 to 199": 199, "200 to 299": 299, "all 300": 300}, of="posted"),
    "In each of them both hidden units end dead.",
    {
        "0 to 99": "That would be bad luck with the start weights, which is what one hopes for. But New seed "
        "does not help: no start escapes.",
        "100 to 199": "Random start weights, so half good and half bad luck: a sensible guess. But no start "
        "escapes.",
        "200 to 299": "Among so many starts one expects a few lucky ones, and that is sensible. But there is "
        "none.",
    },
    Observation(
        "What did it say in the end?",
        ["15.5 and 15.5", "15 and 16", "something else"],
        lambda session: _said(session.moment.outputs),
    ),
)
the_bug = Prediction(
    facts.the_bug,
    "The posted program multiplies by max(z, 0) where 1 or 0 belongs. Mend that, and keep the rest. "
    "Does the network learn?",
    Nearest(
        {
            "yes: it says 15 and 16": 0,
            "for about half of the seeds": facts.SEEDS / 2,
            "no: it says 15.5 all the same": facts.SEEDS,
        },
        of="right",
    ),
    "A bug that is really there need not be the one that does the harm.",
    {
        "yes: it says 15 and 16": "A wrong derivative, found and mended: nearly everybody would stop looking "
        "here. But its units die with the right derivative too.",
        "for about half of the seeds": "If the bug did half of the harm, that would be so. It does none of "
        "this harm: not one seed is saved.",
    },
    Observation("In the end, what did the two networks say?", [SAME, NOT_THE_SAME, ALONE], _together),
)
dies_first = Prediction(
    facts.dies_first,
    "Step size 0.1. The first step kills some units. Are they those with a positive or those with a negative "
    "output weight v?",
    Nearest({"v below 0": 1, "v above 0": 0, "as many of each": 0.5}, of="share_below"),
    "At the start the answers are too low. A unit with v below 0 pulls them down, so the step pushes its z "
    "down, far below 0 on both rows.",
    {
        "v above 0": "These do get the blow that looks worse, for the answer shoots up with them. But "
        "their z goes up in the first step; they die in the second.",
        "as many of each": "Both are moved about as far, so this is sensible. But they are moved in opposite "
        "directions, and only down is deadly.",
    },
    Observation("Which unit did training kill first?", [NEGATIVE, POSITIVE, NEITHER], _killed_first),
)
patience = Prediction(
    facts.patience,
    "5 000 steps of 0.001. Some seeds start with a living unit whose output weight is positive, in others "
    "those of the living units are negative. Which of them learn to say 15 and 16?",
    Which(
        ["share_positive", "share_negative"],
        {
            "most of both kinds": (True, True),
            "most with a positive one, few of the others": (True, False),
            "hardly any: it is a local minimum": (False, False),
        },
    ),
    "All with a positive one learn. A unit with a negative one is switched off while its output weight "
    "climbs to 0: a race, and about one in three wins it.",
    {
        "most of both kinds": "Short steps do go downhill, so this is sensible. But downhill may lead a unit "
        "out of sight of all rows, and from there is no way back.",
        "hardly any: it is a local minimum": "The dead end is a local minimum, indeed. But most living seeds "
        "are not on their way into it: they were thrown there by long steps.",
    },
    what_became,
)
perfect_start = Prediction(
    facts.perfect_start,
    "Start at the perfect weights, but move one of the ten first-layer weights by a millionth. The step "
    "size is 0.01, as in section 1. What happens?",
    Which(
        ["apart", "moved"],
        {
            "it goes back to them": (True, False),
            "it finds other weights that are just as good": (True, True),
            "it ends dead, at 15.5": (False, True),
        },
    ),
    "The loss is tiny, and grows from the first step on: each step lands on the other side, and further "
    "away.",
    {
        "it goes back to them": "In a valley things roll back, and with short steps it does. These steps are "
        "too long for this valley.",
        "it finds other weights that are just as good": "There are very many, so this is sensible. But on "
        "its way out both units are killed.",
    },
    what_became,
)
which_repair = Prediction(
    facts.which_repair,
    "Keep the step size at 0.01 and change one thing only. Which change lets the most seeds solve it?",
    Most(SINGLE, of="solved"),
    "With small inputs a step moves z much less: the square of their length falls from 55 to 1.5.",
    {
        "positive initial bias": "It is good advice against being born dead. But here those who start alive "
        "are killed by the first steps.",
        "20 hidden units": "Twenty chances instead of two: good advice against being born dead. But steps of "
        "0.01 kill all twenty.",
        "leaky ReLU": "Leaky units cannot die, so it is the obvious choice. But the steps are as long as "
        "before, and most seeds overflow instead.",
        "mean loss": "It does shorten the steps. But with two rows only to one half, and that is still "
        "too long.",
    },
    what_became,
    shows=lambda session: session.repaired,
    do="Change something, press Play",
)


def _said(outputs: np.ndarray) -> str:
    """Return what the outputs are, in the words of the first observation."""
    for said, words in ((DATA["A"].targets.mean(), "15.5 and 15.5"), (DATA["A"].targets, "15 and 16")):
        if np.allclose(outputs, said, rtol=0, atol=0.1):
            return words
    return "something else"


@goal("the network says 15 and 16, with a loss under 0.01. Drag no line.")
def alive_and_solved(session: SumOfInputs) -> bool:
    """Solve data A from a start as it is drawn."""
    return not session.moved and session.moment.loss < 0.01


@goal("a loss under 0.01 with a step size of 0.01 or more. Turn anything else, but drag no line.")
def solved_with_long_steps(session: Repairs) -> bool:
    """Solve data A with no step shorter than those of section 1: in `Repairs` the step size restarts."""
    trained = session.step > 0 and not session.moved
    return trained and session.step_size >= 0.01 and session.moment.loss < 0.01


dead_answer = Exercise(
    facts.dead_answer,
    "All hidden units of a network are dead. It is trained on, with squared error, on the targets 3, 5, "
    "10 and 2. What does it say in the end?",
    within=1e-6,
    hints=[
        "Which of its parameters still has a gradient?",
        "Only the output bias c. For which c is (c - 3)² + (c - 5)² + (c - 10)² + (c - 2)² least?",
    ],
    because="The mean, 20 / 4 = 5.",
    wrong={
        0: "The hidden units say 0, but the output bias is added, and it still learns.",
        4: "4 is the median. The squared error is least elsewhere.",
        20: "That is the sum: it would be far too much for every row.",
        6.5: "That is the middle between the smallest and the largest. The squared error is least elsewhere.",
    },
    otherwise="One number is left that can learn, the output bias. Which one number is nearest to all four?",
)
second_weight = Exercise(
    facts.second_weight,
    "The first unit says relu(S), the second relu(-S), where S is the sum of the inputs. The output is "
    "1 · relu(S) + v · relu(-S). Which v makes it S, whatever the sign of S?",
    within=1e-9,
    hints=["Try S = -2. What do the two units say?", "They say 0 and 2, and the answer should be -2."],
    because="relu(S) - relu(-S) = S: the second output weight has to be -1.",
    wrong={
        1: "Then the network says |S|: for S = -2 it says 2.",
        0: "Then it says 0 wherever S is negative.",
        2: "For S = -2 it then says 4: the sign is still wrong.",
        -2: "For S = -2 it then says -4: twice too much.",
    },
    otherwise="Put S = -2 into both units, and see what v has to make of it.",
)
rows_and_steps = Exercise(
    facts.rows_and_steps,
    "With a loss summed over 1 000 rows, step size 0.0002 works well. You change the loss to the mean. "
    "Which step size gives exactly the same training?",
    within=1e-5,
    hints=["The mean is the sum divided by 1 000. And its gradient?"],
    because="0.2: a gradient 1 000 times as short wants a step size 1 000 times as large.",
    wrong={
        0.0002: "The same step size with a shorter gradient makes shorter steps.",
        0.0000002: "That is the wrong way round: the mean's gradient is the shorter one.",
        0.1: "That is the step for 0.0001 on the sum. Here it is 0.0002.",
    },
    otherwise="How many times as long is the gradient of the sum as that of the mean?",
)
xor_repair = Exercise(
    facts.xor_repair,
    "Which change lets the most seeds solve it?",
    Most(facts.XOR, of="solved"),
    hints=[
        "A loss of ln 2 on every row: which answer gives that, and what is the mean of the targets?",
        "Is this a network that was killed by long steps, or one that has had no chance from early on?",
    ],
    because="Those seeds say one half, the mean of the targets, to every row: nothing in them sees the "
    "inputs. More units, more chances that enough of them live.",
    wrong={
        "steps a tenth as long": "That would help if long steps killed the units. It changes nothing here.",
        "twice as many steps": "That would help if they were on their way. Their loss has stopped.",
        "a leaky ReLU": "It helps, but another change helps twice as many: two units are also rather few.",
    },
)


@graded
def check_perfect(weights: Sequence | None) -> str:
    """Return a verdict on (W, v): first-layer weights (5, 2) and output weights (2,), all biases 0."""
    if weights is None or weights is ...:
        return NOT_ATTEMPTED
    try:
        W, v = (np.array(part, float) for part in weights)
        if W.shape == (2, 5):
            return "not yet: W has two rows of five numbers; transpose it, to a row for each input"
        if W.shape != (5, 2):
            raise ValueError
        params = [Layer(W, np.zeros((1, 2))), Layer(v.reshape(2, 1), np.zeros((1, 1)))]
    except (TypeError, ValueError):
        return f"expected W with five rows of two numbers, and v with two numbers; got {weights!r}"
    errors = [
        np.abs(as_posted.but(dataset=data).outputs(params) - data.targets).max() for data in DATA.values()
    ]
    if max(errors) < 1e-9:
        return "right: no error on data A, B and C"
    return f"not yet: the worst error on data A, B and C is {max(errors):.3g}"


@graded
def check_mask(derivative: Callable | None) -> str:
    """Return a verdict on a function that should give the ReLU's derivative for an array z."""
    z = np.array([[-2.0, -0.5, 0.5, 3.0]])
    given = asked(derivative, z)
    if given.shape != z.shape:
        return f"not yet: z has shape {z.shape}, your answer {given.shape}"
    right = as_posted.network.activations[0].derivative(z, np.maximum(z, 0))
    different = np.flatnonzero(given != right)
    if not different.size:
        return "right"
    first = different[0]
    return f"not yet: at z = {z.flat[first]:g} it gives {given.flat[first]:g}, not {right.flat[first]:g}"


compute_ahead(facts.case, [f"{name}, step 0.001" for name in SINGLE])
