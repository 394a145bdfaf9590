"""A prediction: asked before the answer shows, scored against what the experiment gives."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import ipywidgets
import traitlets

from nnwidgets.panel.accessible import Accessible
from nnwidgets.questions.progress import Progress


class Prediction(ipywidgets.VBox):
    """One question with options. It is answered once; `reveal` scores it against what is measured.

    measure: a function without arguments that computes which option is right; it is called only when the
    answer is due. because: what to read once the answer shows. Raises ValueError for fewer than two options.
    """

    answered = traitlets.Bool(False)

    def __init__(
        self,
        key: str,
        question: str,
        options: Sequence[str],
        measure: Callable[[], str],
        because: str = "",
        progress: Progress | None = None,
    ) -> None:
        if len(set(options)) < 2 or len(set(options)) != len(options):
            raise ValueError(f"a prediction needs two different options or more, not {list(options)}")
        self.key, self.measure, self.because = key, measure, because
        self.progress = progress or Progress()
        self.right: bool | None = None
        self.due = False
        self.choice = ipywidgets.RadioButtons(options=list(options), value=None, layout={"width": "auto"})
        self.button = ipywidgets.Button(description="That is my prediction", layout={"width": "180px"})
        self.result = ipywidgets.HTML()
        text = ipywidgets.HTML(f"<b>Predict.</b> {html.escape(question)}")
        super().__init__([text, self.choice, self.button, self.result, Accessible()])
        self.add_class("workbook-card")
        self.choice.observe(self._chosen, "value")
        self.button.on_click(lambda _: self._answer())
        self.button.disabled = True
        kept = self.progress.get(key)
        if kept in options:
            self.choice.value = kept
            self._lock()

    def __repr__(self) -> str:
        state = (
            "open"
            if not self.answered
            else "answered"
            if self.right is None
            else "right"
            if self.right
            else "wrong"
        )
        return f"Prediction({self.key}: {state})"

    def reveal(self) -> None:
        """Compute the right option and show it beside the learner's, now or as soon as there is an answer."""
        self.due = True
        if not self.answered or self.right is not None:
            return
        self.result.value = "Measuring the answer …"
        try:
            truth = self.measure()
        except Exception:
            self.result.value = "The answer could not be measured."
            raise
        if truth not in self.choice.options:
            raise ValueError(f"prediction {self.key!r} measured {truth!r}, which is not among its options")
        self.right = self.choice.value == truth
        verdict = "<b>You were right:</b>" if self.right else "<b>It came out otherwise:</b>"
        self.result.value = f"{verdict} {html.escape(truth)}. {html.escape(self.because)}"

    def _chosen(self, change) -> None:
        self.button.disabled = self.answered or change.new is None

    def _answer(self) -> None:
        if self.answered or self.choice.value is None:
            return
        self._lock()
        try:
            self.progress.keep(self.key, self.choice.value)
        except OSError as error:
            self.result.value = f"Your answer counts, but it could not be saved: {html.escape(str(error))}"

    def _lock(self) -> None:
        self.choice.disabled = self.button.disabled = True
        if not self.result.value:
            self.result.value = "Noted. Now look below, and see."
        self.answered = True
        if self.due:
            self.reveal()
