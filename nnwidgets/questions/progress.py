"""Progress: a learner's answers, kept in a small JSON file beside the chapters."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

NAME = "workbook-progress.json"


class Progress:
    """Answers by exercise. folder: where the file lies, by default the folder of the chapter that runs.

    The file is replaced whole, so that a crash leaves the old one or the new one. One that cannot be read
    is set aside under another name, never thrown away.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.path = Path(folder or Path.cwd()) / NAME

    def get(self, key: str) -> Any:
        """Return the answer kept under the key, or None, also where the file cannot be read."""
        with contextlib.suppress(OSError):
            return self._read().get(key)
        return None

    def keep(self, key: str, answer: Any) -> None:
        """Keep an answer (anything that JSON can hold). Raises OSError if the file cannot be written."""
        answers = self._read() | {key: answer}
        handle, part = tempfile.mkstemp(dir=self.path.parent, prefix=f".{NAME}.")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(answers, file, indent=1, ensure_ascii=False, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.path)
        except BaseException:
            os.unlink(part)
            raise

    def _read(self) -> dict[str, Any]:
        try:
            answers = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            answers = None
        if not isinstance(answers, dict):
            handle, aside = tempfile.mkstemp(".json", f"{self.path.stem}.unreadable.", self.path.parent)
            os.close(handle)
            os.replace(self.path, aside)
            return {}
        return answers
