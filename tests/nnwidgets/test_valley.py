"""The picture of the valley: ways are where training was, lines where the loss is one, the frame follows."""

from functools import cache

import numpy as np
import pytest

from nnwidgets.pictures.valley import APART, ValleyWithWays
from nnwidgets.session.knobs import Choice, LogSlider
from nnwidgets.session.training import Session
from workbook import Dataset, Experiment, Network
from workbook.baselines import least_squares
from workbook.measures.valley import valley
from workbook.plots import new_figure

Z = np.arange(20.0)
LINE = Experiment(
    Dataset(np.stack([np.full(20, 3.0), Z], 1), 10 + Z[:, None] * [2, 5]), Network((2, 2)), "quadratic cost"
)
ROUND = LINE.but(dataset=LINE.dataset.standardised(targets=True))


class Walks(Session):
    """Gradient descent on lines, alone or with others."""

    step_size = LogSlider(1e-4, 10, 0.01, "step size", restarts=False)
    inputs = Choice({"raw": LINE, "standardised": ROUND}, "inputs")
    others = Choice({"none": {}, "momentum": {"optimizer": "momentum(0.001, 0.9)"}, "ends": None}, "others")

    def experiments(self):
        main, others = self.meaning("inputs").but(step_size=self.step_size), self.meaning("others")
        if others is None:
            return {"raw": main, "round": ROUND}
        return {"descent": main, **({"momentum": main.but(**others)} if others else {})}


@cache
def bottom_of(experiment, seed):
    return valley(experiment, [least_squares(experiment.dataset)], experiment.network.init(seed))


def found(session):
    return bottom_of(session.experiment.but(step_size=1), session.seed)


def drawn(session):
    picture = ValleyWithWays(new_figure(4, 3).add_subplot(), session, found)
    return picture, picture.show(session)


def test_the_way_is_where_training_was():
    session = Walks()
    session.advance(12)
    _, data = drawn(session)
    places = [found(session).coordinates(session.main.at(step).params) for step in range(13)]
    assert np.allclose(data["ways"][0].T, places)
    assert np.allclose(data["ends"][0].T, places[-1:])
    assert np.allclose(data["start"].T, places[:1])
    assert all(way == ([], []) for way in data["ways"][1:])
    assert data["ways_named"] == [""] * 6


def test_lines_are_of_one_loss_and_each_four_times_as_high_as_the_next():
    session = Walks()
    _, data = drawn(session)
    flattest, steepest = found(session).curvatures
    heights = []
    for line in data["valley"]:
        across, up = line.T
        loss = flattest * across**2 / 2 + steepest * up**2 / 2
        assert np.ptp(loss) < 0.25 * loss.mean()  # lines between the cells are chords
        heights.append(np.median(loss))
    found_heights = np.unique(np.round(np.log(heights) / np.log(APART) * 2) / 2)
    assert len(found_heights) == 3
    assert data["valley_title"].startswith(f"valley: {found(session).condition:.0f} times")


def test_the_frame_follows_what_leaves_it_and_goes_back():
    session = Walks(step_size=2.3 / found(Walks()).curvatures[1])
    picture, _ = drawn(session)
    first = picture.axes.get_ylim()
    session.advance(6)
    data = picture.show(session)
    assert picture.axes.get_ylim()[1] >= np.abs(data["ways"][0][1]).max() > first[1]
    assert len(data["valley"]) > 3
    assert "valley" not in picture.show(session)
    session.reset()
    picture.show(session)
    assert picture.axes.get_ylim() == first


def test_an_overflow_leaves_the_picture_whole():
    session = Walks(step_size=10)
    picture, _ = drawn(session)
    session.advance(1000)
    data = picture.show(session)
    assert np.isfinite(data["ways"][0]).all()
    assert np.isfinite(picture.axes.get_ylim()).all()


def test_several_ways_have_a_colour_and_a_name_each():
    session = Walks(others="momentum")
    picture, _ = drawn(session)
    session.advance(5)
    data = picture.show(session)
    assert data["ways_named"][:3] == ["descent", "momentum", ""]
    assert np.shape(data["ways"][1]) == (2, 6)
    assert len({line.get_color() for line in picture.ways}) == 6
    assert "momentum: " in picture.said(session)
    assert data["no_way"] == ""


def test_who_walks_elsewhere_has_no_way_and_that_is_said():
    session = Walks(others="ends")
    _, data = drawn(session)
    assert data["no_way"] == "compared: in another valley"
    assert data["ways"][1] == ([], [])


def test_another_valley_is_drawn_anew():
    session = Walks()
    picture, _ = drawn(session)
    before = picture.axes.get_ylim()
    session.inputs = "standardised"
    data = picture.show(session)
    assert data["valley_title"] == "valley: a round bowl"
    assert picture.axes.get_ylim() != before
    assert "Valley: a round bowl" in picture.said(session)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_start_is_inside_and_has_room(seed):
    session = Walks(seed=seed)
    picture, data = drawn(session)
    for limits, at in zip((picture.axes.get_xlim(), picture.axes.get_ylim()), data["start"], strict=True):
        assert limits[0] < at[0] < limits[1]
