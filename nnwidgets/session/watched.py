"""Watched: something with knobs that panels show. It needs no view, and is tested without one."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import traitlets

from nnwidgets.session.knobs import Choice, Knob, knobs
from workbook.parts import nearest

Self = TypeVar("Self", bound="Watched")
P = ParamSpec("P")
R = TypeVar("R")


def locked(method: Callable[Concatenate[Self, P], R]) -> Callable[Concatenate[Self, P], R]:
    """Let one thread at a time in: callbacks may come while something goes on in another."""

    @functools.wraps(method)
    def alone(self: Self, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return method(self, *args, **kwargs)

    return alone


class Watched(traitlets.HasTraits):
    """Knobs, a lock, and `changed`, which counts up whenever there is something new to show.

    playing: whether something goes on by itself.

    settings: knobs by name. Raises TypeError for one that there is not. Subclasses prepare themselves in
    `begin` and follow a knob in `turned`. report_error: what a panel does with an error of a callback.
    """

    title = "an experiment"  # what a reader of screens hears of its panel
    reach: tuple[str, ...] = ()  # the knobs to have at hand, four at most; () for the first of them
    seeded = True  # whether a seed decides anything; without one there is nothing to draw anew

    changed = traitlets.Int(0)
    playing = traitlets.Bool(False)

    def __init__(self, **settings: Any) -> None:
        self.lock = threading.RLock()
        self.report_error: Callable[[Exception], None] | None = None
        self.check_settings(settings)
        super().__init__(**settings)
        self.begin()
        self.observe(self.turned, list(self.knobs()))

    def begin(self) -> None:
        """Prepare what the knobs stand for."""

    def turned(self, change: Any) -> None:
        """Follow a knob: change.name, change.old, change.new."""
        self.changed += 1

    def knobs(self) -> dict[str, Knob]:
        """Return the knobs by name, in the order in which they are shown."""
        return {name: knob for name, knob in knobs(self).items() if self.seeded or name != "seed"}

    def idle(self) -> set[str]:
        """Return the names of knobs that mean nothing as the others stand."""
        return set()

    def offered(self, name: str) -> list[str]:
        """Return the options of a choice that mean something as the other knobs stand: by default, all."""
        knob = knobs(self)[name]
        return list(knob.options) if isinstance(knob, Choice) else []

    def meaning(self, name: str) -> Any:
        """Return what the chosen option of a choice stands for."""
        return knobs(self)[name].meaning(getattr(self, name))

    def headline(self) -> str:
        """Say in one line where things stand."""
        raise NotImplementedError

    def note(self) -> str:
        """Return a sentence to read after the headline, about what to do next; "" for none."""
        return ""

    def picture_name(self) -> str:
        """Return what a picture that is saved now is called."""
        return type(self).__name__

    def check_settings(self, settings: dict[str, Any]) -> None:
        """Raise TypeError for a setting that is no knob."""
        for name in settings:
            if name not in knobs(self):
                raise TypeError(f"{type(self).__name__} has no setting {name!r}.{nearest(name, knobs(self))}")
