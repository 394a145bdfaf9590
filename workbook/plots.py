"""Pictures of evidence, in matplotlib alone; the only module of the engine that knows how to draw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from workbook.rates import Rate
from workbook.training import Run

# Okabe and Ito's palette: colours that colour-blind readers can tell apart.
BLUE, ORANGE, GREEN, PINK, SKY, VERMILION = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
SERIES = (BLUE, VERMILION, GREEN, PINK, ORANGE, SKY)
DASHES = ("-", "--", "-.", ":")
FORMATS = (".png", ".svg", ".pdf")


def new_figure(width: float = 9, height: float = 3.4) -> Figure:
    """Return an empty figure, width and height in inches of 100 pixels, that lays itself out.

    On the right is room for the last number of an axis to grow: from 800 to 10000, say.
    """
    return Figure((width, height), dpi=100, layout=leaving_room(width))


def leaving_room(width: float) -> ConstrainedLayoutEngine:
    """Return a layout, for a figure as wide as this in inches, that leaves room on the right."""
    return ConstrainedLayoutEngine(rect=(0, 0, 1 - 0.22 / width, 1))


def tidy(axes: Axes, title: str = "", xlabel: str = "", ylabel: str = "") -> Axes:
    """Label the axes and take the frame's top and right away; return the axes."""
    axes.set_title(title, loc="left", fontsize=10.5)
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def loss_figure(runs: Mapping[str, Run]) -> Figure:
    """Draw each run's losses over its steps: the median of the seeds, and the band of the middle 80 %."""
    figure = new_figure(7, 4)
    axes = tidy(figure.add_subplot(yscale="log"), "", "steps", "loss: median and middle 80 % of the seeds")
    for number, (name, run) in enumerate(runs.items()):
        # Beyond 1e100, which only a diverging run sees, matplotlib's margins would overflow.
        losses = np.where(run.losses < 1e100, np.maximum(run.losses, 1e-16), np.nan)
        if np.isnan(losses).all():
            continue
        known = ~np.isnan(losses).all(axis=1)
        low, middle, high = np.nanpercentile(losses[known], (10, 50, 90), axis=1)
        colour, dash = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
        axes.fill_between(run.steps[known], low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(
            run.steps[known], middle, color=colour, linestyle=dash, label=f"{name}: {run.rate()} solved"
        )
    if axes.lines:
        axes.legend(frameon=False)
    return figure


def rate_figure(rates: Mapping[str, Rate], label: str = "seeds that solve it") -> Figure:
    """Draw each rate as a point with its 95 % interval, one line a name, the first on top."""
    figure = new_figure(9, 0.9 + 0.3 * len(rates))
    axes = tidy(figure.add_subplot(), "", f"{label}, %, with the 95 % interval")
    for row, rate in enumerate(rates.values()):
        low, high = (100 * bound for bound in rate.interval)
        axes.plot([low, high], [row, row], color=BLUE, linewidth=2)
        axes.plot([100 * rate.value], [row], "o", color=BLUE)
    axes.set_yticks(range(len(rates)), rates)
    axes.set_ylim(len(rates) - 0.5, -0.5)
    axes.set_xlim(-2, 102)
    axes.grid(axis="x", alpha=0.3)
    return figure


def check_path(path: str | Path) -> None:
    """Raise ValueError unless a picture can be written to the path: by its ending, and by its folder."""
    if Path(path).suffix.lower() not in FORMATS:
        raise ValueError(f"a picture's file ends in {', '.join(FORMATS)}; {str(path)!r} does not")
    if not Path(path).absolute().parent.is_dir():
        raise ValueError(f"there is no folder {Path(path).parent} to write the picture to")


def save(figure: Figure, path: str | Path) -> None:
    """Write the figure as PNG, SVG or PDF, by the file's ending. Raises ValueError where it cannot."""
    check_path(path)
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise ValueError(f"the picture could not be written to {path}: {error.strerror or error}") from None
