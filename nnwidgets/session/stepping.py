"""One step of training, gone through number by number: a layer, a unit or a product at a time."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from nnwidgets.session.knobs import Choice
from nnwidgets.session.played import Played
from nnwidgets.session.watched import locked
from workbook import Experiment
from workbook.measures.by_hand import Row, Worked, worked
from workbook.measures.by_hand_lines import Line, Quantity

LAYER, UNIT, PRODUCT = "a layer at a time", "a unit at a time", "a product at a time"
PACE = {LAYER: 0.45, UNIT: 0.15, PRODUCT: 0.3}  # seconds between two pictures
GIVEN = ("W", "b", "t", "step")  # what is known before anything is computed, beside the inputs


class Position(NamedTuple):
    """A line of the step, and which product of its sum is being formed; None: the whole line is done."""

    line: int
    term: int | None


class StepThrough(Played):
    """One step of gradient descent on one row, of an experiment that subclasses name in `experiment`.

    zoom: how much is done at a time. step: how many positions are done, of all the products and lines that
    there are; at a coarser zoom several are done at once.
    """

    title = "one step of backpropagation"
    counts = "number"
    seeded = False
    reach: tuple[str, ...] = ("zoom",)

    zoom = Choice(dict.fromkeys((LAYER, UNIT, PRODUCT)), "go", default=UNIT)

    task: asyncio.Task[None] | None = None
    work: Worked
    positions: list[Position]

    def experiment(self) -> Experiment:
        """Return the experiment whose first step is gone through, on the first row of its data."""
        raise NotImplementedError

    def begin(self) -> None:
        """Work the step out, and stand before its first number."""
        self._compute()

    @property
    def steps(self) -> int:
        """How many positions there are, at the finest zoom."""
        return len(self.positions)

    @property
    def stops(self) -> list[int]:
        """The steps that can be shown at this zoom, after the start."""
        every = list(enumerate(self.positions, 1))
        if self.zoom == PRODUCT:
            return [number for number, _ in every]
        if self.zoom == UNIT:
            return [number for number, position in every if position.term is None]
        ends = {self.work.lines[position.line].stage: number for number, position in every}
        return list(ends.values())

    @property
    def position(self) -> Position | None:
        """Where it stands; None at the start."""
        return self.positions[self.step - 1] if self.step else None

    @property
    def line(self) -> Line | None:
        """The line that is shown; None at the start."""
        return self.work.lines[self.position.line] if self.position else None

    def now(self) -> list[Line]:
        """Return the lines that are shown at once: one, or those of a whole layer; none at the start."""
        if self.line is None:
            return []
        return self.work.of_stage(self.line.stage) if self.zoom == LAYER else [self.line]

    def row(self) -> Row | None:
        """Return the product, or the line, that is shown, as it is written; None at the start."""
        if self.line is None or self.position is None:
            return None
        if self.position.term is None:
            return self.work.whole(self.line)
        return self.work.term(self.line, self.position.term)

    def known(self) -> set[Quantity]:
        """Return the quantities that are known where it stands."""
        done = [
            self.work.lines[position.line].gives
            for position in self.positions[: self.step]
            if position.term is None
        ]
        first = (
            each for each in self.work.values if each.kind in GIVEN or (each.kind, each.layer) == ("y", 0)
        )
        return {*first, *done}

    def headline(self) -> str:
        """Say where it stands, and what is computed there."""
        where, row, line = self._where(), self.row(), self.line
        if row is None or line is None:
            size = f"step size {self.work.values[Quantity('step')]:g}"
            return f"{where}; {size}: the input, the weights and the biases are known, and nothing else"
        title = self.work.title(line.stage)
        if self.zoom == LAYER and line.stage.layer:
            return f"{where}. {title}: {'; '.join(each.letters for each in self.work.arrays(line.stage))}"
        name = "" if self.position and self.position.term is not None else f"{self.work.name(line.gives)} = "
        numbers = "" if row.numbers == row.value else f"{row.numbers} = "
        return f"{where}. {title}: {name}{numbers}{row.value}"

    def _where(self) -> str:
        """Return how many of the numbers are done, or, a layer at a time, of the parts."""
        if self.zoom == LAYER:
            return f"part {bisect_right(self.stops, self.step)} of {len(self.stops)}"
        return f"number {self.step} of {self.steps}"

    @locked
    def reset(self) -> None:
        """Go back to the start."""
        self.playing = False
        self._show(0)

    @locked
    def advance(self, steps: int = 1) -> None:
        """Go on by so many stops, at most to the end."""
        ahead = self.stops[bisect_right(self.stops, self.step) :][:steps]
        if ahead:
            self._show(ahead[-1])

    @locked
    def back(self) -> None:
        """Show the stop before the one that is shown, or the start."""
        self.go_to(self.step - 1)

    @locked
    def go_to(self, step: int) -> None:
        """Pause, and show the nearest stop at or before `step`."""
        self.playing = False
        before = self.stops[: bisect_right(self.stops, step)]
        self._show(before[-1] if before else 0)

    async def go_on(self) -> None:
        """Go from stop to stop."""
        while self.going:
            self.advance()
            await asyncio.sleep(PACE[self.zoom])

    @locked
    def turned(self, change: Any) -> None:
        """Follow a knob: another zoom shows all that its stop holds; what is computed anew stays in place."""
        if change.name == "zoom":
            stops = self.stops
            self._show(stops[bisect_left(stops, self.step)] if self.step else 0)
        else:
            self._compute()

    def _compute(self) -> None:
        experiment = self.experiment()
        self.work = worked(experiment, experiment.network.init(0))
        self.positions = list(_positions(self.work))
        self._show(min(self.step, self.steps))

    def _show(self, step: int) -> None:
        self.step = step
        self.finished = step == self.steps
        self.changed += 1


def _positions(work: Worked) -> Iterator[Position]:
    """Return every product of a sum of several, and every line, in order."""
    for number, line in enumerate(work.lines):
        if len(line.terms) > 1:
            yield from (Position(number, term) for term in range(len(line.terms)))
        yield Position(number, None)
