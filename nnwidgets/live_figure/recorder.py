"""A matplotlib renderer that writes strokes down instead of making pixels.

Matplotlib lays the picture out and asks the renderer for every path, marker, image and text; the
recorder writes down what was asked, for a browser to repeat at its own pixel density.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Affine2DBase, Transform

from nnwidgets.live_figure.encoding import Operation, letters, table, whole
from nnwidgets.live_figure.glyphs import GlyphTable
from nnwidgets.live_figure.pens import brush, chosen, colour, member_style, pen
from nnwidgets.live_figure.shapes import Shape, is_even_grid, sizes_of, snapping
from nnwidgets.live_figure.strokes import Strokes

FIXED_COLOUR = "fixed colour"
RECTANGLE = np.array([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO], np.uint8)


class Recorder(RendererBase):
    """Write down what matplotlib draws on ``figure`` as ``strokes``; texts refer to a glyph table.

    A dark theme exchanges ink and paper, and the greys between. What lies on an image, a mesh or filled
    contours that fill their axes keeps its colours, as does any artist after
    ``artist.set_gid("fixed colour")``.
    """

    def __init__(self, figure: Figure, glyphs: GlyphTable) -> None:
        super().__init__()
        self.strokes = Strokes(figure.bbox.size)
        self.width, self.height = self.strokes.size
        self.scale = figure.dpi / 72
        self._glyphs = glyphs
        self._groups: list[tuple[str, str | None]] = []
        self.parts: dict[str, list[list[Artist]]] = {}

    def __repr__(self) -> str:
        return f"Recorder({self.strokes})"

    def mark(self, name: str, artist: Artist) -> None:
        """Note that a moving artist is drawn here; ``parts[name]`` lists those with none between them."""
        parts = self.parts.setdefault(name, [])
        if self.strokes.mark(name, len(parts), self._fixed()):
            parts.append([])
        parts[-1].append(artist)

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        return points * self.scale

    def flipy(self) -> bool:
        return False

    def option_image_nocomposite(self) -> bool:
        return True

    def option_scale_image(self) -> bool:
        return True  # an image with interpolation "none" comes with its own pixels

    def open_group(self, s: str, gid: str | None = None) -> None:
        # A text that is nowhere returns without closing its group, in which there is at most a patch.
        if self._groups and self._groups[-1][0] == "text" and s != "patch":
            self._groups.pop()
        self._groups.append((s, gid))

    def close_group(self, s: str) -> None:
        while self._groups and self._groups.pop()[0] != s:
            pass

    def draw_path(
        self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None
    ) -> None:
        hatch = gc.get_hatch_path()
        points, codes = self._shape(gc, path, transform, rgbFace is not None or hatch is not None)
        if len(points) and hatch is not None:
            self._draw_shape(gc, points, codes, brush(gc, rgbFace))
            self._draw_hatch(gc, hatch, points, codes)
            self._draw_shape(gc, points, codes, pen(gc, self.scale))
        elif len(points):
            self._draw_shape(gc, points, codes, brush(gc, rgbFace) | pen(gc, self.scale))

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,
    ) -> None:
        places = trans.transform(path.vertices)
        places = places[self.strokes.is_near(places)]
        shape = self._shape(gc, marker_path, marker_trans, filled=True)
        style = brush(gc, rgbFace) | pen(gc, self.scale)
        if style and len(places):
            self._draw_members(gc, style, [shape], places)

    def draw_path_collection(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        paths: Sequence[Path],
        all_transforms: Sequence[Any],
        offsets: Any,
        offset_trans: Transform,
        facecolors: Any,
        edgecolors: Any,
        linewidths: Any,
        linestyles: Any,
        antialiaseds: Any,
        urls: Any,
        offset_position: Any,
        **hatchcolors: Any,
    ) -> None:
        if not len(paths) or not (len(facecolors) or len(edgecolors)):
            return
        if gc.get_hatch() or len({str(dashes) for dashes in linestyles}) > 1:
            super().draw_path_collection(
                gc, master_transform, paths, all_transforms, offsets, offset_trans, facecolors, edgecolors,
                linewidths, linestyles, antialiaseds, urls, offset_position, **hatchcolors,
            )  # fmt: skip
            return
        places = np.atleast_2d(offset_trans.transform(offsets))
        style = member_style(gc, self.scale, facecolors, edgecolors, linewidths, linestyles)
        if len(facecolors) and not len(edgecolors) and not np.any(antialiaseds):
            style["seam"] = True
        sizes = sizes_of(paths, all_transforms) if len(places) > 1 else None
        if sizes is not None:
            all_transforms = [np.diag([sizes.max(), sizes.max(), 1])]
            style["sizes"] = (sizes / sizes.max()).astype(np.float32)
        # A single offset belongs to the shapes; several are places at which the shapes are repeated.
        shift = Affine2D().translate(*places[0]) if len(places) == 1 else Affine2D()
        shapes = [
            self._shape(gc, path, transform + shift, len(facecolors) > 0 or len(places) > 1)
            for path, transform in members(master_transform, paths, all_transforms)
        ]
        self._draw_members(gc, style, shapes, places if len(places) > 1 else None)

    def draw_quad_mesh(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        meshWidth: int,
        meshHeight: int,
        coordinates: Any,
        offsets: Any,
        offsetTrans: Transform,
        facecolors: Any,
        antialiased: bool,
        edgecolors: Any,
    ) -> None:
        corners = master_transform.transform(np.reshape(coordinates, (-1, 2)))
        corners = np.reshape(corners + offsetTrans.transform(offsets)[:1], np.shape(coordinates))
        if len(edgecolors) or len(facecolors) != meshWidth * meshHeight or not is_even_grid(corners):
            super().draw_quad_mesh(
                gc, master_transform, meshWidth, meshHeight, coordinates, offsets, offsetTrans, facecolors,
                antialiased, edgecolors,
            )  # fmt: skip
            return
        cells = (np.reshape(facecolors, (meshHeight, meshWidth, 4)) * 255).round().astype(np.uint8)
        (x0, y0), (x1, y1) = corners[0, 0], corners[-1, -1]
        self._draw_image(gc, cells, Affine2D().scale(x1 - x0, y1 - y0).translate(x0, y0))

    def draw_gouraud_triangles(
        self, gc: GraphicsContextBase, triangles_array: Any, colors_array: Any, transform: Transform
    ) -> None:
        # A canvas cannot shade triangles, so Agg makes an image of them, at twice the density.
        agg = RendererAgg(2 * self.width, 2 * self.height, 144 * self.scale)
        twice = transform + Affine2D().scale(2)
        agg.draw_gouraud_triangles(agg.new_gc(), triangles_array, colors_array, twice)
        self._draw_image(gc, np.asarray(agg.buffer_rgba())[::-1], Affine2D().scale(self.width, self.height))

    def draw_image(
        self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Affine2DBase | None = None
    ) -> None:
        own_pixels = transform is not None
        place = Affine2D().scale(im.shape[1], im.shape[0]) if transform is None else transform
        # Matplotlib has put its transparency into resampled pixels already.
        alpha = float(gc.get_alpha()) if own_pixels else 1.0
        self._draw_image(gc, im, place + Affine2D().translate(x, y), alpha, smooth=not own_pixels)

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | Literal["TeX"] = False,
        mtext: Text | None = None,
    ) -> None:
        numbers, places, scales, boxes = self._glyphs.lay_out(s, prop, bool(ismath))
        pixels = self.points_to_pixels(prop.get_size_in_points()) / self._glyphs.em
        place = Affine2D().scale(pixels).rotate_deg(angle).translate(x, y)
        style = self._place(gc) | brush(gc, gc.get_rgb())
        if "fill" not in style:
            return
        places = place.transform(places)
        shown = (numbers >= 0) & self.strokes.is_near(places)
        for scale in dict.fromkeys(scales[shown].tolist()):
            these = shown & (scales == scale)
            run = np.column_stack([numbers[these], whole(places[these], self.strokes.step)]).astype(np.int16)
            size = {"size": round(float(pixels * scale), 5), "angle": float(angle)}
            self.strokes.join(style | size, glyphs=[run])
        for corners in boxes:
            self._draw_shape(gc, place.transform(corners), RECTANGLE, brush(gc, gc.get_rgb()))

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        if ismath:  # with one parser for all figures, because it keeps its results
            return text_to_path.mathtext_parser.parse(s, self.points_to_pixels(72), prop)[:3]
        size = self._glyphs.measure(s, prop)
        if size is None:
            return super().get_text_width_height_descent(s, prop, ismath)
        pixels = self.points_to_pixels(prop.get_size_in_points()) / self._glyphs.em
        width, height, descent = (length * pixels for length in size)
        return width, height, descent

    def _shape(self, gc: GraphicsContextBase, path: Path, transform: Transform, filled: bool) -> Shape:
        """Return a path in figure pixels, without NaN, as vertices and codes."""
        clean = path.cleaned(
            transform, remove_nans=True, curves=True, sketch=gc.get_sketch_params(),
            clip=None if filled else (0, 0, self.width, self.height),
            simplify=not filled and path.should_simplify,
        )  # fmt: skip
        points, codes = (np.asarray(part)[:-1] for part in (clean.vertices, clean.codes))  # without STOP
        closes = np.flatnonzero(codes == Path.CLOSEPOLY)
        points[closes] = points[closes - 1]  # matplotlib leaves anything there
        return points, codes

    def _draw_shape(
        self, gc: GraphicsContextBase, points: np.ndarray, codes: np.ndarray, style: Operation
    ) -> None:
        """Write one shape down."""
        if style:
            style = self._place(gc) | style | snapping(gc, [(points, codes)])
            self.strokes.join(style, points=[points], codes=[letters(codes)])

    def _draw_members(
        self, gc: GraphicsContextBase, style: Operation, shapes: list[Shape], places: np.ndarray | None
    ) -> None:
        """Write many shapes down: all of them once, or one or several of them at many places."""
        operation = self._place(gc) | style | ({"snap": False} if "sizes" in style else snapping(gc, shapes))
        if places is not None:
            members = np.arange(max(len(shapes), len(places)))
            keep = members[self.strokes.is_near(places[members % len(places)])]
            if len(shapes) > 1:
                shapes = [shapes[member % len(shapes)] for member in keep]
            operation = {key: chosen(value, keep) for key, value in operation.items()}
            operation["at"] = places[keep % len(places)]
        operation["points"] = [points for points, _ in shapes]
        operation["codes"] = [letters(codes) for _, codes in shapes]
        if sum(map(len, operation["points"])) and len(operation.get("at", [0])):
            self.strokes.append(operation)

    def _draw_hatch(
        self, gc: GraphicsContextBase, hatch: Path, points: np.ndarray, codes: np.ndarray
    ) -> None:
        """Write a hatch down: its tile, 72 points wide, repeated over the shape and clipped to it."""
        tile = 72 * self.scale
        low, high = np.clip([points.min(axis=0), points.max(axis=0)], 0, self.strokes.size)
        columns = np.arange(low[0] // tile, high[0] // tile + 1) * tile
        top = self.height
        rows = top - np.arange((top - high[1]) // tile + 1, (top - low[1]) // tile + 2) * tile
        corners = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        line = self.new_gc()
        line.set_foreground(gc.get_hatch_color())
        line.set_linewidth(gc.get_hatch_linewidth())
        line.set_capstyle("projecting")
        line.set_snap(False)
        style = self._place(gc)
        edge = snapping(gc, [(points, codes)]) | {"width": pen(gc, self.scale).get("width", 0)}
        style["within"] = [*style.get("within", []), self.strokes.clip(points, codes, edge)]
        style |= {"fill": colour(line.get_rgb())} | pen(line, self.scale)
        shape = self._shape(line, hatch, Affine2D().scale(tile), filled=True)
        self._draw_members(line, style, [shape], corners)

    def _draw_image(
        self,
        gc: GraphicsContextBase,
        pixels: np.ndarray,
        place: Transform,
        alpha: float = 1.0,
        smooth: bool = False,
    ) -> None:
        """Write an image down; ``place`` maps the unit square to the figure, the first row at the bottom."""
        rows, columns = pixels.shape[:2]
        matrix = (Affine2D().scale(1 / columns, 1 / rows) + place).get_matrix()
        operation = {"image": table(pixels.reshape(-1, 4)), "columns": columns, "rows": rows, "alpha": alpha}
        operation |= {"matrix": np.round(matrix[:2].T.ravel(), 5).tolist(), "smooth": smooth}
        self.strokes.append(self._place(gc) | operation)

    def _place(self, gc: GraphicsContextBase) -> Operation:
        """Return what bounds a stroke, and whether it keeps its colours."""
        place = self._fixed()
        rectangle = gc.get_clip_rectangle()
        if rectangle is not None:
            place["clip"] = np.round(rectangle.extents, 3).tolist()
        clipped: Any = gc.get_clip_path()  # with a plain Path, though matplotlib declares another
        path, transform = clipped
        if path is not None:
            shape = self._shape(self.new_gc(), path, transform, filled=True)
            place["within"] = [self.strokes.clip(*shape, edge={"snap": False})]
        return place

    def _fixed(self) -> Operation:
        return {"fixed": True} if any(gid == FIXED_COLOUR for _, gid in self._groups) else {}


def members(
    master: Transform, paths: Sequence[Path], transforms: Sequence[Any]
) -> list[tuple[Path, Transform]]:
    """Return the paths of a collection, each with its transform: the shorter list starts again at its end."""
    each = [Affine2D(matrix) + master for matrix in transforms] or [master]
    count = max(len(paths), len(each))
    return [(paths[number % len(paths)], each[number % len(each)]) for number in range(count)]
