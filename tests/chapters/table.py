"""The chapters, and what has to turn each of them red: a bug planted into a file of the engine.

The shared tests run over this table; a new chapter is a line in it.
"""

SLOPE = ("network.py", "dy * self.activations[number].derivative(z, y)", "dy")

# chapter -> (file of the engine, what stands there, what is planted instead)
PLANTED = {
    "bias": [SLOPE, ("cases/bias.py", "bias=(False, True)", "bias=(True, False)")],
    "linear_output": [("parts/activations.py", "np.where(z > 0, 1.0, slope)", "np.where(z > 0, 1.0, 1.0)")],
    "dead_relu": [("parts/activations.py", "(z > 0).astype(float)", "np.where(z > 0, 1.0, 0.1)")],
    "gradient_checking": [SLOPE],
    "input_scaling": [
        ("data/digits.py", "np.asarray(pixels, np.uint8).view(np.int8)", "np.asarray(pixels, int)")
    ],
}
CHAPTERS = list(PLANTED)
