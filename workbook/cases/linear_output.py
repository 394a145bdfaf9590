"""A leaky-ReLU network that cannot learn x squared: its output unit, its step size, its biases."""

from __future__ import annotations

import numpy as np

from workbook.cases.case import Case, Claim
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.measures.output_unit import (
    hinges,
    line_and_bend,
    out_of_reach,
    starts_below_zero,
    steepness,
    straight_line_error,
    stuck,
)
from workbook.network import Layer, Network
from workbook.parts import Activation
from workbook.training import Run, train

SEEDS = 100
LEAKY = "leaky relu(0.01)"


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


def brief(output: str | Activation, step_size: float, steps: int, **changes: object) -> Experiment:
    """Return the posted experiment on 21 of its rows: what hundreds of seeds can be afforded on."""
    settings = {"dataset": square(21), "record_every": steps} | changes
    return as_posted.but(output=output, step_size=step_size, steps=steps, **settings)


def same_time(output: str | Activation = LEAKY, **changes: object) -> Experiment:
    """As posted, in 50 steps of 0.001: the same product of steps and step size as 50 000 of 0.000001."""
    return brief(output, 1e-3, 50, **changes)


OUTPUTS = {"leaky": LEAKY, "linear": "identity", "ReLU": "relu", "sigmoid": "sigmoid", "tanh": "tanh"}
STEP_SIZES = (0.03, 0.3)
SPREAD = "uniform(-1, 1)"
related = (
    {f"{name} output, posted time": same_time(output) for name, output in OUTPUTS.items()}
    | {
        f"{name} output, step {step_size:g}": brief(output, step_size, 300)
        for name, output in OUTPUTS.items()
        for step_size in STEP_SIZES
    }
    | {"linear output, step 0.03, spread biases": brief("identity", 0.03, 300, bias_initializer=SPREAD)}
)


def below_zero_start(seeds: int = SEEDS) -> list[Layer]:
    """Return the start parameters of those of the seeds whose output unit starts below 0."""
    params = as_posted.network.init(range(seeds))
    low = starts_below_zero(as_posted, params)
    return [Layer(layer.W[low], layer.b[low]) for layer in params]


def _run(name: str) -> Run:
    return train(related[name], range(SEEDS))


def _stall_is_the_slope_squared() -> bool:
    """Whether a tenth of the slope makes it 99 to 110 times slower; 100, but for the answers' own error."""
    fast, slow = (
        steepness(as_posted.but(output=f"leaky relu({slope})", penalty="none"), below_zero_start())
        for slope in (0.01, 0.001)
    )
    return bool((fast / slow > 99).all() and (fast / slow < 110).all())


def _below_zero_a_relu_keeps_its_start() -> bool:
    start = below_zero_start()
    experiment = related["ReLU output, step 0.03"]
    end = train(experiment.but(penalty="none"), range(len(start[0].W)), start).params
    return len(start[0].W) == 56 and all(
        np.array_equal(a, b) for layers in zip(start, end, strict=True) for a, b in zip(*layers, strict=True)
    )


def _no_hinge_gets_far() -> bool:
    for name in ("leaky output, posted time", "linear output, posted time"):
        where = hinges(_run(name).params)
        if np.mean((where > 0.25) & (where < 1)) > 0.01:
            return False
    return True


def _decay_does_not_matter() -> bool:
    with_decay, without = (
        train(same_time(penalty=penalty), range(SEEDS)).losses[-1] for penalty in (as_posted.penalty, "none")
    )
    return np.allclose(with_decay, without, rtol=2e-4)


def _only_the_product_matters() -> bool:
    short, long = (
        train(brief(LEAKY, step_size, steps), range(4)).losses[-1]
        for step_size, steps in ((1e-3, 50), (1e-5, 5000))
    )
    return np.allclose(short, long, rtol=0.03)


def _sigmoid_cannot_reach() -> bool:
    tall = square(21, scale=4)
    run = train(related["sigmoid output, step 0.3"].but(dataset=tall), range(20))
    return 1.43 < out_of_reach(tall, "sigmoid") < run.losses[-1].min()


def _clearly_bent(**counts: int) -> bool:
    """Whether so many seeds are clearly bent with these outputs and 300 steps of 0.03."""
    return all(_run(f"{name} output, step 0.03").rate().count == count for name, count in counts.items())


def _bends_after_the_line_is_right() -> bool:
    run = train(brief("identity", 3e-2, 100), range(20))
    dataset = run.experiment.dataset
    line = np.polyfit(dataset.inputs[:, 0], dataset.targets[:, 0], 1)
    *fitted, bend = np.median(line_and_bend(run), axis=1)
    return np.allclose(fitted, line, rtol=0, atol=0.02) and bend < 0.1


def _linear_is_better_after_2000_steps() -> bool:
    linear, leaky = (train(brief(output, 0.03, 2000), range(20)).losses[-1] for output in ("identity", LEAKY))
    return round(float(np.median(linear)), 4) == 0.001 and round(float(np.median(leaky)), 4) == 0.0015


def _either_learns_in_20_000_steps_of_a_tenth() -> bool:
    return all(
        train(brief(output, 0.1, 20_000), range(4)).losses[-1].max() < 0.003 for output in (LEAKY, "identity")
    )


claims = (
    Claim(
        "The output unit starts below 0 for every row in 100 of 200 seeds.",
        lambda: len(below_zero_start(200)[0].W) == 100,
    ),
    Claim(
        "Trained as long as posted, 55 of 100 seeds end no better than a network that always says 0.",
        lambda: int(stuck(_run("leaky output, posted time")).sum()) == 55,
    ),
    Claim(
        "With a linear output none is stuck, none is better than the best straight line; median loss 0.02.",
        lambda: (
            not stuck(run := _run("linear output, posted time")).any()
            and run.losses[-1].min() > straight_line_error(run.experiment.dataset)
            and round(float(np.median(run.losses[-1])), 2) == 0.02
        ),
    ),
    Claim("In that time not one hinge in a hundred gets past 0.25.", _no_hinge_gets_far),
    Claim(
        "Only the product of steps and step size matters, while the steps are short.",
        _only_the_product_matters,
    ),
    Claim(
        "Below 0 the loss falls with the square of the slope: 10 000 times slower at 0.01.",
        _stall_is_the_slope_squared,
    ),
    Claim(
        "A plain ReLU output that starts below 0, 56 of 100 seeds, never moves at all.",
        _below_zero_a_relu_keeps_its_start,
    ),
    Claim(
        "300 steps of 0.03: 90 of 100 seeds are clearly bent, a loss below 0.004, with the leaky output, 10 "
        "with a linear one, 37 with a ReLU.",
        lambda: _clearly_bent(leaky=90, linear=10, ReLU=37),
    ),
    Claim(
        "With a linear output all 100 are better than the best straight line then, but not by much: median "
        "loss 0.005.",
        lambda: (
            (run := _run("linear output, step 0.03")).losses[-1].max()
            < straight_line_error(run.experiment.dataset)
            and round(float(np.median(run.losses[-1])), 3) == 0.005
        ),
    ),
    Claim(
        "After 100 steps of 0.03 a linear output has slope and intercept of the best line to 0.02, but not a "
        "tenth of the bend of x squared.",
        _bends_after_the_line_is_right,
    ),
    Claim(
        "After 2000 steps of 0.03 the linear output is the better one: median loss 0.0010 against 0.0015.",
        _linear_is_better_after_2000_steps,
    ),
    Claim(
        "300 steps of 0.3 throw every leaky and every ReLU output below 0.",
        lambda: all(stuck(_run(f"{name} output, step 0.3")).all() for name in ("leaky", "ReLU")),
    ),
    Claim(
        "20 000 steps of 0.1 bring both the leaky and the linear output below 0.003, on four seeds.",
        _either_learns_in_20_000_steps_of_a_tenth,
    ),
    Claim(
        "Steps of 0.3 bend every sigmoid output clearly.",
        lambda: _run("sigmoid output, step 0.3").rate().count == SEEDS,
    ),
    Claim(
        "With biases that start spread out, a linear output and steps of 0.03: 100 of 100 clearly bent, "
        "median loss below 0.001.",
        lambda: (
            (run := _run("linear output, step 0.03, spread biases")).rate().count == SEEDS
            and np.median(run.losses[-1]) < 0.001
        ),
    ),
    Claim("On targets up to 4, a sigmoid output keeps an error of 1.43 at least.", _sigmoid_cannot_reach),
    Claim("Weight decay of 0.00000001 changes the final loss by less than 0.02 %.", _decay_does_not_matter),
)

case = Case(
    name="square",
    question="A 1-64-1 network with leaky ReLUs on both layers cannot learn x squared.",
    source="a Stack Overflow question on approximating a square function from scratch, title not known to us",
    chapter="03_linear_output.ipynb",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    claims=claims,
    # A seed of the posted experiment takes 50 000 steps on 201 rows, several seconds.
    seeds=4,
)
