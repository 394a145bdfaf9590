"""Explore: a panel for any experiment, with the controls that are asked for and pictures by the data."""

import numpy as np
import pytest

import nnwidgets
from nnwidgets.explore import explore, picture_shape
from nnwidgets.pictures.loss_beside import axis_numbers, round_number
from workbook import Convolution, Dataset, Experiment, Network, Picture, train
from workbook.baselines import constant_loss
from workbook.data.digits import dataset, digits
from workbook.measures.surface import Place

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((60, 5))
LINE = np.linspace(-2, 2, 40).reshape(-1, 1)
THREE = np.eye(3)[np.arange(60) % 3]
DIGITS = dataset(digits()[0])
ONE = Experiment(Dataset(LINE, np.sin(LINE)), Network((1, 6, 1), "relu"), steps=40)
FIVE = Experiment(Dataset(X, X[:, :1]), Network((5, 8, 1)), step_size=0.05, steps=40)

EXPERIMENTS = {
    "one input": (ONE, ["OverInput", "NetworkDrawing", "UnitLives", "LossBesideConstant"]),
    "one input, two outputs, no bias": (
        Experiment(Dataset(LINE, np.hstack([LINE, LINE**2])), Network((1, 20, 2), bias=False), steps=40),
        ["OverInput", "HiddenSpread", "LossBesideConstant"],
    ),
    "two inputs": (
        Experiment(
            Dataset(X[:, :2], X[:, :1] > 0), Network((2, 4, 1)), loss="sigmoid cross-entropy", steps=40
        ),
        ["AnswerMap", "NetworkDrawing", "HiddenSpread", "LossBesideConstant"],
    ),
    "two inputs, three classes": (
        Experiment(Dataset(X[:, :2], THREE), Network((2, 20, 3)), loss="softmax cross-entropy", steps=40),
        ["AnswerMap", "HiddenSpread", "LossBesideConstant"],
    ),
    "five inputs, deep": (
        FIVE.but(network=Network((5, 12, 6, 1), ("relu", "tanh"))),
        ["AgainstTargets", "UnitLives", "LossBesideConstant"],
    ),
    "five inputs, three targets, adam": (
        Experiment(Dataset(X, X[:, :3]), Network((5, 12, 3)), optimizer="adam(0.01)", steps=40),
        ["AgainstTargets", "HiddenSpread", "LossBesideConstant"],
    ),
    "five inputs, three classes": (
        Experiment(Dataset(X, THREE), Network((5, 12, 3)), loss="softmax cross-entropy", steps=40),
        ["ClassTable", "HiddenSpread", "LossBesideConstant"],
    ),
    "digits": (
        Experiment(DIGITS, Network((64, 12, 10)), loss="softmax cross-entropy", batch_size=50, steps=40),
        ["ImagesSeen", "HiddenSpread", "LossBesideConstant"],
    ),
    "convolution": (
        Experiment(DIGITS, Network((Picture(8, 8), Convolution(3, 3, pool="max(2)"), 10), "relu"), steps=3),
        ["ImagesSeen", "HiddenSpread", "LossBesideConstant"],
    ),
    "one row": (
        Experiment(Dataset([[1, 2, 3]], [[4]]), Network((3, 1)), step_size=0.01, steps=40),
        ["AgainstTargets", "NetworkDrawing", "LossBesideConstant"],
    ),
    "no bias, wild": (FIVE.but(bias=False, step_size=1e6), None),
    "constant column and target": (
        Experiment(Dataset(np.ones((5, 1)), np.full((5, 1), 7.0)), Network((1, 3, 1)), steps=40),
        None,
    ),
}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_any_experiment_has_a_panel_whose_run_is_that_of_training(name):
    experiment, kinds = EXPERIMENTS[name]
    panel = explore(experiment)
    session = panel.session
    if kinds:
        assert [type(picture).__name__ for picture in panel.pictures] == kinds
    assert session.experiment == experiment
    assert {"step_size", "initializer", "optimizer"} <= set(session.knobs())
    assert len(session.reach) <= 4
    while not session.finished:
        session.advance()
    assert panel.error.value == ""
    assert all(picture.said(session) for picture in panel.pictures)
    last = session.moment
    if np.isfinite(last.loss):
        assert last.loss == pytest.approx(train(experiment, seeds=0).losses[-1, 0])
        assert f"best constant answer {constant_loss(experiment.loss, experiment.dataset):.4g}" in repr(panel)


def test_controls_by_field_name():
    panel = nnwidgets.explore(
        ONE, step_size=(0.001, 1), output=["identity", "relu"], bias=True, batch_size=True, steps=True,
        momentum=(0, 0.9),
    )  # fmt: skip
    session = panel.session
    assert list(panel.controls)[-6:] == ["step_size", "output", "bias", "batch_size", "steps_", "momentum"]
    session.turn(step_size=0.5, output="relu", bias=False, batch_size="8", steps_="400", momentum=0.5)
    assert session.experiment == ONE.but(
        step_size=0.5, output="relu", bias=False, batch_size=8, steps=400, momentum=0.5
    )
    assert session.knobs()["step_size"].label == "step size"


def test_a_step_size_belongs_to_whichever_optimizer_there_is():
    session = explore(ONE.but(optimizer="adam(0.001)"), step_size=True, optimizer=True).session
    assert (session.step_size, session.optimizer) == (0.001, "adam")
    session.step_size = 0.02
    assert session.experiment.optimizer.name.startswith("adam(0.02,")
    session.optimizer = "rmsprop"
    assert session.experiment.optimizer.name.startswith("rmsprop(0.02,")


def test_the_own_value_stays_what_it_is():
    odd = ONE.but(optimizer="adam(0.01, 0.5)", hidden=("relu",), steps=3)
    session = explore(odd, optimizer=True, hidden=True, steps=True, initializer=True).session
    assert (session.optimizer, session.hidden, session.initializer) == ("adam", "relu", "lecun")
    assert session.experiment == odd


def test_what_makes_no_experiment_is_taken_back():
    panel = explore(ONE, momentum=(0, 0.9), optimizer=True)
    panel.controls["momentum"].value = 0.5
    panel.controls["optimizer"].value = "adam"
    assert "momentum belongs to gradient descent" in panel.error.value
    assert panel.session.optimizer == panel.controls["optimizer"].value == "gradient descent"
    assert panel.session.experiment == ONE.but(momentum=0.5)


def test_other_data_and_other_sizes():
    other = Dataset(LINE, LINE**2, "square")
    panel = explore(ONE, dataset=[ONE.dataset, other], sizes=[(1, 6, 1), (1, 30, 5, 1)])
    panel.session.turn(dataset="square", sizes="1-30-5-1")
    assert panel.session.experiment == ONE.but(dataset=other, sizes=(1, 30, 5, 1))
    assert panel.error.value == ""


def test_the_map_follows_other_data():
    shifted = Dataset(X[:, :2] + 10, X[:, :1], "shifted")
    two = Experiment(Dataset(X[:, :2], X[:, :1], "here"), Network((2, 9, 9, 1)))
    panel = explore(two, dataset=[two.dataset, shifted])
    answers = panel.pictures[0]
    panel.controls["dataset"].value = "shifted"
    np.testing.assert_array_equal(answers.dots.get_offsets(), shifted.inputs)
    assert answers.axes.get_xlim()[0] > 5
    assert panel.error.value == ""


def test_a_weight_is_moved_by_hand_until_the_next_seed():
    session = explore(ONE).session
    place = Place(0, "W", (0, 2))
    before = session.moment.params[0].W.copy()
    session.move(place, 3.5)
    assert session.moment.params[0].W[place.index] == 3.5
    session.advance()
    session.reset()
    assert session.moment.params[0].W[place.index] == 3.5
    session.new_seed()
    session.seed = 0
    np.testing.assert_array_equal(session.moment.params[0].W, before)


MISTAKES = {
    "network": (lambda: explore(ONE.network), TypeError, "an Experiment, not a Network, which has no data"),
    "dataset": (lambda: explore(ONE.dataset), TypeError, "not a Dataset, which has no network"),
    "run": (lambda: explore(train(ONE.but(steps=1))), TypeError, "run.experiment may be explored"),
    "array": (lambda: explore(X), TypeError, r"not an array of shape \(60, 5\)"),
    "field": (lambda: explore(ONE, stepsize=True), TypeError, "'stepsize'. Did you mean 'step_size'"),
    "false": (lambda: explore(ONE, bias=False), ValueError, r"bias=False makes no control.*but\(bias=...\)"),
    "number": (lambda: explore(ONE, step_size=0.1), ValueError, "step_size=0.1 makes no control"),
    "empty": (lambda: explore(ONE, output=[]), ValueError, r"output=\[\] makes no control"),
    "option": (lambda: explore(ONE, output=["identity", "rellu"]), TypeError, "Did you mean 'relu'"),
    "pair": (lambda: explore(ONE, step_size=(1, 0.1)), ValueError, "from a low number to a higher one"),
    "below": (lambda: explore(ONE, step_size=(-1, 1)), ValueError, "step_size must be finite and above 0"),
    "twice": (lambda: explore(ONE, output=["relu", "relu"]), ValueError, "two of the options for output"),
    "unknown range": (lambda: explore(ONE, record_every=True), ValueError, "no sensible range is known"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_a_sentence(name):
    call, kind, said = MISTAKES[name]
    with pytest.raises(kind, match=said):
        call()


def test_what_is_taken_for_pictures():
    assert picture_shape(Experiment(DIGITS, Network((64, 10)))) == (8, 8, 1)
    table = Dataset(np.ones((3, 25)), np.eye(3), input_names=[f"c{n}" for n in range(25)])
    assert picture_shape(Experiment(table, Network((25, 3)))) is None
    assert picture_shape(Experiment(Dataset(np.ones((3, 25)), X[:3, :1]), Network((25, 1)))) is None


def test_what_is_remembered_of_large_data_fits_into_memory():
    rows = np.ones((20_000, 30))
    large = Experiment(Dataset(rows, rows[:, :20]), Network((30, 20)), steps=1000)
    session = explore(large, step_size=True).session
    assert session.stride == 1
    session.advance(100)
    kept = session.main.until(100)
    assert len(kept) * 20_000 * 20 <= 3.2e7
    assert (kept[0].step, kept[-1].step, session.moment.step) == (0, 100, 100)
    assert explore(large.but(batch_size=10), step_size=True).session.stride == 500
    assert explore(ONE).session.stride == 1


def test_round_numbers_for_the_loss():
    assert [round_number(0.03, way) for way in (-1, 1)] == [0.02, 0.05]
    assert [round_number(0.02, way) for way in (-1, 1)] == [0.02, 0.02]
    assert axis_numbers(0.02, 0.5) == [0.02, 0.05, 0.1, 0.2, 0.5]
    assert len(axis_numbers(1e-30, 1e3)) <= 6
