"""How strokes travel: operations in JSON, and one buffer with all their numbers."""

import re
from typing import Any

import numpy as np
from matplotlib.path import Path

Operation = dict[str, Any]
"""One stroke, or one drawing of many: words of view.js and their values."""

KINDS = {np.dtype("int16"): "h", np.dtype("float32"): "f", np.dtype("uint8"): "b"}
LETTERS = bytes.maketrans(
    bytes([Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE4, Path.CLOSEPOLY]), b"MLQCZ"
)


def step_for(size: tuple[float, float]) -> float:
    """Return the unit of a figure's int16 coordinates, in pixels: a power of two.

    It leaves room for a quarter of the figure beyond its edges: 1/32 pixel up to 800 pixels.
    """
    return float(2.0 ** np.ceil(np.log2(1.25 * max(size) / 32767)))


def whole(values: np.ndarray, step: float) -> np.ndarray:
    """Return coordinates as int16 in units of ``step``, or as float32 if they lie too far away."""
    scaled = np.rint(np.asarray(values, float) / step)
    if scaled.size and np.abs(scaled).max() > 32767:
        return np.asarray(values, np.float32)
    return scaled.astype(np.int16)


def letters(codes: np.ndarray) -> str:
    """Return path codes as letters with repeat counts: a line of 250 points is ``ML249``."""
    text = codes.astype(np.uint8).tobytes().translate(LETTERS).decode("ascii")
    return re.sub(r"(.)\1+", lambda run: f"{run[1]}{len(run[0])}", text)


def table(rgba: np.ndarray) -> list[np.ndarray]:
    """Return RGBA colours (n, 4), uint8, as a table and, where at most 256 differ, one index each."""
    keys = np.ascontiguousarray(rgba, np.uint8).view(np.uint32).ravel()
    unique, index = np.unique(keys, return_inverse=True)
    if len(unique) > 256:
        return [keys.view(np.uint8)]
    return [unique.view(np.uint8), index.ravel().astype(np.uint8)]


def pack(drawing: Operation) -> Operation:
    """Return a drawing with its arrays moved to one buffer, ``"data"``.

    In place of an array stands ``[offset in bytes, length, kind]``; the kinds are ``h`` (int16, in
    units of the step), ``f`` (float32) and ``b`` (uint8). An array that occurs twice is stored once.
    """
    data = bytearray()
    seen: dict[tuple[np.dtype, bytes], list[Any]] = {}

    def packed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: packed(part) for key, part in value.items()}
        if isinstance(value, list):
            return [packed(part) for part in value]
        if not isinstance(value, np.ndarray):
            return value
        key = (value.dtype, value.tobytes())
        if key not in seen:
            seen[key] = [len(data), value.size, KINDS[value.dtype]]
            data.extend(key[1] + bytes(-len(key[1]) % 4))
        return seen[key]

    return packed(drawing) | {"data": bytes(data)}
