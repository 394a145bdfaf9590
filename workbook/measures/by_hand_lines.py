"""The lines of one step of gradient descent on one row: which number comes from which, in order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np

from workbook.experiment import Experiment

# What an activation and a loss do, in letters; others are called by their names.
VALUES = {
    "sigmoid": "1 / (1 + e^-{z})",
    "tanh": "tanh({z})",
    "relu": "max({z}, 0)",
    "identity": "{z}",
}
SLOPES = {
    "sigmoid": "{y} (1 - {y})",
    "tanh": "1 - {y}²",
    "relu": "1 if {z} > 0, else 0",
    "identity": "1",
}
HALVES = ("quadratic cost", "half summed squared error")  # on one row they are the same


class Quantity(NamedTuple):
    """One number of the step. kind, layer, at: of a unit, whose layer counts from the inputs, 0:

    y its output, z its weighted sum, slope that of its activation, and dy, dz: the gradients at both. Of a
    parameter, whose layer counts from the first hidden one, 0, at as in its array: W, b, dW, db, and
    "new W", "new b" after the step. Of the output: t its target, "new y" after the step. Of all: loss, step.
    """

    kind: str
    layer: int = 0
    at: tuple[int, ...] = ()

    @property
    def of_parameter(self) -> bool:
        """Whether it stands at a weight or a bias; otherwise it stands at a unit, or nowhere."""
        return self.kind[-1] in "Wb"


Term = tuple[Quantity, ...]


class Stage(NamedTuple):
    """A part of the step: "forward" and "back" through a layer (1: the first hidden one), and the others."""

    part: str  # "forward", "loss", "back", "update", "again"
    layer: int = 0


class Line(NamedTuple):
    """How one number comes about: a sum of products, or else a formula of what is used.

    terms: the products, each of the quantities in it; where there is a formula, one term, of what stands in
    it. formula: {z} stands for the quantity of kind z.
    """

    stage: Stage
    gives: Quantity
    terms: tuple[Term, ...]
    formula: str = ""


def lines(experiment: Experiment) -> Iterator[Line]:
    """Return all lines in order: forward, the loss, back, the update, and the outputs after it."""
    network = experiment.network
    last = len(network.layers)
    for layer in range(1, last + 1):
        yield from _forward(experiment, layer)
    yield from _loss(experiment)
    for layer in range(last, 0, -1):
        yield from _back(experiment, layer)
    for layer, shapes in enumerate(network.shapes):
        for kind, shape in zip("Wb", shapes, strict=True):
            for index in np.ndindex(shape or (0,)):
                used = Quantity(kind, layer, index), Quantity("step"), Quantity(f"d{kind}", layer, index)
                formula = f"{{{kind}}} - {{step}} · {{d{kind}}}"
                yield Line(Stage("update"), Quantity(f"new {kind}", layer, index), (used,), formula)
    for n in range(network.widths[-1]):
        inputs = _units("y", 0, network.widths[0])
        yield Line(Stage("again"), Quantity("new y", last, (n,)), (inputs,), "forward, with the new weights")


def _forward(experiment: Experiment, layer: int) -> Iterator[Line]:
    network, stage = experiment.network, Stage("forward", layer)
    name = network.activations[layer - 1].name
    for j in range(network.widths[layer]):
        z = Quantity("z", layer, (j,))
        inputs = _units("y", layer - 1, network.widths[layer - 1])
        products: list[Term] = [(x, Quantity("W", layer - 1, (i, j))) for i, x in enumerate(inputs)]
        bias: list[Term] = [(Quantity("b", layer - 1, (0, j)),)] * network.biased[layer - 1]
        yield Line(stage, z, (*products, *bias))
        yield Line(stage, Quantity("y", layer, (j,)), ((z,),), VALUES.get(name, f"{name} of {{z}}"))


def _loss(experiment: Experiment) -> Iterator[Line]:
    stage, name, last = Stage("loss"), experiment.loss.name, len(experiment.network.layers)
    count = experiment.network.widths[-1]
    pairs = list(zip(_units("y", last, count), _units("t", last, count), strict=True))
    short = name in HALVES and count == 1
    yield Line(stage, Quantity("loss"), (tuple(chain(*pairs)),), "1/2 ({y} - {t})²" if short else name)
    slope = "{y} - {t}" if name in HALVES else "slope of the loss at {y}"
    for n, pair in enumerate(pairs):
        yield Line(stage, Quantity("dy", last, (n,)), (pair,), slope)


def _back(experiment: Experiment, layer: int) -> Iterator[Line]:
    network, stage = experiment.network, Stage("back", layer)
    name = network.activations[layer - 1].name
    below, here = network.widths[layer - 1 : layer + 1]
    gradients = _units("dz", layer, here)
    for j, dz in enumerate(gradients):
        dy, slope, z, y = (Quantity(kind, layer, (j,)) for kind in ("dy", "slope", "z", "y"))
        yield Line(stage, slope, ((z, y),), SLOPES.get(name, f"slope of {name} at {{z}}"))
        yield Line(stage, dz, ((dy, slope),))
        for i, x in enumerate(_units("y", layer - 1, below)):
            yield Line(stage, Quantity("dW", layer - 1, (i, j)), ((x, dz),))
        if network.biased[layer - 1]:
            yield Line(stage, Quantity("db", layer - 1, (0, j)), ((dz,),))
    for i in range(below if layer > 1 else 0):
        terms = tuple((dz, Quantity("W", layer - 1, (i, j))) for j, dz in enumerate(gradients))
        yield Line(stage, Quantity("dy", layer - 1, (i,)), terms)


def _units(kind: str, layer: int, count: int) -> Term:
    return tuple(Quantity(kind, layer, (n,)) for n in range(count))
