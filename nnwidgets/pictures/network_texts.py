"""The words of a drawn network: each unit's name and number, and the answers to all rows if they are few."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.network_layout import FOOT, LETTER, LINE, Plan
from nnwidgets.pictures.network_lines import texts
from nnwidgets.pictures.network_words import NetworkNames, numbers_in, short
from workbook import Dataset

ROWS = 4  # for so few rows of data, the answers to all of them are written out
NARROW = 58.0  # pixels between two columns: so long are a name and a number


class NetworkTexts:
    """Names stand still; the numbers beside them move. units: how many are drawn at most."""

    def __init__(self, axes: Axes, units: int) -> None:
        self.names, self.numbers = texts(axes, units), texts(axes, units)
        self.rows, self.answers = texts(axes, ROWS), texts(axes, ROWS)
        self.rest = texts(axes, units // 2, color="0.35")
        (self.hint,) = texts(axes, 1, color="0.25")
        self.artists: dict[str, Any] = {
            "unit_names": self.names,
            "unit_numbers": self.numbers,
            "rows": self.rows,
            "answers_to_rows": self.answers,
            "rest": self.rest,
            "hint": self.hint,
        }

    def place(
        self, plan: Plan, names: NetworkNames, widths: tuple[int, ...], wide: bool, data: Dataset
    ) -> None:
        """Follow a new layout. wide: numbers stand inside the units."""
        for text in (*self.names, *self.rows, *self.rest):
            text.set_text("")
        units = [(layer, n, box) for layer, column in enumerate(plan.boxes) for n, box in enumerate(column)]
        self.shown = [wide or plan.named_above[layer] for layer, *_ in units]
        for name, number, shown, (layer, n, box) in zip(
            self.names, self.numbers, self.shown, units, strict=False
        ):
            called = names.unit(layer, n, widths[layer])
            x, y = (box.left + 4, box.middle) if wide else (box.left, box.top + LINE / 2 + 1)
            name.set_text(f"{called} =" if shown and not wide else called if shown else "")
            name.set_position((x, y))
            number.set_position((x + (len(called) + (0.7 if wide else 2)) * LETTER + 3, y))
        if not wide and plan.boxes[1][0].left - plan.boxes[0][0].left < NARROW:
            for name, number in zip(self.names, self.numbers, strict=True):  # there is room for one of them
                name.set_text("")
                number.set_position(name.get_position())
        self._place_rows(plan, widths, data)
        for text, ((x, y), more) in zip(self.rest, plan.rest, strict=False):
            text.set_text(f"… {more} more")
            text.set_position((x, y + LINE / 2))
        self.hint.set_position((2, FOOT / 2 - 3))

    def _place_rows(self, plan: Plan, widths: tuple[int, ...], data: Dataset) -> None:
        last = plan.boxes[-1][0]
        few = len(data) if len(data) <= ROWS and widths[-1] == 1 else 0
        self.listed = few if last.bottom - FOOT > LINE * few else 0
        called = [
            f"{numbers_in(data.inputs[n]) if widths[0] <= 2 else f'row {n + 1}'} →"
            for n in range(self.listed)
        ]
        width = LETTER * max(map(len, called), default=0) + 4
        for n, (text, answer) in enumerate(zip(self.rows, self.answers, strict=True)):
            y = last.bottom - 4 - LINE * (n + 0.5)
            text.set_position((last.left, y))
            answer.set_position((last.left + width, y))
            text.set_text(called[n] if n < self.listed else "")

    def show(self, says: list[float], outputs: np.ndarray, row: int, hint: str) -> dict[str, Any]:
        """Return new data. says: what each unit says to the row in hand; outputs: (rows, n_out)."""
        numbers = [short(value) if shown else "" for value, shown in zip(says, self.shown, strict=True)]
        answers = [short(float(outputs[n, 0])) for n in range(self.listed)]
        data: dict[str, Any] = {
            "unit_numbers": numbers + [""] * (len(self.numbers) - len(numbers)),
            "answers_to_rows": answers + [""] * (ROWS - len(answers)),
            "hint": hint,
        }
        for n, pair in enumerate(zip(self.rows, self.answers, strict=True)):
            colour = "black" if n == row else "0.45"
            if pair[0].get_color() != colour:
                data["rows"] = None
                for text in pair:
                    text.set_color(colour)
        return data
