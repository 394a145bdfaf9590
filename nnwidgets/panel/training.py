"""The panel of what can be played, such as training: play, pause, step, back, reset, and the step shown."""

from __future__ import annotations

import os
from typing import Any

import ipywidgets

from nnwidgets.panel.panel import Panel
from nnwidgets.session.played import Played
from workbook.course.checking import STORING


class TrainingPanel(Panel[Played]):
    """A view of training, or of other steps. The prediction unlocks Play, and is scored at a run's end."""

    next_step = "Press Play"
    _played = False  # whether it was playing when last looked at

    def buttons(self) -> list[ipywidgets.Widget]:
        """Return the transport."""
        session = self.session
        self.play = self.button("Play", "play", "go on, or pause", self._toggle)
        self.play.add_class("workbook-play")
        self.back = self.button("Back", "step-backward", "one step back", session.back)
        self.step = self.button("Step", "step-forward", "one step on", session.advance)
        reset = self.button("Reset", "undo", "the same start again", session.reset)
        seed = self.button("New seed", "random", "other start weights", session.new_seed)
        self.scrub = ipywidgets.IntSlider(
            0, 0, session.steps, description=session.counts, layout={"flex": "1 1 150px", "width": "auto"}
        )
        self.scrub.style.description_width = "initial"
        self.scrub.observe(self.guarded(self._scrubbed), "value")
        return [self.play, self.back, self.step, reset, *[seed] * session.seeded, self.scrub]

    def refresh(self) -> None:
        """Bring everything but the picture up to date."""
        session = self.session
        self.play.disabled = self.locked
        self.step.disabled = self.locked or session.finished
        self.play.description, self.play.icon = self._what_play_does()
        self.back.disabled = session.step == 0
        self.scrub.max = session.steps
        self.scrub.value = session.step
        super().refresh()
        if self._played and not session.playing:
            self.store()
        self._played = session.playing
        if self.prediction and (session.finished or (self.goal and self.goal.state == "reached")):
            self.prediction.watched(session)

    def first_picture(self) -> tuple[bytes, str]:
        """Return the picture of the start; where a chapter is stored, of the end, if nothing is asked.

        A stored chapter is read without a kernel, too: there nobody can press Play.
        """
        if self.prediction or STORING not in os.environ:
            return super().first_picture()
        self.session.advance(self.session.steps)
        self.draw()
        self.refresh()
        picture = super().first_picture()
        self.session.reset()
        return picture

    def _what_play_does(self) -> tuple[str, str]:
        """Return the label and the icon of the first button."""
        if self.session.playing:
            return "Pause", "pause"
        return ("Again", "repeat") if self.session.finished else ("Play", "play")

    def _scrubbed(self, change: Any) -> None:
        if change.new != self.session.step:  # otherwise it only follows
            self.error.value = ""
            self.session.go_to(change.new)
            self.scrub.value = self.session.step  # what has not been trained yet cannot be gone to

    def _toggle(self) -> None:
        session = self.session
        if session.playing:
            session.pause()
        else:
            if session.finished:
                session.reset()
            session.play()
