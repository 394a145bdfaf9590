"""The exercises of the dead ReLU chapter, and the checks of those in code; the answers are computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from nnwidgets.questions.exercise import Exercise
from workbook import CASES, Layer
from workbook.cases.sums import data_b
from workbook.measures.curvature import longest_step

CASE = CASES["sum-of-inputs"]


def dead_answer() -> Exercise:
    """What a dead network says."""
    targets = [3.0, 5.0, 10.0, 2.0]
    return Exercise(
        "dead-relu/dead-answer",
        "All hidden units of a network are dead. It is trained on, with squared error, on the targets 3, 5, "
        "10 and 2. What does it say in the end?",
        lambda: float(np.mean(targets)),
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
        },
    )


def second_weight() -> Exercise:
    """The second output weight of the perfect solution."""

    def answer() -> float:
        given, wanted = data_b().inputs, data_b().targets
        sums = given.sum(axis=1, keepdims=True)
        units = np.hstack([np.maximum(sums, 0), np.maximum(-sums, 0)])
        return float(((wanted - units[:, :1])[1] / units[1, 1]).item())

    return Exercise(
        "dead-relu/second-weight",
        "The first unit says relu(S), the second relu(-S), where S is the sum of the inputs. The output is "
        "1 · relu(S) + v · relu(-S). Which v makes it S, whatever the sign of S?",
        answer,
        within=1e-9,
        hints=["Try S = -2. What do the two units say?", "They say 0 and 2, and the answer should be -2."],
        because="relu(S) - relu(-S) = S: the second output weight has to be -1.",
        wrong={
            1: "Then the network says |S|: for S = -2 it says 2.",
            0: "Then it says 0 wherever S is negative.",
        },
    )


def long_step() -> Exercise:
    """The longest step for a curvature."""
    return Exercise(
        "dead-relu/long-step",
        "A parabola: the loss is 50 · w². From which step size on does gradient descent run away from w = 0?",
        lambda: 2 / 100,
        within=1e-9,
        hints=[
            "The gradient is 100 w, so a step of size s makes w - 100 s w of w.",
            "The factor is 1 - 100 s. When is it below -1?",
        ],
        because="At 2 / 100 = 0.02: two divided by the curvature.",
        wrong={
            0.04: "The second derivative of 50 w² is 100, not 50.",
            0.01: "A step of 0.01 lands exactly on 0. How much longer may it be before |w| grows?",
        },
    )


def rows_and_steps() -> Exercise:
    """What step the mean needs where the sum needed another."""

    def answer() -> float:
        names = ("data C, summed, step 0.0001", "data C, mean, step 0.1")
        summed, mean = (CASE.related[name] for name in names)
        params = summed.network.init(0)
        return float(0.0002 * longest_step(mean, params) / longest_step(summed, params))

    return Exercise(
        "dead-relu/rows-and-steps",
        "With a loss summed over 1 000 rows, step size 0.0002 works well. You change the loss to the mean. "
        "Which step size gives exactly the same training?",
        answer,
        within=1e-5,
        hints=["The mean is the sum divided by 1 000. And its gradient?"],
        because="0.2: a gradient 1 000 times as short wants a step size 1 000 times as large.",
        wrong={
            0.0002: "The same step size with a shorter gradient makes shorter steps.",
            0.0000002: "That is the wrong way round: the mean's gradient is the shorter one.",
            0.1: "That is the step for 0.0001 on the sum. Here it is 0.0002.",
        },
    )


def check_perfect(weights: Sequence | None) -> str:
    """Return a verdict on (W, v): first-layer weights (5, 2) and output weights (2,), all biases 0."""
    if weights is None or weights is ...:
        return "not attempted yet"
    try:
        W, v = (np.array(part, float) for part in weights)
        if W.shape == (2, 5):
            return "not yet: W has two rows of five numbers; transpose it, to a row for each input"
        if W.shape != (5, 2):
            raise ValueError
        params = [Layer(W, np.zeros((1, 2))), Layer(v.reshape(2, 1), np.zeros((1, 1)))]
    except (TypeError, ValueError):
        return f"expected W with five rows of two numbers, and v with two numbers; got {weights!r}"
    worst = max(
        float(np.abs(e.outputs(params) - e.dataset.targets).max())
        for e in (CASE.as_posted, CASE.related["data B"], CASE.related["data C, mean, step 0.1"])
    )
    if worst < 1e-9:
        return "right: no error on data A, B and C"
    return f"not yet: the worst error on data A, B and C is {worst:.3g}"


def check_mask(derivative: Callable | None) -> str:
    """Return a verdict on a function that should give the ReLU's derivative for an array z."""
    z = np.array([[-2.0, -0.5, 0.5, 3.0]])
    try:
        given = derivative(z.copy())
        if given is None or given is ...:
            return "not attempted yet"
        given = np.asarray(given, float)
    except Exception as error:
        return f"it raised {type(error).__name__}: {error}"
    if given.shape != z.shape:
        return f"not yet: z has shape {z.shape}, your answer {given.shape}"
    right = CASE.as_posted.network.hidden.derivative(z, np.maximum(z, 0))
    different = np.flatnonzero(given != right)
    if not different.size:
        return "right"
    first = different[0]
    return f"not yet: at z = {z.flat[first]:g} it gives {given.flat[first]:g}, not {right.flat[first]:g}"
