"""First guesses: what a student tries before reading, and the sentence that it gets."""

import numpy as np
import pytest

from workbook import Dataset, Experiment, Network, Trainer, check_gradients, train

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((200, 2))  # so large that NumPy would print it in many lines
SQUARES = X[:, 0] ** 2
T = SQUARES.reshape(-1, 1)
DATA, NET = Dataset(X, T), Network((2, 4, 1))
MINE = Experiment(DATA, NET, steps=3)
HOLE = np.where(X > 2, np.nan, X)
LABELS = np.arange(200).reshape(-1, 1) % 10


def nothing(z):
    return z


GUESSES = {
    "targets of one axis": (lambda: Dataset(X, SQUARES), r"A single column is values.reshape\(-1, 1\)"),
    "inputs of one axis": (lambda: Dataset(SQUARES, T), r"the shape is \(200,\)"),
    "flat lists": (lambda: Dataset([1, 2], [1, 2]), "must have rows and columns"),
    "ragged lists": (lambda: Dataset([[1, 2], [3]], [[1], [2]]), "numbers in rows of equal length"),
    "too few targets": (lambda: Dataset(X, T[:10]), "200 rows of inputs .* 10 rows of targets"),
    "turned inputs": (lambda: Dataset(X.T, T), r"2 rows of inputs \(2, 200\) but 200 rows"),
    "the name first": (lambda: Dataset("mine", X, T), "a data set's name is text and comes last"),
    "X= and y=": (lambda: Dataset(X=X, y=T), "no field 'X'. Did you mean 'inputs'"),
    "NaN": (lambda: Dataset(HOLE, T), "inputs of 'data' holds nan in row .*, column [01]; it must"),
    "targets as texts": (lambda: Dataset(X, ["yes", "no"] * 100), r"such as 'yes': np.unique\(names"),
    "inputs as texts": (lambda: Dataset([["red"]] * 200, T), "such as 'red': leave it out, or make"),
    "sizes one by one": (lambda: Network(2, 4, 1), r"in one tuple, Network\(\(2, 4, 1\)\), not one by one"),
    "two sizes one by one": (lambda: Network(2, 1), r"Network\(\(2, 1\)\), not one by one"),
    "a function": (lambda: Network((2, 4, 1), hidden=np.tanh), "Did you mean 'tanh', in quotes"),
    "a function of one's own": (lambda: Network((2, 4, 1), hidden=nothing), "must be a name .text. or Activ"),
    "activation=": (lambda: Network((2, 4, 1), activation="tanh"), "Did you mean 'hidden'"),
    "linear": (lambda: Network((2, 4, 1), output="linear"), "Did you mean 'identity'"),
    "ReLU": (lambda: Network((2, 4, 1), hidden="ReLU"), "Did you mean 'relu'"),
    "two activations": (lambda: Network((2, 4, 1), hidden=["relu"] * 2), "hidden names 2 parts for 1 layers"),
    "mse": (lambda: Experiment(DATA, NET, loss="mse"), "Did you mean 'mean squared error'"),
    "cross entropy": (lambda: Experiment(DATA, NET, loss="cross entropy"), "'softmax cross-entropy' .for cl"),
    "Adam": (lambda: Experiment(DATA, NET, optimizer="Adam"), "Did you mean 'adam'"),
    "SGD": (lambda: Experiment(DATA, NET, optimizer="SGD"), "Did you mean 'gradient descent'"),
    "lr=": (lambda: Experiment(DATA, NET, lr=0.1), "Did you mean 'step_size' .learning rate."),
    "epochs=": (lambda: Experiment(DATA, NET, epochs=10), "'steps' .an epoch is a step for each batch."),
    "a step size in quotes": (lambda: Experiment(DATA, NET, step_size="0.1"), "step_size must be a number"),
    "1e3 steps": (lambda: Experiment(DATA, NET, steps=1e3), "whole number, 0 or more; 1000.0 is not"),
    "a large batch": (lambda: Experiment(DATA, NET, batch_size=500), "500, but .* only 200 rows"),
    "network first": (lambda: Experiment(NET, DATA), r"Dataset, .* Dataset\(inputs, targets\) makes"),
    "arrays": (lambda: Experiment(X, T, NET), r"Dataset, not an array of shape \(200, 2\): Dataset"),
    "a pair of arrays": (lambda: Experiment((X, T), NET), "not a tuple of 2 with arrays in it: Dataset"),
    "a wide first layer": (lambda: Experiment(DATA, Network((3, 4, 1))), "has 2 inputs and .* takes 3"),
    "class numbers": (
        lambda: Experiment(Dataset(X, LABELS), Network((2, 8, 10))),
        r"gives 10. Class numbers become one column a class by np.eye\(10\)\[labels\]",
    ),
    "train(net)": (lambda: train(NET), r"must be an Experiment, .* Experiment\(dataset, network\) makes one"),
    "train(net, X, T)": (lambda: train(NET, X, T), "must be an Experiment"),
    "train(X, T)": (lambda: train(X, T), r"must be an Experiment, not an array of shape \(200, 2\)"),
    "seeds=-1": (lambda: train(MINE, seeds=-1), r"a seed lies between 0 and 2\*\*32 - 1; -1 does not"),
    "seeds=5.0": (lambda: train(MINE, seeds=5.0), "a seed is a whole number, not 5.0"),
    "seeds in quotes": (lambda: train(MINE, seeds="5"), "a seed is a whole number, not '5'"),
    "a trainer of a network": (lambda: Trainer(NET, 0), "must be an Experiment"),
    "check_gradients(net)": (lambda: check_gradients(NET), r"not a Network, .* Experiment\(dataset, net"),
    "check_gradients(X, T)": (lambda: check_gradients(X, T), "an experiment is checked, not an array"),
    "forward the other way round": (lambda: NET.forward(X, NET.init(0)), r"takes first what init\(seed\)"),
    "one row without a bracket": (lambda: NET.forward(NET.init(0), X[0]), r"shape \(2,\).*needs \(n, 2"),
    "a column too many": (lambda: NET.forward(NET.init(0), np.ones((5, 3))), r"\(5, 3\).*needs \(n, 2\)"),
    "a share in per cent": (lambda: DATA.split(20), "share must be finite and between 0 and 1"),
}  # fmt: skip


@pytest.mark.parametrize("guess", GUESSES)
def test_a_wrong_first_guess_gets_a_sentence(guess):
    call, said = GUESSES[guess]
    with pytest.raises((TypeError, ValueError), match=said) as caught:
        call()
    words = str(caught.value)
    assert len(words) < 420
    assert "\n" not in words
    assert "array([" not in words


class Frame:
    """As much of a frame as a data set asks for."""

    columns = ("height", "weight")

    def to_numpy(self):
        return X


def test_first_guesses_that_are_right():
    assert Network([2, 4, 1]) == NET
    assert Dataset(X.tolist(), T.tolist()) == DATA
    assert Dataset(Frame(), T).input_names == ("height", "weight")
    assert len(train(MINE, seeds=[3, 1, 2]).seeds) == 3
    assert Dataset(X, T > 1).labels is not None
    assert NET.forward(NET.init(0), [[1, 2]])[0].shape == (1, 1)
