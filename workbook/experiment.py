"""The experiment: a complete recipe for training, and nothing hidden."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from workbook.checked import known_fields, number, whole
from workbook.data.datasets import Dataset
from workbook.network import Layer, Network
from workbook.parts import (
    LOSSES,
    ORDERS,
    PENALTIES,
    Loss,
    Named,
    Optimizer,
    Order,
    Penalty,
    gradient_descent,
    momentum,
)


@dataclass(frozen=True)
class Experiment:
    """Everything that decides how training goes, apart from the seed. To change it, make a changed copy.

    loss, penalty, order: by name. step_size, or learning rate, and momentum, or momentum coefficient, make
    the optimizer. batch_size: rows a step, None for all of them. steps: how many. shortest_step: stop a seed
    before `steps` once the change of its parameters is shorter than this (Euclidean length; 0: never).
    record_every: steps between two recorded losses; None: every step of full batches, once an epoch
    otherwise. solved_below: a final loss at or below this counts as solved.
    """

    dataset: Dataset
    network: Network
    loss: Named[Loss] = Named(LOSSES, "mean squared error")
    penalty: Named[Penalty] = Named(PENALTIES, "none")
    step_size: float = 0.1
    momentum: float = 0.0
    batch_size: int | None = None
    order: Named[Order] = Named(ORDERS, "shuffled")
    steps: int = 1000
    shortest_step: float = 0.0
    record_every: int | None = None
    solved_below: float = 0.01

    def __post_init__(self) -> None:
        for name, kind in (("dataset", Dataset), ("network", Network)):
            if not isinstance(getattr(self, name), kind):
                raise TypeError(f"{name} must be a {kind.__name__}, not {getattr(self, name)!r}")
        number("step_size", self.step_size, lambda v: v > 0, "above 0")
        number("momentum", self.momentum, lambda v: 0 <= v < 1, "from 0 to below 1")
        number("shortest_step", self.shortest_step, lambda v: v >= 0, "0 or more")
        number("solved_below", self.solved_below, lambda v: v >= 0, "0 or more")
        whole("steps", self.steps, 0)
        for name in ("batch_size", "record_every"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name), 1)
        rows, n_in, n_out = len(self.dataset), self.dataset.inputs.shape[1], self.dataset.targets.shape[1]
        if (n_in, n_out) != (self.network.sizes[0], self.network.sizes[-1]):
            raise ValueError(
                f"{self.dataset!r} has {n_in} inputs and {n_out} targets; a network of sizes "
                f"{self.network.sizes} takes {self.network.sizes[0]} and gives {self.network.sizes[-1]}"
            )
        if self.batch_size is not None and self.batch_size > rows:
            raise ValueError(f"batch_size is {self.batch_size}, but the data set has only {rows} rows")

    def but(self, **changes: Any) -> Experiment:
        """Return a changed copy; names of the network's fields reach into the network.

        Raises TypeError for a field that neither has, ValueError for a value that is out of range.
        """
        known_fields("an experiment", changes, Experiment, Network)
        network = changes.pop("network", self.network)
        inner = {field.name for field in fields(Network)} & changes.keys()
        reaching = {name: changes.pop(name) for name in inner}
        return replace(self, network=network.but(**reaching) if reaching else network, **changes)

    @cached_property
    def optimizer(self) -> Optimizer:
        """The rule that turns gradients into steps."""
        if self.momentum == 0:
            return gradient_descent(self.step_size)
        return momentum(self.step_size, self.momentum)

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
        gradient = self.network.backward(params, trace, self.loss.gradient(y, t))
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
        loss = self.loss.value(y, t)
        return loss + sum(self.penalty.value(layer.W) for layer in params) if self.penalised else loss
