"""Controls: one for each knob, following it both ways, over its whole range."""

import math

import ipywidgets
import pytest
import traitlets

from nnwidgets.panel.controls import control
from nnwidgets.session.knobs import Knob, LogSlider, knobs

from .front_end import LineSession, say


class Desk:
    """A session, its controls, and what went wrong in them."""

    def __init__(self):
        self.session, self.errors = LineSession(), []
        self.controls = {
            name: control(self.session, name, knob, self.guarded)
            for name, knob in knobs(self.session).items()
        }

    def guarded(self, callback):
        def safe(*args):
            try:
                callback(*args)
            except Exception as error:
                self.errors.append(error)

        return safe


@pytest.fixture
def desk():
    return Desk()


def test_kinds(desk):
    kinds = {name: type(widget) for name, widget in desk.controls.items()}
    assert kinds == {
        "seed": ipywidgets.BoundedIntText,
        "speed": ipywidgets.SelectionSlider,
        "hidden": ipywidgets.Dropdown,
        "slope": ipywidgets.FloatSlider,
        "step_size": ipywidgets.SelectionSlider,
        "biased": ipywidgets.Checkbox,
    }


def test_a_control_shows_its_knob(desk):
    for name, knob in knobs(desk.session).items():
        widget = desk.controls[name]
        assert widget.value == getattr(desk.session, name)
        assert widget.description.startswith(knob.label)
    assert desk.controls["speed"].description == "at most, steps a second"
    assert (desk.controls["slope"].min, desk.controls["slope"].max, desk.controls["slope"].step) == (
        -2,
        2,
        0.5,
    )


def places(widget):
    """What a learner can make of a control: the state that the browser sends, over the whole range."""
    match widget:
        case ipywidgets.Checkbox():
            return [{"value": True}, {"value": False}]
        case ipywidgets.Dropdown() | ipywidgets.SelectionSlider():
            return [{"index": index} for index in range(len(widget.options))]
        case ipywidgets.BoundedIntText():
            return [{"value": value} for value in (0, 1, 4711, 9998, 9999)]
        case ipywidgets.FloatSlider():
            count = round((widget.max - widget.min) / widget.step)
            return [{"value": widget.min + widget.step * number} for number in range(count + 1)]


@pytest.mark.parametrize("name", ["seed", "speed", "hidden", "slope", "step_size", "biased"])
def test_the_whole_range_ends_included(desk, name):
    widget = desk.controls[name]
    reached = []
    for state in places(widget):
        say(widget, **state)
        assert getattr(desk.session, name) == widget.value
        reached.append(widget.value)
    assert desk.errors == []
    knob = knobs(desk.session)[name]
    if hasattr(knob, "low"):
        assert (min(reached), max(reached)) == (knob.low, knob.high)
    else:
        assert len(set(reached)) == len(getattr(knob, "options", (True, False)))


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("seed", {"value": -1}),
        ("seed", {"value": 10**12}),
        ("seed", {"value": "many"}),
        ("seed", {"value": None}),
        ("seed", {"value": math.nan}),
        ("slope", {"value": math.nan}),
        ("slope", {"value": math.inf}),
        ("slope", {"value": 77}),
        ("slope", {"value": "steep"}),
        ("slope", {"value": []}),
        ("step_size", {"index": 10**6}),
        ("step_size", {"index": -1}),
        ("step_size", {"index": None}),
        ("hidden", {"index": 7}),
        ("hidden", {"index": "tanh"}),
        ("biased", {"value": "perhaps"}),
        ("biased", {"value": None}),
        ("speed", {"index": math.nan}),
    ],
)
def test_hostile_messages_leave_a_valid_session(desk, name, state):
    knob = knobs(desk.session)[name]
    say(desk.controls[name], **state)
    value = getattr(desk.session, name)
    assert knob.validate(desk.session, value) == value
    desk.session.advance(2)
    assert desk.session.step == 2


def test_a_refused_value_is_reported_and_the_session_keeps_its_own(desk):
    desk.controls["slope"].value = math.nan
    assert desk.session.slope == 1
    (error,) = desk.errors
    assert isinstance(error, traitlets.TraitError)
    assert str(error) == "slope is a number from -2 to 2, not nan"


def test_the_control_follows_the_session(desk):
    desk.session.turn(seed=12, hidden="ReLU", slope=-2.0, step_size=1e9, biased=False, speed=100_000)
    assert {name: widget.value for name, widget in desk.controls.items()} == {
        "seed": 12,
        "hidden": "ReLU",
        "slope": -2.0,
        "step_size": 1e9,
        "biased": False,
        "speed": 100_000,
    }


def test_a_value_between_the_stops_gets_a_stop_of_its_own(desk):
    seen = []
    desk.session.observe(lambda change: seen.append(change.new), "step_size")
    desk.session.step_size = 0.042
    assert desk.controls["step_size"].value == desk.session.step_size == 0.042
    assert "0.042" in dict(desk.controls["step_size"].options)
    assert seen == [0.042]  # and the session is never, even for a moment, at another
    desk.session.step_size = 0.05
    assert desk.controls["step_size"].value == 0.05
    assert desk.errors == []


def test_an_unknown_knob_has_no_control():
    session = LineSession()
    with pytest.raises(TypeError, match="no control for Knob"):
        control(session, "slope", Knob(1.0, "odd"), lambda callback: callback)


def test_stops_are_labelled_shortly(desk):
    labels = [label for label, _ in desk.controls["speed"].options]
    assert labels[0] == "1"
    assert labels[-1] == "100000"
    assert all(float(label) in LogSlider.stops(LineSession.speed, 100) for label in labels)


def test_a_browser_that_says_again_what_it_shows_turns_nothing(desk):
    """A slider shows the nearest of its stops; the value may lie between two of them."""
    slider, session = desk.controls["slope"], desk.session
    session.slope = 0.6
    assert slider.value == 0.5
    say(slider, value=0.5 + 1e-15)
    assert session.slope == 0.6
    say(slider, value=1.0)
    assert session.slope == 1
