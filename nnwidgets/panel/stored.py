"""The picture that a saved notebook keeps of a panel: how it looked last, not when its cell was run."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

from IPython.core.getipython import get_ipython

TEXT = "A picture of the panel, as it was left."


class StoredPicture:
    """A picture in an output of its own, which the style sheet hides while the live panel stands there.

    It can be replaced at any time, also from a callback, without touching the live panel. Its text never
    changes. Where nothing displays (a plain script, a test) nothing happens.
    """

    def __init__(self) -> None:
        self._place = {"display_id": uuid4().hex}

    def show(self, png: bytes, alt: str) -> None:
        """Display the picture in the cell that is running. png: a whole file; alt: it in words."""
        self._publish(png, alt, update=False)

    def refresh(self, png: bytes, alt: str) -> None:
        """Replace the picture wherever it is displayed."""
        self._publish(png, alt, update=True)

    def _publish(self, png: bytes, alt: str, update: bool) -> None:
        shell: Any = get_ipython()
        if shell is not None:
            data = {"text/plain": TEXT, "image/png": base64.b64encode(png).decode("ascii")}
            shell.display_pub.publish(data, {"image/png": {"alt": alt}}, transient=self._place, update=update)
