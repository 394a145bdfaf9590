"""One neuron a layer should tell even numbers from odd ones; its gradients are wrong, and so is its shape.

A second question comes with it: what does a gradient check say of a network for x squared?
"""

from __future__ import annotations

import numpy as np

from workbook.cases import checked_large as large
from workbook.cases import checked_square as square
from workbook.cases.bias import gates
from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.faults.trial import ALIVE, fault_checks, quotients_of, small_network
from workbook.gradcheck import THRESHOLD, check_gradients
from workbook.layers import Layer
from workbook.measures.answers import all_right, answers
from workbook.measures.gradient_error import checks_by_width, in_words, lengths, params_after
from workbook.network import Network
from workbook.training import Run, train

SEEDS = 200
NUMBERS = np.arange(1, 10)
EVEN = (NUMBERS % 2 == 0).astype(float)
MISTAKES = ("weight where the input belongs", "missing output derivative")
INFIMUM = 2 / 9  # no monotone function has a lower mean squared error


def numbers(scale: float, shift: float = 0.0) -> Dataset:
    """The numbers 1 to 9 as (number - shift) / scale; the target is 1 where the number is even."""
    return Dataset(((NUMBERS - shift) / scale).reshape(-1, 1), EVEN.reshape(-1, 1), "even or odd")


def wider(*hidden: int) -> Experiment:
    """Return a network with these hidden layers of tanh units, trained in a way that can succeed.

    Beside the width, these differ from the question: centred inputs, a wider start, all rows in each step,
    momentum, and a longer step.
    """
    network = Network((1, *hidden, 1), "tanh", "sigmoid", True, "normal(1)", "normal(1)")
    return Experiment(numbers(4, 5), network, step_size=1.0, momentum=0.95, steps=3000, record_every=3000)


def with_posted_gradients(experiment: Experiment) -> Experiment:
    """Return the experiment with both mistakes of the question planted."""
    for name in MISTAKES:
        experiment = FAULTS[name].plant(experiment)
    return experiment


mended = Experiment(
    numbers(9),
    Network((1, 1, 1), hidden="sigmoid", output="sigmoid", initializer="uniform(-1, 1)"),
    loss="half summed squared error",
    step_size=0.1,
    batch_size=1,
    order="at random",
    steps=10_000,
    record_every=1000,
    solved_below=0.045,  # half the sum of nine: a mean squared error of 0.01
)
as_posted = with_posted_gradients(mended)
repairs = {"right gradients": mended, "1-8-1": wider(8)}
related = (
    {name: FAULTS[name].plant(mended) for name in MISTAKES}
    | {"1-1-1, trained as 1-8-1": wider(1), "chain of five": wider(1, 1, 1, 1), "1-4-4-1": wider(4, 4)}
    | {f"1-{hidden}-1": wider(hidden) for hidden in (3, 4, 5, 6, 16)}
    | {
        "1-8-1, gradients as posted": with_posted_gradients(wider(8)),
        "1-8-1, missing output derivative": FAULTS["missing output derivative"].plant(wider(8)),
        "small network": small_network(),
        "x squared": square.x_squared(),
        "x squared, decay 0.01 as posted": square.with_posted_decay(square.x_squared(), 0.01),
    }
)
xor = gates["XOR tanh-identity, bias"]
fact = Findings("gradient_checking")


def trained_on_all_seeds(name: str) -> Run:
    """Return the run of one of the case's experiments on its 200 seeds."""
    return train(case.experiment(name), range(SEEDS))


def random_chains(n: int, scale: float) -> np.ndarray:
    """Return the mean squared errors of n 1-1-1 networks with parameters from N(0, scale), (n,)."""
    random = np.random.RandomState(0)
    params = [
        Layer(*(scale * random.standard_normal((n, 1, 1)) for _ in "Wb")) for _ in mended.network.biased
    ]
    return mended.but(loss="mean squared error").loss_at(params)


def _constant(run: Run) -> dict[str, float]:
    errors = np.square(run.outputs - run.experiment.dataset.targets).mean((-2, -1))
    return {
        "low": run.outputs.min(),
        "high": run.outputs.max(),
        "middle": run.outputs.mean(),
        "apart": np.ptp(run.outputs[:, :, 0], axis=1).max(),
        "least": errors.min(),
        "error": np.median(errors),
        "solved": all_right(run).sum(),
    }


@fact(
    "As posted: outputs {low: 0.36} to {high: 0.51}, {middle: 0.44} in the mean; the nine outputs of a "
    "seed are {apart: below 0.03} apart. Median error {error: 0.2473}, least {least: 0.2469}; "
    "{solved: 0} of 200 seeds get all nine right."
)
def settles() -> dict[str, float]:
    return _constant(trained_on_all_seeds("as posted"))


@fact(
    "Right gradients: outputs {low: 0.35} to {high: 0.53}, {middle: 0.44} in the mean; the nine outputs "
    "of a seed are {apart: below 0.04} apart. Median error {error: 0.2473}, least {least: 0.2469}; "
    "{solved: 0} of 200 seeds get all nine right."
)
def right_gradients() -> dict[str, float]:
    return _constant(trained_on_all_seeds("right gradients"))


@fact(
    "The mean target is 4/9 = {mean: 0.444}. Always saying 4/9 has {error: 0.2469} as its mean squared error."
)
def always_the_mean() -> dict[str, float]:
    return {"mean": EVEN.mean(), "error": EVEN.var()}


@fact(
    "The right gradients fail the check at {right: 0} of 50 starts, with errors {small: below 1e-8}. As "
    "posted they fail it at {posted: 50} of 50, with relative errors from {least: 0.14} to "
    "{most: 0.61}."
)
def starts_that_fail() -> dict[str, float]:
    posted, right = (
        np.array([check_gradients(experiment, seed).relative_error for seed in range(50)])
        for experiment in (as_posted, mended)
    )
    return {
        "small": right.max(),
        "right": (right > THRESHOLD).sum(),
        "posted": (posted > THRESHOLD).sum(),
        "least": posted.min(),
        "most": posted.max(),
    }


def _wrong(name: str) -> list[tuple[int, str]]:
    """The layers and kinds of parameter in which the check of a 1-1-1 network finds an error."""
    return [(p.layer, p.kind) for p in check_gradients(related[name]).parameters if p.error > THRESHOLD]


@fact(
    "The missing output derivative spoils {hidden: 2} of the 2 gradients in the hidden layer and "
    "{output: 0} of the 2 in the output layer. The weight where the input belongs spoils {weights: 2} "
    "of 2 weights and {biases: 0} of 2 biases."
)
def which_layer() -> dict[str, int]:
    layers = [layer for layer, _ in _wrong("missing output derivative")]
    kinds = [kind for _, kind in _wrong("weight where the input belongs")]
    return {
        "hidden": layers.count(0),
        "output": layers.count(1),
        "weights": kinds.count("W"),
        "biases": kinds.count("b"),
    }


@fact("Of the widths 0.1, 0.001, 1e-5, 1e-9 and 1e-13, the error of the check is least at {width: 1e-5}.")
def best_width() -> float:
    return min((1e-1, 1e-3, 1e-5, 1e-9, 1e-13), key=_error_at)


def _error_at(width: float) -> float:
    return check_gradients(xor, width=width).relative_error


@fact("With width 0.002 the check of XOR has a relative error of {error: 2e-7}.")
def twice_as_wide() -> float:
    return _error_at(0.002)


@fact("On a kink: {kinks: 65} of {parameters: 193} parameters, {biases: 65} of them biases.")
def on_a_kink() -> dict[str, int]:
    rows = check_gradients(square.x_squared()).parameters
    kinds = [row.kind for row in rows if row.kink]
    return {"kinks": len(kinds), "parameters": len(rows), "biases": kinds.count("b")}


@fact("Of four faults, {passing: 1} passes the check at a start on the kinks.")
def hidden_by_kinks() -> dict[str, object]:
    names = ["bias gradient is 0", "wrong sign", "weight where the input belongs", "relu gradient by value"]
    errors = {name: check_gradients(FAULTS[name].plant(square.x_squared())).relative_error for name in names}
    return {"errors": errors, "passing": sum(error <= THRESHOLD for error in errors.values())}


@fact(
    "Before training the gradient has length {start: 5.6}, and the check says {first: passed}. After "
    "100 steps: length {hundred: 0.12}, {second: passed}. After 3000 steps: length {end: below 1e-13}, "
    "{third: FAILED}."
)
def training_shrinks_it() -> dict[str, float | str]:
    reports = [check_gradients(xor, params=params_after(xor, steps)) for steps in (0, 100, 3000)]
    said = ("passed" if report.passed else "FAILED" for report in reports)
    sizes = (lengths(report)[0] for report in reports)
    return {
        **dict(zip(("start", "hundred", "end"), sizes, strict=True)),
        **dict(zip(("first", "second", "third"), said, strict=True)),
    }


@fact(
    "XOR after 3000 steps: the check fails at {failing: 27} of 27 widths, with relative error "
    "{error: 1.00}, which falls {far: below 0.5} at the narrowest. The two gradients differ by "
    "{wide: 4e-9} at width 1e-4, by {middle: 4e-11} at 1e-5 and by {narrow: 4e-13} at 1e-6."
)
def trained() -> dict[str, float]:
    params, widths = params_after(xor, 3000), {"wide": 1e-4, "middle": 1e-5, "narrow": 1e-6}
    reports = {name: check_gradients(xor, 0, params, width) for name, width in widths.items()}
    every = checks_by_width(xor, params)
    return {
        "failing": sum(not report.passed for report in every),
        "error": reports["middle"].relative_error,
        "far": every[0].relative_error,
        **{name: lengths(report)[1] for name, report in reports.items()},
    }


@fact(
    "Decay 0.01. Positive outputs: error {positive: 0.007 to 0.04}, gradient {long: 0.6 to 4.0} long. "
    "Negative outputs: error {negative: about 0.6}, gradient {short: 0.035 to 0.045} long, which is "
    "{least: 16} to {most: 106} times shorter."
)
def by_sign() -> dict[str, object]:
    (long, short), (positive, negative) = square.lengths_by_sign(), square.errors_by_sign(0.01)
    return {
        "long": long,
        "short": short,
        "positive": in_words(positive),
        "negative": in_words(negative),
        "least": long.min() / short.max(),
        "most": long.max() / short.min(),
    }


@fact("Where the gradient forgets a decay of 0.01, that of a weight of -3 is off by {difference: -0.03}.")
def decay_left_out() -> float:
    planted = FAULTS["decay missing from the gradient"].plant(small_network())
    params = planted.network.init(ALIVE)
    params[2].W[0, 0] = -3
    row = next(row for row in check_gradients(planted, params=params).parameters if row.layer == 2)
    return row.numeric - row.analytic


@fact(
    "No chain gets below 2/9 = {bound: 0.2222}. Best of 20 000 random chains: {random: 0.2276}; best of "
    "200 trained in the best way that we know: {trained: 0.2224}."
)
def chains() -> dict[str, float]:
    best = trained_on_all_seeds("1-1-1, trained as 1-8-1").losses[-1].min()
    return {"bound": INFIMUM, "random": random_chains(20_000, 20).min(), "trained": best}


@fact("The fewest hidden units with which one of 200 seeds gets all nine numbers right are {units: 5}.")
def fewest() -> int:
    return next(units for units in (3, 4, 5, 6) if all_right(trained_on_all_seeds(f"1-{units}-1")).any())


@fact(
    "Of 200 seeds, {four: 0} learn it with 4 hidden units, {five: 8 to 40} with 5, {six: 50 to 80} with "
    "6 and {eight: 170 to 190} with 8. With six, seed {one: 1} does, and so do {another: 5} and "
    "{third: 6}."
)
def how_many_learn_it() -> dict[str, int]:
    names = {"four": "1-4-1", "five": "1-5-1", "six": "1-6-1", "eight": "1-8-1"}
    counts = {word: trained_on_all_seeds(name).rate().count for word, name in names.items()}
    run = trained_on_all_seeds("1-6-1")
    first = np.flatnonzero(run.losses[-1] < run.experiment.solved_below)[:3].tolist()
    return counts | dict(zip(("one", "another", "third"), first, strict=True))


@fact(
    "Of 200 seeds, {five: 190 to 197} call 5 odd. 17 is called odd by {seventeen: 198 to 200} of 200, "
    "and 16 is called even by {even: 0 to 2} of 200."
)
def beyond_nine() -> dict[str, int]:
    said = answers(trained_on_all_seeds("1-8-1"), (np.array([[5], [16], [17]]) - 5) / 4)[:, :, 0]
    five, sixteen, seventeen = (said < 0.5).sum(axis=0)
    return {"five": five, "seventeen": seventeen, "even": SEEDS - sixteen}


@fact(
    "With 8 hidden units, {both: 0} of 200 seeds learn it with the posted gradients, and "
    "{missing: 8 to 32} with the missing output derivative alone."
)
def mistakes_in_the_wide_network() -> dict[str, int]:
    names = {"both": "1-8-1, gradients as posted", "missing": "1-8-1, missing output derivative"}
    return {word: trained_on_all_seeds(name).rate().count for word, name in names.items()}


@fact(
    "Of {faults: 14} faults the check finds {found: 9}: all {gradient: 9} gradient faults, and "
    "{others: 0} of the others."
)
def the_one_it_finds() -> dict[str, object]:
    errors = {name: report.relative_error for name, report in fault_checks().items()}
    found = [FAULTS[name].kind for name, error in errors.items() if error > THRESHOLD]
    return {
        "errors": errors,
        "faults": len(errors),
        "found": len(found),
        "gradient": sum(FAULTS[name].kind == "gradient" for name in errors),
        "others": len(found) - found.count("gradient"),
    }


@fact(
    "The small network at seed 13, analytic / numeric: {missing: 10 to 29} without the output "
    "derivative and {relu: 0.2 to 1.9} with the ReLU's gradient by value, for what is wrong; for the "
    "biases {output: 4.1 to 4.4} with the derivative at the output, {mean: 30} with the forgotten mean, "
    "{sign: -1} with the wrong sign."
)
def quotients() -> dict[str, np.ndarray]:
    return {
        "missing": quotients_of("missing output derivative"),
        "relu": quotients_of("relu gradient by value"),
        "output": quotients_of("derivative at the output", kinds="b"),
        "mean": quotients_of("forgotten mean over the batch", kinds="b"),
        "sign": quotients_of("wrong sign", kinds="b"),
    }


@fact(
    "In 4 random directions through its 64-30-10 network, {parameters: 2260} parameters, which is 8 losses "
    "in the place of {losses: 4520}, the right gradient passes at {right: 20} of 20 draws. Each of "
    "{faults: 7} planted gradient faults fails at {found: 20} of 20."
)
def directions() -> dict[str, object]:
    failing = large.fails_in_directions(range(20))
    right, *faulty = failing.values()
    parameters = large.parameters(large.reader)
    return {
        "parameters": parameters,
        "losses": 2 * parameters,
        "right": 20 - right,
        "faults": len(faulty),
        "found": min(faulty),
        "failing": failing,
    }


@fact(
    "One weight of the 2 260 with the wrong sign: the relative error of the whole gradient is "
    "{whole: 0.0023}, and 4 directions find it at {found: 20} of 20 draws."
)
def one_wrong_weight() -> dict[str, float]:
    reports = [large.one_wrong_weight(seed) for seed in range(20)]
    found = sum(report.relative_error > THRESHOLD for report in reports)
    return {"whole": large.share_of_one_wrong(), "found": found}


@fact(
    "XOR in double precision, the median of 40 starts: error about {wide: 1e-3} at width 0.1, about "
    "{middle: 1e-5} at 0.01 and about {narrow: 1e-11} at 0.00001. In single precision: about "
    "{wide32: 1e-3}, about {middle32: 1e-5} and about {narrow32: 1e-2}."
)
def precisions() -> dict[str, str]:
    widths = {"wide": 0.1, "middle": 0.01, "narrow": 1e-5}
    return {
        name + ending: large.power_of_ten(large.typical_error(xor, width, kind))
        for ending, kind in (("", np.float64), ("32", np.float32))
        for name, width in widths.items()
    }


@fact("Of four tests of the parity of four bits {count: 1} finds its mistake.")
def which_test() -> dict[str, object]:
    found = large.overwritten_tests(THRESHOLD)
    return {"found": found, "count": sum(found.values())}


GIVEN = r"""
    error was 0.6 on some runs and $10^{-10}$ on others  about 45 minutes
    number divided by 9, the target 1 for even numbers and 0 for odd  L(p - h)}{2h}
    0 when they agree, 1 when they have opposite signs or one of them is 0
    error of $10^{-6}$, is **doubtful** up to $10^{-2}$ and **wrong**  whole gradient is at most $10^{-6}$
    $L = \tfrac12 (y - t)^2$  $s'$ is at most 1/4  \pm \tfrac{h^3}{6} L'''  \tfrac{h^2}{2} L''  divide by $2h$
    \tfrac{h^2}{6} L'''$  divided by $2h$  $\varepsilon \approx 10^{-16}$  \frac{h^2}{6} \lvert L'''
    $h^3 = 3 \varepsilon  \sqrt[3]{3 \cdot 10^{-16}} \approx 10^{-5}$  $\varepsilon^{2/3} \approx 10^{-11}$
    kink at 0  the 2-3-2-1 network  weighted sum is 0  network of section 3 learns
    happy at $10^{-7}$, accept up to $10^{-4}$ only  mistake above $10^{-2}$  A 1-64-1 network  $x^2$
    $\tfrac{\lambda}{2} \sum w$  $\tfrac{\lambda}{2} \sum w^2$  $\lambda$ = 0.01  leaky slope of 0.01
    changes eight times from 1 to 9  targets are 1 and then 0  pairs $(2,3)$, $(4,5)$, $(6,7)$, $(8,9)$
    $(1,2)$, $(3,4)$, $(5,6)$, $(7,8)$  (1 - a)^2 + b^2 \;\ge\; (1 - a)^2 + a^2 \;\ge\; \tfrac12
    at least $4 \cdot \tfrac12 = 2$ and their mean is at least $2/9$  $(\text{number} - 5)/4$  $N(0, 1)$
    momentum 0.95  Solved means a mean squared error below 0.01  network on 16. Beyond 9  was at 9,
    $v$ of length 1  `directions=4`  7 digits, $\varepsilon \approx 10^{-7}$  near 0.01, and at none
    width of $5 \cdot 10^{-3}$ and a threshold of $10^{-2}$, as  put 4, 13 or 17.  They lie 2 h apart
    width near $10^{-5}$  grows as 1/h
"""
case = Case(
    name="parity",
    question="One neuron a layer should tell even from odd, and says nearly the same to every number.",
    source="a question on a Stack Exchange site",
    chapter="gradient_checking",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    findings=fact,
    verdict=(
        "The gradients were wrong, and mending them is not enough: no chain of single units can learn "
        "it. With five hidden units 18 of 200 seeds learn it, with eight hidden units 180 of 200."
    ),
    given=GIVEN,
    seeds=SEEDS,
)
