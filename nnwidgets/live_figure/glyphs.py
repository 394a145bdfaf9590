"""The outlines of characters, each kept once, so that a text costs six bytes a character."""

from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.textpath import TextToPath, text_to_path

NUMERIC = "0123456789.+-\N{MINUS SIGN}"
COMMANDS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


class Metrics(NamedTuple):
    """A character of a number: its outline, and how far it reaches, in the units of Layout."""

    number: int
    width: float
    bottom: float
    top: float


class Layout(NamedTuple):
    """Where the characters of a text stand, in units of a hundredth of the font size.

    Numbers (n,) refer to outlines, -1 for characters without ink; places are (n, 2), scales (n,).
    Boxes are the corners (4, 2) of the bars of fractions and roots.
    """

    numbers: np.ndarray
    places: np.ndarray
    scales: np.ndarray
    boxes: tuple[np.ndarray, ...] = ()


class GlyphTable:
    """Characters to numbers; ``outlines[number]`` is an SVG path, 100 units to the em, y upwards.

    The characters of numbers are there from the start, so that a moving number never makes it grow.
    """

    em = TextToPath.FONT_SCALE

    def __init__(self) -> None:
        self.outlines: list[str] = []
        self._numbers: dict[str, int] = {}
        self._heights: dict[int, tuple[float, float]] = {}
        self.lay_out = lru_cache(512)(self._lay_out)
        self._metrics = lru_cache(16)(self._measure_characters)
        self.lay_out(NUMERIC + "e,:=()%/ ", FontProperties())

    def __repr__(self) -> str:
        return f"GlyphTable({len(self.outlines)} outlines)"

    def measure(self, text: str, font: FontProperties) -> tuple[float, float, float] | None:
        """Return width, height and descent of a number, in units; None for other texts."""
        if not is_number(text):
            return None
        metrics = self._metrics(font)
        _, widths, bottoms, tops = zip(*(metrics[character] for character in text), strict=True)
        return sum(widths), max(tops) - min(bottoms), -min(bottoms)

    def _lay_out(self, text: str, font: FontProperties, mathtext: bool = False) -> Layout:
        if is_number(text) and not mathtext:
            # Digits neither kern nor join: to add their widths is much quicker than to shape them.
            numbers, widths, _, _ = zip(*(self._metrics(font)[character] for character in text), strict=True)
            x = np.cumsum((0.0, *widths[:-1]))
            return Layout(np.array(numbers), np.column_stack([x, np.zeros(len(x))]), np.ones(len(x)))
        return self._shape(text, font, mathtext)

    def _shape(self, text: str, font: FontProperties, mathtext: bool = False) -> Layout:
        """Lay a text out with matplotlib's shaping, and keep the outlines that are new."""
        known: Any = self._numbers  # matplotlib asks only which names are in it
        if mathtext:
            entries, new, boxes = text_to_path.get_glyphs_mathtext(font, text, known, True)
        else:
            entries, new, boxes = text_to_path.get_glyphs_with_font(face_of(font), text, known, True)
        for name, (vertices, codes) in new.items():
            self._numbers[name] = len(self.outlines) if len(vertices) else -1
            if len(vertices):
                heights = vertices[codes != Path.CLOSEPOLY, 1]
                self._heights[len(self.outlines)] = (float(heights.min()), float(heights.max()))
                self.outlines.append(outline(vertices, codes))
        numbers = np.array([self._numbers[entry[0]] for entry in entries], int)
        places = np.array([entry[1:3] for entry in entries], float).reshape(-1, 2)
        scales = np.array([entry[3] for entry in entries], float)
        return Layout(numbers, places, scales, tuple(np.array(corners[:4], float) for corners, _ in boxes))

    def _measure_characters(self, font: FontProperties) -> dict[str, Metrics]:
        """Return the glyph number, width, bottom and top of each character of a number."""
        metrics = {}
        for character in NUMERIC:
            # The second of two stands where the first one ends.
            shaped = self._shape(2 * character, font)
            number = int(shaped.numbers[0])
            metrics[character] = Metrics(number, float(shaped.places[1, 0]), *self._heights[number])
        return metrics


def face_of(font: FontProperties) -> FT2Font:
    """Return a font of the size of FONT_SCALE; where it lacks a character, its further families help out."""
    files = []
    for family in font.get_family():
        one = font.copy()
        one.set_family(family)
        with suppress(ValueError):  # not installed
            files.append(findfont(one, fallback_to_default=False))
    face = get_font(files or [findfont(font)])
    face.set_size(TextToPath.FONT_SCALE, TextToPath.DPI)
    return face


def is_number(text: str) -> bool:
    """Tell whether a text consists of digits, signs and points alone."""
    return bool(text) and all(character in NUMERIC for character in text)


def outline(vertices: np.ndarray, codes: np.ndarray) -> str:
    """Return a path as an SVG path string, to a tenth of a unit."""
    parts, pending = [], 0
    for (x, y), code in zip(np.round(vertices, 1), codes, strict=True):
        if code == Path.CLOSEPOLY:
            parts.append("Z")
            continue
        # A curve has two or three points, of which only the first is preceded by its letter.
        parts.append(f"{COMMANDS[code] if pending == 0 else ' '}{x:g} {y:g}")
        pending = (pending or {Path.CURVE3: 2, Path.CURVE4: 3}.get(code, 1)) - 1
    return "".join(parts)
