"""The case of the 57 %, beyond its findings: the recipe, the held-out digits in each encoding, the tables."""

import numpy as np
import pytest

from workbook import CASES, train
from workbook.cases import digit_reader, rare_class, scaled_pixels
from workbook.cases import input_scaling as facts
from workbook.cases.digit_reader import ASKED, DATA, HELD_OUT, LEARN
from workbook.cases.input_scaling import INVERTED, POSTED, RAW, RIGHT
from workbook.data import mnist
from workbook.data.digits import ENCODINGS, Pictures, dataset, encode
from workbook.measures.saturation import squared_length

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


def test_the_repair_changes_the_inputs_only():
    repaired = CASE.repairs[RIGHT]
    assert repaired.but(dataset=CASE.as_posted.dataset) == CASE.as_posted


@pytest.mark.parametrize("name", CASE.experiments)
def test_every_experiment_is_asked_in_the_encoding_in_which_it_learns(name):
    learned = CASE.experiment(name).dataset
    encoding = next(encoding for encoding in ENCODINGS if learned.name.endswith(encoding))
    assert learned is DATA[encoding]
    np.testing.assert_array_equal(learned.inputs, encode(LEARN.pixels, encoding))
    np.testing.assert_array_equal(ASKED[learned].inputs, encode(HELD_OUT.pixels, encoding, LEARN.pixels))


def test_divided_start_weights_start_the_network_just_where_right_bytes_do():
    divided, right = facts.divided, CASE.repairs[RIGHT]
    np.testing.assert_array_equal(divided.network.init(range(2))[1].W, right.network.init(range(2))[1].W)
    outputs = [one.outputs(one.network.init(range(2))) for one in (divided, right)]
    np.testing.assert_allclose(*outputs, atol=1e-12)


def test_the_share_right_is_counted_on_held_out_digits_in_the_same_encoding():
    run = train(facts.encoded["standardised"].but(steps=130), range(3))
    inputs = encode(HELD_OUT.pixels, "standardised", LEARN.pixels)
    outputs = run.experiment.network.forward(run.params, inputs)[0]
    expected = [(outputs[seed].argmax(1) == HELD_OUT.labels).mean() for seed in range(3)]
    np.testing.assert_allclose(digit_reader.held_out_accuracy(run), expected)


def test_the_nearest_neighbour_by_hand():
    known, asked = (encode(pictures.pixels, POSTED) for pictures in (LEARN, HELD_OUT))
    nearest = [LEARN.labels[np.square(known - row).sum(1).argmin()] for row in asked]
    right = digit_reader.nearest_neighbour_accuracy(POSTED)
    assert right == pytest.approx(np.mean(nearest == HELD_OUT.labels))


def test_the_tables_say_what_the_functions_say():
    table = digit_reader.start_table({name: facts.encoded[name] for name in (RIGHT, RAW)}, seeds=5)
    assert "slope < 0.01" in table.splitlines()[0]
    assert table.splitlines()[2].startswith(RAW)
    assert table.splitlines()[2].endswith("100%")
    run = train(facts.encoded[RIGHT].but(steps=130), range(5))
    share = f"{np.median(digit_reader.held_out_accuracy(run)):.0%}"
    assert digit_reader.accuracy_table({RIGHT: run}).splitlines()[1].split()[3] == share


# --- real MNIST: what is found there, `tests/chapters` checks where there is one


@pytest.fixture
def small_mnist(monkeypatch):
    """The small digits in its place."""
    monkeypatch.setattr(digit_reader, "real_mnist", lambda: (LEARN, HELD_OUT))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_sums_of_squares_by_how_often_each_byte_occurs(small_mnist, encoding):
    assert digit_reader.squares_on_mnist(encoding) == pytest.approx(squared_length(DATA[encoding].inputs))


@pytest.mark.parametrize("encoding", [RIGHT, RAW, INVERTED, "standardised"])
def test_what_pictures_have_in_common_over_all_pairs(small_mnist, encoding):
    inputs = DATA[encoding].inputs
    assert digit_reader.in_common_on_mnist(encoding) == pytest.approx((inputs @ inputs.T).mean())


def test_training_on_mnist_is_training_with_thirty_units(small_mnist):
    shares = digit_reader.on_mnist(RIGHT, range(2), epochs=2)
    run = train(digit_reader.recipe(DATA[RIGHT], units=30).but(steps=260), range(2))
    np.testing.assert_array_equal(shares, digit_reader.held_out_accuracy(run))


def test_what_needs_mnist_is_due_where_it_is_and_what_takes_minutes_never(monkeypatch):
    need = {name for name, finding in facts.fact.items() if finding.due is facts.found}
    slow = {name for name, finding in facts.fact.items() if finding.due is facts.minutes}
    assert need == {"mnist_sums", "one_epoch", "one_epoch_alone"}
    assert slow == {"ten_epochs", "ten_epochs_alone"}
    for folder in (None, "somewhere"):
        monkeypatch.setattr(mnist, "find", lambda folder=folder: folder)
        assert facts.one_epoch.due() == (folder is not None)
        assert not facts.ten_epochs.due()


def test_signed_bytes_of_mnist_share_nothing_with_the_right_ones_order():
    """Where a picture gets darker, its signed inputs jump: that is not so for any other encoding."""
    ramp = Pictures(np.arange(256, dtype=np.uint8).reshape(1, -1), np.array([0]))
    rising = {name: np.diff(dataset(ramp, name).inputs[0]) for name in ENCODINGS}
    assert {name for name, steps in rising.items() if np.ptp(np.sign(steps))} == {POSTED}


# --- scaling, and its mistakes


def test_bytes_that_wrap_by_hand():
    np.testing.assert_array_equal(scaled_pixels.without(np.array([0, 59, 60, 255])), [196, 255, 0, 195])


def test_each_pixel_gets_the_mean_and_the_deviation_of_the_known_rows():
    seen = np.array([[0, 10], [0, 30]], np.uint8)
    scaled = scaled_pixels.each_pixel(np.array([[5, 40]], np.uint8), seen)
    np.testing.assert_allclose(scaled, [[5e8, 2]])
    assert np.isnan(scaled_pixels.each_pixel(seen, seen, 0.0)[:, 0]).all()


def test_a_single_row_scaled_by_itself_is_all_zero():
    alone = scaled_pixels.by_own_statistics(1)
    assert alone.shape == HELD_OUT.pixels.shape
    assert not alone.any()
    np.testing.assert_allclose(scaled_pixels.by_own_statistics(10)[:10].mean(0), 0, atol=1e-12)
    whole = scaled_pixels.by_own_statistics(1, together=True)
    np.testing.assert_allclose(whole.mean(1), 0, atol=1e-12)
    np.testing.assert_allclose(whole.std(1), 1)


def test_equally_many_of_both_answers_and_one_change_at_a_time():
    posted = rare_class.AS_POSTED
    balanced = rare_class.CHANGED[rare_class.BALANCED]
    assert balanced.dataset.targets.mean() == 0.5
    assert len(balanced.dataset) == 2 * (~rare_class.YES).sum()
    assert balanced.but(dataset=posted.dataset) == posted
    assert rare_class.CHANGED[rare_class.SHORTER].but(step_size=posted.step_size) == posted
    smaller = rare_class.CHANGED[rare_class.SMALLER]
    assert smaller.step_size == 10 * posted.step_size
    np.testing.assert_allclose(100 * smaller.dataset.inputs, posted.dataset.inputs)
