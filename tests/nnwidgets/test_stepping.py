"""A step gone through number by number: the session, and its two pictures."""

import asyncio

import numpy as np
import pytest

from nnwidgets.live_figure import LiveFigure
from nnwidgets.pictures.network_layout import Box
from nnwidgets.pictures.worked_layout import GAP, GLOW, LABEL, worked_plan
from nnwidgets.pictures.worked_line import ROWS, STAGES, WORDS, WorkedLine
from nnwidgets.pictures.worked_network import WorkedNetwork, short
from nnwidgets.session import stepping
from nnwidgets.session.knobs import Slider
from nnwidgets.session.stepping import LAYER, PRODUCT, UNIT, Position, StepThrough
from workbook import Dataset, Experiment, Network
from workbook.measures.by_hand import Quantity
from workbook.plots import new_figure


class Two(StepThrough):
    """2-2-1 tanh units, with a target that can be turned."""

    target = Slider(-5, 5, 1, 1, "target")

    def experiment(self):
        network = Network((2, 2, 1), "tanh", bias_initializer="normal(1)")
        return Experiment(Dataset([[1, -2]], [[self.target]]), network, loss="quadratic cost")


@pytest.fixture
def session():
    return Two(zoom=PRODUCT)


def sums(session):
    return [line for line in session.work.lines if len(line.terms) > 1]


def test_it_starts_before_the_first_number(session):
    assert (session.step, session.position, session.line, session.row()) == (0, None, None, None)
    assert session.now() == []
    assert {each.kind for each in session.known()} == {"y", "W", "b", "t", "step"}
    assert session.headline().endswith("are known, and nothing else")


def test_product_by_product_every_position_is_a_stop(session):
    assert session.stops == list(range(1, session.steps + 1))
    assert session.steps == len(session.work.lines) + sum(len(line.terms) for line in sums(session))
    seen = []
    while not session.finished:
        session.advance()
        seen.append(session.position)
    assert seen == session.positions
    assert session.known() == set(session.work.values)
    session.advance()
    assert session.step == session.steps


def test_unit_by_unit_and_layer_by_layer(session):
    session.zoom = UNIT
    assert len(session.stops) == len(session.work.lines)
    session.zoom = LAYER
    assert len(session.stops) == len(session.work.stages) == 7
    session.advance(2)
    assert session.line.stage == session.work.stages[1]
    assert session.now() == session.work.of_stage(session.work.stages[1])
    session.back()
    assert session.line.stage == session.work.stages[0]
    session.back()
    session.back()
    assert session.step == 0


def test_another_zoom_shows_all_that_its_stop_holds(session):
    session.go_to(2)
    assert session.position == Position(0, 1)
    session.zoom = UNIT
    assert session.position == Position(0, None)
    session.zoom = LAYER
    assert session.line == session.work.of_stage(session.work.stages[0])[-1]
    session.zoom = PRODUCT
    assert session.line == session.work.of_stage(session.work.stages[0])[-1]


def test_going_to_a_step_stops_at_or_before_it(session):
    session.zoom = UNIT
    session.go_to(session.stops[3] - 1)
    assert session.step == session.stops[2]
    session.go_to(0)
    assert session.step == 0
    session.go_to(10_000)
    assert session.finished
    session.reset()
    assert (session.step, session.finished) == (0, False)


def test_a_number_is_known_from_its_line_on(session):
    z = Quantity("z", 1, (0,))
    session.go_to(3)
    assert z not in session.known()
    session.go_to(4)
    assert z in session.known()


def test_turning_a_knob_computes_anew_and_stays_in_place(session):
    session.zoom = UNIT
    session.go_to(session.steps)
    before = session.work.values[Quantity("loss")]
    session.target = -3
    assert session.finished
    assert session.work.values[Quantity("loss")] != before


def test_a_layer_at_a_time_parts_are_counted(session):
    session.zoom = LAYER
    session.advance(2)
    assert session.headline().startswith(f"part 2 of {len(session.stops)}. ")


def test_the_line_above_says_what_is_computed(session):
    session.go_to(1)
    row = session.work.term(session.work.lines[0], 0)
    assert session.headline() == (
        f"number 1 of {session.steps}. Forward: hidden layer: {row.numbers} = {row.value}"
    )
    session.go_to(4)
    assert ": z(h₁) = " in session.headline()
    session.zoom = LAYER
    assert session.headline().endswith("z = x W + b; h = f(z)")


def test_it_plays_to_the_end_pauses_and_goes_on(session, monkeypatch):
    monkeypatch.setattr(stepping, "PACE", dict.fromkeys((LAYER, UNIT, PRODUCT), 0.001))

    async def scene():
        session.play()
        await asyncio.sleep(0.01)
        session.pause()
        stopped = session.step
        await asyncio.sleep(0.02)
        assert 0 < session.step == stopped < session.steps
        session.play()
        for _ in range(500):
            await asyncio.sleep(0.005)
            if session.finished:
                break
        await asyncio.sleep(0.01)

    asyncio.run(scene())
    assert session.finished
    assert not session.playing


def test_an_error_while_playing_is_reported(session, monkeypatch):
    told = []
    session.report_error = told.append
    monkeypatch.setattr(session, "advance", lambda: 1 / 0)

    async def scene():
        session.play()
        await asyncio.sleep(0.01)

    asyncio.run(scene())
    assert isinstance(told[0], ZeroDivisionError)
    assert not session.playing


class Drawn:
    """A picture in a live figure, as a panel has it."""

    def __init__(self, kind, session, size=(6, 4)):
        self.session = session
        self.axes = new_figure(*size).add_subplot()
        self.picture = kind(self.axes, session)
        self.live = LiveFigure(self.axes.figure, **self.picture.artists)
        self.show()

    def show(self):
        data = self.picture.show(self.session)
        self.live.set(**{name: new for name, new in data.items() if new is not None})
        self.live.update(*(name for name, new in data.items() if new is None))
        return self

    def texts(self, name):
        return [text.get_text() for text in self.picture.artists[name] if text.get_text()]


def test_the_network_shows_what_is_known_and_nothing_else(session):
    drawn = Drawn(WorkedNetwork, session)
    assert drawn.texts("says") == ["x₁ = 1", "x₂ = −2", "h₁", "h₂", "y"]
    for name in ("sums", "arrives", "slopes", "gradients", "new", "new_says"):
        assert drawn.texts(name) == []
    assert drawn.texts("targets") == ["t = 1"]
    assert len(drawn.texts("weights")) == 9
    session.go_to(session.steps)
    drawn.show()
    value = session.work.values
    assert drawn.texts("says")[-1] == f"y = {short(value[Quantity('y', 2, (0,))], 4)}"
    assert drawn.texts("arrives")[0] == f"dh₁ = {short(value[Quantity('dy', 1, (0,))], 4)}"
    assert drawn.texts("slopes")[0] == f"dz = {short(value[Quantity('dz', 1, (0,))], 4)}"
    assert drawn.texts("new_says") == [f"new y = {short(value[Quantity('new y', 2, (0,))], 4)}"]
    assert drawn.texts("weights") == []
    assert len(drawn.texts("new")) == len(drawn.texts("gradients")) == 9


def test_the_product_in_hand_is_lit_up(session):
    session.go_to(2)
    picture = Drawn(WorkedNetwork, session).picture
    (line,) = picture.lights["used"].get_segments()
    (edge,) = [
        e for e in picture.plan.edges if (e.place.layer, e.place.kind, e.place.index) == (0, "W", (1, 0))
    ]
    assert np.allclose(line, [edge.start, edge.end])
    assert len(picture.glow["used"].get_paths()) == len(picture.glow["given"].get_paths()) == 1
    centre = picture.glow["given"].get_paths()[0].vertices[:-1].mean(axis=0)
    box = picture.plan.boxes[1, 0]
    assert np.allclose(centre, (box.left + box.width / 2, box.middle))


def test_a_whole_layer_is_lit_up_at_once(session):
    session.zoom = LAYER
    session.go_to(session.stops[4])  # back through the hidden layer
    picture = Drawn(WorkedNetwork, session).picture
    assert len(picture.lights["given"].get_segments()) == 6  # four weights, two biases
    assert len(picture.glow["used"].get_paths()) == 2  # the inputs


@pytest.mark.parametrize("size", [(9, 5), (4.9, 3.2), (4.4, 3), (4, 1.75), (3, 2.4)])
@pytest.mark.parametrize("widths", [(3, 2, 1), (2, 2, 2, 1), (1, 1), (4, 4, 3)])
def test_units_do_not_overlap_on_any_screen(size, widths):
    plan = worked_plan((100 * size[0], 100 * size[1]), widths, [True] * len(widths))
    boxes = list(plan.boxes.values())
    for number, one in enumerate(boxes):
        assert 0 <= one.left <= one.right <= 100 * size[0]
        high = max(widths) <= 3 or size[1] > 3
        assert not high or not any(one.meets(other) for other in boxes[:number])
    wide = boxes[-1].left - boxes[-1 - widths[-1]].right > GAP
    assert bool([place for place in plan.numbers if place.kind == "W"]) == wide


@pytest.mark.parametrize("widths", [(3, 2, 1), (2, 2, 2, 1)])
def test_the_numbers_of_weights_cover_no_unit_and_not_each_other(widths):
    plan = worked_plan((536, 330), widths, [True] * (len(widths) - 1))
    labels = [Box(x - LABEL[0] / 2, y - LABEL[1] / 2, *LABEL) for x, y in plan.numbers.values()]
    lit = [
        Box(b.left - GLOW, b.bottom - GLOW, b.width + 2 * GLOW, b.height + 2 * GLOW)
        for b in plan.boxes.values()
    ]
    shrunk = [Box(b.left + 1, b.bottom + 1, b.width - 2, b.height - 2) for b in labels]
    for number, one in enumerate(shrunk):
        assert not any(one.meets(other) for other in (*shrunk[:number], *lit))


def test_a_sum_is_written_product_by_product(session):
    drawn = Drawn(WorkedLine, session)
    assert drawn.picture.title.get_text() == "Nothing is computed yet"
    session.go_to(2)
    drawn.show()
    line = session.work.lines[0]
    assert drawn.texts("letters") == [session.work.term(line, n).letters for n in range(3)]
    assert len(drawn.texts("values")) == 2
    assert len(drawn.picture.lights["used"].get_paths()) == 1
    session.go_to(4)
    drawn.show()
    assert drawn.texts("letters")[-1] == "z(h₁)"
    assert drawn.texts("values")[-1] == session.work.whole(line).value.replace("-", "−")


def test_every_quantity_and_every_stage_has_words(session):
    for zoom in (PRODUCT, UNIT, LAYER):
        session.zoom = zoom
        session.reset()
        picture = Drawn(WorkedLine, session).picture
        while not session.finished:
            session.advance()
            picture.show(session)
            assert session.row().value in picture.said(session) or zoom == LAYER
    assert {line.gives.kind for line in session.work.lines} <= set(WORDS)
    assert {stage.part for stage in session.work.stages} == set(STAGES)


def test_of_a_long_sum_the_rows_before_the_one_in_hand_are_in_sight():
    class Many(StepThrough):
        def experiment(self):
            return Experiment(Dataset(np.ones((1, 14)), [[0]]), Network((14, 1)), loss="quadratic cost")

    session = Many()
    session.advance()
    drawn = Drawn(WorkedLine, session)
    assert len(drawn.texts("letters")) == ROWS
    assert drawn.texts("letters")[-1] == "z(y)"
    session.zoom = PRODUCT
    session.go_to(12)
    assert drawn.show().texts("letters")[-1].startswith("x₁₂")


def test_a_new_size_lays_both_out_anew(session):
    session.go_to(5)
    for kind in (WorkedNetwork, WorkedLine):
        drawn = Drawn(kind, session)
        before = drawn.axes.get_xlim()
        drawn.axes.figure.set_size_inches(9, 5)
        drawn.axes.figure.draw_without_rendering()
        drawn.show()
        assert drawn.axes.get_xlim() != before
