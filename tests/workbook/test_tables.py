"""Tables: columns that line up, and figures that survive another processor."""

import dataclasses

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Rate, Trainer, train
from workbook.data.datasets import line, xor
from workbook.outcomes import OUTCOMES
from workbook.tables import median_loss, outcome_table, share_table, summary, table

RUN = train(Experiment(line(), Network((1, 1)), steps=0), range(4))


def with_losses(*losses):
    return dataclasses.replace(RUN, losses=np.array([[1.0] * len(losses), losses]))


def test_columns():
    made = table(["", "a", "long header"], [["x", 1, 2.5], ["longer", "wide cell", ""]])
    assert made.splitlines() == [
        "                a  long header",
        "x               1          2.5",
        "longer  wide cell",
    ]


def test_a_header_of_several_lines_ends_above_its_column():
    made = table(["", "one", "two\nlines"], [["x", 1, 2]])
    assert made.splitlines() == ["          two", "   one  lines", "x    1      2"]


def test_no_rows():
    assert table(["a", "b"], []) == "a  b"


def test_cells_are_used_once():
    assert table(iter("ab"), (iter(row) for row in (["1", "2"], ["3", "4"]))).count("\n") == 2


def test_rows_of_different_lengths_are_a_mistake():
    with pytest.raises(ValueError, match="shorter"):
        table(["a", "b"], [["1"]])


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ((0.123456, 0.2, 0.1), "0.123"),
        ((1234.5, 1e9, 3), "1.23e+03"),
        ((1, 2, 3, 4), "3"),
        ((1e-9, 1e-9, 0), "1e-09"),
        ((0.99e-9, 1e-3, 0), "below 1e-9"),
        ((0, 0, 0), "below 1e-9"),
        ((1, np.nan, np.nan), "inf"),
        ((np.nan, 2, 1), "2"),
        ((np.inf, 2, 1), "2"),
        ((-np.inf, 2, 1), "2"),
    ],
)
def test_the_median(losses, said):
    assert median_loss(with_losses(*losses)) == said


def test_outcomes():
    experiment = Experiment(xor(), Network((2, 4, 1), "tanh", "identity", initializer="normal(1)"), steps=600)
    runs = {
        "short": train(experiment.but(steps=1), range(10)),
        "long": train(experiment.but(steps=2000), range(10)),
    }
    # After one step they say something, and what they say is no better than a constant.
    above, *lines = outcome_table(runs).splitlines()
    assert above.split() == ["like", "a"]
    assert above.index("like a") in range(lines[0].index("constant"), lines[0].index("median"))
    assert lines[0].split()[:2] == ["solved", "constant"]
    assert lines[1].split() == ["short", *str(Rate(0, 10)).split(), "10", median_loss(runs["short"])]
    others = [name for name in OUTCOMES[1:] if any(name in run.outcomes for run in runs.values())]
    assert lines[2].split() == [
        "long",
        *str(runs["long"].rate()).split(),
        *(str(runs["long"].outcomes.get(name, 0)) for name in others),
        *median_loss(runs["long"]).split(),
    ]
    assert len({len(text) for text in lines}) == 1


def test_only_outcomes_that_happened_have_a_column():
    wild = Experiment(line(), Network((1, 1), initializer="normal(1)"), step_size=10.0, steps=2000)
    made = outcome_table({"wild": train(wild, range(3)), "tame": train(wild.but(step_size=0.1), range(3))})
    assert made.splitlines()[0].split() == ["solved", "diverged", "median", "loss"]
    assert made.splitlines()[1].split()[-2:] == ["3", "inf"]
    assert made.splitlines()[2].split()[-3:] == ["0", "below", "1e-9"]


def test_shares_and_no_digits_near_guessing():
    shares = {"good": np.linspace(0.7, 0.9, 5), "guessed": np.array([0.05, 0.1, 0.19])}
    _, good, guessed = share_table(shares).splitlines()
    assert good.split()[:5] == ["good", "80%", "71%", "to", "89%"]
    assert "2 of 5 (" in good
    assert guessed.startswith("guessed  about 10%")
    assert "under 20%" in guessed
    assert "0 of 3" in guessed


def test_a_summary_stands_beside_the_best_constant_and_tells_classes_apart():
    data = Dataset([[0.0], [1], [2], [3]], [[0.0], [0], [0], [1]], held_out=([[9.0], [1]], [[1.0], [1]]))
    experiment = Experiment(data, Network((1, 1)), penalty="weight decay(100)")
    weights = np.array([[[1.0]], [[1.0]], [[0.0]]]), np.array([[[-2.4]], [[-2.4]], [[0.0]]])
    lines = summary(Trainer(experiment, range(3), [Layer(*weights)]).run()).splitlines()
    assert lines[0].startswith("Run(3 seeds, 0 steps: ")
    assert [line.split() for line in lines[1:]] == [
        ["training", "held", "out"],
        ["loss", "2.01", "18.6"],
        ["best", "constant", "0.188", "0.562"],
        ["right", "100%", "50%"],
        ["commonest", "answer", "75%", "50%"],
        ["found", "of", "class", "0", "100%", "-"],
        ["found", "of", "class", "1", "100%", "50%"],
    ]


def test_a_summary_of_what_are_no_classes():
    experiment = Experiment(line(), Network((1, 1)), steps=0)
    lines = summary(train(experiment, range(4))).splitlines()
    assert [text.split()[0] for text in lines[1:]] == ["training", "loss", "best"]
    broken = [Layer(np.full((4, 1, 1), np.nan), np.zeros((4, 1, 1)))]
    assert summary(Trainer(experiment, range(4), broken).run()).splitlines()[2].split() == ["loss", "inf"]


@pytest.mark.parametrize(
    ("few", "header", "row"),
    [
        (0, ["solved", "dead"], ["1"]),
        (1, ["solved", "dead", "unsolved"], ["1", "1"]),
        (2, ["solved", "dead", "dead"], ["1", "2"]),  # the last one's other line says "partly"
    ],
)
def test_few_of_a_kind_are_counted_with_the_unsolved(few, header, row):
    """A dead network is never left out, be it the only one."""
    run = train(Experiment(line(), Network((1, 1)), steps=0), range(100), remember=False)
    run.__dict__["came_to"] = np.array(["dead"] + ["partly dead"] * few + ["solved"] * (99 - few))
    *_, head, counts = outcome_table({"some": run}).splitlines()
    assert head.split()[:-2] == header
    assert counts.split("%)")[1].split()[:-1] == row
