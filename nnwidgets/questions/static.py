"""What stands in a saved notebook in the place of a live card or panel: for readers without a kernel."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from IPython.display import display

EMPTY = "<div></div>"
GO_ON = "In JupyterLab, Run &gt; Run All Cells brings this to life; your answers are kept."

# JupyterLab shows a widget in a panel, which is itself of the class jupyter-widgets only where there is
# no such model. The rules travel with the question, so that they hold in every JupyterLab and in Notebook.
AREA, WIDGET = ".jp-OutputArea:has(.workbook-static)", ".jp-OutputArea-output.lm-Panel"
RULES = (
    f"{AREA}:has({WIDGET}:not(.jupyter-widgets)) > :has(.workbook-static, .jp-RenderedImage), "
    f"{AREA} > :has(> {WIDGET}.jupyter-widgets) {{ display: none }}"
)
"""The live widget hides the question and the stored picture; they stand in for one that is gone."""


def stand_in(inside: str = "") -> str:
    """Return HTML that stands in for a widget that is gone, and that the live one hides."""
    return f'<style>{RULES}</style><div class="workbook-static">{inside}</div>'


class Static:
    """What the cell of a panel or a card shows besides: the question as text. The live widget hides it.

    key: of the question, "bias/settles"; the notebook keeps it: the learner's answer is found again by it.
    options: none where a number is asked for. kind: "Predict." or "Exercise." A panel that asks nothing has
    neither key nor question: it is shown all the same, for what it says about going on.
    """

    def __init__(
        self, key: str = "", question: str = "", options: Sequence[str] = (), kind: str = "Predict."
    ) -> None:
        self.key, self.question, self.options, self.kind = key, question, list(options), kind

    def __repr__(self) -> str:
        if not self.question:
            return "A panel."
        return f"{self.kind.rstrip('.')} ({self.key}): {' '.join(self.question.split())}"

    def show_after(self, live: Mapping[str, Any]) -> None:
        """Display a live widget, given as its own bundle of forms, and then the question.

        In this order nothing is seen before it is hidden. A reader without a kernel sees no text of the
        widget: it keeps one for nbval alone.
        """
        display({**live, "text/html": EMPTY}, raw=True)
        display(self)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        asked = f"<p><b>{html.escape(self.kind)}</b> {html.escape(self.question)}</p>"
        options = "".join(f"<li>{html.escape(option)}</li>" for option in self.options)
        parts = [asked if self.question else "", f"<ul>{options}</ul>" if options else ""]
        inside = "".join([*parts, f"<p><small>{GO_ON}</small></p>"])
        return {"text/plain": repr(self), "text/html": stand_in(inside)}, {"workbook": {"key": self.key}}
