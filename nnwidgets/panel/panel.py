"""A panel: a view of something watched: its controls, its pictures, and a line that says where it stands."""

from __future__ import annotations

import functools
import html
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import ipywidgets
import traitlets
from matplotlib.figure import Figure

from nnwidgets.accessible import Accessible
from nnwidgets.live_figure import LiveFigure, PointerEvent
from nnwidgets.panel.controls import control
from nnwidgets.panel.lecture import FullScreen
from nnwidgets.panel.stored import StoredPicture
from nnwidgets.pictures.picture import Picture
from nnwidgets.questions.goal import GoalLine
from nnwidgets.questions.prediction import PredictionCard
from nnwidgets.questions.static import Static
from nnwidgets.session.watched import Watched

WORDS_EVERY = 0.1  # seconds between two readings of the numbers while training; pictures come faster
EXPORTS = ("png", "svg", "pdf")
REACH = 4  # controls at hand; the others stand behind "More"
LATER = ("seed", "speed", "length")  # that are rarely turned

Seen = TypeVar("Seen", bound=Watched)


class Panel(ipywidgets.VBox, Generic[Seen]):
    """A view of one session. Whatever happens goes through the session; the panel draws and reports.

    pictures: parts of `figure` that follow the session. prediction: must be answered before the answer can
    be seen, and is scored then. goal: green while it is reached. Subclasses give the buttons.
    """

    next_step = ""  # what a learner does once the prediction is made, such as "Press Play"

    def __init__(
        self,
        session: Seen,
        figure: Figure,
        pictures: Sequence[Picture],
        prediction: PredictionCard | None = None,
        goal: GoalLine | None = None,
    ) -> None:
        self.session, self.pictures, self.prediction, self.goal = session, pictures, prediction, goal
        self.live = LiveFigure(figure, alt="", **{k: v for p in pictures for k, v in p.artists.items()})
        self._words_at, self._acting = 0.0, 0
        self._stored: StoredPicture | None = None  # once the panel is displayed
        self.status = ipywidgets.HTML().add_class("workbook-status")
        self.spoken = ipywidgets.HTML().add_class("workbook-live").add_class("workbook-spoken")
        self.error = ipywidgets.HTML().add_class("workbook-error").add_class("workbook-live")
        self.controls = {
            name: control(session, name, knob, self.acted) for name, knob in session.knobs().items()
        }
        super().__init__([*self._rows(), Accessible(label=session.title)])
        self.add_class("workbook-panel")
        self.live.report_error = session.report_error = self.show_error
        session.observe(self.guarded(self._follow), ["changed", "playing"])
        if prediction:
            prediction.stand_in(self.next_step)
            prediction.observe(self.guarded(lambda _: self.refresh()), "answered")
        for picture in pictures:
            self._listen(picture)
        self.draw()
        self.refresh()

    def buttons(self) -> list[ipywidgets.Widget]:
        """Return what stands above the status line."""
        return []

    def refresh(self) -> None:
        """Bring everything but the picture up to date."""
        session = self.session
        self.desk.layout.display = "none" if self.locked else None
        said = ". ".join(filter(None, (session.headline(), session.note())))
        self.status.value = said = html.escape(said)
        if not session.playing:
            self.spoken.value = said
        self.live.alt = " ".join(picture.said(session) for picture in self.pictures)
        idle = session.idle()
        for name, widget in self.controls.items():
            widget.disabled = name in idle
        if self.goal:
            self.goal.look(session)

    @property
    def locked(self) -> bool:
        """Whether a prediction has to be made first."""
        return self.prediction is not None and not self.prediction.answered

    def draw(self) -> None:
        """Bring the picture up to date."""
        with self.live.lock:
            data = {
                name: new for picture in self.pictures for name, new in picture.show(self.session).items()
            }
            with self.live.hold_sync():
                self.live.set(**{name: new for name, new in data.items() if new is not None})
                self.live.update(*(name for name, new in data.items() if new is None))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.session.headline()})"

    def _ipython_display_(self) -> None:
        """Show the panel, and beside it, for readers without a kernel, its question and its picture."""
        static = self.prediction.static() if self.prediction else Static()
        static.show_after(self._repr_mimebundle_())
        self._stored = StoredPicture()
        self._stored.show(*self.first_picture())

    def first_picture(self) -> tuple[bytes, str]:
        """Return the picture that the notebook has before anything is done, and the same in words."""
        return self.live.still(), self.live.alt

    def store(self) -> None:
        """Let the saved notebook have the picture as it is now."""
        if self._stored:
            self._stored.refresh(self.live.still(), self.live.alt)

    def guarded(self, callback: Callable[..., Any]) -> Callable[..., None]:
        """Wrap a callback so that its error is shown in the panel, where a learner can see it."""

        @functools.wraps(callback)
        def safe(*args: Any) -> None:
            try:
                callback(*args)
            except Exception as error:
                self.show_error(error)

        return safe

    def acted(self, callback: Callable[..., Any]) -> Callable[..., None]:
        """Wrap what a learner does: guarded, and what went wrong before is forgotten first.

        What follows from it, such as drawing, is only guarded: it must not wipe out what it has to say.
        """
        guarded = self.guarded(callback)

        def begin(*args: Any) -> None:
            if not self._acting:
                self.error.value = ""
            self._acting += 1
            try:
                guarded(*args)
            finally:
                self._acting -= 1

        return begin

    def show_error(self, error: Exception) -> None:
        """Show what went wrong, in the panel: what is refused is a sentence of ours, and needs no more."""
        kind = "" if isinstance(error, (ValueError, traitlets.TraitError)) else f"{type(error).__name__}: "
        self.error.value = kind + html.escape(str(error))

    def button(self, label: str, icon: str, tooltip: str, action: Callable[[], Any]) -> ipywidgets.Button:
        """Return a button that acts on the session; a click that comes while it is disabled is lost."""
        made = ipywidgets.Button(description=label, icon=icon, tooltip=tooltip, layout={"width": "auto"})

        def clicked(_: ipywidgets.Button) -> None:
            if not made.disabled:
                action()

        made.on_click(self.acted(clicked))
        return made

    def _rows(self) -> list[ipywidgets.Widget]:
        """Return what the panel is made of, from top to bottom: Play stands right above the picture.

        The desk, where one works, takes the place of the options once the question is answered.
        """
        near = self._in_reach()
        far = [widget for name, widget in self.controls.items() if name not in near]
        self.more = ipywidgets.ToggleButton(
            description="More",
            icon="sliders",
            tooltip="more controls, and the picture as a file",
            layout={"width": "auto"},
        )
        behind = row([*far, self._exports()]).add_class("workbook-more")
        behind.layout.display = "none"
        self.more.observe(
            lambda change: setattr(behind.layout, "display", None if change.new else "none"), "value"
        )
        above = [self.prediction.asking] if self.prediction else []
        below = [self.prediction.verdict] if self.prediction else []
        controls = row([self.controls[name] for name in near])
        goal = [self.goal] if self.goal else []
        transport = row([*self.buttons(), self.more, FullScreen()]).add_class("workbook-transport")
        self.desk = ipywidgets.VBox(
            [controls, self.error, behind, *goal, transport, self.status, self.spoken]
        )
        return [*above, self.desk, self.live, *below]

    def _in_reach(self) -> list[str]:
        """Return the names of the controls at hand."""
        names = self.session.reach or [name for name in self.controls if name not in LATER]
        return [name for name in names if name in self.controls][:REACH]

    def _listen(self, picture: Picture) -> None:
        """Let a picture hear of the pointer on its axes, as far as it wants to."""
        live, axes = self.live, picture.axes
        if hasattr(picture, "pressed"):
            live.on_press(functools.partial(_on, axes, picture.pressed))
        if hasattr(picture, "dragged"):
            live.on_drag(functools.partial(_on, axes, picture.dragged), axes)
        if hasattr(picture, "hovered"):
            live.on_hover(picture.hovered)

    def _follow(self, change: Any) -> None:
        if change.name == "changed":
            self.draw()
        now = time.monotonic()
        if not self.session.playing or now - self._words_at >= WORDS_EVERY:
            self._words_at = now
            self.refresh()

    def _exports(self) -> ipywidgets.Widget:
        buttons = [
            self.button(
                kind.upper(),
                "download",
                f"save the picture as {kind.upper()}",
                functools.partial(self._save, kind),
            )
            for kind in EXPORTS
        ]
        return row([ipywidgets.Label("Save the picture:"), *buttons])

    def _save(self, kind: str) -> None:
        self.live.download(kind, f"{self.session.picture_name()}.{kind}")


def row(children: Sequence[ipywidgets.Widget]) -> ipywidgets.Box:
    """Return a box whose children stand side by side, and wrap where there is no room."""
    return ipywidgets.Box(list(children)).add_class("workbook-row")


def _on(axes: Any, callback: Callable[[PointerEvent], None], event: PointerEvent) -> None:
    """Hand the event on if it began on these axes."""
    if event.inaxes is axes:
        callback(event)
