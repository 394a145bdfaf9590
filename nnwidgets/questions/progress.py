"""Progress: a learner's answers, kept in a small JSON file beside the chapters."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from workbook.course.files import patiently, real, reason, write_whole

NAME = "workbook-progress.json"
WAIT, LOOK = 10.0, 0.005
"""Seconds that `keep` waits for other chapters, and how often it looks whether they are done."""


class Progress:
    """Answers by exercise. folder: where the file lies, by default the folder of the chapter that runs.

    Several chapters may be open at once: each answer of each is kept. The file is replaced whole, so that a
    crash leaves the old one or the new one. One that cannot be read is set aside under another name, never
    thrown away.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.path = Path(folder or Path.cwd()) / NAME

    def get(self, key: str) -> Any:
        """Return the answer kept under the key, or None, also where the file cannot be read."""
        try:
            return (_read(self.path) or {}).get(key)
        except OSError:
            return None

    def keep(self, key: str, answer: Any) -> None:
        """Keep an answer (anything that JSON can hold). Raises OSError that says why it cannot be written."""
        new = {key: answer}
        _written(new)  # what JSON cannot hold is refused before anything is touched
        try:
            path = real(self.path)
            with _alone(path):
                kept = _read(path)
                if kept is None:
                    _set_aside(path)
                write_whole(path, _written((kept or {}) | new))
        except Timeout as error:
            raise TimeoutError(
                f"another chapter has been writing {self.path} for {WAIT:g} seconds"
            ) from error
        except OSError as error:
            raise type(error)(f"{self.path} cannot be written: {reason(error)}") from error
        except NotImplementedError as error:
            raise OSError(f"{self.path} cannot be written: that disk cannot lock files") from error
        time.sleep(2 * LOOK)  # those who wait only look now and then: let them in before coming back


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other chapter writes the file. The system drops the lock of a process that dies."""
    path.parent.stat()  # raises where there is no folder, which FileLock would make
    with FileLock(path.with_name(f".{path.name}.lock"), timeout=WAIT).acquire(poll_interval=LOOK):
        yield


def _read(path: Path) -> dict[str, Any] | None:
    """Return the answers in a file, {} where there is no file, None if we cannot have written it."""
    if not path.exists():
        return {}
    if not path.is_file():  # a folder, or a pipe that would never end
        return None
    try:
        answers = json.loads(patiently(path.read_bytes))
        _written(answers)  # what is nested too deeply to be written again is of no use either
    except FileNotFoundError:
        return {}
    except (PermissionError, ValueError, RecursionError):
        return None
    return answers if isinstance(answers, dict) else None


def _written(answers: dict[str, Any]) -> bytes:
    text = json.dumps(answers, indent=1, ensure_ascii=False, sort_keys=True)
    return text.encode("utf-8", "backslashreplace")  # half a character becomes \ud83d, which JSON reads as it


def _set_aside(path: Path) -> None:
    """Rename to workbook-progress.unreadable-1.json, or the next number that is free."""
    number = 1
    while os.path.lexists(aside := path.with_stem(f"{path.stem}.unreadable-{number}")):
        number += 1
    patiently(lambda: os.rename(path, aside))
