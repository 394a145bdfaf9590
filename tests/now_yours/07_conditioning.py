"""How many steps will my inputs cost? For chapter 07: the setups, and the lines that ask."""

# ruff: noqa: E402 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

random = np.random.RandomState(0)
X = np.column_stack([random.uniform(0, 1, 100), random.uniform(400, 500, 100), np.full(100, 7.0)])
T = X[:, :1] + X[:, 1:2]  # your own targets, (rows, columns)

# %% workbook
from workbook import Dataset, Experiment, Network, train

mine = Experiment(Dataset(X, T), Network((3, 1)), step_size=1e-6, steps=1000)
Y = train(mine, seeds=0).outputs[0]

# %% numpy
W1, b1, W2, b2 = random.standard_normal((3, 8)), np.zeros(8), random.standard_normal((8, 1)), 450
Y = np.tanh(X @ W1 + b1) @ W2 + b2

# %% pytorch
# Y = model(torch.tensor(X, dtype=torch.float32)).detach().numpy()

# %% now yours
from workbook.measures import answers, columns

even = (X - X.mean(0)) / np.where(np.ptp(X, axis=0) > 0, X.std(0), 1)
print("columns that never change:", columns.never_change(X))
print(f"condition number {columns.condition(X):.2g}, standardised {columns.condition(even):.2g}")
print(f"the largest eigenvalue {columns.curvatures(X)[-1]:.3g}")
print(f"R2 {answers.explained(Y, T):.4f}, worst answer off by {np.abs(Y - T).max():.2g}")
