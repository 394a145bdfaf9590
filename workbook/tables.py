"""Tables: the evidence of several runs, side by side, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from workbook.baselines import constant_loss
from workbook.outcomes import OUTCOMES
from workbook.rates import Rate
from workbook.training import Run


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return the rows under the header, in columns as wide as needed; the first is left-aligned.

    A header of several lines stands with its last line above the column.
    """
    heads = [head.split("\n") for head in header]
    high = max(map(len, heads))
    above = zip(*([""] * (high - len(head)) + head for head in heads), strict=True)
    lines = [[str(cell) for cell in line] for line in (*above, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def outcome_table(runs: Mapping[str, Run]) -> str:
    """Return one line a run: how many seeds solved it, with a 95 % interval, what became of the others.

    The last column is the median of the final losses over all seeds; nan counts as the largest. So that the
    table fits a page, kinds of unsolved seeds that no run has 2 of 100 of are counted with the unsolved.
    """
    seen = [name for name in OUTCOMES[1:-1] if any(_shown(name, run) for run in runs.values())]
    counts = {
        name: [run.outcomes.get(outcome, 0) for outcome in ("solved", *seen)] for name, run in runs.items()
    }
    rest = {name: len(run.seeds) - sum(counts[name]) for name, run in runs.items()}
    headers = ["\n".join(name.rsplit(" ", 1)) for name in seen] + ["unsolved"] * any(rest.values())
    return table(
        ["", "solved", *headers, "median loss"],
        (
            [name, run.rate(), *counts[name][1:], *[rest[name]] * any(rest.values()), median_loss(run)]
            for name, run in runs.items()
        ),
    )


def _shown(outcome: str, run: Run) -> bool:
    """Whether so many seeds of a run came to this that it has a column."""
    least = 0.02 * len(run.seeds) if outcome in OUTCOMES[OUTCOMES.index("worse") :] else 1
    return run.outcomes.get(outcome, 0) >= max(least, 1)


def summary(run: Run) -> str:
    """Return what the median seed of a run came to, on the training rows and on those held out, line by line.

    Its loss, without penalty, beside that of the best constant answer (to the training rows); for classes,
    the share that is named rightly, that of the commonest answer, and how many of each class are found.
    """
    experiment, data = run.experiment, run.experiment.dataset
    sides = {"training": data} if data.held_out is None else {"training": data, "held out": data.held_out}
    outputs = {side: experiment.network.forward(run.params, rows.inputs)[0] for side, rows in sides.items()}
    lines = {
        "loss": [_middle(experiment.loss.value(outputs[side], rows.targets)) for side, rows in sides.items()],
        "best constant": [f"{constant_loss(experiment.loss, data, rows):.3g}" for rows in sides.values()],
    }
    if all(rows.labels is not None for rows in sides.values()):
        asked = [side == "held out" for side in sides]
        lines["right"] = [_share(run.accuracy(held_out)) for held_out in asked]
        lines["commonest answer"] = [_share(run.commonest_share(held_out)) for held_out in asked]
        found = [run.recall(held_out) for held_out in asked]
        for label in range(data.classes):
            lines[f"found of class {label}"] = [_share(recall[:, label]) for recall in found]
    shown = table(["", *sides], ([name, *cells] for name, cells in lines.items()))
    return f"{run!r}\n{shown}"


def _middle(values: np.ndarray) -> str:
    """Return the median to three significant digits; what is no number counts as infinite."""
    return f"{np.median(np.where(np.isnan(values), np.inf, values)):.3g}"


def _share(values: np.ndarray) -> str:
    """Return the median share in per cent; of a class without rows there is none."""
    return "-" if np.isnan(values).all() else f"{np.median(values):.0%}"


def median_loss(run: Run) -> str:
    """Return the median final loss to three significant digits; diverged seeds count as infinite.

    Below 1e-9 the digits are rounding errors, which differ from one processor to the next, and stay out.
    """
    final = np.sort(np.where(np.isfinite(run.losses[-1]), run.losses[-1], np.inf))
    middle = final[len(final) // 2]
    return f"{middle:.3g}" if middle >= 1e-9 else "below 1e-9"


def share_table(shares: Mapping[str, np.ndarray], good: float = 0.8, guessing: float = 0.2) -> str:
    """Return one line a name: the share that is right in the median seed, in the middle 90 % of them.

    The last column is how many seeds are better than `good`. Where hardly any is better than `guessing`, the
    digits stay out: they differ from one processor to the next.
    """
    rows = []
    for name, found in shares.items():
        low, middle, high = np.percentile(found, (5, 50, 95))
        known = [f"{middle:.0%}", f"{low:.0%} to {high:.0%}"]
        if high <= guessing:
            known = [f"about {guessing / 2:.0%}", f"under {guessing:.0%}"]
        rows.append([name, *known, Rate(int((found > good).sum()), len(found))])
    return table(["", "right", "middle 90 % of seeds", f"seeds over {100 * good:.0f} %"], rows)
