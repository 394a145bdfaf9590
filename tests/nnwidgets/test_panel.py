"""Panels: what a learner presses, sees and is told, without a browser."""

import asyncio
import math
import time

import ipywidgets
import pytest

from nnwidgets.panel.stored import StoredPicture
from nnwidgets.panel.training import TrainingPanel
from nnwidgets.pictures.training import LossOverTraining
from nnwidgets.questions import Goal, Observation, Prediction, Progress, static
from nnwidgets.session.knobs import knobs
from workbook.cases import Finding
from workbook.course.checking import STORING
from workbook.plots import new_figure

from .front_end import LineSession, Long, Told, in_thread, press, say


class LinePanel(TrainingPanel):
    """The loss of a LineSession."""

    def __init__(self, session=None, prediction=None, goal=None):
        session = session or LineSession()
        figure = new_figure(4, 2)
        super().__init__(
            session, figure, [LossOverTraining(figure.add_subplot(), session, (1e-4, 10))], prediction, goal
        )


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


def question(progress, measure=lambda: "no"):
    return Prediction(Finding("p", measure, "..."), "Does it?", Told(["yes", "no"]))(progress)


def answer(prediction, option="yes"):
    press(prediction.options.buttons[option, "sure"])


def button(panel, label):
    """Return the panel's button with this label."""
    found, pending = [], [panel]
    while pending:
        widget = pending.pop()
        pending += getattr(widget, "children", ())
        if isinstance(widget, ipywidgets.Button) and widget.description == label:
            found.append(widget)
    (one,) = found
    return one


def curve(panel):
    """Return the number of points of the loss that the panel has drawn."""
    return len(panel.pictures[0].artists["loss"].get_xdata())


def test_a_new_panel():
    panel = LinePanel()
    assert repr(panel).startswith("LinePanel(step 0 of 60, loss ")
    assert "\n" not in repr(panel)
    assert len(repr(panel)) < 110  # nbval compares no more
    assert not panel.play.disabled
    assert not panel.step.disabled
    assert panel.back.disabled
    assert panel.error.value == ""
    assert set(panel.controls) == set(knobs(panel.session))


def test_step_back_reset_and_scrub():
    panel = LinePanel()
    for _ in range(5):
        press(panel.step)
    assert (panel.session.step, panel.scrub.value, panel.scrub.max, curve(panel)) == (5, 5, 60, 6)
    press(panel.back)
    assert (panel.session.step, panel.scrub.value, panel.scrub.max, curve(panel)) == (4, 4, 60, 5)
    say(panel.scrub, value=2)
    assert (panel.session.step, panel.back.disabled, curve(panel)) == (2, False, 3)
    say(panel.scrub, value=0)
    assert panel.back.disabled
    say(panel.scrub, value=5)
    say(panel.scrub, value=40)  # not trained yet
    assert (panel.session.step, panel.scrub.value) == (5, 5)
    press(button(panel, "Reset"))
    assert (panel.session.step, panel.scrub.value, panel.back.disabled, curve(panel)) == (0, 0, True, 1)
    assert panel.error.value == ""


def test_the_headline_follows():
    panel = LinePanel()
    press(panel.step)
    said = f"step 1 of 60, loss {panel.session.moment.loss:.4g}"
    assert repr(panel) == f"LinePanel({said})"
    assert panel.status.value == said


def test_new_seed():
    panel = LinePanel()
    before = panel.session.moment.loss
    press(button(panel, "New seed"))
    assert panel.session.seed == panel.controls["seed"].value == 1
    assert panel.session.moment.loss != before


def test_the_end_of_the_run():
    panel = LinePanel()
    panel.session.advance(60)
    assert panel.play.description == "Again"
    assert panel.step.disabled
    assert not panel.back.disabled
    press(panel.back)
    assert panel.play.description == "Play"
    assert not panel.step.disabled


def test_again_begins_anew():
    panel = LinePanel(LineSession(speed=1))
    panel.session.advance(60)

    async def scene():
        press(panel.play)
        await asyncio.sleep(0)
        return panel.session.playing, panel.session.step

    assert asyncio.run(scene()) in ((True, 0), (True, 1))


def test_a_knob_turned_when_the_run_is_over_says_what_to_do():
    panel = LinePanel()
    panel.session.advance(60)
    panel.session.step_size = 0.1
    assert "Again shows what the new step size does" in panel.status.value
    press(button(panel, "Reset"))
    assert "Again" not in panel.status.value


def test_the_rest_of_the_controls_waits_behind_more():
    panel = LinePanel()
    (behind,) = [row for row in panel.desk.children if "workbook-more" in row._dom_classes]
    assert {panel.controls["seed"], panel.controls["speed"]} < set(behind.children)
    assert behind.layout.display == "none"
    say(panel.more, value=True)
    assert behind.layout.display is None
    say(panel.more, value=False)
    assert behind.layout.display == "none"


def test_divergence_is_said_in_words():
    panel = LinePanel(LineSession(step_size=1e9, hidden="ReLU"))
    panel.session.advance(60)
    said = "step 16 of 60: the numbers have overflowed, and training stops"
    assert repr(panel) == f"LinePanel({said})"
    assert panel.status.value == said
    assert panel.play.description == "Again"
    assert panel.error.value == ""
    assert panel.live.export("png")[:4] == b"\x89PNG"


async def until(condition):
    deadline = time.perf_counter() + 60
    while not condition():
        assert time.perf_counter() < deadline, "it never came to that"
        await asyncio.sleep(0.002)


def test_play_and_pause():
    panel = LinePanel(Long(speed=100_000))
    session = panel.session

    async def scene():
        press(panel.play)
        assert (panel.play.description, panel.play.icon) == ("Pause", "pause")
        await until(lambda: session.step > 20)
        press(panel.play)
        assert panel.play.description == "Play"
        assert panel.status.value.startswith(f"step {session.step} of ")
        stopped = session.step
        await asyncio.sleep(0.05)
        assert session.step == panel.scrub.value == stopped

    asyncio.run(scene())
    assert panel.error.value == ""


def test_play_runs_to_the_end():
    panel = LinePanel(LineSession(speed=100_000))

    async def scene():
        press(panel.play)
        await until(lambda: not panel.session.playing)

    asyncio.run(scene())
    assert repr(panel).startswith("LinePanel(step 60 of 60, loss 0.0")
    assert panel.play.description == "Again"
    assert panel.scrub.value == 60
    assert curve(panel) == 61


def test_play_without_an_event_loop_is_said():
    panel = LinePanel()
    press(panel.play)
    assert panel.error.value.startswith("RuntimeError: ")
    assert not panel.session.playing
    press(panel.step)
    assert panel.error.value == ""  # and it is forgotten when something works


def test_every_control_over_its_range_while_drawing():
    panel = LinePanel()
    for widget in panel.controls.values():
        match widget:
            case ipywidgets.Checkbox():
                states = [{"value": False}, {"value": True}]
            case ipywidgets.BoundedIntText():
                states = [{"value": widget.max}, {"value": widget.min}]
            case ipywidgets.FloatSlider():
                states = [{"value": widget.min}, {"value": widget.max}]
            case _:
                states = [{"index": 0}, {"index": len(widget.options) - 1}]
        for state in states:
            say(widget, **state)
            press(panel.step)
            assert panel.error.value == ""
            assert panel.session.step >= 1


@pytest.mark.parametrize("value", [math.nan, math.inf, None, "x", -5, 10**9, 2.5, []])
def test_hostile_scrubbing(value):
    panel = LinePanel()
    panel.session.advance(5)
    say(panel.scrub, value=value)
    assert 0 <= panel.session.step <= 5
    press(button(panel, "Reset"))
    press(panel.step)
    assert (panel.session.step, panel.error.value) == (1, "")


def test_a_value_that_the_session_refuses_is_said_in_the_panel():
    panel = LinePanel()
    panel.controls["slope"].value = math.nan
    assert panel.error.value == "slope is a number from -2 to 2, not nan"
    assert panel.session.slope == 1
    panel.controls["slope"].value = 2.0
    assert panel.error.value == ""
    assert panel.session.slope == 2


def broken(*_):
    raise ZeroDivisionError("a <broken> picture")


MESSAGE = "ZeroDivisionError: a &lt;broken&gt; picture"


def test_an_error_while_drawing_is_shown_and_the_panel_lives(monkeypatch):
    panel = LinePanel()
    with monkeypatch.context() as patch:
        patch.setattr(panel.pictures[0], "show", broken)
        press(panel.step)
        assert panel.error.value == MESSAGE
        panel.controls["slope"].value = 0
        assert panel.error.value == MESSAGE
        panel.session.slope = 0.5
        assert panel.error.value == MESSAGE
    press(panel.step)
    assert panel.error.value == ""
    assert curve(panel) == panel.session.step + 1


def test_an_error_while_playing_is_shown_and_stays(monkeypatch):
    panel = LinePanel(Long(speed=100_000))
    monkeypatch.setattr(panel.session, "_step", broken)

    async def scene():
        press(panel.play)
        await until(lambda: not panel.session.playing)

    asyncio.run(scene())
    assert panel.error.value == MESSAGE
    assert panel.play.description == "Play"


def test_an_error_of_the_picture_while_playing_is_shown(monkeypatch):
    panel = LinePanel(Long(speed=100_000))

    async def scene():
        press(panel.play)
        await until(lambda: panel.session.step > 5)
        monkeypatch.setattr(panel.pictures[0], "show", broken)
        step = panel.session.step
        await until(lambda: panel.session.step > step or not panel.session.playing)
        panel.session.pause()

    asyncio.run(scene())
    assert panel.error.value == MESSAGE
    assert panel.play.description == "Play"


def test_an_error_in_the_words_is_shown(monkeypatch):
    panel = LinePanel()
    monkeypatch.setattr(panel.pictures[0], "said", broken)
    press(panel.step)
    assert panel.error.value == MESSAGE


def test_the_prediction_locks_play_and_step(progress):
    panel = LinePanel(prediction=(prediction := question(progress)))
    assert panel.play.disabled
    assert panel.step.disabled
    assert panel.desk.layout.display == "none"
    press(button(panel, "New seed"))
    say(panel.controls["slope"], value=-1)
    assert panel.play.disabled
    answer(prediction)
    assert not panel.play.disabled
    assert not panel.step.disabled
    assert panel.desk.layout.display is None
    assert prediction.said.value == "You said: yes (sure). Press Play, and see."


def test_a_message_to_a_locked_button_trains_nothing(progress):
    panel = LinePanel(prediction=question(progress))
    press(panel.step)
    press(panel.play)
    assert panel.session.step == 0


def test_the_prediction_is_scored_at_the_end_of_the_run(progress):
    panel = LinePanel(prediction=(prediction := question(progress)))
    answer(prediction)
    panel.session.advance(59)
    assert prediction.right is None
    press(panel.step)
    prediction.wait()
    assert prediction.right is False
    assert "It came out otherwise:</b> no" in prediction.result.value
    assert prediction.said.value == "You said: yes (sure)."


def test_the_prediction_is_scored_when_the_goal_is_reached(progress):
    goal = Goal("g", "go", lambda session: session.step >= 3)(progress)
    panel = LinePanel(prediction=(prediction := question(progress)), goal=goal)
    answer(prediction, "no")
    panel.session.advance(3)
    prediction.wait()
    assert prediction.right is True


def test_what_was_seen_is_scored_by_the_run_that_was_watched(progress):
    seen = Observation("What did you see?", ["up", "down"], lambda line: "up" if line.slope > 0 else "down")
    prediction = Prediction(Finding("p", lambda: "no", "..."), "Does it?", Told(["yes", "no"]), seen=seen)(
        progress
    )
    panel = LinePanel(LineSession(slope=-1), prediction)
    answer(prediction)
    row = prediction.seen
    press(row.buttons["up"])  # not offered yet
    assert (row.layout.display, row.said) == ("none", None)
    panel.session.advance(60)
    assert row.layout.display is None
    press(row.buttons["up"])
    press(row.buttons["down"])
    assert row.words.value.startswith("<b>✗ It was:</b> down, not up.")
    assert progress.best("p/seen")[:2] == ("up", False)


def test_an_answer_of_yesterday_unlocks(progress):
    answer(question(progress))
    panel = LinePanel(prediction=question(progress))
    assert not panel.play.disabled


def test_a_measure_that_fails_is_said(progress):
    panel = LinePanel(prediction=(prediction := question(progress, lambda: "perhaps")))
    answer(prediction)
    panel.session.advance(60)
    prediction.wait()
    assert "could not be measured: ValueError: &#x27;p&#x27; came out as" in prediction.result.value
    press(panel.back)
    assert panel.session.step == 59


def test_the_goal_turns_green_only_when_reached(progress):
    goal = Goal("g", "go", lambda session: session.step >= 3)(progress)
    panel = LinePanel(goal=goal)
    assert goal in panel.desk.children
    press(panel.step)
    press(panel.step)
    assert not goal.reached
    press(panel.step)
    assert goal.reached
    press(button(panel, "Reset"))
    assert goal.reached
    assert goal.state == "earlier"


def test_a_goal_passed_by_in_play_counts_where_it_is_shown(progress):
    goal = Goal("g", "go", lambda session: session.finished)(progress)
    panel = LinePanel(LineSession(speed=100_000), goal=goal)

    async def scene():
        press(panel.play)
        await until(lambda: not panel.session.playing)

    asyncio.run(scene())
    assert goal.reached


def test_a_goal_whose_test_fails_is_said(progress):
    panel = LinePanel()
    panel.goal = Goal("g", "go", broken)(progress)
    press(panel.step)
    assert panel.error.value == MESSAGE


def test_the_text_alternative_follows():
    panel = LinePanel()
    first = panel.live.alt
    assert f"mini-batches: {panel.session.moment.loss:.3g}" in first
    press(panel.step)
    assert panel.live.alt != first
    assert f"mini-batches: {panel.session.moment.loss:.3g}" in panel.live.alt
    press(panel.back)
    assert panel.live.alt == first


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_saving_the_picture(kind, start, monkeypatch):
    panel, sent = LinePanel(), []
    monkeypatch.setattr(panel.live, "send", lambda content, buffers=None: sent.append((content, buffers)))
    press(panel.step)
    press(button(panel, kind.upper()))
    (content, buffers) = sent[-1]
    assert content["download"] == f"LineSession-step-1.{kind}"
    assert bytes(buffers[0]).startswith(start)
    assert panel.error.value == ""


@pytest.fixture
def displayed(monkeypatch):
    """What is displayed: the bundles of a cell, and the stored picture whenever it changes."""
    shown = []
    monkeypatch.setattr(static, "display", lambda thing, **_: shown.append(thing))
    publish = lambda self, png, alt, update: shown.append((png, alt, update))  # noqa: E731
    monkeypatch.setattr(StoredPicture, "_publish", publish)
    return shown


def test_readers_without_a_kernel_get_question_and_picture(displayed, progress):
    panel = LinePanel(prediction=question(progress))
    panel._ipython_display_()
    live, asked, (png, alt, update) = displayed
    assert live["text/plain"] == repr(panel)
    assert "application/vnd.jupyter.widget-view+json" in live
    assert repr(asked) == "Predict (p): Does it?"
    assert png[:4] == b"\x89PNG"
    assert (alt, update) == (panel.live.alt, False)


@pytest.mark.parametrize("asked", [False, True])
def test_a_stored_chapter_shows_the_end_of_a_run_where_nothing_is_asked(
    displayed, progress, monkeypatch, asked
):
    monkeypatch.setenv(STORING, "1")
    panel = LinePanel(prediction=question(progress) if asked else None)
    start = panel.live.still()
    panel._ipython_display_()
    png, alt, _ = displayed[-1]
    assert (png == start) == asked
    assert (alt == panel.live.alt) == asked
    assert panel.session.step == 0
    assert panel.live.still() == start


def test_the_saved_picture_is_the_last_one(displayed):
    panel = LinePanel(LineSession(speed=100_000))
    press(panel.step)  # not displayed: nothing to keep up to date
    assert displayed == []
    panel._ipython_display_()

    async def scene():
        press(panel.play)
        await until(lambda: not panel.session.playing)

    asyncio.run(scene())
    *_, (png, alt, update) = displayed
    assert (alt, update) == (panel.live.alt, True)
    assert png == panel.live.still()


def test_every_control_and_button_has_a_name():
    panel, pending, named = LinePanel(), [], 0
    pending += panel.children
    while pending:
        widget = pending.pop()
        pending += getattr(widget, "children", ())
        if isinstance(widget, (ipywidgets.Button, *map(type, panel.controls.values()), ipywidgets.IntSlider)):
            assert widget.description
            named += 1
    assert named == 5 + 1 + len(panel.controls) + 3


def test_messages_in_another_thread_while_training():
    """JupyterLab delivers them so: the picture, the words and the session come to no harm."""
    panel = LinePanel(Long(speed=100_000))
    raised = []

    def learner():
        for number in range(40):
            say(panel.controls["step_size"], index=number % 9)
            say(panel.controls["speed"], index=20 + number % 4)
            if number % 8 == 7:
                say(panel.scrub, value=panel.scrub.max // 2)
                panel.live.export("png", 50)

    async def scene():
        press(panel.play)
        task = asyncio.create_task(asyncio.to_thread(lambda: raised.extend(in_thread(learner))))
        while not task.done():
            if not panel.session.playing:
                press(panel.play)
            await asyncio.sleep(0.005)
        panel.session.pause()

    asyncio.run(scene())
    assert raised == []
    assert panel.error.value == ""
    panel.session.reset()
    press(panel.step)
    assert (panel.session.step, curve(panel)) == (1, 2)
