"""What PyTorch makes of whole networks: training by each optimizer, and a convolutional network."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

KEPT_STEPS = (1, 2, 50)


def draw(seed: int, *shape: int) -> Tensor:
    """Return standard normal numbers, rounded to 3 decimals so that the files stay small."""
    numbers = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return torch.round(numbers * 1000) / 1000


def by_layer(model: nn.Module, gradients: bool = False) -> list[dict[str, list]]:
    """Return W (n_seen, n_out) and b (1, n_out) of each layer, or their gradients.

    A convolution's n_seen runs over (channel, row, column) of its window.
    """
    layers = []
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            W, b = (part.grad if gradients else part.data for part in (module.weight, module.bias))
            layers.append({"W": W.reshape(len(W), -1).T.tolist(), "b": b.reshape(1, -1).tolist()})
    return layers


def fill(model: nn.Module, seed: int, size: float) -> None:
    """Set every parameter of the model to its own fixed numbers."""
    for offset, part in enumerate(model.parameters()):
        part.data = size * draw(seed + offset, *part.shape)


def train_each_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    clip: Callable[[Iterable[Tensor]], Any],
    x: Tensor,
    t: Tensor,
) -> dict[str, Any]:
    """Return the loss before each step and after the last, and the parameters after some of them."""
    losses, lengths, kept = [], [], {}
    for step in range(1, max(KEPT_STEPS) + 1):
        optimizer.zero_grad()
        loss = functional.mse_loss(model(x), t)
        loss.backward()
        lengths.append(torch.cat([part.grad.flatten() for part in model.parameters()]).norm().item())
        clip(model.parameters())
        optimizer.step()
        losses.append(loss.item())
        if step in KEPT_STEPS:
            kept[str(step)] = by_layer(model)
    losses.append(functional.mse_loss(model(x), t).item())
    return {"losses": losses, "gradient_lengths": lengths, "params": kept}


def clipping(settings: dict[str, float]) -> Callable[[Iterable[Tensor]], Any]:
    """Return what is done to the gradients before a step: clipped by norm, by value, or nothing."""
    if "clip_norm" in settings:
        return lambda parts: clip_grad_norm_(parts, settings["clip_norm"])
    if "clip_value" in settings:
        return lambda parts: clip_grad_value_(parts, settings["clip_value"])
    return lambda parts: None


def optimizers() -> dict[str, Any]:
    """A 3-4-2 network, trained for 50 full-batch steps by each optimizer."""
    sgd, rmsprop, adam = torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adam
    descent = {"lr": 0.1}
    adam_settings = {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8}
    by_norm, by_value = {"clip_norm": 0.05}, {"clip_value": 0.01}
    recipes: dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, float]]] = {
        "gradient descent": (sgd, descent, {}),
        "momentum": (sgd, descent | {"momentum": 0.9}, {}),
        "nesterov": (sgd, descent | {"momentum": 0.9, "nesterov": True}, {}),
        "rmsprop": (rmsprop, {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}, {}),
        "adam": (adam, adam_settings, {}),
        "adam, clipped by norm": (adam, adam_settings, by_norm),
        "adam, clipped by value": (adam, adam_settings, by_value),
        # This limit is exceeded at first and kept later: both branches of the clipping are seen.
        "gradient descent, clipped by norm": (sgd, descent, {"clip_norm": 0.5}),
    }
    x, t = draw(1, 6, 3), draw(2, 6, 2)
    runs = {}
    for name, (kind, settings, clip) in recipes.items():
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
        fill(model, 10, 0.5)
        start = by_layer(model)
        trained = train_each_step(model, kind(model.parameters(), **settings), clipping(clip), x, t)
        runs[name] = {"settings": settings | clip, **trained}
    return {
        "clip_norm": "gradient * min(1, limit / (length + 1e-6)), length over all parameters together",
        "inputs": x.tolist(),
        "targets": t.tolist(),
        "start": start,
        "runs": runs,
    }


def convolutional(last_pool: bool) -> dict[str, Any]:
    """A convolutional network on 4 images of 8 by 8: logits, loss and all gradients."""
    x, t = draw(30, 4, 64), torch.eye(3)[[0, 2, 1, 2]]
    x.requires_grad_()
    first = [nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 3, 3, padding=1), nn.Tanh(), nn.AvgPool2d(2)]
    second = [nn.Conv2d(3, 4, 3), nn.ReLU(), *([nn.MaxPool2d(2)] if last_pool else []), nn.Flatten()]
    dense = [nn.Linear(4 if last_pool else 16, 5), nn.Tanh(), nn.Linear(5, 3)]
    model = nn.Sequential(*first, *second, *dense)
    fill(model, 40, 0.5)
    logits = model(x)
    loss = functional.cross_entropy(logits, t)
    loss.backward()
    return {
        "layers": [repr(part) for part in model],
        "inputs": x.tolist(),
        "targets": t.tolist(),
        "params": by_layer(model),
        "logits": logits.tolist(),
        "loss": loss.item(),
        "gradients": by_layer(model, gradients=True),
        "input_gradient": x.grad.tolist(),
    }


def lenet() -> dict[str, Any]:
    """The convolutional network with its last pooling (one pixel is left) and without (2 by 2)."""
    variants = {"with last pool": convolutional(True), "without last pool": convolutional(False)}
    return {"order": "channel, row, column", **variants}
