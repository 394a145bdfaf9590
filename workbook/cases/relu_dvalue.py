"""What the derivative of a ReLU is multiplied by: a network to follow it in, and one that goes without."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.data.datasets import Dataset, xor
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.gradcheck import check_gradients
from workbook.layers import Layer, arrays
from workbook.measures.by_hand import Worked, worked
from workbook.measures.by_hand_lines import Quantity
from workbook.network import Network
from workbook.parts import Activation, explicit
from workbook.parts.activations import relu, relu_derivative
from workbook.training import train

SEEDS = 200


def one_row(inputs: Sequence[float], target: float) -> Dataset:
    """Return the data set of one row and its only target."""
    name = f"{', '.join(f'{each:g}' for each in inputs)} with the target {target:g}"
    return Dataset(np.array([inputs], float), np.array([[target]], float), name)


WEIGHTS = explicit([[1.0, 1.0], [1.0, -3.0]], [[1.0, 0.5], [2.0, -1.0]], [[2.0], [-2.0]])
BIASES = explicit([[0.0, 0.0]], [[-1.0, 1.0]], [[3.0]])
three_layers = Experiment(
    one_row([2, 1], 4),
    Network((2, 2, 2, 1), "relu", initializer=WEIGHTS, bias_initializer=BIASES),
    loss="quadratic cost",
    step_size=0.01,
    steps=1,
)
faded = three_layers.but(dataset=one_row([2, -1], 20))

fact = Findings("backpropagation_by_hand")


def slope_alone(dy: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the ReLU's derivative as if it were the gradient at z, without the gradient from above."""
    return relu_derivative(z, y)


right = Experiment(
    xor(),
    Network((2, 8, 8, 1), "relu", initializer="he"),
    step_size=0.03,
    steps=300,
    record_every=300,
)
left_out_of = right.but(
    hidden=Activation("relu, gradient from above left out", relu, relu_derivative, slope_alone)
)
by_value = FAULTS["relu gradient by value"].plant(right)
TRIED = {  # what the dz of a hidden ReLU is, and how findings name it
    "dy · slope, right": "right",
    "dy · max(z, 0)": "by_value",
    "slope alone": "left_out",
}
EXPERIMENTS = dict(zip(TRIED, (right, by_value, left_out_of), strict=True))


def by_hand(experiment: Experiment) -> Worked:
    """Return the step that an experiment's start makes on its row, line by line."""
    return worked(experiment, experiment.network.init(0))


def first_gradient(experiment: Experiment) -> Layer:
    """Return the gradient of the first layer at the start."""
    data = experiment.dataset
    return experiment.gradient(experiment.network.init(0), data.inputs, data.targets)[0]


@fact(
    "At h₁ the gradient {at_1: -2} arrives, at h₂ {at_2: -12}. To its weights h₁ passes on {passed_1: -2}, "
    "h₂ {passed_2: 0}; the gradients of the weights from x₁ are {to_1: -4} and {to_2: 0}."
)
def passes() -> dict[str, float]:
    step, gradient = by_hand(three_layers), first_gradient(three_layers)
    found = {}
    for unit in (0, 1):
        found[f"at_{unit + 1}"] = step.values[Quantity("dy", 1, (unit,))] + 0.0
        found[f"passed_{unit + 1}"] = step.values[Quantity("dz", 1, (unit,))] + 0.0
        found[f"to_{unit + 1}"] = float(gradient.W[0, unit]) + 0.0
        found[f"size_{unit + 1}"] = float(np.abs(gradient.W[:, unit]).max())
    return found


@fact("On the row 2, -1 with the target 20 the output says {says: 23} and sends back {dy: 3}.")
def shown() -> dict[str, float]:
    step = by_hand(faded)
    return {"says": step.values[Quantity("y", 3, (0,))], "dy": step.values[Quantity("dz", 3, (0,))]}


@fact("The gradient -6 arrives at k₂, and dz(k₂) is {gate: 0}: k₂ is not active.")
def gate() -> float:
    return by_hand(faded).values[Quantity("dz", 2, (1,))] + 0.0


@fact("At h₂ the gradient {arrives: 12} arrives.")
def arrives() -> float:
    return by_hand(faded).values[Quantity("dy", 1, (1,))]


@fact(
    "XOR with 2-8-8-1 ReLUs, 300 steps of 0.03. Solved of 200 seeds: {right: 170} with the right dz = dy · "
    "slope, {by_value: above 90} with max(z, 0) in the slope's place, {left_out: 0} with the slope alone, "
    "where {dead: 200} die. Relative error of the gradient check: {error_right: below 1e-6}, "
    "{error_by_value: 0.47}, {error_left_out: 0.24}."
)
def left_out() -> dict[str, float]:
    runs = {TRIED[name]: train(experiment, range(SEEDS)) for name, experiment in EXPERIMENTS.items()}
    errors = {
        f"error_{TRIED[name]}": check_gradients(experiment, 0).relative_error
        for name, experiment in EXPERIMENTS.items()
    }
    solved = {name: run.rate().count for name, run in runs.items()}
    return solved | errors | {"dead": runs["left_out"].rate("dead").count}


@fact(
    "Without the gradient from above, {share: 100 %} of the hidden layers' gradients are 0 or above: no step "
    "raises a weight or a bias there."
)
def one_way() -> float:
    params = left_out_of.network.init(range(SEEDS))
    *hidden, _ = left_out_of.gradient(params, right.dataset.inputs, right.dataset.targets)
    return float(np.mean(np.concatenate([array.ravel() for array in arrays(hidden)]) >= 0))


case = Case(
    name="relu-dvalue",
    question="What is the derivative of a ReLU multiplied by on the way back, and does that matter?",
    source='"How is the derivative in this ReLU backpropagation being calculated? (Neural Network)", '
    "Stack Overflow",
    chapter="backpropagation_by_hand",
    as_posted=left_out_of,
    repairs={"multiplied by the gradient from above": right},
    related={"value for slope": by_value, "three layers": three_layers, "three layers, another row": faded},
    findings=fact,
    given="usual choice is 0.",
    verdict=(
        "Nobody answered. It is multiplied by the gradient from above: that of the loss with respect to what "
        "the unit says. Left out, no seed learns XOR, and all of them die."
    ),
    seeds=SEEDS,
)
