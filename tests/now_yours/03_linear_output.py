"""Can my output say what it should? For chapter 03: the setups, and the lines that ask."""

# ruff: noqa: E402 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

X = np.linspace(0, 1, 51).reshape(-1, 1)  # your own inputs, (rows, columns)
T = 4 * X**2  # and targets, (rows, columns)
output = "sigmoid"  # what your output unit makes of its weighted sum

# %% workbook
from workbook import Dataset, Experiment, Network

mine = Experiment(Dataset(X, T), Network((1, 16, 1), hidden="relu", output=output), step_size=0.1)
params = mine.network.init(0)
W, b = params[0]
Y, trace = mine.network.forward(params, X)
z = trace[-1].z

# %% numpy
random = np.random.RandomState(0)
W, b, W2 = random.standard_normal((1, 16)), random.standard_normal(16), random.standard_normal((16, 1))
z = np.maximum(X @ W + b, 0) @ W2
Y = 1 / (1 + np.exp(-z))

# %% pytorch
# W, b = model[0].weight, model[0].bias
# z = model[:-1](torch.tensor(X, dtype=torch.float32))
# Y = model[-1](z)

# %% now yours
from workbook.measures.output_unit import hinge_places, no_better_than_zero, out_of_reach, reach
from workbook.measures.saturation import below_zero, slopes_at

print("targets from", T.min(), "to", T.max(), "; the output can say, from and to:", reach(output))
print("error that no training removes:", round(out_of_reach(T, output), 3))
print(f"weighted sum of the output at 0 or below on {below_zero(z):.0%} of the rows")
print("share of the gradient that its slope lets through:", slopes_at(z, output).mean().round(3))
print("the hidden units bend at x =", hinge_places(W, b).round(2))
print("no better than saying 0 to every row:", no_better_than_zero(Y, T))
