"""The fifteen questions: each can be built, and its key claim holds, in seconds."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, check_gradients, train
from workbook.data import mnist
from workbook.faults import FAULTS
from workbook.layers import member
from workbook.measures.bend import bends
from workbook.measures.curvature import eigenvalues, longest_step
from workbook.measures.neighbours import nearest_error
from workbook.measures.saturation import saturated
from workbook.measures.step_check import check_steps
from workbook.outcomes import dead_units
from workbook.questions import CAUSES, QUESTIONS, Posed, pictures
from workbook.questions.question import question
from workbook.questions.rows import swapped_as_views

ON_PICTURES = {
    "all-positive-start",
    "softmax-over-rows",
    "one-output-for-ten",
    "gradients-right-eleven-percent",
}


@pytest.fixture(scope="module", autouse=True)
def small_digits():
    """The 8 x 8 digits, even where MNIST is: every machine tests the same, and in seconds."""
    patch = pytest.MonkeyPatch()
    patch.setattr(mnist, "find", lambda: None)
    forget()
    yield
    patch.undo()
    forget()


def forget():
    pictures.pictures.cache_clear()
    pictures.scaled.cache_clear()
    for asked in QUESTIONS.values():
        asked.__dict__.pop("posed", None)


def run_of(name, variant="as posted", seeds=3, **changes):
    return train(QUESTIONS[name].experiments[variant].but(**changes), range(seeds))


def test_there_are_fifteen_and_an_unknown_one_is_asked_back():
    assert len(QUESTIONS) == 15
    with pytest.raises(TypeError, match="Did you mean 'sin-not-cos'"):
        QUESTIONS["sin-not-cosine"]
    with pytest.raises(TypeError, match="dead units"):
        question("a", "b", "dead unit", seeds=1)(lambda: None)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_can_be_built_and_trained(name):
    asked = QUESTIONS[name]
    assert asked.name == name
    assert asked.source
    assert asked.text[-1] == "."
    assert set(asked.causes) <= set(CAUSES)
    assert "healthy" not in asked.causes
    assert asked.repairs, "a question without a repair teaches no diagnosis"
    assert set(asked.repairs).isdisjoint(asked.related)
    assert asked.experiments["as posted"] is asked.as_posted
    assert len(set(asked.experiments.values())) == len(asked.experiments), "two of them are the same"
    for experiment in asked.experiments.values():
        assert isinstance(experiment, Experiment)
        assert train(experiment.but(steps=1, record_every=1), 0).steps[-1] == 1
    assert ("digits" in asked.as_posted.dataset.name) == (name in {*ON_PICTURES, "reshaped-images"})


def test_they_are_built_when_they_are_asked_for():
    data = Dataset(np.eye(2), np.eye(2)[:, :1])
    built = []

    @question("a name", "a source", "missing bias", seeds=1)
    def asked():
        """Somebody asked.

        And why.
        """
        built.append(True)
        return Posed(Experiment(data, Network((2, 1))), {})

    assert not built
    assert asked.text == "Somebody asked.\n\nAnd why."
    assert asked.as_posted is asked.as_posted
    assert built == [True]


def test_overwriting_is_decay_by_1_over_step_and_only_a_step_check_sees_it():
    run = run_of("weights-overwritten", steps=32)
    assert run.outcomes == {"constant": 3}
    assert np.allclose(run.answers, 0.725, atol=1e-3)
    decay = run_of("weights-overwritten", "decay of 1 / step", steps=32)
    for one, other in zip(run.params, decay.params, strict=True):
        assert np.allclose(one.W, other.W, rtol=0, atol=1e-15)
    posted, right = (QUESTIONS["weights-overwritten"].experiments[name] for name in ("as posted", "added"))
    assert check_gradients(posted).passed
    assert not check_steps(posted).passed
    assert check_steps(right).passed


def test_xor_without_biases_says_what_was_posted_and_the_gradient_is_not_to_blame():
    said = run_of("xor-without-biases", seeds=1).answers.ravel()
    assert np.allclose(said, [0.536, 0.901, 0.901, 0.010], atol=6e-4)
    repaired = run_of("xor-without-biases", "gradient repaired", seeds=1)
    assert np.allclose(repaired.answers.ravel(), [0.146, 0.907, 0.906, 0.059], atol=6e-4)
    assert run_of("xor-without-biases", "biases, by seed", 10, steps=10_000).outcomes["solved"] > 5
    without = run_of("xor-without-biases", "gradient repaired, by seed", 10, steps=10_000)
    assert "solved" not in without.outcomes
    assert not check_gradients(QUESTIONS["xor-without-biases"].as_posted).passed


def test_a_tiny_start_is_a_saddle_that_long_steps_do_not_leave():
    posted = QUESTIONS["xor-tiny-start"].as_posted
    params = member(run_of("xor-tiny-start", seeds=1, steps=500, step_size=1.0).params, 0)
    *rest, largest = eigenvalues(posted, params)
    assert np.abs(rest).max() < 1e-3 * largest
    assert longest_step(posted, params) == pytest.approx(3.55, abs=0.02)
    assert run_of("xor-tiny-start", "longer steps", 5, steps=5_000).outcomes == {"constant": 5}
    for repair in QUESTIONS["xor-tiny-start"].repairs:
        assert run_of("xor-tiny-start", repair, 5, steps=5_000).losses[-1].max() < 0.1


def test_all_pairs_say_the_mean_and_two_repairs_are_needed():
    run = run_of("all-pairs", "steps only")
    assert run.constants == {"the mean of the targets": 3}
    assert run_of("all-pairs").losses[-1].min() > 8.18, "no answer to all pairs is better than their mean"
    assert np.allclose(run.answers, 5.25, atol=0.01)
    assert np.allclose(run.losses[-1], 8.1875)
    assert check_gradients(QUESTIONS["all-pairs"].as_posted).passed
    shape = run_of("all-pairs", "shape only")
    start = shape.experiment.network.init(shape.seeds)
    assert np.abs(shape.params[0].W - start[0].W).max() < 0.11, "Adam moves by its rate a step"
    assert run_of("all-pairs", "shape and steps").outcomes == {"solved": 3}


def test_without_a_hidden_bias_sin_and_never_cos():
    for variant, goes in (
        ("as posted", False),
        ("hidden biases", True),
        ("output bias only", False),
        ("sin", True),
        ("square", False),
    ):
        outcomes = run_of("sin-not-cos", variant, 2, steps=30_000).outcomes
        assert (outcomes == {"solved": 2}) == goes, variant
        assert goes or "solved" not in outcomes


def test_targets_of_1e8_are_out_of_sight_whatever_the_inputs():
    short = {"seeds": 1, "steps": 1_000}
    for variant in ("as posted", "inputs"):
        run = run_of("x-to-the-fourth", variant, **short)
        assert run.losses[-1] > 1.5 * run.experiment.dataset.targets.var()
    for variant in ("targets", "both"):
        assert run_of("x-to-the-fourth", variant, **short).losses[-1] < 0.25
    posted = QUESTIONS["x-to-the-fourth"].as_posted
    assert 0.4 < saturated(posted, posted.network.init(0)) < 0.7


def test_short_waves_need_units_that_bend_inside_the_data():
    posted, wide = (
        QUESTIONS["high-frequency"].experiments[name] for name in ("as posted", "wide first layer")
    )
    straight, bent = (np.median(bends(each, each.network.init(0))) for each in (posted, wide))
    assert straight < 0.01 < 0.1 < bent
    run = run_of("high-frequency", seeds=2, steps=10_000)
    assert (run.losses[-1] > 0.9 * run.constant_loss).all()
    assert (run_of("high-frequency", "wide first layer", 2, steps=20_000).losses[-1] < 0.05).all()
    assert (run_of("high-frequency", "cos 4x", 2, steps=20_000).losses[-1] < 0.05).all()


def test_two_relus_are_enough_if_both_live():
    run = run_of("xor-relu", seeds=100, steps=2_000)
    dead, right = dead_units(run.experiment, run.params)[0].any(-1), run.losses[-1] < 0.05
    assert dead.sum() > 50
    assert not right[dead].any()
    assert right[~dead].mean() > 0.3
    assert np.median(run.losses[-1][dead]) == pytest.approx(np.log(2) / 2, abs=0.2)
    rates = [
        (run_of("xor-relu", f"{units} relu", 50, steps=2_000).losses[-1] < 0.05).mean() for units in (1, 3, 8)
    ]
    assert rates[0] == 0
    assert 0.2 < rates[1] < 0.7 < rates[2], "neither never nor always"


def test_positive_weights_are_no_trouble_if_they_are_small():
    posted = QUESTIONS["all-positive-start"].as_posted
    assert saturated(posted, posted.network.init(0)) > 0.9
    short = {"seeds": 1, "steps": 5_000}
    assert run_of("all-positive-start", **short).accuracy(held_out=True) < 0.3
    small = run_of("all-positive-start", "0 to 0.01", **short)
    assert small.accuracy(held_out=True) > 0.8
    assert all(layer.W.min() >= 0 for layer in small.experiment.network.init(0))


def test_a_softmax_of_columns_by_p_minus_t_overflows_and_shorter_steps_only_delay_it():
    diverged = {
        step: run_of("softmax-over-rows", seeds=2, steps=60, step_size=step, record_every=1).diverged
        for step in (1.0, 0.3)
    }
    assert len(diverged[1.0]) == len(diverged[0.3]) == 2
    assert all(diverged[0.3][seed] > 2 * diverged[1.0][seed] for seed in (0, 1))
    posted = QUESTIONS["softmax-over-rows"].as_posted
    sums = posted.outputs(posted.network.init(0)).sum(-1)
    assert sums.max() < 0.5, "one line finds it: a row's outputs do not add up to 1"
    right, naive = (run_of("softmax-over-rows", name, 1) for name in QUESTIONS["softmax-over-rows"].repairs)
    assert right.accuracy(held_out=True) > 0.7
    assert np.allclose(right.losses, naive.losses)


def test_one_output_says_1_to_every_digit_and_its_loss_has_no_floor():
    run = run_of("one-output-for-ten", seeds=2, steps=2_000)
    assert run.outcomes == {"unbounded": 2}
    ones = (run.experiment.dataset.targets == 1).mean()
    assert np.allclose((run.answers.round() == run.experiment.dataset.targets).mean((1, 2)), ones, atol=0.01)
    clipped = np.log(2.0**-23) * (run.experiment.dataset.targets.mean() - 1)
    assert run.constant_loss == pytest.approx(clipped, rel=1e-5)
    repaired = run_of("one-output-for-ten", "ten outputs, softmax", 1)
    assert repaired.accuracy(held_out=True) > 0.85


def test_a_right_gradient_may_lead_to_the_class_frequencies_and_no_further():
    run = run_of("gradients-right-eleven-percent", seeds=2)
    assert run.outcomes == {"constant": 2}
    assert np.allclose(run.losses[-1], run.constant_loss, atol=0.005)
    data = run.experiment.dataset
    few = run.experiment.but(dataset=Dataset(data.inputs[:100], data.targets[:100]))
    assert check_gradients(few, directions=12).passed
    batches = run_of("gradients-right-eleven-percent", "batches of 10", 2)
    assert (batches.losses[-1] < 0.8 * run.constant_loss).all()


def test_swapped_views_lose_rows_and_labels_left_behind_are_learned_by_heart():
    rows = np.arange(150.0).reshape(-1, 1)
    assert len(np.unique(swapped_as_views(rows, 0))) == 150
    assert 60 < len(np.unique(swapped_as_views(rows, 1))) < 90
    assert len(np.unique(swapped_as_views(rows, 10))) < 5
    assert len(np.unique(QUESTIONS["shuffled-apart"].as_posted.dataset.inputs, axis=0)) < 5
    apart, right = (
        run_of("shuffled-apart", name, 3, steps=3_000)
        for name in ("moved apart once, 60 units", "rows moved, labels along")
    )
    assert (apart.accuracy() > 0.5).all()
    assert (apart.accuracy(held_out=True) < 0.5).all()
    assert (right.accuracy(held_out=True) > 0.8).all()
    assert check_gradients(QUESTIONS["shuffled-apart"].as_posted).passed


def test_reshaped_images_have_strangers_for_neighbours_and_mirrored_ones_have_not():
    asked = QUESTIONS["reshaped-images"]
    errors = {
        name: nearest_error(each.dataset, each.dataset.held_out) for name, each in asked.experiments.items()
    }
    assert errors["as posted"] > 0.8
    assert errors["reshaped and turned"] == errors["every picture mirrored"] < 0.1
    assert asked.as_posted == FAULTS["images reshaped"].plant(asked.repairs["reshaped and turned"])
    assert run_of("reshaped-images", seeds=2).accuracy(held_out=True).max() < 0.25
    assert run_of("reshaped-images", "every picture mirrored", 2).accuracy(held_out=True).min() > 0.85


def test_the_accuracy_hides_that_the_rare_class_is_never_named():
    run = run_of("one-class-only", seeds=2, steps=1_000)
    assert run.accuracy().min() > 0.8
    assert run.recall()[:, 0].max() < 0.2
    scaled = run_of("one-class-only", "inputs / 100, step 1", 2, steps=1_000)
    assert scaled.recall()[:, 0].min() > 0.8
    steps = [longest_step(each.experiment, each.experiment.network.init(0)) for each in (run, scaled)]
    assert steps[0] < 0.5 * steps[1]
