"""What PyTorch makes of single functions: losses, activations, initializers."""

from collections.abc import Callable
from typing import Any

import torch
from networks import draw
from torch import Tensor
from torch.nn import functional, init

CLIP = 1e-7  # Keras keeps probabilities between this and 1 - this


def clipped_categorical(p: Tensor, t: Tensor) -> Tensor:
    """Keras's cross-entropy on probabilities: by row sum, clipped, mean over rows."""
    clipped = (p / p.sum(-1, keepdim=True)).clamp(CLIP, 1 - CLIP)
    return -(t * clipped.log()).sum(-1).mean()


def clipped_binary(p: Tensor, t: Tensor) -> Tensor:
    """Keras's binary cross-entropy on probabilities: clipped, mean over outputs and rows."""
    clipped = p.clamp(CLIP, 1 - CLIP)
    return -(t * clipped.log() + (1 - t) * (1 - clipped).log()).mean()


def losses() -> dict[str, Any]:
    """Every loss on 5 rows and 3 outputs: its value, and its gradient in what it was handed."""
    z = 2 * draw(20, 5, 3)
    z[3], z[4] = torch.tensor([800.0, -800.0, 3.0]), torch.tensor([-800.0, 800.0, 799.0])
    classes = torch.eye(3)[[0, 2, 1, 1, 2]]
    shares = torch.tensor([[0.9, 0.05, 0.05], [0.2, 0.5, 0.3], [0, 0.25, 0.75], [0.1, 0.1, 0.8], [1, 0, 0]])
    switches = torch.tensor([[1.0, 0, 1], [0, 0, 1], [0.25, 0.5, 1], [0, 1, 1], [0, 1, 0]])
    y = draw(21, 5, 3)
    y[4] = torch.tensor([800.0, -800.0, 0.5])
    t = y[[0, 1, 2, 3, 3]] + 0.6 * draw(22, 5, 3)
    p = torch.tensor([[0.7, 0.2, 0.1], [0.5, 0.9, 0.2], [1, 0, 0], [3e-8, 0.4, 0.6], [1e-9, 1 - 1e-9, 1e-9]])

    entropy, binary = functional.cross_entropy, functional.binary_cross_entropy_with_logits
    arrays = {"z": z, "classes": classes, "shares": shares, "switches": switches, "y": y, "t": t, "p": p}
    table: dict[str, tuple[str, str, Callable[[Tensor, Tensor], Tensor]]] = {
        "softmax cross-entropy": ("z", "classes", entropy),
        "softmax cross-entropy, shares": ("z", "shares", entropy),
        "sigmoid cross-entropy, mean": ("z", "switches", binary),
        "sigmoid cross-entropy, summed over outputs": ("z", "switches", lambda z, t: binary(z, t) * 3),
        "absolute error": ("y", "t", functional.l1_loss),
        "huber 1": ("y", "t", lambda y, t: functional.huber_loss(y, t, delta=1.0)),
        "huber 0.3": ("y", "t", lambda y, t: functional.huber_loss(y, t, delta=0.3)),
        "mean squared error": ("y", "t", functional.mse_loss),
        "softmax, then mean squared error": (
            "z",
            "classes",
            lambda z, t: functional.mse_loss(z.softmax(-1), t),
        ),
        "softmax twice": ("z", "classes", lambda z, t: entropy(z.softmax(-1), t)),
        "clipped categorical": ("p", "classes", clipped_categorical),
        "clipped categorical after softmax": (
            "z",
            "classes",
            lambda z, t: clipped_categorical(z.softmax(-1), t),
        ),
        "clipped binary": ("p", "switches", clipped_binary),
        "clipped binary after sigmoid": ("z", "switches", lambda z, t: clipped_binary(z.sigmoid(), t)),
    }
    found = {}
    for name, (outputs, targets, loss) in table.items():
        handed = arrays[outputs].clone().requires_grad_()
        value = loss(handed, arrays[targets])
        (gradient,) = torch.autograd.grad(value, handed)
        found[name] = {"outputs": outputs, "targets": targets, "value": value.item()}
        found[name]["gradient"] = gradient.tolist()
    elements = binary(z, switches, reduction="none").tolist()
    stored = {name: array.tolist() for name, array in arrays.items()}
    return {"arrays": stored, "losses": found, "sigmoid cross-entropy, elements": elements}


def activations() -> dict[str, Any]:
    """Every activation and its derivative on both sides of 0, never at 0 itself."""
    fine = [1e-6, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9, 1, 1.2, 1.5, 1.75, 2, 2.5]
    above = torch.tensor([*fine, 3, 3.5, 4, 5, 6, 7, 8.5, 10, 15, 19, 21, 30, 36, 38, 50, 800])
    z = torch.cat([-above.flip(0), above])
    table: dict[str, Callable[[Tensor], Tensor]] = {
        "elu 1": functional.elu,
        "elu 0.5": lambda z: functional.elu(z, alpha=0.5),
        "gelu": functional.gelu,
        "gelu, tanh": lambda z: functional.gelu(z, approximate="tanh"),
        # PyTorch takes z itself above 20 unless told otherwise, which float64 can tell apart up to 37.
        "softplus": lambda z: functional.softplus(z, threshold=40),
        "silu": functional.silu,
        "leaky relu 0.01": functional.leaky_relu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
    }
    found = {}
    for name, activation in table.items():
        handed = z.clone().requires_grad_()
        y = activation(handed)
        (derivative,) = torch.autograd.grad(y.sum(), handed)
        found[name] = {"value": y.tolist(), "derivative": derivative.tolist()}
    return {"z": z.tolist(), "activations": found}


def initializers() -> dict[str, Any]:
    """The spread of each initializer for 30 inputs and 20 outputs, out of its own draw.

    The same seed gives the same plain numbers, so the ratio of the lengths is the spread itself.
    """

    def spread(fill_in: Callable[[Tensor], Tensor], plain: Callable[[Tensor], Tensor]) -> float:
        lengths = []
        for filler in (fill_in, plain):
            torch.manual_seed(0)
            lengths.append(filler(torch.empty(20, 30)).norm().item())
        return lengths[0] / lengths[1]

    def flat(W: Tensor) -> Tensor:
        return init.uniform_(W, -1, 1)

    def kaiming(draw_in: Callable[..., Tensor], nonlinearity: str) -> Callable[[Tensor], Tensor]:
        return lambda W: draw_in(W, mode="fan_in", nonlinearity=nonlinearity)

    return {
        "fan_in": 30,
        "fan_out": 20,
        "xavier_uniform bound": spread(init.xavier_uniform_, flat),
        "xavier_normal std": spread(init.xavier_normal_, init.normal_),
        "kaiming_uniform bound, relu": spread(kaiming(init.kaiming_uniform_, "relu"), flat),
        "kaiming_normal std, relu": spread(kaiming(init.kaiming_normal_, "relu"), init.normal_),
        "kaiming_uniform bound, linear": spread(kaiming(init.kaiming_uniform_, "linear"), flat),
        "kaiming_normal std, linear": spread(kaiming(init.kaiming_normal_, "linear"), init.normal_),
    }
