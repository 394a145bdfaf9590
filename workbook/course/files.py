"""Files of the learner's, replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

PART, DEAD_AFTER = ".workbook-{}.part", 3600.0
"""Name of a file that is being written; after so many seconds nobody is writing it any more."""
BUSY_FOR = 1.0 if os.name == "nt" else 0.0
"""Seconds to try again: Windows refuses while another program, a virus scanner say, has the file open."""
REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "that disk can only be read",
    errno.ENOENT: "that folder is not there",
    errno.EEXIST: "a file of that name is in the way",
    errno.ENOTDIR: "part of that path is a file, not a folder",
    errno.EISDIR: "a folder of that name is in the way",
    errno.ENAMETOOLONG: "that name is too long",
    errno.ELOOP: "the links there lead round in a circle",
}

T = TypeVar("T")


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file, or make it: whoever reads, and whatever happens, there is the old content or the new.

    The file keeps its mode; where it is a link, the file that it leads to is replaced. Raises OSError.
    """
    path = real(path)
    mode = None
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
    part = path.with_name(PART.format(secrets.token_hex(4)))
    try:
        with open(part, "xb", opener=partial(os.open, mode=0o666 if mode is None else mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            with suppress(OSError):  # there are disks without modes
                os.chmod(part, mode)
        patiently(lambda: os.replace(part, path))
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    _sweep(path)


def real(path: str | os.PathLike[str]) -> Path:
    """Follow all links. Raises OSError where they lead round in a circle, or where no such path can be."""
    with suppress(FileNotFoundError):
        os.stat(path)
    return Path(os.path.realpath(path))


def patiently(action: Callable[[], T]) -> T:
    """Do something to a file that another program may have open for a moment."""
    last = time.monotonic() + BUSY_FOR
    while True:
        try:
            return action()
        except PermissionError:
            if time.monotonic() >= last:
                raise
            time.sleep(0.01)


def reason(error: OSError) -> str:
    """Say in words what stopped the writing of a file."""
    return REASONS.get(error.errno or 0, error.strerror or str(error))


def _sweep(written: Path) -> None:
    """Remove parts that a kill has left beside the file just written, by whose time their age is told."""
    with suppress(OSError):
        dead = written.stat().st_mtime - DEAD_AFTER
        for part in written.parent.glob(PART.format("*")):
            if part.lstat().st_mtime < dead:
                part.unlink()
