"""What the command line says, wherever it goes: to a terminal, a full disk, or nowhere at all."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from typing import Any, TextIO


def take_odd_names() -> None:
    """Let stdout and stderr take names of files that are no text: with codes for what they cannot say."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):  # there may be none, or another one in its place
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def say(what: object, code: int) -> int:
    """Say why the command ends, on stderr if there is one; return its exit code."""
    try:
        if sys.stderr is not None:  # print would take None for stdout
            print(f"workbook: {what}", file=sys.stderr, flush=True)
    except OSError:
        drop(sys.stderr)
    return code


def what_failed(error: OSError) -> str:
    """Return in words what the system refused."""
    if isinstance(error, FileNotFoundError) and not error.filename:
        return f"{error.strerror}: is the folder that you are in still there?"
    return f"{error.filename or 'the output'}: {error.strerror or error}"


def drop(stream: TextIO | None) -> None:
    """Let go of what cannot be written: Python would try once more at its end, and fail with a traceback."""
    with suppress(OSError, ValueError, AttributeError):  # no file behind it, or none at all
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr]


class Parser(argparse.ArgumentParser):
    """A parser that says when help cannot be written; argparse itself would not."""

    def print_help(self, file: Any = None) -> None:
        """Print it; raise OSError where that fails."""
        print(self.format_help(), end="", file=file)


def whole(text: str) -> int:
    """Return the whole number that an option was given."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a whole number is wanted, not {text!r:.60}") from None
