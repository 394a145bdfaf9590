"""The chapters, one module each, named like its notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from workbook import ahead
from workbook.cases import Case


def compute_ahead(case: Case, names: Iterable[str] = (), seeds: int | None = None) -> None:
    """Have another process compute what the chapter will show, where somebody reads it: in a live kernel.

    names: the experiments that cells train beyond what findings do, on `seeds` seeds (None: the case's own).
    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is not None:
        ahead.start(case, names, seeds)
