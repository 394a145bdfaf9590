"""A question as it stands in a saved notebook: for readers without a kernel."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

HIDDEN = "workbook-static"
"""Class of what is hidden by the style sheet while a live panel or card stands in the same cell."""


class Static:
    """What a cell shows first: the question and its options as text. The live widget hides it.

    key: of the question, "bias/settles"; the notebook keeps it: the learner's answer is found again by it.
    options: none where a number is asked for. kind: "Predict." or "Exercise."
    """

    def __init__(self, key: str, question: str, options: Sequence[str] = (), kind: str = "Predict.") -> None:
        self.key, self.question, self.options, self.kind = key, question, list(options), kind

    def __repr__(self) -> str:
        return f"{self.kind.rstrip('.')} ({self.key}): {' '.join(self.question.split())}"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        options = "".join(f"<li>{html.escape(option)}</li>" for option in self.options)
        listed = f"<ul>{options}</ul>" if options else ""
        asked = f"<p><b>{html.escape(self.kind)}</b> {html.escape(self.question)}</p>"
        text = f'<div class="{HIDDEN}">{asked}{listed}</div>'
        return {"text/plain": repr(self), "text/html": text}, {"workbook": {"key": self.key}}
