"""The chapters: what has to turn each of them red, and the right answers to what they ask.

The shared tests run over this table; a new chapter is a line in it.
"""

SLOPE = ("network.py", "activation.back(layer.hand_back(dy, y), z, y)", "layer.hand_back(dy, y)")

# chapter -> (file of the engine, what stands there, what is planted instead)
PLANTED = {
    "start_here": [
        ("parts/initializers.py", "np.full(shape, float(value))", "value * random.random_sample(shape)")
    ],
    "backpropagation_by_hand": [
        SLOPE,
        ("measures/by_hand.py", "layer.W - step_size * gradient.W", "layer.W + step_size * gradient.W"),
    ],
    "bias": [
        SLOPE,
        ("cases/bias.py", "as_posted.but(bias=(False, True))", "as_posted.but(bias=(True, False))"),
    ],
    "linear_output": [("parts/activations.py", "np.where(z > 0, 1.0, slope)", "np.where(z > 0, 1.0, 1.0)")],
    "dead_relu": [("parts/activations.py", "(z > 0).astype(float)", "np.where(z > 0, 1.0, 0.1)")],
    "gradient_checking": [SLOPE],
    "input_scaling": [
        ("data/digits.py", "np.asarray(pixels, np.uint8).view(np.int8)", "np.asarray(pixels, int)")
    ],
    "conditioning": [("measures/columns.py", "x.T @ x / len(x)", "x.T @ x")],
    "step_size_and_momentum": [
        (
            "parts/optimizers.py",
            "change = share * state[0] - step_size * gradient",
            "change = share * state[0] - (1 - share) * step_size * gradient",
        )
    ],
    "not_a_number": [
        ("faults/softmax.py", "e = np.exp(z)\n", "e = np.exp(z - z.max(-1, keepdims=True))\n"),
    ],
}
CHAPTERS = list(PLANTED)

# What is right, written down by somebody who knows it; the chapters compute it.
RIGHT: dict[str, dict[str, str | float]] = {
    "start_here": {"edges": "by one straight edge", "millionth": "all of them"},
    "backpropagation_by_hand": {
        "one_step": "a little more: 0.80",
        "ratios": "always the same number, but not -1",
        "passes": "those of h₁ only",
        "left_out": "none",
        "target": 0.3,
        "gate": 0,
        "arrives": 12,
        "which_product": "xᵀ dz",
        "failed_check": "the cross-entropy",
    },
    "bias": {
        "settles": "about 0.59 and 0.67",
        "how_low": "1/8",
        "where": "on the output neuron",
        "which_gate": "XOR only",
        "at_zero": 0.731,
        "hopeless": "0 → 1 and 1 → 1",
        "intercept": 9,
        "prior": -2.944,
        "one_change": "biases on the hidden units",
    },
    "linear_output": {
        "ends": "a straight line or about 0, as the seed decides",
        "slower": "10 000 times",
        "which_change": "longer steps",
        "relu": "none",
        "spread": "nearly all",
        "wall": "4x² as far as that is below 1, and then nearly 1",
        "twice": "it learns, but the loss stays above 1",
        "line_error": 1 / 180,
        "climb": 100,
        "at_the_start": 1.386,
        "transfer": "ten outputs, a softmax and its cross-entropy",
    },
    "dead_relu": {
        "settles": "all 300",
        "the_bug": "no: it says 15.5 all the same",
        "dies_first": "v below 0",
        "patience": "most with a positive one, few of the others",
        "perfect_start": "it ends dead, at 15.5",
        "which_repair": "scaled inputs",
        "dead_answer": 5,
        "second_weight": -1,
        "rows_and_steps": 0.2,
        "xor_repair": "eight hidden units",
    },
    "gradient_checking": {
        "settles": "nearly the same to all, a little under ½",
        "which_layer": "the hidden layer only",
        "best_width": "0.00001",
        "trained": "it fails",
        "right_gradients": "nothing: nearly the same answer to all",
        "fewest": "5",
        "the_one_it_finds": "bias gradient is 0",
        "which_test": "the change of each weight in a step, beside its gradient",
        "twice_as_wide": 2e-7,
        "decay_left_out": -0.03,
        "hidden_by_kinks": "bias gradient is 0",
    },
    "input_scaling": {
        "stuck": "35 to 50 %",
        "illness": "the darker half of the ink is below 0",
        "least_saturated": "signed overflow",
        "same_symptom": "raw 0 to 255 only",
        "small_weights": "neither",
        "by_itself": "one digit at a time",
        "transfer": "numbers from 0 to 1, and steps ten times longer",
        "one_byte": 129 - 256,
        "byte_difference": 30 - 100 + 256,
        "spread_by_hand": 20,
        "how_much_longer": 255**2,
        "which_check": "the smallest and the largest input",
    },
    "conditioning": {
        "settles": "by more than 200",
        "across_the_limit": "it grows and grows",
        "conditions": "many times more",
        "which_repair": "standardised inputs",
        "depth": "from none",
        "by_hand": 0.08,
        "after_k_steps": 36.8,
        "transfer": "standardised inputs",
    },
    "step_size_and_momentum": {
        "where_wrong": "at the right end",
        "divided": "more than twice as much",
        "momentum_limit": "up to 0.038, nearly twice as long",
        "too_steep": "none",
        "effective_step": 0.0002 / 0.05,
        "longest_plain_step": 2 / 50,
        "same_steps": "by about a fifth",
        "transfer": "start values of the first layer from -16 to 16",
    },
    "not_a_number": {
        "first_operation": "the exponential in the softmax",
        "stable": "most stay finite, and no gradient passes any more",
        "double": "one to three pictures later",
        "innocent": "ReLUs: He, steps of 0.03",
        "repaired": "none of them alone",
        "rules": "1 / inf",
        "half_exponent": 11.09,
        "transfer": "the softmax divides by the wrong sum",
    },
}
