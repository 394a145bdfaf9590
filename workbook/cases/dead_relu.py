"""A ReLU network that should add its inputs up, and answers 15.5 to everything."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.measures.answers import answers, r_squared, says_to_all
from workbook.measures.curvature import curvature, hessian, longest_step, longest_steps
from workbook.measures.unit_life import deaths, fates, layer_deaths, rows_seen, starts
from workbook.measures.unit_life import uphill as climbs
from workbook.network import Network, arrays
from workbook.outcomes import dead_units
from workbook.parts import explicit
from workbook.training import Run, train

SEEDS = 300
SEEDS_C = 40  # a thousand rows make a seed five hundred times as dear
BUG = FAULTS["relu gradient by value"]


def sums(name: str, rows: ArrayLike) -> Dataset:
    """Rows of five inputs, and their sums."""
    x = np.array(rows, float)
    return Dataset(x, x.sum(axis=1, keepdims=True), name)


def scaled(dataset: Dataset) -> Dataset:
    """The same rows, with all inputs divided by the largest of them; targets as they were."""
    return Dataset(dataset.inputs / np.abs(dataset.inputs).max(), dataset.targets, f"{dataset.name}, scaled")


DATA = {
    "A": sums("A", [[1, 2, 3, 4, 5], [1, 2, 3, 4, 6]]),
    "B": sums("B", [[1, 2, 3, 4, 5], [-1, -2, -3, -4, -6]]),
    "C": sums("C", np.random.RandomState(0).standard_normal((1000, 5))),
}
MEAN = 15.5  # of the targets of data A
as_posted = Experiment(
    DATA["A"],
    Network((5, 2, 1), hidden="relu", output="identity", initializer="he", bias_initializer="he"),
    loss="summed squared error",
    step_size=0.01,
    steps=1000,
)
SINGLE: dict[str, dict[str, Any]] = {  # each changes one thing, and not the step size
    "positive initial bias": {"bias_initializer": "constant(1)"},
    "20 hidden units": {"sizes": (5, 20, 1)},
    "leaky ReLU": {"hidden": "leaky relu(0.1)"},
    "mean loss": {"loss": "mean squared error"},
    "scaled inputs": {"dataset": scaled(DATA["A"])},
}
NUDGED = (0.001, 0.0016, 0.003, 0.01, 0.1)  # step sizes that are tried beside the perfect weights
SHORT = ("bias", "units", "leaky", "mean", "scaled")  # the same ones, as findings name them
repairs = {"smaller step": as_posted.but(step_size=0.001)}
repairs |= {name: as_posted.but(**changes) for name, changes in SINGLE.items()}
repairs["scaled inputs, 20 units"] = repairs["scaled inputs"].but(sizes=(5, 20, 1))
repairs["smaller step, 5 000 steps"] = repairs["smaller step"].but(steps=5000, record_every=100)

perfect = as_posted.but(
    initializer=explicit([[1, -1]] * 5, [[1], [-1]]), bias_initializer="zeros", step_size=0.001
)
flat = as_posted.but(  # another solution of data A: x5 + 10, with a small output weight
    initializer=explicit([[0, 0]] * 4 + [[1 / 0.3, 0]], [[0.3], [0.0]]),
    bias_initializer=explicit([[0.5 - 5 / 0.3, -1]], [[15 - 0.3 * 0.5]]),
)
buggy = BUG.plant(as_posted)
on_c = as_posted.but(dataset=DATA["C"], steps=500, record_every=100)
related = {f"{name}, step 0.001": repairs[name].but(step_size=0.001) for name in SINGLE} | {
    "longer step": as_posted.but(step_size=0.1),
    "posted derivative": buggy,
    "posted derivative, longer step": buggy.but(step_size=0.1),
    "posted derivative, smaller step": buggy.but(step_size=0.001),
    "step 0.0003": as_posted.but(step_size=0.0003),
    "posted derivative, step 0.0003": buggy.but(step_size=0.0003),
    "perfect weights": perfect,
    "data B": as_posted.but(dataset=DATA["B"], step_size=0.001, steps=5000, record_every=100),
    "data C, summed, step 0.001": on_c.but(step_size=0.001),
    "data C, summed, step 0.0001": on_c.but(step_size=0.0001),
    "data C, mean, step 0.1": on_c.but(step_size=0.1, loss="mean squared error"),
}
fact = Findings("dead_relu")


def trained(name: str, seeds: int = SEEDS) -> Run:
    """Return the run of one experiment on seeds 0 to seeds - 1."""
    return train(case.experiment(name), range(seeds))


@cache
def nudged(by: float, experiment: Experiment = perfect) -> Experiment:
    """Return the experiment with another start: its first weight is moved by a little."""
    first, second = (layer.W for layer in experiment.network.init(0))
    first[0, 0] += by
    return experiment.but(initializer=explicit(first, second))


def finds_the_sum(run: Run) -> np.ndarray:
    """Whether each seed has come to the perfect weights, up to scale, (n_seeds,).

    A unit may trade size with its output weight, so that the products count: all within 0.05 of 1.
    """
    with np.errstate(all="ignore"):
        products = run.params[0].W * run.params[1].W.swapaxes(-1, -2)
        return (np.abs(products - 1) < 0.05).all((1, 2))


def solves(run: Run) -> np.ndarray:
    """Whether each seed solves it, (n_seeds,)."""
    return run.losses[-1] <= run.experiment.solved_below


def _moved(run: Run) -> np.ndarray:
    """How far each first-layer weight is from the perfect one."""
    return np.abs(run.params[0].W - perfect.network.init([0])[0].W)


def start_limits(experiment: Experiment) -> np.ndarray:
    """Return 2 / curvature at each start of SEEDS seeds that is not dead."""
    alive = starts(experiment, range(SEEDS)) != "dead"
    return longest_steps(experiment, experiment.network.init(range(SEEDS)))[alive]


def _solved(**names: str) -> dict[str, int]:
    return {short: trained(name).rate().count for short, name in names.items()}


def _at_the_mean(**names: str) -> dict[str, int]:
    """How many seeds say the mean of the targets to both rows."""
    return {short: int(says_to_all(trained(name), MEAN).sum()) for short, name in names.items()}


@fact(
    "Of 300 seeds {longer: 300} say 15.5 to both rows at step size 0.1, {posted: 300} at 0.01, "
    "{smaller: 0} at 0.001."
)
def settles() -> dict[str, int]:
    return _at_the_mean(longer="longer step", posted="as posted", smaller="smaller step")


@fact("A dead network that is trained on the targets 3, 5, 10 and 2 says {answer: 5.0} in the end.")
def dead_answer() -> float:
    network = Network((1, 2, 1), "relu", initializer="zeros", bias_initializer="constant(-1)")
    data = Dataset(np.arange(4).reshape(4, 1), np.array([[3], [5], [10], [2]]))
    return float(train(Experiment(data, network)).outputs.max())


def last_deaths(name: str) -> dict[str, int]:
    """Count the seeds by when their last hidden unit died; the dead stay dead, so two steps are watched."""
    run = trained(name)
    last = layer_deaths(deaths(run.experiment, run.seeds, 2))
    early = {"at the start": last.get(0, 0), "at step 1": last.get(1, 0), "at step 2": last.get(2, 0)}
    dead = int(dead_units(run.experiment, run.params)[0].all(-1).sum())
    return early | {"later": dead - sum(early.values()), "never": SEEDS - dead}


@fact(
    "Step size 0.1: {start: 83} of 300 seeds are dead at the start, {one: 95} more after step 1, {two: 119} "
    "after step 2, {later: 3} later, {never: 0} never. Of the units that die on the way, {early: 99 %} do in "
    "the first two steps."
)
def when() -> dict[str, float]:
    run, counts = trained("longer step"), last_deaths("longer step")
    died = deaths(run.experiment, run.seeds, 2)
    dead = dead_units(run.experiment, run.params)[0]
    early = float((died[dead] > 0).sum() / (died[dead] != 0).sum())
    return dict(zip(("start", "one", "two", "later", "never"), counts.values(), strict=True)) | {
        "early": early
    }


@fact(
    "Of 300 seeds {wrong: 300} say 15.5 to both rows with the posted derivative, and {right: 300} with the "
    "right one; at step size 0.1 {wrong_longer: 300} and {right_longer: 300}."
)
def the_bug() -> dict[str, int]:
    return _at_the_mean(
        wrong="posted derivative",
        right="as posted",
        wrong_longer="posted derivative, longer step",
        right_longer="longer step",
    )


@fact(
    "Step size 0.0003: {right: 33} of 300 seeds solve it with the right derivative, {wrong: 147} with the "
    "posted one."
)
def bug_at_short_steps() -> dict[str, int]:
    return _solved(right="step 0.0003", wrong="posted derivative, step 0.0003")


@fact(
    "Of the seeds that start with a living unit of positive output weight, the loss goes up at some step in "
    "{longer: 124 of 124} at step size 0.1, in {posted: 124 of 124} at 0.01, in {smaller: 2 of 124} at 0.001."
)
def uphill() -> dict[str, str]:
    names = {"longer": "longer step", "posted": "as posted", "smaller": "smaller step"}
    return {short: climbs(trained(name))["positive"] for short, name in names.items()}


@fact(
    "At step size 0.001, after 1 000 steps, {early: 75} of 300 solve it, {below: 25} to a loss below 0.001, "
    "and {early_dead: 142} are dead. After 5 000 steps {solved: 158} solve it: {positive: 124} that start "
    "with a living unit of positive output weight, {negative: 34} whose living units have negative ones. "
    "{lost: 59} of those die, and {dead: 83} start dead: {others: 0} are left."
)
def patience() -> dict[str, int]:
    short, run = trained("smaller step"), trained("smaller step, 5 000 steps")
    ends = fates(run)
    negative, lost = ends["only negative", "solved"], ends["only negative", "dead"]
    positive, dead = ends["positive", "solved"], ends["dead", "dead"]
    return {
        "early": short.rate().count,
        "below": int((short.losses[-1] < 0.001).sum()),
        "early_dead": short.rate("dead").count,
        "solved": run.rate().count,
        **{"positive": positive, "negative": negative, "lost": lost, "dead": dead},
        "others": SEEDS - positive - negative - lost - dead,
    }


@fact(
    "With the output weight {weight: -1} for the second unit, the perfect weights add up negative rows too."
)
def second_weight() -> float:
    """On the negative row of data B only the second unit is active."""
    row, target = DATA["B"].inputs[1], DATA["B"].targets[1, 0]
    return float(target / np.maximum(-row.sum(), 0))


@fact("From the perfect weights, 1 000 steps of size 0.1 change {changed: 0} of 10 first-layer weights.")
def stays() -> int:
    return int((_moved(train(perfect.but(step_size=0.1))) > 0).sum())


@fact(
    "A millionth beside the perfect weights, steps of 0.01 end with {answers: 15.50} for both rows, "
    "{apart: below 0.01} apart; some weight has moved by {moved: above 0.5}."
)
def perfect_start() -> dict[str, Any]:
    run = train(nudged(1e-6).but(step_size=0.01))
    answers = run.outputs.ravel()
    return {"answers": answers, "apart": float(np.ptp(answers)), "moved": float(_moved(run).max())}


@fact(
    "A thousandth beside them, steps of 0.001 and 0.0016 end with answers {short: 1.00} apart and weights "
    "{back: below 0.002} from the perfect ones; steps of 0.003, 0.01 and 0.1 with answers {long: 0.00} apart."
)
def after_a_nudge() -> dict[str, Any]:
    runs = {size: train(nudged(0.001).but(step_size=size)) for size in NUDGED}
    apart = [float(np.ptp(run.outputs)) for run in runs.values()]
    return {"short": apart[:2], "back": float(_moved(runs[0.001]).max()), "long": apart[2:]}


@fact("For a loss of 50 w^2, steps from {limit: 0.02} on run away from w = 0.")
def long_step() -> float:
    data = Dataset(np.array([[10]]), np.array([[0]]))
    parabola = Experiment(data, Network((1, 1), bias=False), "half summed squared error")
    return longest_step(parabola, parabola.network.init(0))


@fact(
    "The perfect weights hold steps up to {A: 0.00165} on data A, {B: 0.00309} on data B, {C: 0.000244} on "
    "data C, and {mean: 0.244} on data C with the mean. On data A all eigenvalues together are {total: 1212}"
    ", and the largest is {largest: 1211}."
)
def limits() -> dict[str, float]:
    params, mean = perfect.network.init(0), related["data C, mean, step 0.1"]
    tried = {name: perfect.but(dataset=data) for name, data in DATA.items()} | {"mean": mean}
    found = {name: longest_step(experiment, params) for name, experiment in tried.items()}
    return found | {"total": float(hessian(perfect, params).trace()), "largest": curvature(perfect, params)}


@fact(
    "x5 + 10 is a solution of data A (loss {loss: below 1e-20}) that holds steps up to {limit: 0.039}; a "
    "thousandth beside it, steps of 0.01 end at a loss {back: below 1e-06}."
)
def flat_solution() -> dict[str, float]:
    params, back = flat.network.init(0), train(nudged(0.001, flat)).losses[-1, 0]
    return {"loss": float(flat.loss_at(params)), "limit": longest_step(flat, params), "back": float(back)}


@fact(
    "At the {living: 217} living starts 2 / curvature is {least: 0.0004} to {most: 0.0085}: {hold: 0} hold "
    "0.01. With scaled inputs it is {scaled_least: 0.007} to {scaled_most: 0.046}: {scaled_hold: 215} of "
    "{scaled_living: 220} hold 0.01. It is a warning only: {sharp: 9} of the starts as posted do not hold "
    "0.001 either, and {solved: 5} of them solve it with 5 000 such steps."
)
def curved_starts() -> dict[str, float]:
    held, scaled_held = start_limits(as_posted), start_limits(repairs["scaled inputs"])
    found: dict[str, float] = {}
    for kind, limits in (("", held), ("scaled_", scaled_held)):
        found |= {f"{kind}living": len(limits), f"{kind}hold": int((limits > 0.01).sum())}
        found |= {f"{kind}least": float(limits.min()), f"{kind}most": float(limits.max())}
    solved = solves(trained("smaller step, 5 000 steps"))[starts(as_posted, range(SEEDS)) != "dead"]
    return found | {"sharp": int((held < 0.001).sum()), "solved": int(solved[held < 0.001].sum())}


@fact(
    "The solutions that are found hold steps up to {posted: 0.002} as posted and {scaled: 0.011} with scaled "
    "inputs, in the median."
)
def solutions() -> dict[str, float]:
    runs = {"posted": trained("smaller step, 5 000 steps"), "scaled": trained("scaled inputs")}
    limits = {short: longest_steps(run.experiment, run.params)[solves(run)] for short, run in runs.items()}
    return {short: float(np.median(found)) for short, found in limits.items()}


@fact(
    "Of the variance of 1 000 fresh sums, R2, the networks that solve data A explain {quarter: -0.58}, "
    "{half: 0.02} and {three_quarters: 0.28} (quartiles), and {best: 0.73} at best."
)
def fresh_sums() -> dict[str, float]:
    run = trained("smaller step, 5 000 steps")
    points = np.percentile(r_squared(run, DATA["C"])[solves(run)], (25, 50, 75, 100))
    return dict(zip(("quarter", "half", "three_quarters", "best"), points.tolist(), strict=True))


SEEN = {"negative": (0, 1), "both": (1, 1), "positive": (1, 0)}  # rows of data B on which a unit is active


@fact(
    "{solved: 293} of 300 seeds solve data B. A unit is active on the negative row only in {negative: 104}, "
    "on both in {both: 100}, on the positive only in {positive: 89}. {fifteen: 93} say 15 to [1 2 3 4 6]."
)
def data_b() -> dict[str, Any]:
    """And by the rows that are seen: the medians of c, the quartiles of the answer to the new input."""
    run = trained("data B")
    new, c = answers(run, [[1, 2, 3, 4, 6]])[:, 0, 0], arrays(run.params)[-1][:, 0, 0]
    seen = rows_seen(run.experiment, run.params)
    groups = {name: solves(run) & (seen == rows).all(axis=1) for name, rows in SEEN.items()}
    return {
        "solved": int(solves(run).sum()),
        "fifteen": int((np.abs(new[solves(run)] - 15) < 0.005).sum()),
        "c": {name: float(np.median(c[group])) for name, group in groups.items()},
        "said": {name: np.percentile(new[group], (25, 50, 75)) for name, group in groups.items()},
    } | {name: int(group.sum()) for name, group in groups.items()}


@fact(
    "Data C, summed loss: at step size 0.001 {lost: 40} of 40 seeds diverge or die, at 0.0001 {fit: 40} "
    "explain over 90 % of the variance and {sum: 15} find the perfect weights. Steps of 0.1 on the mean end "
    "with the same answers, {apart: below 1e-06} apart."
)
def data_c() -> dict[str, float]:
    long, short = (trained(f"data C, summed, step {size}", SEEDS_C) for size in ("0.001", "0.0001"))
    mean = trained("data C, mean, step 0.1", SEEDS_C)
    return {
        "lost": long.rate("diverged").count + long.rate("dead").count,
        "fit": int((r_squared(short) > 0.9).sum()),
        "sum": int(finds_the_sum(short).sum()),
        "apart": float(np.abs(short.outputs - mean.outputs).max()),
    }


@fact("Step size 0.0002 on the sum of 1 000 rows is step size {step: 0.2} on their mean.")
def rows_and_steps() -> float:
    mean, params = related["data C, mean, step 0.1"], as_posted.network.init(0)
    return 0.0002 * longest_step(mean, params) / longest_step(on_c, params)


@fact(
    "One change, step size 0.01, of 300 seeds: positive initial bias {bias: 0}, 20 hidden units {units: 0}, "
    "leaky ReLU {leaky: 66} (and {diverged: 208} diverge), mean loss {mean: 0}, scaled inputs {scaled: 155}; "
    "scaled inputs with 20 units {together: 279}."
)
def which_repair() -> dict[str, Any]:
    solved = _solved(**{name: name for name in SINGLE})
    return {
        "solved": solved,
        "diverged": trained("leaky ReLU").rate("diverged").count,
        "together": trained("scaled inputs, 20 units").rate().count,
    } | dict(zip(SHORT, solved.values(), strict=True))


@fact(
    "The same changes with steps of 0.001: positive initial bias {bias: 95}, 20 hidden units {units: 269}, "
    "leaky ReLU {leaky: 135}, mean loss {mean: 61}, scaled inputs {scaled: 64}."
)
def repairs_at_short_steps() -> dict[str, int]:
    return _solved(**{short: f"{name}, step 0.001" for short, name in zip(SHORT, SINGLE, strict=True)})


GIVEN = r"""
"""
case = Case(
    name="sum-of-inputs",
    question="A ReLU network should add its inputs up, and answers 15.5 to everything.",
    source="a question on a question-and-answer site (title not known to us), unanswered",
    chapter="dead_relu",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    findings=fact,
    given=GIVEN,
    seeds=SEEDS,
)
