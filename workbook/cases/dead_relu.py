"""A ReLU network that should add its inputs up, and answers 15.5 to everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.cases.sum_of_inputs import (
    AS_POSTED,
    DATA,
    MENDED,
    NUDGED,
    OPTIMIZERS,
    SINGLE,
    as_posted,
    flat,
    on_c,
    perfect,
    related,
    repairs,
)
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import Layer, arrays
from workbook.measures.answers import answers, r_squared, says_to_all
from workbook.measures.curvature import curvature, hessian, longest_step, nudged
from workbook.measures.unit_life import dead_after, fates, last_deaths, rows_seen, starts
from workbook.measures.unit_life import uphill as climbs
from workbook.network import Network
from workbook.outcomes import dead_units, outcomes
from workbook.questions import QUESTIONS
from workbook.training import Run, train

SEEDS = 300
SEEDS_C = 40  # a thousand rows make a seed five hundred times as dear
MEAN = float(DATA["A"].targets.mean())
SHORT = ("bias", "units", "leaky", "mean", "scaled")  # the same ones, as findings name them
KINDS = {"positive": "positive", "only negative": "negative"}  # living starts, and how findings name them
XOR: dict[str, dict[str, Any]] = {  # changes of the question xor-relu
    "steps a tenth as long": {"step_size": 0.05},
    "twice as many steps": {"steps": 20_000},
    "a leaky ReLU": {"hidden": "leaky relu"},
    "eight hidden units": {"sizes": (2, 8, 1)},
}
fact = Findings("dead_relu")


def runs(names: Mapping[str, str]) -> dict[str, Run]:
    """Return the runs of experiments on SEEDS seeds. names: what a table calls each -> its name."""
    return {label: trained(name) for label, name in names.items()}


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


def came_back(run: Run) -> int:
    """Return how many units that are dead after 10 or 100 steps are not at the end of the run."""
    early = [dead_after(run.experiment, run.seeds, steps) for steps in (10, 100)]
    return int((np.any(early, axis=0) & ~dead_units(run.experiment, run.params)[0]).sum())


def _moved(run: Run) -> np.ndarray:
    """How far each first-layer weight is from the perfect one."""
    return np.abs(run.params[0].W - perfect.network.init([0])[0].W)


def _solved(**names: str) -> dict[str, int]:
    return {short: trained(name).rate().count for short, name in names.items()}


def _at_the_mean(**names: str) -> dict[str, int]:
    """How many seeds say the mean of the targets to both rows."""
    return {short: int(says_to_all(trained(name), MEAN).sum()) for short, name in names.items()}


@fact(
    "As posted, of 300 seeds {longer: 300} say 15.5 to both rows at step size 0.1, {posted: 300} at 0.01, "
    "and {smaller: 0} at 0.001."
)
def settles() -> dict[str, int]:
    longer, posted, smaller = AS_POSTED.values()
    return _at_the_mean(longer=longer, posted=posted, smaller=smaller)


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
    "Step size 0.1. Of the {first: 135} units that the first step kills {below: 133} have a negative output "
    "weight, {share_below: 99 %}; of the {second: 143} that the second step kills {above: 141} have a "
    "positive one, {share_above: 99 %}."
)
def dies_first() -> dict[str, float]:
    experiment, seeds = related["longer step"], range(SEEDS)
    start, one, two = (dead_after(experiment, seeds, steps) for steps in range(3))
    negative = experiment.network.init(seeds)[1].W[..., 0] < 0
    first, second = negative[one & ~start], ~negative[two & ~one]
    counts = {"first": len(first), "below": int(first.sum()), "share_below": float(first.mean())}
    later = {"second": len(second), "above": int(second.sum()), "share_above": float(second.mean())}
    return counts | later


@fact("On data A {A: 83} of 300 seeds start with both units dead, on data C {C: 0} of 50 with any.")
def born_dead() -> dict[str, int]:
    on_a, on_c_too = dead_after(as_posted, range(SEEDS), 0), dead_after(on_c, range(50), 0)
    return {"A": int(on_a.all(-1).sum()), "C": int(on_c_too.any(-1).sum())}


@fact(
    "Of 300 seeds {wrong: 300} say 15.5 to both rows with the posted derivative, and {right: 300} with "
    "the right one; at step size 0.1 {wrong_longer: 300} and {right_longer: 300}."
)
def the_bug() -> dict[str, int]:
    wrong_longer, wrong, _ = AS_POSTED.values()
    right_longer, right, _ = MENDED.values()
    return _at_the_mean(wrong=wrong, right=right, wrong_longer=wrong_longer, right_longer=right_longer)


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
    "After 5 000 steps of 0.001 {solved: 158} of 300 solve it: {positive: 124} of {all_positive: 124} that "
    "start with a living unit of positive output weight, {negative: 34} of {all_negative: 93} whose living "
    "units have negative ones. {lost: 59} of them die, and {dead: 83} start dead: {others: 0} are left."
)
def patience() -> dict[str, float]:
    run = trained("smaller step, 5 000 steps")
    ends, kinds = fates(run), starts(as_posted, range(SEEDS))
    counts = {
        "positive": ends["positive", "solved"],
        "negative": ends["only negative", "solved"],
        "lost": ends["only negative", "dead"],
        "dead": ends["dead", "dead"],
    }
    begun = {f"all_{kind}": int((kinds == name).sum()) for name, kind in KINDS.items()}
    shares = {f"share_{kind}": counts[kind] / begun[f"all_{kind}"] for kind in KINDS.values()}
    others = SEEDS - sum(counts.values())
    return counts | begun | shares | {"solved": run.rate().count, "others": others}


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
    "x5 + 10 is a solution of data A (loss {loss: below 1e-20}). It holds steps up to {limit: 0.039}: "
    "from a thousandth beside it, steps of 0.01 end at a loss {back: below 1e-6}."
)
def flat_solution() -> dict[str, float]:
    params, back = flat.network.init(0), train(nudged(flat, 0.001)).losses[-1, 0]
    return {"loss": float(flat.loss_at(params)), "limit": longest_step(flat, params), "back": float(back)}


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


@fact(
    "1 000 steps, dead of 300: plain descent {plain: 300} with steps of 0.01, {plain_short: 142} with 0.001; "
    "momentum 0.9 {momentum: 158} with 0.001, {momentum_short: 146} with 0.0001; Adam {adam_long: 164} with "
    "0.1, {adam: 160} with 0.01. The {start: 83} that start dead are among them every time, and {back: 0} "
    "dead units come back."
)
def optimizers() -> dict[str, int]:
    names = ("plain", "momentum", "plain_short", "momentum_short", "adam_long", "adam")
    dead = dict(zip(names, (run.rate("dead").count for run in runs(OPTIMIZERS).values()), strict=True))
    found = [came_back(trained(name)) for name in OPTIMIZERS.values()]
    start = int(dead_after(as_posted, range(SEEDS), 0).all(-1).sum())
    return dead | {"start": start, "back": sum(found)}


@fact(
    "With biases that start at 0, {start: 76} of 300 seeds start dead instead of {drawn: 83}; with steps of "
    "0.01 {dead: 300} die."
)
def zero_biases() -> dict[str, int]:
    run = trained("zero initial bias")
    found = {"start": run.experiment, "drawn": as_posted}
    born = {name: int(dead_after(one, range(SEEDS), 0).all(-1).sum()) for name, one in found.items()}
    return born | {"dead": run.rate("dead").count}


@fact(
    "XOR with two ReLUs: {posted: 19} of 100 solve it, {stuck: 24} stop at a loss of {loss: 0.693}, where "
    "they answer {answer: 0.50} to all rows. Solved with steps a tenth as long {shorter: 19}, with twice as "
    "many {longer: 19}, with a leaky ReLU {leaky: 45}, with eight units {units: 92}."
)
def xor_repair() -> dict[str, Any]:
    posted = QUESTIONS["xor-relu"].as_posted
    tried = {
        name: train(posted.but(record_every=1000, **changes), range(100)) for name, changes in XOR.items()
    }
    run = train(posted.but(record_every=1000), range(100))
    stuck = np.abs(run.losses[-1] - np.log(2)) < 0.001
    solved = {name: other.rate().count for name, other in tried.items()}
    return {
        "posted": run.rate().count,
        "stuck": int(stuck.sum()),
        "loss": run.losses[-1][stuck],
        "answer": posted.loss.says(run.outputs[stuck]),
        "solved": solved,
    } | dict(zip(("shorter", "longer", "leaky", "units"), solved.values(), strict=True))


GIVEN = r"""
    1 2 3 4 5 with the target 15 and 1 2 3 4 6 with the target 16  hidden units said 0  about 45 minutes
    \sqrt{2 / \text{number of inputs}}  v_1 \max(z_1, 0) + v_2 \max(z_2, 0)  we take 0.01.
    a 95 % interval  Why 15.5?  their gradient is 0, exactly  has gradient 0 too
    L(c) = \sum_{i=1}^n (c - t_i)^2, \qquad \frac{dL}{dc} = 2 \sum_{i=1}^n (c - t_i)  = 2n\,(c - \bar t)
    This is 0 for $c = \bar t$  $(15 + 16)/2 = 15.5$  by $1 - 2ns$: with $s = 0.001$
    which is 1 while the unit is active, else 0
    At 0.001 that is the difference between 75  At 0.0003, where
    is $2 e v \mathbf x$ and that of $b$ is $2ev$  \Delta z = -2 s\, e\, v\, \bigl(|\mathbf x|^2 + 1\bigr)
    $e \approx -15$  $|\mathbf x|^2 + 1 = 56$. With $s = 0.1$ that makes $\Delta z \approx 168\, v$
    far past 15  **$v < 0$**  **$v > 0$**  Seed 3 starts  output weight above 0  climbs through 0 first
    a little at random, 1 000 times  all weights $+1$, the other all $-1$  $\max(S, 0)$ and $\max(-S, 0)$
    a single weight, $+1$  is [1, -1]  our first row, and 1 2 3 4 6 with  and then 1 2 3 4 6
    itself answered with 15  from N(0, 1)  biases start at 1  below 0 it says $0.1\,z$
    instead of 0  by the largest, 6  (section 4)  At 0.01 they only  a factor of 1 000
    $|\mathbf x|^2 + 1$ falls from 56 to $55/36 + 1 = 2.5$  out of a gradient of 0  \sqrt{2/n}
    in $|\mathbf x|^2 + 1 = 56$ the bias is the 1  59 walk into it  reason for 15.5
    the target 1 where they differ, else 0  10 000 steps of 0.5  which is $\ln 2$
"""
case = Case(
    name="sum-of-inputs",
    question="A ReLU network should add its inputs up, and answers 15.5 to everything.",
    source="a question on a question-and-answer site",
    chapter="dead_relu",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    findings=fact,
    verdict=(
        "Nobody answered. There is a bug, and it is not the cause: of 300 seeds 300 say 15.5 with it, "
        "and 300 without. The steps are too long."
    ),
    given=GIVEN,
    seeds=SEEDS,
)
