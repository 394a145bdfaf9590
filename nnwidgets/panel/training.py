"""The panel of a session that trains: play, pause, single step, back, reset, and the step that is shown."""

from __future__ import annotations

from typing import Any

import ipywidgets

from nnwidgets.panel.panel import Panel
from nnwidgets.session.training import Session


class TrainingPanel(Panel[Session]):
    """A view of training. The prediction unlocks Play, and is scored when a run has finished."""

    def buttons(self) -> list[ipywidgets.Widget]:
        """Return the transport."""
        session = self.session
        self.play = self.button("Play", "play", "train on, or pause", self._toggle)
        self.back = self.button("Back", "step-backward", "one step back", session.back)
        self.step = self.button("Step", "step-forward", "one step on", session.advance)
        reset = self.button("Reset", "undo", "the same start weights again", session.reset)
        seed = self.button("New seed", "random", "other start weights", session.new_seed, "110px")
        self.scrub = ipywidgets.IntSlider(
            0, 0, 1, description="step", layout={"flex": "1 1 300px", "width": "auto"}
        )
        self.scrub.style.description_width = "40px"
        self.scrub.observe(self.guarded(self._scrubbed), "value")
        return [self.play, self.back, self.step, reset, *[seed] * session.seeded, self.scrub]

    def refresh(self) -> None:
        """Bring everything but the picture up to date."""
        session = self.session
        self.play.disabled = self.step.disabled = self.locked or session.finished
        self.play.description, self.play.icon = ("Pause", "pause") if session.playing else ("Play", "play")
        self.back.disabled = session.step == 0
        self.scrub.max = max(session.last, 1)
        self.scrub.value = session.step
        super().refresh()
        if self.prediction and session.finished:
            self.prediction.reveal()

    def _scrubbed(self, change: Any) -> None:
        if change.new != self.session.step:  # otherwise it only follows
            self.error.value = ""
            self.session.go_to(change.new)

    def _toggle(self) -> None:
        if self.session.playing:
            self.session.pause()
        else:
            self.session.play()
