"""Other numbers than the ones that were meant: what training makes of them, and what held-out rows say."""

from dataclasses import replace

import numpy as np
import pytest

from workbook import FAULTS, Dataset, Experiment, Network, train
from workbook.classes import accuracy
from workbook.data import digits
from workbook.data.datasets import xor

KNOWN, HELD = digits.digits()
SEEDS = range(3)


def data(encoding="0 to 1"):
    """400 digits, and 200 held out."""
    held_out = digits.dataset(HELD[:200], encoding, KNOWN.pixels)
    return replace(digits.dataset(KNOWN[:400], encoding), held_out=held_out)


RIGHT = Experiment(
    data(),
    Network((64, 16, 10)),
    "softmax cross-entropy",
    step_size=0.3,
    batch_size=20,
    steps=600,
)
XOR = Experiment(xor(), Network((2, 3, 1)), batch_size=2)


def planted(name, experiment=RIGHT):
    return FAULTS[name].plant(experiment)


def right_answers(experiment):
    """The shares of right answers of each seed after training: on its own rows, and on those held out."""
    params, rows = train(experiment, SEEDS).params, experiment.dataset
    return [
        accuracy(experiment.network.forward(params, part.inputs)[0], part.labels)
        for part in (rows, rows.held_out)
    ]


def neighbours(rows):
    """The share of held-out rows whose nearest row is of their class."""
    distances = np.square(rows.held_out.inputs[:, None] - rows.inputs).sum(-1)
    return (rows.labels[distances.argmin(1)] == rows.held_out.labels).mean()


def test_without_a_fault():
    seen, unseen = right_answers(RIGHT)
    assert seen.min() > 0.99
    assert unseen.min() > 0.9
    assert neighbours(RIGHT.dataset) > 0.95


def test_rows_shuffled_apart_are_learned_by_heart():
    rows = planted("rows shuffled apart").dataset
    np.testing.assert_array_equal(rows.targets, RIGHT.dataset.targets)
    np.testing.assert_array_equal(np.sort(rows.inputs, axis=0), np.sort(RIGHT.dataset.inputs, axis=0))
    assert rows.held_out == RIGHT.dataset.held_out
    wide = planted("rows shuffled apart").but(
        sizes=(64, 100, 10), optimizer="adam(0.01)", batch_size=None, steps=300
    )
    seen, unseen = right_answers(wide)
    assert seen.min() > 0.95
    assert unseen.max() < 0.25


def test_images_reshaped_lose_their_neighbours():
    rows = planted("images reshaped").dataset
    assert rows.inputs.shape == RIGHT.dataset.inputs.shape
    np.testing.assert_array_equal(rows.inputs[0], RIGHT.dataset.inputs.ravel()[::400])
    np.testing.assert_array_equal(rows.held_out.inputs[7], RIGHT.dataset.held_out.inputs.ravel()[7::200])
    assert neighbours(rows) < 0.2
    _, unseen = right_answers(planted("images reshaped"))
    assert unseen.max() < 0.2


def test_one_class_after_the_other_is_forgotten():
    one_epoch = {"steps": 20, "record_every": 20}
    for experiment, said_last in ((RIGHT, 0.2), (planted("one class after the other"), 1)):
        run = train(experiment.but(**one_epoch), SEEDS)
        last = (run.outputs.argmax(-1) == 9).mean(-1)
        assert (last == 1).all() if said_last == 1 else (last < said_last).all()
    ordered = planted("one class after the other")
    assert (np.diff(ordered.dataset.labels) >= 0).all()
    assert ordered.order.name == "in order"
    assert ordered.dataset.held_out == RIGHT.dataset.held_out


def test_held_out_rows_scaled_otherwise_are_answered_wrongly():
    raw = RIGHT.but(dataset=data("raw 0 to 255"))
    wrong, scaled = (
        planted("train and test scaled differently", raw),
        raw.but(dataset=raw.dataset.standardised()),
    )
    np.testing.assert_array_equal(wrong.dataset.inputs, scaled.dataset.inputs)
    assert wrong.dataset.held_out == raw.dataset.held_out
    (seen, unseen), (good, best) = right_answers(wrong), right_answers(scaled)
    np.testing.assert_array_equal(seen, good)
    assert (unseen < best - 0.08).all()


def test_labels_off_by_one_are_learned_and_wrong():
    wrong = planted("labels off by one")
    np.testing.assert_array_equal(wrong.dataset.labels, (RIGHT.dataset.labels + 1) % 10)
    seen, unseen = right_answers(wrong)
    assert seen.min() > 0.99
    assert unseen.max() < 0.02
    held = wrong.dataset.held_out
    said = wrong.network.forward(train(wrong, SEEDS).params, held.inputs)[0]
    assert accuracy(said, (held.labels + 1) % 10).min() > 0.9
    one_column = planted("labels off by one", XOR)
    np.testing.assert_array_equal(one_column.dataset.targets, 1 - xor().targets)


@pytest.mark.parametrize("batch_size", [None, 5])
def test_rows_shuffled_apart_anew_teach_the_mean_target(batch_size):
    x = np.linspace(-1, 1, 20).reshape(-1, 1)
    line = Experiment(
        Dataset(x, 3 * x + 7), Network((1, 1)), step_size=0.02, batch_size=batch_size, steps=4000
    )
    assert train(line, SEEDS).losses[-1].max() < 1e-3
    outputs = train(planted("rows shuffled apart anew", line), SEEDS).outputs
    assert np.abs(outputs - 7).max() < 0.6  # the targets spread from 4 to 10
    targets = planted("rows shuffled apart anew", line).dataset.targets
    np.testing.assert_array_equal(targets, line.dataset.targets)  # nothing to see in the data


def test_held_out_rows_are_the_witness_of_targets_one_row_off():
    _, unseen = right_answers(planted("targets one row off"))
    assert unseen.max() < 0.25


NO_CLASSES = XOR.but(dataset=Dataset(xor().inputs, [[0.5], [1], [2], [3]]))


@pytest.mark.parametrize(
    ("name", "experiment", "sentence"),
    [
        ("rows shuffled apart", XOR.but(dataset=Dataset(np.ones((4, 2)), xor().targets)), "in any order"),
        ("rows shuffled apart", XOR.but(dataset=Dataset(xor().inputs, np.ones((4, 1)))), "in any order"),
        ("rows shuffled apart anew", XOR.but(dataset=Dataset(xor().inputs, np.ones((4, 1)))), "any order"),
        ("images reshaped", XOR.but(dataset=Dataset(np.ones((4, 2)), xor().targets)), "read the same"),
        (
            "images reshaped",
            Experiment(Dataset([[1], [2], [3]], [[1], [2], [3]]), Network((1, 1))),
            "read the same",
        ),
        ("one class after the other", RIGHT.but(batch_size=None), "all rows"),
        ("one class after the other", RIGHT.but(batch_size=400), "all rows"),
        ("one class after the other", NO_CLASSES, "no classes"),
        ("one class after the other", XOR.but(dataset=Dataset(xor().inputs, np.ones((4, 1)))), "one class"),
        ("train and test scaled differently", XOR, "holds out no rows"),
        (
            "train and test scaled differently",
            RIGHT.but(dataset=RIGHT.dataset.standardised()),
            "standardised already",
        ),
        ("labels off by one", NO_CLASSES, "no classes"),
    ],
)
def test_where_it_makes_no_difference(name, experiment, sentence):
    with pytest.raises(ValueError, match=f"{name}.*{sentence}"):
        FAULTS[name].plant(experiment)


def test_another_shuffle_is_tried_where_the_first_changes_nothing():
    """It only swaps the first and the last of three, which have the same target."""
    inputs, targets = np.array([[0.0], [1], [2]]), np.array([[0.0], [1], [0]])
    assert np.random.RandomState(0).permutation(3).tolist() == [2, 1, 0]
    three = Experiment(Dataset(inputs, targets), Network((1, 1)))
    assert planted("rows shuffled apart", three).dataset.inputs[1] != 1
