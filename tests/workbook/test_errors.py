"""Mistakes: each message says what was passed and what was expected, or which known name is nearest."""

import re

import numpy as np
import pytest

from workbook import Dataset, Experiment, Layer, Network, Rate, check_gradients, train
from workbook.data.datasets import xor
from workbook.parts import ACTIVATIONS, INITIALIZERS, LOSSES, ORDERS, PENALTIES, explicit

NET = Network((2, 4, 1))
XOR = Experiment(xor(), NET, steps=3)
PARAMS = NET.init(0)
X = np.zeros((4, 2))


def with_layer(number, **changes):
    params = list(PARAMS)
    params[number] = params[number]._replace(**changes)
    return params


MISTAKES = {
    # names
    "activation": (
        lambda: ACTIVATIONS["rellu"], TypeError, r"no activation is called 'rellu'\. Did you mean 'relu'\?"
    ),
    "all names": (lambda: ACTIVATIONS["xyz"], TypeError, r"'xyz'\. Known: 'elu', 'gelu', 'identity'"),
    "capital": (lambda: Network((2, 1), hidden="Tanh"), TypeError, "Did you mean 'tanh'"),
    "loss": (lambda: LOSSES["mean square error"], TypeError, "Did you mean 'mean squared error'"),
    "penalty": (lambda: PENALTIES["weight deca(1)"], TypeError, "Did you mean 'weight decay'"),
    "order": (lambda: XOR.but(order="shufled"), TypeError, "no order is called .*Did you mean 'shuffled'"),
    "initializer": (lambda: NET.but(initializer="xaver"), TypeError, "Did you mean 'xavier'"),
    "part type": (
        lambda: Network((2, 1), output=np.tanh), TypeError, "must be a name .* or Activation, not <ufunc"
    ),
    "network field": (lambda: NET.but(hiden="relu"), TypeError, "no field 'hiden'. Did you mean 'hidden'"),
    "experiment field": (
        lambda: XOR.but(stepsize=1), TypeError, "no field 'stepsize'. Did you mean 'step_size'"
    ),
    "reaching field": (lambda: XOR.but(initialiser="he"), TypeError, "Did you mean 'initializer'"),
    "outcome": (lambda: train(XOR).rate("solvd"), ValueError, "one of solved, diverged, .*not 'solvd'"),
    # parameters of parts
    "too many": (
        lambda: ACTIVATIONS["leaky relu(1, 2)"], ValueError, r"\(1, 2\)' has the wrong .*wanted: slope"
    ),
    "none wanted": (
        lambda: ACTIVATIONS["tanh(3)"], ValueError, r"'tanh\(3\)' has the wrong parameters; wanted: none"
    ),
    "none wanted by a loss": (lambda: LOSSES["quadratic cost(2)"], ValueError, "wrong parameters"),
    "none wanted by an order": (lambda: ORDERS["shuffled(2)"], ValueError, "wrong parameters"),
    "no number": (lambda: PENALTIES["weight decay(much)"], ValueError, "wrong parameters; wanted: rate"),
    "missing": (lambda: PENALTIES["weight decay"], ValueError, "wrong parameters; wanted: rate"),
    "negative decay": (lambda: PENALTIES["weight decay(-1)"], ValueError, "finite and 0 or more.*-1"),
    "endless decay": (lambda: PENALTIES["weight decay(inf)"], ValueError, "finite and 0 or more.*inf"),
    "negative deviation": (lambda: INITIALIZERS["normal(-1)"], ValueError, "0 or more, not -1"),
    "deviation not a number": (lambda: INITIALIZERS["normal(nan)"], ValueError, "0 or more, not nan"),
    "bounds": (
        lambda: INITIALIZERS["uniform(2, 1)"],
        ValueError, "bounds are finite, the lower one first, not 2 and 1"
    ),
    # networks
    "one size": (lambda: Network((2,)), ValueError, r"at least one layer.*not \(2,\)"),
    "sizes a number": (lambda: Network(5), ValueError, "sizes needs inputs and at least one layer.*not 5"),
    "negative size": (lambda: Network((2, -1, 1)), ValueError, r"whole number of units.*\(2, -1, 1\)"),
    "zero size": (lambda: Network((2, 0)), ValueError, "1 or more"),
    "half a unit": (lambda: Network((2, 1.5)), ValueError, r"whole number.*\(2, 1.5\)"),
    "true units": (lambda: Network((True, 1)), ValueError, "whole number"),
    "bias count": (lambda: Network((2, 4, 1), bias=(True,)), ValueError, "bias has 1 values for 2 layers"),
    "bias a number": (
        lambda: Network((2, 1), bias=1), ValueError, "bias must be True, False, or one .* a layer, not 1"
    ),
    "explicit shape": (
        lambda: NET.but(initializer=explicit([[1, 2]], [[1]])).init(0),
        ValueError,
        r"layer 0 needs start values of shape \(2, 4\), but was given \(1, 2\)",
    ),
    "explicit too few": (
        lambda: Network((1, 1, 1), initializer=explicit([[1]])).init(0), ValueError, "layer 1 needs .*nothing"
    ),
    # seeds
    "seed text": (lambda: NET.init("0"), TypeError, "a seed is a whole number, not '0'"),
    "seed float": (lambda: NET.init([0, 1.0]), TypeError, "a seed is a whole number, not 1.0"),
    "seed truth": (lambda: NET.init(True), TypeError, "whole number, not True"),
    "seed none": (lambda: train(XOR, None), TypeError, "whole number, not None"),
    "seed negative": (lambda: train(XOR, [0, -1]), ValueError, r"between 0 and 2\*\*32 - 1; -1 does not"),
    "seed large": (lambda: NET.init(2**32), ValueError, "4294967296 does not"),
    "no seeds": (lambda: train(XOR, []), ValueError, "no seeds were given"),
    "same seed twice": (lambda: train(XOR, [3, 4, 3]), ValueError, "seed 3 was given twice"),
    # shapes, always both
    "x width": (
        lambda: NET.forward(PARAMS, np.zeros((4, 3))), ValueError, r"\(4, 3\).*\(2, 4, 1\) needs \(n, 2\)"
    ),
    "x flat": (lambda: NET.forward(PARAMS, np.zeros(2)), ValueError, r"x has shape \(2,\).*needs \(n, 2\)"),
    "x list": (lambda: NET.forward(PARAMS, [0, 1]), ValueError, r"x has shape \(2,\).*needs \(n, 2\)"),
    "layers": (lambda: NET.forward(PARAMS[:1], X), ValueError, r"\[\(\(2, 4\), \(1, 4\)\)\]; .*\(2, 4, 1\)"),
    "W shape": (
        lambda: NET.forward(with_layer(1, W=np.zeros((3, 1))), X),
        ValueError,
        r"\(\(3, 1\), \(1, 1\)\)\]; .* need .*\(\(4, 1\), \(1, 1\)\)\]",
    ),
    "b shape": (
        lambda: NET.forward(with_layer(0, b=np.zeros(4)), X),
        ValueError,
        r"\[\(\(2, 4\), \(4,\)\), .* need \[\(\(2, 4\), \(1, 4\)\)",
    ),
    "b missing": (
        lambda: NET.forward(with_layer(0, b=None), X), ValueError,
        r"\(\(2, 4\), None\).* need .*\(\(2, 4\), \(1, 4\)\)"
    ),
    "b too many": (
        lambda: NET.but(bias=False).forward(PARAMS, X), ValueError,
        r"\(1, 4\).* bias False need \[\(\(2, 4\), None\)"
    ),
    "start shape": (
        lambda: train(XOR, 0, NET.but(sizes=(2, 3, 1)).init([0])), ValueError, r"\(2, 3\).* need \[\(\(2, 4\)"
    ),
    "start count": (
        lambda: train(XOR, range(3), NET.init(range(2))), ValueError, r"params .* 2 members.* 3 seeds"
    ),
    "start empty": (lambda: train(XOR, 0, []), ValueError, r"shapes \[\]; sizes \(2, 4, 1\)"),
    # data
    "rows": (
        lambda: Dataset(X, [[1]]), ValueError, r"4 rows of inputs \(4, 2\) but 1 rows of targets \(1, 1\)"
    ),
    "flat": (lambda: Dataset(X, [1, 2, 3, 4], "mine"), ValueError, r"targets of 'mine' .*shape is \(4,\)"),
    "deep": (lambda: Dataset(np.zeros((2, 2, 2)), [[1], [1]]), ValueError, r"inputs .*shape is \(2, 2, 2\)"),
    "no rows": (lambda: Dataset(np.zeros((0, 2)), np.zeros((0, 1))), ValueError, r"is empty: shape \(0, 2\)"),
    "no columns": (lambda: Dataset(X, np.zeros((4, 0))), ValueError, r"targets .*is empty: shape \(4, 0\)"),
    "not a number": (
        lambda: Dataset([[0, 1], [2, np.nan]], [[1], [1]]), ValueError,
        "inputs .*holds nan in row 1, column 1",
    ),
    "infinite": (
        lambda: Dataset([[0], [1]], [[-np.inf], [1]]), ValueError, "targets .*holds -inf in row 0, column 0"
    ),
    "text": (lambda: Dataset([["a"]], [[1]]), ValueError, "inputs .*must be real numbers; found <U1"),
    "ragged": (lambda: Dataset([[1], [1, 2]], [[1], [1]]), ValueError, "rows of equal length"),
    "wrong network": (
        lambda: Experiment(xor(), Network((3, 1))), ValueError,
        r"2 inputs and 1 targets.*\(3, 1\) takes 3 and gives 1",
    ),
    "wrong outputs": (lambda: XOR.but(sizes=(2, 2)), ValueError, r"\(2, 2\) takes 2 and gives 2"),
    # the recipe
    "step size 0": (
        lambda: XOR.but(step_size=0), ValueError, "step_size must be finite and above 0; 0 is not"
    ),
    "step size not finite": (lambda: XOR.but(step_size=np.inf), ValueError, "step_size must be finite"),
    "step size not a number": (lambda: XOR.but(step_size=np.nan), ValueError, "step_size must be finite"),
    "step size text": (lambda: XOR.but(step_size="0.1"), ValueError, "step_size must be a number, not '0.1'"),
    "step size truth": (lambda: XOR.but(step_size=True), ValueError, "step_size must be a number, not True"),
    "momentum 1": (lambda: XOR.but(momentum=1), ValueError, "momentum .*from 0 to below 1; 1 is not"),
    "momentum negative": (lambda: XOR.but(momentum=-0.1), ValueError, "momentum .*-0.1 is not"),
    "shortest step": (lambda: XOR.but(shortest_step=-1), ValueError, "shortest_step .*0 or more; -1 is not"),
    "solved below": (lambda: XOR.but(solved_below=-1), ValueError, "solved_below .*0 or more; -1 is not"),
    "steps": (lambda: XOR.but(steps=-1), ValueError, "steps must be a whole number, 0 or more; -1 is not"),
    "steps half": (
        lambda: XOR.but(steps=1.5), ValueError, "steps must be a whole number, 0 or more; 1.5 is not"
    ),
    "steps truth": (lambda: XOR.but(steps=True), ValueError, "steps must be a whole number"),
    "batch 0": (
        lambda: XOR.but(batch_size=0), ValueError, "batch_size must be a whole number, 1 or more; 0 is not"
    ),
    "batch over rows": (
        lambda: XOR.but(batch_size=5), ValueError, "batch_size is 5, but the data set has only 4 rows"
    ),
    "record": (lambda: XOR.but(record_every=0), ValueError, "record_every must be a whole number, 1 or more"),
    # the gradient check
    "width 0": (
        lambda: check_gradients(XOR, width=0), ValueError, "width must be finite and above 0; 0 is not"
    ),
    "width negative": (lambda: check_gradients(XOR, width=-1e-5), ValueError, "width .*-1e-05 is not"),
    "width not finite": (lambda: check_gradients(XOR, width=np.inf), ValueError, "width must be finite"),
    "width not a number": (lambda: check_gradients(XOR, width=np.nan), ValueError, "width must be finite"),
    "params with seeds": (
        lambda: check_gradients(XOR, params=NET.init([0, 1])), ValueError,
        r"W of shape \(2, 2, 4\).*without a seed axis",
    ),
    # rates
    "count over total": (lambda: Rate(3, 2), ValueError, "not 3 of 2"),
    "count negative": (lambda: Rate(-1, 2), ValueError, "not -1 of 2"),
    "of none": (lambda: Rate(0, 0), ValueError, "total of 1 or more, not 0 of 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error, match=message) as raised:
        mistake()
    assert type(raised.value) is error
    assert not re.search(r"<function|<lambda|0x[0-9a-f]{6}", str(raised.value))  # nothing of the inside shows


def test_layers_may_be_plain_pairs_of_arrays():
    y, _ = NET.forward([(W, b) for W, b in PARAMS], X)
    np.testing.assert_array_equal(y, NET.forward([Layer(W, b) for W, b in PARAMS], X)[0])
