"""The learner's form of a chapter: no solutions, and no output that answers a prediction beforehand."""

from __future__ import annotations

import json
import re

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION.*?### END SOLUTION[^\n]*", re.DOTALL | re.MULTILINE)


def for_learner(content: bytes) -> bytes:
    """Return a notebook (JSON, UTF-8) without outputs, each solution replaced by "# Your code here".

    What nbgrader reads stays, so that a learner's notebook can be collected and graded. What is no notebook
    comes back unchanged.
    """
    try:
        notebook = json.loads(content)
        for cell in [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]:
            source = SOLUTION.sub(r"\1...  # Your code here", "".join(cell["source"]))
            cell.update(source=source.splitlines(keepends=True), outputs=[], execution_count=None)
        return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return content
