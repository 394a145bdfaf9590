"""For exports to HTML: pictures keep their alternative text."""

from __future__ import annotations

from typing import Any

from workbook.course.coming_back import describe_pictures


def described(notebook: Any, resources: Any) -> tuple[Any, Any]:
    """Give the pictures of a notebook their alternative text: a step of nbconvert.

    `workbook lab` takes it by itself. Elsewhere: `jupyter nbconvert --to html
    --HTMLExporter.preprocessors=workbook.course.export.described`.
    """
    for cell in notebook.cells:
        describe_pictures(cell.get("outputs", []))
    return notebook, resources
