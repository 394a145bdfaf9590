"""One step by hand: its lines say what the engine does, number by number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook import Dataset, Experiment, Network, train
from workbook.layers import Convolution, Picture
from workbook.measures.by_hand import Quantity, in_formula, worked, written

KINDS = ["sigmoid", "tanh", "relu", "leaky relu(0.1)", "elu", "softplus", "silu", "gelu", "identity"]
LOSSES = ["quadratic cost", "mean squared error", "huber", "sigmoid cross-entropy", "softmax cross-entropy"]


@st.composite
def dense(draw):
    """A dense network of any depth, activations and biases, and two rows of data."""
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)))
    layers = len(sizes) - 1
    network = Network(
        sizes,
        hidden=tuple(draw(st.lists(st.sampled_from(KINDS), min_size=layers - 1, max_size=layers - 1))),
        output=draw(st.sampled_from(KINDS)),
        bias=tuple(draw(st.lists(st.booleans(), min_size=layers, max_size=layers))),
        initializer="normal(1)",
        bias_initializer="normal(0.5)",
    )
    random = np.random.RandomState(draw(st.integers(0, 3)))
    data = Dataset(random.standard_normal((2, sizes[0])), random.rand(2, sizes[-1]))
    return Experiment(data, network, loss=draw(st.sampled_from(LOSSES)), step_size=0.3, steps=1)


def of_row(experiment, row):
    data = experiment.dataset
    return experiment.but(dataset=Dataset(data.inputs[[row]], data.targets[[row]]))


@given(dense(), st.integers(0, 1))
@settings(max_examples=60, deadline=None)
def test_the_numbers_are_those_of_the_engine(experiment, row):
    params = experiment.network.init(0)
    step = worked(experiment, params, row)
    alone = of_row(experiment, row)
    loss, gradient = alone.loss_and_gradient(params, alone.dataset.inputs, alone.dataset.targets)
    _, trace = experiment.network.forward(params, alone.dataset.inputs)
    run = train(alone, seeds=0)
    assert step.values[Quantity("loss")] == loss
    for layer, (W, b) in enumerate(gradient):
        for kind, array in (("W", W), ("b", b)):
            for at, value in () if array is None else np.ndenumerate(array):
                moved = getattr(run.params[layer], kind)[0][at]
                assert step.values[Quantity(f"d{kind}", layer, at)] == value
                assert step.values[Quantity(f"new {kind}", layer, at)] == pytest.approx(moved, rel=1e-14)
        for n in range(W.shape[1]):
            assert step.values[Quantity("z", layer + 1, (n,))] == trace[layer].z[0, n]
            assert step.values[Quantity("y", layer + 1, (n,))] == trace[layer].y[0, n]
    assert [line.gives for line in step.lines].count(Quantity("loss")) == 1
    for n in range(experiment.network.widths[-1]):
        new = step.values[Quantity("new y", len(gradient), (n,))]
        assert new == pytest.approx(run.outputs[0, 0, n], rel=1e-12, abs=1e-15)


@given(dense())
@settings(max_examples=60, deadline=None)
def test_each_line_follows_from_those_before_it(experiment):
    """A sum is the sum of its products; what is used is known; every number is given once."""
    params = experiment.network.init(1)
    step = worked(experiment, params)
    given_at_first = {each for each in step.values if each.kind in ("W", "b", "t", "step")}
    known = given_at_first | {Quantity("y", 0, (n,)) for n in range(experiment.network.widths[0])}
    for line in step.lines:
        assert {each for term in line.terms for each in term} <= known
        assert line.gives not in known
        known.add(line.gives)
        if not line.formula:
            total = sum(np.prod([step.values[each] for each in term]) for term in line.terms)
            assert step.values[line.gives] == pytest.approx(total, rel=1e-12, abs=1e-12)
        if line.gives.kind.startswith("new ") and line.gives.of_parameter:
            old, size, slope = (step.values[each] for each in line.terms[0])
            assert step.values[line.gives] == pytest.approx(old - size * slope)
    assert known == set(step.values)


def small(**changes):
    data = Dataset([[2, -1]], [[3]])
    start = {"initializer": "constant(0.5)", "bias_initializer": "constant(-0.1)"}
    return Experiment(data, Network((2, 1, 1), "relu", **start), loss="quadratic cost").but(**changes)


def test_a_line_in_letters_and_in_numbers():
    experiment = small()
    step = worked(experiment, experiment.network.init(0))
    rows = [step.whole(line) for line in step.lines]
    assert rows[0] == (
        "z(h) = x₁ · w(x₁ h) + x₂ · w(x₂ h) + b(h)", "2 · 0.5 + (-1) · 0.5 + (-0.1)", "0.4"
    )  # fmt: skip
    assert step.term(step.lines[0], 1) == ("x₂ · w(x₂ h)", "(-1) · 0.5", "-0.5")
    assert rows[1] == ("h = max(z(h), 0)", "max(0.4, 0)", "0.4")
    assert rows[4] == ("loss = 1/2 (y - t)²", "1/2 (0.1 - 3)²", "4.205")
    letters = [row.letters for row in rows]
    assert "dz(h) = dh · slope(h)" in letters
    assert "dw(x₂ h) = x₂ · dz(h)" in letters
    assert "new w(x₂ h) = w(x₂ h) - step · dw(x₂ h)" in letters
    titles = [step.title(stage) for stage in step.stages]
    assert titles == [
        "Forward: hidden layer",
        "Forward: output layer",
        "Loss",
        "Back: output layer",
        "Back: hidden layer",
        "Update",
        "Forward again",
    ]
    assert sum(len(step.of_stage(stage)) for stage in step.stages) == len(step.lines)


def test_a_part_of_the_step_for_whole_layers_says_the_shapes():
    experiment = small(sizes=(2, 3, 4, 1), bias=(True, True, False))
    step = worked(experiment, experiment.network.init(0))
    rows = {step.title(stage): step.arrays(stage) for stage in step.stages}
    assert rows["Forward: hidden layer 2"][0] == ("z = h W + b", "(1, 3) (3, 4) + (1, 4)", "(1, 4)")
    assert rows["Forward: output layer"][0] == ("z = k W", "(1, 4) (4, 1)", "(1, 1)")
    assert ("dW = hᵀ dz", "(3, 1) (1, 4)", "(3, 4)") in rows["Back: hidden layer 2"]
    assert ("dh = dz Wᵀ", "(1, 4) (4, 3)", "(1, 3)") in rows["Back: hidden layer 2"]
    assert "dx = dz Wᵀ" not in [row.letters for row in rows["Back: hidden layer 1"]]
    assert "db = dz" not in [row.letters for row in rows["Back: output layer"]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"output": "softmax", "sizes": (2, 1, 2), "dataset": Dataset([[1, 2]], [[0, 1]])}, "one by one"),
        ({"penalty": "weight decay(0.1)"}, "weight decay"),
        ({"optimizer": "adam"}, "adam"),
        ({"momentum": 0.9}, "plain step"),
        ({"clipping": "norm(1)"}, "norm"),
    ],
)
def test_what_has_no_lines_is_refused(changes, said):
    experiment = small(**changes)
    with pytest.raises(ValueError, match=said):
        worked(experiment, experiment.network.init(0))


def test_a_population_and_a_convolution_are_refused():
    experiment = small()
    with pytest.raises(ValueError, match="one network"):
        worked(experiment, experiment.network.init(range(2)))
    sizes = (Picture(2, 1), Convolution(1, 1), 1)
    with pytest.raises(ValueError, match="dense"):
        worked(small(sizes=sizes), experiment.but(sizes=sizes).network.init(0))


def test_how_numbers_are_written():
    assert (written(0.789003309), written(-0.0), written(2e-7)) == ("0.78900331", "0", "2e-7")
    assert (in_formula(-0.25), in_formula(0.123456), in_formula(12)) == ("(-0.25)", "0.1235", "12")
