"""How axes are arranged for the room that there is, and that every panel can be read in any."""

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from nnwidgets.chapters import bias, dead_relu, gradient_checking, input_scaling, linear_output
from nnwidgets.live_figure import Arrangement, LiveFigure, arranged
from nnwidgets.live_figure.arrangement import Room, arrangements_of, best
from workbook.plots import new_figure

from .front_end import say

PANELS = {
    "bias": bias.panel,
    "linear output": linear_output.panel,
    "dead ReLU": dead_relu.panel,
    "gradient check": gradient_checking.panel,
    "parity": gradient_checking.parity_panel,
    "input scaling": input_scaling.panel,
}
WIDTHS = (420, 600, 820, 1200, 1800)
SMALLEST = 11  # CSS pixels


def tell(live, width, height=800, zoom=1):
    """Let the browser tell how much room it has."""
    say(live, room={"width": width, "height": height, "zoom": zoom})


def letters(figure):
    """Return the sizes of all letters that a figure shows, in pixels."""
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [text.get_fontsize() * figure.dpi / 72 for text in texts]


def beyond(live):
    """Return by how many pixels something is cut at an edge of the figure."""
    renderer = live.figure.canvas.get_renderer()
    box = Bbox.union([axes.get_tightbbox(renderer) for axes in live.figure.axes])
    width, height = live.figure.bbox.size
    return -min(box.x0, box.y0, width - box.x1, height - box.y1)


def places(axes):
    """Return where axes begin, as (column, row) of those who begin there."""
    return {name: (one.get_subplotspec().colspan.start, one.get_subplotspec().rowspan.start)
            for name, one in axes.items()}  # fmt: skip


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_can_be_read_at_any_width(name):
    live = PANELS[name]().live
    for width in WIDTHS:
        tell(live, width)
        assert live.frame["size"][0] == min(width, 1400), "a pixel of the figure is a CSS pixel"
        assert min(letters(live.figure)) >= SMALLEST, f"at {width}: {min(letters(live.figure)):.1f} pixels"
        assert beyond(live) <= 1, f"at {width}, {beyond(live):.0f} pixels are cut"


def test_letters_keep_their_size_and_the_zoom_enlarges_them():
    figure, axes = arranged("AB")
    axes["A"].set_title("loss")
    live = LiveFigure(figure)
    sizes = []
    for width, zoom in ((420, 1), (1200, 1), (1900, 1.8)):
        tell(live, width, 1000, zoom)
        sizes.append(max(letters(figure)))
    assert sizes[0] == sizes[1]
    assert np.isclose(sizes[2], 1.8 * sizes[0])


@pytest.mark.parametrize(
    ("width", "height", "rows"),
    [(1800, 900, 2), (820, 670, 2), (820, 440, 2), (560, 900, 3), (420, 1000, 4)],
)
def test_the_arrangement_follows_width_and_height(width, height, rows):
    figure, _ = arranged("SON;SOL", (1.2, 1, 1), middle="SS;ON;.L")
    chosen, (across, down) = best(figure.arrangements, Room(width, height), 3.5 / 9.2)
    assert chosen.rows == rows
    assert across == min(width, 1400)
    assert 190 <= down <= max(height - 150, 190)


def test_a_wide_screen_is_used_up_to_a_limit_and_a_low_one_keeps_room_for_play():
    figure, _ = arranged("SON;SOL", (1.2, 1, 1))
    sizes = {room: best(figure.arrangements, Room(*room), 3.5 / 9.2)[1]
             for room in ((1400, 900), (1800, 1000), (820, 540), (820, 300))}  # fmt: skip
    assert sizes[1400, 900] == sizes[1800, 1000] == (1400, 460)
    assert sizes[820, 540][1] <= 540 - 150
    assert sizes[820, 300][1] <= 300


def test_what_could_not_be_read_beside_play_is_left_out():
    figure, axes = arranged("SON;SOL", (1.2, 1, 1), stacked="N;S;O;L")
    first, (_, height) = best(figure.arrangements, Room(390, 400), 3.5 / 9.2)
    assert height <= 400 - 150
    assert list(first.spans()) == ["N"]
    live = LiveFigure(figure)
    live.room = {"width": 390, "height": 400, "zoom": 1}
    assert [name for name, each in axes.items() if each.get_visible()] == ["N"]
    live.room = {"width": 900, "height": 700, "zoom": 1}
    assert all(each.get_visible() for each in axes.values())


def test_axes_move_to_their_places_and_back():
    figure, axes = arranged("SON;SOL", middle=Arrangement("SO;SN;SL", (1.5, 1)))
    live = LiveFigure(figure)
    wide = places(axes)
    assert wide == {"S": (0, 0), "O": (1, 0), "N": (2, 0), "L": (2, 1)}
    tell(live, 640, 1000)
    assert places(axes) == {"S": (0, 0), "O": (1, 0), "N": (1, 1), "L": (1, 2)}
    assert axes["O"].get_position().y0 > axes["N"].get_position().y1
    tell(live, 1200, 1000)
    assert places(axes) == wide


def test_what_is_not_given_is_made():
    def made(mosaic):
        return [one.mosaic for one in arranged(mosaic)[0].arrangements]

    assert made("SON;SOL") == ["SON;SOL", "SO;NL", "S;O;N;L"]
    assert made("UUA;LLA") == ["UUA;LLA", "UU;LA", "U;L;A"]
    assert made("AB") == ["AB", "A;B"]
    assert made("A") == ["A"]


def test_a_plain_figure_has_its_arrangements_made_from_its_grid():
    figure = new_figure()
    axes = figure.subplot_mosaic("SON;SOL", width_ratios=(1.2, 1, 1))
    found, named = arrangements_of(figure)
    assert [one.mosaic for one in found] == ["ABC;ABD", "AB;CD", "A;B;C;D"]
    assert tuple(found[0].width_ratios) == (1.2, 1, 1)
    assert list(named.values()) == [axes[name] for name in "SONL"]
    assert arrangements_of(Figure()) == ((), {})
    twin = axes["L"].twinx()
    assert twin.get_subplotspec() is not None
    assert arrangements_of(figure) == ((), {}), "two axes in one place cannot be rearranged"


def test_a_figure_without_a_layout_only_takes_the_size():
    live = LiveFigure(Figure((4, 3), dpi=100))
    tell(live, 600)
    assert live.frame["size"] == [600, 450]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: arranged("AB;A"), "rows of the same length"),
        (lambda: arranged("AB;BA"), "'A' is no rectangle"),
        (lambda: arranged("AB", (1, 2, 3)), "'AB' has 2 columns, got 3 ratios"),
        (lambda: arranged("AB", height_ratios=(1, 2)), "'AB' has 1 rows, got 2 ratios"),
        (lambda: arranged("AB", middle="A;C"), "expected the same axes as in 'AB', got 'A;C'"),
    ],
)
def test_mistakes_are_named(act, message):
    with pytest.raises(ValueError, match=message):
        act()


def test_stored_and_saved_pictures_have_the_figures_own_size():
    figure, axes = arranged("AB", size=(6, 3))
    axes["A"].set_title(
        "a title that is much too long for a narrow picture, so that it is wrapped", loc="left"
    )
    live = LiveFigure(figure)
    before, saved = live.still(), live.export("png", dpi=100)
    tell(live, 420, 900)
    frame, position = live.frame, axes["B"].get_position(original=True).bounds
    assert "\n" in axes["A"].get_title(loc="left")
    assert (live.still(), live.export("png", dpi=100)) == (before, saved)
    assert axes["B"].get_position(original=True).bounds == position
    live.update()
    assert live.frame is frame
    tell(live, 1200)
    assert axes["A"].get_title(loc="left").count("\n") <= 1


def test_moving_texts_are_wrapped_and_unwrapped():
    figure, axes = arranged("AB")
    long = "so many words that they do not fit above a picture of this size"
    text = axes["B"].text(0, 1.02, long, transform=axes["B"].transAxes, va="bottom")
    live = LiveFigure(figure, text=text)
    tell(live, 420, 500)
    assert "\n" in text.get_text()
    assert beyond(live) <= 1
    tell(live, 640, 340)
    assert axes["B"].get_position(original=True).x1 > 0.9, "a text above does not make its axes narrower"
    live.set(text="few words")
    assert text.get_text() == "few words"
    live.set(text=long)
    tell(live, 1400, 500)
    assert text.get_text() == long


def test_numbers_that_become_wide_get_room():
    figure, axes = arranged("A")
    (line,) = axes["A"].plot([0, 1], [0, 1])
    axes["A"].set_ylabel("loss")
    live = LiveFigure(figure, line=line)
    tell(live, 600)
    axes["A"].set_ylim(0, 1)
    axes["A"].yaxis.set_major_formatter("{x:.8f}")
    live.update()
    assert beyond(live) <= 1


def test_the_same_room_is_not_laid_out_twice_and_no_room_not_at_all():
    live = LiveFigure(arranged("AB")[0])
    tell(live, 600)
    frame = live.frame
    live._fit(type("Change", (), {"new": {"width": 600, "height": 800, "zoom": 1}}))
    tell(live, 0)
    assert live.frame is frame


def test_errors_are_reported():
    live, errors = LiveFigure(arranged("AB")[0]), []
    live.report_error = errors.append
    live._fit(type("Change", (), {"new": {"breadth": 600}}))
    assert isinstance(errors[0], TypeError)


def test_a_picture_too_small_for_its_labels_warns_nobody():
    figure, axes = arranged("ABCDEF")
    for one in axes.values():
        one.set_ylabel("a\nlabel\nof\nmany\nlines")
    assert matplotlib.rcParams["figure.constrained_layout.use"] is False
    tell(LiveFigure(figure), 200, 200)
