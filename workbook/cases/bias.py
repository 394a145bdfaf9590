"""Two neurons in a chain that cannot copy a bit, because neither has a bias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.data.datasets import Dataset, copy_bit, line, xnor, xor
from workbook.experiment import Experiment
from workbook.measures import surface
from workbook.measures.answers import all_right
from workbook.measures.output_unit import straight_line_error
from workbook.network import Network
from workbook.parts import ACTIVATIONS
from workbook.questions import QUESTIONS
from workbook.training import Run, train

SEEDS = 200
FEW = 30  # for networks of more than a few weights
INFIMUM = 1 / 8
W1, W2 = surface.Place(0, "W", (0, 0)), surface.Place(1, "W", (0, 0))
B1, B2 = surface.Place(0, "b", (0, 0)), surface.Place(1, "b", (0, 0))

as_posted = Experiment(
    copy_bit(),
    Network((1, 1, 1), hidden="sigmoid", output="sigmoid", bias=False, initializer="uniform(0, 1)"),
    loss="half summed squared error",
    step_size=5,
    steps=800,
    shortest_step=1e-5,
)
repairs = {
    "output bias": as_posted.but(bias=(False, True)),
    "both biases": as_posted.but(bias=True),
}


def two_bits(dataset: Dataset, hidden: str, output: str, step_size: float, bias: bool) -> Experiment:
    """A 2-4-1 network on two bits, all parameters from N(0, 1), full batch, 3 000 steps."""
    network = Network((2, 4, 1), hidden, output, bias, "normal(1)", "normal(1)")
    return Experiment(dataset, network, step_size=step_size, steps=3000, record_every=3000)


gates = {
    f"{dataset.name} {hidden}-{output}, {'bias' if bias else 'no bias'}": two_bits(
        dataset, hidden, output, step_size, bias
    )
    for dataset in (xor(), xnor())
    for hidden, output, step_size in (("sigmoid", "sigmoid", 3.0), ("tanh", "identity", 0.1))
    for bias in (True, False)
}
SIX = np.array([[0.0], [1.0], [2.0], [4.0], [5.0], [6.0]])
NUMBERS = Dataset(SIX, (SIX > 3).astype(float), "numbers above 3")
threshold = Experiment(
    NUMBERS, Network((1, 1), output="sigmoid"), loss="binary cross-entropy", step_size=0.3, steps=3000
)
SIDES: dict[str, bool | tuple[bool, bool]] = {
    "no bias": False,
    "output bias": (False, True),
    "hidden biases": (True, False),
}


def on_a_curve(dataset: Dataset, hidden: str, bias: bool | tuple[bool, bool]) -> Experiment:
    """A 1-20-1 network with a linear output on a few points of a curve, full batch, Adam."""
    network = Network((1, 20, 1), hidden, "identity", bias, "he", "normal(0.5)")
    return Experiment(dataset, network, optimizer="adam(0.01)", steps=2000, record_every=2000)


MIDDLE = np.linspace(-1, 1, 21).reshape(-1, 1)
ONE_TO_THREE = np.array([[1.0], [2.0], [3.0]])
UP = np.array([[1.0], [3.0], [4.0]])
SHAPES = {
    "ReLU, 1 → 1 and 2 → 3": (Dataset(ONE_TO_THREE[:2], UP[:2], "two points"), "relu"),
    "ReLU, and 3 → 4": (Dataset(ONE_TO_THREE, UP, "three points"), "relu"),
    "tanh, x² from -1 to 1": (Dataset(MIDDLE, MIDDLE**2, "square"), "tanh"),
}
curves = {
    f"{shape}, {name}": on_a_curve(dataset, hidden, bias)
    for shape, (dataset, hidden) in SHAPES.items()
    for name, bias in SIDES.items()
}
waves = QUESTIONS["sin-not-cos"].as_posted.but(
    loss="mean squared error", optimizer="adam(0.02)", batch_size=None, steps=3000, record_every=3000
)
CHANGES = {
    "biases on the hidden units": waves.but(bias=(True, False)),
    "a bias on the output unit": waves.but(bias=(False, True)),
    "forty hidden units": waves.but(sizes=(1, 40, 1)),
    "smaller steps, and more of them": waves.but(optimizer="adam(0.002)", steps=10_000, record_every=10_000),
}
related = {
    "hidden bias only": as_posted.but(bias=(True, False)),
    "start on either side": as_posted.but(initializer="uniform(-1, 1)"),
    "line": Experiment(line(), Network((1, 1), bias=False), step_size=0.1, steps=200),
    "line with bias": Experiment(line(), Network((1, 1)), step_size=0.1, steps=200),
    "one unit": threshold,
} | gates
fact = Findings("bias")


def trained(name: str, steps: int | None = None) -> Run:
    """Return the run of one experiment on the case's 200 seeds; steps: more than it has, without a stop."""
    experiment = case.experiment(name)
    if steps is not None:
        experiment = experiment.but(steps=steps, record_every=steps, shortest_step=0.0)
    return train(experiment, range(SEEDS))


def loss_surface(w1: Sequence[float] | np.ndarray, w2: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the posted network's loss for every pair of the weights w1 (m,) and w2 (k,): (k, m)."""
    start = as_posted.network.init(0)
    return surface.loss_surface(as_posted, start, (W1, np.array(w1, float)), (W2, np.array(w2, float)))


def _ends(run: Run) -> dict[str, np.ndarray]:
    """Each seed's outputs for 0 and for 1, and its loss, at the end."""
    return {"zero": run.outputs[:, 0, 0], "one": run.outputs[:, 1, 0], "loss": run.losses[-1]}


def _solved(*names: str) -> dict[str, int]:
    return {name: trained(name).rate().count for name in names}


@fact("As posted, all 200 seeds settle at outputs of {zero: 0.590} and {one: 0.674}, loss {loss: 0.227}.")
def settles() -> dict[str, np.ndarray]:
    return _ends(trained("as posted"))


@fact("The median weights are then w1 = {w1: 5.31} and w2 = {w2: 0.73}.")
def settled_weights() -> dict[str, float]:
    first, second = trained("as posted").params
    return {"w1": float(np.median(first.W)), "w2": float(np.median(second.W))}


@fact(
    "Where w1 is so large that y = 1 for input 1, the best w2 is {w2: 0.73}, and the loss is then "
    "{loss: 0.2271}."
)
def best_in_the_valley() -> dict[str, float]:
    w2 = np.linspace(-20, 20, 4001)
    losses = loss_surface([50.0], w2)[:, 0]
    return {"w2": float(w2[losses.argmin()]), "loss": float(losses.min())}


@fact("The stop rule never acts: {stopped: 0} of 200 seeds stop within 10 000 steps.")
def stopped() -> int:
    return len(train(as_posted.but(steps=10_000, record_every=10_000), range(SEEDS)).stopped)


@fact(
    "Without a bias, of all pairs of weights between -200 and 200, {under: 0} have a loss below 1/8; "
    "the lowest is {lowest: 0.125}."
)
def how_low() -> dict[str, float]:
    far = np.linspace(-200, 200, 401)
    losses = loss_surface(far, far)
    return {"under": int((losses < INFIMUM).sum()), "lowest": float(losses.min())}


@fact("Where both weights go to minus infinity the loss comes near 1/8: {corner: 0.125003} at (-16, -12).")
def in_the_corner() -> float:
    return float(loss_surface([-16.0], [-12.0])[0, 0])


@fact(
    "Weights started between -1 and 1 fall into that corner in {corner: 108} of 200 seeds, median loss "
    "{corner_loss: 0.1250}; {valley: 92} go to the valley, median loss {valley_loss: 0.2271}. In "
    "{told: 200} of 200 the side of the line w1 + 0.6 w2 = 0 on which it starts tells which."
)
def two_valleys() -> dict[str, float]:
    losses = trained("start on either side", 10_000).losses[-1]
    starts = related["start on either side"].network.init(range(SEEDS))
    first, second = (layer.W.ravel() for layer in starts)
    corner, below = losses < 0.2, first + 0.6 * second < 0
    return {
        "corner": int(corner.sum()),
        "corner_loss": float(np.median(losses[corner])),
        "valley": int((~corner).sum()),
        "valley_loss": float(np.median(losses[~corner])),
        "told": int((corner == below).sum()),
    }


@fact(
    "One bias, 800 steps: {hidden: 0} of 200 seeds copy the bit with it on the hidden neuron, "
    "{output: 200} of 200 with it on the output."
)
def where() -> dict[str, int]:
    return {"hidden": trained("hidden bias only").rate().count, "output": trained("output bias").rate().count}


@fact(
    "With an output bias all seeds end, after 10 000 steps, at outputs of {zero: 0.012} and "
    "{one: 0.989}, loss {loss: 0.000129 to 0.000133}."
)
def output_bias() -> dict[str, np.ndarray]:
    return _ends(trained("output bias", 10_000))


@fact(
    "With both biases they end at outputs of {zero: 0.006} and {one: 0.995}, loss {loss: 2.58e-5 to 2.64e-5}."
)
def both_biases() -> dict[str, np.ndarray]:
    return _ends(trained("both biases", 10_000))


@fact(
    "With a bias on the hidden neuron alone, every seed ends at a loss of {loss: 0.125 to 0.1251}. The "
    "bound of 1/8 is near, and {reached: 0} of 200 reach it."
)
def hidden_bias() -> dict[str, Any]:
    losses = trained("hidden bias only", 10_000).losses[-1]
    return {"loss": losses, "reached": int((losses <= INFIMUM).sum())}


@fact(
    "Tanh hidden units, linear output, no biases: XOR is solved by {xor: 200} of 200, XNOR by {xnor: 0} "
    "of 200."
)
def which_gate() -> dict[str, int]:
    return {name: trained(f"{name.upper()} tanh-identity, no bias").rate().count for name in ("xor", "xnor")}


@fact(
    "The same with biases: XOR {xor: 197} of 200, XNOR {xnor: 198} of 200. With sigmoids throughout: "
    "XNOR {with_: 199} of 200 with biases and {without: 196} of 200 without, for the 1/2 in s acts as a "
    "bias."
)
def other_gates() -> dict[str, int]:
    names = {
        "xor": "XOR tanh-identity, bias",
        "xnor": "XNOR tanh-identity, bias",
        "with_": "XNOR sigmoid-sigmoid, bias",
        "without": "XNOR sigmoid-sigmoid, no bias",
    }
    return {short: trained(name).rate().count for short, name in names.items()}


@fact(
    "Solved by so many of 30 seeds without a bias, with one on the output, with biases on the hidden units: "
    "ReLU on 1 → 1 and 2 → 3 {two: 0}, {two_out: 30}, {two_in: 30}; with 3 → 4 as well {three: 0}, "
    "{three_out: 0}, {three_in: 17}; tanh on x² {square: 0}, {square_out: 0}, {square_in: 30}."
)
def cannot_be() -> dict[str, int]:
    short = {"no bias": "", "output bias": "_out", "hidden biases": "_in"}
    return {
        f"{shape}{short[name]}": train(curves[f"{long}, {name}"], range(FEW)).rate().count
        for shape, long in zip(("two", "three", "square"), SHAPES, strict=True)
        for name in SIDES
    }


@fact(
    "Ten sigmoids, no bias: {posted: 0} of 30 seeds learn the cosine, {sine: 30} the sine. Of four changes, "
    "biases on the hidden units let {hidden: 30} of 30 learn it, an output bias {output: 0}, forty units "
    "{wide: 0}, smaller steps {smaller: 0}."
)
def one_change() -> dict[str, Any]:
    sine = waves.but(dataset=QUESTIONS["sin-not-cos"].related["sin"].dataset)
    hidden, output, wide, smaller = (_waves(change) for change in CHANGES.values())
    counts = dict(zip(CHANGES, (hidden, output, wide, smaller), strict=True))
    return {
        "posted": _waves(waves), "sine": _waves(sine), "hidden": hidden, "output": output, "wide": wide,
        "smaller": smaller, "solved": counts,
    }  # fmt: skip


def _waves(experiment: Experiment) -> int:
    return train(experiment, range(FEW)).rate().count


@fact("An output bias of {bias: -2.94} makes a sigmoid say 0.05 where nothing else is added.")
def prior() -> float:
    """The log-odds of the share of ones: tried out on a network whose other parameters are 0."""
    tried = np.linspace(-6, 6, 120_001)
    said = ACTIVATIONS["sigmoid"].value(tried)
    return float(tried[np.abs(said - 0.05).argmin()])


@fact(
    "One sigmoid and the numbers 0 to 6: without a bias it says {zero: 0.5} to 0 and more to all others, "
    "and {solved: 0} of 30 seeds get all right; with a bias {biased: 30} of 30 do, and the threshold -b/w "
    "comes to {at: 2.9}."
)
def the_threshold() -> dict[str, Any]:
    without, with_ = (train(threshold.but(bias=bias), range(FEW)) for bias in (False, True))
    (layer,) = with_.params
    return {
        "zero": without.outputs[:, 0, 0],
        "solved": int(all_right(without).sum()),
        "biased": int(all_right(with_).sum()),
        "at": (-layer.b / layer.W)[:, 0, 0] if layer.b is not None else np.nan,
    }


@fact("Without biases and with w2 = 2, the network says {answer: 0.731} to input 0.")
def at_zero() -> float:
    params = as_posted.network.init(0)
    params[1].W[:] = 2
    return float(as_posted.outputs(params)[0, 0])


PAIRS = {
    "0 → 0 and 1 → 5": ([0, 1], [0, 5]),
    "0 → 1 and 1 → 1": ([0, 1], [1, 1]),
    "1 → 2 and -2 → 7": ([1, -2], [2, 7]),
    "-1 → 3 and 1 → 3": ([-1, 1], [3, 3]),
}


@fact("Of four pairs of rows, a bias-free ReLU network cannot fit {unfit: 1}.")
def hopeless() -> dict[str, object]:
    """The error with which such a network of one input has to leave each pair of rows.

    Without biases ReLU layers only scale: whatever their number and width, the network is one line for
    inputs above 0 and another for those below, both through the origin.
    """
    errors = {}
    for name, (inputs, targets) in PAIRS.items():
        sides = np.maximum(np.outer(inputs, [1, -1]), 0)
        lines = np.linalg.lstsq(sides, np.array(targets), rcond=None)[0]
        errors[name] = float(np.abs(sides @ lines - targets).max())
    return {"errors": errors, "unfit": sum(error > 1e-9 for error in errors.values())}


@fact("The best line through the origin leaves an error of {error: 9.0} on targets 4x + 3.")
def intercept() -> float:
    return straight_line_error(line(4, 3), through_origin=True)


@fact("On x + 1 the slope comes out as {slope: 1.000}, and the error stays at {error: 1.000}.")
def line_through_the_origin() -> dict[str, float]:
    run = trained("line")
    return {"slope": float(np.median(run.params[0].W)), "error": float(np.median(run.losses[-1]))}


GIVEN = r"""
    copy a bit: 0 in, 0 out; 1 in, 1 out  answer to the input 0, and what  about 45 minutes
    s(a) = \frac{1}{1 + e^{-a}}
    start somewhere between 0 and 1, and gradient descent makes 800 steps of size 5 with  Put $x = 0$ into
    weight is multiplied by 0, so  y = s(w_1 \cdot 0) = s(0) = \tfrac12, \qquad z = s(w_2 / 2)
    while it shows $x = 0$: at  answer down to 0, $w_2$  But for $x = 1$ the  and it should be 1
    $y$ tends to 1 for $x = 1$, and the answers to $s(w_2/2)$  *Solved* means a loss of 0.01 or less
    a 95 % interval: with 0 of 200, the true share could still be as large as 2 %  The point $(0, 0)$ is
    $\tfrac12 z_0^2 + \tfrac12 (1 - z_1)^2$  $z_0 = s(w_2/2)$ and  $y_1 = s(w_1) > 0$
    $w_2 \ge 0$, then $z_0 = s(w_2/2) \ge \tfrac12$  at least $\tfrac12 \cdot \tfrac14 = \tfrac18$
    $w_2 < 0$, then $w_2\, y_1 < 0$, so $z_1 < \tfrac12$, and the second term alone is more than $\tfrac18$
    $z_0 \to 0$  $w_2\, s(w_1) \to 0$ and $z_1 \to \tfrac12$  $y > 0$, both  instead of $s(w_2/2)$
    where $w x + b = 0$: at  is: above 3?  threshold is at 0 and cannot  the mean 0. Then
    (w x_i - a x_i - c)^2 = (w - a)^2\, \overline{x^2} + c^2  $-2c\,(w - a)\,\overline{x}$ is 0
    starts from N(0, 1), and there are 3000 steps: of size 3 with sigmoids, of size 0.1 with tanh
    *solved* again means 0.01 or less  $\tanh(0) = 0$, so it says 0 to $(0, 0)$, because 0 stays 0 through
    XOR wants 0 there: nothing is lost.  XNOR wants 1.  $s(a) = \tfrac12 + \tfrac12 \tanh(a/2)$
    $f(2x) = 2 f(x)$: if it says 1 to 1, it says 2 to 2, and never 3  threshold away from 0, break
    an input is always 1  below 0.1 and above 0.9  says ½ to input 0  tell ½ from 1  w₂ · ¾ + b₂ = 0
    networks say 0 there  Without a bias that is 0
"""
case = Case(
    name="two-neurons",
    question="Two sigmoid neurons in a chain should copy a bit, and cannot.",
    source='"Neural Network with two neurons", Stack Overflow',
    chapter="bias",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    findings=fact,
    verdict=(
        "The answer holds: with a bias on the output neuron 200 of 200 seeds copy the bit. It leaves "
        "out that the place decides: with one on the hidden neuron 0 of 200 do."
    ),
    given=GIVEN,
    seeds=SEEDS,
)
