"""Train the fifteen questions once, and print what was stated of each beside what is found.

Run by hand: python tests/benchmarks/questions.py [QUESTION ...]. A quarter of an hour for all of them, in one
process; with MNIST where it is found (WORKBOOK_MNIST), and with the 8 x 8 digits elsewhere.
"""

import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from workbook import Experiment, Run, check_gradients, train
from workbook.layers import Layer, member
from workbook.measures.bend import bends
from workbook.measures.curvature import eigenvalues, longest_step, longest_steps
from workbook.measures.neighbours import nearest_error
from workbook.measures.plateau import plateau
from workbook.measures.saturation import hidden_layer, saturated, slopes
from workbook.measures.step_check import check_steps
from workbook.outcomes import dead_units
from workbook.questions import QUESTIONS
from workbook.questions.pictures import pictures, scaled
from workbook.tables import table

Line = tuple[str, str, str]  # what was varied, what was stated, what is found
WHY = {  # what is found is not what was stated
    "weights-overwritten": "Four units learn parity from few starts only; eight units from most.",
    "xor-without-biases": "The rates hang on the start, which was not stated: here U(-1, 1). Without biases "
    "some seeds round to the right answers, though no loss comes near 0.",
    "xor-tiny-start": "8/30 is near what biases a tenth as large give; from N(0, 1) they are a repair. "
    "The stated gradient lies between those at the first step and on the plateau.",
    "x-to-the-fourth": "1.5e-3 is what targets / 1e8 give; standardised, they are learned better.",
    "one-class-only": "The longest step hangs on when it is asked for; raw, it is below 0.1 at the start.",
    "all-positive-start": "60 000 steps; 10 000 give 86 to 89 %, nearer what was stated.",
    "softmax-over-rows": "10 000 pictures and other seeds; on the digits NaN comes at step 34 to 37.",
    "shuffled-apart": "Three Gaussian classes stand in for the irises, and a fifth of the rows is held out.",
}
LINES: dict[str, Callable[[], Iterator[Line]]] = {}


def lines(ask: Callable[[], Iterator[Line]]) -> Callable[[], Iterator[Line]]:
    """Register the function below under its question's name."""
    LINES[ask.__name__.replace("_", "-")] = ask
    return ask


def trained(experiment: Experiment, seeds: int, **changes: object) -> Run:
    """Train seeds 0 to seeds - 1, and keep nothing."""
    return train(experiment.but(**changes), range(seeds), remember=False)


def came_to(run: Run) -> str:
    """'30/30 constant' and so on; with the kind of constant where all are."""
    kinds = ", ".join(f"{count}/{len(run.seeds)} {name}" for name, count in run.outcomes.items())
    return kinds + (f" ({', '.join(run.constants)})" if run.constants else "")


def solved(run: Run) -> str:
    return f"{run.outcomes.get('solved', 0)}/{len(run.seeds)} solved"


def share(numbers: np.ndarray) -> str:
    """'87 %', or '86 to 88 %'."""
    low, high = (f"{100 * number:.3g}" for number in (np.min(numbers), np.max(numbers)))
    return f"{low} %" if low == high else f"{low} to {high} %"


def spread(numbers: np.ndarray) -> str:
    low, high = f"{np.min(numbers):.4g}", f"{np.max(numbers):.4g}"
    return low if low == high else f"{low} to {high}"


@lines
def weights_overwritten() -> Iterator[Line]:
    asked = QUESTIONS["weights-overwritten"]
    run = trained(asked.as_posted, 100)
    yield "as posted", "100/100 constant, all 0.725", f"{came_to(run)}, {spread(run.answers)}"
    decay = trained(asked.related["decay of 1 / step"], 100)
    apart = max(np.abs(one.W - two.W).max() for one, two in zip(run.params, decay.params, strict=True))
    yield "decay of 1 / step", "exactly the same", f"weights differ by {apart:.0e} at most"
    checks = check_gradients(asked.as_posted), check_steps(asked.as_posted)
    verdicts = f"{checks[0].relative_error:.1e}; {'passes' if checks[1].passed else 'fails'}"
    yield "gradient check; step check", "4.6e-11; fails", verdicts
    yield "added", "0/50 after 1 000 epochs", came_to(trained(asked.related["added"], 50))
    for name in ("added, step 1, 5000 epochs", "added, 8 units, step 1, 5000 epochs"):
        yield name, "thousands of epochs", solved(trained(asked.experiments[name], 20))


@lines
def xor_without_biases() -> Iterator[Line]:
    asked = QUESTIONS["xor-without-biases"]
    for name, stated in (
        ("as posted", ".536 .901 .901 .010"),
        ("gradient repaired", ".146 .907 .906 .059"),
    ):
        answers = trained(asked.experiments[name], 1).answers.ravel()
        yield name, stated, " ".join(f"{answer:.3f}"[1:] for answer in answers)
    run = trained(asked.related["gradient repaired, by seed"], 100)
    rounded = int((run.answers.round() == run.experiment.dataset.targets).all((1, 2)).sum())
    yield (
        "gradient repaired, by seed",
        "0/100",
        f"{solved(run)} (least loss {run.losses[-1].min():.4f}); rounded, {rounded} are right",
    )
    yield "biases, gradient wrong", "79/100", solved(trained(asked.repairs["biases, by seed"], 100))
    both = asked.repairs["both, by seed"]
    yield "both", "76/100", solved(trained(both, 100))
    normal = trained(both, 100, initializer="normal(1)", bias_initializer="normal(1)")
    yield "both, start N(0, 1)", "(start not stated)", solved(normal)


@lines
def xor_tiny_start() -> Iterator[Line]:
    asked = QUESTIONS["xor-tiny-start"]
    few = trained(asked.as_posted, 2)
    yield "as posted, 1 000 000 steps", "0.693 for ever", f"{came_to(few)}, loss {spread(few.losses[-1])}"
    for name, stated in (
        ("longer steps", "0/30"),
        ("larger weights", "30/30"),
        ("random biases", "8/30"),
        ("small random biases", "8/30"),
    ):
        yield name, stated, f"{solved(trained(asked.experiments[name], 30))} (step 1, 30 000 steps)"
    for after in (0, 1_000):
        around, steps = [], []
        for seed in range(10):
            params = train(asked.as_posted.but(steps=after, step_size=1.0), seed, remember=False).params
            around.append(at_rest(asked.as_posted, member(params, 0)))
            steps.append(longest_step(asked.as_posted, member(params, 0)))
        gradient, others = np.median(around, axis=0)
        yield f"gradient after {after} steps of 1", "1.3e-5", f"{gradient:.1e}"
        yield f"eigenvalues but one after {after}", "below 6e-6", f"below {others:.0e}"
        yield f"longest step after {after}", "3.55", f"{np.median(steps):.2f}"


def at_rest(experiment: Experiment, params: list[Layer]) -> tuple[float, float]:
    """The gradient's length, and the largest eigenvalue of the Hessian but one."""
    return plateau(experiment, params).gradient, np.abs(eigenvalues(experiment, params)[:-1]).max()


@lines
def all_pairs() -> Iterator[Line]:
    asked = QUESTIONS["all-pairs"]
    run = trained(asked.related["steps only"], 100)
    yield (
        "pairs, Adam 0.01",
        "100/100 at 5.25, 8.19",
        f"{came_to(run)}, {spread(run.answers)}, loss {spread(run.losses[-1])}",
    )
    yield "as posted, Adam 1e-5", "-", came_to(trained(asked.as_posted, 100))
    for name, stated in (("shape only", "does not help"), ("shape and steps", "-")):
        yield name, stated, came_to(trained(asked.experiments[name], 100))
    yield "gradient check", "passes", f"{check_gradients(asked.as_posted).relative_error:.1e}"


@lines
def sin_not_cos() -> Iterator[Line]:
    asked = QUESTIONS["sin-not-cos"]
    for name, stated in (
        ("as posted", "0/30"),
        ("hidden biases", "30/30"),
        ("output bias only", "0/30"),
        ("sin", "learns"),
        ("square", "never"),
    ):
        yield name, stated, solved(trained(asked.experiments[name], 30))


@lines
def x_to_the_fourth() -> Iterator[Line]:
    asked = QUESTIONS["x-to-the-fourth"]
    for name, stated in (
        ("as posted", "1.55"),
        ("inputs", "1.56"),
        ("targets", "1.5e-3"),
        ("both", "1.2e-4"),
    ):
        run = trained(asked.experiments[name], 2)
        parts = run.losses[-1] / run.experiment.dataset.targets.var()
        yield f"{name}: mse / variance", stated, f"{spread(parts)} ({came_to(run)})"
    posted, targets = asked.as_posted, asked.as_posted.dataset.targets
    divided = replace(posted.dataset, targets=targets / 1e8, name="x^4 / 1e8")
    parts = trained(posted, 2, dataset=divided).losses[-1] / divided.targets.var()
    yield "targets / 1e8: mse / variance", "1.5e-3", spread(parts)
    steep = np.array([slopes(posted, posted.network.init(seed)) for seed in range(20)])
    shares = [np.mean(steep < below) for below in (0.01, 0.004)]
    yield "slope below 0.01; below 0.004", "54 %", "; ".join(f"{share:.0%}" for share in shares)


@lines
def high_frequency() -> Iterator[Line]:
    asked = QUESTIONS["high-frequency"]
    for name, stated in (
        ("as posted", "0.52, 5/5 constant"),
        ("cos 4x", "learned"),
        ("wide first layer", "6e-4, 5/5"),
    ):
        run = trained(asked.experiments[name], 5)
        yield name, stated, f"mse {spread(2 * run.losses[-1])}, {came_to(run)}"
    for name in ("as posted", "wide first layer"):
        experiment = asked.experiments[name]
        bent = np.median(bends(experiment, experiment.network.init(range(5))))
        yield f"bend of the median unit, {name}", "no unit bends", f"{bent:.2g}"


@lines
def xor_relu() -> Iterator[Line]:
    asked = QUESTIONS["xor-relu"]
    for hidden, stated in (
        ("relu", "0 17 44 58 71 91"),
        ("sigmoid", "0 75 99 100 100 100"),
        ("leaky relu", "0 32 58 84 92 100"),
    ):
        counted = []
        for units in (1, 2, 3, 4, 5, 8):
            experiment = asked.as_posted.but(sizes=(2, units, 1), hidden=hidden, steps=5_000)
            counted.append(trained(experiment, 100).outcomes.get("solved", 0))
        found = " ".join(map(str, counted))
        yield f"{hidden}, 1 2 3 4 5 8 units", stated, found
    run = trained(asked.as_posted, 200, steps=5_000)
    dead, right = dead_units(run.experiment, run.params)[0].sum(-1), run.came_to == "solved"
    found = ", ".join(f"{(dead == k).sum()} ({right[dead == k].sum()})" for k in range(3))
    yield "2 ReLUs, none one both dead (solved)", "81 (30), 99 (0), 20", found


@lines
def all_positive_start() -> Iterator[Line]:
    asked = QUESTIONS["all-positive-start"]
    for name, stated in (("as posted", "10 %"), ("-0.5 to 0.5", "87 %"), ("0 to 0.01", "88 %")):
        run = trained(asked.experiments[name], 2)
        yield name, stated, f"{share(run.accuracy(held_out=True))} (2 seeds, 60 000 steps)"
    posted = asked.as_posted
    params = posted.network.init(0)
    z = hidden_layer(posted, params, 0, 1000).z
    found = f"{share(np.array([saturated(posted, params, 0, 1000)]))}, z = {z.mean():.0f} +- {z.std():.0f}"
    yield "hidden units at the start", "all saturated, z = 52 +- 17", found


@lines
def softmax_over_rows() -> Iterator[Line]:
    asked = QUESTIONS["softmax-over-rows"]
    for name, steps, stated in (
        ("as posted", 25, "NaN at step 16 to 21"),
        ("step 0.01", 200, "NaN at step 144 to 188"),
        ("step 0.001", 200, "flat at 10 %"),
    ):
        run = trained(asked.experiments[name], 3, steps=steps)
        at = ", ".join(map(str, run.diverged.values())) or f"not by {steps}"
        right = share(run.accuracy(held_out=True))
        yield name, stated, f"NaN at {at}" + (f"; {right}" if not run.diverged else "")
    for name, stated in (("right axis", "82 %"), ("right axis, naive", "82 %")):
        found = trained(asked.repairs[name], 1, steps=300).accuracy(held_out=True)
        yield name, stated, f"{share(found)} (300 steps, 1 seed)"
    own = trained(asked.related["with its own derivative"], 1, steps=300)
    yield "its own derivative", "(not tried)", f"{share(own.accuracy(held_out=True))}: nearly harmless"
    sums = asked.as_posted.outputs(asked.as_posted.network.init(0)).sum(-1)
    yield "sums of the rows' outputs", "not 1", f"{spread(sums)}"


@lines
def one_output_for_ten() -> Iterator[Line]:
    asked = QUESTIONS["one-output-for-ten"]
    run = trained(asked.as_posted, 2)
    right = (run.answers.round() == run.experiment.dataset.targets).mean((1, 2))
    yield (
        "as posted",
        "-55.0284",
        f"{spread(run.losses[-1])}, constant {run.constant_loss:.4f}, {came_to(run)}",
    )
    yield "as posted, accuracy", "0.1141", spread(right)
    rest = pictures()[0].labels[len(run.experiment.dataset) :]
    if len(rest):
        yield "ones in the other rows", "0.1088", f"{(rest == 1).mean():.4f}"
    found = trained(asked.repairs["ten outputs, softmax"], 1).accuracy(held_out=True)
    yield "ten outputs, softmax", "-", share(found)


@lines
def gradients_right_eleven_percent() -> Iterator[Line]:
    asked = QUESTIONS["gradients-right-eleven-percent"]
    small = scaled(3_000)
    for name, steps, stated in (
        ("as posted", 500, "3.24, outputs near 0.1"),
        ("100-100", 100, "just as stuck"),
    ):
        run = trained(asked.experiments[name], 2, dataset=small, steps=steps)
        constant = f"best constant {run.constant_loss:.4f}"
        yield (
            name,
            stated,
            f"{spread(run.losses[-1])} ({constant}), {came_to(run)}, "
            f"{share(run.accuracy(held_out=True))}; 3 000 rows, {steps} steps",
        )
    found = trained(asked.repairs["batches of 10"], 2).accuracy(held_out=True)
    yield "batches of 10", "70 %", f"{share(found)} (3 epochs)"
    report = check_gradients(asked.as_posted.but(dataset=scaled(300)), directions=60)
    yield "gradient check", "below 1e-10", f"{report.relative_error:.0e} (300 rows, 60 directions)"


@lines
def shuffled_apart() -> Iterator[Line]:
    asked = QUESTIONS["shuffled-apart"]
    for name, stated in (
        ("one call", "half of 150 rows left"),
        ("as posted", "1 row left"),
    ):
        kept = len(np.unique(asked.experiments[name].dataset.inputs, axis=0))
        yield f"{name}: different rows", stated, f"{kept} of {len(asked.as_posted.dataset)}"
    for name, stated in (
        ("moved apart once", "70, 24 %"),
        ("moved apart once, 60 units", "100, 30 %"),
        ("rows moved, labels left", "-"),
        ("labels along, rows overwritten", "-"),
        ("as posted", "-"),
        ("rows moved, labels along", "-"),
    ):
        run = trained(asked.experiments[name], 20)
        train_share, held_out = np.mean(run.accuracy()), np.mean(run.accuracy(held_out=True))
        yield f"{name}: train, held out", stated, f"{100 * train_share:.0f}, {100 * held_out:.0f} %"
    yield "gradient check", "passes", f"{check_gradients(asked.as_posted).relative_error:.0e}"


@lines
def reshaped_images() -> Iterator[Line]:
    asked = QUESTIONS["reshaped-images"]
    for name, stated in (
        ("as posted", "22, 11.5 %"),
        ("reshaped and turned", "99.7, 92 %"),
        ("every picture mirrored", "harmless"),
    ):
        run = trained(asked.experiments[name], 10, steps=30 * 130)
        right, held_out = run.accuracy(), run.accuracy(held_out=True)
        yield (
            f"{name}: train, held out",
            stated,
            f"{100 * np.mean(right):.1f}, {100 * np.mean(held_out):.1f} %",
        )
    for name, stated in (("reshaped and turned", "96 %"), ("as posted", "10 %")):
        data = asked.experiments[name].dataset
        yield f"nearest neighbour, {name}", stated, f"{1 - nearest_error(data, data.held_out):.1%}"


@lines
def one_class_only() -> Iterator[Line]:
    asked = QUESTIONS["one-class-only"]
    for name, stated in (
        ("as posted", "86 %, recall 0, 0.367 of 0.404"),
        ("inputs / 100", "99.2, 94 %"),
        ("inputs / 100, step 1", "99.8, 100 %"),
    ):
        run = trained(asked.experiments[name], 3)
        rare = run.recall()[:, 0]
        yield (
            name,
            stated,
            f"{100 * np.mean(run.accuracy()):.1f} %, recall {100 * np.mean(rare):.0f} %, "
            f"{np.median(run.losses[-1]):.3f} of {run.constant_loss:.3f}",
        )
    for name, stated in (("as posted", "0.28"), ("inputs / 100", "1.6")):
        experiment = asked.experiments[name]
        run = trained(experiment, 3)
        for when, params in (("start", experiment.network.init(run.seeds)), ("end", run.params)):
            yield f"longest step at the {when}, {name}", stated, spread(longest_steps(experiment, params))


def main(names: list[str]) -> None:
    print(f"Pictures: {pictures()[0]!r}\n")
    for name in names or LINES:
        question = QUESTIONS[name]
        print(f"{name} ({question.source}): {', '.join(question.causes)}", flush=True)
        found = table(["", "stated", "found"], LINES[name]())
        print(textwrap.indent(f"{found}\n{WHY.get(name, '')}", "  "), "\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
