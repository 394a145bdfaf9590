"""By hand: every number of one step of gradient descent on one row, beside how it comes about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from workbook.experiment import Experiment
from workbook.layers import Convolution, Layer, Trace, product
from workbook.measures.by_hand_lines import Line, Quantity, Stage, Term, lines
from workbook.measures.names import layer_letters, numbered

UNITS = {"y": "{}", "dy": "d{}", "new y": "new {}"}  # other kinds: z(h₁)


class Row(NamedTuple):
    """A calculation as it is written down: in letters, with its numbers, and what comes out."""

    letters: str
    numbers: str
    value: str


@dataclass(frozen=True)
class Worked:
    """One step on one row. lines: in order; values: of every quantity; widths: units of each layer."""

    lines: tuple[Line, ...]
    values: Mapping[Quantity, float]
    widths: tuple[int, ...]
    biased: tuple[bool, ...]

    @cached_property
    def stages(self) -> list[Stage]:
        """The parts of the step, in order."""
        return list(dict.fromkeys(line.stage for line in self.lines))

    def of_stage(self, stage: Stage) -> list[Line]:
        """Return the lines of one part of the step."""
        return [line for line in self.lines if line.stage == stage]

    def unit(self, layer: int, number: int) -> str:
        """Return the name of a unit: x₂, h₁, y."""
        return numbered(layer_letters(len(self.widths))[layer], number, self.widths[layer])

    def name(self, quantity: Quantity) -> str:
        """Return a quantity in letters: h₁, z(h₁), dz(h₁), w(x₂ h₁), db(h₁)."""
        kind, layer, at = quantity
        if not at:
            return kind
        if quantity.of_parameter:
            *source, target = at if kind.endswith("W") else at[1:]
            units = [self.unit(layer, n) for n in source] + [self.unit(layer + 1, target)]
            return f"{kind.replace('W', 'w')}({' '.join(units)})"
        if kind == "t":
            return numbered("t", at[0], self.widths[-1])
        return UNITS.get(kind, f"{kind}({{}})").format(self.unit(layer, at[0]))

    def title(self, stage: Stage) -> str:
        """Return what a part of the step is called."""
        part, layer = stage
        if not layer:
            return {"loss": "Loss", "update": "Update", "again": "Forward again"}[part]
        last = len(self.widths) - 1
        number = f" {layer}" if last > 2 else ""
        return f"{part.capitalize()}: {'output layer' if layer == last else f'hidden layer{number}'}"

    def term(self, line: Line, number: int) -> Row:
        """Return one product of a line's sum."""
        term = line.terms[number]
        value = float(np.prod([self.values[each] for each in term]))
        return Row(" · ".join(map(self.name, term)), self._product(term), written(value))

    def whole(self, line: Line) -> Row:
        """Return a line: its name and how it comes about in letters, the same with its numbers, its value."""
        name, value = self.name(line.gives), written(self.values[line.gives])
        if not line.formula:
            letters = " + ".join(" · ".join(map(self.name, term)) for term in line.terms)
            return Row(f"{name} = {letters}", " + ".join(map(self._product, line.terms)), value)
        names = {each.kind: self.name(each) for each in line.terms[0]}
        numbers = {each.kind: in_formula(self.values[each]) for each in line.terms[0]}
        return Row(f"{name} = {line.formula.format(**names)}", line.formula.format(**numbers), value)

    def arrays(self, stage: Stage) -> list[Row]:
        """Return a part of the step as it is done for whole layers: formulas, shapes, shape of the result."""
        part, layer = stage
        if part == "update":
            return UPDATE
        if not layer:
            return [self.whole(line)._replace(numbers="") for line in self.of_stage(stage)]
        n, m = self.widths[layer - 1 : layer + 1]
        x, y = (layer_letters(len(self.widths))[at] for at in (layer - 1, layer))
        biased = self.biased[layer - 1]
        if part == "forward":
            plus = (" + b", f" + (1, {m})") if biased else ("", "")
            z = Row(f"z = {x} W{plus[0]}", f"(1, {n}) ({n}, {m}){plus[1]}", f"(1, {m})")
            return [z, Row(f"{y} = f(z)", "unit by unit", f"(1, {m})")]
        rows = [
            Row(f"dz = d{y} · f'(z)", "unit by unit", f"(1, {m})"),
            Row(f"dW = {x}ᵀ dz", f"({n}, 1) (1, {m})", f"({n}, {m})"),
            *[Row("db = dz", f"(1, {m})", f"(1, {m})")] * biased,
        ]
        return rows + [Row(f"d{x} = dz Wᵀ", f"(1, {m}) ({m}, {n})", f"(1, {n})")] * (layer > 1)

    def _product(self, term: Term) -> str:
        return " · ".join(in_formula(self.values[each]) for each in term)


UPDATE = [
    Row("W - step · dW", "", "new W"),
    Row("b - step · db", "", "new b"),
]


def worked(experiment: Experiment, params: list[Layer], row: int = 0) -> Worked:
    """Return one step of gradient descent from params on one row of the data, line by line.

    params: of one network. All values are the engine's own. Raises ValueError for what has no such lines:
    a population, convolutions, units that share an activation (softmax), penalties, other optimizers.
    """
    _check(experiment, params)
    network, data, last = experiment.network, experiment.dataset, len(params)
    x, t = data.inputs[[row]], data.targets[[row]]
    with np.errstate(all="ignore"):
        y, trace = network.forward(params, x)
        dy = experiment.loss.gradient(y, t)
        gradient = network.backward(params, trace, dy)
        units = gradients_at_units(experiment, params, trace, dy)
        moved = [
            _moved(layer, change, experiment.step_size)
            for layer, change in zip(params, gradient, strict=True)
        ]
        loss = float(experiment.loss.value(y, t))
        known = [("y", 0, x), ("t", last, t), ("new y", last, network.forward(moved, x)[0])]
    for number, (step, (slope, dy, dz)) in enumerate(zip(trace, units, strict=True), 1):
        known += [("z", number, step.z), ("y", number, step.y), ("slope", number, slope)]
        known += [("dy", number, dy), ("dz", number, dz)]
    values = {Quantity(kind, layer, at[1:]): v for kind, layer, array in known for at, v in _items(array)}
    for before, layers in (("", params), ("d", gradient), ("new ", moved)):
        for number, (W, b) in enumerate(layers):
            for kind, array in (("W", W), ("b", b)):
                values |= {Quantity(before + kind, number, at): v for at, v in _items(array)}
    values |= {Quantity("loss"): loss, Quantity("step"): float(experiment.step_size)}
    return Worked(tuple(lines(experiment)), values, network.widths, network.biased)


def gradients_at_units(
    experiment: Experiment, params: list[Layer], trace: list[Trace], dy: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return for each dense layer its activation's slope, and the gradients at y and at z, each (n, n_out).

    `backpropagation` computes them on its way, and keeps only those of the parameters. Raises ValueError for
    an activation whose units do not go back one by one.
    """
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for (W, _), (_, z, y), activation in zip(
        params[::-1], trace[::-1], experiment.network.activations[::-1], strict=True
    ):
        slope, dz = activation.derivative(z, y), activation.back(dy, z, y)
        if not np.array_equal(dz, dy * slope, equal_nan=True):
            raise ValueError(
                f"the units of {activation.name!r} do not go back one by one, by dz = dy · slope, so there "
                "is no line for each of them"
            )
        found.insert(0, (slope, dy, dz))
        dy = product(dz, W.swapaxes(-1, -2))
    return found


def written(value: float) -> str:
    """Write a number with eight significant digits, as far as there are so many."""
    return f"{value + 0.0:.8g}".replace("e-0", "e-")


def in_formula(value: float) -> str:
    """Write a number as it stands in a formula: with four digits, a negative one in brackets."""
    text = f"{value + 0.0:.4g}".replace("e-0", "e-")
    return f"({text})" if value < 0 else text


def _moved(layer: Layer, gradient: Layer, step_size: float) -> Layer:
    """Return a layer after the step."""
    b = None if layer.b is None or gradient.b is None else layer.b - step_size * gradient.b
    return Layer(layer.W - step_size * gradient.W, b)


def _items(array: np.ndarray | None) -> Iterator[tuple[tuple[int, ...], float]]:
    """Return each number of an array (1, n) or (n_in, n_out) with its index; none where there is none."""
    return ((at, float(value)) for at, value in ([] if array is None else np.ndenumerate(array)))


def _check(experiment: Experiment, params: list[Layer]) -> None:
    """Raise ValueError for what has no lines of this kind."""
    network, optimizer = experiment.network, experiment.optimizer
    if params[0].W.ndim != 2:
        raise ValueError(f"the lines are those of one network, but W has the shape {params[0].W.shape}")
    if any(isinstance(layer, Convolution) for layer in network.layers):
        raise ValueError(f"only dense layers can be worked by hand, not those of {network.sizes}")
    probe = np.ones((1, 1))
    plain = optimizer.step(probe, optimizer.start(probe))[0] == -experiment.step_size
    if experiment.penalised or experiment.clipping.clip is not None or experiment.momentum or not plain:
        raise ValueError(
            "one plain step of gradient descent can be worked by hand; found the optimizer "
            f"{optimizer.name!r}, the penalty {experiment.penalty.name!r}, the clipping "
            f"{experiment.clipping.name!r}"
        )
