"""A prediction: asked before the answer shows, scored against what the experiment gives."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ipywidgets
import traitlets

from nnwidgets.accessible import Accessible
from nnwidgets.questions.card import kept
from nnwidgets.questions.observation import Observation, ObservationRow
from nnwidgets.questions.options import Options
from nnwidgets.questions.rules import Rule, right_option
from nnwidgets.questions.static import Static
from workbook.cases import Finding
from workbook.course.progress import Progress

MEASURING = "Measuring the answer … <progress></progress>"


def anything(_: Any) -> bool:
    """True: any run shows it."""
    return True


@dataclass(frozen=True)
class Prediction:
    """A question about a finding, with options; the rule says which of them the finding makes right.

    because: what to read once the answer shows. tempting: for each wrong option, why one may well choose it,
    and what is wrong with it. seen: what is asked after the run. shows(session): whether a run has shown what
    was asked, where not any run does; do: what to do for that, such as "Give it a bias, press Play".
    then: where to go on. Calling it makes the card that asks. Raises ValueError for fewer than two options,
    two that are the same, or a tempting one that there is not.
    """

    finding: Finding
    question: str
    rule: Rule
    because: str = ""
    tempting: Mapping[str, str] = field(default_factory=dict)
    seen: Observation | None = None
    shows: Callable[[Any], bool] = anything
    do: str = ""
    then: str = "Shift+Enter or a click opens “What happened”."

    def __post_init__(self) -> None:
        options = self.rule.options
        if len(set(options)) < 2 or len(set(options)) != len(options):
            raise ValueError(f"a prediction needs two different options or more, not {options}")
        for option in self.tempting:
            if option not in options:
                raise ValueError(f"prediction {self.finding.key!r}: {option!r} is not among {options}")

    def __call__(self, progress: Progress | None = None, again: bool = False) -> PredictionCard:
        """Return a card that asks it; again: though it was answered. progress: where answers are kept."""
        return PredictionCard(self, progress, again)

    def right(self) -> str:
        """Return the right option, computed now."""
        return right_option(self.rule, self.finding)


class PredictionCard(ipywidgets.VBox):
    """Asks once, and gives its verdict: in a panel when that has shown the answer, alone at once.

    `asking` and `verdict` are its two halves; a panel puts what is played between them. again: what was
    answered before is not shown, and the answer is a new try.
    """

    answered = traitlets.Bool(False)

    def __init__(self, prediction: Prediction, progress: Progress | None = None, again: bool = False) -> None:
        self.prediction, self.key, self.again = prediction, prediction.finding.key, again
        self.progress = progress or Progress()
        self.right: bool | None = None
        self.chosen = ""
        self.next_step: str | None = (
            None  # what a panel asks for; without a panel there is nothing to wait for
        )
        self._measuring: threading.Thread | None = None
        self.question = ipywidgets.HTML(f"<b>Predict.</b> {html.escape(prediction.question)}")
        self.options = Options(prediction.rule.options, self.answer)
        self.said = ipywidgets.HTML().add_class("workbook-live")
        self.result = ipywidgets.HTML().add_class("workbook-live").add_class("workbook-verdict")
        self.asking = ipywidgets.VBox([self.question, self.options, self.said]).add_class("workbook-asking")
        self.seen = prediction.seen and ObservationRow(f"{self.key}/seen", prediction.seen, self.progress)
        self.verdict = ipywidgets.VBox([self.result, *([self.seen] if self.seen else [])])
        super().__init__([self.asking, self.verdict, Accessible()])
        self.add_class("workbook-card")
        before = None if again else self.progress.best(self.key)
        self._known_before = None if before is None else before.right
        if before and before.answer in prediction.rule.options:
            self._lock(before.answer, before.confidence)

    def __repr__(self) -> str:
        return f"Prediction({self.key}: {self.state})"

    def _ipython_display_(self) -> None:
        self.static().show_after(self._repr_mimebundle_())
        self.reveal()  # what was answered the day before

    def static(self) -> Static:
        """Return the question for readers without a kernel."""
        return Static(self.key, self.prediction.question, self.prediction.rule.options, "Predict.")

    @property
    def state(self) -> str:
        """ "open", "answered", "right" or "wrong"."""
        if not self.answered:
            return "open"
        return {None: "answered", True: "right", False: "wrong"}[self.right]

    def stand_in(self, next_step: str) -> None:
        """Become part of a panel, which says what to do next, such as "Press Play"."""
        self.next_step = next_step
        self._say_so()
        if self._known_before is not None:
            self.reveal()

    def answer(self, option: str, confidence: str | None = None) -> None:
        """Take an option and how sure the learner is, for good. Raises ValueError for another option."""
        if option not in self.prediction.rule.options:
            raise ValueError(f"{option!r} is not among the options {self.prediction.rule.options}")
        if not self.answered:
            failed = kept(self.progress, self.key, option, None, confidence, self.again)
            self._lock(option, confidence)
            self.said.value += failed
            if self.next_step is None:
                self.reveal()

    def watched(self, session: Any) -> None:
        """Show the verdict, and ask what was seen, if the session has shown what there is to see."""
        if not self.prediction.shows(session):
            return
        self.reveal()
        if self.answered and self.seen:
            self.seen.watched(session)

    def reveal(self) -> None:
        """Show the right option beside the learner's. What takes long is measured beside the rest."""
        if not self.answered or self.right is not None or (self._measuring and self._measuring.is_alive()):
            return
        if self.prediction.finding.known:
            self._score()
        else:
            self.result.value = MEASURING
            self._measuring = threading.Thread(target=self._score, daemon=True)
            self._measuring.start()

    def wait(self) -> None:
        """Wait until the answer is measured, where that goes on."""
        if self._measuring:
            self._measuring.join()

    def _score(self) -> None:
        try:
            right = self.prediction.right()
        except Exception as error:
            said = html.escape(f"{type(error).__name__}: {error}")
            self.result.value = f"The answer could not be measured: {said}"
            return
        self.right, prediction = self.chosen == right, self.prediction
        words = [f"{right}.", prediction.because]
        if self.chosen in prediction.tempting and not self.right:
            why = prediction.tempting[self.chosen]
            words.append(f"You said “{self.chosen}”. {why[:1].upper()}{why[1:]}")
        verdict = "✓ You were right" if self.right else "✗ It came out otherwise"
        said = html.escape(" ".join(filter(None, words)))
        then = f" <i>{html.escape(prediction.then)}</i>" if prediction.then else ""
        known = self.right is self._known_before  # it was shown on another day: that is no new try
        failed = "" if known else kept(self.progress, self.key, self.chosen, self.right)
        self.result.value = f"<b>{verdict}:</b> {said}{then}{failed}"
        self._say_so()

    def _lock(self, option: str, confidence: str | None) -> None:
        self.chosen, self.confidence = option, confidence
        self.options.close_up()
        self.answered = True
        self._say_so()

    def _say_so(self) -> None:
        if self.answered:
            sure = f" ({self.confidence})" if self.confidence else ""
            step = self.next_step and (self.prediction.do or self.next_step)
            next_step = f" {step}, and see." if step and self.right is None else ""
            self.said.value = html.escape(f"You said: {self.chosen}{sure}.{next_step}")
