"""What can be played: something that goes on in steps, of which one is shown."""

from __future__ import annotations

import asyncio

import traitlets

from nnwidgets.session.watched import Watched, locked


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

    async def go_on(self) -> None:
        """Make steps and show them, letting others have their turn in between, as long as it is `going`."""
        raise NotImplementedError

    def play(self) -> None:
        """Go on, live, until `pause` or the end. It needs a running event loop, as every notebook has."""
        if not self.playing and not self.finished:
            loop = asyncio.get_running_loop()
            self.playing = True
            self._task = loop.create_task(self._live())

    @locked
    def pause(self) -> None:
        """Stop where it is; `play` goes on from here."""
        self.playing = False

    @property
    def going(self) -> bool:
        """Whether the task that asks is to go on: another may have been started since."""
        return self.playing and not self.finished and self._task is asyncio.current_task()

    async def _live(self) -> None:
        try:
            await self.go_on()
        except Exception as error:
            if self.report_error is None:
                raise
            self.report_error(error)
        finally:
            if self._task is asyncio.current_task():
                self.playing = False
