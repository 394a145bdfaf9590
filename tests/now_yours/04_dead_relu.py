"""Which of my units are dead? For chapter 04: the setups, and the lines that ask."""

# ruff: noqa: E402 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

X = np.random.RandomState(0).standard_normal((100, 3))  # your own inputs, (rows, columns)
T = 5 + X[:, :1]  # and targets, (rows, columns)

# %% workbook
from workbook import Dataset, Experiment, Network, train

mine = Experiment(Dataset(X, T), Network((3, 12, 1), hidden="relu"), step_size=0.05, steps=100)
run = train(mine, seeds=0)
outputs, trace = mine.network.forward(run.params, X)
z, Y = trace[0].z[0], outputs[0]  # of seed 0

# %% numpy
random = np.random.RandomState(1)
W1, b1, W2, b2 = random.standard_normal((3, 12)), np.linspace(-9, 1, 12), random.standard_normal((12, 1)), 5
z = X @ W1 + b1
Y = np.maximum(z, 0) @ W2 + b2

# %% pytorch
# rows = torch.tensor(X, dtype=torch.float32)
# z, Y = model[0](rows), model(rows)

# %% now yours
from workbook.measures.answers import beside_constant
from workbook.measures.unit_life import rows_of_units

active = rows_of_units(z)
print("active rows of each unit, of", len(X), "-", active)
print("units that are dead:", (active == 0).sum(), "of", active.size)
print("units that never rest, and so are straight:", (active == len(X)).sum())
print(beside_constant(Y, T))
