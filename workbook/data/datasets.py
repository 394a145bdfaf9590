"""Data sets: inputs and targets, and the small ones that the chapters use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from workbook.checked import says_unknown_fields
from workbook.data.matrices import column_names, matrix
from workbook.data.splits import class_numbers, column_scales, held_out_rows


@says_unknown_fields("a data set")
@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Inputs (n, n_in) and the targets (n, n_out) that belong to them; both float64 and read-only.

    Lists, arrays, and frames of pandas or polars will do; a frame's columns bring their names. held_out: rows
    that training never sees, a Dataset or a pair (inputs, targets). input_names, target_names: one text a
    column, or none. Two data sets are equal when their names, all their numbers and their held-out rows are.

    Raises ValueError for arrays that are empty, not two-dimensional, of different lengths, or not finite;
    for masked values, which have no number, and for dates, complex numbers and text, which are none here;
    for held-out rows with other columns, or with held-out rows of their own.
    """

    inputs: np.ndarray
    targets: np.ndarray
    name: str = "data"
    held_out: Dataset | None = None
    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        target: str | Sequence[str],
        name: str | None = None,
        held_out: float = 0.0,
        seed: int = 0,
    ) -> Dataset:
        """Return the data set in a CSV file whose first row names the columns; gzip or not.

        target: the column, or columns, to predict; all others are inputs. A target column of texts becomes
        one column a class, 1 for the row's own (classes in sorted order, target_names); numbers stay one
        column. held_out: the share of rows to hold out, see `split`. name: without it, the file's.

        Raises ValueError, with column and line, for what is no number; TypeError for an unknown target.
        """
        from workbook.data.from_file import read_table  # only a file has to wait for this import

        inputs, targets, input_names, target_names = read_table(path, target)
        name = Path(path).name.split(".")[0] if name is None else name
        data = cls(inputs, targets, name, None, input_names, target_names)
        return data.split(held_out, seed) if held_out else data

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            first, kind = self.inputs, type(self.name).__name__
            found = f"{first!r} first" if isinstance(first, str) else f"a {kind} there"
            raise ValueError(
                f"a data set's name is text and comes last, Dataset(inputs, targets, name); found {found}"
            )
        for field in ("input", "target"):
            array, given = matrix(getattr(self, f"{field}s"), f"{field}s of {self.name!r}")
            what, names = f"{field}_names of {self.name!r}", getattr(self, f"{field}_names")
            object.__setattr__(self, f"{field}s", array)
            object.__setattr__(self, f"{field}_names", column_names(names, given, array.shape[1], what))
        if len(self.inputs) != len(self.targets):
            raise ValueError(
                f"{self.name!r} has {len(self.inputs)} rows of inputs {self.inputs.shape} but "
                f"{len(self.targets)} rows of targets {self.targets.shape}"
            )
        if self.held_out is not None:
            object.__setattr__(self, "held_out", self._checked_held_out(self.held_out))

    def _checked_held_out(self, given: Any) -> Dataset:
        if isinstance(given, (tuple, list)) and len(given) == 2:
            inputs, targets = given
            given = Dataset(inputs, targets, f"{self.name}, held out")
        if not isinstance(given, Dataset):
            raise ValueError(
                f"held_out of {self.name!r} must be a Dataset or a pair (inputs, targets), "
                f"not {type(given).__name__} {given!r:.60}"
            )
        if given.held_out is not None:
            raise ValueError(f"the held-out rows of {self.name!r} have held-out rows of their own: {given!r}")
        for field in ("input", "target"):
            here, there = getattr(self, f"{field}s").shape, getattr(given, f"{field}s").shape
            if here[1] != there[1]:
                raise ValueError(
                    f"{self.name!r} has {field}s of shape {here}, its held-out rows of shape {there}; "
                    "the columns must be the same"
                )
            here, there = getattr(self, f"{field}_names"), getattr(given, f"{field}_names")
            if here and there and here != there:
                raise ValueError(
                    f"{field}_names of {self.name!r} are {here}, those of its held-out rows are {there}; "
                    "the columns must be the same, in the same order"
                )
        return given

    def __len__(self) -> int:
        return len(self.inputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A pickle forgets that its arrays were read-only."""
        for value in state.values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
        self.__dict__.update(state)

    @cached_property
    def _digest(self) -> bytes:
        what = self.name, self.inputs.shape, self.targets.shape, self.input_names, self.target_names
        digest = blake2b(repr(what).encode())
        for array in (self.inputs, self.targets):
            digest.update(np.ascontiguousarray(array).data)
        if self.held_out is not None:
            digest.update(self.held_out._digest)
        return digest.digest()

    def __repr__(self) -> str:
        rows, n_in, n_out = len(self), self.inputs.shape[1], self.targets.shape[1]
        apart = f", {len(self.held_out)} held out" if self.held_out is not None else ""
        return f"Dataset({self.name!r}, {rows} rows, {n_in} -> {n_out}{apart})"

    @cached_property
    def labels(self) -> np.ndarray | None:
        """The class of each row, (n,), where the targets are classes; None where they are not.

        Classes are one column of 0 and 1, or several with a single 1 a row and 0 elsewhere (one-hot).
        """
        return class_numbers(self.targets)

    @property
    def classes(self) -> int:
        """How many classes there are; 0 where the targets are no classes."""
        return 0 if self.labels is None else max(2, self.targets.shape[1])

    def split(self, share: float = 0.2, seed: int = 0, stratified: bool | None = None) -> Dataset:
        """Return a copy that holds out `share` of the rows, drawn by seed; all rows keep their order.

        stratified: each class keeps its share as nearly as whole rows allow. None: where there are classes.
        Raises ValueError if a side would have no row, if there are no classes, or held-out rows already.
        """
        if self.held_out is not None:
            raise ValueError(f"{self.name!r} has {len(self.held_out)} held-out rows already; split it once")
        if stratified and self.labels is None:
            raise ValueError(
                f"the targets of {self.name!r} are no classes, so the split cannot be stratified; classes "
                "are one column of 0 and 1, or one column a class with a single 1 in each row"
            )
        apart = held_out_rows(len(self), share, seed, None if stratified is False else self.labels)
        held = replace(
            self, inputs=self.inputs[apart], targets=self.targets[apart], name=f"{self.name}, held out"
        )
        return replace(self, inputs=self.inputs[~apart], targets=self.targets[~apart], held_out=held)

    def standardised(self, targets: bool = False) -> Dataset:
        """Return a copy whose input columns, and target columns if asked for, have mean 0 and deviation 1.

        Held-out rows are scaled by the same numbers, those of the training rows. A column that never changes
        is only moved to 0.
        """
        scales = {"inputs": column_scales(self.inputs)}
        if targets:
            scales["targets"] = column_scales(self.targets)

        def scaled(data: Dataset, held_out: Dataset | None) -> Dataset:
            columns = {what: (getattr(data, what) - mean) / by for what, (mean, by) in scales.items()}
            return replace(data, name=f"{data.name}, standardised", held_out=held_out, **columns)

        return scaled(self, None if self.held_out is None else scaled(self.held_out, None))


BITS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def copy_bit() -> Dataset:
    """0 -> 0 and 1 -> 1."""
    return Dataset(np.array([[0], [1]]), np.array([[0], [1]]), "copy a bit")


def xor() -> Dataset:
    """Two bits; 1 where they differ."""
    return Dataset(BITS, np.array([[0], [1], [1], [0]]), "XOR")


def xnor() -> Dataset:
    """Two bits; 1 where they agree."""
    return Dataset(BITS, np.array([[1], [0], [0], [1]]), "XNOR")


def line(slope: float = 1.0, intercept: float = 1.0, n: int = 21) -> Dataset:
    """slope * x + intercept at n equally spaced points of [-1, 1]."""
    x = np.linspace(-1, 1, n).reshape(-1, 1)
    return Dataset(x, slope * x + intercept, f"line {slope:g} x + {intercept:g}")
