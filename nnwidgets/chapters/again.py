"""Again: the predictions that are due come back, one after the other, until they are answered or skipped."""

from __future__ import annotations

import html
import importlib
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import ipywidgets

from nnwidgets.accessible import Accessible
from nnwidgets.questions import Prediction, PredictionCard, Progress
from nnwidgets.questions.static import Static
from workbook.course.due import SPACING, due, is_prediction
from workbook.course.lab import shipped_chapters
from workbook.course.syllabus import Chapter, syllabus

MOST = 3  # questions a visit: no more than three minutes
RULE = f"what came out otherwise on another day, the rest after {SPACING} days, at most {MOST} at a time"


def again(progress: Progress | None = None, now: datetime | None = None) -> Again:
    """Return the card that asks what is due. progress: the learner's; now: with a time zone."""
    return Again(progress or Progress(), now or datetime.now().astimezone())


def came_back(progress: Progress, now: datetime) -> list[tuple[Chapter, Prediction]]:
    """Return the predictions that are due, with their chapters, at most MOST.

    Only their chapters' modules are imported. What no chapter asks any more is left out.
    """
    asked_by = {key: chapter for chapter in syllabus(shipped_chapters()) for key in chapter.predictions}
    found: list[tuple[Chapter, Prediction]] = []
    for key in due(progress.all(), now):
        if key in asked_by and len(found) < MOST:
            module = importlib.import_module(f"nnwidgets.chapters.{asked_by[key].name}")
            prediction = getattr(module, key.partition("/")[2].replace("-", "_"), None)
            if isinstance(prediction, Prediction) and prediction.finding.due():
                found.append((asked_by[key], prediction))
    return found


class Again(ipywidgets.VBox):
    """Asks what is due. One click on Skip ends it; what was not answered stays due."""

    def __init__(self, progress: Progress, now: datetime) -> None:
        self.progress, self.asked = progress, came_back(progress, now)
        self.cards: list[PredictionCard] = []
        self.words = ipywidgets.HTML().add_class("workbook-live")
        self.next = ipywidgets.Button(layout={"width": "auto"})
        self.skip = ipywidgets.Button(
            description="Skip", tooltip="skip what is due", layout={"width": "auto"}
        )
        self.next.on_click(lambda _: self.go_on())
        self.skip.on_click(lambda _: self.end())
        self.accessible = Accessible()
        super().__init__()
        self.add_class("workbook-card")
        self.go_on()

    def __repr__(self) -> str:
        return "Again()"

    def _ipython_display_(self) -> None:
        Static().show_after(self._repr_mimebundle_())

    def go_on(self) -> None:
        """Ask the next question, if there is one."""
        number = len(self.cards)
        if number == len(self.asked):
            self.end()
            return
        chapter, prediction = self.asked[number]
        told = replace(prediction, then=f"It is told in {chapter.file.removesuffix('.ipynb')}.")
        card = told(self.progress, again=True)
        self.cards.append(card)
        # While it is being read, so that the verdict comes at once; what fails is said when it is scored.
        threading.Thread(target=_measure, args=[prediction], daemon=True).start()
        self.words.value = (
            f"<b>Do you still know?</b> {number + 1} of {len(self.asked)}, from "
            f"<i>{html.escape(chapter.title)}</i> {html.escape(chapter.about)}"
        )
        self.next.description = "Done" if number + 1 == len(self.asked) else "Next"
        self.next.layout.display = "none"
        card.observe(lambda _: setattr(self.next.layout, "display", None), "answered")
        buttons = ipywidgets.HBox([self.next, self.skip])
        self.children = [self.words, card.asking, card.verdict, buttons, self.accessible]

    def end(self) -> None:
        """Ask no more, and say what comes next."""
        self.words.value = html.escape(self._last_words())
        self.children = [self.words, self.accessible]

    def _last_words(self) -> str:
        answered = [card for card in self.cards if card.answered]
        if answered:
            right = sum(card.right is True for card in answered)
            return f"Thank you: {right} of {len(answered)} right. Your predictions come back: {RULE}."
        if self.asked:
            return "Skipped. They will be here the next time."
        if any(is_prediction(tries) for tries in self.progress.all().values()):
            return f"Nothing is due today. Your predictions come back: {RULE}."
        return f"Welcome. From your next visit on, your predictions come back here: {RULE}."


def _measure(prediction: Prediction) -> None:
    with suppress(Exception):
        prediction.right()
