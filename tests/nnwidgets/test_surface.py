"""The loss surface: its lines of equal loss, and which ways are drawn on it."""

import numpy as np

from nnwidgets.chapters.bias import BiasSession
from nnwidgets.pictures.surface import LEVELS, LossSurface
from workbook.cases import bias as facts
from workbook.measures.surface import loss_surface
from workbook.plots import new_figure

LIMITS = (-18.0, 18.0)


def surface(session):
    axes = new_figure(4, 3).add_subplot()
    return LossSurface(axes, session, {"w₁": facts.W1, "w₂": facts.W2}, LIMITS, session.start_at)


def test_lines_lie_where_the_loss_is_a_level():
    session = BiasSession(bias="output only")
    session.advance(40)
    picture = surface(session)
    lines = picture.show(session)["levels"]
    assert len(lines) > 3
    for line in lines:
        place = line[len(line) // 2]
        at = [(where, np.array([value])) for where, value in zip((facts.W1, facts.W2), place, strict=True)]
        loss = loss_surface(session.experiment, session.moment.params, *at).item()
        assert min(abs(loss - level) for level in LEVELS) < 0.01


def test_the_way_of_another_surface_is_left_out_and_that_is_said():
    session = BiasSession(bias="none", compare="output only")
    picture = surface(session)
    session.advance(30)
    data = picture.show(session)
    assert "other" not in data
    assert data["other_surface"] == "compared: on another surface"
    assert picture.said(session).endswith("The compared one has a surface of its own.")


def test_the_way_on_the_same_surface_is_drawn():
    session = BiasSession(bias="none", compare="no bias")
    picture = surface(session)
    session.advance(30)
    data = picture.show(session)
    assert np.shape(data["other"]) == (2, 31)
    assert not data.get("other_surface")
    assert "of its own" not in picture.said(session)


def test_the_note_goes_with_what_it_is_about():
    session = BiasSession(bias="none", compare="both")
    picture = surface(session)
    picture.note.set_text(picture.show(session)["other_surface"])
    session.turn(compare="nothing")
    assert picture.show(session)["other_surface"] == ""
