"""One output of a network over one column of its inputs, beside its targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.following import Following
from nnwidgets.session.training import Session
from workbook import Dataset
from workbook.plots import BLUE, tidy

MOST = 10.0  # spans of the targets that the frame grows by: beyond, the answers leave it
ROOM = 0.5  # of their span, above and below the targets


class OutputOverColumn:
    """What one output says to each row, blue, over the last input column, and its target, thick and grey.

    output: from 0. raw(data, answers): answers (n, n_out) in the units that are drawn; without it they are
    drawn as they are. The frame is that of the targets; it grows where the answers leave it, within reason.
    The title says how far the worst of them is off, and a note that nothing of them can be seen.
    """

    def __init__(
        self,
        axes: Axes,
        session: Session,
        output: int,
        raw: Callable[[Dataset, np.ndarray], np.ndarray] | None = None,
    ) -> None:
        self.output, self.raw = output, raw
        names = session.experiment.dataset.input_names
        self.axes = tidy(axes, "", f"{names[-1] if names else 'the last input'} (grey: target)", "")
        # What stands there first only keeps the place free.
        self.title = axes.set_title(f"output {output + 1}: off by 999 999", loc="left", fontsize=10.5)
        (target,) = axes.plot([], [], color="0.8", linewidth=5, solid_capstyle="round")
        (said,) = axes.plot([], [], color=BLUE, linewidth=1.8)
        axes.locator_params(nbins=4)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "\N{MINUS SIGN}"))
        self.note = axes.text(0.5, 0.5, "", color=BLUE, fontsize=10, ha="center", transform=axes.transAxes)
        self.note.set_in_layout(False)
        name = f"output_{output + 1}"
        self.names = f"{name}_target", name, f"{name}_title", f"{name}_note"
        self.artists = dict(zip(self.names, (target, said, self.title, self.note), strict=True))
        self._data: Dataset | None = None

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session at the step that is shown; other data bring another frame."""
        data, (target, said, title, note) = session.experiment.dataset, self.names
        x, t, y = data.inputs[:, -1], *self._drawn(session)
        news: dict[str, Any] = {}
        if self._data is not data:
            self._data = data
            self._frame(x, t)
            news[target] = (x, t)
        self.frame.follow(y, again=session.step == 0)
        low, high = self.axes.get_ylim()
        unseen = "" if np.any((y >= low) & (y <= high)) else "outside this frame"
        off = float(np.abs(y - t).max())
        finite = np.isfinite(off) and np.isfinite(session.moment.loss)
        return news | {
            said: (x, y),
            title: f"output {self.output + 1}: {f'off by {in_digits(off)}' if finite else 'overflowed'}",
            note: unseen if finite else "overflowed",
        }

    def said(self, session: Session) -> str:
        """Say the first and the last answer beside their targets."""
        t, y = (numbers[[0, -1]] for numbers in self._drawn(session))
        pairs = ", ".join(f"{in_digits(a)} where {in_digits(b)} is right" for a, b in zip(y, t, strict=True))
        return f"Output {self.output + 1}: {pairs}."

    def _drawn(self, session: Session) -> tuple[np.ndarray, np.ndarray]:
        """Return the targets and the answers of this output, each (n,), in the units that are drawn."""
        data = session.experiment.dataset
        both = data.targets, session.moment.outputs
        t, y = (numbers if self.raw is None else self.raw(data, numbers) for numbers in both)
        return t[:, self.output], y[:, self.output]

    def _frame(self, x: np.ndarray, t: np.ndarray) -> None:
        across, up = (float(np.ptp(values)) or 1.0 for values in (x, t))
        self.axes.set_xlim(x.min() - 0.03 * across, x.max() + 0.03 * across)
        self.frame = Following(
            self.axes.yaxis, (float(t.min() - ROOM * up), float(t.max() + ROOM * up)), MOST
        )


def in_digits(value: float) -> str:
    """Return a number in four digits at most, without an exponent where it can be read so."""
    size = abs(value)
    if not np.isfinite(value) or size >= 1e7 or 0 < size < 1e-3:
        return f"{value:.1e}"
    return f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}") if size >= 100 else f"{value:.3g}"
