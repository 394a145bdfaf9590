"""What can my network not be? For chapter 02: the setups, and the lines that ask."""

# ruff: noqa: E402, F811 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

X = np.linspace(-1, 1, 41).reshape(-1, 1)  # your own inputs, (rows, columns)
T = X**2 + 1  # and targets, (rows, columns)

# %% workbook
from workbook import Dataset, Experiment, Network, train
from workbook.measures.answers import answers

mine = Experiment(Dataset(X, T), Network((1, 8, 1), hidden="tanh", bias=False), step_size=0.1)
run = train(mine, seeds=0)


def f(rows):
    return answers(run, rows)[0]


# %% numpy
W1, W2 = np.random.RandomState(0).standard_normal((2, 8))


def f(rows):
    return np.tanh(rows @ W1.reshape(1, 8)) @ W2.reshape(8, 1)


# %% pytorch
# import torch
#
# def f(rows):
#     return model(torch.tensor(rows, dtype=torch.float32)).detach().numpy()

# %% now yours
from workbook.measures.symmetry import at_zero, even_share, off_homogeneous

print("where every input is 0, it says", at_zero(f, X).round(3))
print("it is odd, if this is 0:", round(even_share(f, X), 3))
print("odd plus a constant, if this is 0:", round(even_share(f, X, plus_constant=True), 3))
print("twice the input gives twice the output, if this is 0:", round(off_homogeneous(f, X), 3))
print("the targets run from", T.min(), "to", T.max())
