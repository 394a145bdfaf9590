"""What can be played: something that goes on in steps, of which one is shown."""

from __future__ import annotations

import traitlets

from nnwidgets.session.watched import Watched


class Played(Watched):
    """Steps from 0 to `steps`, gone through one by one, by itself, or back. Subclasses say what a step does.

    step: the one that is shown; finished: whether the end has come.
    """

    counts = "step"  # what its steps are called where they are counted

    step = traitlets.Int(0)
    finished = traitlets.Bool(False)

    @property
    def steps(self) -> int:
        """How many steps there are."""
        raise NotImplementedError

    def advance(self, steps: int = 1) -> None:
        """Make so many steps from the one that is shown, at most to the end."""
        raise NotImplementedError

    def back(self) -> None:
        """Show the step before the one that is shown."""
        raise NotImplementedError

    def go_to(self, step: int) -> None:
        """Pause, and show a step, or the nearest before it that can be shown."""
        raise NotImplementedError

    def reset(self) -> None:
        """Go back to the start."""
        raise NotImplementedError

    def new_seed(self) -> None:
        """Start anew with the next seed, where there is one."""
        raise NotImplementedError

    def play(self) -> None:
        """Go on, live, until `pause` or the end. It needs a running event loop, as every notebook has."""
        raise NotImplementedError

    def pause(self) -> None:
        """Stop where it is; `play` goes on from here."""
        raise NotImplementedError
