"""What kind of shape a path, a collection or a mesh is, so that it can be drawn in the simplest way."""

from collections.abc import Sequence

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.path import Path

Shape = tuple[np.ndarray, np.ndarray]
"""A path in figure pixels: vertices (n, 2) and codes (n,)."""


def snapping(gc: GraphicsContextBase, shapes: list[Shape]) -> dict[str, bool]:
    """Return whether the corners of shapes go to whole pixels, by Agg's rule, and strokes to whole widths."""
    straight = all(is_rectilinear(*shape) for shape in shapes)
    snap = straight if gc.get_snap() is None else bool(gc.get_snap())
    return {"snap": True, "crisp": True} if snap and straight else {"snap": snap}


def is_rectilinear(vertices: np.ndarray, codes: np.ndarray) -> bool:
    """Tell whether a path has only horizontal and vertical edges, and not too many of them."""
    if len(vertices) > 1024 or ((codes == Path.CURVE3) | (codes == Path.CURVE4)).any():
        return False
    starts = np.maximum.accumulate(np.where(codes == Path.MOVETO, np.arange(len(codes)), 0))
    ends = np.where((codes == Path.CLOSEPOLY)[:, None], vertices[starts], vertices)
    straight = (np.abs(ends[1:] - ends[:-1]) < 1e-4).any(axis=1)
    return bool((straight | (codes[1:] == Path.MOVETO)).all())


def sizes_of(paths: Sequence[Path], transforms: Sequence[np.ndarray]) -> np.ndarray | None:
    """Return the sizes in which one path is drawn, if nothing else differs."""
    if len(paths) != 1 or len(transforms) < 2:
        return None
    matrices = np.asarray(transforms, float)
    sizes = matrices[:, 0, 0]
    alike = sizes[:, None, None] * np.diag([1.0, 1.0, 0.0]) + np.diag([0.0, 0.0, 1.0])
    return sizes if sizes.max() > 0 and np.array_equal(matrices, alike) else None


def is_even_grid(corners: np.ndarray) -> bool:
    """Tell whether the corners (rows, columns, 2) of a mesh form an upright grid of equal cells."""
    x, y = corners[..., 0], corners[..., 1]
    upright = np.ptp(x, axis=0).max() < 0.01 and np.ptp(y, axis=1).max() < 0.01
    return bool(upright and np.ptp(np.diff(x[0])) < 0.01 and np.ptp(np.diff(y[:, 0])) < 0.01)
