"""Do my inputs fit my weights? For chapter 06: the setups, and the lines that ask."""

# ruff: noqa: E402 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

from workbook.data.digits import digits

pictures, _ = digits()
X, labels = 1.0 * pictures.pixels, pictures.labels  # your own inputs, (rows, columns), and one label a row
hidden = "sigmoid"

# %% workbook
from workbook import Dataset, Experiment, Network

mine = Experiment(Dataset(X, np.eye(10)[labels]), Network((64, 30, 10), hidden, initializer="normal(1)"))
params = mine.network.init(0)
W, b = params[0]
z = mine.network.forward(params, X)[1][0].z

# %% numpy
random = np.random.RandomState(0)
W, b = random.standard_normal((64, 30)), random.standard_normal(30)
z = X @ W + b

# %% pytorch
# W, b = model[0].weight.T, model[0].bias
# z = model[0](torch.tensor(X, dtype=torch.float32))

# %% now yours
from workbook.measures.neighbours import nearest_right
from workbook.measures.saturation import expected_z, measured_z, saturated_at, squared_length

print("inputs from", X.min(), "to", X.max())
print(f"sum of squares of a row: {squared_length(X):.3g}")
print(f"so z should be about {expected_z(X, W, b):.3g} in size; it is {measured_z(z):.3g}")
print(f"saturated: {saturated_at(z, hidden):.0%} of units and rows")
print(f"the nearest other row has the same label for {nearest_right(X, labels):.0%} of the rows")
