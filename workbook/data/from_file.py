"""A table in a CSV file: columns by name, checked, and every message says which line to look at."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np

from workbook.data.idx import read_bytes
from workbook.parts import nearest

DELIMITERS = (",", ";", "\t")


class Table(NamedTuple):
    """Columns of texts by name, and the line of the file that each row ends on."""

    path: str | Path
    columns: dict[str, tuple[str, ...]]
    lines: list[int]
    decimal_comma: bool


Found = tuple[np.ndarray, np.ndarray, tuple[str, ...], tuple[str, ...]]


def read_table(path: str | Path, target: str | Sequence[str]) -> Found:
    """Return inputs (n, n_in), targets (n, n_out), and the names of both.

    The first row holds the names, cells are separated by commas, semicolons or tabs; after semicolons, 1,5 is
    a number. A target of texts becomes one column a class, named so.

    Raises TypeError for an unknown target, ValueError with column and line for what is no number.
    """
    table = _read(path)
    wanted = _targets(table, target)
    inputs = [name for name in table.columns if name not in wanted]
    if not inputs:
        raise ValueError(f"{path} has no column left for the inputs; its columns are {tuple(table.columns)}")
    if len(wanted) == 1 and not _some_number(table, wanted[0]):
        targets, names = _one_hot(table, wanted[0])
    else:
        targets, names = _numbers(table, wanted), wanted
    return _numbers(table, inputs), targets, tuple(inputs), names


def names_in(path: str | Path) -> tuple[str, ...]:
    """Return the names of a file's columns. Raises ValueError for what is no table."""
    return tuple(_read(path).columns)


def _read(path: str | Path) -> Table:
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path} is not UTF-8: line {line} has the byte {content[error.start]:#x}. "
            'Save it again as "CSV UTF-8"'
        ) from None
    first = next(io.StringIO(text.lstrip("\r\n")[:65_536], newline=""), "")
    delimiter = max(DELIMITERS, key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, lines = [], []
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV file from line {reader.line_num} on: {error}") from None
    if not rows:
        raise ValueError(f"{path} is empty; its first row should name the columns")
    names = _names(path, rows.pop(0))
    if not rows:
        raise ValueError(f"{path} names the columns {names} and has no rows below")
    for row, line in zip(rows, lines[1:], strict=True):
        if len(row) != len(names):
            raise ValueError(f"{path} has {len(row)} cells in line {line}; the first row names {len(names)}")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    return Table(path, columns, lines[1:], _decimal_comma(path, rows) if delimiter == ";" else False)


def _names(path: str | Path, row: list[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in row)
    if all(_is_number(name) for name in names):
        raise ValueError(f"{path} must name its columns in the first row, which holds numbers: {names}")
    for number, name in enumerate(names):
        if not name:
            raise ValueError(
                f"column {number + 1} of {path} has no name. Give it one, or delete it if it only counts rows"
            )
        if name in names[:number]:
            raise ValueError(f"{path} has two columns called {name!r}; rename one")
    return names


def _targets(table: Table, target: str | Sequence[str]) -> tuple[str, ...]:
    """Return the target columns' names. Raises TypeError for one there is not, naming the nearest."""
    wanted = (target,) if isinstance(target, str) else tuple(target)
    if not wanted or len(set(wanted)) < len(wanted):
        raise ValueError(f"target must name one column, or several different ones; it was {target!r}")
    for name in wanted:
        if name not in table.columns:
            raise TypeError(f"{table.path} has no column {name!r}.{nearest(str(name), table.columns)}")
    return wanted


def _is_number(cell: str, decimal_comma: bool = False) -> bool:
    try:
        float(cell.replace(",", ".") if decimal_comma else cell)
    except ValueError:
        return False
    return "_" not in cell  # which Python would take


def _decimal_comma(path: str | Path, rows: list[list[str]]) -> bool:
    """Whether this file writes 1,5. Raises ValueError if it writes 1.5 too: the point may mark thousands."""
    commas = [cell for row in rows for cell in row if "," in cell and _is_number(cell, True)]
    if not commas:
        return False
    points = next((cell for row in rows for cell in row if "." in cell and _is_number(cell)), None)
    if points is not None:
        raise ValueError(
            f"{path} writes {commas[0]!r} and also {points!r}; use the decimal comma or the decimal point "
            "throughout, and no mark for thousands"
        )
    return True


def _some_number(table: Table, name: str) -> bool:
    cells = table.columns[name]
    return any(_is_number(cell, table.decimal_comma) for cell in cells)


def _numbers(table: Table, names: Sequence[str]) -> np.ndarray:
    """Return these columns as (n, columns); raise ValueError that names the first cell that is no number."""
    found = np.empty((len(table.lines), len(names)))
    for number, name in enumerate(names):
        cells = table.columns[name]
        plain = [cell.replace(",", ".") for cell in cells] if table.decimal_comma else cells
        try:
            found[:, number] = list(map(float, plain))
        except ValueError:
            _no_number(table, name)
        if any("_" in cell for cell in cells) or not np.isfinite(found[:, number]).all():
            _no_number(table, name)
    return found


def _no_number(table: Table, name: str) -> NoReturn:
    """Raise ValueError that names the first cell of a column that is no finite number."""
    for cell, line in zip(table.columns[name], table.lines, strict=True):
        if not cell.strip():
            _empty(table, name, line)
        plain = cell.replace(",", ".") if table.decimal_comma else cell
        if not (_is_number(plain) and math.isfinite(float(plain))):
            break
    raise ValueError(
        f"column {name!r} of {table.path} has {cell!r} in line {line}, which is no number. Delete the column "
        "or the row, or write numbers: for a few different texts, one column of 0 and 1 for each"
    )


def _one_hot(table: Table, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return a column of texts as (n, classes), a 1 in each row, and the names of the classes, sorted."""
    cells = [cell.strip() for cell in table.columns[name]]
    if "" in cells:
        _empty(table, name, table.lines[cells.index("")])
    classes = tuple(sorted(set(cells)))
    if len(classes) == 1:
        raise ValueError(
            f"target {name!r} of {table.path} is {classes[0]!r} in every row; classes are two or more"
        )
    places = {label: place for place, label in enumerate(classes)}
    return np.eye(len(classes))[[places[cell] for cell in cells]], classes


def _empty(table: Table, name: str, line: int) -> NoReturn:
    raise ValueError(
        f"column {name!r} of {table.path} is empty in line {line}; fill the cell, or delete the row"
    )
