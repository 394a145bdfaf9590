"""The case of the 57 %: on the small digits always, on real MNIST where it is found."""

import numpy as np
import pytest

from workbook import CASES, Trainer, train
from workbook.cases import input_scaling as mnist_57
from workbook.cases.input_scaling import DATA, HELD_OUT, LEARN, POSTED, RAW, RIGHT, experiment_of, recipe
from workbook.data import mnist
from workbook.data.digits import ENCODINGS, dataset, encode
from workbook.measures import saturation
from workbook.parts import ACTIVATIONS

CASE = CASES["mnist-57"]


def test_it_is_what_was_posted_on_smaller_digits():
    posted = CASE.as_posted
    assert posted.network.sizes == (64, 15, 10)
    assert posted.network.hidden.name == posted.network.output.name == "sigmoid"
    assert posted.network.initializer.name == posted.network.bias_initializer.name == "normal(1)"
    assert posted.loss.name == "quadratic cost"
    assert (posted.step_size, posted.batch_size, posted.steps) == (3.0, 10, 1300)
    alone = CASE.related["signed overflow, one at a time"]
    assert (alone.step_size, alone.batch_size, alone.steps) == (1.0, 1, 13_000)
    assert posted.dataset is DATA[POSTED]
    assert CASE.chapter == "06_input_scaling.ipynb"


def test_the_repair_changes_the_inputs_only():
    repaired = CASE.repairs[RIGHT]
    assert repaired.but(dataset=CASE.as_posted.dataset) == CASE.as_posted


@pytest.mark.parametrize("claim", CASE.claims, ids=lambda claim: claim.statement)
def test_claims(claim):
    assert claim.holds()


def test_every_encoding_has_its_experiment():
    for name in ENCODINGS:
        assert experiment_of(name).dataset is DATA[name]
        assert mnist_57.encoding_of(name) == name
    assert mnist_57.encoding_of("as posted") == POSTED
    for name, experiment in CASE.experiments.items():
        assert experiment.dataset is DATA[mnist_57.encoding_of(name)]


def test_divided_start_weights_start_the_network_just_where_right_bytes_do():
    divided, right = experiment_of(mnist_57.DIVIDED), CASE.repairs[RIGHT]
    np.testing.assert_array_equal(divided.network.init(range(2))[1].W, right.network.init(range(2))[1].W)
    outputs = [one.outputs(one.network.init(range(2))) for one in (divided, right)]
    np.testing.assert_allclose(*outputs, atol=1e-12)


def test_inputs_are_multiplied_until_their_squares_have_the_sum():
    as_they_are = np.median(mnist_57.held_out_accuracy(train(CASE.repairs[RIGHT], range(3)), RIGHT))
    sum_of_squares = saturation.squared_length(CASE.repairs[RIGHT])
    assert mnist_57.right_with_sum(RIGHT, sum_of_squares, seeds=3) == pytest.approx(as_they_are)
    assert mnist_57.right_with_sum(RIGHT, 1e6, seeds=3) < 0.8 < as_they_are


def test_slopes_are_those_of_the_sigmoid_and_never_overflow():
    sigmoid, z = ACTIVATIONS["sigmoid"], np.linspace(-30, 30, 601)
    np.testing.assert_allclose(saturation.slopes(z), sigmoid.derivative(z, sigmoid.value(z)), atol=1e-15)
    assert saturation.slopes(np.array(0.0)) == 0.25
    assert (saturation.slopes(np.array([1e6, -1e6])) < 1e-200).all()


def test_weighted_sums_and_hidden_outputs_are_those_of_the_network():
    experiment = CASE.as_posted
    params = experiment.network.init(range(3))
    _, trace = experiment.network.forward(params, experiment.dataset.inputs)
    np.testing.assert_array_equal(saturation.weighted_sums(experiment, params), trace[0].z)
    np.testing.assert_allclose(saturation.hidden_outputs(experiment, params, 20), trace[0].y[:, :20])


def test_saturated_by_step_is_what_training_gives():
    experiment, trainer = CASE.repairs[RIGHT], Trainer(CASE.repairs[RIGHT], range(2))
    expected = [saturation.saturated(experiment, trainer.advance(n).params) for n in (0, 3, 4)]
    assert saturation.saturated_by_step(experiment, (0, 3, 7), range(2)) == expected


def test_the_share_right_is_counted_on_held_out_digits_in_the_same_encoding():
    run = train(experiment_of("standardised").but(steps=130), range(3))
    inputs = encode(HELD_OUT.pixels, "standardised", LEARN.pixels)
    outputs = run.experiment.network.forward(run.params, inputs)[0]
    expected = [(outputs[seed].argmax(1) == HELD_OUT.labels).mean() for seed in range(3)]
    np.testing.assert_allclose(mnist_57.held_out_accuracy(run, "standardised"), expected)


def test_the_nearest_neighbour_by_hand():
    known, asked = (encode(pictures.pixels, POSTED) for pictures in (LEARN, HELD_OUT))
    nearest = [LEARN.labels[np.square(known - row).sum(1).argmin()] for row in asked]
    assert mnist_57.nearest_neighbour_accuracy(POSTED) == pytest.approx(np.mean(nearest == HELD_OUT.labels))


def test_the_tables_say_what_the_functions_say():
    table = mnist_57.start_table([RIGHT, RAW], seeds=5)
    assert "slope < 0.01" in table.splitlines()[0]
    assert table.splitlines()[2].startswith(RAW)
    assert table.splitlines()[2].endswith("100%")
    run = train(experiment_of(RIGHT).but(steps=130), range(5))
    share = f"{np.median(mnist_57.held_out_accuracy(run, RIGHT)):.0%}"
    assert mnist_57.accuracy_table({RIGHT: run}).splitlines()[1].split()[3] == share


@pytest.fixture(scope="module")
def real():
    folder = mnist.find()
    if folder is None:
        pytest.skip("no MNIST: name a folder with the four files in WORKBOOK_MNIST, or run `workbook mnist`")
    return mnist.load(folder)


def shares_right(real, encoding, batch_size, seeds, epochs=1):
    """The share of the 10 000 held-out pictures that each of these seeds gets right in the end."""
    known, asked = real
    experiment = recipe(dataset(known, encoding), 30, batch_size).but(record_every=10**6)
    trainer = Trainer(experiment, seeds).advance(epochs * len(known) // batch_size)
    inputs = encode(asked.pixels, encoding, known.pixels)
    return mnist_57.share_right(experiment, trainer.params, inputs, asked.labels)


@pytest.mark.parametrize(
    ("encoding", "squares", "in_common"),
    [
        (RIGHT, 90, 35),
        (POSTED, 7, 0),
        (RAW, 5.7e6, 2.3e6),
        ("standardised", 784, 230),
        ("inverted", 670, 610),
    ],
)
def test_the_sums_of_squares_of_real_mnist(real, encoding, squares, in_common):
    """Four pixels in five are paper: that is what inverted digits have in common."""
    known, _ = real
    assert 0.78 < (known.pixels == 0).mean() < 0.82
    inputs = encode(known.pixels[:10_000], encoding, known.pixels)
    assert np.square(inputs).sum(1).mean() == pytest.approx(squares, rel=0.04)
    # The average of x . x' over all pairs is the squared length of the average picture.
    assert np.square(inputs.mean(0)).sum() == pytest.approx(in_common, rel=0.04, abs=0.1)


@pytest.mark.parametrize(
    ("encoding", "low", "high"),
    [
        (RIGHT, 0.78, 0.95),
        (POSTED, 0.17, 0.29),
        (RAW, 0.05, 0.40),
        ("standardised", 0.65, 0.93),
        ("inverted", 0.05, 0.60),
    ],
)
def test_the_chapters_table_of_one_epoch_on_real_mnist(real, encoding, low, high):
    """Slow, 3 s each: ten pictures a step, step size 3. The bounds are those of ten seeds, and some room."""
    shares = shares_right(real, encoding, 10, (0, 1))
    assert (low < shares).all()
    assert (shares < high).all()


@pytest.mark.parametrize(
    ("encoding", "seeds", "low", "high"),
    [(POSTED, (0, 1), 0.40, 0.50), (RAW, (0, 1), 0.05, 0.25), ("inverted", (0, 3), 0.15, 0.80)],
)
def test_ten_epochs_on_real_mnist(real, encoding, seeds, low, high):
    """Slow, 25 s each: inverted digits end anywhere, signed bytes below the 57 % of the question."""
    shares = shares_right(real, encoding, 10, seeds, epochs=10)
    assert (low < shares).all()
    assert (shares < high).all()


def test_one_picture_at_a_time_on_real_mnist(real):
    """Slow, 8 s each: right bytes are over 90 % after the first epoch, signed ones far from it."""
    assert shares_right(real, RIGHT, 1, (0,)) > 0.9
    assert 0.25 < shares_right(real, POSTED, 1, (0,)) < 0.45
