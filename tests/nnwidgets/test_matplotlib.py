"""What the live figure needs of matplotlib beyond its documentation.

Where another version does otherwise, the message says what, and which of our functions stands on it.
"""

import ast
import inspect
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath, TextToPath, text_to_path
from matplotlib.transforms import IdentityTransform

from nnwidgets.live_figure import widget
from nnwidgets.live_figure.glyphs import GlyphTable, face_of
from nnwidgets.live_figure.recorder import Recorder
from workbook.plots import new_figure

FOLDER = Path(widget.__file__).parent
FONT = FontProperties()


class Witness(Recorder):
    """A recorder that also notes which groups are opened, and how images come."""

    def __init__(self, figure):
        super().__init__(figure, GlyphTable())
        self.opened, self.images = [], []

    def open_group(self, s, gid=None):
        self.opened.append((s, gid))
        super().open_group(s, gid)

    def draw_image(self, gc, x, y, im, transform=None):
        self.images.append((im.shape, transform))


def picture():
    """A figure with a line, an image in its own pixels, and the witness that drew it."""
    figure = Figure((3, 2))
    axes = figure.add_subplot()
    (line,) = axes.plot([0, 1], [0, 1], gid="mine")
    axes.imshow(np.zeros((2, 3)), interpolation="none")
    return figure, line


def drawn():
    figure, _ = picture()
    witness = Witness(figure)
    figure.draw(witness)
    return witness


def glyphs_come_by_name():
    known = dict.fromkeys(text_to_path.get_glyphs_with_font(face_of(FONT), "a", None, True)[1], 7)
    entries, new, boxes = text_to_path.get_glyphs_with_font(face_of(FONT), "ab", known, True)
    (name, (vertices, codes)), *more = new.items()
    return (
        [len(entry) for entry in entries] == [4, 4]
        and entries[0][0] in known
        and (entries[1][0], more, list(boxes)) == (name, [], [])
        and (vertices.shape[1], len(vertices)) == (2, len(codes))
    )


def formulas_come_by_name():
    entries, new, boxes = text_to_path.get_glyphs_mathtext(FONT, r"$\frac{1}{2}$", {}, True)
    return {entry[0] for entry in entries} == set(new) and len(boxes) == 1 and len(boxes[0][0]) >= 4


def fonts_help_each_other_out():
    """The first lacks the letter; without the second, matplotlib would warn and draw a box."""
    both = FontProperties(family=["cmr10", "no such font", "DejaVu Sans"])
    letter, alone = GlyphTable(), GlyphTable()
    letter.lay_out("\N{LATIN SMALL LETTER A WITH DIAERESIS}", both)
    alone.lay_out("\N{LATIN SMALL LETTER A WITH DIAERESIS}", FontProperties(family="DejaVu Sans"))
    return letter.outlines[-1] == alone.outlines[-1] and face_of(both).family_name == "cmr10"


def letters_stand_as_in_a_text_path():
    entries, outlines, _ = text_to_path.get_glyphs_with_font(face_of(FONT), "Loss AV", None, True)
    path = TextPath((0, 0), "Loss AV", size=TextToPath.FONT_SCALE, prop=FONT)
    ours = [outlines[name][0] * scale + (x, y) for name, x, y, scale in entries]
    return np.allclose(np.concatenate(ours), path.vertices[: sum(map(len, ours))])


def the_parser_measures():
    parsed = text_to_path.mathtext_parser.parse(r"$x^2$", 72, FONT)
    width, height, depth = map(float, parsed[:3])
    return width > 5 and height > 5 and 0 <= depth < height


def cleaned_paths_stop():
    clean = Outline([(0, 0), (1, np.nan), (1, 1), (2, 2)]).cleaned(
        IdentityTransform(), remove_nans=True, curves=True, clip=None, simplify=False, sketch=None
    )
    return clean.codes[-1] == Outline.STOP and np.isfinite(clean.vertices[:-1]).all()


def an_artists_own_draw_counts():
    figure, line = picture()
    called = []
    vars(line)["draw"] = called.append
    figure.draw(witness := Witness(figure))
    return called == [witness]


def changes_are_told():
    figure, line = picture()
    figure.draw(Witness(figure))
    told = []
    figure.stale_callback = lambda artist, stale: told.append((artist, stale))
    line.set_color("red")
    return told == [(figure, True)]


def moving_artists_change_nothing():
    figure, line = picture()
    line.set_animated(True)
    figure.draw(Witness(figure))
    told = []
    figure.stale_callback = lambda artist, stale: told.append(artist)
    line.set_color("red")
    return told == []


def groups_carry_the_gid():
    names = drawn().opened
    return ("line2d", "mine") in names and {"figure", "axes", "text"} <= {name for name, _ in names}


def images_keep_their_pixels():
    ((shape, transform),) = drawn().images
    return shape == (2, 3, 4) and transform is not None


def a_canvas_that_saves_draws_all():
    figure, line = picture()
    line.set_animated(True)
    figure.canvas = canvas = widget.Canvas(figure)
    canvas.draw()
    with_line = np.array(canvas.buffer_rgba())
    line.set_visible(False)
    canvas.draw()
    return (with_line != np.asarray(canvas.buffer_rgba())).any()


def a_layout_leaves_room():
    figure = new_figure()
    axes = figure.add_subplot()
    figure.draw_without_rendering()
    before = axes.get_position().x1
    figure.set_layout_engine("none")
    figure.draw_without_rendering()
    return 0.9 < before < 1 - 0.22 / 9 + 1e-3 and axes.get_position().x1 == before


NEEDS = {
    glyphs_come_by_name: "glyphs.py, _shape: get_glyphs_with_font gives name, x, y, scale and what is new",
    formulas_come_by_name: "glyphs.py, _shape: get_glyphs_mathtext gives glyphs, what is new, and bars",
    fonts_help_each_other_out: "glyphs.py, face_of: get_font takes several files, one after the other",
    letters_stand_as_in_a_text_path: "glyphs.py, face_of: the size FONT_SCALE, the resolution DPI",
    the_parser_measures: "recorder.py, get_text_width_height_descent: mathtext_parser.parse measures first",
    cleaned_paths_stop: "recorder.py, _shape: Path.cleaned ends with STOP and has no NaN",
    groups_carry_the_gid: "recorder.py, open_group: artists open groups of their kinds, with their gid",
    images_keep_their_pixels: "recorder.py, draw_image: with option_scale_image comes the transform",
    an_artists_own_draw_counts: "widget.py, _draw_frame: an artist's own draw stands in for its class's",
    changes_are_told: "widget.py, _prepare: figure.stale_callback is called with (figure, True)",
    moving_artists_change_nothing: "widget.py, _prepare: what is animated does not make its figure stale",
    a_canvas_that_saves_draws_all: "widget.py, Canvas: animated artists are drawn where is_saving() is true",
    a_layout_leaves_room: "plots.py, new_figure: the constrained layout takes rect; 'none' keeps its places",
}


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.__name__)
def test_matplotlib_does_what_we_need(need):
    try:
        kept, why = need(), "it does not"
    except Exception as error:
        kept, why = False, f"it raises {error!r}"
    assert kept, f"matplotlib {matplotlib.__version__}, needed by {NEEDS[need]}: {why}"


def positional(method):
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, found in inspect.signature(method).parameters.items() if found.kind in kinds]


@pytest.mark.parametrize("name", sorted(name for name in vars(Recorder) if hasattr(RendererBase, name)))
def test_the_recorder_takes_what_a_renderer_is_given(name):
    ours, theirs = getattr(Recorder, name), getattr(RendererBase, name)
    if name.startswith("__") or not callable(ours):
        return
    assert positional(ours) == positional(theirs), (
        f"matplotlib {matplotlib.__version__} calls RendererBase.{name} with other arguments: recorder.py"
    )


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_nothing_private_is_asked_of_matplotlib(path):
    own = {"self", "cls", "super()"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__"):
            assert ast.unparse(node.value) in own, f"{path.name}, line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom) and node.module.startswith("matplotlib"):
            private = [part for part in node.module.split(".") if part.startswith("_")]
            private += [alias.name for alias in node.names if alias.name.startswith("_")]
            assert not private, f"{path.name}, line {node.lineno}: {private}"
