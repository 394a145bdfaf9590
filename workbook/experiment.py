"""The experiment: a complete recipe for training, and nothing hidden."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from workbook.checked import known_fields, number, of_kind, says_unknown_fields, shown, whole
from workbook.data.datasets import Dataset
from workbook.layers import Layer
from workbook.network import Network
from workbook.parts import (
    CLIPPINGS,
    LOSSES,
    OPTIMIZERS,
    ORDERS,
    PENALTIES,
    Clipping,
    Loss,
    Named,
    Optimizer,
    Order,
    Penalty,
)


def _in_order(values: tuple[Any, ...]) -> None:
    """Raise TypeError where a data set and a network do not come first."""
    for value, (name, kind) in zip(values, (("dataset", Dataset), ("network", Network)), strict=False):
        of_kind(name, value, kind)


@says_unknown_fields("an experiment", _in_order)
@dataclass(frozen=True)
class Experiment:
    """Everything that decides how training goes, apart from the seed. To change it, make a changed copy.

    loss, penalty, order, optimizer, clipping: by name. step_size, or learning rate, and momentum, or momentum
    coefficient, are the optimizer's; where given they are put into it, and without an optimizer they make
    gradient descent. batch_size: rows a step, None for all of them. steps: how many. shortest_step: stop a
    seed before `steps` once the change of its parameters is shorter than this (Euclidean length; 0: never).
    record_every: steps between two recorded losses; None: every step of full batches, or so many that there
    are 10 000 losses at most, and once an epoch otherwise. solved_below: a final loss at or below this counts
    as solved.
    """

    dataset: Dataset
    network: Network
    loss: Named[Loss] = Named(LOSSES, "mean squared error")
    penalty: Named[Penalty] = Named(PENALTIES, "none")
    step_size: float = None  # type: ignore[assignment]  # None: the optimizer's; never None once made
    momentum: float = None  # type: ignore[assignment]
    batch_size: int | None = None
    order: Named[Order] = Named(ORDERS, "shuffled")
    steps: int = 1000
    shortest_step: float = 0.0
    record_every: int | None = None
    solved_below: float = 0.01
    optimizer: Named[Optimizer] = Named(OPTIMIZERS, "gradient descent")
    clipping: Named[Clipping] = Named(CLIPPINGS, "none")

    def __post_init__(self) -> None:
        for name, kind in (("dataset", Dataset), ("network", Network)):
            of_kind(name, getattr(self, name), kind)
        self._tune()
        number("shortest_step", self.shortest_step, lambda v: v >= 0, "0 or more")
        number("solved_below", self.solved_below, lambda v: v >= 0, "0 or more")
        whole("steps", self.steps, 0)
        for name in ("batch_size", "record_every"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name), 1)
        rows, n_in, n_out = len(self.dataset), self.dataset.inputs.shape[1], self.dataset.targets.shape[1]
        widths = self.network.widths
        if (n_in, n_out) != (widths[0], widths[-1]):
            raise ValueError(
                f"{self.dataset!r} has {n_in} inputs and {n_out} targets; a network of sizes "
                f"{self.network.sizes} takes {widths[0]} and gives {widths[-1]}{self._class_numbers()}"
            )
        if self.batch_size is not None and self.batch_size > rows:
            raise ValueError(f"batch_size is {shown(self.batch_size)}, but the data set has only {rows} rows")

    def but(self, **changes: Any) -> Experiment:
        """Return a changed copy; names of the network's fields reach into the network.

        Raises TypeError for a field that neither has, ValueError for a value that is out of range.
        """
        known_fields("an experiment", changes, Experiment, Network)
        network = changes.pop("network", self.network)
        inner = {field.name for field in fields(Network)} & changes.keys()
        reaching = {name: changes.pop(name) for name in inner}
        if "optimizer" in changes:  # which has a step size and a momentum of its own
            changes = {"step_size": None, "momentum": None} | changes
        return replace(self, network=network.but(**reaching) if reaching else network, **changes)

    def _tune(self) -> None:
        """Put step_size and momentum into the optimizer, where given; otherwise take them from it."""
        for name, allowed, meaning in (
            ("step_size", lambda v: v > 0, "above 0"),
            ("momentum", lambda v: 0 <= v < 1, "from 0 to below 1"),
        ):
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(self.optimizer, name))
            number(name, getattr(self, name), allowed, meaning)
        if (self.step_size, self.momentum) != (self.optimizer.step_size, self.optimizer.momentum):
            object.__setattr__(self, "optimizer", self.optimizer.retuned(self.step_size, self.momentum))

    def _class_numbers(self) -> str:
        """Return what to do about targets that are the numbers of classes, where the network has one each."""
        targets, classes = self.dataset.targets, self.network.widths[-1]
        if targets.shape[1] > 1 or classes == 1 or not np.isin(targets, np.arange(classes)).all():
            return ""
        return f". Class numbers become one column a class by np.eye({classes})[labels], labels of shape (n,)"

    def outputs(self, params: list[Layer]) -> np.ndarray:
        """Return what the network says to all inputs, (..., n, n_out)."""
        return self.network.forward(params, self.dataset.inputs)[0]

    def loss_at(self, params: list[Layer]) -> np.ndarray:
        """Return the loss on the whole data set, penalty included: one number for each member, (...)."""
        with np.errstate(all="ignore"):
            return self.loss_of(params, self.outputs(params), self.dataset.targets)

    @np.errstate(all="ignore")
    def loss_and_gradient(
        self, params: list[Layer], x: np.ndarray, t: np.ndarray
    ) -> tuple[np.ndarray, list[Layer]]:
        """Return the loss (...) on the rows x, t and its gradient, like params; both include the penalty."""
        y, gradient = self._outputs_and_gradient(params, x, t)
        return self.loss_of(params, y, t), gradient

    @np.errstate(all="ignore")
    def gradient(self, params: list[Layer], x: np.ndarray, t: np.ndarray) -> list[Layer]:
        """Return the gradient alone: what a step needs, where nobody asks for the loss."""
        return self._outputs_and_gradient(params, x, t)[1]

    def _outputs_and_gradient(
        self, params: list[Layer], x: np.ndarray, t: np.ndarray
    ) -> tuple[np.ndarray, list[Layer]]:
        y, trace = self.network.forward(params, x)
        dy = self.loss.gradient(y, self.network.precision.of(t))
        gradient = self.network.backward(params, trace, dy)
        if self.penalised:
            gradient = [
                Layer(part.W + self.penalty.derivative(layer.W), part.b)
                for part, layer in zip(gradient, params, strict=True)
            ]
        return y, gradient

    @property
    def penalised(self) -> bool:
        """Whether there is a penalty at all."""
        return self.penalty.name != "none"

    def loss_of(self, params: list[Layer], y: np.ndarray, t: np.ndarray) -> np.ndarray:
        """Return the loss of the outputs y for the targets t, penalty included: (...)."""
        loss = self.loss.value(y, self.network.precision.of(t))
        return loss + sum(self.penalty.value(layer.W) for layer in params) if self.penalised else loss
