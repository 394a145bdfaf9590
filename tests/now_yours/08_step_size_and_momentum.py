"""How long may my steps be, and what is left? For chapter 08: the setups, and the lines that ask."""

# ruff: noqa: E402 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

X = np.random.RandomState(0).uniform(0, 10, (100, 1))  # your own inputs, (rows, columns)
T = np.cos(X)  # and targets, (rows, columns)

# %% workbook
from workbook import Dataset, Experiment, Network, train

mine = Experiment(Dataset(X, T), Network((1, 30, 1), initializer="normal(1)"), step_size=0.01, steps=300)
run = train(mine, seeds=0)
Y, losses = run.outputs[0], run.losses[:, 0]

# %% numpy
random = np.random.RandomState(1)
W1, b1, w2, losses = random.standard_normal((1, 30)), random.standard_normal(30), np.zeros((30, 1)), []
for _ in range(300):
    H = np.tanh(X @ W1 + b1)
    Y = H @ w2
    losses.append(((Y - T) ** 2).mean())
    w2 -= 0.02 * H.T @ (Y - T) / len(X)

# %% pytorch
# losses.append(loss.item())  # after each epoch
# Y = model(torch.tensor(X, dtype=torch.float32))

# %% now yours
from workbook.measures.what_is_left import error_by_parts, fell, roughness

rough, factor = roughness(losses), fell(losses)
print("typical error, by quarters of the first input:", error_by_parts(X[:, 0], Y, T).round(2))
print(f"roughness {rough:.3f}:", "rough" if rough > 0.2 else "smooth")
print(f"falls by a factor of {factor:.2g} in its second half:", "flat" if factor < 1.1 else "falling")
print("smooth and falling: longer steps; rough and flat: shorter; rough and falling: more of them;")
print("smooth and flat: longer steps first, and if it stays flat, the start, the data or the units")
