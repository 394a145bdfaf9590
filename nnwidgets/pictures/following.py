"""The limits of an axis that follow the data where these leave them, and go back when a run begins anew."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axis import XAxis, YAxis

from nnwidgets.live_figure.moving import widened


class Following:
    """The limits of an axis. They grow where data leave them: twice as far each time, or by whole decades.

    first: the limits as they are at the start of a run. most: how many spans beyond them is followed. Numbers
    that are not finite are left out, and on a logarithmic axis those that are not positive.
    """

    def __init__(self, axis: XAxis | YAxis, first: tuple[float, float], most: float = np.inf) -> None:
        self.axis, self.first, self.most = axis, first, most
        self._grown: tuple[float, float] | None = None
        self._set(first)

    def follow(self, *data: Iterable[float], again: bool = False) -> bool:
        """Make room for the data, from the first limits on if a run begins again; return whether they moved.

        Limits that somebody else has set are left as they are, until data leave them.
        """
        now = self._now()
        base = self.first if again and now == self._grown else now
        values = np.concatenate([np.asarray(part, float).ravel() for part in data])
        low, high = self.first
        span = self.most * (high - low)
        if np.isfinite(span):
            values = values[(values >= low - span) & (values <= high + span)]
        limits = widened(self.axis, base, values, 1.0 if self.axis.get_scale() == "log" else None)
        if limits == now:
            return False
        self._grown = self._set(limits)
        return True

    def _now(self) -> tuple[float, float]:
        low, high = self.axis.get_view_interval()
        return float(low), float(high)

    def _set(self, limits: tuple[float, float]) -> tuple[float, float]:
        getattr(self.axis.axes, f"set_{self.axis.axis_name}lim")(*limits)
        return self._now()
