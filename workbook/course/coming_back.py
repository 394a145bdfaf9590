"""A notebook as it is shown where the widgets in it live no longer, and back to what is stored."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from workbook.course.progress import Progress, Try

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
BEGIN, END = "<!-- workbook: only shown -->", "<!-- workbook: end -->"
ADDED = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)


def shown(notebook: dict[str, Any], living: Collection[str] | None, progress: Progress) -> dict[str, Any]:
    """Return a notebook (nbformat 4) without the widgets that do not live; beside those, what was answered.

    living: model ids of the widgets that the notebook's kernel has; None: take all for living. The notebook
    is changed in place.
    """
    notebook = without_additions(notebook)
    for cell in notebook["cells"]:
        outputs = cell.get("outputs", [])
        views = [output["data"] for output in outputs if WIDGET_VIEW in output.get("data", {})]
        dead = [data for data in views if living is not None and _model(data) not in living]
        for data in dead:
            del data[WIDGET_VIEW]
        if len(dead) == len(views):
            describe_pictures(outputs)
            for output in outputs:
                key = _key(output)
                if key and (kept := progress.best(key)):
                    _add(output["data"], kept)
    return notebook


def describe_pictures(outputs: Iterable[dict[str, Any]]) -> None:
    """Give pictures their alternative text, which JupyterLab and its exports leave away; in place."""
    for output in outputs:
        data, about = output.get("data", {}), output.get("metadata", {}).get("image/png", {})
        if "image/png" in data and "text/html" not in data and "alt" in about:
            source = f"data:image/png;base64,{_joined(data['image/png']).strip()}"
            picture = f'<img alt="{html.escape(about["alt"])}" src="{source}">'
            data["text/html"] = BEGIN + picture + END


def without_additions(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook without anything that `shown` added to it, changed in place."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            text = data.get("text/html")
            if text is None or BEGIN not in (joined := _joined(text)):
                continue
            left = ADDED.sub("", joined)
            if left:
                data["text/html"] = left
            else:
                del data["text/html"]
    return notebook


def _key(output: Mapping[str, Any]) -> str:
    """Return the key of the question that an output shows, "" where it shows none."""
    ours = output.get("metadata", {}).get("workbook", {})
    return ours.get("key", "") if "text/html" in output.get("data", {}) else ""


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _add(data: dict[str, Any], kept: Try) -> None:
    """Add what was answered at the end of the element that shows the question."""
    before, close, after = _joined(data["text/html"]).rpartition("</div>")
    data["text/html"] = f"{before}{BEGIN}<p>{_answer(kept)}</p>{END}{close}{after}"


def _model(data: Mapping[str, Any]) -> str:
    """Return the id of the widget that an output shows."""
    view = data[WIDGET_VIEW]
    return str(view.get("model_id")) if isinstance(view, dict) else ""


def _answer(kept: Try) -> str:
    """Say what was answered, how sure the learner was, and whether it was right."""
    given = kept.answer
    if isinstance(given, dict):
        given = [f"{name}: {value}" for name, value in given.items()]
    text = "; ".join(map(str, given)) if isinstance(given, list) else str(given)
    sure = f" ({html.escape(str(kept.confidence))})" if kept.confidence else ""
    verdict = ", right" if kept.right is True else ", not right" if kept.right is False else ""
    return f"<b>Your answer:</b> {html.escape(text)}{sure}{verdict}."
