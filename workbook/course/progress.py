"""Progress: a learner's answers, and what became of them, in a small JSON file beside the chapters."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from workbook.course.files import patiently, real, reason, write_whole

NAME = "workbook-progress.json"
CONFIDENCES = ("guess", "think so", "sure")
WAIT, LOOK = 10.0, 0.005
"""Seconds that `keep` waits for other chapters, and how often it looks whether they are done."""


class Try(NamedTuple):
    """One answer to one question.

    right: None where that is not known yet, as of a prediction before its run. confidence: of a prediction.
    at: when it was given, in ISO 8601, UTC; None in a file of an older version.
    """

    answer: Any
    right: bool | None = None
    confidence: str | None = None
    at: str | None = None


class Progress:
    """Tries by question. folder: where the file lies, by default the folder of the chapter that runs.

    Several chapters may be open at once: each answer of each is kept. The file is replaced whole, so that a
    crash leaves the old one or the new one. One that cannot be read is set aside under another name, never
    thrown away.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.path = Path(folder or Path.cwd()) / NAME

    def all(self) -> dict[str, list[Try]]:
        """Return every question's tries, the oldest first; {} where the file cannot be read."""
        try:
            return {key: _tries(kept) for key, kept in (_read(self.path) or {}).items()}
        except OSError:
            return {}

    def best(self, key: str) -> Try | None:
        """Return the last try that was right, or the last of all; None where there is none.

        So a right answer is not lost to a later try.
        """
        tries = self.all().get(key, [])
        return next((one for one in reversed(tries) if one.right), tries[-1] if tries else None)

    def get(self, key: str) -> Any:
        """Return the answer of the best try, or None."""
        best = self.best(key)
        return None if best is None else best.answer

    def keep(
        self,
        key: str,
        answer: Any,
        right: bool | None = None,
        confidence: str | None = None,
        again: bool = False,
    ) -> None:
        """Keep a try. answer: anything that JSON can hold. Raises OSError that says why it cannot be kept.

        The same answer once more is no new try: it only tells whether it was right, where that was not known.
        again: the question was asked anew, so that the same answer is a new try.
        """
        new = Try(answer, right, confidence, datetime.now(UTC).isoformat(timespec="seconds"))
        _written({key: answer})  # what JSON cannot hold is refused before anything is touched
        try:
            path = real(self.path)
            with _alone(path):
                kept = _read(path)
                if kept is None:
                    _set_aside(path)
                    kept = {}
                before = _tries(kept[key]) if key in kept else []
                if (tries := [*before, new] if again else _with(before, new)) != before:
                    write_whole(path, _written(kept | {key: [_said(one) for one in tries]}))
        except Timeout as error:
            raise TimeoutError(
                f"another chapter has been writing {self.path} for {WAIT:g} seconds"
            ) from error
        except OSError as error:
            raise type(error)(f"{self.path} cannot be written: {reason(error)}") from error
        except NotImplementedError as error:
            raise OSError(f"{self.path} cannot be written: that disk cannot lock files") from error
        time.sleep(2 * LOOK)  # those who wait only look now and then: let them in before coming back


def _with(tries: list[Try], new: Try) -> list[Try]:
    """Return the tries and the new one; one that says the same as the last only completes it."""
    if not tries or tries[-1].answer != new.answer:
        return [*tries, new]
    *before, last = tries
    same = last._replace(
        right=last.right if new.right is None else new.right, confidence=last.confidence or new.confidence
    )
    return [*before, same]


def _said(one: Try) -> dict[str, Any]:
    """Return a try as it stands in the file: what is not known is left out."""
    return {"answer": one.answer} | {
        name: value for name, value in one._asdict().items() if name != "answer" and value is not None
    }


def _tries(kept: Any) -> list[Try]:
    """Return what is kept of a question as tries; older versions kept the bare answer."""
    if isinstance(kept, list) and kept and all(isinstance(one, dict) and "answer" in one for one in kept):
        return [Try(*(one.get(name) for name in Try._fields)) for one in kept]
    return [Try(kept)]


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
