"""Questions about networks whose gradient is right: a wrong update, and patience that ended on a plateau."""

from __future__ import annotations

import numpy as np

from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.network import Network
from workbook.parts import Activation
from workbook.parts.activations import sigmoid, sigmoid_derivative
from workbook.questions.pictures import pixels, scaled
from workbook.questions.question import Posed, question


def sigmoid_with_bias_1(z: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-(z + 1)): the bias stands at 1, and no update reaches it."""
    return sigmoid(z + 1)


BIAS_1 = Activation("sigmoid with bias 1", sigmoid_with_bias_1, sigmoid_derivative)


def parity_of_4() -> Dataset:
    """Return all rows of four bits; 1 where their sum is odd."""
    bits = np.array([[number >> place & 1 for place in (3, 2, 1, 0)] for number in range(16)])
    return Dataset(bits, bits.sum(1, keepdims=True) % 2, "parity of 4 bits")


@question(
    "weights-overwritten",
    "Stack Overflow 9169280",
    "wrong update",
    "stopped too early",
    seeds=100,
)
def weights_overwritten() -> Posed:
    """Parity of four bits, 4-4-1 sigmoids, all biases fixed at 1, rows one at a time in order, step 0.1.

    Each weight is set to what should have been added to it: after the first epoch nothing changes any more.
    Overwriting is weight decay of 1 / step. Repaired, it says 1/2 to every row for the whole thousand epochs:
    with four hidden units, parity takes thousands more and luck.
    """
    right = Experiment(
        parity_of_4(),
        Network((4, 4, 1), BIAS_1, BIAS_1, bias=False, initializer="uniform(-1, 1)"),
        loss="quadratic cost",
        step_size=0.1,
        batch_size=1,
        order="in order",
        steps=16_000,
    )
    posted = FAULTS["update overwrites"].plant(right)
    longer = right.but(step_size=1.0, order="shuffled", steps=80_000)
    return Posed(
        posted,
        {"added, 8 units, step 1, 5000 epochs": longer.but(sizes=(4, 8, 1))},
        {
            "added": right,
            "added, step 1, 5000 epochs": longer,
            "decay of 1 / step": right.but(penalty="weight decay(10)"),
        },
    )


@question(
    "gradients-right-eleven-percent",
    "Data Science 21889 and Stack Overflow 45447740",
    "step too short",
    "stopped too early",
    seeds=2,
)
def gradients_right() -> Posed:
    """MNIST, 784-5-5-10 sigmoids, cross-entropy, all of 30 000 rows a step: the cost stops at 3.24.

    The gradient check passes, and so the asker is at a loss. The best constant answer costs as much: the
    network has learned how frequent each digit is, and stands on a plateau.
    """
    data = scaled(30_000)

    def sized(*hidden: int) -> Network:
        start = "uniform(-0.12, 0.12)"
        return Network((pixels(data), *hidden, 10), "sigmoid", "identity", True, start, start)

    posted = Experiment(
        data, sized(5, 5), loss="sigmoid cross-entropy", step_size=0.1, steps=500, solved_below=0.5
    )
    batches = posted.but(batch_size=10, steps=9_000, record_every=9_000)
    return Posed(posted, {"batches of 10": batches}, {"100-100": posted.but(network=sized(100, 100))})


questions = (weights_overwritten, gradients_right)
