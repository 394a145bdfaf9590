"""Where does my first NaN come from? For chapter 09: the setups, and the lines that ask."""

# ruff: noqa: E402 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

X = 50 * np.random.RandomState(0).standard_normal((40, 6))  # your own inputs, (rows, columns)
T = np.eye(4)[np.arange(40) % 4]  # and targets, (rows, columns)

# %% workbook
from workbook import Dataset, Experiment, Network
from workbook.faults import FAULTS

right = Experiment(
    Dataset(X, T),
    Network((6, 30, 4), hidden="relu", initializer="normal(1)", precision="single"),
    loss="softmax cross-entropy",
)
mine = FAULTS["naive softmax"].plant(right)
y, trace = mine.network.forward(mine.network.init(0), X)
stages = {"X": X} | {f"z{number}": step.z for number, step in enumerate(trace, 1)}
compute, given = mine.loss.gradient, (y, mine.network.precision.of(T))

# %% numpy
W1, W2 = np.random.RandomState(1).standard_normal((6, 30)), np.random.RandomState(2).standard_normal((30, 4))
z1 = X @ W1
z2 = np.maximum(z1, 0) @ W2
stages = {"X": X, "z1": z1, "z2": z2}
compute, given = lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), (z2,)

# %% pytorch
# stages = {name: p.grad for name, p in model.named_parameters()}
# compute, given = np.exp, (model(torch.tensor(X, dtype=torch.float32)).detach().numpy(),)

# %% now yours
from workbook.measures.ranges import range_of
from workbook.measures.watched import first_not_finite

for name, array in stages.items():
    print(f"{name}: {range_of(array)}")
made = first_not_finite(compute, *given)
print("the first inf or NaN is made by:", "nothing" if made is None else made.name)
