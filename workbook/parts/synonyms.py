"""The field's other words for what is called one thing here, so that a message can say which is meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Synonyms(NamedTuple):
    """Words for one thing, as other libraries and books have them, in lower case and without spaces.

    names: what it is called here; where there are several, the first that is known is meant. gloss: what
    to say beside it.
    """

    names: tuple[str, ...]
    words: str
    gloss: str = ""


SYNONYMS = (
    # fields
    Synonyms(("step_size",), "learningrate lr eta alpha rate learningrateinit gamma", "learning rate"),
    Synonyms(("steps",), "epochs epoch nepochs numepochs maxepochs", "an epoch is a step for each batch"),
    Synonyms(("steps",), "iterations iteration niter maxiter nsteps numsteps maxsteps updates", "not epochs"),
    Synonyms(("momentum",), "beta mu momentumcoefficient inertia nesterovsmomentum", "momentum coefficient"),
    Synonyms(("batch_size",), "batch batches minibatch minibatchsize bs", "rows a step"),
    Synonyms(("order",), "shuffle shuffling sampler sampling", "the order of the rows"),
    Synonyms(("shortest_step",), "tol tolerance earlystopping patience", "stop at a change as short as this"),
    Synonyms(("solved_below",), "threshold goal target", "the loss that counts as solved"),
    Synonyms(("record_every",), "logevery verbose printevery evalevery interval", "steps between two losses"),
    Synonyms(("penalty",), "regularizer regularisation regularization l2 l2penalty weightdecay"),
    Synonyms(("loss",), "criterion objective cost costfunction lossfunction lossfn error metric"),
    Synonyms(("optimizer",), "optimiser solver optim algorithm updaterule"),
    Synonyms(("clipping",), "clip clipnorm clipvalue gradclip gradientclipping maxnorm"),
    Synonyms(("dataset",), "data trainingdata traindata trainset xy"),
    Synonyms(("network",), "model net module estimator mlp"),
    Synonyms(("sizes",), "layers layersizes hiddenlayersizes units neurons", "units a layer"),
    Synonyms(("hidden",), "activation hiddenactivation activationfunction nonlinearity", "its activation"),
    Synonyms(("output",), "outactivation outputactivation finalactivation lastactivation", "its activation"),
    Synonyms(("bias",), "biases usebias intercept fitintercept"),
    Synonyms(("initializer",), "init initialiser initialization weightinit kernelinitializer"),
    Synonyms(("bias_initializer",), "biasinit biasinitialiser"),
    Synonyms(("inputs",), "x features xtrain samples predictors"),
    Synonyms(("targets",), "y t target labels label ytrain outputs", "one row for each row of inputs"),
    # activations
    Synonyms(("identity",), "linear none noactivation id purelin"),
    Synonyms(("sigmoid",), "logistic logsig expit sigm logisticfunction"),
    Synonyms(("tanh",), "hyperbolictangent tansig tanhyperbolic"),
    Synonyms(("relu",), "rectifier rectifiedlinear rectifiedlinearunit rectlinear ramp"),
    Synonyms(("leaky relu",), "lrelu leaky leakyrectifier prelu"),
    Synonyms(("silu",), "swish"),
    Synonyms(("softplus",), "smoothrelu"),
    # losses
    Synonyms(("mean squared error",), "mse meansquareerror l2 l2loss mseloss quadratic squarederror"),
    Synonyms(("summed squared error",), "sse sumofsquares sumsquarederror rss"),
    Synonyms(("half summed squared error",), "halfsse halfsquarederror"),
    Synonyms(("mean absolute error",), "mae l1 l1loss absoluteerror absolute"),
    Synonyms(("huber",), "smoothl1 smoothl1loss huberloss"),
    Synonyms(
        ("sigmoid cross-entropy",),
        "bce bcewithlogits bcewithlogitsloss bceloss binarycrossentropy logloss logisticloss",
        "for one output, which is a logit",
    ),
    Synonyms(
        ("softmax cross-entropy",),
        "crossentropy crossentropyloss ce nll nllloss categoricalcrossentropy sparsecategoricalcrossentropy "
        "negativeloglikelihood logsoftmax",
        "for classes; the outputs are logits",
    ),
    # initializers; each with what it is called where it has one name only
    Synonyms(("glorot uniform", "xavier uniform", "xavier"), "glorotuniform xavieruniform"),
    Synonyms(("glorot normal", "xavier normal", "xavier"), "glorotnormal xaviernormal"),
    Synonyms(("xavier", "glorot"), "glorot xavier xavierglorot"),
    Synonyms(("he uniform", "he"), "heuniform kaiminguniform"),
    Synonyms(("he normal", "he"), "henormal kaimingnormal"),
    Synonyms(("he",), "kaiming msra heetal"),
    Synonyms(("lecun uniform", "lecun"), "lecununiform"),
    Synonyms(("lecun normal", "lecun"), "lecunnormal efficientbackprop"),
    Synonyms(("normal",), "gaussian randn randomnormal normaldistribution"),
    Synonyms(("uniform",), "rand random randomuniform uniformdistribution"),
    Synonyms(("constant",), "const fill"),
    Synonyms(("zeros",), "zero"),
    Synonyms(("orthogonal",), "ortho orthonormal"),
    # optimizers, orders, penalties, precisions
    Synonyms(("gradient descent",), "sgd gd stochasticgradientdescent batchgradientdescent vanilla backprop"),
    Synonyms(("momentum",), "sgdmomentum sgdwithmomentum heavyball polyak classicalmomentum"),
    Synonyms(("nesterov",), "nag nesterovmomentum nesterovacceleratedgradient"),
    Synonyms(("rmsprop", "adam"), "rmspropagation adagrad adadelta"),
    Synonyms(("adam",), "adaptivemoments adamw nadam adamax"),
    Synonyms(("single",), "float32 f32 fp32 float"),
    Synonyms(("double",), "float64 f64 fp64"),
    Synonyms(("in order",), "sequential noshuffle unshuffled false fixed"),
    Synonyms(("shuffled",), "shuffle true permutation reshuffle"),
    Synonyms(("at random",), "random withreplacement bootstrap replacement"),
    Synonyms(("weight decay",), "l2 l2penalty ridge decay tikhonov weightdecay"),
    Synonyms(("none",), "no nothing off false null"),
)  # fmt: skip


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'step_size' (learning rate)?", or nothing where there is no telling."""
    name, gloss = nearest_name(word, known)
    if name is None:
        return ""
    return f" Did you mean {name!r}{f' ({gloss})' if gloss else ''}?"


def nearest_name(word: str, known: Iterable[str]) -> tuple[str | None, str]:
    """Return the known name that `word` stands for, or is misspelt from, and what to say beside it.

    Spelling of another kind comes first ("Step-Size"), then the meaning ("lr"), then likeness of letters. A
    word whose meaning is in the table is hardly guessed by its letters: "linear" is no "leaky relu". None
    if there is no telling.
    """
    from difflib import get_close_matches  # only a mistake has to wait for this import

    known = sorted(known)
    plain = {_plain(name): name for name in known}
    bare = _plain(word)
    if bare in plain:
        return plain[bare], ""
    meanings = [entry for entry in SYNONYMS if bare in (*entry.words.split(), *map(_plain, entry.names))]
    for entry in meanings:
        for name in entry.names:
            if name in known:
                return name, entry.gloss
    alike = 0.75 if meanings else 0.5  # who means something else than the letters say must be much alike
    close = get_close_matches(word.strip().lower(), known, n=1, cutoff=alike)
    return (close[0] if close else None), ""


def _plain(word: str) -> str:
    """Return a word as the table has it: letters and figures alone, without a parameter in brackets."""
    return "".join(letter for letter in word.partition("(")[0].lower() if letter.isalnum())
