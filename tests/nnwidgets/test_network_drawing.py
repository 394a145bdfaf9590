"""The drawn network: what its units show, what its lines say, and what can be taken hold of."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from nnwidgets.live_figure import LiveFigure, PointerEvent
from nnwidgets.pictures.network import NetworkDrawing
from nnwidgets.pictures.network_lines import dashes
from nnwidgets.pictures.network_words import round_up, short
from nnwidgets.pictures.unit_pictures import CELLS, asked
from nnwidgets.session.knobs import Whole
from nnwidgets.session.training import Session
from workbook import Dataset, Experiment, Network
from workbook.cases import dead_relu
from workbook.layers import Convolution, Picture
from workbook.measures.surface import Place, value_at
from workbook.outcomes import dead_units
from workbook.plots import BLUE, ORANGE, new_figure

from .front_end import send

XOR = Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]], "xor")
X = np.linspace(-3, 3, 40).reshape(-1, 1)
XOR_NET = Experiment(XOR, Network((2, 4, 1), "tanh"), step_size=0.3)
SINE = Experiment(Dataset(X, np.sin(X)), Network((1, 5, 1), "tanh"), step_size=0.1)
LINE = Experiment(Dataset([[0], [1]], [[0], [1]]), Network((1, 1, 1), "sigmoid", "sigmoid"), step_size=5)
RELU = dead_relu.as_posted


class Fixed(Session):
    """A session without knobs of its own."""

    def __init__(self, experiment):
        self._experiment = experiment
        super().__init__()

    def experiments(self):
        return {"one": self._experiment}


class Held:
    """A drawing in a live figure, as a panel has it, and what was turned."""

    def __init__(self, experiment, size=(4, 3), session=None, **settings):
        self.session = session or Fixed(experiment)
        self.turned = []
        self.axes = new_figure(*size).add_subplot()
        self.picture = NetworkDrawing(self.axes, self.session, lambda *of: self.turned.append(of), **settings)
        self.live = LiveFigure(self.axes.figure, **self.picture.artists)
        self.live.on_press(self.picture.pressed)
        self.live.on_drag(self.picture.dragged)
        self.show()

    def show(self):
        data = self.picture.show(self.session)
        self.live.set(**{name: new for name, new in data.items() if new is not None})
        self.live.update(*(name for name, new in data.items() if new is None))
        return data

    def point(self, kind, x, y):
        place = self.axes.transData.transform((x, y))
        send(self.live, pointer=kind, x=float(place[0]), y=float(place[1]))

    def texts(self, name):
        return [text.get_text() for text in self.picture.artists[name] if text.get_text()]

    def said(self, experiment, inputs):
        return experiment.network.forward(self.session.moment.params, inputs)[1]


def test_maps_are_what_the_units_say():
    drawing = Held(XOR_NET)
    drawing.session.advance(40)
    maps = drawing.show()["unit_maps"]
    hidden, output = drawing.said(XOR_NET, asked(XOR_NET))
    for unit in range(4):
        np.testing.assert_allclose(maps[unit], hidden.y[:, unit].reshape(CELLS, CELLS))
    np.testing.assert_allclose(maps[4], output.y.reshape(CELLS, CELLS))


def test_a_map_has_x1_across_and_x2_up():
    x1, x2 = (Held(XOR_NET).picture.pictures.maps[n].get_array() for n in range(2))
    assert (np.diff(x1, axis=1) > 0).all()
    assert (np.diff(x1, axis=0) == 0).all()
    assert (np.diff(x2, axis=0) > 0).all()


def test_curves_are_what_the_units_say():
    drawing = Held(SINE)
    drawing.session.advance(40)
    curves = drawing.show()["unit_curves"][1::2]  # each after its line at 0
    hidden, _ = drawing.said(SINE, asked(SINE))
    for unit in range(5):
        box = drawing.picture.plan.boxes[1][unit]
        shares = (curves[1 + unit][:, 1] - box.bottom) / box.height
        np.testing.assert_allclose(shares, 0.08 + 0.84 * (hidden.y[:, unit] + 1) / 2)


def test_a_dot_stands_at_the_row_in_hand():
    drawing = Held(SINE)
    drawing.picture.row = 25
    dots = np.array(drawing.show()["unit_dots"]).T
    curves = drawing.picture.pictures.curves.get_segments()[1::2]
    for dot, curve in zip(dots, curves, strict=True):
        assert np.interp(dot[0], *curve.T) == pytest.approx(dot[1], abs=0.4)


def test_bars_and_numbers_are_those_of_the_row_in_hand():
    drawing = Held(RELU)
    drawing.picture.row = 1
    drawing.show()
    hidden, output = drawing.said(RELU, RELU.dataset.inputs)
    expected = [*RELU.dataset.inputs[1], *hidden.y[1], *output.y[1]]
    assert drawing.texts("unit_numbers") == [short(value) for value in expected]
    bars = [np.ptp(path.vertices[:, 0]) for path in drawing.picture.pictures.bars.get_paths()]
    assert np.argsort(bars[:5]).tolist() == np.argsort(RELU.dataset.inputs[1]).tolist()


def test_the_answers_to_all_rows_are_written_out():
    drawing = Held(LINE)
    drawing.session.advance(50)
    drawing.show()
    assert drawing.texts("rows") == ["0 →", "1 →"]
    assert drawing.texts("answers_to_rows") == [f"{y:.2f}" for y in drawing.session.moment.outputs[:, 0]]
    assert Held(SINE).texts("rows") == []


def test_dead_units_are_crossed_out():
    drawing = Held(RELU)
    drawing.session.advance(20)
    drawing.show()
    dead = dead_units(RELU, drawing.session.moment.params)[0]
    assert dead.all()
    assert len(drawing.picture.pictures.crosses.get_segments()) == 2 * dead.sum()
    drawing.session.reset()
    drawing.show()
    alive = ~dead_units(RELU, drawing.session.moment.params)[0]
    assert len(drawing.picture.pictures.crosses.get_segments()) == 2 * (~alive).sum()


def test_weights_as_width_colour_and_number():
    names = {Place(0, "W", (0, 0)): "w₁", Place(1, "b", (0, 0)): "b₂"}
    drawing = Held(LINE, names=names)
    drawing.session.advance(60)
    drawing.show()
    edges = [edge.place for edge in drawing.picture.plan.edges]
    values = [value_at(drawing.session.moment.params, place) for place in edges]
    written = dict(zip(drawing.picture.lines.labelled, drawing.texts("weights"), strict=True))
    assert {place: short(value) for place, value in zip(edges, values, strict=True)} == written
    assert sorted(drawing.texts("weight_names")) == ["b₂", "w₁"]
    segments, widths, colours = (
        getattr(drawing.picture.lines.lines, f"get_{name}")() for name in ("segments", "linewidths", "colors")
    )
    assert len(segments) == len(widths) == len(colours) > len(edges)
    pieces = iter(zip(widths, colours, strict=True))
    thickness = {}
    for edge, value in zip(drawing.picture.plan.edges, values, strict=True):
        count = 1 if value >= 0 else len(dashes(edge, 9))
        width, colour = next(pieces)
        assert to_hex(colour).upper() == (BLUE if value >= 0 else ORANGE)
        thickness[abs(value)] = width
        if value < 0:  # thick ones have fewer dashes
            count = len(dashes(edge, max(9, 3 * width)))
        for _ in range(count - 1):
            next(pieces)
    assert [thickness[size] for size in sorted(thickness)] == sorted(thickness.values())


def test_lines_end_at_the_edges_of_the_units():
    for experiment in (XOR_NET, SINE, RELU):
        picture = Held(experiment).picture
        for edge in picture.plan.edges:
            target = picture.plan.boxes[edge.place.layer + 1][edge.place.index[1]]
            assert edge.end[0] == pytest.approx(target.left - 2)
            assert target.bottom <= edge.end[1] <= target.top
            assert not any(box.holds(*edge.end) for column in picture.plan.boxes for box in column)


def test_the_last_change_is_that_between_two_moments():
    drawing = Held(XOR_NET)
    _, changes = drawing.picture.values(drawing.session)
    assert not changes.any()
    drawing.session.advance(7)
    data = drawing.show()
    now, then = (drawing.session.main.at(step).params for step in (7, 6))
    places = [edge.place for edge in drawing.picture.plan.edges]
    expected = np.array([value_at(now, place) - value_at(then, place) for place in places])
    np.testing.assert_array_equal(drawing.picture.values(drawing.session)[1], expected)
    (up, _), (down, _) = data["changes"]
    seen = np.abs(expected) >= 0.15 * np.abs(expected).max()
    assert (len(up), len(down)) == ((expected[seen] > 0).sum(), (expected[seen] < 0).sum())
    sizes = np.concatenate([marks.get_sizes() for marks in drawing.picture.artists["changes"]])
    assert max(sizes) == pytest.approx(60)
    drawing.session.back()
    drawing.session.back()
    assert not np.array_equal(drawing.picture.values(drawing.session)[1], expected)


@pytest.mark.parametrize("kind", ["W", "b"])
def test_weights_and_biases_can_be_dragged(kind):
    drawing = Held(XOR_NET, reach=10)
    edge = next(e for e in drawing.picture.plan.edges if e.place.kind == kind and e.place.layer == 1)
    x, y = edge.at(0.3)
    drawing.point("press", x, y)
    drawing.point("drag", x + 40, y + 0.2 * drawing.axes.get_ylim()[1])
    ((place, value),) = drawing.turned
    assert place == edge.place
    assert value == pytest.approx(value_at(drawing.session.moment.params, place) + 2)
    assert "last change" in drawing.show()["hint"]


def test_a_number_can_be_taken_hold_of_too():
    drawing = Held(LINE)
    place, (x, y) = next(iter(drawing.picture.plan.numbers.items()))
    drawing.point("press", x + 8, y + 3)
    drawing.point("drag", x + 8, y + 30)
    assert [turned for turned, _ in drawing.turned] == [place]


def test_nothing_is_turned_beside_the_lines_or_without_turn():
    drawing = Held(XOR_NET)
    drawing.point("press", 200, 2)
    drawing.point("drag", 200, 80)
    drawing.picture.turn = None
    x, y = drawing.picture.plan.edges[-1].at(0.5)
    drawing.point("press", x, y)
    drawing.point("drag", x, y + 30)
    assert drawing.turned == []


def test_a_press_on_an_input_takes_the_next_row():
    drawing = Held(XOR_NET)
    box = drawing.picture.plan.boxes[0][1]
    changed = drawing.session.changed
    for row in (1, 2, 3, 0):
        drawing.point("press", box.left + 5, box.middle)
        assert drawing.picture.row == row
        assert drawing.show()["hint"] == f"row {row + 1} of 4: should say {XOR.targets[row, 0]:g}"
    assert drawing.session.changed == changed + 4


def test_the_row_may_be_a_knob():
    class WithRow(Fixed):
        row = Whole(0, 3, 2, "row", restarts=False)

    drawing = Held(None, session=WithRow(XOR_NET))
    assert drawing.texts("unit_numbers")[:2] == ["1.00", "0.00"]
    box = drawing.picture.plan.boxes[0][0]
    drawing.point("press", box.left + 5, box.middle)
    assert drawing.session.row == 3


def test_what_is_under_the_pointer():
    drawing = Held(LINE, names={Place(1, "W", (0, 0)): "w₂"})
    drawing.session.advance(5)
    edge = next(edge for edge in drawing.picture.plan.edges if edge.place == Place(1, "W", (0, 0)))
    drawing.picture.hovered(PointerEvent("hover", drawing.axes, *edge.at(0.97)))
    data = drawing.show()
    value = value_at(drawing.session.moment.params, edge.place)
    assert data["hint"].replace("\N{MINUS SIGN}", "-").startswith(f"w₂ = {value:.4g}, last change ")
    assert data["grip"] == [(edge.start, edge.end)]
    drawing.picture.hovered(PointerEvent("leave"))
    assert drawing.show()["hint"].startswith("row 1 of 2")


def test_the_unit_under_the_pointer():
    drawing = Held(RELU)
    drawing.session.advance(20)
    box = drawing.picture.plan.boxes[1][1]
    drawing.picture.hovered(PointerEvent("hover", drawing.axes, box.left + 9, box.middle))
    assert drawing.show()["hint"] == "h₂ says 0 to row 1, dead: no gradient on any row"
    drawing.session.reset()
    said = drawing.said(RELU, RELU.dataset.inputs)[0].y[0, 1]
    assert drawing.show()["hint"] == f"h₂ says {said:.4g} to row 1"


def test_large_layers_are_drawn_in_part():
    wide = Experiment(
        Dataset(np.arange(36.0).reshape(4, 9) / 36, np.eye(4)), Network((9, 20, 4), "tanh"), steps=3
    )
    drawing = Held(wide, (5, 4))
    assert [len(column) for column in drawing.picture.plan.boxes] == [6, 8, 3]
    assert drawing.texts("rest") == ["… 3 more", "… 12 more", "… 1 more"]


def test_it_follows_a_network_that_changes():
    class Units(Session):
        units = Whole(1, 12, 2, "units")

        def experiments(self):
            return {"one": XOR_NET.but(sizes=(2, self.units, 1), bias=self.units > 2)}

    drawing = Held(None, session=Units())
    assert {edge.place.kind for edge in drawing.picture.plan.edges} == {"W"}
    drawing.session.units = 3
    drawing.show()
    assert len(drawing.picture.plan.boxes[1]) == 3
    assert len(drawing.picture.artists["ones"].get_xdata()) == 4
    drawing.session.units = 12
    drawing.show()
    assert drawing.texts("rest") == ["… 4 more"]


def test_it_follows_a_network_that_grows_deeper():
    class Deep(Session):
        depth = Whole(0, 5, 1, "depth")

        def experiments(self):
            return {"one": XOR_NET.but(sizes=(2, *[9] * self.depth, 1))}

    drawing = Held(None, (7, 4), session=Deep(), units="xyz")
    for depth in (0, 3, 5, 1):
        drawing.session.depth = depth
        drawing.show()
        assert [len(column) for column in drawing.picture.plan.boxes] == [
            2,
            *[8 if depth < 3 else 16 // depth] * depth,
            1,
        ]
        texts = drawing.texts("unit_names")
        assert len(texts) == 0 or texts[0][0] == "x"


@pytest.mark.parametrize("size", [(2.5, 2), (3.2, 2.4), (6, 4)])
@pytest.mark.parametrize("experiment", [XOR_NET, SINE, RELU, LINE], ids=["xor", "sine", "relu", "line"])
def test_it_fits_into_small_pictures(experiment, size):
    picture = Held(experiment, size).picture
    width, height = picture.axes.get_xlim()[1], picture.axes.get_ylim()[1]
    boxes = [box for column in picture.plan.boxes for box in column]
    for number, box in enumerate(boxes):
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.bottom < box.top <= height
        assert not any(box.meets(other) for other in boxes[:number])
    texts = [text for text in picture.axes.texts if text.get_text()]
    assert min(text.get_fontsize() for text in texts) * 100 / 72 >= 11


def test_where_columns_are_narrow_only_numbers_are_left():
    drawing = Held(LINE, (1.8, 2))
    assert drawing.texts("unit_names") == []
    assert len(drawing.texts("unit_numbers")) == 3
    assert len(Held(LINE, (2.5, 2)).texts("unit_names")) == 3


def test_another_size_is_another_layout():
    drawing = Held(XOR_NET, (6, 4))
    before = drawing.picture.plan.boxes[-1][0].left
    drawing.axes.figure.set_size_inches(3, 4)
    drawing.axes.set_position((0.05, 0.1, 0.9, 0.8))
    drawing.live.update()
    after = drawing.picture.plan.boxes[-1][0]
    assert after.left < before - 100
    assert after.right <= drawing.axes.get_xlim()[1] == pytest.approx(270)
    assert drawing.picture.pictures.maps[6].get_extent()[0] == after.left


@pytest.mark.parametrize("experiment", [XOR_NET, SINE, RELU], ids=["xor", "sine", "relu"])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e300])
def test_numbers_that_are_none_are_drawn_all_the_same(experiment, number):
    class Broken(Fixed):
        def start(self, experiment):
            params = experiment.network.init([0])
            return [layer.each(lambda array: np.full_like(array, number)) for layer in params]

    drawing = Held(None, session=Broken(experiment))
    drawing.session.advance(1)
    drawing.show()
    assert short(number) in drawing.texts("weights")
    assert "Network: " in drawing.picture.said(drawing.session)


def test_the_drawing_in_words():
    drawing = Held(LINE, names={Place(0, "W", (0, 0)): "w₁"}, units="xyz")
    w1, w2 = (layer.W.item() for layer in drawing.session.moment.params)
    z = drawing.session.moment.outputs[0, 0]
    assert drawing.picture.said(drawing.session) == (
        f"Network: w₁ {w1:.2f}, bias of y1 0.00, weight y1 to z1 {w2:.2f}, bias of z1 0.00. "
        f"To row 1 it says {z:.3g}."
    )


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match="units names 2 layers"):
        Held(LINE, units="xy")
    pictures = Experiment(
        Dataset(np.zeros((2, 36)), np.ones((2, 1))), Network((Picture(6, 6), Convolution(2, 3), 1))
    )
    with pytest.raises(ValueError, match="only dense layers"):
        Held(pictures)


def test_numbers_are_short():
    values = (0.734, -0.001, -12.34, 123.4, -4567, 1.2e12, float("nan"), -float("inf"))
    words = [short(value).replace("\N{MINUS SIGN}", "-") for value in values]
    assert words == ["0.73", "0.00", "-12.3", "123", "-4567", "1e12", "nan", "-inf"]
    assert [round_up(value) for value in (0.0, -3.0, 0.7, 1.0, 1.2, 47.0)] == [0, 0, 0.8, 1, 1.5, 50]
