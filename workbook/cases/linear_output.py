"""A leaky-ReLU network that cannot learn x squared: its output unit, its step size, its biases."""

from __future__ import annotations

from typing import Any

import numpy as np

from workbook.cases.case import Case
from workbook.cases.finding import Findings
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.layers import arrays
from workbook.measures.output_unit import (
    Span,
    fall,
    hinges,
    line_and_bend,
    out_of_reach,
    output_unit,
    reach,
    starts_below_zero,
    straight_line_error,
    stuck,
    tightest,
)
from workbook.network import Network
from workbook.parts import LOSSES, Activation
from workbook.training import Run, Trainer, train

SEEDS = 100
LEAKY = "leaky relu(0.01)"
SPREAD = "uniform(-1, 1)"
FAR = 0.25  # a hinge beyond it has left the edge where all of them start


def square(rows: int = 201, scale: float = 1.0, shift: float = 0.0) -> Dataset:
    """scale * x^2 + shift at equally spaced points of [0, 1]."""
    x = np.linspace(0, 1, rows).reshape(-1, 1)
    return Dataset(x, scale * x * x + shift, f"{scale:g} x^2 {shift:+g}")


# The best straight line has an error of 0.0057 on the 201 rows and 0.0067 on 21 of them; below 0.004 a fit is
# clearly bent on either.
as_posted = Experiment(
    square(),
    Network((1, 64, 1), hidden=LEAKY, output=LEAKY, initializer="he"),
    penalty="weight decay(1e-8)",
    step_size=1e-6,
    steps=50_000,
    record_every=500,
    solved_below=0.004,
)
repairs = {
    "linear output": as_posted.but(output="identity"),
    "step 0.1": as_posted.but(step_size=0.1, steps=20_000),
    "linear output, step 0.1": as_posted.but(output="identity", step_size=0.1, steps=20_000),
}
cross_entropy = LOSSES["binary cross-entropy"]
OUTPUTS = {"leaky": LEAKY, "linear": "identity", "ReLU": "relu", "sigmoid": "sigmoid", "tanh": "tanh"}


def brief(output: str | Activation, step_size: float, steps: int, **changes: Any) -> Experiment:
    """Return the posted experiment on 21 of its rows: what hundreds of seeds can be afforded on."""
    settings = {"dataset": square(21), "record_every": steps} | changes
    return as_posted.but(output=output, step_size=step_size, steps=steps, **settings)


def _every_output(when: str, step_size: float, steps: int, record_every: int) -> dict[str, Experiment]:
    return {
        f"{name} output, {when}": brief(unit, step_size, steps, record_every=record_every)
        for name, unit in OUTPUTS.items()
    }


# 50 steps of 0.001: the same product of steps and step size as the posted 50 000 of 0.000001.
posted_time = _every_output("posted time", 1e-3, 50, record_every=50)
longer_steps = _every_output("step 0.03", 0.03, 300, record_every=1)
too_long_steps = _every_output("step 0.3", 0.3, 300, record_every=300)
hinges_apart = {
    "linear output, step 0.03, spread biases": longer_steps["linear output, step 0.03"].but(
        bias_initializer=SPREAD
    )
}
related = posted_time | longer_steps | too_long_steps | hinges_apart
fact = Findings("linear_output")


def trained(name: str) -> Run:
    """Return the run of one of the related experiments on the case's 100 seeds."""
    return train(related[name], range(SEEDS))


def below_zero(seeds: int = SEEDS) -> np.ndarray:
    """Return for each of the seeds whether its output unit starts at 0 or below on every row, (seeds,)."""
    return starts_below_zero(as_posted, as_posted.network.init(range(seeds)))


def fall_at(slope: float) -> np.ndarray:
    """Return how fast the loss of each seed that starts below 0 falls then, with this slope of the output."""
    experiment = as_posted.but(output=f"leaky relu({slope})", penalty="none")
    return fall(experiment, experiment.network.init(range(SEEDS)))[below_zero()]


def shape_after(step_size: float, steps: int) -> dict[str, float]:
    """Return the medians of 20 seeds with a linear output: slope, intercept, bend, loss."""
    run = train(brief("identity", step_size, steps), range(20))
    slope, intercept, bend = np.median(line_and_bend(run), axis=1)
    return {"slope": slope, "intercept": intercept, "bend": bend, "loss": _middle(run)}


def about(share: float) -> float:
    """Return a share to the nearest tenth, where its digits differ from one processor to the next."""
    return round(float(share), 1)


def _middle(run: Run) -> float:
    """The median of the final losses."""
    return float(np.median(run.losses[-1]))


@fact("The output unit starts at 0 or below on every row in {below: 100} of 200 seeds.")
def starts_below() -> int:
    return int(below_zero(200).sum())


@fact(
    "Between 50 steps of 0.001, 500 of a tenth of that and 5000 of a hundredth, the final losses of "
    "four seeds differ by {percent: 0.0 to 2.0} %."
)
def product() -> np.ndarray:
    pairs = ((1e-3, 50), (1e-4, 500), (1e-5, 5000))
    losses = [train(brief(LEAKY, step_size, steps), range(4)).losses[-1] for step_size, steps in pairs]
    return 100 * np.ptp(losses, axis=0) / np.min(losses, axis=0)


@fact(
    "In the posted time, on all 201 rows, seed 3 has hardly left the {start: 0.207} with which it "
    "started: {end: 0.207}. On every tenth row a stuck seed has {few: 0.22}."
)
def seed_3() -> dict[str, float]:
    few, many = (train(brief(LEAKY, 1e-3, 50, dataset=square(rows)), range(4)).losses for rows in (21, 201))
    start = as_posted.loss_at(as_posted.network.init(3))
    return {"start": float(start), "end": many[-1, 3], "few": few[-1, 3]}


@fact(
    "Trained as long as posted, {stuck: 55} of 100 seeds end stuck near what a network has that says 0 "
    "to everything, median loss {stuck_loss: 0.22}. {line: 45} are not stuck, median loss "
    "{line_loss: 0.01}. {bent: 0} of 100 are clearly bent."
)
def ends() -> dict[str, float]:
    run = trained("leaky output, posted time")
    still, bent = stuck(run), run.losses[-1] <= as_posted.solved_below
    return {
        "stuck": int(still.sum()),
        "stuck_loss": float(np.median(run.losses[-1][still])),
        "line": int((~still & ~bent).sum()),
        "line_loss": float(np.median(run.losses[-1][~still])),
        "bent": int(bent.sum()),
    }


@fact(
    "Below 0, the loss falls {tenfold: 99 to 109} times as fast with a slope of 0.01 as with one of "
    "0.001; for the same error it falls {times: 10000} times more slowly than with a slope of 1. From 1 "
    "to 0.1 it is about {unequal: 400} times, for the errors differ."
)
def slower() -> dict[str, np.ndarray | float]:
    unit = output_unit(as_posted, as_posted.network.init(range(SEEDS)))
    rows = below_zero(), slice(1, None)  # at x = 0 both gradients are 0
    from_above, at_z = unit.from_above[rows], unit.at_z[rows]
    return {
        "tenfold": fall_at(0.01) / fall_at(0.001),
        "times": float(np.median((from_above / at_z) ** 2)),
        "unequal": round(float(np.median(fall_at(1)) / np.median(fall_at(0.1))), -2),
    }


@fact(
    "Clearly bent: {linear: 0} of 100 seeds with a linear output after the posted time; after 300 steps "
    "of 0.03, {longer: 90} with the leaky output, {both: 10} with a linear one and {relu: 37} with a "
    "ReLU."
)
def which_change() -> dict[str, int]:
    names = {
        "linear": "linear output, posted time",
        "longer": "leaky output, step 0.03",
        "both": "linear output, step 0.03",
        "relu": "ReLU output, step 0.03",
    }
    return {short: trained(name).rate().count for short, name in names.items()}


@fact(
    "With a linear output, {stuck: 0} of 100 seeds are stuck after the posted time, {posted: 0} are "
    "better than the best straight line, and the median loss is {posted_loss: 0.02}. After 300 steps of "
    "0.03, {longer: 100} of 100 are better than the best line, but not by much: median loss "
    "{longer_loss: 0.005}."
)
def linear() -> dict[str, float]:
    posted, longer = (trained(f"linear output, {when}") for when in ("posted time", "step 0.03"))
    line = straight_line_error(square(21))
    return {
        "stuck": int(stuck(posted).sum()),
        "posted": int((posted.losses[-1] < line).sum()),
        "posted_loss": _middle(posted),
        "longer": int((longer.losses[-1] < line).sum()),
        "longer_loss": _middle(longer),
    }


@fact(
    "With a linear output, {posted: 8} of 100 seeds have a hinge past 0.25 after the posted time, and "
    "{longer: 69} of 100 after 300 steps of 0.03. Of all the hinges, {leaky: below 1 %} lie past 0.25 "
    "after the posted time with the leaky output, and {linear: below 1 %} with a linear one."
)
def hinges_stay() -> dict[str, float]:
    leaky, posted, longer = (
        (where > FAR) & (where < 1)
        for name in ("leaky output, posted time", "linear output, posted time", "linear output, step 0.03")
        for where in [hinges(trained(name).params)]
    )
    seeds = {"posted": int(posted.any(1).sum()), "longer": int(longer.any(1).sum())}
    return seeds | {"leaky": leaky.mean(), "linear": posted.mean()}


@fact(
    "After 100 steps of 0.03 a linear output has slope {slope: 0.98}, intercept {intercept: -0.15} and "
    "bend {bend: 0.07}. The best line has slope {best_slope: 1.00} and intercept "
    "{best_intercept: -0.16}: both are {off: below 0.02} off."
)
def line_first() -> dict[str, Any]:
    slope, intercept = np.polyfit(square(21).inputs[:, 0], square(21).targets[:, 0], 1)
    now = shape_after(0.03, 100)
    off = np.abs([now["slope"] - slope, now["intercept"] - intercept])
    return now | {"best_slope": slope, "best_intercept": intercept, "off": off}


@fact(
    "After 2000 steps of 0.03 the linear output is the better one: median loss {linear: 0.0010} against "
    "{leaky: 0.0015} with the leaky one."
)
def catches_up() -> dict[str, float]:
    runs = {name: train(brief(OUTPUTS[name], 0.03, 2000), range(20)) for name in ("linear", "leaky")}
    return {name: _middle(run) for name, run in runs.items()}


@fact(
    "After 300 steps of 0.3, {leaky: 100} of 100 seeds are stuck with the leaky output. With a sigmoid "
    "{sigmoid: 0} of 100 are stuck, and {bent: 100} are clearly bent. With a linear output about "
    "{diverged: 30 %} diverge."
)
def too_long() -> dict[str, float]:
    leaky, linear, sigmoid = (trained(f"{name} output, step 0.3") for name in ("leaky", "linear", "sigmoid"))
    return {
        "leaky": int(stuck(leaky).sum()),
        "sigmoid": int(stuck(sigmoid).sum()),
        "bent": sigmoid.rate().count,
        "diverged": about(linear.rate("diverged").value),
    }


@fact("After 300 steps of 0.1, about {stuck: 90 %} of the leaky outputs are stuck.")
def a_tenth() -> float:
    return about(stuck(train(brief(LEAKY, 0.1, 300), range(50))).mean())


@fact(
    "After 20 000 steps of 0.1 the leaky output has an error {leaky: below 0.003} and the linear one an "
    "error {linear: below 0.003}, on four seeds of four."
)
def twenty_thousand() -> dict[str, np.ndarray]:
    return {
        name: train(brief(OUTPUTS[name], 0.1, 20_000), range(4)).losses[-1] for name in ("leaky", "linear")
    }


@fact(
    "{below: 56} of 100 seeds start with a ReLU output at 0 or below on every row. Without weight decay "
    "{moved: 0} of them ever move a weight; with it, {away: 0} of them ever say anything but 0. Of all "
    "100 starts, {short: 63} are stuck after 300 steps of 0.03 and {long: 100} after 300 of 0.3."
)
def relu() -> dict[str, float]:
    low, posted = below_zero(), related["ReLU output, step 0.03"]
    start, end = posted.network.init(range(SEEDS)), train(posted.but(penalty="none"), range(SEEDS)).params
    changes = [before != after for before, after in zip(arrays(start), arrays(end), strict=True)]
    moved = np.any([change.any((1, 2)) for change in changes], axis=0)[low]
    short, long = (stuck(trained(f"ReLU output, {when}")) for when in ("step 0.03", "step 0.3"))
    counts = {"below": low, "moved": moved, "away": ~short[low], "short": short, "long": long}
    return {name: int(which.sum()) for name, which in counts.items()} | {"share": (~short[low]).mean()}


@fact(
    "A linear output and 300 steps of 0.03: {zero: 10} of 100 seeds are clearly bent with start biases "
    "of 0, and {spread: 100} of 100 with spread ones; the median loss is then {times: 8 to 10} times "
    "smaller, {loss: 0.0006}."
)
def spread() -> dict[str, float]:
    before, after = (trained(name) for name in ("linear output, step 0.03", *hinges_apart))
    losses = {"loss": _middle(after), "times": _middle(before) / _middle(after)}
    return losses | {"zero": before.rate().count, "spread": after.rate().count}


@fact("What a correct weight decay of 1e-8 changes in the final losses is {change: below 0.01 %}.")
def decay() -> float:
    run = trained("leaky output, posted time")
    without = train(run.experiment.but(penalty="none"), range(SEEDS))
    return float(np.abs(run.losses[-1] / without.losses[-1] - 1).max())


@fact(
    "On 4x² a sigmoid output keeps an error of {reach: 1.43} at least. Of 20 seeds the best has "
    "{best: 1.43}, the worst {worst: 1.44}, and {under: 0} get under that bound."
)
def wall() -> dict[str, float]:
    tall = square(21, scale=4)
    losses = train(too_long_steps["sigmoid output, step 0.3"].but(dataset=tall), range(20)).losses[-1]
    bound, ends = out_of_reach(tall, "sigmoid"), {"best": float(losses.min()), "worst": float(losses.max())}
    return ends | {"reach": bound, "under": int((losses <= bound).sum())}


@fact(
    "A linear output and 300 steps of 0.03: on the way the loss more than doubles in {spread: 39} of "
    "100 seeds with spread start biases (in one of them to a loss {largest: above 300}), and in "
    "{zero: 7} of 100 with biases of 0."
)
def jumps() -> dict[str, float]:
    apart, together = (trained(name).losses for name in (*hinges_apart, "linear output, step 0.03"))
    spread, zero = (int((losses.max(0) > 2 * losses[0]).sum()) for losses in (apart, together))
    return {"spread": spread, "zero": zero, "largest": float(apart.max())}


@fact("The best straight line on x² over [0, 1] has a mean squared error of {error: 0.0057} on 201 rows.")
def line_error() -> float:
    return straight_line_error(square())


@fact("Where a slope of 0.1 needs 10 steps to come above 0, one of 0.01 needs about {steps: 80 to 120}.")
def climb() -> float:
    return 10 * _steps_until_free(0.01) / _steps_until_free(0.1)


def _steps_until_free(slope: float) -> int:
    """Steps until the median z at x = 1 is above 0, of those of 20 seeds that start below."""
    experiment, low = brief(f"leaky relu({slope})", 0.003, 5000), below_zero(20)
    trainer = Trainer(experiment, range(20))
    while np.median(output_unit(experiment, trainer.params).z[low, -1]) <= 0 and trainer.step < 5000:
        trainer.advance(5)
    return trainer.step


@fact("{share: 50 %} of the rows of 4x² are out of the reach of a tanh.")
def beyond_one() -> float:
    return float((square(scale=4).targets >= reach("tanh")[1]).mean())


SAYABLE = {
    "linear, squared error": Span(*reach("identity")),
    "tanh, squared error": Span(*reach("tanh")),
    "exponential, Poisson loss": Span(0),
    "sigmoid, cross-entropy": Span(*reach("sigmoid")),
    "softmax, cross-entropy": Span(0, 1, sum_to_one=True),
}
WANTED = {
    "a temperature in degrees Celsius": Span(),
    "will it rain tomorrow: yes (1) or no (0)": Span(0, 1),
    "which of the ten digits is it: ten outputs, one for each": Span(0, 1, sum_to_one=True),
    "how many cars pass in an hour": Span(0),
    "the position of a steering wheel, from -1 to 1": Span(-1, 1),
}


@fact("Each of {targets: 5} kinds of target has another output that can say all of it, and least besides.")
def table() -> dict[str, Any]:
    pairs = {target: tightest(span, SAYABLE) for target, span in WANTED.items()}
    return {"pairs": pairs, "targets": len(set(pairs.values()))}


GIVEN = r"""
    learn $x^2$ between 0 and 1. One input, 64 hidden  about 50 minutes
    \begin{cases} z & z > 0 \\ 0.01\, z & z \le 0. \end{cases}  201 equally spaced points of $[0, 1]$
    decay of $10^{-8}$  $\sqrt{2 / n}$  makes 50 000 steps of size $10^{-6}$  (shaded: below 0)
    $z$ is above 0 on *not a  $50\,000 \times 10^{-6} = 0.05$. So 50 steps of 0.001
    on every tenth row (21), and once on all 201  the end $x = 1$ counts
    at most 5 % better than a network that says 0 to  that ends below 0.004, well  stuck near 0
    slope of 1 there; this one has 0.01  steps are longer, 0.003, so  Below 0 we have
    -\eta\, a^2\, \lVert G \rVert^2  falls $a^2$ times  $a = 0.01$ that is $1/10\,000$  that begin below 0:
    From 0.1 to 0.01 to 0.001 it is
    $-1$, the others say $-0.1$, $-0.01$, $-0.001$, and the nearer to 0, the  climb to 0  (exercise 2 below)
    **step size** of 0.00015, of which 300 are nearly
    biases start at 0, so all 64 hinges start at $x = 0$, at  on $[0, 1]$ the  of their 64 hinges
    in front of $x^2$ in  for $x^2$ itself it is 1  steps; 50 000 are  $z$ crosses 0  far below 0
    leaves $(0, 1)$  Below 0 a ReLU has the slope $a = 0$  *exactly* 0  of chapter 4  all biases were 0
    drawn between -1 and 1  both sides of 0  50 000 steps of $10^{-6}$  decay of $10^{-8}$
    a rate of 0.01 makes  press against 1  $x^2$ on $[0, 1]$ *does*  is nearly 0, as  (1 - t) \ln (1 - y)
    \frac{y - t}{y (1 - y)}, \qquad f'(z) = y (1 - y)  The target is 1  at $z = -8$  (the slope is 1)
    z &lt;= 0  .all(axis=-1)  with $a = 0.01$ the way  With all biases 0 and  learns $a^2$ times
    start at $x = 0$
"""
case = Case(
    name="square",
    question="A 1-64-1 network with leaky ReLUs on both layers cannot learn x squared.",
    source="a Stack Overflow question on approximating a square function from scratch, title not known to us",
    chapter="linear_output",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    findings=fact,
    given=GIVEN,
    # A seed of the posted experiment takes 50 000 steps on 201 rows, several seconds.
    seeds=4,
)
