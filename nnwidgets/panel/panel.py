"""A panel: a session's controls, its pictures, and a line that says where it stands."""

from __future__ import annotations

import functools
import html
import math
import time
from collections.abc import Callable, Sequence

import ipywidgets
from matplotlib.figure import Figure

from nnwidgets.live_figure import LiveFigure
from nnwidgets.panel.accessible import Accessible
from nnwidgets.panel.controls import control
from nnwidgets.pictures.pictures import Picture
from nnwidgets.questions.goal import Goal
from nnwidgets.questions.prediction import Prediction
from nnwidgets.session.knobs import knobs
from nnwidgets.session.session import Session

WORDS_EVERY = 0.1  # seconds between two readings of the numbers while training; pictures come faster
EXPORTS = ("png", "svg", "pdf")


class Panel(ipywidgets.VBox):
    """A view of one session. Whatever happens goes through the session; the panel draws and reports.

    pictures: parts of `figure` that follow the session. prediction: must be answered before training can
    start, and is scored when a run has finished. goal: turns green when reached.
    """

    def __init__(
        self,
        session: Session,
        figure: Figure,
        pictures: Sequence[Picture],
        prediction: Prediction | None = None,
        goal: Goal | None = None,
    ) -> None:
        self.session, self.pictures, self.prediction, self.goal = session, pictures, prediction, goal
        self.live = LiveFigure(figure, alt="", **{k: v for p in pictures for k, v in p.artists.items()})
        self._words_at, self._acting = 0.0, 0
        self.status = ipywidgets.HTML().add_class("workbook-status")
        self.error = ipywidgets.HTML().add_class("workbook-error")
        self.controls = {
            name: control(session, name, knob, self.acted) for name, knob in knobs(session).items()
        }
        children = [self._transport(), self.status, self._knob_row(), self.live, self.error, self._exports()]
        children += [self.goal] if goal else []
        super().__init__([*children, Accessible()])
        self.add_class("workbook-panel")
        self.live.report_error = session.report_error = self.show_error
        session.observe(self.guarded(self._follow), ["changed", "playing"])
        if prediction:
            prediction.observe(self.guarded(lambda _: self._refresh()), "answered")
        self._refresh()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.headline()})"

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        """Add the static picture, for readers without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        picture, about = self.live._repr_mimebundle_(**kwargs)
        return bundle | {"image/png": picture["image/png"]}, {"image/png": about["image/png"]}

    def headline(self) -> str:
        """Say in one line where the session stands."""
        moment = self.session.moment
        loss = f"{moment.loss:.4g}" if math.isfinite(moment.loss) else "not a number: it has diverged"
        return f"step {moment.step} of {self.session.steps}, loss {loss}"

    def guarded(self, callback: Callable) -> Callable:
        """Wrap a callback so that its error is shown in the panel, where a learner can see it."""

        @functools.wraps(callback)
        def safe(*args) -> None:
            try:
                callback(*args)
            except Exception as error:
                self.show_error(error)

        return safe

    def acted(self, callback: Callable) -> Callable:
        """Wrap what a learner does: guarded, and what went wrong before is forgotten first.

        What follows from it, such as drawing, is only guarded: it must not wipe out what it has to say.
        """
        guarded = self.guarded(callback)

        def begin(*args) -> None:
            if not self._acting:
                self.error.value = ""
            self._acting += 1
            try:
                guarded(*args)
            finally:
                self._acting -= 1

        return begin

    def show_error(self, error: Exception) -> None:
        """Show what went wrong, in the panel."""
        self.error.value = f"{type(error).__name__}: {html.escape(str(error))}"

    def _follow(self, change) -> None:
        if change.name == "changed":
            self._draw()
        now = time.monotonic()
        if not self.session.playing or now - self._words_at >= WORDS_EVERY:
            self._words_at = now
            self._refresh()

    def _draw(self) -> None:
        with self.live.lock:
            data = {
                name: new for picture in self.pictures for name, new in picture.show(self.session).items()
            }
            with self.live.hold_sync():
                self.live.set(**{name: new for name, new in data.items() if new is not None})
                self.live.update(*(name for name, new in data.items() if new is None))

    def _refresh(self) -> None:
        """Bring everything but the picture up to date."""
        session = self.session
        locked = self.prediction is not None and not self.prediction.answered
        self.play.disabled = self.step.disabled = locked or session.finished
        self.play.description, self.play.icon = ("Pause", "pause") if session.playing else ("Play", "play")
        self.back.disabled = session.step == 0
        self.scrub.max = max(session.last, 1)
        self.scrub.value = session.step
        why = " (answer the prediction above to unlock Play)" if locked else ""
        self.status.value = html.escape(self.headline() + why)
        self.live.alt = " ".join(picture.said(session) for picture in self.pictures)
        if self.goal:
            self.goal.look(session)
        if self.prediction and session.finished:
            self.prediction.reveal()

    def _transport(self) -> ipywidgets.Widget:
        self.play = self._button("Play", "play", "train on, or pause", self._toggle)
        self.back = self._button("Back", "step-backward", "one step back", self.session.back)
        self.step = self._button("Step", "step-forward", "one step on", self.session.advance)
        reset = self._button("Reset", "undo", "the same start weights again", self.session.reset)
        seed = self._button("New seed", "random", "other start weights", self.session.new_seed, "110px")
        self.scrub = ipywidgets.IntSlider(
            0, 0, 1, description="step", layout={"flex": "1 1 300px", "width": "auto"}
        )
        self.scrub.style.description_width = "40px"
        self.scrub.observe(self.guarded(self._scrubbed), "value")
        row = ipywidgets.Box([self.play, self.back, self.step, reset, seed, self.scrub])
        return row.add_class("workbook-row")

    def _scrubbed(self, change) -> None:
        if change.new != self.session.step:  # otherwise it only follows
            self.error.value = ""
            self.session.go_to(change.new)

    def _toggle(self) -> None:
        if self.session.playing:
            self.session.pause()
        else:
            self.session.play()

    def _knob_row(self) -> ipywidgets.Widget:
        return ipywidgets.Box(list(self.controls.values())).add_class("workbook-row")

    def _exports(self) -> ipywidgets.Widget:
        buttons = [
            self._button(
                kind.upper(), "download", f"save the picture as {kind.upper()}", self._save(kind), "72px"
            )
            for kind in EXPORTS
        ]
        return ipywidgets.Box([ipywidgets.Label("Save the picture:"), *buttons]).add_class("workbook-row")

    def _save(self, kind: str) -> Callable[[], None]:
        return lambda: self.live.download(
            kind, f"{type(self.session).__name__}-step-{self.session.step}.{kind}"
        )

    def _button(
        self, label: str, icon: str, tooltip: str, action: Callable[[], None], width: str = "96px"
    ) -> ipywidgets.Button:
        button = ipywidgets.Button(description=label, icon=icon, tooltip=tooltip, layout={"width": width})
        button.on_click(self.acted(lambda _: None if button.disabled else action()))
        return button
