"""Is my gradient the slope of my loss? For chapter 05: the setups, and the lines that ask."""

# ruff: noqa: E402, F811 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

X = np.random.RandomState(0).standard_normal((30, 2))  # your own inputs, (rows, columns)
T = X[:, :1] * X[:, 1:]  # and targets, (rows, columns)

# %% workbook
from workbook import Dataset, Experiment, Network

mine = Experiment(Dataset(X, T), Network((2, 20, 1)))
params = mine.network.init(0)


def loss(params):
    return mine.loss_at(params)


def gradient(params):
    return mine.gradient(params, X, T)


# %% numpy
random = np.random.RandomState(0)
params = {"W1": random.standard_normal((2, 20)), "W2": random.standard_normal((20, 1))}


def loss(params):
    return np.mean((np.tanh(X @ params["W1"]) @ params["W2"] - T) ** 2)


def gradient(params):
    hidden = np.tanh(X @ params["W1"])
    dy = 2 * (hidden @ params["W2"] - T) / len(T)
    return {"W1": X.T @ (dy @ params["W2"].T * (1 - hidden**2)), "W2": hidden.T @ dy}


# %% pytorch
# from torch.func import functional_call
# params = {name: p.detach().double().numpy() for name, p in model.named_parameters()}
# rows, wanted = torch.tensor(X), torch.tensor(T)
#
# def loss(params):
#     tensors = {name: torch.tensor(array) for name, array in params.items()}
#     return ((functional_call(model.double(), tensors, rows) - wanted) ** 2).mean()
#
# def gradient(params):
#     tensors = {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}
#     ((functional_call(model.double(), tensors, rows) - wanted) ** 2).mean().backward()
#     return {name: tensor.grad for name, tensor in tensors.items()}

# %% now yours
from workbook import check_gradients

each = check_gradients(loss=loss, gradient=gradient, params=params)
print(each)
print("the worst parameter:", each.worst())
some = check_gradients(loss=loss, gradient=gradient, params=params, directions=20)
print("along 20 random directions, for large networks:", some.passed)
