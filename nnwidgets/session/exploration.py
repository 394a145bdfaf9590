"""An exploration: a session made from any experiment, with knobs for the fields that are asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from nnwidgets.session.fields import field_knobs
from nnwidgets.session.moved_start import MovedStart
from nnwidgets.session.watched import locked
from workbook import Experiment
from workbook.baselines import constant_loss
from workbook.classes import named

MOMENTS = 1000  # remembered in a run
MUCH = 1e7  # products of a weight and an input: what a pass over all rows may cost at each step
REMEMBERED = 3e7  # numbers that all remembered moments may hold together: 240 MB
LEAST = 20  # moments, however large


class Exploration(MovedStart):
    """A session of one experiment, `recipe`; subclasses add knobs. turnable: field -> name of its knob."""

    recipe: Experiment
    turnable: Mapping[str, str] = {}
    reach: tuple[str, ...] = ()

    def experiments(self) -> dict[str, Experiment]:
        """Return the recipe, with the fields as the knobs stand."""
        return {
            "network": self.recipe.but(**{field: self.meaning(name) for field, name in self.turnable.items()})
        }

    @property
    def stride(self) -> int:
        """Steps between two remembered moments: few, but an epoch's quarter where all rows are much work."""
        weights = sum(math.prod(W) for W, _ in self.experiment.network.shapes)
        apart = math.ceil(self.steps / MOMENTS)
        much = len(self.experiment.dataset) * weights > MUCH
        return max(1, apart, self.main.trainer.batches // 4 if much else 0)

    def most(self, experiment: Experiment) -> int:
        """Return how many moments fit into memory, each with the answers to all rows and the parameters."""
        params = sum(math.prod(W) + (0 if b is None else b[1]) for W, b in experiment.network.shapes)
        numbers = len(experiment.dataset) * experiment.network.widths[-1] + 4 * params
        return max(LEAST, min(super().most(experiment), int(REMEMBERED / numbers)))

    def headline(self) -> str:
        """Say where training stands, beside the best constant answer, and of classes the share right."""
        experiment = self.experiment
        best = constant_loss(experiment.loss, experiment.dataset)
        said = f"{super().headline()}; best constant answer {best:.4g}"
        labels = experiment.dataset.labels
        return said if labels is None else f"{said}; {(self.answers_named() == labels).mean():.0%} right"

    def said(self) -> np.ndarray:
        """Return the answers to all rows at the step that is shown, in the targets' units, (n, n_out)."""
        with np.errstate(all="ignore"):
            return self.experiment.loss.says(self.moment.outputs)

    def answers_named(self) -> np.ndarray:
        """Return the class that each row is taken for, (n,)."""
        return named(self.said())

    def answer_to(self, inputs: np.ndarray) -> np.ndarray:
        """Return the answers to other inputs (m, n_in), in the units of the targets, (m, n_out)."""
        experiment = self.experiment
        with np.errstate(all="ignore"):
            return experiment.loss.says(experiment.network.forward(self.moment.params, inputs)[0])

    @locked
    def turned(self, change: Any) -> None:
        """Follow a knob; what makes no experiment is taken back, and said."""
        try:
            super().turned(change)
        except (TypeError, ValueError):
            setattr(self, change.name, change.old)
            raise


def exploration(
    experiment: Experiment, asked: Mapping[str, Any], kind: type[Exploration] = Exploration
) -> type[Exploration]:
    """Return a session class of this experiment: a knob for each field asked for, see `field_knobs`."""
    made = field_knobs(experiment, asked)
    names = {field: f"{field}_" if hasattr(kind, field) else field for field in made}
    own = {"recipe": experiment, "turnable": names, "reach": tuple(names.values())[:4]}
    return type(kind.__name__, (kind,), own | {names[field]: knob for field, knob in made.items()})
