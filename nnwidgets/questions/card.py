"""A card: a question with room for an answer, hints that help a little more each time, and a result."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import ipywidgets

from nnwidgets.accessible import Accessible
from nnwidgets.questions.static import Static
from workbook.course.progress import Progress


def kept(
    progress: Progress,
    key: str,
    answer: Any,
    right: bool | None = None,
    confidence: str | None = None,
    again: bool = False,
) -> str:
    """Keep an answer, see `Progress.keep`; return "", or what to add where it could not be saved."""
    try:
        progress.keep(key, answer, right, confidence, again)
    except OSError as error:
        return f" (It could not be saved: {html.escape(str(error))})"
    return ""


class Card(ipywidgets.VBox):
    """What a learner is asked: the question, fields to answer it, a button, hints, a result.

    What is answered is kept under `key`, and comes back. Subclasses say what `answer` does.
    """

    options: Sequence[str] = ()

    def __init__(
        self,
        key: str,
        question: str,
        fields: Sequence[ipywidgets.Widget],
        hints: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> None:
        self.key, self.question = key, question
        self.progress, self.hints, self.shown = progress or Progress(), list(hints), 0
        self.button = ipywidgets.Button(description="Check", layout={"width": "auto"})
        self.hint_button = ipywidgets.Button(description=f"Hint (1 of {len(self.hints)})")
        self.result = ipywidgets.HTML().add_class("workbook-live")
        self.hint = ipywidgets.HTML().add_class("workbook-live")
        self.button.on_click(lambda _: self.pressed())
        self.hint_button.on_click(lambda _: self.show_hint())
        buttons = ipywidgets.HBox([self.button] + [self.hint_button] * bool(self.hints))
        text = ipywidgets.HTML(f"<b>Exercise.</b> {html.escape(question)}")
        super().__init__([text, *fields, buttons, self.hint, self.result, Accessible()])
        self.add_class("workbook-card")

    def _ipython_display_(self) -> None:
        Static(self.key, self.question, self.options, "Exercise.").show_after(self._repr_mimebundle_())

    def answer(self) -> None:
        """Take the learner's answer; called when the button is pressed."""
        raise NotImplementedError

    def pressed(self) -> None:
        """Take the answer; what goes wrong is said on the card, where a learner can see it."""
        try:
            self.answer()
        except Exception as error:
            said = f"{type(error).__name__}: {html.escape(str(error))}"
            self.result.value = f"This could not be checked: {said}"

    def say(self, verdict: str, text: str) -> None:
        """Show a result: the verdict, which is HTML, and a text, which is not."""
        self.result.value = f"{verdict} {html.escape(text)}".strip()

    def keep(self, answer: Any, right: bool) -> None:
        """Keep the answer; where it cannot be saved, the result says so."""
        self.result.value += kept(self.progress, self.key, answer, right)
        best = self.progress.best(self.key)
        if not right and best and best.right:
            self.result.value += " (Your right answer is kept.)"

    def show_hint(self) -> None:
        """Show the next hint, under those that were shown before."""
        self.shown = min(self.shown + 1, len(self.hints))
        lines = (f"Hint {n}: {html.escape(hint)}" for n, hint in enumerate(self.hints[: self.shown], 1))
        self.hint.value = "<br>".join(lines)
        self.hint_button.description = f"Hint ({min(self.shown + 1, len(self.hints))} of {len(self.hints)})"
        self.hint_button.disabled = self.shown == len(self.hints)


def choices(options: Sequence[str]) -> ipywidgets.RadioButtons:
    """Return a list of options to choose one from, with none chosen."""
    return ipywidgets.RadioButtons(options=list(options), value=None, layout={"width": "auto"})
