"""The gradient check where it gets hard: large networks, short numbers, and mistakes that are not its own."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import DTypeLike

from workbook.data.digits import dataset, digits
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.gradcheck import GradientReport, check_gradients
from workbook.gradcheck.report import relative_error
from workbook.layers import Layer, arrays
from workbook.measures.gradient_error import params_after
from workbook.measures.step_check import check_steps
from workbook.network import Network
from workbook.questions import QUESTIONS

STARTS = range(40)
LEARN, _ = digits()
reader = Experiment(
    dataset(LEARN[:20]),
    Network((64, 30, 10), "sigmoid", "identity", initializer="normal(0.1)"),
    "softmax cross-entropy",
)
TESTS = (
    "the gradient check at ten other starts",
    "the gradient check after an epoch",
    "the change of each weight in a step, beside its gradient",
    "the range of the inputs",
)
parity_of_bits = QUESTIONS["weights-overwritten"]


def parameters(experiment: Experiment) -> int:
    """Return how many parameters the network has."""
    return sum(array.size for array in arrays(experiment.network.init(0)))


def fails_in_directions(draws: Iterable[int]) -> dict[str, int]:
    """Return how many draws of 4 random directions fail: without a fault, and with each gradient fault."""
    planted = {"no fault": reader}
    for fault in FAULTS.values():
        if fault.kind == "gradient":
            try:
                planted[fault.name] = fault.plant(reader)
            except ValueError:  # it would make no difference here
                continue
    return {
        name: sum(not check_gradients(experiment, draw, directions=4).passed for draw in draws)
        for name, experiment in planted.items()
    }


def one_wrong_weight(seed: int) -> GradientReport:
    """Check the reader in 4 directions, drawn by the seed; one weight's gradient has the wrong sign.

    It is the weight of layer 0 whose gradient has the median length, as one would meet it.
    """
    params = reader.network.init(0)
    return check_gradients(loss=reader.loss_at, gradient=_one_wrong, params=params, directions=4, seed=seed)


def share_of_one_wrong() -> float:
    """Return the relative error of the whole gradient where that one weight's has the wrong sign."""
    params = reader.network.init(0)
    wrong, right = (
        np.concatenate([array.ravel() for array in arrays(gradient)])
        for gradient in (_one_wrong(params), _gradient(reader, params))
    )
    return float(relative_error(*(np.linalg.norm(v) for v in (wrong - right, wrong, right))))


def _gradient(experiment: Experiment, params: list[Layer]) -> list[Layer]:
    return experiment.gradient(params, experiment.dataset.inputs, experiment.dataset.targets)


def _one_wrong(params: list[Layer]) -> list[Layer]:
    first, *rest = (layer.each(np.array) for layer in _gradient(reader, params))
    slopes = first.W.reshape(-1)
    slopes[abs(slopes).argsort()[slopes.size // 2]] *= -1
    return [first, *rest]


def typical_error(experiment: Experiment, width: float, kind: DTypeLike) -> float:
    """Return the median of 40 starts of the check's relative error, all numbers in float32 or float64."""
    precision = "single" if kind == np.float32 else "double"
    network, loss = experiment.network.but(precision=precision), experiment.loss
    x, t = experiment.dataset.inputs.astype(kind), experiment.dataset.targets.astype(kind)

    def value(params: list[Layer]) -> np.ndarray:
        return loss.value(network.forward(params, x)[0], t)

    def gradient(params: list[Layer]) -> list[Layer]:
        y, trace = network.forward(params, x)
        return network.backward(params, trace, loss.gradient(y, t))

    starts = map(network.init, STARTS)
    reports = [check_gradients(loss=value, gradient=gradient, params=start, width=width) for start in starts]
    return float(np.median([report.relative_error for report in reports]))


def power_of_ten(number: float) -> str:
    """Return about how large a number is: "1e-5"."""
    return f"1e{np.log10(number):.0f}"


def overwritten_tests(threshold: float) -> dict[str, bool]:
    """Return which of four tests finds what is wrong with the parity of four bits, as it was posted."""
    posted = parity_of_bits.as_posted
    inputs = posted.dataset.inputs
    later = params_after(posted, len(posted.dataset))
    found = (
        _fails((check_gradients(posted, seed) for seed in range(1, 11)), threshold),
        _fails([check_gradients(posted, params=later)], threshold),
        not check_steps(posted).passed,
        bool(abs(inputs).max() > 1),
    )
    return dict(zip(TESTS, found, strict=True))


def _fails(reports: Iterable[GradientReport], threshold: float) -> bool:
    return any(report.relative_error > threshold for report in reports)
