"""What a message says: the name that is meant, whatever others call it, and briefly what was passed."""

import inspect
import itertools
import pickle
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from workbook import Experiment, Network
from workbook.checked import (
    MOST_SEEDS,
    known_fields,
    number,
    of_kind,
    says_unknown_fields,
    seed_list,
    shown,
    truth_values,
    whole,
)
from workbook.data.datasets import xor
from workbook.parts import ACTIVATIONS, INITIALIZERS, LOSSES, ORDERS, PENALTIES
from workbook.parts.synonyms import SYNONYMS, did_you_mean, nearest_name

NET = Network((2, 3, 1))
XOR = Experiment(xor(), NET)
FIELDS = [field.name for kind in (Experiment, Network) for field in fields(kind)]
TO_COME = [
    "softmax cross-entropy",
    "sigmoid cross-entropy",
    "glorot uniform",
    "glorot normal",
    "he normal",
    "adam",
]

MEANT = {
    "lr": (FIELDS, "step_size"),
    "learning_rate": (FIELDS, "step_size"),
    "learningRate": (FIELDS, "step_size"),
    "eta": (FIELDS, "step_size"),
    "epochs": (FIELDS, "steps"),
    "n_epochs": (FIELDS, "steps"),
    "max_iter": (FIELDS, "steps"),
    "iterations": (FIELDS, "steps"),
    "activation": (FIELDS, "hidden"),
    "model": (FIELDS, "network"),
    "criterion": (FIELDS, "loss"),
    "l2": (FIELDS, "penalty"),
    "use_bias": (FIELDS, "bias"),
    "BatchSize": (FIELDS, "batch_size"),
    "stepz": (FIELDS, "steps"),
    "linear": (ACTIVATIONS, "identity"),
    "logistic": (ACTIVATIONS, "sigmoid"),
    "ReLU": (ACTIVATIONS, "relu"),
    "LeakyReLU(0.1)": (ACTIVATIONS, "leaky relu"),
    "rellu": (ACTIVATIONS, "relu"),
    "mse": (LOSSES, "mean squared error"),
    "MSELoss": (LOSSES, "mean squared error"),
    "L2 ": (LOSSES, "mean squared error"),
    "crossentropy": (TO_COME, "softmax cross-entropy"),
    "cross-entropy": (TO_COME, "softmax cross-entropy"),
    "bce": (TO_COME, "sigmoid cross-entropy"),
    "xavier uniform": (TO_COME, "glorot uniform"),
    "xavier_uniform": (["xavier"], "xavier"),
    "glorot": (["xavier", "he"], "xavier"),
    "kaiming_normal": (TO_COME, "he normal"),
    "gaussian": (INITIALIZERS, "normal"),
    "shuffle": (ORDERS, "shuffled"),
    "ridge": (PENALTIES, "weight decay"),
    "AdamW": (TO_COME, "adam"),
    "Linear": (["line", "initializer"], "line"),
    "lin": (["line"], "line"),
    "optimizer": (["initializer", "loss"], None),
    "xyz": (FIELDS, None),
    "": (FIELDS, None),
}  # fmt: skip


@pytest.mark.parametrize("word", MEANT)
def test_the_name_that_is_meant(word):
    known, name = MEANT[word]
    assert nearest_name(word, known)[0] == name
    assert (f" Did you mean {name!r}" in did_you_mean(word, known)) == (name is not None)


def test_a_word_of_the_table_means_its_name_where_that_is_known():
    for entry in SYNONYMS:
        assert entry.words == entry.words.lower()
        for word in entry.words.split():
            assert word.isalnum()
            for name in entry.names:
                assert nearest_name(word, [name, "something else"])[0] == name
    assert len({word for entry in SYNONYMS for word in entry.words.split()}) > 150


def test_every_known_name_means_itself():
    for registry in (FIELDS, ACTIVATIONS, INITIALIZERS, LOSSES, ORDERS, PENALTIES):
        for name in registry:
            assert nearest_name(name, registry)[0] == name
            assert nearest_name(name.upper().replace(" ", "_"), registry)[0] == name


def test_what_is_meant_is_said():
    assert did_you_mean("lr", FIELDS) == " Did you mean 'step_size' (learning rate)?"
    assert did_you_mean("stepz", FIELDS) == " Did you mean 'steps'?"
    assert did_you_mean("xyz", FIELDS) == ""


def test_a_changed_copy_says_which_field():
    with pytest.raises(
        TypeError,
        match=r"an experiment has no field 'epochs'\. Did you mean 'steps' \(an epoch is .* Known: 'b",
    ):
        XOR.but(epochs=3)
    with pytest.raises(TypeError, match=r"a network has no field 'layers'\. Did you mean 'sizes'"):
        NET.but(layers=(2, 1))


@says_unknown_fields("a recipe")
@dataclass(frozen=True)
class Recipe:
    """For the tests."""

    loss: str
    step_size: float = 0.1


def test_a_constructor_says_which_field():
    with pytest.raises(
        TypeError, match=r"a recipe has no field 'lr'\. Did you mean 'step_size' \(learning rate\)"
    ):
        Recipe("mse", lr=1)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'loss'"):
        Recipe()
    made = Recipe("mse", step_size=2)
    assert (
        made == Recipe("mse", 2) == pickle.loads(pickle.dumps(made)) == replace(Recipe("sse", 2), loss="mse")
    )
    assert list(inspect.signature(Recipe).parameters) == ["loss", "step_size"]


class Broken:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "3"),
        ("a\nb", r"'a\nb'"),
        (np.zeros((50, 3)), "an array of shape (50, 3)"),
        ([1] * 1000, "[" + "1, " * 18 + "1,..."),
        (10**5000, "a value of type int"),
        (Broken(), "a value of type Broken"),
        ([np.zeros((2, 2))], "[array([[0., 0.], [0., 0.]])]"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_was_passed_is_shown_in_one_line(value, said):
    assert shown(value) == said


BRIEF = {
    "number": lambda: number("momentum", np.zeros(1000), bool, ""),
    "large": lambda: number("momentum", 10**5000, bool, "at most 1"),
    "whole": lambda: whole("steps", [1] * 1000, 0),
    "negative": lambda: whole("steps", -(10**5000), 0),
    "bias": lambda: truth_values("x" * 1000, 3),
    "bias list": lambda: truth_values(["x" * 1000], 1),
    "seed": lambda: seed_list(["x" * 1000]),
    "large seed": lambda: seed_list(10**5000),
}


@pytest.mark.parametrize("mistake", BRIEF)
def test_messages_are_brief(mistake):
    with pytest.raises((ValueError, TypeError)) as caught:
        BRIEF[mistake]()
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)
    assert "digits" not in str(caught.value)  # Python's own refusal to write out 10**5000


def test_of_kind():
    of_kind("experiment", XOR, Experiment)
    made = r"Experiment\(dataset, network\) makes one$"
    with pytest.raises(
        TypeError, match=rf"^experiment must be an Experiment, not Dataset\('XOR', 4 rows, 2 -> 1\): {made}"
    ):
        of_kind("experiment", xor(), Experiment)
    with pytest.raises(
        TypeError, match=r"^network must be a Network, not 3: Network\(\(2, 4, 1\)\) makes one$"
    ):
        of_kind("network", 3, Network)


@pytest.mark.parametrize("seeds", [range(99_999_999_999), range(10**30), itertools.count()])
def test_more_seeds_than_there_can_be(seeds):
    with pytest.raises(ValueError, match=f"at most {MOST_SEEDS} seeds; .* has more"):
        seed_list(seeds)


def test_as_many_seeds_as_there_can_be():
    assert len(seed_list(range(MOST_SEEDS))) == MOST_SEEDS


def test_the_first_seed_that_comes_again_is_named_at_once():
    with pytest.raises(ValueError, match="seed 7 was given twice"):
        seed_list([5, 7, 7, 5])
    with pytest.raises(ValueError, match="seed 0 was given twice"):
        seed_list([*range(200_000), *range(200_000)])


@pytest.mark.parametrize("bias", [("True", "False"), (None, True), (1.0, True), (2, True)])
def test_a_word_is_no_truth_value(bias):
    with pytest.raises(ValueError, match="bias must be True, False, or one truth value a layer"):
        truth_values(bias, 2)


def test_truth_values():
    assert truth_values((1, 0), 2) == truth_values(np.array([True, False]), 2) == (True, False)
    assert truth_values(np.bool_(True), 2) is True


def test_a_field_that_no_constructor_takes_is_none():
    with pytest.raises(TypeError, match="no field 'way'"):
        known_fields("a recipe", ["way"], Recipe)
