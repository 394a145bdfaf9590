"""Pictures: each shows the session's data, in what it draws and in what it says."""

import numpy as np
import pytest

from nnwidgets.chapters.bias import BiasSession
from nnwidgets.live_figure import LiveFigure
from nnwidgets.pictures.picture import POINTS, thinned
from nnwidgets.pictures.training import LossOverTraining, OutputsOverTraining
from workbook.plots import new_figure

from .front_end import LineSession


@pytest.fixture
def axes():
    return new_figure(4, 3).add_subplot()


def shown(picture, session):
    """Show the session through a live figure, as a panel does; return the data."""
    data = picture.show(session)
    live = LiveFigure(picture.axes.figure, **picture.artists)
    live.set(**{name: new for name, new in data.items() if new is not None})
    live.update(*(name for name, new in data.items() if new is None))
    return data


@pytest.mark.parametrize("count", [1, 2, POINTS - 1, POINTS, POINTS + 1, 1000])
def test_thinning_keeps_both_ends(count):
    kept = thinned(list(range(count)))
    assert len(kept) == min(count, POINTS)
    assert (kept[0], kept[-1]) == (0, count - 1)
    assert len(set(kept)) == len(kept)
    assert kept == sorted(kept)


def test_outputs(axes):
    session = BiasSession(w1=0.5, w2=0.5, compare="output only")
    picture = OutputsOverTraining(axes, session)
    session.advance(7)
    session.back()
    data = shown(picture, session)
    for row in (0, 1):
        for name, history in zip(("outputs", "compared"), session.histories.values(), strict=True):
            steps, values = data[name][row]
            assert list(steps) == list(range(7))
            assert values == [history.at(step).outputs[row, 0] for step in range(7)]
            assert list(picture.artists[name][row].get_ydata()) == values
    zero, one = session.moment.outputs[:, 0]
    said = picture.said(session)
    assert said.startswith("Outputs over training, at step 6. ")
    assert f"bias: none: outputs {zero:.3f}, {one:.3f}; compared: output only: outputs" in said


@pytest.mark.parametrize("width", [4, 9])
def test_the_last_number_of_steps_is_whole_when_the_run_becomes_longer(width):
    figure, session = new_figure(width, 3), BiasSession()
    first, last = figure.subplots(1, 2)
    pictures = [OutputsOverTraining(first, session), LossOverTraining(last, session, (1e-4, 1))]
    live = LiveFigure(figure, **pictures[0].artists, **pictures[1].artists)
    session.turn(length="10 000")
    for picture in pictures:
        picture.show(session)
    live.update()
    label = last.get_xticklabels()[-1]
    assert label.get_text() == "10000"
    assert label.get_window_extent().x1 < figure.bbox.x1


def test_nothing_to_compare_with(axes):
    session = BiasSession()
    picture = OutputsOverTraining(axes, session)
    loss = LossOverTraining(new_figure(3, 2).add_subplot(), session, (1e-4, 1))

    def compared():
        lines = [*picture.artists["compared"], loss.artists["compared_loss"]]
        return [len(line.get_xdata()) for line in lines]

    for compare, points in (("nothing", 0), ("both", 4), ("nothing", 0)):
        session.compare = compare
        session.advance(3)
        shown(picture, session)
        shown(loss, session)
        assert compared() == [points] * 3
        assert ("compared" in picture.said(session) + loss.said(session)) is (points > 0)


def test_loss(axes):
    session = LineSession()
    picture = LossOverTraining(axes, session, (1e-3, 10))
    session.advance(9)
    data = shown(picture, session)
    for name, history in zip(("loss", "compared_loss"), session.histories.values(), strict=True):
        steps, losses = data[name]
        assert list(steps) == list(range(10))
        assert losses == [moment.loss for moment in history.until(9)]
    one, other = (history.at(9).loss for history in session.histories.values())
    assert picture.said(session) == f"Loss: mini-batches: {one:.3g}; full batches: {other:.3g}."
    assert axes.get_xlim() == (0, 60)


def test_the_step_axis_follows_the_length_of_the_run(axes):
    session = BiasSession()
    picture = LossOverTraining(axes, session, (1e-3, 1))
    session.length = "10 000"
    picture.show(session)
    assert axes.get_xlim() == (0, 10_000)


def test_a_diverged_run_can_be_drawn(axes):
    session = LineSession(step_size=1e9, hidden="ReLU")
    picture = LossOverTraining(axes, session, (1e-3, 10))
    session.advance(60)
    data = shown(picture, session)
    assert not np.isfinite(session.moment.loss)
    assert np.isfinite(data["loss"][1][-1]), "its mark stands at the last that is a number"
    assert "nan" in picture.said(session) or "inf" in picture.said(session)
