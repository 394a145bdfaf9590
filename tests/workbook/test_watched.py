"""Watched arithmetic: what a function computes, and where the first inf or NaN begins."""

import numpy as np
import pytest

from workbook.faults.softmax import naive
from workbook.layers import Layer
from workbook.measures.watched import first_not_finite, operations
from workbook.parts.activations import softmax
from workbook.parts.losses import log_sum

LARGE = np.array([[1.0, 800.0]])


def names(function, *given):
    return [made.name for made in operations(function, *given)]


def test_what_a_softmax_computes_in_order():
    assert names(naive, LARGE) == ["exp", "add.reduce", "divide"]
    assert names(softmax, LARGE) == ["maximum.reduce", "subtract", "exp", "add.reduce", "divide"]
    results = [made.result for made in operations(naive, np.log(np.array([[1.0, 3.0]])))]
    for found, expected in zip(results, ([[1, 3]], [[4]], [[0.25, 0.75]]), strict=True):
        np.testing.assert_allclose(found, expected)


def test_the_function_gives_what_it_gives_unwatched():
    def function(x, W):
        y = np.where(x @ W > 0, x @ W, 0.1)
        y[0] += 1
        return np.clip(np.concatenate([y, y]), -1, 1).mean(), y.max(), y[:, :1].tolist()

    x, W = np.random.RandomState(0).randn(3, 4), np.random.RandomState(1).randn(4, 2)
    seen = []
    operations(lambda *given: seen.append(function(*given)), x, W)
    assert seen == [function(x, W)]


@pytest.mark.parametrize(
    ("name", "function", "given"),
    [
        ("exp", naive, LARGE),
        ("log", lambda p: -np.log(p), np.array([0.5, 0.0])),
        ("divide", lambda x: (x - x.mean(0)) / x.std(0), np.ones((3, 2))),
        ("sqrt", lambda x: np.sqrt(x - 1), np.array([0.5])),
        ("matmul", lambda W: W @ W, np.full((2, 2), 1e200)),
        ("dot", lambda W: np.dot(W, W), np.full((2, 2), 1e200)),
        ("add.reduce", lambda x: np.sum(x), np.full(2, 1e308)),
        ("square", lambda x: np.linalg.norm(np.square(x)), np.array([1e200])),
        ("multiply", lambda x: (x * 1e10).astype(float), np.array([1e300])),
    ],
)
def test_the_operation_that_makes_the_first(name, function, given):
    made = first_not_finite(function, given)
    assert made is not None
    assert made.name == name
    assert all(np.isfinite(array).all() for array in made.taken)
    assert not np.isfinite(made.result).all()


def test_none_where_all_stays_finite():
    assert first_not_finite(softmax, LARGE) is None
    assert first_not_finite(log_sum, LARGE) is None


def test_lists_of_layers_are_watched_and_keep_their_kind():
    params = [Layer(np.full((1, 1), 1e300), np.zeros((1, 1))), Layer(np.ones((1, 1)), None)]

    def squared(params):
        assert all(isinstance(layer, Layer) for layer in params)
        return [layer.W * layer.W for layer in params]

    assert first_not_finite(squared, params).name == "multiply"


def test_nothing_warns_and_nothing_changes():
    given = LARGE.copy()
    first_not_finite(naive, given)
    assert np.array_equal(given, LARGE)
    assert type(given) is np.ndarray


def test_what_is_broken_before_is_refused():
    with pytest.raises(ValueError, match="inf or NaN already"):
        first_not_finite(softmax, np.array([[np.inf, 1.0]]))
