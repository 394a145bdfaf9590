"""Frames that follow what leaves them, and go back when a run begins anew."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from nnwidgets.chapters.dead_relu import SumOfInputs
from nnwidgets.chapters.linear_output import LinearOutputSession
from nnwidgets.pictures.answers import AnswersOverTargets
from nnwidgets.pictures.fit import Fit
from nnwidgets.pictures.following import Following
from nnwidgets.pictures.training import LossOverTraining
from workbook.plots import new_figure

from .front_end import LineSession


@pytest.fixture
def axes():
    return new_figure(4, 3).add_subplot()


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([0, 1], (0, 1)),
        ([0, 1.5], (0, 2)),
        ([0, 2.5, 1], (0, 4)),
        ([-0.1, 0.5], (-1, 1)),
        ([np.nan, np.inf, -np.inf], (0, 1)),
        ([0, 1e6], (0, 1)),
        ([], (0, 1)),
    ],
)
def test_linear_limits_double_up_to_a_limit(values, limits):
    axes = Figure().subplots()
    following = Following(axes.yaxis, (0, 1), most=1000)
    assert following.follow(values) is (limits != (0, 1))
    assert axes.get_ylim() == limits


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([1e-3, 1], (1e-3, 1)),
        ([5], (1e-3, 10)),
        ([500], (1e-3, 1e3)),
        ([1e-4], (1e-4, 1)),
        ([0, -1, np.nan], (1e-3, 1)),
        ([1e308], (1e-3, 1e150)),
    ],
)
def test_logarithmic_limits_grow_by_decades(values, limits):
    axes = Figure().subplots()
    axes.set_yscale("log")
    Following(axes.yaxis, (1e-3, 1)).follow(values)
    assert np.allclose(axes.get_ylim(), limits, rtol=1e-9, atol=0)


def test_limits_never_shrink_until_a_run_begins_again():
    axes = Figure().subplots()
    following = Following(axes.yaxis, (0, 1))
    following.follow([3])
    assert not following.follow([0.5])
    assert axes.get_ylim() == (0, 4)
    assert following.follow([0.5], again=True)
    assert axes.get_ylim() == (0, 1)


def test_the_limits_of_others_stay():
    axes = Figure().subplots()
    following = Following(axes.yaxis, (0, 1))
    axes.set_ylim(-5, 5)
    assert not following.follow([0.5], again=True)
    assert axes.get_ylim() == (-5, 5)


def test_the_loss_follows_a_run_that_diverges_and_comes_back_with_reset(axes):
    session = LineSession(step_size=1e3, hidden="ReLU")
    picture = LossOverTraining(axes, session, (1e-3, 10))
    session.advance(20)
    losses = picture.show(session)["loss"][1]
    seen = [loss for loss in losses if np.isfinite(loss)]
    assert max(seen) > 10
    assert axes.get_ylim()[1] >= min(max(seen), 1e150)
    session.reset()
    picture.show(session)
    assert axes.get_ylim() == (1e-3, 10)


def test_a_long_axis_has_few_numbers(axes):
    picture = LossOverTraining(axes, LineSession(), (1e-6, 1e12), early=True)
    assert list(axes.get_yticks()) == [1e-6, 1, 1e6, 1e12]
    picture.axes.set_ylim(0.5, 1e3)
    picture._number()
    assert list(axes.get_yticks()) == [1, 10, 100, 1000]
    picture.frame.follow([1e100])
    picture._number()
    assert 3 <= len(axes.get_yticks()) <= 6


def test_the_fit_follows_answers_beyond_its_frame(axes):
    spread = list(LinearOutputSession.biases.options)[-1]
    session = LinearOutputSession(step_size=0.03, output="linear", biases=spread)
    picture = Fit(axes, session, 1.25)
    picture.show(session)
    first = axes.get_ylim()
    session.advance(9)
    said = picture.show(session)["fit"][1]
    assert said.min() < first[0] or said.max() > first[1]
    low, high = axes.get_ylim()
    assert low <= said.min()
    assert said.max() <= high
    session.reset()
    picture.show(session)
    assert axes.get_ylim() == first


def test_answers_beyond_the_frame_are_said(axes):
    session = SumOfInputs(step_size=0.1)
    picture = AnswersOverTargets(axes, session)
    session.advance(1)
    answers = session.moment.outputs[:, 0]
    low, high = axes.get_ylim()
    above, below = picture.show(session)["beyond"]
    assert ((answers < low) | (answers > high)).any(), "otherwise this proves nothing"
    for word, part, said in (
        ("up to", answers[answers > high], above),
        ("down to", answers[answers < low], below),
    ):
        assert said.startswith(word) if len(part) else said == ""
    session.reset()
