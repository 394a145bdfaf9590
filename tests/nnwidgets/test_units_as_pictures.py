"""Images as they reach the network, on one scale; and hidden units as pictures of their weights."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from nnwidgets.chapters.input_scaling import DigitReader
from nnwidgets.live_figure import LiveFigure, PointerEvent
from nnwidgets.pictures.colours import RAW, raw_scale
from nnwidgets.pictures.images import ImagesSeen
from nnwidgets.pictures.units_as_pictures import UnitsAsPictures, columns
from workbook.measures.accuracy import classes_named
from workbook.plots import BLUE, ORANGE, new_figure


def hover(axes, x, y):
    return PointerEvent("hover", axes, x, y)


def test_one_scale_for_all_numbers():
    places = [raw_scale()(number) for number in (-1, 0, 0.5, 1, 16, 255)]
    assert places == pytest.approx([0.25, 0.5, 0.625, 0.75, 0.875, 1], abs=0.001)
    colours = [to_hex(RAW(float(raw_scale()(number)))).upper() for number in (-1, 0, 1, 255)]
    assert colours == [ORANGE, "#FFFFFF", BLUE, "#000000"]


def test_the_scale_can_be_read_backwards():
    numbers = np.array([-200.0, -1, -0.3, 0, 0.7, 1, 16, 255])
    np.testing.assert_allclose(raw_scale().inverse(raw_scale()(numbers)), numbers, atol=1e-9)


@pytest.fixture
def images():
    session = DigitReader(encoding="raw 0 to 255")
    return ImagesSeen(new_figure(4, 3.5).add_subplot(), session), session


def test_raw_digits_are_dark_and_right_ones_blue(images):
    picture, session = images
    LiveFigure(picture.axes.figure, **picture.artists).set(**picture.show(session))
    image = picture.artists["images"][0]
    darkest = RAW(image.norm(image.get_array().max()))
    session.encoding = "0 to 1"
    image.set_data(picture.show(session)["images"][0])
    assert sum(darkest[:3]) < 0.1
    assert to_hex(RAW(float(image.norm(image.get_array().max())))).upper() == BLUE


def test_the_number_under_the_pointer(images):
    picture, session = images
    before, changed = picture.show(session)["legend"], session.changed
    left, top = picture.corners[7]
    picture.hovered(hover(picture.axes, left + 3.5 / 8, top - 2.5 / 8))
    number = session.seen().inputs[7, 2, 3]
    assert picture.show(session)["legend"] == f"pixel (2, 3): {number:.4g}"
    assert session.changed == changed + 1
    picture.hovered(hover(picture.axes, left + 3.6 / 8, top - 2.6 / 8))
    assert session.changed == changed + 1  # nothing new to say
    picture.hovered(PointerEvent("leave"))
    assert picture.show(session)["legend"] == before == "inputs from 0 to 255"


@pytest.fixture
def units():
    session = DigitReader(encoding="0 to 1")
    session.advance(3)
    return UnitsAsPictures(new_figure(3.4, 3.5).add_subplot(), session), session


def test_each_unit_is_the_picture_of_its_weights(units):
    picture, session = units
    tiles, W = picture.show(session)["unit_weights"], session.moment.params[0].W
    assert tiles.shape == (3 * 9 - 1, 5 * 9 - 1)
    largest = np.nanmax(np.abs(tiles))
    assert 0.5 < largest <= 1
    for unit in (0, 6, 14):
        row, column = 9 * (unit // 5), 9 * (unit % 5)
        shown = tiles[row : row + 8, column : column + 8]
        np.testing.assert_allclose(shown / largest, W[:, unit].reshape(8, 8) / np.abs(W).max())
    assert np.isnan(tiles[8]).all()


def test_the_answers_are_those_to_the_picture_in_hand(units):
    picture, session = units
    LiveFigure(picture.axes.figure, **picture.artists)
    for _ in range(2):
        picture.show(session)
        heights = [np.ptp(path.vertices[:, 1]) for path in picture.bars.get_paths()]
        inputs = session.seen().inputs[picture.row].reshape(1, -1)
        assert np.argmax(heights) == classes_named(session.experiment.network, session.moment.params, inputs)
        picture.pressed(PointerEvent("press", picture.axes, 0, 0))
    assert picture.row == 2
    assert "To a picture of 2" in picture.said(session)


def test_the_weight_under_the_pointer(units):
    picture, session = units
    picture.hovered(hover(picture.axes, 1 + 1 / 8 + 0.3, -(2 * 9 / 8 + 0.9)))
    weight = session.moment.params[0].W[7 * 8 + 2, 11]
    said = picture.show(session)["legend_of_weights"].replace("\N{MINUS SIGN}", "-")
    assert said == f"unit 12, weight of pixel (7, 2): {weight:.2f}"
    picture.hovered(hover(picture.axes, 1 + 1 / 16, -0.5))
    assert picture.show(session).get("legend_of_weights", "blue").startswith("blue")


def test_a_network_that_sees_no_pictures():
    session = DigitReader()
    session.seen = lambda: type(session).seen(session)._replace(inputs=np.zeros((10, 9, 9)))
    with pytest.raises(ValueError, match="64 inputs, but its pictures have 9 x 9 pixels"):
        UnitsAsPictures(new_figure(3, 3).add_subplot(), session)


@pytest.mark.parametrize(("units", "expected"), [(1, 1), (8, 4), (15, 5), (30, 6)])
def test_units_fill_their_rows(units, expected):
    assert columns(units) == expected
