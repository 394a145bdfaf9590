"""A ReLU network that should add its inputs up, and answers 15.5 to everything."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.layers import Layer, arrays
from workbook.measures.answers import answers, r_squared, says_to_all
from workbook.measures.curvature import curvature, hessian, longest_step, longest_steps, nudged
from workbook.measures.unit_life import dead_after, fates, last_deaths, rows_seen, starts
from workbook.measures.unit_life import uphill as climbs
from workbook.network import Network
from workbook.outcomes import dead_units, outcomes
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
MEAN = float(DATA["A"].targets.mean())
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
SHORT = ("bias", "units", "leaky", "mean", "scaled")  # the same ones, as findings name them
NUDGED = (0.001, 0.0016, 0.003, 0.01, 0.1)  # step sizes that are tried beside the perfect weights
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


def finds_the_sum(run: Run) -> np.ndarray:
    """Whether each seed has the perfect weights, (n_seeds,): the products of a unit's weights are 1."""
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
    "Of 300 seeds {longer: 300} say 15.5 to both rows at step size 0.1, {posted: 300} at 0.01, and "
    "{smaller: 0} at 0.001."
)
def settles() -> dict[str, int]:
    return _at_the_mean(longer="longer step", posted="as posted", smaller="smaller step")


@fact("A dead network whose targets have the mean 5 ends at {answer: 5.0} for all of them.")
def dead_answer() -> float:
    network = Network((1, 2, 1), "relu", initializer="zeros", bias_initializer="constant(-1)")
    data = Dataset(np.arange(4).reshape(4, 1), np.array([[3], [5], [10], [2]]))
    return float(train(Experiment(data, network)).outputs.max())


@fact(
    "Step size 0.1: {start: 83} seeds are dead at the start, {one: 95} more after step 1, {two: 119} "
    "after step 2, {later: 3} later, {never: 0} never. Of the units that die on the way, {early: 99 %} "
    "do in the first two steps. The first step of seed 1 kills unit {killed_first: 2}; the second kills "
    "unit {killed_second: 1}."
)
def when() -> dict[str, Any]:
    run = trained("longer step")
    start, one, two = (dead_after(run.experiment, run.seeds, steps) for steps in range(3))
    end = dead_units(run.experiment, run.params)[0]
    counts = zip(("start", "one", "two", "later", "never"), last_deaths(run).values(), strict=True)
    return dict(counts) | {
        "early": float((two & ~start).sum() / (end & ~start).sum()),
        "killed_first": np.flatnonzero((one & ~start)[1]) + 1,
        "killed_second": np.flatnonzero((two & ~one)[1]) + 1,
    }


@fact(
    "Of 300 seeds {wrong: 300} say 15.5 to both rows with the posted derivative, and {right: 300} with "
    "the right one; at step size 0.1 {wrong_longer: 300} and {right_longer: 300}."
)
def the_bug() -> dict[str, int]:
    return _at_the_mean(
        wrong="posted derivative",
        right="as posted",
        wrong_longer="posted derivative, longer step",
        right_longer="longer step",
    )


@fact(
    "Step size 0.0003: {right: 33} of 300 solve it with the right derivative, {wrong: 147} with the "
    "posted one. Where z is above 0 at the start, it is mostly above 1: {share: 86 %} of the time."
)
def bug_at_short_steps() -> dict[str, float]:
    _, trace = as_posted.network.forward(as_posted.network.init(range(SEEDS)), DATA["A"].inputs)
    share = float((trace[0].z[trace[0].z > 0] > 1).mean())
    return _solved(right="step 0.0003", wrong="posted derivative, step 0.0003") | {"share": share}


@fact(
    "Of the seeds that start with a living unit of positive output weight, the loss goes up at some "
    "step in {longer: 124 of 124} at step size 0.1, in {posted: 124 of 124} at 0.01, in "
    "{smaller: 2 of 124} at 0.001."
)
def uphill() -> dict[str, str]:
    names = {"longer": "longer step", "posted": "as posted", "smaller": "smaller step"}
    return {short: climbs(trained(name))["positive"] for short, name in names.items()}


@fact(
    "After 1 000 steps of 0.001 {early: 75} of 300 solve it, {early_dead: 142} are dead, {below: 25} "
    "have a loss below 0.001. After 5 000 steps {solved: 158} solve it: {positive: 124} that start with "
    "a living unit of positive output weight, {negative: 34} whose living units have negative ones. "
    "{lost: 59} of them die, and {dead: 83} start dead: {others: 0} are left."
)
def patience() -> dict[str, int]:
    short, run = trained("smaller step"), trained("smaller step, 5 000 steps")
    ends, below = fates(run), int((short.losses[-1] < 0.001).sum())
    counts = {
        "positive": ends["positive", "solved"],
        "negative": ends["only negative", "solved"],
        "lost": ends["only negative", "dead"],
        "dead": ends["dead", "dead"],
    }
    early = {"early": short.rate().count, "early_dead": short.rate("dead").count, "below": below}
    return counts | early | {"solved": run.rate().count, "others": SEEDS - sum(counts.values())}


@fact("With {weight: -1} for the second unit the perfect weights add up negative rows too.")
def second_weight() -> float:
    """On the negative row of data B only the second unit is active."""
    row, target = DATA["B"].inputs[1], DATA["B"].targets[1, 0]
    return float(target / np.maximum(-row.sum(), 0))


@fact("With +1 for both units the network is wrong by {A: 0} on data A, and by {B: 32} on data B.")
def absolute() -> dict[str, float]:
    params = [perfect.network.init(0)[0], Layer(np.array([[1.0], [1.0]]), np.zeros((1, 1)))]
    said = {name: perfect.but(dataset=DATA[name]).outputs(params) for name in "AB"}
    return {name: float(np.abs(outputs - DATA[name].targets).max()) for name, outputs in said.items()}


@fact(
    "A millionth beside the perfect weights, steps of 0.01 end with {answers: 15.50} for both rows, "
    "{apart: below 0.01} apart; some weight has moved by {moved: above 0.5}."
)
def perfect_start() -> dict[str, Any]:
    run = train(nudged(perfect, 1e-6).but(step_size=0.01))
    answers = run.outputs.ravel()
    return {"answers": answers, "apart": float(np.ptp(answers)), "moved": float(_moved(run).max())}


@fact(
    "1 000 steps of 0.1 change {changed: 0} of the 10 perfect weights. From a thousandth beside them, "
    "steps of 0.001 and 0.0016 end with answers {short: 1.00} apart and weights {back: below 0.002} "
    "from the perfect ones; steps of 0.003, 0.01 and 0.1 with answers {long: 0.00} apart."
)
def after_a_nudge() -> dict[str, Any]:
    runs = {size: train(nudged(perfect, 0.001).but(step_size=size)) for size in NUDGED}
    apart, stay = [float(np.ptp(run.outputs)) for run in runs.values()], train(perfect.but(step_size=0.1))
    changed, back = int((_moved(stay) > 0).sum()), float(_moved(runs[0.001]).max())
    return {"changed": changed, "short": apart[:2], "back": back, "long": apart[2:]}


@fact("From the minimum of 50 w^2 gradient descent runs away at {limit: 0.02}.")
def long_step() -> float:
    data = Dataset(np.array([[10]]), np.array([[0]]))
    parabola = Experiment(data, Network((1, 1), bias=False), "half summed squared error")
    return longest_step(parabola, parabola.network.init(0))


@fact(
    "The perfect weights hold steps up to {A: 0.00165} on data A, {B: 0.00309} on data B, {C: 0.000244} "
    "on data C and, with the mean, {mean: 0.244}. On data A the sum of all eigenvalues is "
    "{total: 1212}, the largest is {largest: 1211}."
)
def limits() -> dict[str, float]:
    params, mean = perfect.network.init(0), related["data C, mean, step 0.1"]
    tried = {name: perfect.but(dataset=data) for name, data in DATA.items()} | {"mean": mean}
    found = {name: longest_step(experiment, params) for name, experiment in tried.items()}
    return found | {"total": float(hessian(perfect, params).trace()), "largest": curvature(perfect, params)}


@fact(
    "x5 + 10 is a solution of data A (loss {loss: below 1e-20}) that holds steps up to {limit: 0.039}; "
    "a thousandth beside it, steps of 0.01 end at a loss {back: below 1e-6}."
)
def flat_solution() -> dict[str, float]:
    params, back = flat.network.init(0), train(nudged(flat, 0.001)).losses[-1, 0]
    return {"loss": float(flat.loss_at(params)), "limit": longest_step(flat, params), "back": float(back)}


def _limits_at_starts(experiment: Experiment) -> dict[str, float]:
    found = start_limits(experiment)
    ends = {"least": float(found.min()), "most": float(found.max())}
    return {"living": len(found), "hold": int((found > 0.01).sum())} | ends


@fact(
    "At the {living: 217} living starts 2 / curvature is {least: 0.0004} to {most: 0.0085}: {hold: 0} "
    "hold 0.01. But {sharp: 9} do not hold 0.001 either, and {solved: 5} of these solve it with 5 000 "
    "such steps."
)
def curved_starts() -> dict[str, float]:
    sharp, run = start_limits(as_posted) < 0.001, trained("smaller step, 5 000 steps")
    solved = solves(run)[starts(as_posted, range(SEEDS)) != "dead"]
    return _limits_at_starts(as_posted) | {"sharp": int(sharp.sum()), "solved": int(solved[sharp].sum())}


@fact(
    "With scaled inputs 2 / curvature is {least: 0.007} to {most: 0.046} at the living starts: "
    "{hold: 215} of {living: 220} hold 0.01. At the solutions that are found it is {scaled: 0.011} in "
    "the median, and {posted: 0.002} as posted."
)
def scaled_inputs() -> dict[str, float]:
    runs = {"posted": trained("smaller step, 5 000 steps"), "scaled": trained("scaled inputs")}
    held = {short: longest_steps(run.experiment, run.params)[solves(run)] for short, run in runs.items()}
    medians = {short: float(np.median(limits)) for short, limits in held.items()}
    return _limits_at_starts(repairs["scaled inputs"]) | medians


@fact(
    "On 1 000 fresh sums the R2 (the share of the variance explained) of the networks that solve data A "
    "has the quartiles {quarter: -0.58}, {half: 0.02} and {three_quarters: 0.28}; the best has "
    "{best: 0.73}."
)
def fresh_sums() -> dict[str, float]:
    run = trained("smaller step, 5 000 steps")
    points = np.percentile(r_squared(run, DATA["C"])[solves(run)], (25, 50, 75, 100))
    return dict(zip(("quarter", "half", "three_quarters", "best"), points.tolist(), strict=True))


SEEN = {"negative": (0, 1), "both": (1, 1), "positive": (1, 0)}  # rows of data B on which a unit is active


@fact(
    "{solved: 293} of 300 seeds solve data B. A unit is active on the negative row only in "
    "{negative: 104}, on both in {both: 100}, on the positive only in {positive: 89}. {fifteen: 93} say "
    "15 to the new row."
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
    "Data C, summed loss. At step size 0.001 {lost: 40} of 40 seeds diverge or die; seed {dead: 0} ends "
    "dead. At 0.0001 {fit: 40} of 40 have an R2 above 0.9: they explain at least 90 % of the variance. And "
    "{sum: 15} of 40 find the perfect weights, up to scale."
)
def data_c() -> dict[str, Any]:
    long, short = (trained(f"data C, summed, step {size}", SEEDS_C) for size in ("0.001", "0.0001"))
    ends = outcomes(long.experiment, long.params)
    return {
        "lost": int(np.isin(ends, ("diverged", "dead")).sum()),
        "dead": np.flatnonzero(ends == "dead"),
        "fit": int((r_squared(short) > 0.9).sum()),
        "sum": int(finds_the_sum(short).sum()),
    }


@fact("On data C steps of 0.1 on the mean and of 0.0001 on the sum end {apart: below 1e-6} apart.")
def sum_and_mean() -> float:
    names = ("data C, mean, step 0.1", "data C, summed, step 0.0001")
    mean, summed = (trained(name, SEEDS_C).outputs for name in names)
    return float(np.abs(mean - summed).max())


@fact("For the training that 0.0002 gives, summed, the averaged loss wants {step: 0.2}.")
def rows_and_steps() -> float:
    mean, params = related["data C, mean, step 0.1"], as_posted.network.init(0)
    return 0.0002 * longest_step(mean, params) / longest_step(on_c, params)


@fact(
    "One change, step size 0.01, of 300 seeds: positive initial bias {bias: 0}, 20 hidden units "
    "{units: 0}, leaky ReLU {leaky: 66} (and {diverged: 208} diverge), mean loss {mean: 0}, scaled "
    "inputs {scaled: 155}; scaled inputs with 20 units {together: 279}."
)
def which_repair() -> dict[str, Any]:
    solved = _solved(**{name: name for name in SINGLE})
    return {
        "solved": solved,
        "diverged": trained("leaky ReLU").rate("diverged").count,
        "together": trained("scaled inputs, 20 units").rate().count,
    } | dict(zip(SHORT, solved.values(), strict=True))


GIVEN = r"""
    1 2 3 4 5 with the target 15 and 1 2 3 4 6 with the target 16  hidden units said 0  about 60 minutes
    \sqrt{2 / \text{number of inputs}}  v_1 \max(z_1, 0) + v_2 \max(z_2, 0)  we take 0.01 and
    The 15.5 is no accident  At 0.001 some  a 95 % interval  Why 15.5?  weights and bias is 0, exactly
    has gradient 0 too  L(c) = \sum_{i=1}^n (c - t_i)^2, \qquad \frac{dL}{dc} = 2 \sum_{i=1}^n (c - t_i)
    = 2n\,(c - \bar t)  This is 0 for $c = \bar t$  $(15 + 16)/2 = 15.5$  factor $1 - 2ns$  That was seed 7
    both units are 0, and only  $0.6^2 = 0.36$ times  is $2 e v \mathbf x$ and that of $b$ is $2ev$
    \Delta z = -2 s\, e\, v\, \bigl(|\mathbf x|^2 + 1\bigr)  $e \approx -15$  $|\mathbf x|^2 + 1 = 56$
    With $s = 0.1$ that makes $\Delta z \approx 2 \cdot 0.1 \cdot 15 \cdot 56\, v = 168\, v$  far past 15
    **$v < 0$**  **$v > 0$**  mean 0 and variances proportional to 56 and
    67, and correlation $\rho = 61/\sqrt{56 \cdot 67}$  $\tfrac14 + \arcsin(\rho)/2\pi$  from N(0, 1)
    $\max(z, 0)$  belongs: 1 where $z > 0$ and 0 elsewhere  networks of section 1 had  not the cause of 15.5
    At 0.001 that is  At 0.0003, where  1 000 times, and look  output weight above 0  grows through 0 first
    Your turn, with 5 000 steps of 0.001. Seed 3 starts  all weights $+1$, the other all $-1$
    $\max(S, 0)$ and $\max(-S, 0)$  a single weight, $+1$  is [1, -1]  With $+1$ for both
    (1 - s\lambda)\, d$ of it. If $s \lambda > 2$  s < \frac{2}{\lambda}  error is 0, row
    curvature $2\,|\mathbf g_i|^2$  $|\mathbf g_i|^2$ is $|\mathbf x|^2 + 1$  $z^2 + 1$
    $2\,(56 + 226 + 67 + 257)$  15 parameters  target is -16  1 2 3 4 6 answered with 15  The 15 is
    would be $61/56$ times  $c + (15 - c) \cdot 61/56$  factor is $1 - 2ns = -1$  **Data C**: 1 000 rows
    On 1 000 rows it was  after 500 steps  better than 15.5  biases start at 1
    below 0 it says $0.1\,z$ instead of 0, with derivative 0.1  by the largest, 6  (section 5)
    At 0.01 that only  with all 20 dead. At 0.01 all 20 are  single change at 0.01
    from 56 to $55/36 + 1 = 2.5$  share $|\mathbf x|^2 + 1$ falls  reason for 15.5  Units dead at step 0
    worked with 10 rows and breaks with 1 000  $s < 2/\lambda$ at
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
