"""Every planted experiment travels, trains many seeds as it trains one, and fits convolutions."""

import pickle

import numpy as np
import pytest

from workbook import FAULTS, Dataset, Experiment, Network, check_gradients, train
from workbook.faults.trial import CHECKED, fault_checks, small_classifier, small_network, trial_of
from workbook.layers import Convolution, Picture, arrays

SHORT = {"steps": 12, "record_every": 1}
PICTURES = np.random.RandomState(1).randint(0, 256, (12, 36)) / 255
ONE_HOT = np.eye(3)[np.arange(12) % 3]
CONVOLVED = Experiment(
    Dataset(PICTURES, ONE_HOT, "pictures").split(0.25),
    Network((Picture(6, 6), Convolution(2, 3, pool="mean(2)"), 3), "tanh", "sigmoid", True, "normal(1)"),
    penalty="weight decay(0.01)",
    batch_size=4,
    **SHORT,
)
EVERYWHERE = {
    "ReLU on the output",
    "weight where the input belongs",
    "own output where the input belongs",
    "wrong sign",
    "update overwrites",
}
LOGITS = CONVOLVED.but(output="identity", loss="softmax cross-entropy")


def planted(name):
    """The fault in the network that it fits."""
    return FAULTS[name].plant(trial_of(name).but(**SHORT))


@pytest.mark.parametrize("name", FAULTS)
def test_it_travels_to_another_process(name):
    here = planted(name)
    there = pickle.loads(pickle.dumps(here))
    assert there == here
    assert hash(there) == hash(here)
    np.testing.assert_array_equal(
        train(there, range(2), remember=False).losses, train(here, range(2), remember=False).losses
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_member_equals_the_same_seed_alone(name):
    together, alone = train(planted(name), range(3)), train(planted(name), 2)
    for one, other in zip(arrays(together.params), arrays(alone.params), strict=True):
        np.testing.assert_array_equal(one[2], other[0])
    np.testing.assert_array_equal(together.losses[:, 2:], alone.losses)


@pytest.mark.parametrize("name", FAULTS)
def test_it_is_planted_in_a_convolution_as_well(name):
    right = next((e for e in (CONVOLVED, LOGITS) if fits(name, e)), None)
    if right is None:
        assert name in ("relu gradient by value", "all pairs")
        return
    wrong = FAULTS[name].plant(right)
    assert check_gradients(right).passed
    assert check_gradients(wrong).passed == (FAULTS[name].kind != "gradient")
    together, alone = train(wrong, range(2)), train(pickle.loads(pickle.dumps(wrong)), 1)
    for one, other in zip(arrays(together.params), arrays(alone.params), strict=True):
        np.testing.assert_array_equal(one[1], other[0])


def fits(name, experiment):
    """Whether the fault can be planted there."""
    try:
        FAULTS[name].plant(experiment)
    except ValueError:
        return False
    return True


def test_each_fault_has_a_network_that_it_fits():
    assert all(fits(name, trial_of(name)) for name in FAULTS)
    assert trial_of("wrong sign") == small_network()
    assert trial_of("softmax twice") == small_classifier()
    with pytest.raises(TypeError, match="Did you mean 'softmax twice'"):
        trial_of("softmax twise")


def test_the_chapter_shows_what_it_showed():
    reports = fault_checks()
    assert tuple(reports) == CHECKED
    assert len(reports) == 14
    assert sum(report.passed for report in reports.values()) == 5


@pytest.mark.parametrize("name", FAULTS)
def test_where_nothing_is_to_be_spoiled_it_is_refused(name):
    """In one linear unit, without a bias, that takes a single step on a single row."""
    network = Network((1, 1), bias=False, initializer="constant(1)")
    bare = Experiment(Dataset([[0.3]], [[0.3]]), network, steps=1)
    if name in EVERYWHERE:
        assert FAULTS[name].plant(bare) != bare
        return
    with pytest.raises(ValueError, match=f"^'{name}' cannot be planted here: "):
        FAULTS[name].plant(bare)
