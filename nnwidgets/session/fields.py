"""Knobs for the fields of an experiment: a sensible range around its own value, options, or a slider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from nnwidgets.session.knobs import Choice, Knob, LogSlider, Slider, Switch, Whole
from workbook import Dataset, Experiment, Network
from workbook.checked import known_fields, shown
from workbook.parts.registry import Part

OFFERED: dict[str, tuple[str, ...]] = {
    "hidden": ("identity", "sigmoid", "tanh", "relu", "leaky relu(0.01)"),
    "output": ("identity", "sigmoid", "tanh", "relu", "leaky relu(0.01)"),
    "initializer": ("lecun", "xavier", "he", "normal(1)", "normal(0.01)", "zeros"),
    "bias_initializer": ("zeros", "uniform(-1, 1)", "normal(1)"),
    "optimizer": ("gradient descent", "momentum", "nesterov", "rmsprop", "adam"),
    "penalty": ("none", "weight decay(0.0001)", "weight decay(0.01)"),
    "clipping": ("none", "norm(1)", "value(1)"),
    "precision": ("double", "single"),
    "order": ("in order", "shuffled", "at random"),
    "loss": ("mean squared error", "mean absolute error"),
}
LIVE = ("step_size", "momentum")  # training goes on with the new value; all others start anew
BATCHES = (1, 8, 32, 128)


def field_knobs(experiment: Experiment, asked: Mapping[str, Any]) -> dict[str, Knob]:
    """Return a knob for each field that is asked for, by name; nothing asked for: four sensible ones.

    True: a range around the experiment's own value. A list, or a dict of label: value: these options.
    (low, high): a slider. Raises TypeError for an unknown field, ValueError for what makes no knob.
    """
    known_fields("an experiment", asked, Experiment, Network)
    return {name: _knob(experiment, name, wanted) for name, wanted in (asked or usual(experiment)).items()}


def usual(experiment: Experiment) -> dict[str, bool]:
    """Return the four fields that are asked for where nobody names any."""
    inside = "hidden" if len(experiment.network.sizes) > 2 else "output"
    return dict.fromkeys(("step_size", inside, "initializer", "optimizer"), True)


def own_value(experiment: Experiment, name: str) -> Any:
    """Return what a field of the experiment, or of its network, holds."""
    inner = {field.name for field in fields(Network)}
    return getattr(experiment.network if name in inner else experiment, name)


def _knob(experiment: Experiment, name: str, wanted: Any) -> Knob:
    label, own = name.replace("_", " "), own_value(experiment, name)
    more = {"restarts": name not in LIVE}
    if wanted is True:
        return _sensible(experiment, name, own, label, more)
    if _is_range(wanted):
        for end in wanted:
            experiment.but(**{name: end})  # which says what is wrong with it
        low, high = wanted
        return _slider(low, high, own, label, more)
    if isinstance(wanted, (list, tuple, Mapping)) and len(wanted):
        options = dict(wanted) if isinstance(wanted, Mapping) else _labelled(name, wanted)
        for option in options.values():
            experiment.but(**{name: option})
        return _choice(options, own, label, more)
    raise ValueError(
        f"{name}={shown(wanted)} makes no control: True is a sensible range, a list such as [0.01, 0.1] "
        f"gives the options, a pair (low, high) a slider; experiment.but({name}=...) is for the recipe"
    )


def _is_range(wanted: Any) -> bool:
    plain = isinstance(wanted, tuple) and len(wanted) == 2
    return plain and all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in wanted)


def _slider(low: float, high: float, own: Any, label: str, more: dict[str, Any]) -> Knob:
    if not low < high:
        raise ValueError(
            f"a slider for the {label} goes from a low number to a higher one, not ({low}, {high})"
        )
    number = own if isinstance(own, (int, float)) and not isinstance(own, bool) else low
    start = min(max(number, low), high)
    if isinstance(low, int) and isinstance(high, int) and isinstance(start, int):
        return Whole(low, high, start, label, **more)
    if low > 0 and high / low >= 50:
        return LogSlider(low, high, float(start), label, **more)
    return Slider(low, high, (high - low) / 100, float(start), label, **more)


def _sensible(experiment: Experiment, name: str, own: Any, label: str, more: dict[str, Any]) -> Knob:
    """Return a knob whose range is chosen by the kind of the field."""
    if name in ("step_size", "solved_below") and own > 0:
        return LogSlider(own / 1000, own * 1000, own, label, **more)
    if name == "momentum":
        return Slider(0.0, 0.99, 0.01, own, label, **more)
    if name == "bias":
        return Switch(own if isinstance(own, bool) else all(own), label, **more)
    options: Iterable[Any] = ()
    if name in OFFERED:
        options = OFFERED[name] + (_losses(experiment.dataset) if name == "loss" else ())
        if name == "output" and experiment.network.widths[-1] > 1:
            options = (*options, "softmax")
    elif name == "batch_size":
        options = [*(size for size in BATCHES if size < len(experiment.dataset)), None]
    elif name == "steps":
        options = list(dict.fromkeys((max(1, own // 10), own, 10 * own)))
    elif name == "sizes":
        options = _widths(experiment.network)
    if not options:
        raise ValueError(f"no sensible range is known for {name}: give its options, {name}=[..., ...]")
    if not any(_same(option, own) for option in options):
        options = (own, *options)
    return _choice(_labelled(name, options), own, label, more)


def _choice(options: dict[str, Any], own: Any, label: str, more: dict[str, Any]) -> Choice:
    """Return a choice that starts at the experiment's own value; a sensible range always has it."""
    default = next((text for text, value in options.items() if _same(value, own)), None)
    if default is not None:
        options = options | {default: own}  # an adam with averages of its own stays what it is
    return Choice(options, label, default, **more)


def _same(option: Any, own: Any) -> bool:
    if isinstance(own, tuple) and own and isinstance(own[0], Part) and len(set(own)) == 1:
        return _same(option, own[0])  # one part for each layer, and always the same
    if isinstance(own, Part) and isinstance(option, str):
        short = own.name.partition("(")[0]
        return option in (own.name, short) or (own.registry is not None and own.registry[option] == own)
    return type(option) is type(own) and bool(option == own)


def _labelled(name: str, values: Iterable[Any]) -> dict[str, Any]:
    listed = list(values)
    labels = [_text(name, value) for value in listed]
    if len(set(labels)) < len(labels):
        raise ValueError(f"two of the options for {name} are called the same: {', '.join(labels)}")
    return dict(zip(labels, listed, strict=True))


def _text(name: str, value: Any) -> str:
    match value:
        case None:
            return "all rows" if name == "batch_size" else "none"
        case bool():
            return "yes" if value else "no"
        case Part() | Dataset():
            return value.name
        case tuple() | list():
            return "-".join(map(str, value)) if name == "sizes" else ", ".join(_text(name, v) for v in value)
        case int() | float() | np.number():
            return f"{value:g}"
        case Network():
            return "-".join(map(str, value.widths))
    return str(value)


def _losses(dataset: Dataset) -> tuple[str, ...]:
    """Return the losses for classes, where the targets are some."""
    if dataset.labels is None:
        return ()
    return ("sigmoid cross-entropy",) if dataset.targets.shape[1] == 1 else ("softmax cross-entropy",)


def _widths(network: Network) -> list[tuple[int, ...]]:
    """Return dense sizes whose hidden layers are half as wide, as they are, and twice as wide."""
    if len(network.sizes) < 3 or not all(isinstance(size, int) for size in network.sizes):
        return []
    first, *hidden, last = network.widths
    wide = [tuple(max(1, int(factor * units)) for units in hidden) for factor in (0.5, 1, 2, 4)]
    return [(first, *units, last) for units in dict.fromkeys(wide)]
