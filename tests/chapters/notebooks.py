"""The chapters as the tests see them."""

import json
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "chapters"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def chapter_path(name: str) -> Path:
    """Return the notebook of the chapter of that name: bias -> chapters/02_bias.ipynb."""
    (path,) = FOLDER.glob(f"[0-9][0-9]_{name}.ipynb")
    return path


def cells(path: Path, kind: str = "") -> list[dict]:
    """Return a notebook's cells of one kind, "code" or "markdown", or all of them."""
    every = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in every if kind in ("", cell["cell_type"])]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def printed(path: Path) -> str:
    """Return all the text that a notebook's cells have printed or shown."""
    outputs = [output for cell in cells(path, "code") for output in cell["outputs"]]
    texts = [output.get("text", output.get("data", {}).get("text/plain", "")) for output in outputs]
    return "\n".join("".join(text) for text in texts)
