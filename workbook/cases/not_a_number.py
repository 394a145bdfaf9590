"""LeNet-5 learns digits with sigmoids, and with ReLUs its numbers become NaN."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.cases.lenet import (
    CHANGES,
    CLIPPING,
    EARLY,
    LEARN,
    PAIRS,
    SEEDS,
    SHORT,
    SOFTMAX,
    STABLE,
    START,
    STEPS,
    as_posted,
    broken,
    changed,
    early,
    moderate,
    on_mnist,
    outcome,
    right_on_the_last,
    sibling,
)
from workbook.data import mnist
from workbook.data.digits import dataset
from workbook.experiment import Experiment
from workbook.faults import FAULTS
from workbook.measures.births import LOSS, births
from workbook.measures.scale import z_scales
from workbook.network import Network
from workbook.parts import PRECISIONS
from workbook.questions.losses import COLUMNS, P_MINUS_T
from workbook.training import train

WEIGHTED, EXPONENTIAL, DIVISION, STEP = (
    "a weighted sum, in some ReLU layer",
    "the exponential in the softmax",
    "the division in the softmax",
    "the step, of some weight",
)
OPERATIONS = {"matmul": WEIGHTED, "exp": EXPONENTIAL, "divide": DIVISION, "add": STEP, "multiply": STEP}
DEAD = "most stay finite, and no gradient passes any more"
LATER = "most become NaN all the same, some examples later"
SIGMOID, RELU = "sigmoids", "ReLUs"
LARGE, FITTING = "N(0, 1), steps of 0.3", "He, steps of 0.03"
CROSSED = {  # of the sibling: either activation with either start and step
    f"{activation}: {recipe}": one.but(hidden=hidden)
    for activation, hidden in ((SIGMOID, "sigmoid"), (RELU, "relu"))
    for recipe, one in ((LARGE, sibling), (FITTING, changed(sibling, START, STEPS)))
}
TAKEN, PATIENT = (0.03, 0.1, 0.2), 1200  # steps with a moderate start; pictures, for all four repairs
LOOKED_AT = (10, 100, 1000)  # pictures
GRID = {name: changed(sibling, name) for name in CHANGES} | {
    f"{one}, {other}": changed(sibling, one, other) for one, other in PAIRS
}
ALL_FOUR = "all four"
NONE = "none of them alone"
repairs = {f"{START}, {STEPS}": changed(as_posted, START, STEPS)}
related = (
    {name: changed(as_posted, name) for name in CHANGES}
    | {"double precision": as_posted.but(precision="double"), "sigmoid": as_posted.but(hidden="sigmoid")}
    | {f"{SOFTMAX}, {START}": changed(as_posted, SOFTMAX, START)}
    | {"sibling": sibling, "moderate": moderate}
    | {f"sibling, {name}": experiment for name, experiment in CROSSED.items()}
    | {f"sibling, {name}": experiment for name, experiment in GRID.items()}
    | {f"sibling, {ALL_FOUR}": changed(sibling, *CHANGES)}
)
fact = Findings("not_a_number")


@fact(
    "As posted, {broken: 40} of 40 seeds are NaN after two pictures: {first: 30 to 38} after the first, the "
    "others after the second. In {exp: 40} the first inf is made by the exponential in the "
    "softmax."
)
def first_operation() -> dict[str, object]:
    found = early(as_posted).births
    steps = Counter(made.step for made in found.values())
    made_by = dict.fromkeys(OPERATIONS.values(), 0) | Counter(OPERATIONS[b.operation] for b in found.values())
    exp = sum(made.way == LOSS and made.operation == "exp" for made in found.values())
    return {"broken": len(found), "first": steps[1], "exp": exp, "made_by": made_by}


@fact(
    "e^z is too large for a number of single precision above z = {single: 88.7}, of double precision "
    "above z = {double: 709.8}. The largest numbers are {largest_single: 3.4e38} and "
    "{largest_double: 1.8e308}."
)
def limits() -> dict[str, float]:
    exponents = {name: PRECISIONS[name].largest_exponent for name in PRECISIONS}
    return exponents | {f"largest_{name}": PRECISIONS[name].largest for name in PRECISIONS}


@fact("In half precision, whose largest number is 65504, e^z is inf above z = {it: 11.09}.")
def half_exponent() -> float:
    return float(np.log(float(np.finfo(np.float16).max)))


@fact(
    "With weights of standard deviation 0.5 the weighted sums grow from layer to layer, "
    "{factors: 1.5 to 5} times; with the start scaled, {scaled: 0.9 to 1.3} times."
)
def growth() -> dict[str, object]:
    """The root mean squares too, of the median seed, (5 layers,)."""
    sizes = {
        name: np.median(z_scales(one, one.network.init(range(10))), axis=1)
        for name, one in {"posted": as_posted, "he": changed(as_posted, START)}.items()
    }
    factors = {name: size[1:] / size[:-1] for name, size in sizes.items()}
    return {"factors": factors["posted"], "scaled": factors["he"], "sizes": sizes}


RULES = {"inf - inf": np.subtract, "inf / inf": np.divide, "0 · inf": np.multiply, "1 / inf": np.divide}


@fact("Of inf - inf, inf / inf, 0 · inf and 1 / inf, {numbers: 1} is a number.")
def rules() -> dict[str, object]:
    left = {"0 · inf": 0.0, "1 / inf": 1.0}
    with np.errstate(invalid="ignore"):
        values = {name: float(make(left.get(name, np.inf), np.inf)) for name, make in RULES.items()}
    is_number = {name: float(not np.isnan(value)) for name, value in values.items()}
    return {"numbers": sum(is_number.values()), "is_number": is_number}


@fact(
    "With the largest z subtracted first, {learn: 0} of 40 learn. After 15 pictures {dead: 18 to 30} are "
    "dead and {broken: 8 to 20} are NaN all the same; with the start scaled as well "
    "{scaled_dead: 12 to 28} are dead, and {scaled_broken: 0} NaN."
)
def stable() -> dict[str, object]:
    one, two = early(changed(as_posted, SOFTMAX)), early(changed(as_posted, SOFTMAX, START))
    learn = outcome(GRID[SOFTMAX])["learns"].count
    return {
        "learn": learn,
        "dead": one.dead,
        "broken": len(one.births),
        "became": {"they learn": learn, DEAD: one.dead, LATER: len(one.births)},
        "scaled_dead": two.dead,
        "scaled_broken": len(two.births),
    }


@fact(
    "Those that become NaN with a stable softmax do so after {first: 3 to 6} pictures or more, and the "
    "first inf is made by a matrix product, forward or back: in {matmul: 100 %} of them."
)
def later_births() -> dict[str, float]:
    found = early(changed(as_posted, SOFTMAX)).births.values()
    sums = [made.operation == "matmul" for made in found]
    return {"first": min(made.step for made in found), "matmul": float(np.mean(sums))}


@fact(
    "In double precision {broken: 40} of 40 seeds become NaN as well, {second: above 30} at the second "
    "picture; that is {later: 1} later in the median. The largest z is then {z: above 1e6} in the median."
)
def double() -> dict[str, float]:
    found = {name: early(as_posted.but(precision=name)).births.values() for name in PRECISIONS}
    steps = {name: [made.step for made in made_by] for name, made_by in found.items()}
    return {
        "broken": len(steps["double"]),
        "second": steps["double"].count(2),
        "later": float(np.median(steps["double"]) - np.median(steps["single"])),
        "z": float(np.median([made.taken.greatest for made in found["double"]])),
    }


@fact(
    "A probability is rounded to 0 in single precision where z is {below: 104} or more below the largest. "
    "A stable softmax, and then the logarithm of what it gives: {broken: 40} of 40 seeds are NaN after "
    "the first picture, at a division by that 0."
)
def log_of_zero() -> dict[str, object]:
    """The limit: half of the smallest number that is not 0, for what is below that is rounded to 0."""
    naive_log = FAULTS["naive log"].plant(changed(as_posted, SOFTMAX))
    found = births(naive_log, range(SEEDS), 1).values()
    half = float(np.finfo(np.float32).smallest_subnormal) / 2
    return {"below": -np.log(half), "broken": sum(made.operation == "divide" for made in found)}


@fact(
    "Large start, long steps: {broken: 40} of 40 with ReLUs are NaN, {sigmoid_broken: 0} with sigmoids, of "
    "which {sigmoid: 4 to 16} learn. He's start, short steps: {relu: above 32} of 40 with ReLUs learn, "
    "{sigmoid_fitting: 0} with sigmoids. Of LeNet-5 with sigmoids {lenet: 0} of 40 become NaN."
)
def innocent() -> dict[str, object]:
    """Count the four; `learn` has those that learn by activation, with the recipe that suits it better."""
    found = {name: outcome(experiment) for name, experiment in CROSSED.items()}
    learns = {name: rates["learns"].count for name, rates in found.items()}
    nans = {name: rates["NaN"].count for name, rates in found.items()}
    relus, sigmoids = f"{RELU}: {FITTING}", f"{SIGMOID}: {LARGE}"
    return {
        "broken": nans[f"{RELU}: {LARGE}"],
        "sigmoid_broken": nans[sigmoids],
        "sigmoid": learns[sigmoids],
        "relu": learns[relus],
        "sigmoid_fitting": learns[f"{SIGMOID}: {FITTING}"],
        "learn": learns,
        "lenet": len(early(as_posted.but(hidden="sigmoid")).births),
    }


@fact(
    "With these steps and 400 pictures, with one repair alone {alone: 0} of 40 seeds of the sibling learn. "
    "Start and steps: {steps: above 32} learn. Start and clipping: {clipping: above 24} learn. With any "
    "other pair {others: 0} learn, and with all four {four: below 4}."
)
def repaired() -> dict[str, object]:
    learns = {name: outcome(experiment)["learns"].count for name, experiment in GRID.items()}
    good = {"steps": f"{STEPS}, {START}", "clipping": f"{START}, {CLIPPING}"}
    pairs = [f"{one}, {other}" for one, other in PAIRS]
    alone = {name: learns[name] for name in CHANGES}
    return {
        "alone": list(alone.values()),
        "others": [learns[name] for name in pairs if name not in good.values()],
        "four": outcome(changed(sibling, *CHANGES))["learns"].count,
        "best": alone | {NONE: SEEDS / 2},
    } | {name: learns[pair] for name, pair in good.items()}


@fact(
    "The limits of that: with all four repairs and 1200 pictures {four: above 36} of 40 learn. With He's "
    "start alone and steps of 0.1 in place of 0.3 {tenth: below 10} learn, with steps of 0.05 "
    "{twentieth: above 20}."
)
def limits_of_it() -> dict[str, object]:
    def learns(experiment: Experiment) -> int:
        return train(experiment, range(SEEDS)).rate().count

    start = changed(sibling, START)
    return {
        "four": learns(changed(sibling, *CHANGES).but(steps=PATIENT, record_every=PATIENT)),
        "tenth": learns(start.but(step_size=0.1)),
        "twentieth": learns(start.but(step_size=0.05)),
    }


@fact(
    "LeNet-5 itself, after 15 pictures: with shorter steps alone {steps: 40} of 40 are NaN; with clipping "
    "alone {clipping: above 36}; with a scaled start alone {start: 16 to 30} are NaN or dead, and "
    "{both: 0} with shorter steps as well."
)
def lenet_too() -> dict[str, object]:
    steps, clipped, start = (early(changed(as_posted, name)) for name in (STEPS, CLIPPING, START))
    both = early(changed(as_posted, START, STEPS))
    return {
        "steps": len(steps.births),
        "clipping": len(clipped.births),
        "start": SEEDS - start.alive,
        "both": SEEDS - both.alive,
    }


@fact(
    "A start that fits (He) on standardised pixels, the naive softmax. With steps of 0.2 {long: above 10} "
    "of 40 are NaN after 10 pictures, and {none: 0} learn; with steps of 0.03 {short: 0} are NaN after 1000, "
    "and {learn: above 30} learn. With sigmoids {sigmoid: 0} are NaN. Do any of the 120 become "
    "NaN after the first ten pictures? {later: Yes}."
)
def asked() -> dict[str, object]:
    """Count NaN by step size and pictures; "rows" are the lines of a table, in words."""
    lost = {
        size: [broken(moderate.but(step_size=size), pictures) for pictures in LOOKED_AT] for size in TAKEN
    }
    sigmoids = moderate.but(step_size=TAKEN[-1], hidden="sigmoid")
    all_seen = moderate.but(steps=LOOKED_AT[-1], record_every=LOOKED_AT[-1])
    learn = {size: train(all_seen.but(step_size=size), range(SEEDS)).rate() for size in TAKEN}
    return {
        "long": lost[TAKEN[-1]][0].count,
        "none": learn[TAKEN[-1]].count,
        "short": lost[SHORT][-1].count,
        "learn": learn[SHORT].count,
        "sigmoid": broken(sigmoids, LOOKED_AT[1]).count,
        "later": "Yes" if any(after[-1].count > after[0].count for after in lost.values()) else "No",
        "rows": [[size, *(rate.in_words for rate in (*lost[size], learn[size]))] for size in TAKEN],
    }


SUMS = "the softmax divides by the wrong sum"
TRIED: dict[str, dict[str, Any]] = {
    "the steps are too long": {"step_size": 0.01},
    "the gradient is too long at times": {"clipping": "norm(1)"},
    "the start is too large": {"initializer": "he"},
}
over_columns = Experiment(
    dataset(LEARN[:300]),
    Network((64, 20, 10), "relu", COLUMNS, True, "uniform(-0.5, 0.5)", "uniform(-0.5, 0.5)"),
    loss=P_MINUS_T,
    step_size=0.1,
    steps=400,
    record_every=20,
)


@fact(
    "With one wrong axis {broken: 3} of 3 seeds are NaN within 400 steps, and still {tried: 3} of 3 with "
    "steps a tenth as long, with clipping, and with a scaled start. The probabilities of a picture add up "
    "to {sums: below 0.1}. With the axis mended {right: above 95 %} of the pictures are right."
)
def transfer() -> dict[str, object]:
    """Try each suspect; "rows" has for each the first recorded step at which the first seed is NaN."""
    seeds = range(3)
    tried = {name: train(over_columns.but(**one), seeds) for name, one in TRIED.items()}
    nan = {"as it is": train(over_columns, seeds)} | {f"mended: {name}": run for name, run in tried.items()}
    sums = over_columns.outputs(over_columns.network.init(seeds)).sum(-1)
    mended = train(over_columns.but(output="identity", loss=STABLE), seeds)
    lost = {name: run.rate("diverged").count for name, run in tried.items()}
    helps = {name: float(count < 3) for name, count in lost.items()}
    return {
        "broken": nan["as it is"].rate("diverged").count,
        "tried": list(lost.values()),
        "sums": sums,
        "right": mended.accuracy(),
        "helps": helps | {SUMS: float((np.abs(sums - 1) > 0.1).all())},
        "rows": [[name, int(run.steps[np.isnan(run.losses[:, 0]).argmax()])] for name, run in nan.items()],
    }


def found() -> bool:
    """Whether there is real MNIST here."""
    return mnist.find() is not None


@fact(
    "Real MNIST. Start from N(0, 0.5): {first: 6} of 6 seeds are NaN at the first picture, with steps of "
    "0.3 and of 0.01. Scaled start, steps of 0.3: {second: 3 to 6} of 6 are NaN at the second; with a "
    "stable softmax {stable: 0} of 6, and with sigmoids {sigmoid: 0} of 6.",
    due=found,
)
def on_real_digits() -> dict[str, object]:
    few, tried = on_mnist(100), range(6)
    short = [births(few.but(step_size=size), tried, 1) for size in (0.3, 0.01)]
    second = births(changed(few, START), tried, 2)
    return {
        "first": [len(found) for found in short],
        "second": sum(made.step == 2 for made in second.values()),
        "stable": len(births(changed(few, START, SOFTMAX), tried, EARLY)),
        "sigmoid": len(births(few.but(hidden="sigmoid"), tried, EARLY)),
    }


@fact(
    "Real MNIST, scaled start, steps of 0.01: after 800 pictures {right: 70 to 90 %} of the next 200 are "
    "right.",
    due=found,
)
def learns_real_digits() -> np.ndarray:
    return right_on_the_last(on_mnist(initializer="he", step_size=0.01), seeds=range(2))


GIVEN = r"""
    wrote LeNet-5, a famous  surely with more than 1 000 pictures  about 45 minutes
    network Lenet-5", Stack Overflow
    We work on 8 × 8 digits, each pixel doubled to 16 × 16  section 6 has real ones
    (6 and 16 filters of 5 × 5, each followed by  three dense layers (120, 84 and 10 units)
    at about $3.4 \cdot 10^{38}$  in one step: 1. $e^z$  too large for a number. 2. The softmax
    right than another. 3. The gradient  last layer's. 4. The step adds
    (section 7 comes back to that)  from $N(0, 0.5)$ (mean 0, standard deviation
    For $\sigma = 0.5$ and $n = 25, 150, 16, 120, 84$ every  \sigma = \sqrt{2/n}  the factor is then about 1.
    exponential is above 1, the sum is at least 1  never beyond $\pm 1$
    all its sums below 0, the network  The logarithm of 0  $p$ is rounded to 0, and
    z.max(axis=-1, keepdims=True)
    as large as $1.8 \cdot 10^{308}$
    a *sibling* of LeNet-5  on the 8 × 8 pixels themselves, 400 pictures
    a loss below 1.6; guessing costs 2.3  between 0 and 1, whatever  LeNet-5 as posted once more
    a gradient that is longer than 1
    with LeNet-5 as it was, on MNIST: 28 × 28 pixels in a frame of two, 32 × 32
    300 digits, 64-20-10, ReLUs  Are the gradients 0?  start: $\sqrt{2/n}$ for
"""
case = Case(
    name="lenet-nan",
    question="LeNet-5 learns digits with sigmoids; with ReLUs its numbers become NaN.",
    source='"NAN when I use ReLU activation function in convolutional neural network Lenet-5", '
    "Stack Overflow",
    chapter="not_a_number",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    findings=fact,
    given=GIVEN,
    verdict="Nobody answered. The ReLU alone is not to blame: this start is too large for it, the steps are "
    "too long, and the softmax is only the first to show it. With these steps and 400 pictures no repair "
    "alone helps one network of 40; two pairs do.",
    seeds=SEEDS,
)
