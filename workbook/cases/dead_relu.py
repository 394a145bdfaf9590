"""A ReLU network that should add its inputs up, and answers 15.5 to everything."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workbook.cases.case import Case, Claim
from workbook.cases.sums import (
    SEEDS,
    SEEDS_C,
    answers,
    as_posted,
    data_a,
    data_c,
    finds_the_sum,
    flat,
    nudged,
    on_b,
    perfect,
    r_squared,
    related,
    repairs,
    same_answer,
    starts_hold,
)
from workbook.data.datasets import Dataset
from workbook.experiment import Experiment
from workbook.measures.curvature import longest_step
from workbook.measures.unit_life import deaths, fates, layer_deaths, uphill
from workbook.training import Run, train


def _counted(experiment: Experiment, seeds: int = SEEDS, **expected: int) -> bool:
    found = train(experiment, range(seeds)).outcomes
    return all(found.get(outcome, 0) == count for outcome, count in expected.items())


def _all_say(*names: str) -> bool:
    return all(same_answer(train(case.experiment(name), range(SEEDS))) == SEEDS for name in names)


def _die_at(name: str, steps: int, **counts: int) -> bool:
    found = layer_deaths(deaths(case.experiment(name), range(SEEDS), steps))
    return found == {int(step.removeprefix("step")): count for step, count in counts.items()}


def _go_uphill(name: str) -> str:
    return uphill(train(case.experiment(name), range(SEEDS)))["positive"]


def _fates_when_patient() -> bool:
    patient = repairs["smaller step, 5 000 steps"].but(record_every=5000)
    return fates(train(patient, range(SEEDS))) == {
        ("dead", "dead"): 83,
        ("only negative", "dead"): 59,
        ("only negative", "solved"): 34,
        ("positive", "solved"): 124,
    }


def _stays(step_size: float, by: float) -> bool:
    """Whether the perfect weights, nudged, are still there after all steps."""
    run = train(perfect.but(step_size=step_size), 0, nudged(by))
    return bool(np.abs(run.params[0].W - perfect.network.init([0])[0].W).max() <= 2 * by)


def _limit(dataset: Dataset) -> float:
    experiment = perfect.but(dataset=dataset)
    return longest_step(experiment, experiment.network.init(0))


def _starts_too_steep() -> bool:
    """Whether no living start holds 0.01, nearly all scaled ones do, and a flat solution does."""
    posted, scaled = (starts_hold(experiment) for experiment in (as_posted, repairs["scaled inputs"]))
    counts = [len(posted), (posted > 0.01).sum(), len(scaled), (scaled > 0.01).sum()]
    params = flat.network.init(0)
    return (
        counts == [217, 0, 220, 215]
        and flat.loss_at(params) < 1e-20
        and round(longest_step(flat, params), 3) == 0.039
    )


def _new_input_on_b() -> bool:
    run = train(on_b.but(record_every=5000), range(SEEDS))
    solved = run.losses[-1] <= on_b.solved_below
    said = answers(run, [[1, 2, 3, 4, 6]])[solved, 0]
    return solved.sum() == 293 and (np.abs(said - 15) < 0.01).sum() == 93


def _sum_and_mean() -> bool:
    """Whether step s on the sum of 1 000 rows is step 1 000 s on their mean; 100 steps show it."""
    summed, mean = (
        train(related[name].but(steps=100), range(SEEDS_C))
        for name in ("data C, summed, step 0.0001", "data C, mean, step 0.1")
    )
    return np.allclose(summed.outputs, mean.outputs, rtol=1e-6, atol=1e-6)


def _c(name: str, holds: Callable[[Run], bool], steps: int = 1000) -> bool:
    return holds(train(related[name].but(steps=steps), range(SEEDS_C)))


claims = (
    Claim(
        "At step sizes 0.1 and 0.01 all 300 seeds end dead, at 15.5 for both rows.",
        lambda: _all_say("longer step", "as posted"),
    ),
    Claim(
        "With the posted derivative all 300 end there just the same: the bug is not the cause.",
        lambda: _all_say("posted derivative, longer step", "posted derivative"),
    ),
    Claim(
        "Step size 0.1: 83 of 300 start dead, 95 die at the first step, 119 at the second, 3 at the third.",
        lambda: _die_at("longer step", 10, step0=83, step1=95, step2=119, step3=3),
    ),
    Claim(
        "At 0.1 and 0.01 the loss goes up at some step in all 124 seeds that start with a living unit of "
        "positive output weight; at 0.001 in 2 of them.",
        lambda: (
            [_go_uphill(name) for name in ("longer step", "as posted", "smaller step")]
            == ["124 of 124", "124 of 124", "2 of 124"]
        ),
    ),
    Claim(
        "Step size 0.001, 1 000 steps: 75 of 300 solve it, 142 are dead; 25 bring the loss below 0.001.",
        lambda: (
            _counted(repairs["smaller step"], solved=75, dead=142)
            and _counted(repairs["smaller step"].but(solved_below=0.001), solved=25)
        ),
    ),
    Claim(
        "With 5 000 such steps 158 solve it: all 124 that start with a living unit of positive output "
        "weight, 34 of the 93 whose living units have negative ones, none of the 83 that start dead.",
        _fates_when_patient,
    ),
    Claim(
        "The perfect weights stay for good; moved by 0.001 they return at step size 0.001 and not at 0.01.",
        lambda: _stays(0.01, 0) and _stays(0.001, 0.001) and not _stays(0.01, 0.001),
    ),
    Claim(
        "At the perfect weights the longest stable step is 0.00165 on data A, and 0.000244 on data C.",
        lambda: round(_limit(data_a()), 5) == 0.00165 and round(_limit(data_c()), 6) == 0.000244,
    ),
    Claim(
        "Data A has a solution that holds steps up to 0.039. None of the 217 living starts holds 0.01; with "
        "scaled inputs 215 of 220 do.",
        _starts_too_steep,
    ),
    Claim(
        "Data B, step 0.001, 5 000 steps: 293 of 300 solve it, and 93 of those say 15 to [1 2 3 4 6].",
        _new_input_on_b,
    ),
    Claim(
        "Data C, summed loss: at step size 0.001 all of 40 seeds diverge or die.",
        lambda: _c(
            "data C, summed, step 0.001",
            lambda run: set(run.outcomes) <= {"diverged", "dead"},
            steps=200,  # neither state is ever left again
        ),
    ),
    Claim(
        "At 0.0001 all of 40 reach R2 above 0.9, and 15 of them the perfect weights.",
        lambda: _c(
            "data C, summed, step 0.0001",
            lambda run: (r_squared(run) > 0.9).all() and finds_the_sum(run).sum() == 15,
        ),
    ),
    Claim("Step 0.0001 on the sum of 1 000 rows is step 0.1 on their mean.", _sum_and_mean),
    Claim(
        "Leaky units cannot die: at step size 0.01 66 of 300 solve it, and 208 diverge instead.",
        lambda: _counted(repairs["leaky ReLU"], solved=66, diverged=208),
    ),
    Claim(
        "Scaled inputs alone: 155 of 300 at step size 0.01. With 20 units as well: 279.",
        lambda: (
            _counted(repairs["scaled inputs"], solved=155)
            and _counted(repairs["scaled inputs, 20 units"], solved=279)
        ),
    ),
)

case = Case(
    name="sum-of-inputs",
    question="A ReLU network should add its inputs up, and answers 15.5 to everything.",
    source="a question on a question-and-answer site (title not known to us), unanswered",
    chapter="04_dead_relu.ipynb",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    claims=claims,
    seeds=SEEDS,
)
