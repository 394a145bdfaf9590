"""Model faults: another network than the one that was meant."""

import numpy as np

from workbook.experiment import Experiment
from workbook.faults.fault import fault, refuse
from workbook.layers import arrays


@fault(
    "missing bias",
    "model",
    "Harmless for XOR with tanh units and a linear output; XNOR cannot be learned at all.",
)
def missing_bias(experiment: Experiment) -> Experiment:
    refuse(any(experiment.network.biased), "missing bias", "the network has no bias to miss")
    return experiment.but(bias=False)


@fault(
    "ReLU on the output",
    "model",
    "A seed whose outputs all start below 0 never moves; targets below 0 are out of reach.",
)
def relu_on_the_output(experiment: Experiment) -> Experiment:
    output = experiment.network.output
    refuse(output.name != "relu", "ReLU on the output", "the output is a ReLU already")
    return experiment.but(output="relu")


@fault(
    "initial weights all equal",
    "model",
    "The hidden units of a layer stay equal for ever: any number of them is worth one.",
)
def equal_weights(experiment: Experiment) -> Experiment:
    network, name = experiment.network, "initial weights all equal"
    reason = f"sizes {network.sizes} has no hidden layer of two units or more, which could be equal"
    refuse(max((layer.units for layer in network.layers[:-1]), default=0) > 1, name, reason)
    drawn = any(np.ptp(array) for array in arrays(network.init(0)))
    refuse(drawn, name, "all weights of a layer start equal already, and so do all its biases")
    return experiment.but(initializer="constant(0.5)", bias_initializer="constant(0)")


faults = (
    missing_bias,
    relu_on_the_output,
    equal_weights,
)
