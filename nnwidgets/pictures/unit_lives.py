"""The life of each hidden unit: on how many rows it is active, and since when it has been dead."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from nnwidgets.pictures.picture import early_ones
from nnwidgets.pictures.training import Steps
from nnwidgets.session.history import History, Moment
from nnwidgets.session.training import Session
from workbook import Layer
from workbook.measures.unit_life import active_rows, unit_gradients
from workbook.outcomes import dead_units, finite
from workbook.plots import BLUE, ORANGE, VERMILION, tidy

FILL = 0.64  # the share of a lane that a unit fills when it is active on every row
NAMED = 4  # beyond this many units, the words have no room
STAIRS = 120  # changes that are shown of a restless unit
REMEMBERED = 5000  # moments whose units are known already


class Lives(NamedTuple):
    """What is known of a run's units, as long as its loss and all its parameters are finite numbers."""

    steps: np.ndarray  # (m,)
    shares: np.ndarray  # (m, units): of the rows on which each unit was active
    dead: np.ndarray  # (m, units): whether it passed no gradient for any row
    overflowed: int | None  # the first step with a loss or a parameter that is not finite

    def deaths(self) -> list[int | None]:
        """Return for each unit the first of the last steps in all of which it was dead, or None."""
        last = [np.flatnonzero(alive)[-1] if alive.any() else -1 for alive in ~self.dead.T]
        return [None if at == len(self.steps) - 1 else int(self.steps[at + 1]) for at in last]


class UnitLives:
    """A lane for each unit of the first hidden layer, as full as the share of the rows it is active on.

    Above it: its gradient, or since when it has been dead, which means that it passes no gradient: a leaky
    unit that is active on no row is not dead. The lanes end where a parameter overflows. A dashed line is the
    same unit in the experiment that is compared. lanes: the most units that there can be.
    """

    def __init__(self, axes: Axes, session: Session, lanes: int) -> None:
        self.axes = tidy(axes, "rows on which each unit is active (full height: all of them)", "", "")
        self.steps = Steps(axes, session, early=True)
        axes.tick_params(labelbottom=False, left=False)
        axes.spines["left"].set_visible(False)
        nothing = ([0, 0], [0, 0], [0, 0])
        self.fills = [axes.fill_between(*nothing, color=BLUE, linewidth=0) for _ in range(lanes)]
        self.others = [axes.plot([], [], "--", color=ORANGE, linewidth=1.6)[0] for _ in range(lanes)]
        (self.crosses,) = axes.plot([], [], "X", color=VERMILION, markeredgecolor="white", clip_on=False)
        words: dict[str, Any] = {
            "transform": axes.get_yaxis_transform(),
            "ha": "right",
            "va": "center",
            "fontsize": 9,
        }
        self.words = [axes.text(0.995, 0, "", **words) for _ in range(NAMED)]
        # A name for each lane, so that only the lanes in use are sent.
        self.artists: dict[str, Any] = {"deaths": self.crosses, "words": self.words}
        self.artists |= {f"life {lane}": fill for lane, fill in enumerate(self.fills)}
        self.artists |= {f"compared life {lane}": line for lane, line in enumerate(self.others)}
        self.compared, self.units = 0, _units(session)  # lanes in use
        self._draw_lanes()
        for artist in (self.crosses, *self.words):
            artist.set_in_layout(False)
        self._known: dict[tuple[int, int], tuple[list[Layer], np.ndarray | None]] = {}

    def show(self, session: Session) -> dict[str, Any]:
        """Follow the session up to the step that is shown."""
        before = self.units
        if self.steps.follow(session) or self.units != _units(session):
            self.units = _units(session)
            self._draw_lanes()
        first, *others = (self._lives(history, session.step) for history in session.histories.values())
        crosses = [(step, self._middle(unit)) for unit, step in enumerate(first.deaths()) if step is not None]
        data = {"deaths": np.reshape(crosses, (-1, 2)).T, "words": self._sentences(session, first)}
        for lane in range(max(before, self.units)):
            data[f"life {lane}"] = self._strip(first, lane)
        for lane in range(max(self.compared, self.units if others else 0)):
            data[f"compared life {lane}"] = self._line(others[0], lane) if others else ([], [])
        self.compared = self.units if others else 0
        return data

    def said(self, session: Session) -> str:
        """Say of each unit on how many rows it is active, or since when it has been dead."""
        units = self._lives(session.main, session.step)
        if units.overflowed is not None:
            return f"Hidden units: {_overflow(units.overflowed)}."
        died, rows = units.deaths(), len(session.experiment.dataset)
        if len(died) > NAMED:
            return f"Hidden units at step {session.step}: {len(died) - died.count(None)} of {len(died)} dead."
        lives = [
            f"unit {number} active on {round(share * rows)} of {rows} rows"
            if step is None
            else f"unit {number} {_fate(step)}"
            for number, (step, share) in enumerate(zip(died, units.shares[-1], strict=True), 1)
        ]
        return f"Hidden units at step {session.step}: " + "; ".join(lives) + "."

    def _draw_lanes(self) -> None:
        few = self.units <= NAMED
        self.axes.set_ylim(-0.12, self.units)
        lanes = range(self.units) if few else range(0, self.units, 5)
        self.axes.set_yticks([self._middle(u) for u in lanes], [f"unit {unit + 1}" for unit in lanes])
        self.crosses.set_markersize(10 if few else 5)
        for unit, text in enumerate(self.words):
            text.set_y(self._bottom(unit) + (1 + FILL) / 2 - 0.02)

    def _bottom(self, unit: int) -> float:
        return self.units - 1.0 - unit

    def _middle(self, unit: int) -> float:
        return self._bottom(unit) + FILL / 2

    def _strip(self, units: Lives, lane: int) -> tuple:
        if lane >= self.units:
            return [0, 0], [0, 0], [0, 0]
        x, share = _stairs(units.steps, units.shares[:, lane])
        bottom = np.full(len(x), self._bottom(lane))
        return x, bottom, bottom + FILL * np.maximum(share, 0.02)

    def _line(self, units: Lives, lane: int) -> tuple:
        if lane >= self.units:
            return [], []
        x, share = _stairs(units.steps, units.shares[:, lane])
        return x, self._bottom(lane) + FILL * share

    def _sentences(self, session: Session, units: Lives) -> list[str]:
        if self.units > NAMED:
            return [""] * NAMED
        if units.overflowed is not None:
            words = [_overflow(units.overflowed)] * self.units
        else:
            lengths = unit_gradients(session.experiment, session.moment.params)
            words = [
                f"gradient {length:.3g}" if died is None else _fate(died)
                for died, length in zip(units.deaths(), lengths, strict=True)
            ]
        return words + [""] * (NAMED - self.units)

    def _lives(self, history: History, step: int) -> Lives:
        """Return the lives of the units up to `step`, or until the network overflows."""
        steps, lives, overflowed = [], [], None
        for moment in history.until(step):
            life = self._life(history, moment)
            if life is None:
                overflowed = moment.step
                break
            steps.append(moment.step)
            lives.append(life)
        active, dead = np.stack(lives, axis=1)
        shares = active / len(history.trainer.experiment.dataset)
        return Lives(np.array(steps), shares, dead > 0, overflowed)

    def _life(self, history: History, moment: Moment) -> np.ndarray | None:
        """Return on how many rows each unit is active, and whether it is dead: (2, units).

        None where the loss or a parameter is not finite.
        """
        key = (id(history), moment.step)
        params, life = self._known.get(key, (None, None))
        if params is not moment.params:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            life, experiment = None, history.trainer.experiment
            if np.isfinite(moment.loss) and finite(moment.params):
                counts = active_rows(experiment, moment.params)
                life = np.array([counts, dead_units(experiment, moment.params)[0]])
            self._known[key] = (moment.params, life)
        return life


def _units(session: Session) -> int:
    return session.experiment.network.widths[1]


def _fate(died: int) -> str:
    return "dead from the start, gradient 0" if died == 0 else f"dead since step {died}, gradient 0"


def _overflow(step: int) -> str:
    return f"overflowed at step {step}"


def _stairs(steps: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return corners of a staircase that keeps each share until the next step, the last for half a step."""
    changes = np.flatnonzero(np.diff(shares)) + 1
    at = np.concatenate([[0], changes])
    at = at[early_ones(len(at), STAIRS)]
    x = np.append(np.repeat(steps[at], 2)[1:], steps[-1] + 0.5)
    return x, np.repeat(shares[at], 2)
