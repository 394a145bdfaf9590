"""The live figure without a browser: what is sent, what grows, what comes back from the pointer."""

import json
import threading

import matplotlib
import numpy as np
import pytest
from ipywidgets.widgets.widget import _remove_buffers
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from nnwidgets.live_figure import LiveFigure

X = np.linspace(0, 1, 50)


def plot(**options):
    """Return a figure of 400 x 300 pixels with a line between fixed limits, the line, and its axes."""
    figure = Figure(figsize=(4, 3), dpi=100, **options)
    axes = figure.subplots()
    (line,) = axes.plot(X, X)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    return figure, line, axes


@pytest.fixture
def live():
    figure, line, _ = plot()
    return LiveFigure(figure, line=line)


def changes(live, act) -> dict:
    """Return the traits that an action changes, as they are sent."""
    seen = {}
    live.observe(lambda change: seen.update({change.name: change.new}))
    act()
    live.unobserve_all()
    return seen


def sent_bytes(traits) -> int:
    """Return the size of traits on the wire: their JSON and their buffers."""
    state, paths, buffers = _remove_buffers(traits)
    return len(json.dumps([state, paths])) + sum(len(buffer) for buffer in buffers)


def test_it_introduces_itself_in_one_line(live):
    assert repr(live) == "LiveFigure(line)"
    figure, line, axes = plot()
    bars = axes.bar([0.1, 0.2, 0.3], [0.5, 0.6, 0.7])
    assert repr(LiveFigure(figure, line=line, bars=bars)) == "LiveFigure(line, bars x 3)"


def test_readers_without_a_kernel_see_a_picture(live):
    live.alt = "a rising line"
    bundle, metadata = live._repr_mimebundle_()
    assert bundle["text/plain"] == "LiveFigure(line)"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["image/png"].startswith("iVBORw0KGgo")
    assert metadata["image/png"]["alt"] == "a rising line"


def test_only_what_moved_is_sent():
    figure, line, axes = plot()
    live = LiveFigure(figure, line=line, note=axes.text(0.5, 0.5, "0.5"))
    assert list(changes(live, lambda: live.set(line=(X, X**2)))) == ["moving_line"]
    assert list(changes(live, lambda: live.set(note="0.25"))) == ["moving_note"]
    assert changes(live, lambda: live.set(note="0.25")) == {}
    assert set(changes(live, lambda: live.set(note="new letters"))) == {"moving_note", "glyphs"}


def test_the_frame_is_not_drawn_anew_for_new_data_or_an_export(live):
    frame = live.frame
    live.set(line=(X, X**2))
    live.figure.axes[0].lines[0].set_color("C1")
    live.update("line")
    live.export(dpi=20)
    live.update()
    assert live.frame is frame


def test_a_change_of_limits_or_titles_is_shown_at_the_next_update(live):
    axes = live.figure.axes[0]
    axes.set_xlim(0, 2)
    assert set(changes(live, live.update)) == {"frame", "moving_line"}
    assert changes(live, live.update) == {}
    axes.set_title("loss")
    assert "frame" in changes(live, live.update)


def moving_picture():
    """Return what a training panel shows: three lines, eight weighted edges, eight numbers."""
    figure = Figure(figsize=(9, 4), dpi=100)
    left, right = figure.subplots(1, 2)
    lines = [left.plot(X, X)[0] for _ in range(3)]
    left.set(xlim=(0, 10), ylim=(-2, 2))
    edges = right.add_collection(LineCollection([[(0, i), (1, i + 1)] for i in range(8)]))
    numbers = [right.text(0.5, i, "0") for i in range(8)]
    right.set(xlim=(0, 1), ylim=(0, 9))
    return LiveFigure(figure, path=lines[0], outputs=lines[1:], edges=edges, numbers=numbers), edges


def test_a_whole_moving_picture_is_at_most_5_kilobytes():
    live, edges = moving_picture()
    rng = np.random.default_rng(0)
    x = np.linspace(0, 10, 250)

    def move():
        with live.hold_sync():
            edges.set(color=rng.uniform(size=(8, 3)), linewidth=rng.uniform(1, 5, 8))
            live.update("edges")
            path, *outputs = ((x, rng.normal(size=250)) for _ in range(3))
            live.set(path=path, outputs=outputs, numbers=[f"{v:.3f}" for v in rng.normal(size=8)])

    traits = changes(live, move)
    assert set(traits) == {"moving_path", "moving_outputs", "moving_edges", "moving_numbers"}
    assert 3000 < sent_bytes(traits) <= 5000


def test_a_moving_image_is_at_most_5_kilobytes():
    figure = Figure()
    colours = matplotlib.colormaps["viridis"].resampled(200)
    image = figure.subplots().imshow(np.zeros((61, 61)), vmin=0, vmax=1, cmap=colours)
    live = LiveFigure(figure, surface=image)
    traits = changes(live, lambda: live.set(surface=np.random.default_rng(0).uniform(size=(61, 61))))
    assert 61 * 61 < sent_bytes(traits) <= 5000


@pytest.mark.parametrize(
    ("make", "old", "new"),
    [
        (lambda axes, v: axes.plot(*v)[0], (X, X), (X, X**2)),
        (lambda axes, v: axes.scatter(*v), (X, X), (X[:9], X[:9] ** 2)),
        (lambda axes, v: axes.bar(range(3), v), [1, 2, 3], [3, 1, 2]),
        (lambda axes, v: axes.barh(range(3), v), [1, 2, 3], [3, 1, 2]),
        (lambda axes, v: axes.imshow(v, vmin=0, vmax=1), np.eye(4), 1 - np.eye(4)),
        (lambda axes, v: axes.text(0.5, 0.5, v), "0.5", r"$\eta = 0.1$"),
        (lambda axes, v: axes.fill_between(*v), (X, X, 0 * X), (X, X + 1, X)),
        (lambda axes, v: axes.add_collection(LineCollection(v)), [[(0, 0), (1, 1)]], [[(0, 1), (1, 0)]] * 2),
        (lambda axes, v: [axes.plot(*one)[0] for one in v], [(X, X), (X, -X)], [(X, 1 - X), (X, X)]),
    ],
)
def test_new_data_look_as_if_drawn_with_them(make, old, new):
    def show(data):
        axes = Figure().subplots()
        thing = make(axes, data)
        axes.set(xlim=(-1, 4), ylim=(-1, 4))
        return LiveFigure(axes.figure, thing=thing)

    live, fresh = show(old), show(new)
    assert live.moving_thing != fresh.moving_thing
    live.set(thing=new)
    assert live.moving_thing == fresh.moving_thing


def test_properties_changed_directly_are_shown_by_name(live):
    line = live.figure.axes[0].lines[0]
    line.set(color="C1", linewidth=3)
    live.update("line")
    assert live.moving_line["ops"][0]["stroke"] == "#ff7f0e"
    line.set_visible(False)
    live.update("line")
    assert live.moving_line["ops"] == []


def test_the_drawing_order_is_matplotlibs():
    figure, line, axes = plot()
    axes.plot(X, 1 - X, zorder=2.1)
    above = axes.plot(X, X / 2, zorder=2.2)[0]
    below = axes.plot(X, X / 3, zorder=0.5)[0]
    live = LiveFigure(figure, lines=[above, line, below])
    marks = [op.get("moving") or op.get("stroke") for op in live.frame["ops"]]
    first, *others = [place for place, mark in enumerate(marks) if mark == "lines"]
    assert marks.index("#ff7f0e") in range(others[0], others[1])
    assert live.moving_lines["parts"] == [(0, 1), (1, 2), (2, 3)]
    assert [op["stroke"] for op in live.moving_lines["ops"]] == ["#d62728", "#1f77b4", "#2ca02c"]
    assert first < others[0]


def test_autoscaled_limits_double():
    axes = Figure().subplots()
    (line,) = axes.plot([0, 10], [1, 2])
    live = LiveFigure(axes.figure, line=line)
    frames = sum(
        "frame" in changes(live, lambda n=n: live.set(line=(range(n), np.ones(n))))
        for n in range(10, 10_000, 10)
    )
    assert 9 <= frames <= 11
    assert 10_000 <= axes.get_xlim()[1] < 24_000
    assert axes.get_autoscalex_on()


def test_fixed_limits_never_move(live):
    assert "frame" not in changes(live, lambda: live.set(line=(100 * X, -100 * X)))
    assert live.figure.axes[0].get_xlim() == (0, 1)


def test_limits_grow_in_decades_and_keep_their_direction():
    axes = Figure().subplots()
    axes.set_yscale("log")
    (line,) = axes.plot([0, 1], [1, 10])
    axes.set_ylim(10, 1, auto=True)
    live = LiveFigure(axes.figure, line=line)
    live.set(line=([0, 1, 2], [1, 10, 200]))
    assert np.allclose(axes.get_ylim(), (1e4, 1))
    live.set(line=([0, 1, 2, 3], [-1, np.nan, 1e-2, np.inf]))
    assert np.allclose(axes.get_ylim(), (1e4, 1e-4))


def test_the_first_data_set_the_limits():
    axes = Figure().subplots()
    (line,) = axes.plot([], [])
    live = LiveFigure(axes.figure, line=line)
    live.set(line=([np.nan] * 2, [np.nan] * 2))
    live.set(line=([1000, 2000], [0.001, 0.002]))
    assert axes.get_xlim() == (950, 2050)
    live.set(line=([], []))
    assert live.moving_line["ops"] == []


def test_marks_in_other_coordinates_do_not_move_the_limits():
    axes = Figure().subplots()
    axes.plot([0, 1], [0, 1])
    mark = axes.axvline(0.5)
    live = LiveFigure(axes.figure, mark=mark)
    before = axes.get_ylim()
    live.set(mark=([0.2, 0.2], [-5, 5]))
    assert axes.get_ylim() == before
    live.set(mark=([2, 2], [0, 1]))
    assert axes.get_xlim()[1] >= 2


def test_the_layout_stays_as_it_was():
    figure, line, axes = plot(layout="constrained")
    live = LiveFigure(figure, line=line)
    before = axes.get_position().bounds
    axes.set(ylim=(0, 1e6), title="two\nlines")
    live.update()
    assert axes.get_position().bounds == before


@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_exports_show_the_moving_artists(live, format, start):
    live.figure.axes[0].lines[0].set_gid("the-moving-line")
    data = live.export(format)
    assert data.startswith(start)
    assert format != "svg" or b"the-moving-line" in data
    assert changes(live, live.update) == {}


def test_a_download_is_sent_with_its_type(live):
    messages = []
    live.send = lambda *message: messages.append(message)
    live.download("pdf", "loss.pdf")
    ((content, (data,)),) = messages
    assert content == {"download": "loss.pdf", "type": "application/pdf"}
    assert data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda live: live.set(lines=1), TypeError, r"no moving artist 'lines'\. Did you mean 'line'\?"),
        (lambda live: live.update("nothing"), TypeError, "no moving artist 'nothing'"),
        (lambda live: live.export("bmp"), ValueError, "expected one of png, svg, pdf, got 'bmp'"),
        (
            lambda live: LiveFigure(live.figure, line=3),
            TypeError,
            "expected a matplotlib artist .* got int: 3",
        ),
        (
            lambda live: LiveFigure(Figure(), line=live._artists["line"]),
            ValueError,
            "'line' has an artist that",
        ),
        (
            lambda live: LiveFigure(live.figure, a=live._artists["line"], b=live._artists["line"]),
            ValueError,
            "'b' has an artist that is called 'a' already",
        ),
    ],
)
def test_mistakes_are_named(live, act, error, message):
    with pytest.raises(error, match=message):
        act(live)


def test_data_of_the_wrong_kind_are_named():
    figure, line, axes = plot()
    wedge = axes.add_patch(matplotlib.patches.Circle((0, 0), 1))
    live = LiveFigure(figure, pair=[line, axes.text(0, 0, "")], wedge=wedge)
    with pytest.raises(TypeError, match="cannot give new data to a Circle"):
        live.set(wedge=3)
    with pytest.raises(ValueError, match="expected 2 values, one for each artist, got 3"):
        live.set(pair=[1, 2, 3])


class Pointer:
    """Sends what the browser sends, and keeps what comes back."""

    def __init__(self, live):
        self.live, self.events, self.messages = live, [], []
        live.send = self.messages.append
        for listen in (live.on_press, live.on_drag, live.on_release):
            listen(self.events.append)

    def __call__(self, kind, x, y, axes=None):
        """Act at a place in data coordinates, or in pixels without axes; return the event."""
        if axes is not None:
            x, y = axes.transData.transform((x, y))
        self.live._handle_custom_msg({"pointer": kind, "x": x, "y": y}, [])
        return self.events[-1]


def test_a_press_comes_back_in_data_coordinates(live):
    axes = live.figure.axes[0]
    axes.set(xscale="log", xlim=(1, 1000))
    live.update()
    event = Pointer(live)("press", 100, 0.25, axes)
    assert (event.kind, event.inaxes, event.name) == ("press", axes, None)
    assert np.allclose((event.xdata, event.ydata), (100, 0.25))


def test_a_press_names_the_topmost_artist_and_its_member():
    figure, line, axes = plot()
    dots = axes.scatter([0.2, 0.5], [0.2, 0.5], s=200, zorder=1)
    bars = axes.bar([0.1, 0.9], [0.4, 0.4], width=0.1)
    live = LiveFigure(figure, line=line, dots=dots, bars=bars)
    pointer = Pointer(live)
    assert pointer("press", 0.5, 0.5, axes).name == "line"
    line.set_visible(False)
    event = pointer("press", 0.5, 0.5, axes)
    assert (event.name, event.index) == ("dots", 1)
    event = pointer("press", 0.9, 0.1, axes)
    assert (event.name, event.index) == ("bars", 1)
    assert pointer("press", 0.7, 0.1, axes).name is None
    event = pointer("press", 1, 1)
    assert (event.inaxes, event.xdata, event.name) == (None, None, None)
    assert pointer("drag", 200, 150).inaxes is None


def test_a_drag_keeps_what_was_pressed_even_outside(live):
    axes, pointer = live.figure.axes[0], Pointer(live)
    assert pointer("press", 0.5, 0.5, axes).name == "line"
    event = pointer("drag", 0.9, -0.5, axes)
    assert (event.kind, event.name, event.inaxes) == ("drag", "line", axes)
    assert np.allclose((event.xdata, event.ydata), (0.9, -0.5))
    assert pointer("release", 0.1, 0.9, axes).name == "line"
    assert [event.kind for event in pointer.events] == ["press", "drag", "release"]


def test_it_listens_once_somebody_does(live):
    assert not live.listens
    live.on_drag(lambda event: None)
    assert live.listens


def test_hovering_comes_back_in_data_coordinates_and_disturbs_no_drag(live):
    axes, pointer, hovered = live.figure.axes[0], Pointer(live), []
    assert not live.hovers
    live.on_hover(hovered.append)
    assert live.hovers
    pointer("press", 0.5, 0.5, axes)
    pointer("hover", 0.2, 0.2, axes)
    assert (hovered[-1].kind, hovered[-1].name, hovered[-1].inaxes) == ("hover", "line", axes)
    assert np.allclose((hovered[-1].xdata, hovered[-1].ydata), (0.2, 0.2))
    pointer("leave", 0, 0)
    assert (hovered[-1].kind, hovered[-1].inaxes, hovered[-1].xdata) == ("leave", None, None)
    assert pointer("drag", 0.9, 0.1, axes).name == "line"
    assert len(hovered) == 2
    assert pointer.messages == [{"ready": True}] * 4


def test_errors_in_callbacks_are_reported_and_the_next_message_may_come(live):
    errors, pointer = [], Pointer(live)

    def fail(event):
        raise ZeroDivisionError("no slope here")

    live.on_press(fail)
    with pytest.raises(ZeroDivisionError):
        pointer.live._receive(live, {"pointer": "press", "x": 1, "y": 1}, [])
    live.report_error = errors.append
    pointer("press", 1, 1)
    assert [str(error) for error in errors] == ["no slope here"]
    assert pointer.messages == [{"ready": True}] * 2


def test_the_alternative_text_is_made_of_titles_and_can_be_set():
    figure, line, axes = plot()
    axes.set(title="Loss", xlabel="step", ylabel="output")
    assert LiveFigure(figure, line=line).alt == "Figure: Loss"
    axes.set_title("")
    assert LiveFigure(figure, line=line).alt == "Figure: output against step"
    live = LiveFigure(figure, line=line, alt="two lines")
    live.alt = "the lines have met"
    assert live.get_state("alt") == {"alt": "the lines have met"}


def test_the_lock_is_reentrant_and_threads_do_not_disturb_each_other():
    figure, line, axes = plot()
    (other,) = axes.plot(X, X)
    live, errors = LiveFigure(figure, line=line, other=other), []

    def work(name, turns):
        try:
            for turn in range(turns):
                with live.lock:
                    axes.set_xlim(0, 1 + turn % 3)
                    live.set(**{name: (X, X**turn)})
                live.export(dpi=20)
                live.update(name)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name, 12)) for name in ("line", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    seen = live.frame, live.moving_line, live.moving_other
    figure.stale = True
    live.update()
    assert seen == (live.frame, live.moving_line, live.moving_other)
