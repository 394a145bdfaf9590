"""A network that almost learns a sine, and never quite: too few epochs, too short a step, or what?"""

from __future__ import annotations

from typing import Any

import numpy as np

from workbook.cases import high_cosine
from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.cases.sine import (
    ADVICE,
    AS_IT_IS,
    DATA,
    DIVIDED,
    DOUBLED,
    EDGE,
    MYSTERIES,
    PLAIN,
    ROWS,
    SHIFTED,
    STANDARDISED,
    TRIED,
    TURNED,
    WAYS,
    as_posted,
    batches,
    bending,
    bowl,
    cooling,
    error,
    every_row,
    long,
    longest,
    middle,
    off_by,
    short,
    steps_down,
    treated,
)
from workbook.experiment import Experiment
from workbook.layers import member
from workbook.measures.curvature import extremes, longest_step
from workbook.measures.output_unit import straight_line_error
from workbook.measures.what_is_left import fell, roughness
from workbook.parts import OPTIMIZERS
from workbook.training import Run, Trainer, train

SEEDS = 20
TREATED = 10  # of those whose curve is a riddle
PLACES = {  # a tenth of the rows each
    "at the left end": slice(0, 10),
    "at the first peak": slice(20, 30),
    "in the middle, where it is steepest": slice(45, 55),
    "at the right end": slice(90, 100),
}
fact = Findings("step_size_and_momentum")


def trained(experiment: Experiment, seeds: int = SEEDS) -> Run:
    """Return the run of an experiment on seeds 0 to seeds - 1."""
    return train(experiment, range(seeds))


def spread(run: Run) -> dict[str, float]:
    """Return the least, the median and the largest typical error of a run's seeds."""
    found = error(run)
    return {"least": found.min(), "median": float(np.median(found)), "most": found.max()}


def spreads(runs: dict[str, Experiment]) -> dict[str, float]:
    """Return the same of ten seeds of each, under the name and what it is of them."""
    return {
        f"{name}{what}": size
        for name, experiment in runs.items()
        for what, size in spread(trained(experiment, 10)).items()
    }


def errors(experiment: Experiment) -> list[str]:
    """Return the same for a table, to two digits."""
    return [f"{size:.2f}" for size in spread(trained(experiment)).values()]


def median(run: Run) -> float:
    """Return the median of the seeds' typical errors."""
    return float(np.median(error(run)))


@fact(
    "After 50 epochs the typical error of 20 seeds is {least: 0.08} to {most: 0.24}, with a median of "
    "{median: 0.18}. The best straight line has {line: 0.45}."
)
def settles() -> dict[str, float]:
    return spread(trained(short)) | {"line": float(np.sqrt(straight_line_error(DATA[AS_IT_IS])))}


@fact(
    "The typical error of 20 seeds on a tenth of the rows: {left: 0.20} at the left end, {peak: 0.10} at "
    "the first peak, {middle: 0.13} in the middle, {right: 0.34} at the right end."
)
def where_wrong() -> dict[str, Any]:
    squares = np.square(trained(short).outputs - short.dataset.targets).mean(0)[:, 0]
    places = {name: float(np.sqrt(squares[rows].mean())) for name, rows in PLACES.items()}
    return {"places": places} | dict(zip(("left", "peak", "middle", "right"), places.values(), strict=True))


@fact(
    "At the start, of 50 units {left: 20} turn over in the left half of the data on average, and {right: "
    "2.4} in the right half."
)
def bends() -> dict[str, float]:
    return dict(zip(("left", "right"), bending(short), strict=True))


@fact(
    "Of 50 units, with x divided by 2π {divided_left: 7.5} turn over in the left half of the data and "
    "{divided_right: 5.1} in the right half; with x - π {shifted_left: 20} and {shifted_right: 20}."
)
def bends_scaled() -> dict[str, float]:
    found: dict[str, float] = {}
    for name, data in (("divided", DIVIDED), ("shifted", SHIFTED)):
        left, right = bending(short.but(dataset=DATA[data]))
        found |= {f"{name}_left": left, f"{name}_right": right}
    return found


@fact(
    "Median typical error after 50 epochs: as posted {posted: 0.18}; x divided by 2π {divided: 0.43}; x - "
    "π {shifted: 0.12}."
)
def divided() -> dict[str, float]:
    names = {"posted": "as posted", "divided": "input divided by 2π", "shifted": "input minus π"}
    return {short_name: median(trained(ADVICE[name])) for short_name, name in names.items()}


@fact(
    "The root mean square of the inputs is {posted: 3.64} as posted, {shifted: 1.83} with x - π, and "
    "{doubled: 3.66} with 2 (x - π)."
)
def sizes() -> dict[str, float]:
    names = {"posted": AS_IT_IS, "shifted": SHIFTED, "doubled": DOUBLED}
    return {key: float(np.sqrt(np.square(DATA[name].inputs).mean())) for key, name in names.items()}


@fact(
    "x standardised, steps of 0.01 for 40 epochs: median typical error {before: 0.03 to 0.04}. Ten epochs "
    "of 0.001 after them: {after: 0.014 to 0.018}, and the worst seed {worst: below 0.05}."
)
def cooled() -> dict[str, float]:
    at_first = trained(long)
    end = Trainer(cooling, range(SEEDS), at_first.params).advance(cooling.steps).params
    after = off_by(cooling, end)
    return {"before": median(at_first), "after": float(np.median(after)), "worst": after.max()}


@fact(
    "Plain steps of 0.001 and momentum 0.9 with steps of 0.0001: after 50 epochs the typical errors have "
    "the medians {plain: 0.19} and {momentum: 0.18}."
)
def as_far() -> dict[str, float]:
    return {"plain": median(trained(PLAIN)), "momentum": median(trained(short))}


@fact(
    "x standardised, 50 epochs of 0.0001: median typical error one row at a time {one: 0.11}, ten {ten: "
    "0.42}, all {all: 1.18}. Ten rows and 0.001: {ten_longer: 0.12}."
)
def same_epochs() -> dict[str, float]:
    names = {"ten": "ten, 50 epochs", "all": "all, 50 epochs", "ten_longer": "ten, 500 steps"}
    found = {name: median(trained(batches[batch])) for name, batch in names.items()}
    return {"one": median(trained(middle))} | found


@fact(
    "500 steps of 0.001, x standardised: median typical error one row at a time {one: 0.14}, ten {ten: "
    "0.12}, all 100 rows {all: 0.11}, which is {gain: 19 %} less."
)
def same_steps() -> dict[str, float]:
    found = {name: median(trained(batches[f"{name}, 500 steps"])) for name in ("one", "ten", "all")}
    return found | {"gain": 1 - found["all"] / found["one"]}


@fact(
    "In a valley of curvature 1, plain steps come down up to {plain: 2.0}, with momentum 0.9 up to "
    "{momentum: 3.8}, with Nesterov's up to {nesterov: 1.36}. That is {ratio: 1.9} times as long with "
    "momentum."
)
def momentum_limit() -> dict[str, float]:
    plain, momentum = longest("gradient descent({})"), longest("momentum({}, 0.9)")
    nesterov = longest("nesterov({}, 0.9)")
    return {"plain": plain, "momentum": momentum, "nesterov": nesterov, "ratio": momentum / plain}


@fact("With momentum 0.95, steps of 0.0002 become as far as plain ones of {it: 0.004}.")
def effective_step() -> float:
    """How far momentum goes in a step, once it is up to speed on an even slope."""
    optimizer = OPTIMIZERS["momentum(0.0002, 0.95)"]
    slope = np.ones((1, 1))
    state = optimizer.start(slope)
    for _ in range(1000):
        change, state = optimizer.step(slope, state)
    return -float(change.item())


@fact(
    "The first step of two weights with the gradients 1 and 0.001, step size 0.01: plain descent "
    "{plain_first: 0.01} and {plain_second: 0.00001}; RMSprop {rmsprop_first: 0.1} and {rmsprop_second: "
    "0.1}; Adam {adam_first: 0.01} and {adam_second: 0.01}."
)
def first_steps() -> dict[str, float]:
    gradient = np.array([[1.0, 0.001]])
    found: dict[str, float] = {}
    for name in ("plain", "rmsprop", "adam"):
        optimizer = OPTIMIZERS["gradient descent" if name == "plain" else name].retuned(0.01, 0.0)
        change, _ = optimizer.step(gradient, optimizer.start(gradient))
        found |= dict(zip((f"{name}_first", f"{name}_second"), (-change).ravel().tolist(), strict=True))
    return found


@fact(
    "Curvatures 1 and 100, steps until the loss has fallen to a hundred-millionth. Along the weights: "
    "plain {plain: 360}, momentum {momentum: 176}, Nesterov {nesterov: 121}, Adam {adam: 173}. Askew: "
    "plain {plain_askew: 360}, momentum {momentum_askew: 176}, Adam {adam_askew: 516}."
)
def walks() -> dict[str, int]:
    along = {name.lower(): steps_down(name, 0.0) for name in WAYS}
    askew = {f"{name.lower()}_askew": steps_down(name, TURNED) for name in WAYS}
    return along | askew


def steepness(experiment: Experiment, run: Run | None = None) -> np.ndarray:
    """Return the curvature of each seed at its start, or at the end of its run, (n_seeds,)."""
    params = experiment.network.init(range(SEEDS)) if run is None else run.params
    return np.array([extremes(experiment, member(params, number))[1] for number in range(SEEDS)])


@fact(
    "All 100 rows in each step of 0.1, x standardised: {steep: 20} of 20 seeds start where the curvature "
    "is above 20, which is 2 / 0.1: at {from: 24} to {to: 45}. Of these {lost: 0} diverge, though the loss "
    "of {thrown: 18 to 20} rises above its first value; and {flatter: 20} end with a curvature below 20."
)
def too_steep() -> dict[str, float]:
    experiment = every_row.but(step_size=0.1)
    run, starts = trained(experiment), steepness(every_row)
    lost = lost_by(run)
    return {
        "steep": int((starts > 20).sum()),
        "from": starts.min(),
        "to": starts.max(),
        "lost": int(lost.sum()),
        "thrown": int((run.losses.max(0) > run.losses[0])[~lost].sum()),
        "flatter": int((steepness(experiment, run)[~lost] < 20).sum()),
    }


def lost_by(run: Run) -> np.ndarray:
    """Whether each seed has ended worse than it began, or not at all, (n_seeds,)."""
    return ~(run.losses[-1] < run.losses[0])


@fact(
    "Steps of 0.04 are too long for {short_steep: 0} of 20 starts, and {short_lost: 0} diverge; those of "
    "0.15 for {long_steep: 20}, and {long_lost: 17 to 20} diverge. Wherever a seed was lost, its step was "
    "{least: above 3} over the curvature."
)
def how_much_too_long() -> dict[str, float]:
    starts = steepness(every_row)
    lost = {size: lost_by(trained(every_row.but(step_size=size))) for size in EDGE}
    short_size, _, long_size = EDGE
    return {
        "short_steep": int((starts > 2 / short_size).sum()),
        "short_lost": int(lost[short_size].sum()),
        "long_steep": int((starts > 2 / long_size).sum()),
        "long_lost": int(lost[long_size].sum()),
        "least": min((size * starts[gone]).min(initial=np.inf) for size, gone in lost.items()),
    }


@fact("At a bottom with the curvature 50, plain steps hold up to {it: 0.04}.")
def longest_plain_step() -> float:
    walk = bowl(np.sqrt(50))
    return longest_step(walk, walk.network.init(0))


@fact(
    "Median typical error as it is, and with what helps it most: A {A_now: 0.60} and {A_best: 0.31}, B "
    "{B_now: above 0.3} and {B_best: 0.21}, C {C_now: 0.05} and {C_best: below 0.03}, D {D_now: 0.45} and "
    "{D_best: 0.05}."
)
def cures() -> dict[str, Any]:
    """For each mysterious curve, what every treatment makes of it, and which is the best."""
    tried = {
        name: {cure: median(trained(treated(mystery, cure), TREATED)) for cure in TRIED}
        for name, mystery in MYSTERIES.items()
    }
    best = {
        name: min(found, key=lambda cure: np.nan_to_num(found[cure], nan=np.inf))
        for name, found in tried.items()
    }
    now = {f"{name}_now": median(trained(mystery, TREATED)) for name, mystery in MYSTERIES.items()}
    return (
        {"tried": tried, "best": best}
        | now
        | {f"{name}_best": tried[name][cure] for name, cure in best.items()}
    )


def treatments() -> list[list[str]]:
    """Return a row for each treatment, and one without: its name, and what it makes of each curve."""
    found = cures()
    rows = {"as it is": [found[f"{name}_now"] for name in MYSTERIES]}
    rows |= {cure: [found["tried"][name][cure] for name in MYSTERIES] for cure in TRIED}
    return [
        [name, *("overflow" if not size < 10 else f"{size:.2f}" for size in sizes)]
        for name, sizes in rows.items()
    ]


@fact(
    "In the second half, medians of the seeds: A has a roughness {A_rough: below 0.01} and falls by a "
    "factor of {A_fell: 3.4}; B has {B_rough: above 0.3} and falls by {B_fell: 0.5 to 1.5}; C has "
    "{C_rough: above 0.3} and falls by {C_fell: 1.7 to 2.7}; D has {D_rough: below 0.05} and falls "
    "by {D_fell: 1.0}."
)
def readings() -> dict[str, float]:
    found: dict[str, float] = {}
    for name, mystery in MYSTERIES.items():
        losses = trained(mystery, TREATED).losses
        measured = {"rough": roughness(losses), "fell": fell(losses)}
        found |= {f"{name}_{what}": float(np.median(seeds)) for what, seeds in measured.items()}
    return found


@fact(
    "Steps ten times as long: A keeps a roughness {A: below 0.05}, D has {D: above 0.2}. Steps a thousandth "
    "as long: A has a roughness {crawling: below 0.001}, falls by a factor of {crawls: 1.00}, and ends with "
    "a typical error of {off: 5.6}."
)
def smooth_and_flat() -> dict[str, float]:
    """What no steps mend, and what very short steps look like."""
    longer = {
        name: float(
            np.median(roughness(trained(treated(MYSTERIES[name], "steps ten times as long"), TREATED).losses))
        )
        for name in ("A", "D")
    }
    run = trained(MYSTERIES["A"].but(step_size=MYSTERIES["A"].step_size / 1000), TREATED)
    rough, factor = (float(np.median(measure(run.losses))) for measure in (roughness, fell))
    return longer | {"crawling": rough, "crawls": factor, "off": median(run)}


@fact(
    "cos 16x, 1-65-1, 20 epochs of 200 rows: median mean squared error {posted: 0.52} as posted, and the "
    "variance of the targets is {variance: 0.51}. With longer steps it is {longer: above 0.45}, with more "
    "epochs {epochs: above 0.45}, with more units {units: above 0.45}, with the wider start {wide: below "
    "0.2}. Over one wave, the weighted sum of no unit changes by more than {moves: 0.27}; with the wider "
    "start, of some by {wide_moves: 6.3}."
)
def transfer() -> dict[str, Any]:
    found = high_cosine.mean_squares()
    posted, *changed = found.values()
    return {
        "posted": posted,
        "variance": float(high_cosine.experiments()[high_cosine.AS_POSTED].dataset.targets.var()),
        "moves": high_cosine.most_in_a_wave(high_cosine.AS_POSTED),
        "wide_moves": high_cosine.most_in_a_wave(high_cosine.WIDER),
        "found": found,
    } | dict(zip(("longer", "epochs", "units", "wide"), changed, strict=True))


def minutes() -> bool:
    """False: it takes minutes, so it is computed by hand, for whoever wants to wait."""
    return False


@fact(
    "After 1 000 epochs as posted the typical errors of ten seeds are {least: 0.028} to {most: 0.093}; "
    "with x standardised {standardised_least: 0.009} to {standardised_most: 0.02}; standardised and with "
    "steps of 0.01, after 300 epochs, {longer_least: 0.003} to {longer_most: 0.01}.",
    due=minutes,
)
def thousand_epochs() -> dict[str, float]:
    thousand = as_posted.but(steps=1000 * ROWS)
    scaled = thousand.but(dataset=DATA[STANDARDISED])
    runs = {
        "": thousand,
        "standardised_": scaled,
        "longer_": scaled.but(step_size=0.01, steps=300 * ROWS),
    }
    return spreads(runs)


@fact(
    "After all 10 000 epochs as posted the typical errors of ten seeds are {least: 0.007} to {most: 0.015}; "
    "with x standardised {standardised_least: 0.002} to {standardised_most: 0.011}.",
    due=minutes,
)
def all_epochs() -> dict[str, float]:
    return spreads({"": as_posted, "standardised_": as_posted.but(dataset=DATA[STANDARDISED])})


# Phrases of the chapter's text whose numbers are posted, defined, or formulas.
GIVEN = r"""
    about 45 minutes  $x$ from 0 to $2\pi$  wx + b = 0  about $\pm 0.66$  crowds around 0
    20 between 0 and $\pi$  \frac{50}{\pi} \bigl(\arctan v - \arctan u\bigr)  2.4 between $\pi$ and $2\pi$
    to the left of 0  the middle of the data to 0  the best straight line: 0.45  a decay of 0.99
    s / (1 - m)  first input is 10 times as large  multiplies it by $1 - s\lambda$
    s < 2/\lambda  d_{t+1} = (1 + m - s\lambda)\,d_t - m\,d_{t-1}  d_{t+1} = -d_t = d_{t-1}
    \frac{2\,(1 + m)}{\lambda}  2\,(1 + m) / \bigl(\lambda\,(1 + 2m)\bigr)  the limit $2/s$
    $2/\lambda$ is the truth  others 2020, "The  others 2021 on  on 200 points
    at 0.15 they  between $-1$ and 1  between $-0.7$ and 0.7  says nearly 0 everywhere
    Move their middle to 0  $2/\lambda$ still holds
"""
case = Case(
    name="sine",
    question="A network almost learns a sine, and never quite: which settings are wrong?",
    source='"Neural Network(Multilayer Perceptron) config to approximate the sine function", Stack Overflow',
    chapter="step_size_and_momentum",
    as_posted=as_posted,
    repairs={"input minus π": ADVICE["input minus π"], "standardised, steps of 0.01": long},
    related={f"50 epochs, {name}": one for name, one in ADVICE.items() if name != "input minus π"}
    | {"50 epochs, standardised": middle, "all rows, standardised": every_row},
    findings=fact,
    verdict="Nobody answered. Nearly all units bend on the left: with x - π the median typical error after "
    "50 epochs is 0.12, and 0.18 as posted. Smaller steps are the wrong way.",
    given=GIVEN,
    seeds=SEEDS,
)
