"""The calculation of a step that is worked by hand: in letters, with its numbers, and what comes out."""

from __future__ import annotations

from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from nnwidgets.live_figure.moving import put
from nnwidgets.pictures.network import Fitted
from nnwidgets.pictures.network_words import MINUS
from nnwidgets.session.stepping import LAYER, StepThrough
from workbook.measures.by_hand import Row
from workbook.measures.by_hand_lines import Line
from workbook.plots import ORANGE, SKY

ROWS = 9  # of a calculation that are in sight: of a longer one, those before the row that is lit
APART, TOP, FIRST = 25.0, 12.0, 44.0  # pixels between two rows; from the top to the title, to a row
MIDDLE = 0.42  # of the width: where the numbers begin
WORDS = {  # what a quantity is, of which unit
    "y": "what {} says",
    "z": "weighted sum of {}",
    "slope": "slope of {}",
    "dy": "gradient from above, at {}",
    "dz": "gradient at the sum of {}",
    "new y": "what {} says now",
    "dW": "gradient of a weight of {}",
    "db": "gradient of the bias of {}",
    "new W": "new weight of {}",
    "new b": "new bias of {}",
    "loss": "the loss",
}

STAGES = {
    "forward": "arrays, and their shapes",
    "back": "arrays, and their shapes",
    "loss": "the loss, and its slope",
    "update": "every parameter",
    "again": "what comes out now",
}


class Written(NamedTuple):
    """One row on the paper; lit: "used" for the product in hand, "given" for what comes out."""

    row: Row
    lit: str = ""


class WorkedLine:
    """What is computed now, written down: the products of a sum, one below the other, or a formula."""

    def __init__(self, axes: Axes, session: StepThrough) -> None:
        self.axes, self.session = axes, session
        axes.set_axis_off()
        self.lights = {
            "used": PolyCollection([], facecolor=SKY, linewidth=0, alpha=0.55, zorder=1),
            "given": PolyCollection([], facecolor=ORANGE, linewidth=0, alpha=0.75, zorder=1),
        }
        for light in self.lights.values():
            light.set_in_layout(False)
            axes.add_collection(light, autolim=False)
        common: dict[str, Any] = {"va": "center", "fontsize": 11, "in_layout": False, "zorder": 5}
        self.title = axes.text(6, 0, "", fontweight="bold", **common | {"fontsize": 12})
        self.letters = [axes.text(0, 0, "", **common) for _ in range(ROWS)]
        self.numbers = [axes.text(0, 0, "", **common) for _ in range(ROWS)]
        self.values = [axes.text(0, 0, "", ha="right", **common) for _ in range(ROWS)]
        self.artists: dict[str, Any] = {
            "what": self.title,
            "row_in_hand": self.lights["used"],
            "row_given": self.lights["given"],
            "letters": self.letters,
            "numbers": self.numbers,
            "values": self.values,
        }
        self._size = 0.0, 0.0
        axes.add_artist(Fitted(self._fit))
        self._lay_out()

    def show(self, session: StepThrough) -> dict[str, Any]:
        """Write what is computed where the session stands."""
        moved, rows = self._lay_out(), _in_sight(_rows(session))
        for name, light in self.lights.items():
            light.set_verts([self._band(number) for number, row in enumerate(rows) if row.lit == name])
        columns = zip(*(row.row for row in rows), strict=True) if rows else ((), (), ())
        data: dict[str, Any] = {"what": _title(session), "row_in_hand": None, "row_given": None}
        for name, column in zip(("letters", "numbers", "values"), columns, strict=True):
            data[name] = [text.replace("-", MINUS) for text in column] + [""] * (ROWS - len(rows))
        return data | {name: None for name in self.artists if moved and name not in data}

    def said(self, session: StepThrough) -> str:
        """Say the calculation."""
        said = "; ".join(" ".join(filter(None, written.row)) for written in _rows(session))
        return f"Now: {_title(session)}. {said}"

    def _band(self, number: int) -> list[tuple[float, float]]:
        width, y = self._size[0], self._size[1] - FIRST - APART * number
        return [(0, y - APART / 2), (width, y - APART / 2), (width, y + APART / 2), (0, y + APART / 2)]

    def _fit(self) -> None:
        """Place the rows anew where the picture has been given another size, before it is drawn."""
        if self._lay_out():
            for name, new in self.show(self.session).items():
                if new is not None:
                    put(self.artists[name], new)

    def _lay_out(self) -> bool:
        """Place the rows, in hundredths of an inch of the axes; return whether anything moved."""
        inches = self.axes.bbox.transformed(self.axes.figure.dpi_scale_trans.inverted())
        size = max(160.0, round(100 * inches.width)), max(120.0, round(100 * inches.height))
        if size == self._size:
            return False
        self._size = size
        self.axes.set_xlim(0, size[0])
        self.axes.set_ylim(0, size[1])
        self.title.set_position((6, size[1] - TOP))
        for number in range(ROWS):
            y = size[1] - FIRST - APART * number
            self.letters[number].set_position((6, y))
            self.numbers[number].set_position((MIDDLE * size[0], y))
            self.values[number].set_position((size[0] - 6, y))
        return True


def _title(session: StepThrough) -> str:
    """Return what is computed now, in words."""
    line = session.line
    if line is None:
        return "Nothing is computed yet"
    if session.zoom == LAYER:
        return STAGES[line.stage.part]
    kind, layer, at = line.gives
    unit = session.work.unit(layer + line.gives.of_parameter, at[-1]) if at else ""
    return WORDS[kind].format(unit)


def _rows(session: StepThrough) -> list[Written]:
    """Return the rows of what is computed now."""
    line, position, work = session.line, session.position, session.work
    if line is None or position is None:
        return []
    if session.zoom == LAYER and line.stage.part != "again":
        return [Written(row) for row in work.arrays(line.stage)]
    if len(line.terms) > 1:
        return _sum(session, line, position.term)
    letters, numbers, value = work.whole(line)
    name, _, formula = letters.partition(" = ")
    if formula == numbers:
        return [Written(Row(formula, "", "")), Written(Row(name, "", value), "given")]
    rows = [Written(Row(f"= {text}", "", "")) for text in (formula, numbers)]
    return [*rows, Written(Row(name, "", value), "given")]


def _in_sight(rows: list[Written]) -> list[Written]:
    """Return as many rows as there is room for, the one that is lit among them."""
    lit = next((number for number, row in enumerate(rows) if row.lit), 0)
    first = max(0, lit - ROWS + 1)
    return rows[first : first + ROWS]


def _sum(session: StepThrough, line: Line, now: int | None) -> list[Written]:
    """Return the products of a sum, as far as they are formed, and the sum once it is."""
    work = session.work
    products = [work.term(line, number) for number in range(len(line.terms))]
    if now is not None:
        rows = [
            Written(row, "used" if number == now else "") for number, row in enumerate(products[: now + 1])
        ]
        coming = (Written(Row(row.letters, "", "")) for row in products[now + 1 :])
        return [*rows, *coming]
    total = Written(Row(work.name(line.gives), "the sum", work.whole(line).value), "given")
    return [*map(Written, products), total]
