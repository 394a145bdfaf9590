"""The learner's own folder of chapters, and the JupyterLab that opens it.

A learner works on copies. `copy_chapters` may be run again after every new release: a small manifest in the
folder remembers the hash of each file as we shipped it; what differs from that is the learner's
and is never written over.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from workbook.course.children import end
from workbook.course.files import real, reason, write_whole
from workbook.course.handout import for_learner

MANIFEST = ".workbook.json"
INTERRUPTED = 130  # the exit code of what Ctrl-C has ended
SETTINGS = Path(__file__).parent / "lab_settings"


class FolderError(Exception):
    """The chapters cannot be put into the learner's folder; the message is a sentence for the learner."""


@dataclass
class CopyReport:
    """What `copy_chapters` did, as names of files inside the folder; printed, it is a note to the learner."""

    folder: Path
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    """Files that the learner and we both changed: name -> name of the new version that lies beside it."""

    def __str__(self) -> str:
        sentences = {
            "New": self.added,
            "Brought up to date": self.updated,
            "Missing, so copied afresh": self.restored,
            "Changed by you, so left as you have it": self.kept,
        }
        lines = [f"{what}: {', '.join(names)}" for what, names in sentences.items() if names]
        lines += [
            f"There is a new version of {name}. As you have changed yours, it lies beside it as {new}."
            for name, new in self.beside.items()
        ]
        return "\n".join([f"Your chapters are in {self.folder}", *lines])


def shipped_chapters() -> Path:
    """Return the folder of chapters that came with this package: in the wheel, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "chapters", package.parent / "chapters"):
        if folder.is_dir():
            return folder
    raise FolderError(f"No chapters came with this installation: there is no folder chapters in {package}.")


def copy_chapters(source: str | os.PathLike, target: str | os.PathLike) -> CopyReport:
    """Bring the learner's folder `target` up to date with the shipped folder `source`.

    Exercises come without their solutions. Nothing of the learner's is lost: `CopyReport` says what becomes
    of each file. Raises FolderError when the folder cannot be used; files copied before that stay, and
    another run completes them.
    """
    source, target = Path(source).resolve(), _folder(target)
    if target == source or source in target.parents:
        raise FolderError(
            f"{target} is where the chapters themselves are kept: please choose another folder."
        )
    if target.exists() and not target.is_dir():
        raise FolderError(f"{target} is a file: please choose a folder for your chapters.")
    report = CopyReport(target)
    try:
        target.mkdir(parents=True, exist_ok=True)
        shipped = _read_manifest(target / MANIFEST)
        try:
            for path in _files(source):
                _bring(path.relative_to(source).as_posix(), for_learner(path.read_bytes()), shipped, report)
        finally:
            text = json.dumps({"shipped": shipped}, indent=1, sort_keys=True)
            _put(target / MANIFEST, text.encode())
    except OSError as error:
        raise FolderError(f"The chapters could not be copied to {target}: {reason(error)}.") from error
    return report


def lab_command(folder: Path, first_chapter: str | None, arguments: Iterable[str]) -> list[str]:
    """Return the command that starts JupyterLab in `folder`, with the learner's own `arguments` last."""
    # -P: a learner's file that is called like a module of Python (random.py) must not stop JupyterLab.
    command = [sys.executable, "-P", "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    command.append("--ServerApp.answer_yes=True")
    if first_chapter is not None:
        command.append(f"--LabApp.default_url=/lab/tree/{quote(first_chapter)}")
    return [*command, *arguments]


def lab_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return a copy of `environment` in which JupyterLab finds our settings after any others."""
    paths = [path for path in [environment.get("JUPYTER_CONFIG_PATH"), str(SETTINGS)] if path]
    return {**environment, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def open_lab(
    folder: str | os.PathLike, first_chapter: str | None = None, arguments: Iterable[str] = ()
) -> int:
    """Open JupyterLab in the learner's folder, wait until it is closed, and return its exit code.

    `first_chapter` is a path inside the folder; `arguments` go to JupyterLab as they are (`--no-browser`).
    After Ctrl-C the exit code is 130, whatever JupyterLab makes of it.
    """
    if find_spec("jupyterlab") is None:
        print(
            f"JupyterLab is not installed. Please run: {sys.executable} -m pip install jupyterlab",
            file=sys.stderr,
        )
        return 1
    folder = _folder(folder)
    process = subprocess.Popen(lab_command(folder, first_chapter, arguments), env=lab_environment(os.environ))
    try:
        code = process.wait()
    except KeyboardInterrupt:
        end(process)
        return INTERRUPTED
    return code if code >= 0 else 128 - code  # as a shell says that a signal has ended it


def _folder(name: str | os.PathLike) -> Path:
    """Return the whole path of a folder that the learner named; raises FolderError if that is no name."""
    if not os.fspath(name):
        raise FolderError("That is no name for a folder, it is empty: please name one for your chapters.")
    try:
        return real(Path(name).expanduser())
    except RuntimeError as error:
        whose, *_ = Path(name).parts
        raise FolderError(f"There is no home folder {whose} here: please name another folder.") from error
    except OSError as error:
        raise FolderError(f"The chapters could not be copied to {name}: {reason(error)}.") from error


def _files(source: Path) -> list[Path]:
    """Return the files to copy, without hidden ones and what Python and Jupyter leave behind."""
    paths = (path for path in sorted(source.rglob("*")) if path.is_file())
    return [path for path in paths if not any(part[0] in "._" for part in path.relative_to(source).parts)]


def _bring(name: str, new: bytes, shipped: dict[str, str], report: CopyReport) -> None:
    """Bring one file up to date; `shipped` (name -> hash) and `report` are changed to say so."""
    path, digest, known = report.folder / name, _hash(new), shipped.get(name)
    if not path.exists():
        _put(path, new)
        (report.restored if known else report.added).append(name)
    elif (present := _hash(path.read_bytes())) == digest:
        report.unchanged.append(name)
    elif present == known:
        _put(path, new)
        report.updated.append(name)
    elif known == digest:
        report.kept.append(name)
    else:
        report.beside[name] = _write_beside(name, new, shipped, report.folder)
    shipped[name] = digest


def _write_beside(name: str, new: bytes, shipped: dict[str, str], folder: Path) -> str:
    """Write NAME.new.ipynb, or NAME.new2.ipynb if the learner has worked in that; return the name used."""
    stem, suffix = os.path.splitext(name)
    number = 1
    while True:
        beside = f"{stem}.new{number if number > 1 else ''}{suffix}"
        path = folder / beside
        if not path.exists() or _hash(path.read_bytes()) in (_hash(new), shipped.get(beside)):
            _put(path, new)
            shipped[beside] = _hash(new)
            return beside
        number += 1


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_manifest(path: Path) -> dict[str, str]:
    """Return name -> hash; nothing if unreadable: then any file that differs counts as the learner's."""
    try:
        shipped = json.loads(path.read_bytes())["shipped"]
        return {name: digest for name, digest in shipped.items() if isinstance(digest, str)}
    except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)
