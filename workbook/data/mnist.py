"""Real MNIST: where it lies, how it is read, and how it is downloaded. The workbook runs without it."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from workbook.data.digits import Pictures
from workbook.data.idx import read_bytes, read_idx

FOLDER_VARIABLE = "WORKBOOK_MNIST"
MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "https://ossci-datasets.s3.amazonaws.com/mnist",
)
# SHA-256 of the unpacked content: the same files are in circulation packed in different ways.
FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


class DownloadError(Exception):
    """No mirror gave a file that is what it should be; the message says what each of them did."""


def standard_folder() -> Path:
    """Return where MNIST belongs: the folder that WORKBOOK_MNIST names, or one in the user's cache.

    The cache is the system's own. It used to be ~/.cache on all of them: what is complete there is found.
    Raises ValueError if WORKBOOK_MNIST names the home folder of a user who has none.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return _folder(named)
    before = Path.home() / ".cache" / "workbook" / "mnist"
    if not _missing(before):
        return before

    from platformdirs import user_cache_path  # only who asks for MNIST has to wait for this import

    return user_cache_path("workbook", appauthor=False) / "mnist"


def find() -> Path | None:
    """Return the standard folder if all four files are in it, packed or not; None if they are not.

    Raises ValueError if WORKBOOK_MNIST names a folder that lacks any.
    """
    folder = standard_folder()
    missing = _missing(folder)
    if missing and os.environ.get(FOLDER_VARIABLE):
        raise ValueError(
            f"{FOLDER_VARIABLE} names {folder}, which lacks {', '.join(missing)} (or the same with .gz). "
            "`workbook mnist` downloads them to it"
        )
    return None if missing else folder


def load(folder: str | Path | None = None) -> tuple[Pictures, Pictures]:
    """Return the 60 000 pictures to learn from and the 10 000 held out, 28 x 28. None: the standard folder.

    Raises ValueError if a file is missing or is not what it should be, or that is no name for a folder.
    """
    folder = standard_folder() if folder is None else _folder(folder)
    return _pictures(folder, "train", 60_000), _pictures(folder, "t10k", 10_000)


def download(folder: str | Path | None = None) -> Path:
    """Bring all four files to the folder, checked, and return it. None: the standard folder.

    A file that is there and sound is left alone, so running it again takes up where it was interrupted.
    Raises DownloadError if no mirror delivers, or the folder cannot be written to; ValueError if that is no
    name for a folder.
    """
    folder = standard_folder() if folder is None else _folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, wanted in FILES.items():
            path = _path(folder, name)
            if path is None or not _sound(path, wanted):
                _fetch(name, wanted, folder)
    except OSError as error:
        raise DownloadError(f"MNIST cannot be put into {folder}: {error.strerror or error}") from None
    return folder


def _folder(name: str | Path) -> Path:
    """Return the folder of that name, ~ written out; raise ValueError for no name and for no such user."""
    if not os.fspath(name):
        raise ValueError("the name of the folder for MNIST is empty")
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise ValueError(f"there is no home folder {Path(name).parts[0]} here; name another folder") from None


def _missing(folder: Path) -> list[str]:
    return [name for name in FILES if _path(folder, name) is None]


def _path(folder: Path, name: str) -> Path | None:
    paths = (folder / name, folder / f"{name}.gz")
    return next((path for path in paths if os.path.isfile(path)), None)  # which no path can make raise


def _pictures(folder: Path, part: str, count: int) -> Pictures:
    def found(name: str) -> Path:
        path = _path(folder, name)
        if path is None:
            raise ValueError(f"{folder} lacks {name}; try `workbook mnist`")
        return path

    images, labels = (found(name) for name in FILES if name.startswith(part))
    pixels = read_idx(images, (count, 28, 28)).reshape(count, -1)
    return Pictures(pixels, read_idx(labels, (count,)), "MNIST")


def _sound(path: Path, wanted: str) -> bool:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest() == wanted
    except ValueError:
        return False


def _fetch(name: str, wanted: str, folder: Path) -> None:
    """Try one mirror after the other; what arrives gets its name only when it is complete and right."""
    from pooch import HTTPDownloader  # only a download has to wait for these imports
    from requests import RequestException

    partial, troubles = folder / f"{name}.part", []
    for mirror in MIRRORS:
        try:
            HTTPDownloader(progressbar=_Progress(name), chunk_size=2**16)(
                f"{mirror}/{name}.gz", str(partial), None
            )
            if not _sound(partial, wanted):
                raise ValueError("what it sent is not the file: another SHA-256, or truncated")
            # A bare file would be found first, and if there is one, it is not sound.
            (folder / name).unlink(missing_ok=True)
            partial.replace(folder / f"{name}.gz")
            return
        except (RequestException, ValueError) as error:
            troubles.append(f"{mirror}: {_reason(error)}")
        finally:
            partial.unlink(missing_ok=True)
    raise DownloadError(
        f"{name} could not be downloaded. Is this computer online?\n  "
        + "\n  ".join(troubles)
        + f"\nRun `workbook mnist` again later, or put the four files into a folder and name it in "
        f"{FOLDER_VARIABLE}. The chapters do not need them: they use smaller digits."
    )


def _reason(error: Exception) -> str:
    """Return a short reason; those of requests are long, and name its classes three times over."""
    answer = getattr(error, "response", None)
    if answer is not None:
        return f"it answered with status {answer.status_code}"
    return str(error) if type(error) is ValueError else f"no answer ({type(error).__name__})"


class _Progress:
    """What pooch wants of a progress bar: one line on a terminal, and nothing elsewhere."""

    def __init__(self, name: str) -> None:
        self.name, self.total, self.done = name, 0, 0

    def update(self, count: int) -> None:
        self.done += count
        if sys.stderr.isatty():
            share = f"{min(1, self.done / self.total):4.0%}" if self.total else f"{self.done:,} bytes"
            print(f"\r{self.name}: {share}", end="", file=sys.stderr, flush=True)

    def reset(self) -> None:
        self.done = 0

    def close(self) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)
