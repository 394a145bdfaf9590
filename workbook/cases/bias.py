"""Two neurons in a chain that cannot copy a bit, because neither has a bias."""

from __future__ import annotations

import numpy as np

from workbook.cases.case import Case, Claim
from workbook.data.datasets import copy_bit, line, xnor, xor
from workbook.experiment import Experiment
from workbook.network import Layer, Network
from workbook.training import Run, train

SEEDS = 200
INFIMUM = 1 / 8

as_posted = Experiment(
    copy_bit(),
    Network((1, 1, 1), hidden="sigmoid", output="sigmoid", bias=False, initializer="uniform(0, 1)"),
    loss="half summed squared error",
    step_size=5,
    steps=800,
    shortest_step=1e-5,
)
repairs = {
    "output bias": as_posted.but(bias=(False, True)),
    "both biases": as_posted.but(bias=True),
}


def two_bits(dataset, hidden: str, output: str, step_size: float, bias: bool) -> Experiment:
    """A 2-4-1 network on two bits, all parameters from N(0, 1), full batch, 3 000 steps."""
    network = Network((2, 4, 1), hidden, output, bias, "normal(1)", "normal(1)")
    return Experiment(dataset, network, step_size=step_size, steps=3000, record_every=3000)


related = {
    "hidden bias only": as_posted.but(bias=(True, False)),
    "start on either side": as_posted.but(initializer="uniform(-1, 1)"),
    "line": Experiment(line(), Network((1, 1), bias=False), step_size=0.1, steps=200),
    "line with bias": Experiment(line(), Network((1, 1)), step_size=0.1, steps=200),
} | {
    f"{dataset.name} {hidden}-{output}, {'bias' if bias else 'no bias'}": two_bits(
        dataset, hidden, output, step_size, bias
    )
    for dataset in (xor(), xnor())
    for hidden, output, step_size in (("sigmoid", "sigmoid", 3.0), ("tanh", "identity", 0.1))
    for bias in (True, False)
}


def loss_surface(
    w1: np.ndarray, w2: np.ndarray, experiment: Experiment = as_posted, b1: float = 0, b2: float = 0
) -> np.ndarray:
    """Return the loss for every pair of the weights w1 (m,) and w2 (k,): (k, m), row i for w2[i].

    The grid is a population of networks, so it takes one forward pass. b1 and b2 are used where the
    experiment has a bias.
    """
    first, second = (grid.reshape(-1, 1, 1) for grid in np.meshgrid(w1, w2))
    biases = (
        np.reshape(float(b), (1, 1)) if has else None
        for b, has in zip((b1, b2), experiment.network.biased, strict=True)
    )
    params = [Layer(W, b) for W, b in zip((first, second), biases, strict=True)]
    return experiment.loss_at(params).reshape(len(w2), len(w1))


def _end(experiment: Experiment, steps: int) -> Run:
    return train(experiment.but(steps=steps, record_every=steps, shortest_step=0.0), range(SEEDS))


def _settles(experiment: Experiment, steps: int, outputs: tuple[float, float], loss: float) -> bool:
    """Whether every seed ends at these outputs, to 0.001, and at this loss, to 1 %."""
    run = _end(experiment, steps)
    return bool(
        np.allclose(run.outputs[:, :, 0], outputs, rtol=0, atol=1e-3)
        and np.allclose(run.losses[-1], loss, rtol=0.01)
    )


def _hidden_bias_leads_to_the_bound() -> bool:
    """Whether every seed comes near 1/8, and none below."""
    losses = _end(related["hidden bias only"], 10_000).losses[-1]
    return bool(((losses > INFIMUM) & (losses < INFIMUM + 1e-4)).all())


def _best_with_w1_infinite() -> bool:
    """Whether w2 = 0.73 is best, to two digits, where w1 is so large that y = 1 for input 1."""
    w2 = np.linspace(-20, 20, 4001)
    losses = loss_surface(np.array([50.0]), w2)[:, 0]
    return bool(abs(w2[losses.argmin()] - 0.73) < 0.005 and abs(losses.min() - 0.2271) < 5e-5)


def _two_valleys() -> bool:
    low = _end(related["start on either side"], 10_000).losses[-1] < 0.2
    return int(low.sum()) == 108


def _watershed() -> bool:
    """Whether the start weights tell which seeds end in the corner."""
    experiment = related["start on either side"]
    first, second = (layer.W.ravel() for layer in experiment.network.init(range(SEEDS)))
    return np.array_equal(_end(experiment, 10_000).losses[-1] < 0.2, first + 0.6 * second < 0)


def _solved(*counts: tuple[str, int]) -> bool:
    return all(train(related[name], range(SEEDS)).rate().count == count for name, count in counts)


FAR = np.linspace(-200, 200, 401)
claims = (
    Claim(
        "As posted, all 200 seeds settle at outputs of about 0.590 and 0.674, loss 0.2273.",
        lambda: _settles(as_posted, 800, (0.590, 0.674), 0.2273),
    ),
    Claim(
        "Where w1 is so large that y = 1 for input 1, the best w2 is 0.73, and the loss is then 0.2271.",
        _best_with_w1_infinite,
    ),
    Claim(
        "The stop rule never acts: after 10 000 steps they are still longer than 0.00001.",
        lambda: not train(as_posted.but(steps=10_000, record_every=10_000), range(SEEDS)).stopped,
    ),
    Claim(
        "Without a bias, no pair of weights between -200 and 200 has a loss below 1/8.",
        lambda: bool(loss_surface(FAR, FAR).min() >= INFIMUM),
    ),
    Claim(
        "Where both weights go to minus infinity the loss comes near 1/8: 0.125003 at (-16, -12).",
        lambda: round(float(loss_surface(np.array([-16.0]), np.array([-12.0]))[0, 0]), 6) == 0.125003,
    ),
    Claim(
        "Weights started between -1 and 1 fall into that corner in 108 of 200 seeds.",
        _two_valleys,
    ),
    Claim(
        "Of those starts, exactly the ones with w1 + 0.6 w2 < 0 fall into the corner: 200 of 200.",
        _watershed,
    ),
    Claim(
        "An output bias repairs it: outputs 0.012 and 0.989, loss 0.000131 after 10 000 steps, all seeds.",
        lambda: _settles(repairs["output bias"], 10_000, (0.0121, 0.9893), 1.31e-4),
    ),
    Claim(
        "Both biases do better: loss 0.0000261 after 10 000 steps, all seeds.",
        lambda: _settles(repairs["both biases"], 10_000, (0.0056, 0.9954), 2.61e-5),
    ),
    Claim(
        "A bias on the hidden neuron only takes every seed to within 0.0001 of 1/8, and none below.",
        _hidden_bias_leads_to_the_bound,
    ),
    Claim(
        "XOR, tanh hidden, linear output: 197 of 200 seeds solve it with biases and 200 without.",
        lambda: _solved(("XOR tanh-identity, bias", 197), ("XOR tanh-identity, no bias", 200)),
    ),
    Claim(
        "XNOR, the same networks: 198 of 200 with biases, 0 without.",
        lambda: _solved(("XNOR tanh-identity, bias", 198), ("XNOR tanh-identity, no bias", 0)),
    ),
    Claim(
        "With sigmoids throughout, XNOR without biases is solved by 196 of 200: the 1/2 in s acts as a bias.",
        lambda: _solved(("XNOR sigmoid-sigmoid, bias", 199), ("XNOR sigmoid-sigmoid, no bias", 196)),
    ),
)

case = Case(
    name="two-neurons",
    question="Two sigmoid neurons in a chain should copy a bit, and cannot.",
    source="'Neural Network with two neurons', Stack Overflow",
    chapter="02_bias.ipynb",
    as_posted=as_posted,
    repairs=repairs,
    related=related,
    claims=claims,
    seeds=SEEDS,
)
