"""The strokes of one drawing, in the order in which they were made."""

from itertools import pairwise

import numpy as np

from nnwidgets.live_figure.encoding import Operation, letters, pack, step_for, whole


class Strokes:
    """A list of operations for a canvas, in figure pixels with y upwards.

    An operation is a dictionary. It draws shapes (``points`` and ``codes``), once or at several places
    (``at``), or characters (``glyphs``), or an ``image``; or it is the mark of ``moving`` artists. What
    differs from shape to shape (colour, width, size) is an array.
    """

    def __init__(self, size: tuple[float, float]) -> None:
        self.size = (float(size[0]), float(size[1]))
        self.step = step_for(self.size)
        self.clear()

    def __repr__(self) -> str:
        return f"Strokes({len(self._operations)} operations on {self.size[0]:g} x {self.size[1]:g} pixels)"

    def clear(self) -> None:
        """Forget all operations."""
        self._operations: list[Operation] = []
        self._clips: dict[bytes, tuple[int, Operation]] = {}
        self._ends: list[int] = []

    def append(self, operation: Operation) -> None:
        """Note an operation that stands alone."""
        self._operations.append(operation)

    def join(self, style: Operation, **lists: list) -> None:
        """Note an operation, or lengthen the last one if it has the same style."""
        joinable = len(self._operations) > (self._ends[-1] if self._ends else 0)
        last = self._operations[-1] if joinable else {}
        if last.keys() == style.keys() | lists.keys() and all(last[key] == style[key] for key in style):
            for key, values in lists.items():
                last[key] += values
        else:
            self._operations.append(style | lists)

    def mark(self, name: str, part: int, style: Operation) -> bool:
        """Note that moving artists are drawn here; return whether this begins a new part of them."""
        if self._operations and self._operations[-1].get("moving") == name:
            return False
        self._operations.append({"moving": name, "part": part} | style)
        return True

    def clip(self, points: np.ndarray, codes: np.ndarray, edge: Operation) -> int:
        """Return the number of a clip path, each kept once; ``edge`` says how its edge is drawn."""
        key = points.tobytes() + codes.tobytes() + repr(edge).encode()
        clip: Operation = {"points": self._exact(points, edge), "codes": letters(codes)} | edge
        return self._clips.setdefault(key, (len(self._clips), clip))[0]

    def is_near(self, places: np.ndarray) -> np.ndarray:
        """Tell which places (n, 2) are finite and near enough to the figure to be seen."""
        with np.errstate(invalid="ignore"):
            return (np.abs(places) <= 32767 * self.step).all(axis=1)

    def end_part(self) -> None:
        """End a part of the drawing: moving artists between which others lie are drawn in parts."""
        self._ends.append(len(self._operations))

    def take(self) -> Operation:
        """Return the drawing, packed, and start a new one."""
        drawing = {
            "ops": [self._closed(operation) for operation in self._operations],
            "clips": [clip for _, clip in self._clips.values()],
            "parts": list(pairwise([0, *self._ends])),
        }
        self.clear()
        return pack(drawing)

    def _closed(self, operation: Operation) -> Operation:
        """Return an operation with its lists put together to arrays."""
        closed = dict(operation)
        if "points" in closed:
            closed["points"] = self._exact(np.concatenate(closed["points"]), closed)
            if len(set(closed["codes"])) == 1:
                closed["codes"] = closed["codes"][0]
        if "glyphs" in closed:
            closed["glyphs"] = np.concatenate(closed["glyphs"]).ravel()
        if "at" in closed:
            closed["at"] = self._exact(closed["at"], closed)
        return closed

    def _exact(self, coordinates: np.ndarray, operation: Operation) -> np.ndarray:
        """Return coordinates as exactly as they need to be: what snaps must not fall on the wrong pixel."""
        return (
            coordinates.ravel().astype(np.float32)
            if operation["snap"]
            else whole(coordinates.ravel(), self.step)
        )
