"""The network of a step that is worked by hand: its numbers as they become known, the present ones lit up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection

from nnwidgets.live_figure.moving import put
from nnwidgets.pictures.network import Fitted
from nnwidgets.pictures.network_layout import LETTER, LINE, Box, Point
from nnwidgets.pictures.network_lines import CORNERS, texts
from nnwidgets.pictures.network_words import MINUS
from nnwidgets.pictures.worked_layout import GLOW, worked_plan
from nnwidgets.session.stepping import PRODUCT, StepThrough
from workbook.measures.by_hand import Worked
from workbook.measures.by_hand_lines import Quantity
from workbook.measures.surface import Place
from workbook.plots import GREEN, ORANGE, SKY, VERMILION

UNITS, EDGES = 16, 30  # so many are drawn at most


class WorkedNetwork:
    """Units as boxes with what they say, weights as lines with their numbers.

    Blue light: what is used now; orange light: what comes out. Black: the way forward; vermilion, below: the
    gradients, where they are known; green: a parameter after the update. session: of dense layers.
    """

    def __init__(self, axes: Axes, session: StepThrough) -> None:
        self.axes, self.session = axes, session
        axes.set_axis_off()
        self.stage = axes.set_title("Forward: hidden layer", loc="left", fontsize=12, fontweight="bold")
        self.lights = {
            "used": LineCollection([], color=SKY, linewidth=9, alpha=0.55, capstyle="round", zorder=1),
            "given": LineCollection([], color=ORANGE, linewidth=9, alpha=0.75, capstyle="round", zorder=1),
        }
        self.glow = {
            "used": PolyCollection([], facecolor=SKY, linewidth=0, alpha=0.55, zorder=1.5),
            "given": PolyCollection([], facecolor=ORANGE, linewidth=0, alpha=0.75, zorder=1.5),
        }
        self.edges = LineCollection([], color="0.55", linewidth=1.2, zorder=2)
        self.boxes = PolyCollection([], facecolor="white", edgecolor="black", linewidth=1.1, zorder=3)
        self.papers = PolyCollection([], facecolor="white", linewidth=0, alpha=0.85, zorder=2.5)
        for each in (*self.lights.values(), *self.glow.values(), self.edges, self.boxes, self.papers):
            each.set_in_layout(False)
            axes.add_collection(each, autolim=False)
        middle = {"ha": "center"}
        self.says = texts(axes, UNITS, **middle)
        self.sums, self.targets = texts(axes, UNITS, color="0.35", **middle), texts(axes, UNITS)
        self.arrives, self.slopes = (texts(axes, UNITS, color=VERMILION) for _ in range(2))
        self.new_says = texts(axes, UNITS, color=GREEN, fontweight="bold")
        self.weights = texts(axes, EDGES, **middle)
        self.new = texts(axes, EDGES, color=GREEN, fontweight="bold", **middle)
        self.gradients = texts(axes, EDGES, color=VERMILION, **middle)
        (self.ones,) = axes.plot(
            [], [], marker="$1$", linestyle="", color="black", markersize=7, markeredgewidth=0
        )
        self.artists: dict[str, Any] = {
            "stage": self.stage,
            "used_lines": self.lights["used"],
            "given_lines": self.lights["given"],
            "used_units": self.glow["used"],
            "given_units": self.glow["given"],
            "edges": self.edges,
            "boxes": self.boxes,
            "papers": self.papers,
            "says": self.says,
            "sums": self.sums,
            "targets": self.targets,
            "new_says": self.new_says,
            "arrives": self.arrives,
            "slopes": self.slopes,
            "weights": self.weights,
            "new": self.new,
            "gradients": self.gradients,
            "ones": self.ones,
        }
        self._key: object = None
        axes.add_artist(Fitted(self._fit))
        self._lay_out(session)

    def show(self, session: StepThrough) -> dict[str, Any]:
        """Follow the session to where it stands."""
        moved = self._lay_out(session)
        data = self._numbers(session) | self._light(session)
        line = session.line
        data["stage"] = session.work.title(line.stage) if line else "Before the first step"
        return data | {name: None for name in self.artists if moved and name not in data}

    def said(self, session: StepThrough) -> str:
        """Say the numbers of the units that are known."""
        known = sorted(each for each in session.known() if not each.of_parameter and each.at)
        values = session.work.values
        words = (f"{session.work.name(each)} {short(values[each], 4)}" for each in known)
        return f"Network, known so far: {', '.join(words)}."

    def _numbers(self, session: StepThrough) -> dict[str, Any]:
        """Return what stands at each unit and each parameter: nothing where it is not known yet."""
        known, work = session.known(), session.work

        def text(quantity: Quantity, figures: int) -> str:
            return short(work.values[quantity], figures) if quantity in known else ""

        def units(kind: str) -> list[str]:
            figures, equals = (3, "=") if self.plan.narrow else (4, " = ")
            quantities = [Quantity(kind, layer, (n,)) for layer, n in self.units]
            numbers = [text(each, figures) for each in quantities]
            names = [_beside(work, each) for each in quantities]
            found = [
                name + equals + number if number else "" for name, number in zip(names, numbers, strict=True)
            ]
            return found + [""] * (UNITS - len(found))

        def parameters(before: str, figures: int) -> list[str]:
            places = (Quantity(f"{before}{place.kind}", place.layer, place.index) for place in self.labelled)
            found = [text(each, figures) for each in places]
            return found + [""] * (EDGES - len(found))

        named = [work.unit(layer, n) for layer, n in self.units]
        says = [number or name for number, name in zip(units("y"), named, strict=False)]
        slopes = units("dz")
        if self.plan.low:  # a single unit in its column still has room
            crowded = [work.widths[layer] > 1 for layer, _ in self.units]
            slopes = ["" if out else text for out, text in zip(crowded, slopes, strict=False)]
        new, gradients = parameters("new ", 3), parameters("d", 2)
        if self.plan.tight:  # there is room for those that are computed now
            now = {self._where(each, session) for each in self._given(session)}
            gradients = [
                text if place in now else ""
                for text, place in zip(gradients, [*self.labelled, *[None] * EDGES], strict=False)
            ]
        before = parameters("", 3)
        old = ["" if changed else number for changed, number in zip(new, before, strict=True)]
        above = [changed or number for changed, number in zip(new, before, strict=True)]
        lines = zip(self.plan.numbers.values(), above, gradients, strict=False)
        self.papers.set_verts([_corners(paper) for line in lines for paper in _papers(*line)])
        return {
            "says": says + [""] * (UNITS - len(says)),
            "sums": units("z"),
            "targets": units("t"),
            "new_says": units("new y"),
            "arrives": units("dy"),
            "slopes": slopes + [""] * (UNITS - len(slopes)),
            "weights": old,
            "new": new,
            "gradients": gradients,
            "papers": None,
        }

    def _given(self, session: StepThrough) -> set[Quantity]:
        """Return what comes out now."""
        return {line.gives for line in session.now()}

    def _light(self, session: StepThrough) -> dict[str, Any]:
        position = session.position
        given = self._given(session)
        used: set[Quantity] = set()
        for line in session.now():
            terms = line.terms
            if position and position.term is not None and session.zoom == PRODUCT:
                terms = (terms[position.term],)
            used |= {each for term in terms for each in term}
        lit = {"used": used - given, "given": given}
        data: dict[str, Any] = {}
        taken: set[Place | tuple[int, int]] = set()
        for name in ("given", "used"):  # what comes out is lit in its own colour, also where it is used
            where = {self._where(each, session) for each in lit[name]} - {None} - taken
            taken |= {each for each in where if each is not None}
            data[f"{name}_lines"] = [
                (edge.start, edge.end) for edge in self.plan.edges if edge.place in where
            ]
            boxes = [self.plan.boxes[unit] for unit in self.units if unit in where]
            self.glow[name].set_verts([_corners(box, GLOW) for box in boxes])
            data[f"{name}_units"] = None
        return data

    def _where(self, quantity: Quantity, session: StepThrough) -> Place | tuple[int, int] | None:
        """Return where a quantity stands in the drawing: at a parameter, at a unit, or nowhere."""
        if quantity.of_parameter:
            row, column = quantity.at
            return Place(quantity.layer, quantity.kind[-1], (row, column))
        if quantity.kind == "loss":
            return len(session.work.widths) - 1, 0
        return (quantity.layer, quantity.at[0]) if quantity.at else None

    def _fit(self) -> None:
        """Lay the drawing out anew where the picture has been given another size, before it is drawn."""
        if self._lay_out(self.session):
            for name, new in self.show(self.session).items():
                if new is not None:
                    put(self.artists[name], new)

    def _lay_out(self, session: StepThrough) -> bool:
        """Lay the drawing out, in hundredths of an inch of the axes; return whether anything moved."""
        inches = self.axes.bbox.transformed(self.axes.figure.dpi_scale_trans.inverted())
        size = max(160.0, round(100 * inches.width)), max(120.0, round(100 * inches.height))
        work = session.work
        key = size, work.widths, work.biased
        if key == self._key:
            return False
        self._key = key
        self.axes.set_xlim(0, size[0])
        self.axes.set_ylim(0, size[1])
        self.plan = worked_plan(size, work.widths, work.biased)
        self.units, boxes = list(self.plan.boxes), list(self.plan.boxes.values())
        self.boxes.set_verts([_corners(box) for box in boxes])
        self.edges.set_segments([(edge.start, edge.end) for edge in self.plan.edges])
        for number, box in enumerate(boxes):
            middle = box.left + box.width / 2
            first = box.middle if self.units[number][0] == 0 else box.middle + LINE / 2
            self.says[number].set_position((middle, first))
            self.sums[number].set_position((middle, box.middle - LINE / 2))
            for line, column in enumerate((self.arrives, self.slopes, self.targets, self.new_says)):
                column[number].set_position((box.left + 2, box.bottom - GLOW - (line + 0.6) * LINE))
        self.labelled = list(self.plan.numbers)
        for number, (x, y) in enumerate(self.plan.numbers.values()):
            for column in (self.weights, self.new):
                column[number].set_position((x, y + LINE / 2))
            self.gradients[number].set_position((x, y - LINE / 2))
        ones = [edge.start for edge in self.plan.edges if edge.place.kind == "b"]
        self.ones.set_data([x for x, _ in ones], [y + 5 for _, y in ones])
        return True


def short(value: float, figures: int) -> str:
    """Write a number with so many significant digits, and a minus sign of its own."""
    return f"{value + 0.0:.{figures}g}".replace("e-0", "e-").replace("-", MINUS)


def _beside(work: Worked, quantity: Quantity) -> str:
    """Return the name of a quantity where one sees of which unit it is."""
    return quantity.kind if quantity.kind in ("z", "dz") else work.name(quantity)


def _papers(middle: Point, *numbers: str) -> Iterator[Box]:
    """Return what the numbers of a parameter cover, of which the second stands below the first."""
    for number, y in zip(numbers, (middle[1], middle[1] - LINE), strict=True):
        width = len(number) * LETTER
        yield Box(middle[0] - width / 2, y, width, LINE if number else 0)


def _corners(box: Box, more: float = 0.0) -> list[tuple[float, float]]:
    x, y = box.left + box.width / 2, box.middle
    return [(x + dx * (box.width / 2 + more), y + dy * (box.height / 2 + more)) for dx, dy in CORNERS]
