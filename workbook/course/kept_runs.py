"""Kept runs: what one process has trained, the next need not train again.

So a chapter that is opened again is there in seconds. A run lies in a file of its own, named by a hash of its
recipe, its seeds, and the source of this package: what another version has trained is never taken for what
this one would. Nothing depends on it: what cannot be kept, or read again, is trained.
"""

from __future__ import annotations

import os
import pickle
import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import platformdirs

from workbook.course.files import write_whole
from workbook.experiment import Experiment
from workbook.layers import Layer
from workbook.parts.registry import Part
from workbook.training import RUNS, Run, read_only

SWITCH = "WORKBOOK_RUNS"  # an environment variable: the folder; 0 for none
MOST = 500_000_000  # bytes in the folder; what was used longest ago goes first
LARGEST = 50_000_000  # bytes of a data set, or of a run
KNOWN = {"workbook", "numpy", "builtins", "functools"}  # whose functions change with a version
PROCESSOR = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")  # variables that decide how numbers are rounded

Key = tuple[Experiment, tuple[int, ...]]


def keep_runs() -> None:
    """Keep what `train` trains from now on, and look there first, unless WORKBOOK_RUNS is 0."""
    folder = os.environ.get(SWITCH) or platformdirs.user_cache_path("workbook") / "runs"
    if folder != "0":
        RUNS.kept = KeptRuns(Path(folder)).kept


class KeptRuns:
    """The runs in a folder, which is made when the first of them is kept."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder, self.most = folder, most

    def kept(self, key: Key, compute: Callable[[], Run]) -> Run:
        """Return the run of an experiment and its seeds: the one that is kept, or else computed and kept."""
        path = self._path(key)
        if path is None:
            return compute()
        with suppress(Exception):  # whatever the file holds, and for whatever reason
            run = _read(path, key)
            os.utime(path)
            return read_only(run)
        run = compute()
        with suppress(OSError):
            self._write(path, run)
        return run

    def _path(self, key: Key) -> Path | None:
        """Return the run's file; None for a recipe whose parts may change without a new version."""
        data = key[0].dataset
        if data.inputs.nbytes + data.targets.nbytes > LARGEST:
            return None
        with suppress(pickle.PicklingError, AttributeError, TypeError):
            return self.folder / f"{fingerprint(key)}.npz"
        return None

    def _write(self, path: Path, run: Run) -> None:
        content = BytesIO()
        np.savez(content, **_arrays(run))
        if content.tell() <= LARGEST:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, content.getvalue())
            self._sweep()

    def _sweep(self) -> None:
        kept = [
            (stat.st_mtime, stat.st_size, path) for path in self.folder.glob("*.npz") if (stat := path.stat())
        ]
        size = sum(each for _, each, _ in kept)
        for _, each, path in sorted(kept):
            if size <= self.most:
                break
            path.unlink(missing_ok=True)
            size -= each


def fingerprint(key: Key) -> str:
    """Return a hash of an experiment and its seeds, the same in every process with the same source.

    Raises PicklingError, AttributeError or TypeError where a part holds a function that is not of this
    package, or that has no name: nobody could say whether it is still the same.
    """
    written = BytesIO()
    _Writer(written).dump(key)
    return blake2b(_version() + written.getvalue(), digest_size=16).hexdigest()


class _Writer(pickle.Pickler):
    """Writes equal recipes in equal bytes: what was computed of them on the way is left out."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, protocol=5)
        self.fast = True  # no memory of what was written: who shares what with whom makes no difference

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, (FunctionType, type)):
            if thing.__module__.partition(".")[0] not in KNOWN:
                raise pickle.PicklingError(f"{thing} may change without a new version")
        elif is_dataclass(thing) and not isinstance(thing, Part):
            return type(thing), tuple(getattr(thing, field.name) for field in fields(thing))
        return NotImplemented


@cache
def _version() -> bytes:
    """Return a hash of all that decides what a recipe gives: our source, NumPy, the processor."""
    package = Path(__file__).parents[1]
    found = blake2b(repr((np.__version__, platform.machine(), *map(os.environ.get, PROCESSOR))).encode())
    for path in sorted(package.rglob("*.py")):
        found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.digest()


def _arrays(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = {"steps": run.steps, "losses": run.losses}
    for number, layer in enumerate(run.params):
        found |= {f"{kind}{number}": array for kind, array in layer._asdict().items() if array is not None}
    for name in ("diverged", "stopped"):
        found[name] = np.array(list(getattr(run, name).items()), int).reshape(-1, 2)
    return found


def _read(path: Path, key: Key) -> Run:
    with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as kept:
        arrays = dict(kept)
    params = [
        Layer(arrays[f"W{number}"], arrays.get(f"b{number}"))
        for number in range(sum(name.startswith("W") for name in arrays))
    ]
    diverged, stopped = (
        {int(seed): int(at) for seed, at in arrays[name]} for name in ("diverged", "stopped")
    )
    return Run(key[0], list(key[1]), arrays["steps"], arrays["losses"], params, diverged, stopped)
