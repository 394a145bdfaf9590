"""The network as a drawing: units that show what they say, and parameters that can be taken hold of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase

from nnwidgets.live_figure import PointerEvent
from nnwidgets.live_figure.moving import put
from nnwidgets.pictures.network_layout import plan
from nnwidgets.pictures.network_lines import ParameterLines
from nnwidgets.pictures.network_texts import ROWS, NetworkTexts
from nnwidgets.pictures.network_words import MINUS, NetworkNames, numbers_in, round_up
from nnwidgets.pictures.unit_pictures import UnitPictures, asked, said_by_layers
from nnwidgets.session.training import Session
from workbook.layers import Convolution
from workbook.measures.surface import Place, value_at
from workbook.outcomes import dead_units

Turn = Callable[[Place, float], None]
Unit = tuple[int, int]  # a layer, the inputs first, and a number in it
INPUTS, HIDDEN, OUTPUTS = 6, 8, 3  # so many units of a layer are drawn
NEAR = 8.0  # pixels: so near to a line the pointer takes hold of it
WIDE = 3  # with so many inputs or more, units are bars with a number inside


class Fitted(Artist):
    """Nothing that is seen: it calls back when its axes are drawn, before what lies on them."""

    def __init__(self, callback: Callable[[], None]) -> None:
        super().__init__()
        self.callback = callback
        self.set_zorder(-1)
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Call back."""
        self.callback()


class NetworkDrawing:
    """A small network: each unit a picture of what it says, each weight and bias a line with its number.

    With one input a unit shows its curve over the data's range, with two its map (blue: positive, orange:
    negative), with more a bar for the row in hand; a dot marks that row. A line is thick for a large weight,
    blue for a positive, orange and dashed for a negative one; a bias hangs at its unit from a small 1. A
    triangle on a line is the last change: up or down, large for the largest of them. A dead unit is crossed
    out.

    session: its experiment must be a network of dense layers; ValueError otherwise. turn(place, value) is
    called when the line of a weight or bias, or its number, is dragged up or down: by `reach` for the height
    of the picture. None: nothing can be dragged. names: what parameters are called, where not by their
    units. units: one letter a layer. A press on an input takes the next row of the data in hand: as
    `session.row`, where there is such a knob.
    """

    def __init__(
        self,
        axes: Axes,
        session: Session,
        turn: Turn | None = None,
        names: Mapping[Place, str] | None = None,
        units: Sequence[str] | None = None,
        reach: float = 24.0,
        title: str | None = None,
    ) -> None:
        network = session.experiment.network
        if any(isinstance(layer, Convolution) for layer in network.layers):
            raise ValueError(f"only dense layers can be drawn, not {network.sizes}")
        self.axes, self.session, self.turn, self.reach = axes, session, turn, reach
        self._named = names or {}, units
        self.names = NetworkNames(len(network.widths), *self._named)
        self.row = 0
        self._held: tuple[Place, float, float] | None = None
        self._under: Place | Unit | None = None
        self._key: object = None
        hint = "press an input for the next row" if turn is None else "drag a line; press an input"
        axes.set_title(hint if title is None else title, loc="left", fontsize=10.5)
        axes.set_axis_off()
        self._room = HIDDEN * max(2, len(network.widths) - 2)
        places = INPUTS + self._room + OUTPUTS
        self.pictures = UnitPictures(axes, network.widths[0], places)
        self.lines, self.texts = ParameterLines(axes), NetworkTexts(axes, places)
        self.artists = self.lines.artists | self.pictures.artists | self.texts.artists
        axes.add_artist(Fitted(self._fit))
        self._lay_out(session)

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session; the drawing is laid out anew when the network or the picture's size changes."""
        moved = self._lay_out(session)
        under = self._held[0] if self._held else self._under if self.turn else None
        data = self.lines.show(*self.values(session), under if isinstance(under, Place) else None)
        data |= self._show_units(session)
        return data | {name: None for name in self.artists if moved and name not in data}

    def values(self, session: Session) -> tuple[np.ndarray, np.ndarray]:
        """Return the value of each line's parameter at the step that is shown, and its last change."""
        history = session.main
        before = history.at(session.moment.step - 1)
        now, then = (
            np.array([value_at(moment.params, edge.place) for edge in self.plan.edges])
            for moment in (session.moment, before)
        )
        with np.errstate(invalid="ignore"):
            return now, now - then

    def said(self, session: Session) -> str:
        """Say every weight and bias that is drawn, and what the network says to the row in hand."""
        values, _ = self.values(session)
        words = [
            f"{self.names.spoken(edge.place)} {value:.2f}"
            for edge, value in zip(self.plan.edges, values, strict=True)
        ]
        row = self._row(session)
        says = numbers_in(session.moment.outputs[row][:OUTPUTS])
        return f"Network: {', '.join(words)}. To row {row + 1} it says {says}."

    def pressed(self, event: PointerEvent) -> None:
        """Take hold of the line under the pointer, or take the next row in hand."""
        self._held = None
        if event.xdata is None or event.ydata is None:
            return
        found = self._find(event.xdata, event.ydata)
        if isinstance(found, Place) and self.turn:
            value = value_at(self.session.moment.params, found)
            self._held = found, event.ydata, value if np.isfinite(value) else 0.0
        elif isinstance(found, tuple) and found[0] == 0:
            self._take_row(self._row(self.session) + 1)

    def dragged(self, event: PointerEvent) -> None:
        """Change the parameter whose line is held, by as much as the pointer has moved."""
        if self._held is not None and self.turn and event.ydata is not None:
            place, grip, value = self._held
            self.turn(place, value + self.reach * (event.ydata - grip) / self._size[1])

    def hovered(self, event: PointerEvent) -> None:
        """Say what is under the pointer: a parameter with its number and its last change."""
        inside = event.inaxes is self.axes and event.xdata is not None and event.ydata is not None
        found = self._find(event.xdata, event.ydata) if inside else None  # type: ignore[arg-type]
        if found != self._under:
            self._under = found
            self._redraw()

    def _fit(self) -> None:
        """Lay the drawing out anew where the picture has been given another size, before it is drawn."""
        if self._lay_out(self.session):
            self._key = None
            for name, new in self.show(self.session).items():
                if new is not None:
                    put(self.artists[name], new)

    def _redraw(self) -> None:
        with self.session.lock:
            self.session.changed += 1

    def _row(self, session: Session) -> int:
        return int(getattr(session, "row", self.row)) % len(session.experiment.dataset)

    def _take_row(self, row: int) -> None:
        row %= len(self.session.experiment.dataset)
        if hasattr(self.session, "row"):
            self.session.row = row
        else:
            self.row = row
            self._redraw()

    def _find(self, x: float, y: float) -> Place | Unit | None:
        """Return the unit or the parameter under a point; None for neither."""
        units = (unit for unit in self._drawn if self.plan.boxes[unit[0]][unit[1]].holds(x, y, 1))
        return next(units, None) or self.lines.find(x, y, NEAR)

    def _lay_out(self, session: Session) -> bool:
        """Lay the drawing out, in hundredths of an inch of the axes; return whether anything moved."""
        data, network = session.experiment.dataset, session.experiment.network
        inches = self.axes.bbox.transformed(self.axes.figure.dpi_scale_trans.inverted())
        width, height = 100 * inches.width, 100 * inches.height
        size = max(160.0, round(width)), max(120.0, round(height))
        key = size, network.widths, network.biased, id(data)
        if key == self._key:
            return False
        self._key, self._size = key, size
        self.axes.set_xlim(0, size[0])
        self.axes.set_ylim(0, size[1])
        wide = network.widths[0] >= WIDE
        few = len(data) if len(data) <= ROWS and network.widths[-1] == 1 else 0
        if len(self.names.letters) != len(network.widths):
            self.names = NetworkNames(len(network.widths), self._named[0], None)
        hidden = len(network.widths) - 2
        most = [INPUTS, *[max(1, min(HIDDEN, self._room // max(1, hidden)))] * hidden, OUTPUTS]
        self.plan = plan(size, network.widths, network.biased, most, wide, few, self.names.longest)
        self._drawn = [(layer, n) for layer, column in enumerate(self.plan.boxes) for n in range(len(column))]
        self.pictures.place([box for column in self.plan.boxes for box in column])
        self.lines.place(self.plan, self.names)
        self.texts.place(self.plan, self.names, network.widths, wide, data)
        return True

    def _show_units(self, session: Session) -> dict[str, Any]:
        experiment, params, row = session.experiment, session.moment.params, self._row(session)
        data, where = experiment.dataset, asked(experiment)
        over, rows = (said_by_layers(experiment, params, inputs) for inputs in (where, data.inputs))
        nobody = [np.zeros(width, bool) for width in experiment.network.widths]
        dead = [nobody[0], *dead_units(experiment, params), nobody[-1]]
        scales = [_scale(np.concatenate([there, here]), 1.0) for there, here in zip(over, rows, strict=True)]
        scales[0], scales[-1] = _scale(data.inputs, 0), _scale(data.targets, 0)
        says = [float(rows[layer][row, n]) for layer, n in self._drawn]
        changed = self.pictures.show(
            [over[layer][:, n] for layer, n in self._drawn],
            says,
            [scales[layer] for layer, _ in self._drawn],
            [bool(dead[layer][n]) for layer, n in self._drawn],
            data.inputs[row],
            where,
        )
        hint = self._hint(session, row, rows, dead)
        return changed | self.texts.show(says, session.moment.outputs, row, hint)

    def _hint(self, session: Session, row: int, rows: list[np.ndarray], dead: list[np.ndarray]) -> str:
        """Return what stands below: what is held or under the pointer, or else the row in hand."""
        data, under = session.experiment.dataset, self._held[0] if self._held else self._under
        edges = [edge.place for edge in self.plan.edges]
        if isinstance(under, Place) and under in edges:
            value, change = (values[edges.index(under)] for values in self.values(session))
            words = f"{self.names.spoken(under)} = {value:.4g}, last change {change:+.2g}"
        elif not isinstance(under, Place) and under in self._drawn and under[0] > 0:
            layer, n = under
            name = self.names.unit(layer, n, session.experiment.network.widths[layer])
            gone = ", dead: no gradient on any row" if dead[layer][n] else ""
            words = f"{name} says {rows[layer][row, n]:.4g} to row {row + 1}{gone}"
        else:
            words = f"row {row + 1} of {len(data)}: should say {numbers_in(data.targets[row][:OUTPUTS])}"
        return words.replace("-", MINUS)


def _scale(says: np.ndarray, least: float) -> tuple[float, float]:
    """Return between what the pictures of a layer run: round numbers around 0, on both sides if need be."""
    known = says[np.isfinite(says)]
    high, low = round_up(max(known.max(initial=0), least)) or 1.0, round_up(-known.min(initial=0))
    return (-max(high, low), max(high, low)) if low else (0.0, high)
