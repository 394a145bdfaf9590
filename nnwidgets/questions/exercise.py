"""Exercises: a number or a choice, checked at once, with hints that help a little more each time."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence

import ipywidgets

from nnwidgets.panel.accessible import Accessible
from nnwidgets.questions.progress import Progress


class Exercise(ipywidgets.VBox):
    """A question with an answer that the workbook computes.

    answer: a number, or one of `options`, or a function that computes it when it is needed. within: how far
    off a number may be. hints: shown one after the other. because: what to read once it is right. wrong: what
    to read for likely wrong answers. The learner's last answer is kept and comes back. Raises ValueError for
    an answer that is not an option.
    """

    def __init__(
        self,
        key: str,
        question: str,
        answer: float | str | Callable[[], float | str],
        options: Sequence[str] = (),
        within: float = 0.0,
        hints: Sequence[str] = (),
        because: str = "",
        progress: Progress | None = None,
        wrong: Mapping[float | str, str] | None = None,
    ) -> None:
        for known in [*(wrong or {}), *([] if callable(answer) else [answer])]:
            if options and known not in options:
                raise ValueError(
                    f"exercise {key!r}: the answer {known!r} is not among the options {list(options)}"
                )
        self.wrong = dict(wrong or {})
        self.key, self._right_answer, self.within, self.because = key, answer, within, because
        self.hints, self.shown = list(hints), 0
        self.progress = progress or Progress()
        self.right = False
        text = ipywidgets.HTML(f"<b>Exercise.</b> {html.escape(question)}")
        self.field = (
            ipywidgets.RadioButtons(options=list(options), value=None, layout={"width": "auto"})
            if options
            else ipywidgets.Text(
                description="your answer", placeholder="a number", style={"description_width": "90px"}
            )
        )
        self.check_button = ipywidgets.Button(description="Check")
        self.hint_button = ipywidgets.Button(description=f"Hint (1 of {len(self.hints)})")
        self.result, self.hint = ipywidgets.HTML(), ipywidgets.HTML()
        self.check_button.on_click(lambda _: self._pressed())
        self.hint_button.on_click(lambda _: self.show_hint())
        buttons = [self.check_button] + [self.hint_button] * bool(self.hints)
        super().__init__([text, self.field, ipywidgets.HBox(buttons), self.hint, self.result, Accessible()])
        self.add_class("workbook-card")
        kept = self.progress.get(key)
        if kept is not None and (not options or kept in options):
            self.field.value = str(kept)
            self.check()

    def __repr__(self) -> str:
        return f"Exercise({self.key}: {'right' if self.right else 'open'})"

    @property
    def answer(self) -> float | str:
        """The right answer, computed if need be."""
        return self._right_answer() if callable(self._right_answer) else self._right_answer

    def check(self) -> None:
        """Say at once whether the answer is right, and keep it."""
        given, self.right = self.field.value, False
        if given in (None, ""):
            self.result.value = "Not attempted yet."
            return
        readings = [given] if isinstance(self.field, ipywidgets.RadioButtons) else numbers(given)
        if not readings:
            self.result.value = f"{html.escape(given)} is not a number. Write it like 0.25."
            return
        self.right = any(self._agree(reading, self.answer) for reading in readings)
        if self.right:
            self.result.value = f"<b>✓ Right.</b> {html.escape(self.because)}"
        else:
            said = [text for known, text in self.wrong.items() if self._agree(readings[0], known)]
            self.result.value = f"Not yet. {html.escape(said[0] if said else 'Try again.')}"
        if self.progress.get(self.key) != given:
            try:
                self.progress.keep(self.key, given)
            except OSError as error:
                self.result.value += f" (It could not be saved: {html.escape(str(error))})"

    def _agree(self, given: float | str, known: float | str) -> bool:
        if isinstance(given, str):
            return given == known
        return math.isfinite(given) and abs(given - float(known)) <= self.within

    def _pressed(self) -> None:
        try:
            self.check()
        except Exception as error:
            said = f"{type(error).__name__}: {html.escape(str(error))}"
            self.result.value = f"This could not be checked: {said}"

    def show_hint(self) -> None:
        """Show the next hint, under those that were shown before."""
        self.shown = min(self.shown + 1, len(self.hints))
        self.hint.value = "<br>".join(
            f"Hint {n}: {html.escape(h)}" for n, h in enumerate(self.hints[: self.shown], 1)
        )
        self.hint_button.description = f"Hint ({min(self.shown + 1, len(self.hints))} of {len(self.hints)})"
        self.hint_button.disabled = self.shown == len(self.hints)


def numbers(text: str) -> list[float]:
    """Return the number, or fraction, that somebody wrote; none if it is neither.

    It may be one of two: "1,250" is 1.25 to one reader and 1250 to another.
    """
    text = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3})", "", text.replace("\N{MINUS SIGN}", "-"))
    forms = [text.replace(",", ".")]
    if re.fullmatch(r"\s*[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?\s*", text):
        forms.append(text.replace(",", ""))
    found = []
    for form in forms:
        try:
            above, slash, below = form.partition("/")
            found.append(float(above) / float(below if slash else 1))
        except (ValueError, ZeroDivisionError):
            continue
    return found
