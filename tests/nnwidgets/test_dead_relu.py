"""The dead ReLU chapter's sessions, pictures and questions, without a browser."""

import numpy as np
import pytest

from nnwidgets.chapters import dead_relu
from nnwidgets.chapters.dead_relu_panels import (
    MOST_UNITS,
    RIGHT,
    WRONG,
    AsPosted,
    BothDerivatives,
    OtherData,
    PerfectWeights,
    Repairs,
    SumOfInputs,
)
from nnwidgets.live_figure import PointerEvent
from nnwidgets.pictures.unit_lives import FILL
from workbook import train
from workbook.cases import dead_relu as facts
from workbook.measures import unit_life
from workbook.measures.surface import Place, value_at
from workbook.plots import BLUE, ORANGE

V = [Place(1, "W", (unit, 0)) for unit in range(2)]  # the output weights


@pytest.fixture(autouse=True)
def no_answers_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (dead_relu.panel, {"step_size": 1, "length": "5 000"}),
        (dead_relu.bug_panel, {"step_size": 1e-5, "derivative": WRONG}),
        (dead_relu.data_panel, {"data": "C, 1 000 rows", "step_size": 1}),
        (dead_relu.data_panel, {"data": "B, 2 rows", "step_size": 1e-5, "loss": "mean"}),
        (dead_relu.repair_panel, {"units": 1, "hidden": "leaky ReLU", "step_size": 1, "loss": "mean"}),
        (dead_relu.repair_panel, {"units": MOST_UNITS, "biases": "1", "inputs": "divided by 6"}),
        (dead_relu.perfect_panel, {"nudge": "by 0.1", "step_size": 1}),
    ],
)
def test_training_at_the_ends_of_the_controls(make, settings):
    panel = make(**settings)
    panel.session.advance(30)
    assert panel.error.value == ""
    assert panel.session.step == 30 or "overflowed" in panel.status.value
    assert "Hidden units" in panel.live.alt


def test_the_first_panel_trains_the_program_as_it_was_posted():
    (posted,) = AsPosted().experiments().values()
    assert posted == facts.case.related["posted derivative"]
    for session in (SumOfInputs(), Repairs(), OtherData()):
        assert session.experiment == facts.as_posted


@pytest.mark.parametrize("derivative", [RIGHT, WRONG])
def test_the_bug_on_and_off_on_the_same_seed(derivative):
    session = BothDerivatives(derivative=derivative, seed=1, step_size=0.001)
    names = list(session.histories)
    assert names[0] == f"derivative {derivative}"
    chosen, other = session.histories.values()
    assert np.array_equal(chosen.at(0).params[0].W, other.at(0).params[0].W)
    session.advance(2)
    assert not np.array_equal(chosen.at(2).params[0].W, other.at(2).params[0].W)
    right = session.histories[f"derivative {RIGHT}"]
    alone = train(facts.repairs["smaller step"].but(steps=2), 1)
    assert np.array_equal(right.at(2).params[0].W, alone.params[0].W[0])


def test_the_line_of_both_derivatives_says_what_the_other_network_says():
    session = BothDerivatives(seed=1)
    session.advance(1000)
    assert session.headline().endswith("the other network says 15.50 and 15.50")
    session.compare = "nothing"
    assert "other network" not in session.headline()


def test_the_strip_tells_when_each_unit_died():
    panel = dead_relu.mended_panel(step_size=0.1, seed=1)
    died = unit_life.deaths(facts.related["longer step"], 1, 10)[0]
    assert died.tolist() == [2, 1]
    panel.session.advance(10)
    lives = panel.pictures[1]
    assert sorted(lives.crosses.get_xdata()) == [1, 2]
    assert [text.get_text() for text in lives.words[:2]] == [
        "dead since step 2, gradient 0",
        "dead since step 1, gradient 0",
    ]
    assert "unit 1 dead since step 2" in lives.said(panel.session)
    assert "0 of 2 units active" in panel.session.headline()
    panel.session.go_to(1)
    assert list(lives.crosses.get_xdata()) == [1]
    assert lives.words[0].get_text().startswith("gradient 3.06e+05")
    assert "unit 1 active on 2 of 2 rows" in lives.said(panel.session)


def test_the_strip_is_as_high_as_the_share_of_the_rows():
    panel = dead_relu.data_panel(data="C, 1 000 rows", step_size=0.0001)
    panel.session.advance(5)
    experiment, params = panel.session.experiment, panel.session.moment.params
    shares = unit_life.active_rows(experiment, params) / 1000
    for unit, fill in enumerate(panel.pictures[1].fills[:2]):
        heights = fill.get_paths()[0].vertices
        now = heights[np.isclose(heights[:, 0], 5.5)][:, 1]
        assert np.ptp(now) == pytest.approx(FILL * shares[unit], rel=1e-6)


def test_the_gradient_beside_a_living_unit_is_its_own():
    panel = dead_relu.mended_panel(seed=1)
    session = panel.session
    lengths = unit_life.unit_gradients(session.experiment, session.moment.params)
    shown = [text.get_text() for text in panel.pictures[1].words[:2]]
    assert shown == [f"gradient {length:.3g}" for length in lengths]


def test_many_units_have_narrow_lanes_and_fewer_lanes_are_cleared():
    panel = dead_relu.repair_panel(units=MOST_UNITS)
    panel.session.advance(3)
    lives = panel.pictures[1]
    assert lives.units == MOST_UNITS
    assert all(text.get_text() == "" for text in lives.words)
    panel.session.units = 3
    panel.session.advance(2)
    assert lives.axes.get_ylim()[1] == 3
    assert all(np.ptp(fill.get_paths()[0].vertices[:, 1]) == 0 for fill in lives.fills[3:])
    assert [bool(text.get_text()) for text in lives.words] == [True, True, True, False]


def test_an_overflow_ends_the_lanes_and_is_no_death():
    panel = dead_relu.data_panel(data="C, 1 000 rows", step_size=0.001, seed=1)
    session, (answers, lives, _) = panel.session, panel.pictures
    session.advance(30)
    assert session.finished
    overflow = session.step
    session.advance(5)
    assert [text.get_text() for text in lives.words[:2]] == [f"overflowed at step {overflow}"] * 2
    assert f"overflowed at step {overflow}" in lives.said(session)
    died = unit_life.deaths(session.experiment, 1, overflow - 1)[0]
    assert lives.crosses.get_xdata().tolist() == [step for step in died if step >= 0] == [1]
    assert all(fill.get_paths()[0].vertices[:, 0].max() == overflow - 0.5 for fill in lives.fills[:2])
    assert "overflowed" in panel.session.headline()
    assert "active" not in panel.session.headline()
    assert any("e+" in text.get_text() for text in answers.artists["beyond"])  # far beyond the frame
    session.go_to(overflow - 3)
    assert not any("overflowed" in text.get_text() for text in lives.words)
    assert "1 of 2 units active" in panel.session.headline()


def test_answers_beyond_the_frame_are_triangles_at_its_edge():
    panel = dead_relu.data_panel(data="A, 2 rows", step_size=0.1, seed=1)
    answers = panel.pictures[0]
    inside, above, below = answers.artists["answers"]
    assert (above.get_marker(), below.get_marker()) == ("^", "v")
    panel.session.advance(1)
    low, high = answers.axes.get_ylim()
    assert panel.session.moment.outputs.min() > high
    assert len(inside.get_xdata()) == len(below.get_xdata()) == 0
    assert above.get_xdata().tolist() == [15, 16]
    assert ((low < above.get_ydata()) & (above.get_ydata() < high)).all()
    panel.session.advance()
    assert panel.session.moment.outputs.max() < low
    assert [len(part.get_xdata()) for part in (inside, above, below)] == [0, 0, 2]
    assert answers.text.get_text().startswith("the network says")
    panel.session.turn(data="B, 2 rows")
    assert answers.axes.get_ylim()[0] < -16


def test_the_compared_loss_has_the_colour_of_the_compared_units():
    loss, compared = dead_relu.bug_panel().pictures[2].artists.values()
    assert (loss.get_color(), compared.get_color()) == (BLUE, ORANGE)


def test_the_perfect_panel_shows_a_tiny_loss_and_offers_no_seed():
    panel = dead_relu.perfect_panel(nudge="by 0.000001")
    assert panel.pictures[2].axes.get_ylim()[0] < panel.session.moment.loss < 1e-11
    assert panel.controls["step_size"] in _inside(panel)
    assert "seed" not in panel.controls
    assert "seed" not in [getattr(widget, "description", "") for widget in _inside(panel)]
    assert "New seed" not in [getattr(widget, "description", "") for widget in _inside(panel)]
    assert "New seed" in [getattr(widget, "description", "") for widget in _inside(dead_relu.panel())]


def _inside(widget):
    """The widget and all widgets in it."""
    return [widget, *(inner for child in getattr(widget, "children", ()) for inner in _inside(child))]


def test_a_new_step_size_starts_a_repair_anew():
    session = Repairs()
    session.advance(3)
    session.step_size = 0.02
    assert session.step == 0


def test_moving_pictures_are_small():
    panel = dead_relu.mended_panel(step_size=0.001, seed=3)
    panel.session.advance(500)
    sent = _sent_by(panel, lambda: panel.session.advance(1))
    assert 200 < sent < 5000


def _sent_by(panel, action):
    """How many bytes the picture sends while something is done."""
    sizes = []

    def size(value):
        if isinstance(value, dict):
            return sum(len(key) + size(part) for key, part in value.items())
        if isinstance(value, (list, tuple)):
            return sum(map(size, value))
        return len(value) if isinstance(value, (bytes, memoryview)) else len(str(value))

    def spy(key=None):
        names = [key] if isinstance(key, str) else list(key or ())
        sizes.extend(size(getattr(panel.live, name)) for name in names)

    panel.live.send_state = spy
    action()
    return sum(sizes)


@pytest.mark.parametrize("nudge", list(PerfectWeights.nudge.options))
def test_perfect_weights_start_perfect(nudge):
    session = PerfectWeights(nudge=nudge)
    by = PerfectWeights.nudge.options[nudge]
    W = session.moment.params[0].W
    assert W[0, 0] == 1 + by
    assert (session.moment.loss == 0) == (by == 0)
    session.advance(20)
    assert (session.moment.loss == 0) == (by == 0)


def test_a_leaky_unit_that_is_active_on_no_row_is_not_called_dead():
    panel = dead_relu.repair_panel(hidden="leaky ReLU", seed=3, step_size=0.0005)
    lives = panel.pictures[1]
    assert unit_life.active_rows(panel.session.experiment, panel.session.moment.params)[0] == 0
    assert lives.words[0].get_text() == "gradient 1.27"
    assert len(lives.crosses.get_xdata()) == 0
    assert "unit 1 active on 0 of 2 rows" in panel.live.alt
    assert "dead" not in panel.live.alt
    panel.session.advance(20)
    panel.session.hidden = "ReLU"
    assert lives.words[0].get_text() == "dead from the start, gradient 0"
    assert lives.crosses.get_xdata().tolist() == [0]


def test_many_leaky_units_are_counted_alive():
    panel = dead_relu.repair_panel(hidden="leaky ReLU", units=MOST_UNITS)
    assert f"0 of {MOST_UNITS} dead" in panel.live.alt


def test_the_right_answers():
    assert dead_relu.settles.right() == "all 300"
    assert dead_relu.dies_first.right() == "v below 0"
    assert dead_relu.patience.right() == "most with a positive one, few of the others"
    assert dead_relu.the_bug.right() == "no: it says 15.5 all the same"
    assert dead_relu.perfect_start.right() == "it ends dead, at 15.5"
    assert dead_relu.which_repair.right() == "scaled inputs"
    assert dead_relu.second_weight.right() == -1
    assert dead_relu.rows_and_steps.right() == pytest.approx(0.2)


def test_the_goals_are_reached_by_what_they_ask_for_only():
    open_, hard = dead_relu.alive_and_solved, dead_relu.solved_with_long_steps
    patient = SumOfInputs(step_size=0.001, length="5 000", seed=3)
    patient.advance(1000)
    assert not open_.reached(patient)
    patient.advance(4000)
    assert open_.reached(patient)
    small = Repairs(units=20, step_size=0.001)
    small.advance(1000)
    assert small.moment.loss < 0.01
    assert not hard.reached(small)
    small.step_size = 0.01
    assert not hard.reached(small)
    scaled = Repairs(units=20, inputs="divided by 6")
    assert not hard.reached(scaled)
    scaled.advance(1000)
    assert hard.reached(scaled)


DRAWN = {
    "posted": dead_relu.panel,
    "both": dead_relu.bug_panel,
    "mended": dead_relu.mended_panel,
    "perfect": dead_relu.perfect_panel,
    "repairs": dead_relu.repair_panel,
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_line_of_the_drawn_network_can_be_dragged(name):
    panel = DRAWN[name]()
    session, network = panel.session, panel.pictures[0]
    assert network.axes.get_title(loc="left") == "drag a line; press an input"
    drawn = value_at(session.moment.params, V[1])
    session.advance(2)
    held = value_at(session.moment.params, V[1])
    line = next(edge for edge in network.plan.edges if edge.place == V[1])
    x, y = line.at(0.5)
    network.pressed(PointerEvent("press", network.axes, x, y))
    network.dragged(PointerEvent("drag", network.axes, x, y + 20))
    by = 20 * network.reach / network._size[1]
    assert (session.step, session.moved) == (0, True)
    for history in session.histories.values():
        assert value_at(history.at(0).params, V[1]) == pytest.approx(held + by)
    if session.seeded:
        session.new_seed()
        session.seed = 0
    else:
        session.turn(nudge="by 0.1")
        session.nudge = "by 0.000001"
    assert (session.moved, value_at(session.moment.params, V[1])) == (False, drawn)


def test_the_race_of_section_4_is_won_or_lost_by_the_output_weight_at_the_start():
    """Seed 3 starts with one living unit, whose output weight is negative, and wins."""
    session = SumOfInputs(step_size=0.001, length="5 000", seed=3)
    assert unit_life.active_rows(session.experiment, session.moment.params).tolist() == [0, 2]
    assert -1 < value_at(session.moment.params, V[1]) < 0
    ends = []
    for start in (None, -2, 0.5):
        if start is not None:
            session.move(V[1], start)
        session.advance(5000)
        ends.append(dead_relu.patience.seen.right(session))
    assert ends == [dead_relu.LEARNED, dead_relu.DIED, dead_relu.LEARNED]


def test_no_goal_is_reached_by_dragging_perfect_weights_in():
    for goal, session in (
        (dead_relu.alive_and_solved, SumOfInputs(step_size=0.001)),
        (dead_relu.solved_with_long_steps, Repairs()),
    ):
        perfect = PerfectWeights(nudge="not at all").moment.params
        for layer, (W, b) in enumerate(perfect):
            for kind, values in (("W", W), ("b", b)):
                for index, value in np.ndenumerate(values):
                    session.move(Place(layer, kind, index), value)
        assert session.moment.loss == 0
        session.advance(10)
        assert (session.step, session.moment.loss) == (10, 0)
        assert not goal.reached(session)


def test_checks_of_code():
    perfect = [[1, -1]] * 5
    assert dead_relu.check_perfect((perfect, [1, -1])).startswith("right")
    assert dead_relu.check_perfect((perfect, [1, 1])) == "not yet: the worst error on data A, B and C is 32"
    assert dead_relu.check_perfect(None) == "not attempted yet"
    assert dead_relu.check_perfect([1, 2, 3]).startswith("expected W")
    assert dead_relu.check_mask(lambda z: z > 0) == "right"
    assert dead_relu.check_perfect(([[1] * 5, [-1] * 5], [1, -1])).endswith(
        "transpose it, to a row for each input"
    )
    assert dead_relu.check_perfect(([1, -1] * 5, [1, -1])).startswith("expected W")
    for wrong, found in (
        (lambda z: np.maximum(z, 0), "at z = 0.5 it gives 0.5, not 1"),
        (np.sign, "at z = -2 it gives -1, not 0"),
        (np.ones_like, "at z = -2 it gives 1, not 0"),
    ):
        assert dead_relu.check_mask(wrong) == f"not yet: {found}"
    assert dead_relu.check_mask(lambda z: None) == "not attempted yet"
    assert dead_relu.check_mask(lambda z: z[0]).startswith("not yet: z has shape")
    assert "ZeroDivisionError" in dead_relu.check_mask(lambda z: 1 / 0)


def test_what_was_seen_is_told_from_what_was_watched():
    """Whatever the knobs are: each answer occurs, and is what the session shows."""

    def seen(prediction, session, steps):
        session.advance(steps)
        return prediction.seen.right(session)

    became, settles = dead_relu.patience, dead_relu.settles
    assert seen(settles, AsPosted(), 1000) == "15.5 and 15.5"
    assert seen(settles, AsPosted(step_size=0.0003, seed=4, length="5 000"), 5000) == "15 and 16"
    assert seen(settles, AsPosted(), 3) == "something else"
    assert seen(became, SumOfInputs(step_size=0.001, seed=3, length="5 000"), 5000) == dead_relu.LEARNED
    assert seen(became, SumOfInputs(), 1000) == dead_relu.DIED
    assert seen(became, SumOfInputs(step_size=0.001, seed=3), 10) == dead_relu.OTHERWISE
    assert seen(dead_relu.which_repair, Repairs(hidden="leaky ReLU"), 1000) == dead_relu.OTHERWISE
    assert seen(dead_relu.which_repair, Repairs(units=20, inputs="divided by 6"), 1000) == dead_relu.LEARNED
    assert seen(dead_relu.perfect_start, PerfectWeights(), 1000) == dead_relu.DIED
    assert seen(dead_relu.perfect_start, PerfectWeights(nudge="not at all"), 5) == dead_relu.LEARNED
    assert seen(dead_relu.the_bug, BothDerivatives(seed=1), 1000) == dead_relu.SAME
    assert seen(dead_relu.the_bug, BothDerivatives(seed=1), 2) == dead_relu.NOT_THE_SAME
    assert seen(dead_relu.the_bug, BothDerivatives(compare="nothing"), 2) == dead_relu.ALONE


def test_which_unit_was_killed_first():
    """Seed 1 loses unit 2, whose output weight is negative; who loses both at once, or none, has no first."""
    found = {}
    for seed in range(40):
        session = SumOfInputs(step_size=0.1, seed=seed)
        session.advance(5)
        found[seed] = dead_relu.dies_first.seen.right(session)
    assert found[1] == dead_relu.NEGATIVE
    died = unit_life.deaths(facts.related["longer step"], range(40), 5)
    v = facts.as_posted.network.init(range(40))[1].W[..., 0]
    for seed, (steps, weights) in enumerate(zip(died, v, strict=True)):
        killed = steps[steps > 0]
        first = weights[steps == killed.min()] if len(killed) else []
        expected = {1: dead_relu.NEGATIVE if len(first) and first[0] < 0 else dead_relu.POSITIVE}
        assert found[seed] == expected.get(len(first), dead_relu.NEITHER)
    assert set(found.values()) == {dead_relu.NEGATIVE, dead_relu.POSITIVE, dead_relu.NEITHER}
