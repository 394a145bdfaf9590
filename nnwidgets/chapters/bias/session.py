"""The bias chapter's session: two neurons, with a bias or without."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnwidgets.session.knobs import Choice, LogSlider, Slider
from nnwidgets.session.session import Session
from workbook import CASES, Experiment, Layer

BIASED = {"output only": (False, True), "hidden only": (True, False), "both": True}
BIASES = {"none": False} | BIASED
COMPARED = {"nothing": None, "no bias": False} | BIASED


class TwoNeurons(Session):
    """y = s(w1 x + b1), z = s(w2 y + b2), trained to copy a bit. The biases start at 0.

    w1 and w2 are the start weights; a new seed draws them, the learner may change them.
    """

    bias = Choice(BIASES, "bias")
    compare = Choice(COMPARED, "compare with")
    w1 = Slider(-18, 18, 0.05, 0, "start w₁")
    w2 = Slider(-18, 18, 0.05, 0, "start w₂")
    step_size = LogSlider(0.01, 100, 5, "step size", restarts=False)
    length = Choice({"800, as posted": 800, "10 000": 10_000}, "steps")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**self._weights(settings.get("seed", 0)) | settings)

    def experiments(self) -> dict[str, Experiment]:
        """Return the experiment with the chosen bias, and with the one to compare it with."""
        posted = CASES["two-neurons"].as_posted.but(
            step_size=self.step_size, steps=type(self).length.options[self.length], shortest_step=0.0
        )
        chosen = {f"bias: {self.bias}": posted.but(bias=BIASES[self.bias])}
        if self.compare != "nothing":
            chosen[f"compared: {self.compare}"] = posted.but(bias=COMPARED[self.compare])
        return chosen

    def start(self, experiment: Experiment) -> list[Layer]:
        """Return w1 and w2 as the knobs say, the biases 0."""
        return [
            Layer(np.full((1, 1, 1), weight), np.zeros((1, 1, 1)) if biased else None)
            for weight, biased in zip((self.w1, self.w2), experiment.network.biased, strict=True)
        ]

    def new_seed(self) -> None:
        """Draw both start weights anew."""
        self.seed = (self.seed + 1) % 10_000

    def _turned(self, change: Any) -> None:
        if change.name == "seed" and not self._together:
            self.turn(**self._weights(change.new))
        else:
            super()._turned(change)

    def _weights(self, seed: int) -> dict[str, float]:
        params = CASES["two-neurons"].as_posted.network.init(seed)
        return {f"w{number}": float(layer.W[0, 0]) for number, layer in enumerate(params, 1)}
