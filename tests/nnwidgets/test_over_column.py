"""One output over one column: the data's numbers, how far off, and a frame that follows within reason."""

import numpy as np

from nnwidgets.pictures.over_column import OutputOverColumn
from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.training import Session
from workbook import Dataset, Experiment, Network
from workbook.plots import new_figure

Z = np.arange(20.0)
DATA = Dataset(np.column_stack([np.ones(20), Z]), 1000 + Z[:, None] * [1, 50], input_names=("a", "Z"))


class Lines(Session):
    step_size = LogSlider(1e-9, 10, 0.001, "step size")
    inputs = Choice({"raw": DATA, "standardised": DATA.standardised(targets=True)}, "inputs")

    def experiments(self):
        return {"lines": Experiment(self.meaning("inputs"), Network((2, 2)), step_size=self.step_size)}


def drawn(session, output=1):
    picture = OutputOverColumn(new_figure(4, 3).add_subplot(), session, output)
    return picture, picture.show(session)


def test_the_output_its_target_and_how_far_off_it_is():
    session = Lines()
    session.advance(50)
    picture, data = drawn(session)
    said = session.moment.outputs[:, 1]
    assert np.array_equal(data["output_2"], (Z, said))
    assert np.array_equal(data["output_2_target"], (Z, DATA.targets[:, 1]))
    off = np.abs(said - DATA.targets[:, 1]).max()
    assert data["output_2_title"] == f"output 2: off by {off:.0f}"
    assert picture.axes.get_xlabel().startswith("Z ")
    assert "where 1\N{NO-BREAK SPACE}000 is right" in picture.said(session)


def test_other_numbers_bring_another_frame():
    session = Lines()
    picture, _ = drawn(session)
    before = picture.axes.get_ylim()
    session.inputs = "standardised"
    data = picture.show(session)
    assert np.abs(data["output_2_target"][1]).max() < 2
    assert picture.axes.get_ylim()[1] < before[1] / 100
    assert "output_2_target" not in picture.show(session)


def test_an_overflow_leaves_the_frame_whole():
    session = Lines(step_size=10)
    picture, _ = drawn(session)
    session.advance(1000)
    data = picture.show(session)
    assert np.isfinite(picture.axes.get_ylim()).all()
    assert data["output_2_title"] == "output 2: overflowed"
    assert data["output_2_note"] == "overflowed"


def test_answers_that_cannot_be_seen_are_said_to_be_outside():
    session = Lines(step_size=10)
    picture, data = drawn(session)
    assert data["output_2_note"] == ""
    session.advance(5)
    assert picture.show(session)["output_2_note"] == "outside this frame"


def test_numbers_can_be_drawn_in_other_units():
    session = Lines()
    picture = OutputOverColumn(new_figure(4, 3).add_subplot(), session, 1, lambda data, y: 10 * y)
    data = picture.show(session)
    assert np.array_equal(data["output_2_target"][1], 10 * DATA.targets[:, 1])
    off = 10 * np.abs(session.moment.outputs[:, 1] - DATA.targets[:, 1]).max()
    assert data["output_2_title"] == f"output 2: off by {off:,.0f}".replace(",", "\N{NO-BREAK SPACE}")
