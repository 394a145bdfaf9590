"""Is my gradient the slope of my loss, and does a step bring what it promises? For chapter 01."""

# ruff: noqa: E402, F811 (each part is a cell, and one of the setups is left out)

# %% data
import numpy as np

X = np.random.RandomState(0).standard_normal((50, 3))  # your own inputs, (rows, columns)
T = X[:, :1] * X[:, 1:2]  # and targets, (rows, columns)

# %% workbook
from workbook import Dataset, Experiment, Network

mine = Experiment(Dataset(X, T), Network((3, 4, 1), hidden="tanh"), step_size=0.01)
params = mine.network.init(0)


def loss(params):
    return mine.loss_at(params).item()


def gradient(params):
    return mine.gradient(params, X, T)


# %% numpy
random = np.random.RandomState(1)
params = [random.standard_normal((3, 4)), np.zeros((1, 4)), random.standard_normal((4, 1)), np.zeros((1, 1))]


def outputs(params):
    W1, b1, W2, b2 = params
    h = np.tanh(X @ W1 + b1)
    return h, h @ W2 + b2


def loss(params):
    return np.square(outputs(params)[1] - T).mean()


def gradient(params):
    h, y = outputs(params)
    dy = 2 * (y - T) / y.size
    dz = (dy @ params[2].T) * (1 - h**2)
    return [X.T @ dz, dz.sum(0, keepdims=True), h.T @ dy, dy.sum(0, keepdims=True)]


# %% pytorch
# params = [p.detach().numpy() for p in model.parameters()]
#
# def loss(params):
#     return half_squared_error(with_parameters(model, params), X, T).item()
#
# def gradient(params):
#     leaves = [torch.tensor(p, requires_grad=True) for p in params]
#     return torch.autograd.grad(half_squared_error(with_parameters(model, leaves), X, T), leaves)

# %% now yours
from workbook import check_gradients
from workbook.measures.promise import promise

report = check_gradients(loss=loss, gradient=gradient, params=params)
print("the check passes:", report.passed, "- the worst parameter:", report.worst())
for size in (0.001, 0.01, 0.1, 1):
    print(f"a step of size {size}:", promise(loss, gradient, params, size))
