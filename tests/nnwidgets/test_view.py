"""The view in the browser: its size, its pixels, its pointer and its files."""

import base64

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnwidgets.live_figure import LiveFigure


@pytest.fixture
def live():
    """A figure of 480 x 320 pixels with a moving line between fixed limits."""
    figure = Figure(figsize=(4.8, 3.2), dpi=100)
    axes = figure.subplots()
    (line,) = axes.plot([0, 1], [0, 1])
    axes.set(xlim=(0, 1), ylim=(0, 1))
    return LiveFigure(figure, alt="a line", line=line)


@pytest.fixture
def painter(painters):
    painters[1].page.set_viewport_size({"width": 1000, "height": 800})
    return painters[1]


def box(painter, view="view"):
    return painter.page.locator(f"#{view} canvas").bounding_box()


def test_new_data_are_painted_as_if_from_the_start(painter, live):
    before = painter.show(live).pixels()
    live.set(line=([0, 1], [1, 0]))
    painter.update(live)
    moved = painter.pixels()
    assert not np.array_equal(moved, before)
    assert np.array_equal(moved, painter.show(live).pixels())


def test_the_picture_has_a_role_and_a_text_that_follows(painter, live):
    canvas = painter.show(live).page.get_by_role("img", name="a line")
    assert canvas.count() == 1
    live.alt = "a steeper line"
    painter.update(live)
    assert painter.page.get_by_role("img", name="a steeper line").count() == 1


def test_the_width_is_that_of_the_page_up_to_that_of_the_figure(painter, live):
    painter.show(live)
    assert (box(painter)["width"], box(painter)["height"]) == (480, 320)
    painter.page.set_viewport_size({"width": 240, "height": 800})
    painter.wait()
    assert (box(painter)["width"], box(painter)["height"]) == (240, 160)
    assert painter.pixels().shape == (160, 240, 4)


def test_the_place_is_reserved_before_the_first_picture(painter, live):
    height = """() => {
        const host = document.getElementById("host");
        host.remove();
        document.getElementById = () => host;
        window.openView("second");
        document.body.append(host);
        return document.querySelector("#second canvas").getBoundingClientRect().height;
    }"""
    assert painter.show(live).page.evaluate(height) == 320


def test_pixels_follow_the_density_of_the_screen(painter, live):
    painter.show(live)
    painter.page.evaluate("""() => {
        const queries = [], matchMedia = window.matchMedia;
        window.matchMedia = (text) => queries[queries.push(matchMedia(text)) - 1];
        window.zoom = (density) => {
            Object.defineProperty(window, "devicePixelRatio", { value: density, configurable: true });
            queries.at(-1).dispatchEvent(new Event("change"));
        };
        window.openView("second");
    }""")
    for density in (3, 2):
        painter.page.evaluate("(density) => window.zoom(density)", density)
        assert painter.pixels("second").shape == (320 * density, 480 * density, 4)
        assert painter.pixels("second")[..., 0].min() < 100


def test_two_views_show_the_same_and_close_for_themselves(painter, live):
    painter.show(live).page.evaluate("() => { window.closeSecond = window.openView('second') }")
    painter.wait()
    assert np.array_equal(painter.pixels("view"), painter.pixels("second"))
    painter.page.evaluate("window.closeView()")
    live.set(line=([0, 1], [1, 0]))
    painter.update(live)
    assert not np.array_equal(painter.pixels("view"), painter.pixels("second"))
    painter.page.set_viewport_size({"width": 240, "height": 800})
    painter.wait()
    assert (painter.pixels("view").shape[1], painter.pixels("second").shape[1]) == (480, 240)
    painter.page.evaluate("() => { window.closeSecond(); window.closeModel() }")
    assert painter.page.evaluate("window.model.handlers()") == 0


def test_without_callbacks_the_page_scrolls_and_nothing_is_sent(painter, live):
    painter.show(live).page.mouse.click(100, 100)
    assert painter.page.evaluate("window.sent") == []
    assert painter.page.evaluate("getComputedStyle(document.querySelector('canvas')).touchAction") == "auto"
    live.on_press(lambda event: None)
    assert live.drags == []
    axes = live.figure.axes[0]
    live.on_drag(lambda event: None, axes)
    assert live.drags == [list(axes.bbox.extents)]


def test_one_message_is_on_its_way_and_the_last_place_arrives(painter, live):
    live.on_drag(lambda event: None)
    mouse = painter.show(live).page.mouse
    mouse.move(100, 100)
    mouse.down()
    for x in (110, 120, 130, 140):
        mouse.move(x, 100)
    assert painter.page.evaluate("window.sent") == [{"pointer": "press", "x": 100, "y": 220}]
    painter.page.evaluate("window.model.receive({ ready: true })")
    assert painter.page.evaluate("window.sent.at(-1)") == {"pointer": "drag", "x": 140, "y": 220}
    mouse.move(150, 90)
    mouse.move(160, 80)
    mouse.up()
    mouse.move(170, 80)
    sent = painter.page.evaluate("window.sent")
    assert sent[2:] == [{"pointer": "drag", "x": 160, "y": 240}, {"pointer": "release", "x": 160, "y": 240}]


def test_hovering_waits_for_answers_and_leaving_is_told(painter, live):
    live.on_hover(lambda event: None)
    mouse = painter.show(live).page.mouse
    mouse.move(100, 100)
    mouse.move(110, 100)
    mouse.move(120, 100)
    assert painter.page.evaluate("window.sent") == [{"pointer": "hover", "x": 100, "y": 220}]
    painter.page.evaluate("window.model.receive({ ready: true })")
    assert painter.page.evaluate("window.sent.at(-1)") == {"pointer": "hover", "x": 120, "y": 220}
    mouse.move(600, 600)
    assert [message["pointer"] for message in painter.page.evaluate("window.sent")] == [
        "hover",
        "hover",
        "leave",
    ]
    assert painter.page.evaluate("getComputedStyle(document.querySelector('canvas')).touchAction") == "auto"


def test_who_only_presses_is_not_told_of_hovering(painter, live):
    live.on_press(lambda event: None)
    painter.show(live).page.mouse.move(100, 100)
    assert painter.page.evaluate("window.sent") == []


def test_the_room_is_told_once_and_when_it_has_changed(painter, live):
    painter.show(live)
    assert painter.page.evaluate("window.saved") == [{"width": 1000, "height": 800, "zoom": 1}]
    for width in (700, 500, 403):
        painter.page.set_viewport_size({"width": width, "height": 790})
    painter.page.wait_for_timeout(400)
    rooms = painter.page.evaluate("window.saved")
    assert rooms[1:] == [{"width": 400, "height": 784, "zoom": 1}], "the last of them, rounded"
    painter.page.set_viewport_size({"width": 405, "height": 791})
    painter.page.wait_for_timeout(400)
    assert painter.page.evaluate("window.saved") == rooms


def test_nothing_is_told_of_a_hidden_view(painter, live):
    painter.show(live).page.evaluate("document.getElementById('host').style.display = 'none'")
    painter.page.set_viewport_size({"width": 700, "height": 800})
    painter.page.wait_for_timeout(400)
    assert len(painter.page.evaluate("window.saved")) == 1


def test_a_zoom_around_it_enlarges_letters_at_twice_the_density(painter, live):
    painter.show(live).page.evaluate(
        "document.getElementById('host').style.setProperty('--live-figure-zoom', 1.8)"
    )
    painter.page.set_viewport_size({"width": 900, "height": 800})
    painter.page.wait_for_timeout(400)
    room = painter.page.evaluate("window.saved.at(-1)")
    assert room == {"width": 896, "height": 800, "zoom": 1.8}
    live.room = room
    painter.update(live)
    assert live.frame["size"] == [896, 530]
    assert painter.pixels().shape == (2 * 530, 2 * 896, 4)


def test_a_lost_answer_does_not_stop_the_next_gesture(painter, live):
    live.on_drag(lambda event: None)
    mouse = painter.show(live).page.mouse
    mouse.move(100, 100)
    mouse.down()
    mouse.up()
    mouse.down()
    mouse.move(50, 50)
    painter.page.evaluate("window.model.receive({ ready: true })")
    mouse.up()
    kinds = [message["pointer"] for message in painter.page.evaluate("window.sent")]
    assert kinds == ["press", "release", "press", "drag", "release"]


def test_places_are_right_in_a_narrow_page(painter, live):
    live.on_press(lambda event: None)
    painter.page.set_viewport_size({"width": 240, "height": 800})
    painter.show(live).page.mouse.click(60, 40)
    assert painter.page.evaluate("window.sent[0]") == {"pointer": "press", "x": 120, "y": 240}


def test_the_browser_saves_the_file(painter, live, tmp_path):
    messages = []
    live.send = lambda content, buffers: messages.append((content, buffers))
    live.download("png", "loss.png")
    content, (data,) = messages[0]
    painter.show(live)
    painter.page.evaluate("() => window.openView('second')")
    with painter.page.expect_download() as download:
        text = base64.b64encode(data).decode("ascii")
        painter.page.evaluate("([content, text]) => window.model.receive(content, text)", [content, text])
    assert download.value.suggested_filename == "loss.png"
    download.value.save_as(tmp_path / "loss.png")
    assert (tmp_path / "loss.png").read_bytes() == data
