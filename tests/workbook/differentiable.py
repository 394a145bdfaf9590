"""The forward pass once more, written for automatic differentiation: nothing here comes from the package."""

import autograd.numpy as anp

ROOT = (2 / anp.pi) ** 0.5


def sigmoid(z):
    return (1 + anp.tanh(z / 2)) / 2


def softmax(z):
    e = anp.exp(z)
    return e / anp.sum(e, axis=1, keepdims=True)


ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "leaky relu(0.2)": lambda z: anp.where(z > 0, z, 0.2 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(anp.minimum(z, 0)) - 1),
    "elu(0.7)": lambda z: anp.where(z > 0, z, 0.7 * (anp.exp(anp.minimum(z, 0)) - 1)),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: z / 2 * (1 + anp.tanh(ROOT * (z + 0.044715 * z**3))),
    "softmax": softmax,
}


def huber(delta):
    def loss(y, t):
        far = anp.abs(y - t)
        return anp.mean(anp.where(far <= delta, far**2 / 2, delta * (far - delta / 2)))

    return loss


def softmax_entropy(y, t):
    return -anp.sum(t * anp.log(softmax(y)))


def sigmoid_entropy(y, t):
    return -anp.sum(t * anp.log(sigmoid(y)) + (1 - t) * anp.log(sigmoid(-y)))


def binary_entropy(p, t):
    p = anp.minimum(anp.maximum(p, 1e-7), 1 - 1e-7)
    return -anp.mean(t * anp.log(p) + (1 - t) * anp.log(1 - p))


def categorical_entropy(y, t):
    p = y / anp.sum(y, axis=1, keepdims=True)
    return -anp.sum(t * anp.log(anp.minimum(anp.maximum(p, 1e-7), 1 - 1e-7))) / len(t)


LOSSES = {
    "summed squared error": lambda y, t: anp.sum((y - t) ** 2),
    "half summed squared error": lambda y, t: anp.sum((y - t) ** 2) / 2,
    "mean squared error": lambda y, t: anp.mean((y - t) ** 2),
    "quadratic cost": lambda y, t: anp.mean(anp.sum((y - t) ** 2, axis=1)) / 2,
    "mean absolute error": lambda y, t: anp.mean(anp.abs(y - t)),
    "huber": huber(1),
    "huber(0.4)": huber(0.4),
    "softmax cross-entropy": lambda y, t: softmax_entropy(y, t) / len(t),
    "summed softmax cross-entropy": softmax_entropy,
    "sigmoid cross-entropy": lambda y, t: sigmoid_entropy(y, t) / len(t),
    "summed sigmoid cross-entropy": sigmoid_entropy,
    "binary cross-entropy": binary_entropy,
    "categorical cross-entropy": categorical_entropy,
}


def windows(x, picture, size, pad):
    """The windows of each picture, a row of x, by plain loops: (n, places, channel * row * column)."""
    height, width, channels = picture
    pixels = anp.reshape(x, (len(x), height, width, channels))
    pixels = anp.pad(pixels, ((0, 0), (pad, pad), (pad, pad), (0, 0)), "constant")
    places = []
    for top in range(height + 2 * pad - size + 1):
        for left in range(width + 2 * pad - size + 1):
            seen = [
                pixels[:, top + row, left + column, channel]
                for channel in range(channels)
                for row in range(size)
                for column in range(size)
            ]
            places.append(anp.stack(seen, axis=1))
    return anp.stack(places, axis=1)


def pooled(y, size, kind):
    """Pictures (n, height, width, units) with one number in place of each square of size x size."""
    rows = []
    for top in range(y.shape[1] // size):
        for left in range(y.shape[2] // size):
            square = y[:, top * size : (top + 1) * size, left * size : (left + 1) * size, :]
            rows.append((anp.max if kind == "max" else anp.mean)(square, axis=(1, 2)))
    return anp.reshape(anp.stack(rows, axis=1), (len(y), -1))


def layer(x, W, b, activation, window=None):
    """One layer's outputs; window: None, or (picture, size, pad, pool's name, pool's size)."""
    if window is None:
        return activation(anp.dot(x, W) + b)
    picture, size, pad, kind, square = window
    seen = windows(x, picture, size, pad)
    z = anp.dot(anp.reshape(seen, (-1, seen.shape[-1])), W) + b
    map_ = (len(x), *(side + 2 * pad - size + 1 for side in picture[:2]), W.shape[1])
    return pooled(anp.reshape(activation(z), map_), square, kind)


def loss(layers, x, t, words):
    """The loss of layers, one (W, b) each, b of 0 where there is no bias.

    words: "activations", one a layer; "windows", one a layer; "loss"; and "decay", 0 for no penalty.
    """
    weights = 0.0
    for (W, b), activation, window in zip(layers, words["activations"], words["windows"], strict=True):
        x = layer(x, W, b, ACTIVATIONS[activation], window)
        weights = weights + anp.sum(W**2)
    return LOSSES[words["loss"]](x, t) + words["decay"] * weights / 2
