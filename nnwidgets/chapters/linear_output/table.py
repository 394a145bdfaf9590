"""A table to fill in: which output unit, and which loss, go with which targets."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ipywidgets

from nnwidgets.panel.accessible import Accessible
from nnwidgets.questions.progress import Progress

OPEN = "choose"


@dataclass(frozen=True)
class Span:
    """What numbers there can be: from low to high; sum_to_one: several of them that add up to 1."""

    low: float = -math.inf
    high: float = math.inf
    sum_to_one: bool = False

    def covers(self, other: Span) -> bool:
        """Return whether everything in `other` lies in this span."""
        inside = self.low <= other.low and other.high <= self.high
        return inside and (other.sum_to_one or not self.sum_to_one)


OUTPUTS = {
    "linear, squared error": Span(),
    "tanh, squared error": Span(-1, 1),
    "exponential, Poisson loss": Span(0),
    "sigmoid, cross-entropy": Span(0, 1),
    "softmax, cross-entropy": Span(0, 1, sum_to_one=True),
}
TARGETS = {
    "a temperature in degrees Celsius": Span(),
    "will it rain tomorrow: yes (1) or no (0)": Span(0, 1),
    "which of the ten digits is it: ten outputs, one for each": Span(0, 1, sum_to_one=True),
    "how many cars pass in an hour": Span(0),
    "the position of a steering wheel, from -1 to 1": Span(-1, 1),
}


def tightest(target: Span, outputs: Mapping[str, Span] = OUTPUTS) -> str:
    """Return the output that covers the target and is itself covered by every other that does."""
    covering = {name: span for name, span in outputs.items() if span.covers(target)}
    (best,) = [name for name, span in covering.items() if all(o.covers(span) for o in covering.values())]
    return best


def fault(output: Span, target: Span) -> str:
    """Say what is wrong with an output that is not the tightest for the target."""
    return "can also say what the target never is" if output.covers(target) else "cannot say every target"


class OutputTable(ipywidgets.VBox):
    """One row for each kind of target, with a list of outputs to choose from; checked together."""

    def __init__(
        self,
        key: str,
        targets: Mapping[str, Span] = TARGETS,
        hints: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> None:
        self.key, self.targets, self.progress = key, targets, progress or Progress()
        self.hints, self.shown = list(hints), 0
        text = ipywidgets.HTML(
            "<b>Exercise.</b> Which output goes with which target? Take the one that can say every target "
            "and as little else as possible. Fill in every row."
        )
        self.fields = {
            target: ipywidgets.Dropdown(
                options=[OPEN, *OUTPUTS],
                value=OPEN,
                description=target,
                layout={"width": "auto"},
                style={"description_width": "380px"},
            )
            for target in targets
        }
        self.check_button = ipywidgets.Button(description="Check")
        self.hint_button = ipywidgets.Button(description=f"Hint (1 of {len(self.hints)})")
        self.hint, self.result = ipywidgets.HTML(), ipywidgets.HTML()
        self.check_button.on_click(lambda _: self.check())
        self.hint_button.on_click(lambda _: self.show_hint())
        buttons = ipywidgets.HBox([self.check_button] + [self.hint_button] * bool(self.hints))
        super().__init__([text, *self.fields.values(), buttons, self.hint, self.result, Accessible()])
        self.add_class("workbook-card")
        kept = self.progress.get(key)
        if isinstance(kept, dict):
            for target, name in kept.items():
                if target in self.fields and name in OUTPUTS:
                    self.fields[target].value = name
            self.check()

    def __repr__(self) -> str:
        return f"OutputTable({self.key}: {self.right} of {len(self.targets)} right)"

    @property
    def right(self) -> int:
        """How many rows are right."""
        return sum(self.fields[name].value == tightest(span) for name, span in self.targets.items())

    def check(self) -> None:
        """Say at once how many rows are right and what is wrong with the others, and keep them all."""
        chosen = {name: field.value for name, field in self.fields.items() if field.value != OPEN}
        if not chosen:
            self.result.value = "Not attempted yet."
            return
        done = self.right == len(self.targets)
        self.result.value = (
            "<b>✓ Right.</b> Each output can say all that its target can be, and nothing else; and in all "
            "of these pairs but the one with tanh the gradient at z is simply y - t."
            if done
            else f"{self.right} of {len(self.targets)} rows are right.{self._wrong_rows(chosen)}"
        )
        if self.progress.get(self.key) != chosen:
            try:
                self.progress.keep(self.key, chosen)
            except OSError as error:
                self.result.value += f" (It could not be saved: {html.escape(str(error))})"

    def _wrong_rows(self, chosen: Mapping[str, str]) -> str:
        wrong = [
            f"{target}: {name} {fault(OUTPUTS[name], self.targets[target])}"
            for target, name in chosen.items()
            if name != tightest(self.targets[target])
        ]
        return "".join(f"<br>✗ {html.escape(row)}" for row in wrong)

    def show_hint(self) -> None:
        """Show the next hint, under those that were shown before."""
        self.shown = min(self.shown + 1, len(self.hints))
        self.hint.value = "<br>".join(
            f"Hint {number}: {html.escape(hint)}" for number, hint in enumerate(self.hints[: self.shown], 1)
        )
        self.hint_button.description = f"Hint ({min(self.shown + 1, len(self.hints))} of {len(self.hints)})"
        self.hint_button.disabled = self.shown == len(self.hints)
