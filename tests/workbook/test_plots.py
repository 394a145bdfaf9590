"""Plots of evidence: what is drawn is what was measured."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from workbook import Experiment, Network, Rate, train
from workbook.data.datasets import line
from workbook.plots import BLUE, FORMATS, SERIES, check_path, loss_figure, new_figure, rate_figure, save, tidy

TAME = Experiment(line(), Network((1, 1), initializer="normal(1)"), step_size=0.1, steps=30)
STARTS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.fixture(scope="module")
def runs():
    wild = TAME.but(step_size=10.0, steps=600)  # some steps are finite, the later ones are not
    return {"tame": train(TAME, range(11)), "wild": train(wild, range(11))}


def test_the_median_and_the_band(runs):
    figure = loss_figure(runs)
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    for run, drawn, band in zip(runs.values(), axes.lines, axes.collections, strict=True):
        moderate = (run.losses < 1e50).all(axis=1)
        steps, middle = (np.asarray(values) for values in drawn.get_data())
        assert np.isfinite(middle).all()
        assert set(run.steps[moderate]) <= set(steps)
        assert np.allclose(middle[: moderate.sum()], np.median(run.losses[moderate], axis=1))
        heights = band.get_paths()[0].vertices[:, 1]
        assert heights.min() <= middle.min()
        assert heights.max() >= middle.max()
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == [f"{name}: {run.rate()} solved" for name, run in runs.items()]
    assert axes.get_xlabel()
    assert axes.get_ylabel()


def test_runs_differ_in_more_than_colour(runs):
    lines = loss_figure(runs).axes[0].lines
    assert len({line.get_color() for line in lines}) == 2
    assert len({line.get_linestyle() for line in lines}) == 2


def test_many_runs_can_be_drawn(runs):
    many = {f"run {number}": runs["tame"] for number in range(2 * len(SERIES))}
    assert len(loss_figure(many).axes[0].lines) == len(many)


def test_a_run_that_was_never_finite_is_left_out(runs, tmp_path):
    hopeless = train(TAME.but(initializer="normal(1e200)"), range(3))
    assert not np.isfinite(hopeless.losses).any()
    (drawn,) = loss_figure({"hopeless": hopeless, "tame": runs["tame"]}).axes[0].lines
    assert drawn.get_label().startswith("tame: ")
    save(loss_figure({"hopeless": hopeless}), tmp_path / "empty.png")  # and no warning either


def test_a_loss_of_zero_can_be_drawn_on_a_logarithmic_scale(tmp_path):
    exact = train(Experiment(line(0, 0), Network((1, 1), initializer="zeros"), steps=3), range(2))
    assert exact.losses.max() == 0
    figure = loss_figure({"exact": exact})
    assert figure.axes[0].lines[0].get_ydata().min() > 0
    save(figure, tmp_path / "zero.png")


def test_no_steps(tmp_path):
    save(loss_figure({"start": train(TAME.but(steps=0), range(3))}), tmp_path / "start.png")


def test_rates():
    rates = {"all": Rate(10, 10), "none": Rate(0, 10), "some": Rate(3, 10)}
    (axes,) = rate_figure(rates, "seeds that win").axes
    assert axes.get_xlabel() == "seeds that win, %, with the 95 % interval"
    assert [text.get_text() for text in axes.get_yticklabels()] == list(rates)
    for row, (bar, point, rate) in enumerate(
        zip(axes.lines[::2], axes.lines[1::2], rates.values(), strict=True)
    ):
        assert list(bar.get_xdata()) == [100 * bound for bound in rate.interval]
        assert point.get_xdata() == [100 * rate.value]
        assert set(bar.get_ydata()) == set(point.get_ydata()) == {row}
    top, bottom = axes.get_ylim()[::-1]
    assert top < bottom  # the first on top
    low, high = axes.get_xlim()
    assert low < 0 < 100 < high


def test_figures_and_axes():
    figure = new_figure(5, 2)
    assert (figure.get_size_inches() * figure.dpi).tolist() == [500, 200]
    axes = figure.add_subplot()
    assert tidy(axes, "title", "x", "y") is axes
    assert (axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()) == ("title", "x", "y")
    assert not axes.spines["top"].get_visible()
    assert axes.spines["left"].get_visible()


def test_colours_can_be_told_apart():
    assert len(set(SERIES)) == len(SERIES) == 6
    assert to_hex(BLUE) == BLUE.lower()


@pytest.mark.parametrize("ending", [*FORMATS, ".PNG"])
def test_saving(runs, tmp_path, ending):
    path = tmp_path / f"losses{ending}"
    save(loss_figure(runs), str(path))
    assert path.read_bytes().startswith(STARTS[ending.lower()])


@pytest.mark.parametrize("name", ["losses.gif", "losses", "losses.png.txt", ".png", ""])
def test_other_formats_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"ends in \.png, \.svg, \.pdf; .* does not"):
        check_path(tmp_path / name if name else "")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match=r"there is no folder .*nowhere to write the picture to"):
        check_path(tmp_path / "nowhere" / "losses.png")


def test_a_path_that_cannot_be_written(tmp_path):
    (tmp_path / "losses.png").mkdir()
    with pytest.raises(ValueError, match=r"the picture could not be written to .*losses.png"):
        save(new_figure(), tmp_path / "losses.png")


def test_a_plain_file_name_is_in_this_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_path("losses.svg")
    save(new_figure(), "losses.svg")
    assert (tmp_path / "losses.svg").is_file()
